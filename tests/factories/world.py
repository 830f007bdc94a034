"""A small complete desk for tests that look at every page: accounts of each role, the catalogue, people in every state.

`build_world` writes it through the rooms' own actions; `grow` adds rows of every kind; a WorldFile gives each test a
copy of the finished file.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from flask import Flask
from PIL import Image
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.certificates.actions import issue
from referral.certificates.facts import Office, Wishes
from referral.certificates.models import Certificate
from referral.consent.actions import record_decision, record_notice
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.directory.queries.service_facts import services_by_key
from referral.documents.actions import answer_photo, keep_photo, keep_scans
from referral.documents.facts import Cleaned
from referral.duplicates.actions import merge as join_files
from referral.duplicates.facts import MergeOrder
from referral.households.actions.members import add_member
from referral.infra.crypto import Vault
from referral.infra.db import Database, open_database
from referral.infra.tables import metadata
from referral.infra.work import Work, serving, unit_of_work
from referral.intake.models import IntakeRow
from referral.kernel.clock import FixedClock
from referral.kernel.codes import NEEDS
from referral.kernel.folio import EXAMPLE_MASK
from referral.needs.actions import add_need
from referral.needs.facts import NewNeed
from referral.needs.queries import needs_of
from referral.padron.actions import inscribe
from referral.padron.facts import Term
from referral.people.actions import add_document, save_mobility
from referral.people.facts import HealthFacts, MobilityFacts, NewDocument
from referral.people.models import BreakGlass, Person, PersonDocument
from referral.privacy.actions import open_reserved
from referral.privacy.facts import GlassReason, NewOpening
from referral.referrals.facts import Status
from referral.staff.actions import add_staff, open_desk
from referral.staff.actions import sign_in as open_session
from referral.staff.facts import Credentials, NewStaff
from referral.visits.actions import record_visit
from referral.visits.facts import FirstAnswer, NewVisit
from tests.desk_browser import DeskBrowser
from tests.factories import lists
from tests.factories import referrals as make
from tests.factories.glass import ask_guarded
from tests.factories.people import new_person, register

PASSWORD = "una frase larga de prueba"
OFFICE = Office(
    issuing_unit="Mesa de prueba",
    signer_name="Guadalupe Hernández",
    signer_post="Responsable",
    legal_basis=("Ley de prueba, artículo 5",),
    public_url="https://ventanilla.example.org",
    validity_is_example=False,
    sample=False,
)
PARTNER_DOOR = "SEDESA"  # the institution that has an account
DOORS = (PARTNER_DOOR, "COMEDORES", "SNE", "IFDP", "CASA_REFUGIADOS", "SIN_FRONTERAS")
ACCOUNTS = {
    "caso": (Role.CASEWORKER, "Mesa Centro"),
    "norte": (Role.CASEWORKER, "Mesa Norte"),
    "jefa": (Role.SUPERVISOR, "Mesa Centro"),
    "salud": (Role.PARTNER, ""),
    "auditora": (Role.AUDITOR, ""),
    "sistema": (Role.ADMINISTRATOR, ""),
    "datos": (Role.DPO, ""),
}
LONGER_AGO = timedelta(days=20)  # so that what was sent then is late by now


@dataclass(frozen=True, slots=True)
class World:
    """Who and what is there. `tokens`: a signed-in session of each account, by its name."""

    accounts: dict[str, Identity]
    tokens: dict[str, str]
    full: uuid.UUID  # the person who has one of everything
    bare: uuid.UUID  # just registered, and nothing but the consent to be attended
    away: uuid.UUID  # kept by the other desk, with a need and a referral
    open_need: uuid.UUID
    draft: uuid.UUID
    sent: uuid.UUID  # to the partner account's institution, without answer and late
    accepted: uuid.UUID
    closed: uuid.UUID
    certificate: uuid.UUID
    code: str  # of the certificate, as the public page takes it
    folio: str
    service: uuid.UUID  # a door that fits the open need
    nameless: uuid.UUID  # today's visit of somebody who gave no name
    away_need: uuid.UUID
    away_sent: uuid.UUID
    away_certificate: uuid.UUID
    document: uuid.UUID  # a paper of `full`, with a scan
    scan: uuid.UUID
    merge: uuid.UUID  # of two more files of the same desk, which can still be parted
    batch: uuid.UUID  # a list of people, of which `batch_row` looks like `full`
    batch_row: uuid.UUID
    opening: uuid.UUID  # of what is reserved of `full`, by the supervisor, over by now and waiting for its review
    asking: uuid.UUID  # hers for what is protected of `full`, waiting for a second person

    @property
    def desk(self) -> Identity:
        """The caseworker who keeps `full` and `bare`."""
        return self.accounts["caso"]

    def enter(self, app: Flask, username: str = "caso") -> DeskBrowser:
        """A browser signed in as this account; nobody for the empty name."""
        return DeskBrowser(app, self.tokens.get(username, ""))


def build_world(database: Database, clock: FixedClock) -> World:
    """Fill an empty database. The clock is moved: back while it is filled, then to where it stood."""
    now = clock.now()
    clock.set(now - LONGER_AGO)
    make.load_directory(database)
    with serving(database), unit_of_work("test.staff") as work:
        accounts = {name: _account(work, name, role, desk) for name, (role, desk) in ACCOUNTS.items()}
    desk, north = accounts["caso"], accounts["norte"]
    full = _everything(database, desk, "Marie-Ange", "Joseph")
    needs = {code: make.note_need(database, desk, full, code) for code in ("BASIC_FOOD", "WORK_PLACE")}
    needs["HEALTH_GENERAL"] = make.note_need(database, desk, full, "HEALTH_GENERAL")
    needs["HEALTH_PREG"] = make.note_need(database, desk, full, "HEALTH_PREG")
    needs["LEGAL_ASYLUM"] = make.note_need(database, desk, full, "LEGAL_ASYLUM")
    make.note_need(database, desk, full, "FAMILY_DEATH")  # raises an alert that nobody has answered
    sent = make.prepare(database, desk, full, needs["HEALTH_GENERAL"], PARTNER_DOOR, note="Nota para la institución")
    accepted = make.prepare(database, desk, full, needs["HEALTH_PREG"], PARTNER_DOOR)
    make.moved(database, desk, accepted, Status.ACCEPTED)
    closed = make.prepare(database, desk, full, needs["BASIC_FOOD"], "COMEDORES")
    make.moved(database, desk, closed, Status.ACCEPTED)
    make.moved(database, desk, closed, Status.COMPLETED, outcome="provided")
    draft = make.prepare(database, desk, full, needs["WORK_PLACE"], "SNE", consent="not_now")
    wendy = new_person("Wendy", "López", "Martínez", birth="1990", nationalities=("HN",))
    bare = make.served_person(database, desk, wendy)
    with serving(database, desk), unit_of_work("test.consent") as work:
        record_decision(work, person=bare, new=NewDecision(Purpose.CARE, Decision.YES, how="signed"))
    away = _everything(database, north, "José", "Ramírez")
    away_need = make.note_need(database, north, away)
    away_sent = make.prepare(database, north, away, away_need, PARTNER_DOOR)
    with serving(database, desk), unit_of_work("test.household") as work:
        add_member(work, beside=full, person=bare, relation="friend")
    document, scan = _files(database, desk, full)
    merge = _merge(database, desk)
    opening = _opening(database, accounts["jefa"], full)
    asking = ask_guarded(database, accounts["jefa"], full)
    clock.set(now)
    batch = lists.keep(
        database, desk, [{**lists.ALIKE, "family": "1", "relation": "Referencia"}, lists.HONDURAN, {"given": "?"}]
    )
    with serving(database), unit_of_work("test.sign_in") as work:
        tokens = {name: open_session(work, Credentials(name, PASSWORD, "test")) or "" for name in ACCOUNTS}
        certificate, code = _certificate(work, full)
        nameless = record_visit(work, NewVisit(None, first=(FirstAnswer.NO_BED,)), desk=desk.desk).ref
        return World(
            accounts=accounts,
            tokens=tokens,
            full=full,
            bare=bare,
            away=away,
            open_need=needs["LEGAL_ASYLUM"],
            draft=draft,
            sent=sent,
            accepted=accepted,
            closed=closed,
            certificate=certificate,
            code=code,
            folio=work.session.get_one(Person, full).folio or "",
            service=make.service(database, "IFDP"),
            nameless=nameless,
            away_need=away_need,
            away_sent=away_sent,
            away_certificate=_certificate(work, away)[0],
            document=document,
            scan=scan,
            merge=merge,
            batch=batch,
            batch_row=_batch_row(work, batch),
            opening=opening,
            asking=asking,
        )


def _batch_row(work: Work, batch: uuid.UUID) -> uuid.UUID:
    return work.session.scalars(
        select(IntakeRow.id).where(IntakeRow.batch_id == batch).order_by(IntakeRow.number)
    ).all()[0]


def _account(work: Work, username: str, role: Role, desk: str) -> Identity:
    place = open_desk(work, name=desk) if desk else None
    organization = None
    if role is Role.PARTNER:
        organization = services_by_key(work.session, keys=[PARTNER_DOOR])[0].organization_ref
    new = NewStaff(username, f"Cuenta {username}", role, PASSWORD, desk=place, organization=organization)
    staff = add_staff(work, new)
    return Identity(
        staff=staff,
        role=role,
        name=new.name,
        username=username,
        desk=place,
        desk_name=desk,
        organization=organization,
    )


def _certificate(work: Work, person: uuid.UUID) -> tuple[uuid.UUID, str]:
    row = work.session.scalars(select(Certificate).where(Certificate.person_id == person)).one()
    return row.id, row.code


def _everything(database: Database, desk: Identity, given: str, surname: str) -> uuid.UUID:
    """A person with every consent, papers, a journey, a visit, an inscription and a constancia."""
    person = register(database, desk, new_person(given, surname, chosen=f"{given} querida"))
    with serving(database, desk), unit_of_work("test.person") as work:
        record_notice(work, person=person, new=NewNotice(NoticeChannel.READ_ALOUD, "ht", interpreter=True))
        for purpose in (Purpose.CARE, Purpose.SENSITIVE, Purpose.CONTACT, Purpose.CERTIFICATE):
            record_decision(work, person=person, new=NewDecision(purpose, Decision.YES, how="signed", language="ht"))
        add_document(work, person=person, new=NewDocument("PASSPORT", "P1234567", "HT", date(2031, 5, 1)))
        add_document(work, person=person, new=NewDocument("SHELTER_LETTER"))
        mobility = MobilityFacts(profiles=("REFUGEE",), status_self="")
        save_mobility(work, person=person, mobility=mobility, version=1, health=HealthFacts())
        record_visit(work, NewVisit(person, note="Vino por su constancia"))
        inscribe(work, person=person, term=Term(EXAMPLE_MASK, 12))
        issue(work, person=person, wishes=Wishes(nationality="HT"), office=OFFICE)
    return person


def _opening(database: Database, boss: Identity, person: uuid.UUID) -> uuid.UUID:
    new = NewOpening(GlassReason.SUPPORT, "Quien la atiende pidió ayuda con el caso")
    with serving(database, boss), unit_of_work("test.glass") as work:
        open_reserved(work, person=person, new=new, minutes=60, review_days=30)
        return work.session.scalars(select(BreakGlass.id)).one()


def _merge(database: Database, desk: Identity) -> uuid.UUID:
    """Two files of somebody, made one."""
    kept, other = (register(database, desk, new_person(given, "Baptiste")) for given in ("Roselande", "Roseland"))
    order = MergeOrder(kept, other, {}, "Mostró los papeles de los dos.")
    with serving(database, desk), unit_of_work("duplicates.merge") as work:
        return join_files(work, order, undo_days=30)


def _files(database: Database, desk: Identity, person: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """A scan on her first paper and a photograph that she allows."""
    with serving(database, desk), unit_of_work("test.files") as work:
        document = work.session.scalars(select(PersonDocument.id).where(PersonDocument.person_id == person)).first()
        assert document is not None
        drawn = BytesIO()
        Image.new("RGB", (48, 64), "grey").save(drawn, "JPEG")
        picture = Cleaned("image/jpeg", drawn.getvalue(), 48, 64, 1, small=drawn.getvalue())
        [scan] = keep_scans(work, person=person, document=document, found=[picture], most_megabytes=60)
        answer_photo(work, person=person, decision=Decision.YES, how="signed")
        keep_photo(work, person=person, found=picture, most_megabytes=60)
    return document, scan


def grow(database: Database, world: World, rows: int) -> None:
    """Add `rows` people with an urgent need, a sent referral and an inscription that soon ends; and to the person who
    has everything as many rows of each kind.
    """
    desk = world.desk
    for number in range(rows):
        birth = f"19{50 + number % 50}-01-02"
        person = make.served_person(database, desk, new_person(f"Persona{number}", "Prueba", birth=birth))
        need = make.note_need(database, desk, person, "HEALTH_GENERAL", "immediate")
        make.prepare(database, desk, person, need, DOORS[number % len(DOORS)], override="Prueba")
        with serving(database, desk), unit_of_work("test.inscribe") as work:
            record_decision(work, person=person, new=NewDecision(Purpose.CARE, Decision.YES, how="signed"))
            inscribe(work, person=person, term=Term(EXAMPLE_MASK, 1))
    lists.keep(
        database, desk, ({**lists.HONDURAN, "given": f"Lista{number}"} for number in range(rows)), label="Otra lista"
    )
    _grow_one(database, world, rows)


def _grow_one(database: Database, world: World, rows: int) -> None:
    with serving(database, world.desk), unit_of_work("test.grow") as work:
        for number in range(min(rows, 15)):  # a file takes no more papers than a person can carry
            add_document(work, person=world.full, new=NewDocument("PASSPORT", f"X{number:06d}", "HT"))
        for _number in range(rows):
            record_visit(work, NewVisit(world.full))
            wishes = Wishes(nationality="HT", replace_current=True)
            issue(work, person=world.full, wishes=wishes, office=OFFICE)
        known = {line.code for line in needs_of(work.session, world.full)}
        codes = [need.code for need in NEEDS if need.code not in known][:rows]
        needs = [add_need(work, person=world.full, new=NewNeed(code)) for code in codes]
    for need in needs:
        make.prepare(database, world.desk, world.full, need, "COMEDORES", consent="not_now", override="Prueba")


class WorldFile:
    """A finished world in a SQLite file, to be copied."""

    def __init__(self, folder: Path, vault: Vault, clock: FixedClock, rows: int = 0) -> None:
        self.path, self.vault, self.now = folder / "world.db", vault, clock.now()
        database = open_database(f"sqlite:///{self.path}", vault, clock)
        metadata().create_all(database.engine)
        self.world = build_world(database, clock)
        if rows:
            clock.set(self.now - LONGER_AGO)
            grow(database, self.world, rows)
        _close(database)

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Database]:
        """A copy of its own for one test, with its own clock."""
        path = folder / f"{uuid.uuid4()}.db"
        shutil.copy(self.path, path)
        database = open_database(f"sqlite:///{path}", self.vault, FixedClock(self.now))
        yield database
        database.engine.dispose()


def _close(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()

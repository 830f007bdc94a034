"""Registering and correcting people, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.infra.audit import AuditEntry
from referral.infra.crypto import CannotOpen
from referral.infra.db import Database
from referral.infra.tables import metadata
from referral.infra.work import NotPermitted, OutOfReach, Work, reading, serving, unit_of_work
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people import actions
from referral.people.facts import (
    ContactFacts,
    HealthFacts,
    IdentityFacts,
    MobilityFacts,
    NewDocument,
    NewPerson,
    PersonRecord,
)
from referral.people.models import Person, PersonToken
from referral.people.queries import cards, search
from referral.people.rules.registration import Reason
from tests.factories.people import new_person, register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]


def record(database: Database, identity: Identity, ref: uuid.UUID) -> PersonRecord:
    with serving(database, identity, read_only=True), reading() as desk:
        return cards.person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref)


def found(database: Database, identity: Identity, words: str) -> list[search.Hit]:
    with serving(database, identity, read_only=True), reading() as desk:
        return search.search(desk.session, desk.reach(Permission.PERSON_VIEW), words, today=desk.today)


@contextmanager
def work_as(database: Database, identity: Identity) -> Iterator[Work]:
    with serving(database, identity), unit_of_work("test") as work:
        yield work


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (PersonNames(given="Ana", surname1="López", surname2="Ruiz"), "Ana López Ruiz"),
        (PersonNames(given="Sukarno"), "Sukarno"),
        (PersonNames(surname1="Pierre"), "Pierre"),
        (PersonNames(chosen="La Chula"), "La Chula"),
        (PersonNames(given="Juan", surname1="Pérez", chosen="Luz Pérez"), "Luz Pérez"),
        (PersonNames(native="محمد أحمد"), "محمد أحمد"),
    ],
)
def test_any_kind_of_name_opens_a_file_and_finds_it(
    database: Database, caso: Identity, names: PersonNames, shown: str
) -> None:
    ref = register(database, caso, NewPerson(IdentityFacts(names), ContactFacts(will_return=True)))
    filed = record(database, caso, ref)
    assert filed.card.name == shown
    assert filed.identity.names == names
    assert filed.card.desk == caso.desk
    assert [hit.ref for hit in found(database, caso, names.display)] == [ref]


def test_every_fact_comes_back_as_it_was_told(database: Database, caso: Identity) -> None:
    identity = IdentityFacts(
        PersonNames("Marie-Ange", "Joseph", "Désir", chosen="Angie", others=("Mari Anj",), native="Mari-Anj"),
        PartialDate.from_text("age:32@2026-11-20"),
        nationalities=("HT", "DO"),
        birth_country="HT",
        sex_document="M",
        pronouns="ella",
        curp="HEGG560427MVZRRL04",
        accompaniment="mother",
    )
    contact = ContactFacts(
        language="ht",
        interpreter=True,
        reads="with_help",
        phone="+525555550123",
        whatsapp=True,
        email="a@example.org",
        safe_contact="phone_only",
        housing="shelter",
        alcaldia="09015",
        place="Albergue junto al mercado",
        colonia="Centro",
        street="Calle 1",
        postcode="06000",
        city_since=PartialDate.of_month(2026, 3),
        contact_name="Rose",
        contact_relation="sibling",
        contact_phone="+525555550124",
        will_return=True,
    )
    mobility = MobilityFacts(
        profiles=("ASYLUM_SEEKER", "TRANSIT"),
        entry=PartialDate.of_year(2025),
        intention="stay",
        asylum_stage="constancia",
        return_type="deported",
        return_country="US",
        return_date=PartialDate.of_month(2026, 1),
        idp_state="12",
        relative_abroad="US",
        status_self="in_process",
    )
    health = HealthFacts("pregnant", ("LOC-DIS-SEE",))
    ref = register(database, caso, NewPerson(identity, contact, "service_only"))
    with work_as(database, caso) as work:
        actions.set_sensitive_basis(work, person=ref, basis="consent")
        actions.save_mobility(work, person=ref, mobility=mobility, health=health, version=1)
        actions.save_notes(work, person=ref, text="Llega los martes.")
    filed = record(database, caso, ref)
    assert (filed.identity, filed.contact, filed.mobility, filed.health) == (identity, contact, mobility, health)
    assert (filed.notes, filed.record_kind, filed.sensitive_basis) == ("Llega los martes.", "service_only", "consent")
    assert (filed.card.name, filed.card.interpreter, filed.card.minor) == ("Angie", True, False)


def test_without_a_way_to_find_her_again_nothing_is_saved(database: Database, caso: Identity) -> None:
    with pytest.raises(Refused) as refused:
        register(database, caso, NewPerson(IdentityFacts(PersonNames(chosen="Luz"))))
    assert refused.value.reason is Reason.NO_WAY_BACK
    with serving(database, caso), reading() as desk:
        assert desk.session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_code_that_is_not_of_its_list_is_refused(database: Database, caso: Identity) -> None:
    with pytest.raises(Refused) as refused:
        register(database, caso, new_person(nationalities=("Haití",)))
    assert (refused.value.reason, refused.value.field) == (Reason.UNKNOWN_CODE, "nationalities")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.DPO])
def test_only_a_caseworker_registers(database: Database, make_identity: MakeIdentity, role: Role) -> None:
    identity = make_identity(database, role, username="otra")
    with pytest.raises(NotPermitted):
        register(database, identity)


def test_sealed_columns_hold_no_plain_text(database: Database, caso: Identity) -> None:
    ref = register(database, caso, new_person("Zulaymé", "Quetzalli", phone="+525555550177", curp="HEGG560427MVZRRL04"))
    with work_as(database, caso) as work:
        actions.add_document(work, person=ref, new=NewDocument("PASSPORT", number="ZX998877", country="HT"))
    with database.engine.connect() as connection:
        stored = [
            repr(tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row))
            for name in ("person", "person_document", "person_token", "audit_entry")
            for row in connection.execute(select(metadata().tables[name]))
        ]
    everything = "\n".join(stored).lower()
    opened = repr(record(database, caso, ref)).lower()
    for secret in ("zulay", "quetzalli", "5555550177", "1994", "hegg", "zx998877", "09015"):
        assert secret in opened, secret
        assert secret not in everything, secret


@pytest.mark.parametrize(("to", "column"), [("other", "identity_sealed"), ("same", "contact_sealed")])
def test_a_sealed_value_moved_elsewhere_does_not_open(database: Database, caso: Identity, to: str, column: str) -> None:
    one, other = register(database, caso), register(database, caso, new_person("Otra", "Persona"))
    target = {"other": other, "same": one}[to]
    with database.engine.begin() as connection:
        value = connection.execute(select(Person.identity_sealed).where(Person.id == one)).scalar_one()
        connection.execute(Person.__table__.update().where(Person.id == target).values({column: value}))  # type: ignore[attr-defined]
    with pytest.raises(CannotOpen):
        record(database, caso, target)


def test_sensitive_facts_need_a_basis(database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    with pytest.raises(Refused) as refused, work_as(database, caso) as work:
        actions.save_mobility(work, person=ref, mobility=MobilityFacts(("TRANSIT",)), version=1)
    assert refused.value.reason is Reason.SENSITIVE_CONSENT_MISSING
    with pytest.raises(IntegrityError), database.engine.begin() as connection:
        connection.execute(Person.__table__.update().values(status_sealed=b"x"))  # type: ignore[attr-defined]


def test_an_ended_basis_closes_what_was_sealed_and_keeps_it(database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    told = MobilityFacts(("ASYLUM_SEEKER",))
    with work_as(database, caso) as work:
        actions.set_sensitive_basis(work, person=ref, basis="consent")
        actions.save_mobility(work, person=ref, mobility=told, version=1)
    with work_as(database, caso) as work:
        actions.set_sensitive_basis(work, person=ref, basis=None)
    filed = record(database, caso, ref)
    assert (filed.mobility, filed.sensitive_basis) == (MobilityFacts(), None)
    with pytest.raises(Refused), work_as(database, caso) as work:
        actions.save_mobility(work, person=ref, mobility=told, version=2)
    with work_as(database, caso) as work:
        actions.set_sensitive_basis(work, person=ref, basis="consent")
    assert record(database, caso, ref).mobility == told


def test_she_is_filed_at_once_under_all_that_a_later_look_at_her_file_gives(database: Database, caso: Identity) -> None:
    names = PersonNames("Marie-Ange", "Joseph", "Désir", chosen="Angie", others=("Mari Anj",), native="محمد")
    who = IdentityFacts(names, PartialDate.from_text("age:32@2026-11-20"), ("HT",), curp="HEGG560427MVZRRL04")
    with work_as(database, caso) as work, counted(database) as sent:
        contact = ContactFacts(phone="+525555550123", contact_phone="+50937000000", will_return=True)
        ref = actions.register_person(work, NewPerson(who, contact))
    assert len(sent) <= 4, sent  # her row, its entry, her keys
    with work_as(database, caso) as work:
        filed = set(work.session.scalars(select(PersonToken.token).where(PersonToken.person_id == ref)))
        actions.reindex(work, person=ref)
        assert filed == set(work.session.scalars(select(PersonToken.token).where(PersonToken.person_id == ref)))
        assert filed


def test_a_correction_moves_her_in_the_index(database: Database, caso: Identity) -> None:
    ref = register(database, caso, new_person("Wilner", "Baptiste", phone="5511112222"))
    with work_as(database, caso) as work:
        identity = IdentityFacts(PersonNames("Esperanza", "Quiroz"), PartialDate.of_year(1980))
        actions.correct_identity(work, person=ref, identity=identity, version=1)
        actions.save_contact(work, person=ref, contact=ContactFacts(phone="5533334444"), version=1)
    assert [hit.ref for hit in found(database, caso, "esperansa kiros")] == [ref]
    assert found(database, caso, "wilner") == []
    assert found(database, caso, "5511112222") == []
    assert [hit.ref for hit in found(database, caso, "55 3333 4444")] == [ref]


def test_a_paper_is_found_by_its_number_until_it_is_removed(database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    with work_as(database, caso) as work:
        paper = actions.add_document(work, person=ref, new=NewDocument("PASSPORT", number="RD-4455667", country="HT"))
    [line] = record(database, caso, ref).documents
    assert (line.ref, line.number, line.kind) == (paper, "RD-4455667", "PASSPORT")
    assert [hit.ref for hit in found(database, caso, "rd4455667")] == [ref]
    with work_as(database, caso) as work:
        actions.remove_document(work, person=ref, document=paper)
    assert record(database, caso, ref).documents == ()
    assert found(database, caso, "rd4455667") == []


def test_a_paper_of_somebody_else_cannot_be_removed(database: Database, caso: Identity) -> None:
    one, other = register(database, caso), register(database, caso)
    with work_as(database, caso) as work:
        paper = actions.add_document(work, person=one, new=NewDocument("PASSPORT", number="RD-4455667"))
    with pytest.raises(OutOfReach), work_as(database, caso) as work:
        actions.remove_document(work, person=other, document=paper)
    assert len(record(database, caso, one).documents) == 1


def test_a_folio_is_given_once_and_to_one_person(database: Database, caso: Identity) -> None:
    one, other = register(database, caso), register(database, caso)
    with work_as(database, caso) as work:
        actions.set_folio(work, person=one, folio="PHM-2026-000001-K")
        actions.set_folio(work, person=one, folio="PHM-2026-000001-K")
    with pytest.raises(Refused) as fixed, work_as(database, caso) as work:
        actions.set_folio(work, person=one, folio="PHM-2026-000002-K")
    with pytest.raises(Refused) as taken, work_as(database, caso) as work:
        actions.set_folio(work, person=other, folio="PHM-2026-000001-K")
    assert (fixed.value.reason, taken.value.reason) == (Reason.FOLIO_FIXED, Reason.FOLIO_TAKEN)
    assert found(database, caso, "phm-2026-000001-k")[0].ref == one


def test_a_stale_save_writes_nothing(database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    with work_as(database, caso) as work:
        actions.save_contact(work, person=ref, contact=ContactFacts(phone="5533334444"), version=1)
    with pytest.raises(actions.Stale), work_as(database, caso) as work:
        actions.save_contact(work, person=ref, contact=ContactFacts(email="b@example.org"), version=1)
    assert record(database, caso, ref).contact.phone == "5533334444"


def test_a_visit_meanwhile_does_not_make_typing_stale(database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    before = record(database, caso, ref)
    assert caso.desk
    with work_as(database, caso) as work:
        actions.touch_served(work, person=ref, desk=caso.desk)
    with work_as(database, caso) as work:
        actions.save_contact(work, person=ref, contact=ContactFacts(phone="5533334444"), version=before.contact_version)
    assert record(database, caso, ref).version > before.version


def test_the_file_opens_only_at_the_desk_that_last_served_her(
    database: Database, caso: Identity, make_identity: MakeIdentity
) -> None:
    away = make_identity(database, username="norte", desk="Mesa Norte")
    ref = register(database, caso)
    with pytest.raises(OutOfReach):
        record(database, away, ref)
    with pytest.raises(OutOfReach), work_as(database, away) as work:
        actions.save_contact(work, person=ref, contact=ContactFacts(phone="5533334444"), version=1)
    [hit] = found(database, away, "marie ange joseph")
    assert (hit.card, hit.minimal.name, hit.minimal.birth_year) == (None, "Marie-Ange Joseph", 1994)
    assert hit.minimal.desk_name == "Mesa Centro"
    assert away.desk
    with work_as(database, away) as work:
        actions.touch_served(work, person=ref, desk=away.desk)
    assert record(database, away, ref).card.desk == away.desk
    with pytest.raises(OutOfReach):
        record(database, caso, ref)


def test_the_trail_names_what_changed_and_never_the_values(database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    with work_as(database, caso) as work:
        contact = ContactFacts(language="ht", phone="+525555550199", alcaldia="09015")
        actions.save_contact(work, person=ref, contact=contact, version=1)
    with serving(database, caso), reading() as desk:
        entries = desk.session.scalars(select(AuditEntry).where(AuditEntry.person_id == ref).order_by(AuditEntry.at))
        fields = [set(entry.fields) for entry in entries if entry.verb == "update"]
    assert any("phone" in names and "alcaldia" not in names for names in fields)


def test_statements_do_not_grow_with_people(database: Database, caso: Identity) -> None:
    refs = [register(database, caso, new_person(f"Ana {n}", "López")) for n in range(12)]
    counted: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *parts: counted.append(parts[2]))
    with serving(database, caso, read_only=True), reading() as desk:
        reach = desk.reach(Permission.PERSON_VIEW)
        counts = []
        for read in (
            lambda: cards.person_cards(desk.session, refs),
            lambda: cards.person_page(desk.session, reach, per_page=10),
            lambda: cards.person_record(desk.session, reach, refs[0]),
            lambda: search.search(desk.session, reach, "ana lopez 5555550123", today=desk.today),
        ):
            counted.clear()
            read()
            counts.append(sum("SELECT" in statement for statement in counted))
        assert len(cards.person_cards(desk.session, refs)) == 12
        page = cards.person_page(desk.session, reach, per_page=10)
    assert (len(page.cards), page.has_more) == (10, True)
    assert counts == [1, 1, 1, 5]


def test_no_key_is_left_behind_when_nothing_changes(database: Database, caso: Identity) -> None:
    ref = register(database, caso)

    def keys() -> set[int]:
        with serving(database, caso), reading() as desk:
            return set(desk.session.scalars(select(PersonToken.token).where(PersonToken.person_id == ref)))

    before = keys()
    filed = record(database, caso, ref)
    with work_as(database, caso) as work:
        actions.correct_identity(work, person=ref, identity=filed.identity, version=filed.identity_version)
    assert keys() == before
    assert len(before) > 5

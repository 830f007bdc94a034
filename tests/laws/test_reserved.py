"""What each role reads of a person, field by field, on the real pages, lists, exports and papers.

A marker word stands in each sealed field of one person; every page of each account is opened and searched for them.
The table is tests/laws/reserved.csv: "R" reads it, "m" may but need not, nothing: must not meet it anywhere.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdfium2 import PdfDocument
from sqlalchemy import select

from referral.arrival.models import AlertAnswer
from referral.consent.models import BasisUse, Consent, WrittenConsent
from referral.infra.db import Database
from referral.infra.work import Work, serving, unit_of_work
from referral.needs.models import Need
from referral.padron.models import InscriptionStep
from referral.people.models import BreakGlass, GuardedOpening, Person, PersonDocument
from referral.referrals.models import Referral, ReferralEvent
from referral.visits.models import Visit
from tests.desk_browser import DeskBrowser
from tests.factories.glass import break_glass, decide_guarded
from tests.factories.world import World
from tests.laws.walk import addresses

TABLE = Path(__file__).with_name("reserved.csv")
OPEN = "jefa_open"  # the supervisor who has broken the glass
TWO = "jefa_two"  # and to whom a second person has opened what is protected
READERS = ("caso", "jefa", OPEN, TWO, "norte", "salud", "auditora", "sistema", "datos")
# The facts of a person, by drawer. A list holds one code; unknown codes are shown as they stand.
TEXTS = {
    "identity": ("curp", "native", "birth_place"),
    "contact": ("phone", "email", "street", "place", "contact_name", "safe_hours"),
    "status": (
        "intention", "asylum_stage", "return_country", "relative_abroad", "status_self", "no_document_reason",
        "work_permission",
    ),
    "health": ("pregnant",),
    "protected": ("gender_identity", "indigenous", "idp_municipality", "idp_cause"),
    "life": ("occupation",),
    "notes": ("text",),
}  # fmt: skip
LISTS = {
    "status": ("profiles", "attention"),
    "health": ("health_needs", "difficulties"),
    "protected": ("groups", "attention", "health_needs"),
    "life": ("skills",),
}
# Of the rows that hang on her: the drawer, and the texts in it.
HANGING: dict[type[Any], tuple[str, tuple[str, ...]]] = {
    PersonDocument: ("document", ("number", "name_on_document")),
    Need: ("note", ("text",)),
    Visit: ("note", ("text",)),
    Referral: ("note", ("override",)),
    ReferralEvent: ("note", ("text",)),
    Consent: ("detail", ("adult", "witness")),
    BasisUse: ("reason", ("text",)),
    WrittenConsent: ("paper", ("reference", "reason")),
    AlertAnswer: ("note", ("text",)),
    InscriptionStep: ("detail", ("note",)),
    BreakGlass: ("words", ("text",)),
    GuardedOpening: ("words", ("text",)),
}
PACKET = ("name", "phone", "email", "profiles", "pregnant")


class Markers:
    """A word for each field, which stands nowhere else."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def of(self, field: str) -> str:
        """The marker of a field: the same for every row of a table."""
        return next((word for word, name in self.names.items() if name == field), None) or self._new(field)

    def _new(self, field: str) -> str:
        word = f"ZQ{len(self.names):02d}QZ"
        self.names[word] = field
        return word

    def found_in(self, text: str) -> set[str]:
        """The fields whose markers stand in a text."""
        return {name for word, name in self.names.items() if word in text}


def mark(work: Work, world: World, markers: Markers) -> None:
    """Write a marker in each sealed field of the person who has everything."""
    person = work.session.get_one(Person, world.full)
    for drawer, texts in TEXTS.items():
        marked = {name: markers.of(f"{drawer}.{name}") for name in texts}
        listed = {name: [markers.of(f"{drawer}.{name}")] for name in LISTS.get(drawer, ())}
        setattr(person, drawer, {**getattr(person, drawer), **marked, **listed})
    person.contact = {
        **person.contact,
        "phone": f"{markers.of('contact.phone')}5550123",
        "do_not_tell": [{"who": markers.of("contact.do_not_tell"), "note": ""}],
    }
    _add_papers(work, world, person)
    work.session.flush()
    for kind, (drawer, names) in HANGING.items():
        marked = {name: markers.of(f"{kind.__tablename__}.{name}") for name in names}
        rows = work.session.scalars(select(kind).where(kind.person_id == world.full)).all()
        assert rows, f"nobody wrote a {kind.__tablename__} of hers: the law would see nothing"
        for row in rows:
            setattr(row, drawer, {**getattr(row, drawer), **marked})
            if kind is AlertAnswer:
                row.answered_at, row.answer = work.now, "done_called"
    for referral in work.session.scalars(select(Referral).where(Referral.person_id == world.full)):
        sent: dict[str, Any] = {name: markers.of(f"packet.{name}") for name in PACKET}
        sent["profiles"] = [sent["profiles"]]
        referral.packet = {**referral.packet, "fields": sent, "note": markers.of("packet.note")}


def _add_papers(work: Work, world: World, person: Person) -> None:
    """What the world's person lacks: data kept on another basis, a door opened in writing."""
    referral = work.session.scalars(select(Referral).where(Referral.id == world.sent)).one()
    at, due = work.now - timedelta(days=1), work.today + timedelta(days=9)
    common = {"person_id": person.id, "person": person, "at": at, "staff_id": world.desk.staff}
    work.session.add(BasisUse(**common, basis="emergency", desk_id=person.desk_id, due_on=due))
    service, organization = referral.service_id, referral.organization_id
    door = {"service_id": service, "organization_id": organization, "rule": "R12", "seen": "original"}
    work.session.add(WrittenConsent(**common, **door, expires_on=due))


def read(browser: DeskBrowser, app: Flask, world: World) -> Iterator[tuple[str, str]]:
    """Each address of hers and of every list, with all that its answer holds as text."""
    answers = [(address, browser.client.get(address)) for address in addresses(app, world)]
    key = browser.csrf()
    for path, typed in (
        ("/buscar", {"q": "Joseph"}),
        ("/buscar/primeras", {"q": "Joseph "}),
        ("/personas/parecidas", {"given": "Marie-Ange", "surname1": "Joseph"}),
        (f"/personas/{world.full}/domicilio", {}),
    ):
        answers.append((path, browser.client.post(path, data={**typed, "csrf_token": key})))
    for address, answer in answers:
        assert answer.status_code < 500, address
        yield address, _text(answer.get_data(), answer.mimetype or "")


def _text(data: bytes, kind: str) -> str:
    match kind:
        case "application/pdf":
            document = PdfDocument(data)
            try:
                return " ".join(leaf.get_textpage().get_text_bounded() for leaf in document)
            finally:
                document.close()
        case _ if data[:2] == b"PK":
            with zipfile.ZipFile(BytesIO(data)) as book:
                return " ".join(book.read(name).decode(errors="replace") for name in book.namelist())
        case _:
            return data.decode(errors="replace")


def written() -> dict[str, dict[str, str]]:
    """The table: field -> reader -> "R", "m" or ""."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["field"]: {reader: row[reader] for reader in READERS} for row in csv.DictReader(file)}


@pytest.mark.parametrize("reader", READERS)
def test_nobody_meets_what_the_table_does_not_give(
    reader: str, world: World, world_database: Database, world_app: Flask
) -> None:
    markers = Markers()
    with serving(world_database), unit_of_work("test.mark") as work:
        mark(work, world, markers)
    table = written()
    assert set(markers.names.values()) == set(table), "each sealed field has its line in reserved.csv"
    username = reader.partition("_")[0]
    if reader in {OPEN, TWO}:
        break_glass(world_database, world.accounts[username], world.full)
    if reader == TWO:
        decide_guarded(world_database, world.accounts["datos"], world.asking)
    met: dict[str, str] = {}
    for address, text in read(world.enter(world_app, username), world_app, world):
        for field in markers.found_in(text):
            met.setdefault(field, address)
    leaks = {field: where for field, where in met.items() if not table[field][reader]}
    assert not leaks, f"{reader} meets what is not hers"
    unseen = {field for field, row in table.items() if row[reader] == "R"} - met.keys()
    assert not unseen, f"{reader} should read these, or the law sees nothing"

"""Registering somebody from the reading zone of her passport, as a browser sees it."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import select

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.infra.db import Database
from referral.infra.work import reading, serving
from referral.people.facts import PersonRecord
from referral.people.models import Person
from referral.people.queries.cards import person_record
from tests.desk_browser import DeskBrowser, Page
from tests.documents.mrz_writer import td3

ZONE = "\n".join(
    td3(
        issuer="HTI", surnames="JOSEPH", given="MARIE ANGE", number="PP1234567", nationality="HTI",
        birth=date(1994, 3, 27), sex="F", expires=date(2020, 5, 1),
    )
)  # fmt: skip
READ_AT = "/personas/nueva/lectura"


@pytest.fixture
def database(sqlite: Database) -> Database:
    """One engine: what is written is tested on both in test_actions and in documents."""
    return sqlite


def read_zone(browser: DeskBrowser, **boxes: str) -> Page:
    """The registration as it opens, with these boxes typed, and the button that reads the zone pressed."""
    page = browser.get("/personas/nueva")
    [button] = [each for each in page.all("button") if each.get("formaction")]
    assert button.get("formaction") == READ_AT
    return browser.post(READ_AT, {**page.form(), **boxes})


def records(database: Database, identity: Identity) -> list[PersonRecord]:
    with serving(database, identity, read_only=True), reading() as desk:
        refs: list[uuid.UUID] = list(desk.session.scalars(select(Person.id).order_by(Person.created_at, Person.id)))
        return [person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref) for ref in refs]


def test_a_zone_fills_the_registration_and_saves_nothing(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    page = read_zone(browser, mrz=ZONE)
    assert page.status == 200
    filled = page.form()
    told = {name: values[0] for name, values in filled.items()}
    assert (told["given"], told["surname1"], told["sex_document"]) == ("Marie Ange", "Joseph", "M")
    assert (told["birth-day"], told["birth-month"], told["birth-year"]) == ("27", "3", "1994")
    assert (told["nationality"], told["paper_country"]) == ("HT", "HT")
    assert (told["paper_kind"], told["paper_number"], told["paper_expires-year"]) == ("PASSPORT", "PP1234567", "2020")
    assert told["mrz"] == ""
    assert page.text.count("Leído de la zona de lectura: compárelo con el documento.") == 9
    assert records(database, caso) == []


def test_what_was_typed_stays_and_the_page_says_what_the_zone_has(browser: DeskBrowser) -> None:
    page = read_zone(browser, mrz=ZONE, given="Marie-Ange", phone="55 5555 0123", medical="1", **{"birth-age": "30"})
    told = {name: values[0] for name, values in page.form().items()}
    assert (told["given"], told["surname1"], told["phone"], told["medical"]) == (
        "Marie-Ange", "Joseph", "55 5555 0123", "1",
    )  # fmt: skip
    assert (told["birth-age"], told["birth-year"]) == ("30", "")
    assert "Se conservó lo que usted escribió. La zona de lectura dice: Marie Ange." in page.text
    assert "La zona de lectura dice: 27 de marzo de 1994." in page.text


def test_a_second_paper_may_take_the_place_of_the_first(browser: DeskBrowser) -> None:
    first = read_zone(browser, mrz=ZONE.replace("JOSEPH", "PIERRE"), **{"birth-age": "30"})
    again = browser.post(READ_AT, {**first.form(), "mrz": ZONE, "mrz_over": "1"})
    told = {name: values[0] for name, values in again.form().items()}
    assert (told["surname1"], told["birth-year"], told["birth-age"]) == ("Joseph", "1994", "")
    assert "mrz_over" not in told


def test_registering_notes_the_paper_and_its_number_finds_her_again(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    filled = read_zone(browser, mrz=ZONE).form()
    answer = browser.post("/personas/nueva", {**filled, "will_return": "1"}, follow=True)
    assert "El documento ya venció. Se guarda igual" in answer.text
    [record] = records(database, caso)
    [paper] = record.documents
    assert (paper.kind, paper.number, paper.country, paper.expires) == ("PASSPORT", "PP1234567", "HT", date(2020, 5, 1))
    assert record.identity.nationalities == ("HT",)
    other = {"given": "Otra", "paper_kind": "PASSPORT", "paper_number": "pp 1234567", "will_return": "1"}
    page = browser.fill("/personas/nueva", other)
    assert page.h1 == "¿Ya está registrada?"
    assert len(records(database, caso)) == 1


def test_a_number_without_its_paper_is_asked_for(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    page = browser.fill("/personas/nueva", {"given": "Ana", "will_return": "1", "paper_number": "X1"})
    assert page.status == 422
    assert "Elija qué documento es" in page.text
    assert page.form()["paper_number"] == ["X1"]
    assert records(database, caso) == []


@pytest.mark.parametrize(("lines", "words"), [("", "Pegue o escanee"), ("hola", "no son una zona de lectura completa")])
def test_lines_that_are_no_zone_are_answered_beside_their_box(browser: DeskBrowser, lines: str, words: str) -> None:
    page = read_zone(browser, mrz=lines, given="Ana")
    assert page.status == 422
    assert words in page.text
    assert "#mrz" in page.links()
    assert (page.form()["given"], page.form()["mrz"][0].strip()) == (["Ana"], lines)


def test_lines_left_in_the_box_do_not_stop_a_registration(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    answer = browser.fill("/personas/nueva", {"given": "Ana", "will_return": "1", "mrz": "hola"})
    assert answer.status == 303
    assert len(records(database, caso)) == 1

"""The pages of the people room, as a browser sees them, on both engines."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.app import create_app
from referral.infra.audit import AccessEntry
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.people import actions
from referral.people.facts import ContactFacts, PersonRecord
from referral.people.models import Person
from referral.people.queries import cards
from referral.people.views import PEOPLE_PER_PAGE
from referral.staff.actions import sign_in as staff_sign_in
from referral.staff.facts import Credentials
from tests.conftest import PASSWORD
from tests.desk_browser import DeskBrowser
from tests.factories.people import new_person, register

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]

NEW = "/personas/nueva"
MARIE = {
    "given": "Marie-Ange",
    "surname1": "Joseph",
    "birth-day": "27",
    "birth-month": "3",
    "birth-year": "1994",
    "nationality": "HT",
    "language": "ht",
    "will_return": "1",
}


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def browser(caso: Identity, sign_in: SignIn) -> DeskBrowser:
    return sign_in(caso)


def people(database: Database) -> list[uuid.UUID]:
    with serving(database), reading() as desk:
        return list(desk.session.scalars(select(Person.id).order_by(Person.created_at, Person.id)))


def record(database: Database, identity: Identity, ref: uuid.UUID) -> PersonRecord:
    with serving(database, identity, read_only=True), reading() as desk:
        return cards.person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref)


def test_registering_leads_to_her_consent(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    answer = browser.fill(NEW, MARIE)
    [ref] = people(database)
    assert (answer.status, answer.location) == (303, f"/personas/{ref}/consentimiento")
    filed = record(database, caso, ref)
    assert filed.card.name == "Marie-Ange Joseph"
    assert (filed.card.language, filed.card.nationalities, filed.contact.will_return) == ("ht", ("HT",), True)


def test_a_single_name_is_told_while_registering(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    amina = {"given": "Amina", "single_name": "1", "will_return": "1"}
    assert browser.fill(NEW, amina).status == 303
    [ref] = people(database)
    identity = record(database, caso, ref).identity
    assert (identity.single_name, identity.names.document_name) == (True, "Amina")
    address = f"/personas/{ref}/datos/identidad"
    assert browser.get(address).form()["single_name"] == ["1"]
    assert ">Amina</a>" in browser.get("/personas").html
    assert "Tiene un solo nombre Sí" in browser.get(f"/personas/{ref}/datos").text
    both = browser.fill(address, {"surname1": "Joseph"}, follow=True)
    assert "Dice que tiene un solo nombre y hay más de uno escrito." in both.text


def test_an_alias_is_enough(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    assert browser.fill(NEW, {"chosen": "Lupita", "will_return": "1"}).status == 303
    [ref] = people(database)
    assert record(database, caso, ref).card.name == "Lupita"


@pytest.mark.parametrize(
    ("missing", "box", "words"),
    [
        ({"given": "", "surname1": "", "chosen": ""}, "given", "Escriba al menos un nombre"),
        ({"will_return": None}, "will_return", "Anote al menos una forma de volver a encontrar"),
        ({"given": "123"}, "given", "Escriba el nombre con letras"),
        ({"birth-month": "13"}, "birth-month", "«Fecha de nacimiento»: escriba el mes"),
        ({"phone": "12"}, "phone", "10 dígitos"),
        ({"nationality": "ZZ"}, "nationality", "Elija"),
    ],
)
def test_what_is_missing_is_said_on_its_box_and_nothing_typed_is_lost(
    browser: DeskBrowser, database: Database, missing: dict[str, Any], box: str, words: str
) -> None:
    answer = browser.fill(NEW, {**MARIE, "housing": "shelter", **missing})
    assert answer.status == 422
    assert answer.title.startswith("Error: ")
    assert words in answer.text
    assert f"#{box}" in answer.links()
    assert answer.form()["housing"] == ["shelter"]
    assert people(database) == []


def test_somebody_very_like_her_is_shown_before_anything_is_saved(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    known = register(database, caso)
    typed = {**MARIE, "given": "Mari Ange", "surname1": "Josef", "place": "Albergue del puente"}
    asked = browser.fill(NEW, typed)
    assert (asked.status, asked.h1) == (200, "¿Ya está registrada?")
    assert f"/personas/{known}" in asked.links()
    assert "misma fecha de nacimiento" in asked.text
    assert "suena igual" in asked.text
    assert people(database) == [known]
    kept = asked.form()
    assert kept["place"] == ["Albergue del puente"]
    [button] = asked.all("button", name="acknowledged")
    assert browser.post(NEW, {**kept, "acknowledged": button.get("value")}).status == 303
    assert len(people(database)) == 2


def test_acknowledging_one_look_alike_does_not_acknowledge_another(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    register(database, caso, new_person("Roselaure", "Desrosiers", birth="1988-05-17"))
    register(database, caso)
    shown = browser.fill(NEW, MARIE)
    value = shown.all("button", name="acknowledged")[0].get("value")
    other = {
        "given": "Roselaure", "surname1": "Desrosiers", "birth-day": "17", "birth-month": "5", "birth-year": "1988",
    }  # fmt: skip
    answer = browser.post(NEW, {**shown.form(), **other, "acknowledged": value})
    assert (answer.status, answer.h1) == (200, "¿Ya está registrada?")
    assert len(people(database)) == 2


def test_a_look_alike_of_another_desk_shows_the_minimal_card_only(
    database: Database, caso: Identity, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    known = register(database, caso, new_person(phone="+525555550188"))
    north = sign_in(make_identity(database, username="norte", desk="Mesa Norte"))
    asked = north.fill(NEW, MARIE)
    assert asked.h1 == "¿Ya está registrada?"
    assert f"/personas/{known}" not in asked.links()
    assert [node.get("action") for node in asked.all("form") if "visitas" in (node.get("action") or "")] == [
        f"/personas/{known}/visitas"
    ]
    assert "Mesa Centro" in asked.text
    assert "5555550188" not in asked.html
    assert asked.text.count("27 de marzo") == 1  # what was typed, beside the year alone of the file
    with serving(database), reading() as desk:
        assert desk.session.scalars(select(AccessEntry.what).where(AccessEntry.person_id == known)).all() == ["match"]


def test_a_second_click_registers_once(browser: DeskBrowser, database: Database) -> None:
    boxes = {**browser.get(NEW).form(), **MARIE}
    first = browser.post(NEW, boxes)
    with serving(database), reading() as desk:
        ref = desk.session.scalars(select(Person.id)).one()
    again = browser.post(NEW, {**boxes, "acknowledged": str(ref)})
    assert first.status == 303
    assert again.status == 409  # the same page sent again with other contents
    assert people(database) == [ref]


def test_the_language_button_keeps_what_was_typed_and_saves_nothing(browser: DeskBrowser, database: Database) -> None:
    answer = browser.fill(NEW, {**MARIE, "_lang": "en"})
    assert answer.status == 200
    assert answer.form()["given"] == ["Marie-Ange"]
    assert people(database) == []


def test_a_doubt_warns_and_never_blocks(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    wrong = {**MARIE, "curp": "hegg 560427 MVZRRL08", "accompaniment": "alone", "birth-year": "2012"}
    assert browser.fill(NEW, wrong).status == 303
    [ref] = people(database)
    assert record(database, caso, ref).identity.curp == "HEGG560427MVZRRL08"
    told = browser.get("/personas").text
    for words in ("El último número de la CURP", "La fecha de la CURP", "La persona viene sola"):
        assert words in told
    assert "HEGG" not in told


def test_the_side_panel_answers_while_typing(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    register(database, caso)
    alike = browser.post("/personas/parecidas", {"given": "marie ange", "surname1": "joseph", "birth-year": "1994"})
    assert alike.status == 200
    assert "Marie-Ange Joseph" in alike.html
    for boxes in ({}, {"given": "123"}, {"given": "Sukarno", "birth-month": "99"}):
        nobody = browser.post("/personas/parecidas", boxes)
        assert (nobody.status, "Marie" in nobody.html) == (200, False)


@pytest.mark.parametrize(
    ("section", "boxes"),
    [
        ("identidad", {"given": "Mariángel", "others": "Mari Anj\nMaryann", "birth_country": "HT"}),
        ("contacto", {"phone": "55 5555 0177", "safe_contact": "phone_only", "city_since-year": "2025"}),
    ],
)
def test_correcting_a_section(
    browser: DeskBrowser, database: Database, caso: Identity, section: str, boxes: dict[str, str]
) -> None:
    ref = register(database, caso)
    answer = browser.fill(f"/personas/{ref}/datos/{section}", boxes)
    assert (answer.status, answer.location) == (303, f"/personas/{ref}/datos")
    filed = record(database, caso, ref)
    if section == "identidad":
        assert (filed.identity.names.given, filed.identity.names.others) == ("Mariángel", ("Mari Anj", "Maryann"))
        assert (filed.identity.names.surname1, filed.identity.birth.to_text()) == ("Joseph", "1994-03-27")
    else:
        assert (filed.contact.phone, filed.contact.safe_contact) == ("+525555550177", "phone_only")
        assert filed.contact.city_since.to_text() == "2025"
        assert filed.contact.language == "ht"


def test_mobility_is_asked_only_with_her_consent(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    address = f"/personas/{ref}/datos/movilidad"
    closed = browser.get(address)
    assert f"/personas/{ref}/consentimiento" in closed.links()
    assert closed.all("form", id="main-form") == []
    assert browser.post(address, {"profiles": "TRANSIT", "version": "1"}).status == 422
    with serving(database, caso), unit_of_work("test") as work:
        actions.set_sensitive_basis(work, person=ref, basis="consent")
    assert browser.fill(address, {"profiles": ["TRANSIT", "ASYLUM_SEEKER"], "intention": "stay"}).status == 303
    filed = record(database, caso, ref)
    assert (filed.mobility.profiles, filed.mobility.intention) == (("TRANSIT", "ASYLUM_SEEKER"), "stay")


def test_a_stale_save_shows_both_texts_and_who_saved(
    browser: DeskBrowser, database: Database, caso: Identity, make_identity: MakeIdentity
) -> None:
    ref = register(database, caso)
    address = f"/personas/{ref}/datos/contacto"
    boxes = browser.get(address).form()
    colleague = make_identity(database, username="colega")
    with serving(database, colleague), unit_of_work("people.save_contact") as work:
        contact = ContactFacts(language="ht", phone="+525555550199", alcaldia="09015")
        actions.save_contact(work, person=ref, contact=contact, version=1)
    answer = browser.post(address, {**boxes, "phone": "55 5555 0111", "place": "Albergue del puente"})
    assert answer.status == 409
    for words in ("+525555550199", "+525555550111", "Albergue del puente", "Prueba colega", "Teléfono"):
        assert words in answer.text
    assert "Alcaldía donde está" not in answer.text
    assert address in answer.links()
    assert record(database, caso, ref).contact.phone == "+525555550199"


def test_papers_are_noted_and_taken_off(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    address = f"/personas/{ref}/documentos"
    expired = {
        "kind": "PASSPORT",
        "number": "RD4455667",
        "expires-day": "1",
        "expires-month": "2",
        "expires-year": "2020",
    }
    answer = browser.fill(address, expired, follow=True)
    assert "RD4455667" in answer.text
    assert "El documento ya venció. Se guarda igual" in answer.text
    [line] = record(database, caso, ref).documents
    paper = f"{address}/{line.ref}"
    assert browser.fill(paper, {}, form="remove-form").status == 422  # it asks first
    assert browser.fill(paper, {"sure": "1"}, form="remove-form").status == 303
    assert browser.get(paper).status == 404
    assert browser.fill(address, {"number": "1"}).status == 422
    assert record(database, caso, ref).documents == ()


def _without_keys(html: str, ref: uuid.UUID) -> str:
    # The form key of the frame changes with the second.
    return re.sub(r'name="csrf_token" value="[^"]+"', "", html.replace(str(ref), ""))


def test_out_of_reach_looks_like_not_there(
    database: Database, caso: Identity, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    ref = register(database, caso)
    north = sign_in(make_identity(database, username="norte", desk="Mesa Norte"))
    for path in ("datos/identidad", "datos/contacto", "datos/movilidad", "documentos"):
        theirs, nobodys = north.get(f"/personas/{ref}/{path}"), north.get(f"/personas/{uuid.UUID(int=7)}/{path}")
        assert theirs.status == nobodys.status == 404
        assert _without_keys(theirs.html, ref) == _without_keys(nobodys.html, uuid.UUID(int=7))
    assert north.post(f"/personas/{ref}/datos/contacto", {"phone": "5555550000", "version": "1"}).status == 404
    assert north.get(f"/personas/{ref}/datos/salud").status == 404
    assert north.get("/personas/nadie/documentos").status == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR, Role.DPO, Role.PARTNER])
def test_who_does_not_serve_people_sees_no_people(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn, role: Role
) -> None:
    organization = uuid.uuid4() if role is Role.PARTNER else None
    browser = sign_in(make_identity(database, role, username="otra", organization=organization))
    assert browser.get("/personas").status == 403
    assert browser.get(NEW).status == 403


def test_the_list_shows_this_desks_people_in_a_few_statements(
    app: Flask, browser: DeskBrowser, database: Database, caso: Identity, make_identity: MakeIdentity, clock: FixedClock
) -> None:
    register(database, make_identity(database, username="norte", desk="Mesa Norte"), new_person("Ajena"))
    for number in range(PEOPLE_PER_PAGE + 10):
        clock.advance(minutes=0.1)
        register(database, caso, new_person("Ana", f"Número {chr(65 + number % 26)}{chr(65 + number // 26)}"))
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *parts: statements.append(parts[2]))
    first = browser.get("/personas")
    assert len([words for words in statements if "SELECT" in words]) <= 3
    assert "Ajena" not in first.text
    assert len(first.all("tr")) == PEOPLE_PER_PAGE + 1  # and the headings
    second = browser.get("/personas?p=2")
    assert len(second.all("tr")) == 11
    assert "/personas?p=1" in second.links()
    assert browser.get("/personas?p=9").status == 200


def test_pages_read_in_english_too(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    browser.switch("en")
    for address in ("/personas", NEW, f"/personas/{ref}/datos/contacto", f"/personas/{ref}/documentos"):
        page = browser.get(address)
        assert (page.status, page.all("html")[0].get("lang")) == (200, "en")


_TEXT_BOXES = (
    "given", "surname1", "surname2", "chosen", "birth-day", "birth-month", "birth-year", "birth-age", "birth-unknown",
    "nationality", "nationality2", "sex_document", "curp", "accompaniment", "language", "phone", "email", "alcaldia",
    "housing", "place", "contact_name", "contact_phone", "will_return", "acknowledged", "once",
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.dictionaries(st.sampled_from(_TEXT_BOXES), st.text(max_size=300), max_size=8), data=st.data())
def test_any_text_in_any_box_is_answered(
    sqlite_browser: DeskBrowser, typed: dict[str, str], data: st.DataObject
) -> None:
    boxes = {**MARIE, **typed, "csrf_token": _token(sqlite_browser)}
    if data.draw(st.booleans()):
        boxes.setdefault("once", str(uuid.uuid4()))
    assert sqlite_browser.post(NEW, boxes).status in {200, 303, 409, 422}


_tokens: dict[int, str] = {}


def _token(browser: DeskBrowser) -> str:
    # One key for all the examples: asking for a page each time would double the time of the test.
    if id(browser) not in _tokens:
        _tokens[id(browser)] = browser.csrf()
    return _tokens[id(browser)]


@pytest.fixture
def sqlite_browser(sqlite: Database, make_identity: MakeIdentity, settings: Any) -> DeskBrowser:
    make_identity(sqlite)
    with serving(sqlite), unit_of_work("test.sign_in") as work:
        token = staff_sign_in(work, Credentials("caso", PASSWORD, "test"))
    return DeskBrowser(create_app(settings, sqlite), token or "")

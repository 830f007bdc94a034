"""The pages of an arrival, as a browser sees them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.consent.actions import record_decision
from referral.consent.facts import Decision, NewDecision, Purpose
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.partial_dates import PartialDate
from referral.people.actions import add_document, save_mobility
from referral.people.facts import MobilityFacts, NewDocument
from referral.people.models import Person
from referral.visits.queries import visits_of
from tests.conftest import NOW
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.factories.people import new_person, register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]
MARIE = {"given": "Marie-Ange", "surname1": "Joseph", "will_return": "1"}


@pytest.fixture
def database(sqlite: Database) -> Database:
    """One engine: what is written is tested on both in test_actions."""
    make.load_directory(sqlite)
    return sqlite


def only_person(database: Database) -> uuid.UUID:
    with serving(database), reading() as desk:
        return desk.session.scalars(select(Person.id)).one()


def test_the_four_questions_come_first_and_nothing_is_marked(browser: DeskBrowser) -> None:
    page = browser.get("/personas/nueva")
    boxes = page.form()
    assert {"alone", "no_bed", "medical"}.isdisjoint(boxes)
    assert boxes["danger"] == [""]
    assert page.html.index('name="medical"') < page.html.index('name="given"')


def test_without_any_tick_registering_goes_on_as_ever(browser: DeskBrowser, database: Database) -> None:
    answer = browser.fill("/personas/nueva", MARIE)
    assert answer.location == f"/personas/{only_person(database)}/consentimiento"


def test_with_a_tick_what_to_do_now_comes_before_consent(browser: DeskBrowser, database: Database) -> None:
    answer = browser.fill("/personas/nueva", {**MARIE, "birth-year": "2012", "alone": "1", "medical": "1"})
    ref = only_person(database)
    assert answer.location == f"/personas/{ref}/alertas"
    page = browser.get(answer.location)
    assert "Avise ahora a la Procuraduría de Protección" in page.text
    assert "Nunca le envíe al INM, a un albergue de personas adultas ni a su consulado" in page.text
    assert "Llame al 911" in page.text
    assert not re.search(r"\bR\d\d\b", page.text)
    assert f"/personas/{ref}/consentimiento" in page.links()


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        ({"alone": "1", "birth-year": "1990"}, "tiene 18 años o más"),
        ({"alone": "1", "birth-year": "2012", "accompaniment": "mother"}, "También anotó con quién viene"),
        ({"danger": "dragones"}, "Elija en «¿Está en peligro?»"),
    ],
)
def test_contradictions_are_said_and_nothing_typed_is_lost(
    browser: DeskBrowser, boxes: dict[str, str], words: str
) -> None:
    answer = browser.fill("/personas/nueva", {**MARIE, **boxes, "no_bed": "1"})
    assert answer.status == 422
    assert words in answer.text
    assert (answer.form()["given"], answer.form()["no_bed"]) == (["Marie-Ange"], ["1"])


def test_before_any_name_it_says_what_to_do_and_carries_on(browser: DeskBrowser, database: Database) -> None:
    answer = browser.fill("/primero", {"no_bed": "1", "danger": "violence"})
    assert answer.status == 303
    page = browser.get(answer.location)
    assert page.h1 == "Qué hacer ahora"
    assert "Pregunte primero si tiene un lugar seguro" in page.text
    assert "Nunca separe a una familia" in page.text
    assert "violence" not in answer.location
    form_page = next(link for link in page.links() if link.startswith("/personas/nueva?"))
    boxes = browser.get(form_page).form()
    assert (boxes["no_bed"], boxes["danger"]) == (["1"], ["violence"])
    browser.fill(form_page, MARIE)
    ref = only_person(database)
    with serving(database), reading() as desk:
        assert len(visits_of(desk.session, ref)) == 1
    assert browser.get(answer.location).status == 404  # it is hers now, and no longer nobody's


def test_nothing_told_is_no_alarm(browser: DeskBrowser) -> None:
    answer = browser.fill("/primero", {})
    assert "Nada de lo que preguntó corre prisa" in browser.get(answer.location).text


def test_on_the_file_the_alert_stays_until_it_is_answered(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    ref = register(database, caso)
    need = make.note_need(database, caso, ref, "HEALTH_GENERAL")
    answer = browser.post(f"/personas/{ref}/primero", {"medical": "1", "reason": "need"})
    assert answer.location == f"/personas/{ref}/alertas"
    places = (f"/personas/{ref}", f"/personas/{ref}/necesidades", f"/personas/{ref}/necesidades/{need}/puertas")
    for place in places:
        assert f"/personas/{ref}/alertas" in browser.get(place).links(), place
    home = browser.get("/")
    assert "Alertas sin atender" in home.text
    assert f"/personas/{ref}/alertas" in home.links()
    page = browser.get(f"/personas/{ref}/alertas")
    assert page.form("answer-R21")["rule"] == ["R21"]
    wrong = browser.fill(f"/personas/{ref}/alertas", {"answer": "not_applicable"}, form="answer-R21")
    assert (wrong.status, "Escriba por qué no corresponde" in wrong.text) == (422, True)
    assert "#R21-note" in wrong.links()
    done = browser.fill(
        f"/personas/{ref}/alertas", {"answer": "done_called", "note": "Fue al hospital"}, form="answer-R21"
    )
    assert done.status == 303
    for place in places:
        assert f"/personas/{ref}/alertas" not in browser.get(place).links(), place
    assert "Alertas sin atender" not in browser.get("/").text
    assert "Fue al hospital" in browser.get(f"/personas/{ref}/alertas").text


def test_an_alert_that_no_longer_stands_says_so(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    answer = browser.post(f"/personas/{ref}/alertas", {"rule": "R21", "answer": "done_called"})
    assert answer.status == 422
    assert "ya no está en el expediente" in answer.text
    assert browser.post(f"/personas/{ref}/alertas", {"rule": "R99", "answer": "done_called"}).status == 200


def test_for_a_child_alone_refusing_is_not_offered(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso, new_person(birth="2012"))
    browser.post(f"/personas/{ref}/primero", {"alone": "1"})
    page = browser.get(f"/personas/{ref}/alertas")
    assert not [box for box in page.all("input", name="answer") if box.get("value") == "person_refused"]
    sent = browser.fill(f"/personas/{ref}/alertas", {"answer": "person_refused"}, form="answer-R01")
    assert sent.status == 422


def test_the_term_for_asking_for_refuge_is_counted(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = make.served_person(database, caso)
    make.note_need(database, caso, ref, "MIGR_ASYLUM")
    assert "falta anotar cuándo entró" in browser.get(f"/personas/{ref}").text
    with serving(database, caso), unit_of_work("consent.record") as work:
        record_decision(work, person=ref, new=NewDecision(Purpose.SENSITIVE, Decision.YES, how="signed"))
        entry = PartialDate.of_day(NOW.date() - timedelta(days=25))
        save_mobility(work, person=ref, mobility=MobilityFacts(entry=entry), version=1)
    shown = browser.get(f"/personas/{ref}").text
    assert "Quedan 11 días hábiles para pedir refugio" in shown or "Quedan 12 días hábiles" in shown
    assert "Nunca le envíe a su consulado" in shown


def test_the_return_visit_tells_what_changed_and_what_to_ask(
    database: Database, caso: Identity, sign_in: SignIn, clock: FixedClock
) -> None:
    ref = make.served_person(database, caso)
    make.note_need(database, caso, ref, "WORK_PLACE")
    with serving(database, caso), unit_of_work("people.edit") as work:
        expires = NOW.date() + timedelta(days=20)
        add_document(work, person=ref, new=NewDocument("PASSPORT", "A1", "HT", expires))
    clock.advance(days=12)
    page = sign_in(caso).get(f"/personas/{ref}")
    assert "Desde su visita anterior, el 20 de noviembre" in page.text
    assert "vence el 10 de diciembre" in page.text
    assert "Sigue abierta 1 necesidad" in page.text
    assert "Qué preguntar hoy" in page.text
    assert "Pregunte si tiene CURP" in page.text


def test_a_return_visit_may_say_what_was_done(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    sent = browser.fill(f"/personas/{ref}/primero", {"reason": "papers", "done": ["printed", "interpreted"]})
    assert sent.location == f"/personas/{ref}"
    assert "Se imprimió un documento" in browser.get(f"/personas/{ref}").text
    assert browser.post(f"/personas/{ref}/primero", {"reason": "nada"}).status == 422


def test_served_but_not_inscribed(browser: DeskBrowser, database: Database) -> None:
    browser.fill("/personas/nueva", {**MARIE, "service_only": "1"})
    with serving(database), reading() as desk:
        assert desk.session.scalars(select(Person.record_kind)).one() == "service_only"


def test_who_may_see_what(database: Database, caso: Identity, make_identity: MakeIdentity, sign_in: SignIn) -> None:
    ref = register(database, caso)
    north = sign_in(make_identity(database, username="norte", desk="Mesa Norte"))
    for address in (f"/personas/{ref}/alertas", f"/personas/{ref}/primero"):
        assert north.get(address).status == 404
        assert north.post(address, {"rule": "R21", "answer": "done_called"}).status == 404
    boss = sign_in(make_identity(database, Role.SUPERVISOR, username="jefa"))
    asked = boss.get(f"/personas/{ref}/alertas")
    assert (asked.status, asked.location.partition("?")[0]) == (303, f"/personas/{ref}/reservado")
    assert boss.get(f"/personas/{ref}/primero").status == 403
    assert boss.get("/primero").status == 403


def test_a_strip_costs_one_statement(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso)
    address = f"/personas/{ref}/necesidades"
    browser.get(address)
    with counted(database) as calm:
        browser.get(address)
    browser.post(f"/personas/{ref}/primero", {"medical": "1"})
    with counted(database) as alarmed:
        browser.get(address)
    assert len(alarmed) == len(calm) <= 7


def test_all_of_it_reads_in_english(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso, new_person(birth="2012"))
    browser.post(f"/personas/{ref}/primero", {"alone": "1", "medical": "1", "danger": "trafficking", "no_bed": "1"})
    browser.switch("en")
    for address in (f"/personas/{ref}/alertas", f"/personas/{ref}/primero", "/primero", f"/personas/{ref}", "/visitas"):
        assert browser.get(address).status == 200

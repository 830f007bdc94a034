"""The desk's pages as read by each kind of account, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.consent.actions import record_decision
from referral.consent.facts import Decision, NewDecision, Purpose
from referral.infra.audit import AccessEntry
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.padron.actions import inscribe
from referral.padron.facts import Term
from referral.referrals.facts import Status
from referral.referrals.models import Referral
from tests.desk_browser import DeskBrowser
from tests.factories.people import new_person, register
from tests.factories.referrals import load_directory, moved, note_need, organization_of, prepare, served_person
from tests.statements import counted

SignIn = Callable[[Identity], DeskBrowser]
MakeIdentity = Callable[..., Identity]
MASK = "PHM-{year}-{number:06d}-{check}"


def code_of(database: Database, ref: uuid.UUID) -> str:
    with database.session(writing=False) as session:
        return session.get_one(Referral, ref).code


def allow(database: Database, identity: Identity, person: uuid.UUID, *purposes: Purpose) -> None:
    with serving(database, identity), unit_of_work("consent.record") as work:
        for purpose in purposes:
            record_decision(work, person=person, new=NewDecision(purpose, Decision.YES, "verbal_witness", "ht"))


def inscribed(database: Database, identity: Identity, person: uuid.UUID, months: int = 12) -> str:
    allow(database, identity, person, Purpose.CARE)
    with serving(database, identity), unit_of_work("padron.inscribe") as work:
        return inscribe(work, person=person, term=Term(MASK, months))


@pytest.mark.parametrize("role", list(Role))
def test_home_opens_for_every_role(
    role: Role, database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    organization = uuid.uuid4() if role is Role.PARTNER else None
    browser = sign_in(make_identity(database, role, organization=organization))
    page = browser.get("/")
    assert (page.status, page.h1) == (200, "Hoy")
    assert ("Registrar a una persona" in page.text) == (role is Role.CASEWORKER)
    for link in page.links():
        if link.startswith("/") and "_lang" not in link:
            assert browser.client.get(link).status_code in {200, 303}, link


def test_home_shows_what_needs_her_in_the_order_of_harm(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn, clock: FixedClock
) -> None:
    identity = make_identity(database)
    load_directory(database)
    person = served_person(database, identity)
    inscribed(database, identity, person, months=1)
    note_need(database, identity, person, "SHELTER_TONIGHT")
    late = prepare(database, identity, person, note_need(database, identity, person))
    prepare(database, identity, person, note_need(database, identity, person, "HEALTH_VACC"), consent="not_now")
    clock.advance(days=20)
    browser = sign_in(identity)
    with counted(database) as sent:
        page = browser.get("/")
    assert len(sent) <= 9  # one of them is the session's
    numbers = {"".join(link.itertext()).strip(): link.get("href") for link in page.all("a", class_="v-counts__link")}
    assert list(numbers) == [
        "1 necesidad inmediata sin canalizar",
        "1 canalización sin respuesta a tiempo",
        "1 canalización espera respuesta",
        "1 borrador espera consentimiento",
        "1 canalización en curso",
        "1 inscripción vence en 30 días",
    ]
    assert f"/canalizaciones/{late}" in page.links()
    assert code_of(database, late) in browser.get(numbers["1 canalización sin respuesta a tiempo"]).text
    assert "Dónde dormir esta noche" in page.text


def test_home_costs_the_same_whatever_the_number_of_people(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    identity = make_identity(database)
    load_directory(database)

    def cost() -> int:
        with counted(database) as sent:
            sign_in(identity).get("/")
        return len(sent)

    for _count in range(2):
        person = served_person(database, identity)
        note_need(database, identity, person, "SHELTER_TONIGHT")
    few = cost()
    for _count in range(8):
        person = served_person(database, identity)
        note_need(database, identity, person, "SHELTER_TONIGHT")
        inscribed(database, identity, person, months=1)
    assert cost() <= few + 1


def test_another_desk_does_not_see_these_people(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    identity = make_identity(database)
    load_directory(database)
    person = served_person(database, identity)
    note_need(database, identity, person, "SHELTER_TONIGHT")
    other = sign_in(make_identity(database, username="otra", desk="Mesa Sur"))
    assert "Marie-Ange" not in other.get("/").text
    gone, never = other.get(f"/personas/{person}"), other.get(f"/personas/{uuid.uuid4()}")
    assert (gone.status, never.status) == (404, 404)
    assert gone.text == never.text


def test_an_institution_reads_its_inbox_on_the_home_page(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    identity = make_identity(database)
    load_directory(database)
    person = served_person(database, identity)
    sent = prepare(database, identity, person, note_need(database, identity, person))
    house = organization_of(database, "SEDESA")
    page = sign_in(make_identity(database, Role.PARTNER, username="salud", organization=house)).get("/")
    assert code_of(database, sent) in page.text
    assert f"/canalizaciones/{sent}" in page.links()
    stranger = sign_in(make_identity(database, Role.PARTNER, username="ajena", organization=uuid.uuid4())).get("/")
    assert code_of(database, sent) not in stranger.text


class TestSearch:
    def test_misspelt_names_find_the_person_with_reasons(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        identity = make_identity(database)
        person = register(database, identity, new_person())
        page = sign_in(identity).post("/buscar", {"q": "marianj josef"})
        assert page.status == 200
        assert f"/personas/{person}" in page.links()
        assert "Por qué aparece" in page.text
        assert "suena igual" in page.text

    def test_nothing_of_the_person_is_in_an_address(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        identity = make_identity(database)
        register(database, identity, new_person())
        page = sign_in(identity).post("/buscar", {"q": "joseph"})
        assert not any("joseph" in link.lower() for link in page.links())

    def test_another_desk_gets_the_minimal_card_and_may_record_a_visit(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        person = register(database, make_identity(database), new_person(chosen="Mari"))
        other = sign_in(make_identity(database, username="otra", desk="Mesa Sur"))
        page = other.post("/buscar", {"q": "Marie-Ange Joseph"})
        assert "Mari" in page.text
        assert "Mesa Centro" in page.text
        assert "criollo" not in page.text.lower()
        assert f"/personas/{person}" not in page.links()
        assert other.get(f"/personas/{person}").status == 404
        assert other.post(f"/personas/{person}/visitas").location.endswith(f"/personas/{person}")
        assert other.get(f"/personas/{person}").status == 200

    def test_a_code_goes_straight_to_its_referral_and_a_folio_to_its_file(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        identity = make_identity(database)
        load_directory(database)
        person = served_person(database, identity)
        sent = prepare(database, identity, person, note_need(database, identity, person))
        folio = inscribed(database, identity, person)
        code = code_of(database, sent)
        browser = sign_in(identity)
        assert browser.post("/buscar", {"q": code.lower().replace("-", " ")}).location.endswith(
            f"/canalizaciones/{sent}"
        )
        assert browser.post("/buscar", {"q": folio.lower()}).location.endswith(f"/personas/{person}")
        other = sign_in(make_identity(database, username="otra", desk="Mesa Sur"))
        by_code, by_folio = other.post("/buscar", {"q": code}), other.post("/buscar", {"q": folio})
        assert (by_code.status, by_folio.status) == (200, 200)
        assert "Registrar visita aquí" in by_folio.text

    def test_empty_and_fruitless_searches_say_what_to_try(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        browser = sign_in(make_identity(database))
        assert "Uno o más nombres" in browser.get("/buscar").text
        empty = browser.post("/buscar", {"q": "   "})
        assert empty.status == 422
        assert "Escriba un nombre" in empty.text
        none = browser.post("/buscar", {"q": "Zzyzx"})
        assert none.status == 200
        assert "Pruebe con menos letras" in none.text
        assert "/personas/nueva" in none.links()
        assert browser.post("/buscar", {"q": "a" * 201}).status == 422

    def test_the_piece_fetched_while_typing_holds_the_first_people(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        identity = make_identity(database)
        person = register(database, identity, new_person())
        browser = sign_in(identity)
        piece = browser.post("/buscar/primeras", {"q": "josep"})
        assert piece.status == 200
        assert "<html" not in piece.html
        assert f"/personas/{person}" in piece.html
        assert browser.post("/buscar/primeras", {"q": ""}).html.strip() == ""

    def test_an_institution_may_not_search(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        partner = sign_in(make_identity(database, Role.PARTNER, organization=uuid.uuid4()))
        assert partner.get("/buscar").status == 403


class TestFile:
    def test_it_shows_everything_within_its_budget(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn, clock: FixedClock
    ) -> None:
        identity = make_identity(database)
        load_directory(database)
        person = served_person(database, identity)
        inscribed(database, identity, person)
        sent = prepare(database, identity, person, note_need(database, identity, person))
        note_need(database, identity, person, "HEALTH_VACC")
        browser = sign_in(identity)
        browser.post(f"/personas/{person}/visitas")
        clock.advance(delta=timedelta(days=2))
        moved(database, identity, sent, Status.ACCEPTED)
        browser = sign_in(identity)
        with counted(database) as statements:
            page = browser.get(f"/personas/{person}")
        assert len(statements) <= 11
        assert page.h1.startswith("Marie-Ange")
        for words in ("Desde su visita anterior", "Contestó", "Vacunas", "PHM-2026-000001", "+52 55 5555 0123"):
            assert words in page.text
        for link in page.links():
            if link.startswith("/") and "_lang" not in link:
                assert browser.client.get(link).status_code == 200, link

    def test_each_piece_of_news_says_its_own_and_a_sending_nothing_of_the_end(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn, clock: FixedClock
    ) -> None:
        identity = make_identity(database)
        load_directory(database)
        person = served_person(database, identity)
        need = note_need(database, identity, person)
        sign_in(identity).post(f"/personas/{person}/visitas")
        clock.advance(delta=timedelta(days=2))
        sent = prepare(database, identity, person, need)
        moved(database, identity, sent, Status.REJECTED, reason="no_capacity")
        page = sign_in(identity).get(f"/personas/{person}")
        told = [" ".join("".join(line.itertext()).split()) for line in page.all("li")]
        [sending] = [line for line in told if "Se envió la canalización" in line]
        [closing] = [line for line in told if "Se cerró la canalización" in line]
        code = code_of(database, sent)
        assert sending.endswith(code)
        assert closing.endswith(f"{code} No había servicio o cupo.")

    def test_its_cost_does_not_grow_with_what_is_on_it(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        identity = make_identity(database)
        load_directory(database)
        person = served_person(database, identity)
        browser = sign_in(identity)
        with counted(database) as few:
            browser.get(f"/personas/{person}")
        for code in ("HEALTH_GENERAL", "HEALTH_VACC", "HEALTH_MENTAL"):
            prepare(database, identity, person, note_need(database, identity, person, code))
        with counted(database) as many:
            browser.get(f"/personas/{person}")
        assert len(many) <= len(few)

    def test_opening_it_is_logged_once(self, database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> None:
        identity = make_identity(database)
        person = register(database, identity)
        browser = sign_in(identity)
        browser.get(f"/personas/{person}")
        browser.get(f"/personas/{person}")
        with database.session(writing=False) as session:
            seen = session.execute(select(AccessEntry.staff_id, AccessEntry.what)).all()
        assert seen == [(identity.staff, "file")]

    def test_the_next_step_leads_where_it_says(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        identity = make_identity(database)
        person = register(database, identity)
        browser = sign_in(identity)
        page = browser.get(f"/personas/{person}")
        assert "Explique el aviso de privacidad" in page.text
        assert f"/personas/{person}/consentimiento" in page.links()

    def test_a_child_alone_is_an_alert_before_anything_else(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        identity = make_identity(database)
        child = new_person(birth="2014-05-01")
        object.__setattr__(child.identity, "accompaniment", "alone")
        person = register(database, identity, child)
        page = sign_in(identity).get(f"/personas/{person}")
        assert "sin acompañante" in "".join(page.all("ul", class_="v-person__alerts")[0].itertext())
        assert "Envíe el aviso de protección a la procuraduría" in page.text

    def test_a_supervisor_reads_it_without_what_she_may_not_do(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn, app: Flask
    ) -> None:
        identity = make_identity(database)
        person = register(database, identity)
        supervisor = make_identity(database, Role.SUPERVISOR, username="jefa", desk="Mesa Norte")
        browser = sign_in(supervisor)
        assert browser.get(f"/personas/{person}").status == 404
        with database.technical() as connection:
            connection.exec_driver_sql("UPDATE staff SET desk_id = (SELECT desk_id FROM staff WHERE username = 'caso')")
        page = browser.get(f"/personas/{person}")
        assert page.status == 200
        assert f"/personas/{person}/consentimiento" not in page.links()
        assert not page.all("form", id="visit-form")

    def test_it_reads_in_english(self, database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> None:
        identity = make_identity(database)
        person = register(database, identity)
        page = sign_in(identity).get(f"/personas/{person}?_lang=en")
        assert page.status == 200
        assert page.tree.get("lang") == "en"

"""The sections of a file as a browser sees them: each saved on its own, kept apart, shown to who may see it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.infra.audit import AccessEntry, AuditEntry
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.people import actions
from referral.people.facts import (
    ContactFacts,
    DoNotTell,
    FunctionAnswer,
    HealthFacts,
    MobilityFacts,
    PersonRecord,
    Section,
    SpokenLanguage,
)
from referral.people.models import Person
from referral.people.queries.cards import person_record
from tests.desk_browser import DeskBrowser
from tests.factories.glass import break_glass
from tests.factories.people import new_person, register

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def browser(caso: Identity, sign_in: SignIn) -> DeskBrowser:
    return sign_in(caso)


@pytest.fixture
def ref(database: Database, caso: Identity) -> uuid.UUID:
    """Somebody on file who consented to sensitive data."""
    found = register(database, caso)
    allow(database, caso, found)
    return found


def allow(database: Database, identity: Identity, ref: uuid.UUID, basis: str | None = "consent") -> None:
    with serving(database, identity), unit_of_work("test.basis") as work:
        actions.set_sensitive_basis(work, person=ref, basis=basis)


def record(database: Database, identity: Identity, ref: uuid.UUID) -> PersonRecord:
    with serving(database, identity, read_only=True), reading() as desk:
        return person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref)


def at(ref: uuid.UUID, section: Section) -> str:
    return f"/personas/{ref}/datos/{section.value}"


ANSWERS: dict[Section, dict[str, Any]] = {
    Section.REGISTRY: {"channel": "outreach", "pre_registration_ref": "PRE-77"},
    Section.IDENTITY: {"single_name": "1", "birth_country": "MX", "birth_state": "12", "birth_place": "Chilapa"},
    Section.CONTACT: {"safe_hours": "Por la tarde", "language_1": "es", "level_1": "little"},
    Section.MOBILITY: {"profiles": ["TRANSIT"], "idp_cause": "THREAT", "idp_municipality": "Chilapa"},
    Section.FAMILY: {"marital": "free_union", "pregnant": "breastfeeding"},
    Section.GROUPS: {"groups": ["AFRO"], "groups_asked": "1", "gender_identity": "woman", "indigenous": "Nahua"},
    Section.ATTENTION: {"attention_LP": ["LP-ND", "LP-RR"], "attention_SV": ["SV-VA"]},
    Section.DISABILITY: {"function_SEE": "cannot", "function_HEAR": "none"},
    Section.WORK: {"schooling": "primary", "skills": "Costura\nCocina", "work_permission": "no"},
    Section.HEALTH: {"health_needs": ["HEALTH_PREG"]},
    Section.ACCOUNT: {"notes": "Llega los martes."},
    Section.FOLLOW_UP: {"next_contact-day": "1", "next_contact-month": "12", "next_contact-year": "2026"},
}  # fmt: skip


@pytest.mark.parametrize("section", list(Section), ids=lambda section: section.value)
def test_each_section_is_saved_alone_and_comes_back(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID, section: Section
) -> None:
    before = record(database, caso, ref)
    answer = browser.fill(at(ref, section), ANSWERS[section])
    assert (answer.status, answer.location) == (303, f"/personas/{ref}/datos")
    again = browser.get(at(ref, section)).form()
    for name, value in ANSWERS[section].items():
        assert again[name] == (value if isinstance(value, list) else [value]), name
    after = record(database, caso, ref)
    assert after.card.document_name == before.card.document_name
    assert after.contact.phone == before.contact.phone
    others = [one for one in Section if one is not section]
    assert all(browser.get(at(ref, other)).status == 200 for other in others[:2])


def test_everything_answered_is_on_the_data_page_in_both_languages(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    start = browser.get(f"/personas/{ref}/datos")
    assert start.text.count("sin preguntar") == 10
    others = {"consentimiento", "documentos", "familia", "necesidades", "padron", "constancia"}
    linked = {link.removeprefix(f"/personas/{ref}/") for link in start.links()}
    assert others <= linked, others - linked
    for section, boxes in ANSWERS.items():
        assert browser.fill(at(ref, section), boxes).status == 303
    page = browser.get(f"/personas/{ref}/datos")
    for words in (
        "Brigada o jornada", "PRE-77", "Chilapa", "Español (Un poco)", "Amenazas, extorsión", "Unión libre",
        "Lactancia", "Personas afrodescendientes", "por lo que dice de sí",
        "Sobreviviente de violencia sexual o de género en México",
        "Ver, aunque use lentes: No puede", "Costura; Cocina", "Embarazo, parto y posparto", "Llega los martes.",
        "1 de diciembre de 2026", "3 de 6 contestadas", "Prueba caso",
    ):  # fmt: skip
        assert words in page.text, words
    assert "sin preguntar" not in page.text
    browser.switch("en")
    assert "Living together" in browser.get(f"/personas/{ref}/datos").text


def test_what_was_answered_can_be_taken_back(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(at(ref, Section.GROUPS), ANSWERS[Section.GROUPS])
    browser.fill(at(ref, Section.GROUPS), {"groups": [], "indigenous": "", "groups_asked": None})
    told = record(database, caso, ref).protected
    assert (told.groups, told.indigenous, told.groups_asked, told.gender_identity) == ((), "", False, "woman")


def test_without_consent_sensitive_questions_are_neither_asked_nor_kept(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    ref = register(database, caso)
    for section in (Section.MOBILITY, Section.GROUPS, Section.ATTENTION, Section.DISABILITY, Section.HEALTH):
        page = browser.get(at(ref, section))
        assert page.all("form", id="main-form") == []
        assert f"/personas/{ref}/consentimiento" in page.links()
        assert browser.post(at(ref, section), {"version": "1", **ANSWERS[section]}).status == 422
    family = browser.get(at(ref, Section.FAMILY))
    assert "pregnant" not in family.form()
    assert "Falta 1 pregunta, que espera su consentimiento." in family.text
    sent = {**family.form(), "marital": "single", "pregnant": "pregnant"}
    assert browser.post(at(ref, Section.FAMILY), sent).status == 303
    filed = record(database, caso, ref)
    assert (filed.life.marital, filed.health.pregnant) == ("single", "")
    with serving(database), reading() as desk:
        row = desk.session.get_one(Person, ref)
        assert (row.status_sealed, row.health_sealed, row.protected_sealed) == (None, None, None)


def test_withdrawn_consent_closes_and_keeps_what_was_told(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(at(ref, Section.GROUPS), ANSWERS[Section.GROUPS])
    browser.fill(at(ref, Section.WORK), ANSWERS[Section.WORK])
    allow(database, caso, ref, None)
    page = browser.get(f"/personas/{ref}/datos")
    assert "Nahua" not in page.text
    assert "espera su consentimiento" in page.text
    browser.fill(at(ref, Section.WORK), {"schooling": "degree"})
    allow(database, caso, ref)
    filed = record(database, caso, ref)
    assert (filed.protected.indigenous, filed.standing.work_permission, filed.life.schooling) == (
        "Nahua",
        "no",
        "degree",
    )


def test_protected_answers_are_for_the_caseworkers_of_her_desk(
    browser: DeskBrowser,
    database: Database,
    caso: Identity,
    ref: uuid.UUID,
    make_identity: MakeIdentity,
    sign_in: SignIn,
) -> None:
    for section in (Section.GROUPS, Section.ATTENTION, Section.MOBILITY, Section.WORK):
        browser.fill(at(ref, section), ANSWERS[section])
    boss = make_identity(database, Role.SUPERVISOR, username="jefa")
    page = sign_in(boss).get(f"/personas/{ref}/datos")
    assert page.status == 200
    assert "Primaria" in page.text
    for hidden in (
        "Necesidades de atención", "Nahua", "Chilapa", "Amenazas", "afrodescendientes", "Sobreviviente",
        "Contacto y domicilio", "5555550123", "permiso para trabajar", "por su perfil",
    ):  # fmt: skip
        assert hidden not in page.text, hidden
    assert f"/personas/{ref}/consentimiento" not in page.links()
    seen = record(database, boss, ref)
    assert (seen.attention, seen.protected.groups, seen.mobility.profiles) == ((), (), ())
    break_glass(database, boss, ref)
    seen = record(database, boss, ref)
    assert "LP-ND" in seen.attention
    assert seen.mobility.profiles == ("TRANSIT",)
    north = sign_in(make_identity(database, username="norte", desk="Mesa Norte"))
    assert north.get(f"/personas/{ref}/datos").status == 404
    assert north.get(at(ref, Section.ATTENTION)).status == 404


def test_the_audit_names_what_changed_and_never_the_answer(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(at(ref, Section.ATTENTION), ANSWERS[Section.ATTENTION])
    browser.fill(at(ref, Section.ACCOUNT), ANSWERS[Section.ACCOUNT])
    with serving(database), reading() as desk:
        entries = desk.session.scalars(select(AuditEntry).where(AuditEntry.person_id == ref)).all()
        told = " ".join(str(vars(entry)) for entry in entries)
        seen = desk.session.scalars(select(AccessEntry.what).where(AccessEntry.person_id == ref)).all()
    assert "attention" in told
    assert "SV-VA" not in told
    assert "martes" not in told
    assert {"necesidades-de-atencion", "relato"} <= set(seen)


def test_a_section_saved_meanwhile_is_stale_and_another_is_not(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID, make_identity: MakeIdentity
) -> None:
    opened = browser.get(at(ref, Section.WORK)).form()
    colleague = make_identity(database, username="colega")
    with serving(database, colleague), unit_of_work("test.save") as work:
        actions.save_section(work, person=ref, section=Section.FAMILY, answers={"life.marital": "single"}, version=1)
    assert browser.post(at(ref, Section.WORK), {**opened, "schooling": "degree"}).status == 303
    with serving(database, colleague), unit_of_work("test.save") as work:
        actions.save_section(work, person=ref, section=Section.WORK, answers={"life.schooling": "technical"}, version=2)
    stale = browser.post(
        at(ref, Section.WORK), {**opened, "version": "2", "schooling": "primary", "occupation": "Cocina"}
    )
    assert stale.status == 409
    for words in ("Carrera técnica", "Primaria", "Cocina", "Prueba colega"):
        assert words in stale.text
    filed = record(database, caso, ref)
    assert (filed.life.schooling, filed.life.marital) == ("technical", "single")


def test_profiles_have_dates_and_a_past_one_no_longer_counts(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = at(ref, Section.MOBILITY)
    browser.fill(address, {"profiles": ["TRANSIT", "ASYLUM_SEEKER"]})
    assert "Persona migrante en tránsito: desde cuándo" in browser.get(address).text
    browser.fill(
        address,
        {
            "since_TRANSIT-year": "2024", "until_TRANSIT-month": "3", "until_TRANSIT-year": "2025",
            "since_ASYLUM_SEEKER-month": "3", "since_ASYLUM_SEEKER-year": "2025",
        },
    )  # fmt: skip
    journey = record(database, caso, ref).mobility
    assert journey.profiles == ("ASYLUM_SEEKER",)
    assert [(one.profile, one.since.to_text(), one.until.to_text()) for one in journey.history] == [
        ("TRANSIT", "2024", "2025-03"),
        ("ASYLUM_SEEKER", "2025-03", "unknown"),
    ]
    again = browser.get(address).form()
    assert again["profiles"] == ["TRANSIT", "ASYLUM_SEEKER"]
    crossed = browser.fill(address, {"since_TRANSIT-year": "2026"})
    assert crossed.status == 422
    assert "#until_TRANSIT-day" in crossed.links()
    assert "desde 2024 hasta marzo de 2025" in browser.get(f"/personas/{ref}/datos").text


def test_a_new_profile_is_dated_in_the_same_save(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = at(ref, Section.MOBILITY)
    dates = {"since_TRANSIT-year": "2024", "until_TRANSIT-year": "2025"}
    lost = browser.fill(address, dates)  # nobody ticked the profile
    assert lost.status == 422
    assert "Marque también «Persona migrante en tránsito», o borre sus fechas." in lost.text
    assert lost.form()["since_TRANSIT-year"] == ["2024"]
    assert browser.fill(address, {**dates, "profiles": ["TRANSIT"]}).status == 303
    [past] = record(database, caso, ref).mobility.history
    assert (past.profile, past.since.to_text(), past.until.to_text()) == ("TRANSIT", "2024", "2025")
    assert browser.fill(address, {"profiles": None}).status == 303  # it was a mistake: its dates go with it
    assert record(database, caso, ref).mobility.history == ()


def test_an_optional_answer_is_taken_back_without_a_script(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = at(ref, Section.DISABILITY)
    page = browser.get(address)
    assert not [name for name in page.form() if name.startswith("function_")]  # nothing is chosen beforehand
    name = next(box.get("name") for box in page.all("input", type="radio"))
    assert browser.fill(address, {name: "much"}).status == 303
    assert len(record(database, caso, ref).health.functions) == 1
    assert browser.get(address).form()[name] == ["much"]
    assert browser.fill(address, {name: ""}).status == 303
    assert record(database, caso, ref).health.functions == ()


def test_care_after_violence_is_sealed_with_what_is_protected(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = at(ref, Section.HEALTH)
    assert browser.fill(address, {"health_needs": ["HEALTH_PREG", "HEALTH_RAPE"]}).status == 303
    filed = record(database, caso, ref)
    assert (filed.health.health_needs, filed.protected.health_needs) == (("HEALTH_PREG",), ("HEALTH_RAPE",))
    assert sorted(browser.get(address).form()["health_needs"]) == ["HEALTH_PREG", "HEALTH_RAPE"]
    assert "después de violencia sexual" in browser.get(f"/personas/{ref}/datos").text
    assert browser.fill(address, {"health_needs": ["HEALTH_PREG"]}).status == 303
    assert record(database, caso, ref).health_needs == ("HEALTH_PREG",)


def test_what_an_older_version_kept_among_health_moves_to_its_drawer(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    def noted_as_before() -> None:
        with serving(database, caso), unit_of_work("test.before") as work:
            person = work.session.get_one(Person, ref)
            person.health = {**person.health, "health_needs": ["HEALTH_RAPE", "HEALTH_PREG"]}
            person.protected = {**person.protected, "health_needs": []}

    def apart() -> tuple[tuple[str, ...], tuple[str, ...]]:
        filed = record(database, caso, ref)
        return filed.health.health_needs, filed.protected.health_needs

    noted_as_before()
    assert (
        browser.fill(at(ref, Section.FAMILY), {"pregnant": "breastfeeding"}).status == 303
    )  # another part of the same drawer
    assert apart() == (("HEALTH_PREG",), ("HEALTH_RAPE",))
    noted_as_before()
    with serving(database), unit_of_work("people.reindex") as work:
        actions.reindex(work, person=ref)
    assert apart() == (("HEALTH_PREG",), ("HEALTH_RAPE",))


def test_a_protected_address_is_shown_on_request_and_noted(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = at(ref, Section.CONTACT)
    browser.fill(address, {"street": "Calle Secreta 12", "colonia": "Roma", "protected_address": "1"})
    assert record(database, caso, ref).contact.street == ""
    for path in (f"/personas/{ref}", f"/personas/{ref}/datos", address):
        assert "Secreta" not in browser.get(path).html
    assert "street" not in browser.get(address).form()
    browser.fill(address, {"phone": "55 5555 0144"})
    assert browser.get(f"/personas/{ref}/domicilio").status == 405
    shown = browser.post(f"/personas/{ref}/domicilio", {})
    assert "Calle Secreta 12" in shown.text
    with serving(database), reading() as desk:
        assert "address" in desk.session.scalars(select(AccessEntry.what).where(AccessEntry.person_id == ref)).all()
    browser.fill(address, {"protected_address": None})
    assert record(database, caso, ref).contact.street == "Calle Secreta 12"


def test_another_save_of_contact_keeps_a_protected_address(database: Database, caso: Identity, ref: uuid.UUID) -> None:
    hidden = ContactFacts(street="Calle Secreta 12", place="Casa de Rosa", protected_address=True)
    with serving(database, caso), unit_of_work("test.save") as work:
        actions.save_contact(work, person=ref, contact=hidden, version=1)
    with serving(database, caso), unit_of_work("test.save") as work:
        read = person_record(work.session, work.reach(Permission.PERSON_EDIT), ref)
        actions.save_contact(work, person=ref, contact=read.contact, version=2)
    with serving(database, caso), unit_of_work("test.save") as work:
        actions.save_section(
            work, person=ref, section=Section.CONTACT, answers={"contact.protected_address": False}, version=3
        )
    assert record(database, caso, ref).contact.place == "Casa de Rosa"


def test_who_must_not_be_told_stands_on_every_page_of_the_file(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(at(ref, Section.CONTACT), {"who_1": "Su expareja", "note_1": "llama a los albergues"})
    assert record(database, caso, ref).do_not_tell == (DoNotTell("Su expareja", "llama a los albergues"),)
    for path in (f"/personas/{ref}", f"/personas/{ref}/datos", at(ref, Section.WORK)):
        assert "No informar a: Su expareja (llama a los albergues)" in browser.get(path).text


def test_a_note_with_numbers_is_saved_and_warned_about(browser: DeskBrowser, ref: uuid.UUID) -> None:
    answer = browser.fill(at(ref, Section.ACCOUNT), {"notes": "Su CURP es HEGG560427MVZRRL04"}, follow=True)
    assert "La nota parece traer una CURP" in answer.text
    assert browser.get(at(ref, Section.ACCOUNT)).form()["notes"] == ["Su CURP es HEGG560427MVZRRL04"]


def test_six_questions_answered_before_as_one_list_are_shown(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    with serving(database, caso), unit_of_work("test.health") as work:
        actions.save_mobility(
            work, person=ref, mobility=MobilityFacts(), health=HealthFacts(difficulties=("LOC-DIS-WALK",)), version=1
        )
    assert browser.get(at(ref, Section.DISABILITY)).form()["function_WALK"] == ["much"]
    browser.fill(at(ref, Section.DISABILITY), {"function_WALK": "some", "function_COM": "cannot"})
    health = record(database, caso, ref).health
    assert health.difficulties == ("LOC-DIS-COM",)
    assert health.functions == (FunctionAnswer("LOC-DIS-WALK", "some"), FunctionAnswer("LOC-DIS-COM", "cannot"))


def test_codes_noted_by_a_specialist_or_long_ago_stay(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    with serving(database, caso), unit_of_work("test.save") as work:
        kept = {"protected.attention": ("TR-HO", "LP-AP", "LP-RR")}
        actions.save_section(work, person=ref, section=Section.ATTENTION, answers=kept, version=1)
    form = browser.get(at(ref, Section.ATTENTION))
    assert "TR-HO" not in form.html
    browser.fill(at(ref, Section.ATTENTION), {"attention_LP": ["LP-ND"]})
    assert set(record(database, caso, ref).attention) == {"LP-ND", "TR-HO", "LP-AP"}


def test_the_public_health_question_comes_from_the_settings(browser: DeskBrowser, ref: uuid.UUID) -> None:
    assert "outbreak" not in browser.get(at(ref, Section.HEALTH)).html


def test_languages_she_speaks_are_kept_with_their_level(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(at(ref, Section.CONTACT), {"language_1": "fr", "level_1": "well", "language_3": "es"})
    told = (SpokenLanguage("fr", "well"), SpokenLanguage("es"))
    assert record(database, caso, ref).contact.languages == told


def test_a_language_outside_the_list_is_kept_by_its_name(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    spoken = {"language_1": "other", "language_name_1": "Ayapaneco", "level_1": "well", "language_name_2": "Chontal"}
    browser.fill(at(ref, Section.CONTACT), {"language": "other", "language_name": "Mixe", "interpreter": "1", **spoken})
    contact = record(database, caso, ref).contact
    assert (contact.language, contact.language_name, contact.spoken) == ("other", "Mixe", "Mixe")
    assert contact.languages == (SpokenLanguage("other", "well", "Ayapaneco"), SpokenLanguage("other", "", "Chontal"))
    for path in (f"/personas/{ref}", f"/personas/{ref}/datos", f"/personas/{ref}/necesidades", "/personas"):
        assert "Mixe" in browser.get(path).text, path
    assert "Otra lengua" not in browser.get(f"/personas/{ref}/datos").text
    assert "Ayapaneco" in browser.get(f"/personas/{ref}/datos").text
    boxes = browser.get(at(ref, Section.CONTACT)).form()
    assert (boxes["language"], boxes["language_name"], boxes["language_name_1"]) == (["other"], ["Mixe"], ["Ayapaneco"])


def test_a_name_that_stands_in_the_list_becomes_its_code_and_another_is_asked_about(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(at(ref, Section.CONTACT), {"language": "", "language_name": "nahuatl"})
    assert record(database, caso, ref).contact.spoken == "nah"
    wrong = browser.fill(at(ref, Section.CONTACT), {"language": "es", "language_name": "Mixe"})
    assert (wrong.status, "Elija «Otra lengua» en la lista" in wrong.text) == (422, True)
    assert wrong.form()["language_name"] == ["Mixe"]
    row = browser.fill(at(ref, Section.CONTACT), {"language_2": "es", "language_name_2": "Mixe"})
    assert (row.status, row.form()["language_name_2"]) == (422, ["Mixe"])


def test_as_many_people_not_to_be_told_as_there_are(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = at(ref, Section.CONTACT)
    boxes = {**browser.get(address).form(), "phone": "12", "who_1": "Su expareja", "who_3": "Un tío"}
    more = browser.post(address, {**boxes, "do": "add_who"})
    assert (more.status, bool(more.all("div", class_="govuk-error-summary"))) == (200, False)
    shown = more.form()
    assert (shown["phone"], shown["who_3"], shown["who_4"]) == (["12"], ["Un tío"], [""])
    assert record(database, caso, ref).do_not_tell == ()
    named = {f"who_{number}": f"Persona {number}" for number in range(1, 5)}
    browser.post(address, {**shown, "phone": "", "will_return": "1", **named})
    assert [one.who for one in record(database, caso, ref).do_not_tell] == list(named.values())
    again = browser.get(address).form()
    assert (again["who_4"], again["who_5"]) == (["Persona 4"], [""])
    assert "who_6" not in again


def test_one_more_language_and_at_most_twelve(browser: DeskBrowser, ref: uuid.UUID) -> None:
    address = at(ref, Section.CONTACT)
    page = browser.get(address)
    for number in range(4, 13):
        page = browser.post(address, {**page.form(), "language_1": "fr", "do": "add_language"})
        assert f"language_{number}" in page.form()
    assert page.form()["language_1"] == ["fr"]
    assert "Agregar otra lengua" not in page.text
    assert "language_13" not in browser.post(address, {**page.form(), "do": "add_language"}).form()


def test_a_row_that_somebody_else_filled_meanwhile_loses_nothing_typed(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = at(ref, Section.CONTACT)
    old = browser.post(address, {**browser.get(address).form(), "do": "add_who"}).form()
    browser.fill(address, {"who_1": "Su suegra"})
    stale = browser.post(address, {**old, "who_4": "Su expareja"})
    assert (stale.status, "Su expareja" in stale.html, "Su suegra" in stale.html) == (409, True, True)


def test_every_shown_field_says_why_it_is_asked(browser: DeskBrowser, ref: uuid.UUID) -> None:
    page = browser.get(at(ref, Section.CONTACT))
    assert page.all("details")
    assert "Que un aviso no le ponga en peligro." in page.text
    assert "Lo ven sólo quienes atienden en esta mesa." in browser.get(at(ref, Section.GROUPS)).text


def test_the_pages_read_little(
    app: Flask, browser: DeskBrowser, database: Database, ref: uuid.UUID, clock: FixedClock
) -> None:
    for address in (f"/personas/{ref}/datos", at(ref, Section.CONTACT)):
        browser.get(address)
        statements: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *parts, to=statements: to.append(parts[2]))
        browser.get(address)
        assert len([words for words in statements if "SELECT" in words]) <= 6, address


def test_a_new_file_may_stay_empty(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso, new_person("Ana", "", birth="unknown", nationalities=(), language="", alcaldia=""))
    assert browser.get(f"/personas/{ref}/datos").status == 200
    for section in (Section.REGISTRY, Section.FAMILY, Section.WORK, Section.ACCOUNT, Section.FOLLOW_UP):
        assert browser.fill(at(ref, section), {}).status == 303
    assert "preguntado, sin respuestas" in browser.get(f"/personas/{ref}/datos").text

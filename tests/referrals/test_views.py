"""The pages of the referrals room, read by a strict browser in both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.consent.actions import withdraw
from referral.consent.facts import Purpose
from referral.directory.models import Service
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.referrals.facts import Status
from referral.referrals.models import Referral, ReferralEvent
from referral.upkeep.actions.values import write_values
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.factories.people import new_person
from tests.paper_reading import read_paper
from tests.referrals.conftest import Scene
from tests.statements import counted

SignIn = Callable[[Identity], DeskBrowser]
SENDING = 20  # statements, with who the cookie belongs to and her household


def offers_address(scene: Scene) -> str:
    return f"/personas/{scene.person}/necesidades/{scene.need}/puertas"


def door_address(scene: Scene, key: str = "SEDESA") -> str:
    return f"{offers_address(scene)}/{make.service(scene.database, key)}"


def stands(database: Database, address: str) -> str:
    with database.session(writing=False) as session:
        row = session.get(Referral, make_ref(address))
        assert row is not None
        return row.status


def make_ref(address: str) -> uuid.UUID:
    return uuid.UUID(address.rsplit("/", 1)[-1])


@pytest.mark.parametrize(("language", "named"), [("es", "Comedores Sociales"), ("en", "Community kitchens")])
def test_the_rules_name_services_and_no_keys(scene: Scene, sign_in: SignIn, language: str, named: str) -> None:
    browser = sign_in(scene.desk)
    browser.switch(language)
    with counted(scene.database) as statements:
        page = browser.get("/directorio/reglas")
    assert page.status == 200
    assert len([one for one in statements if "FROM service" in one]) == 1
    text = page.text
    assert named in text
    assert "COMEDORES" not in text
    assert f"/directorio/{make.service(scene.database, 'COMEDORES')}" in page.links()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_offers_come_best_first_with_their_reasons(scene: Scene, sign_in: SignIn, language: str) -> None:
    browser = sign_in(scene.desk)
    browser.switch(language)
    page = browser.get(offers_address(scene))
    assert page.status == 200
    offered = [" ".join("".join(node.itertext()).split()) for node in page.all("li", class_="v-offer")]
    assert offered
    assert any(f"/puertas/{make.service(scene.database, 'SEDESA')}" in link for link in page.links())
    assert all(f"/puertas/{make.service(scene.database, 'VENTANILLA')}" not in link for link in page.links())


def test_a_child_alone_is_told_first_and_blocked_doors_give_no_way_in(scene: Scene, sign_in: SignIn) -> None:
    child = make.served_person(scene.database, scene.desk, new_person("Luis", "Paz", birth="2014-05-01"))
    need = make.note_need(scene.database, scene.desk, child, "PROTECT_UASC")
    browser = sign_in(scene.desk)
    page = browser.get(f"/personas/{child}/necesidades/{need}/puertas")
    assert page.all("div", class_="v-note--danger")
    prepared = browser.get(f"/personas/{child}/necesidades/{need}/puertas/{make.service(scene.database, 'INM')}")
    assert prepared.status == 200
    assert not prepared.all("form", id="main-form")


def test_preparing_shows_the_packet_and_yes_sends_it(scene: Scene, sign_in: SignIn) -> None:
    browser = sign_in(scene.desk)
    page = browser.get(door_address(scene))
    boxes = page.form()
    assert "name" in boxes["fields_sent"]
    assert "Marie-Ange Joseph" in page.text
    assert "consent" not in boxes, "nothing is answered beforehand"
    answer = browser.fill(door_address(scene), {"consent": "yes", "consent_how": "signed", "note": "Por la mañana"})
    assert answer.status == 303
    assert stands(scene.database, answer.location) == "requested"
    shown = browser.get(answer.location)
    assert "Enviada" in shown.text
    assert "Por la mañana" in shown.text
    assert "avise a la institución" in shown.text.lower()


def test_no_keeps_a_draft_and_asking_again_sends_it(scene: Scene, sign_in: SignIn) -> None:
    browser = sign_in(scene.desk)
    answer = browser.fill(door_address(scene), {"consent": "later"})
    assert stands(scene.database, answer.location) == "draft"
    assert "Borrador" in browser.get(answer.location).text
    unsaid = browser.fill(answer.location, {}, form="send-form")
    assert unsaid.status == 422
    sent = browser.fill(answer.location, {"consent": "yes", "consent_how": "signed"}, form="send-form")
    assert sent.status == 303
    assert stands(scene.database, answer.location) == "requested"


def test_what_was_left_out_keeps_the_rest_as_typed(scene: Scene, sign_in: SignIn) -> None:
    browser = sign_in(scene.desk)
    page = browser.fill(door_address(scene), {"fields_sent": ["language"], "note": "Nota que no se pierde"})
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert page.form()["fields_sent"] == ["language"]
    assert "Nota que no se pierde" in page.html
    without_how = browser.fill(door_address(scene), {"consent": "yes"})
    assert without_how.status == 422


def test_the_language_button_keeps_what_was_typed(scene: Scene, sign_in: SignIn) -> None:
    browser = sign_in(scene.desk)
    boxes = {**browser.get(door_address(scene)).form(), "fields_sent": ["language"], "note": "À moitié", "_lang": "en"}
    page = browser.post(door_address(scene), boxes)
    assert page.status == 200
    assert page.tree.get("lang") == "en"
    assert page.form()["fields_sent"] == ["language"]
    assert "À moitié" in page.html
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    old = browser.get(f"/canalizaciones/{ref}").form("move-rejected")
    refused = browser.post(f"/canalizaciones/{ref}/mover", {**old, "note": "À moitié"})
    assert refused.status == 422
    again = browser.post(f"/canalizaciones/{ref}/mover", {**refused.form("move-rejected"), "_lang": "es"})
    assert again.status == 200
    assert "À moitié" in again.html
    assert browser.post(f"/canalizaciones/{ref}/mover", {"_lang": "es"}).status == 303


def test_a_second_click_is_the_first(scene: Scene, sign_in: SignIn) -> None:
    browser = sign_in(scene.desk)
    boxes = {**browser.get(door_address(scene)).form(), "consent": "yes", "consent_how": "signed"}
    first = browser.post(door_address(scene), boxes)
    second = browser.post(door_address(scene), boxes)
    assert (first.status, second.status) == (303, 303)
    assert first.location == second.location


@pytest.mark.parametrize("field", ["curp", "folio", "nonsense"])  # called for but not on file; not called for; no field
def test_only_what_the_page_offered_goes_into_a_packet(scene: Scene, sign_in: SignIn, field: str) -> None:
    browser = sign_in(scene.desk)
    boxes = browser.get(door_address(scene)).form()
    answer = {"consent": "yes", "consent_how": "signed", "fields_sent": ["language", field]}
    page = browser.post(door_address(scene), {**boxes, **answer})
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert page.form()["fields_sent"] == ["language"]
    with scene.database.session(writing=False) as session:
        assert session.scalars(select(Referral)).all() == []


def test_sending_reads_the_file_once_and_notes_who_read_it(scene: Scene, sign_in: SignIn) -> None:
    browser = sign_in(scene.desk)
    boxes = {**browser.get(door_address(scene)).form(), "consent": "yes", "consent_how": "signed"}
    with counted(scene.database) as sent:
        answer = browser.post(door_address(scene), boxes)
    assert answer.status == 303
    assert len(sent) <= SENDING
    assert sum("person_document" in statement for statement in sent) == 1
    assert any("INSERT INTO access_entry" in statement for statement in sent)
    with scene.database.session(writing=False) as session:
        story = session.scalars(select(ReferralEvent).order_by(ReferralEvent.step)).all()
        assert [(event.step, event.to_status) for event in story] == [(1, "draft"), (2, "requested")]


def test_the_work_list_leads_to_each_referral(scene: Scene, sign_in: SignIn) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    browser = sign_in(scene.desk)
    page = browser.get("/canalizaciones")
    assert f"/canalizaciones/{ref}" in page.links()
    assert "Marie-Ange Joseph" in page.text
    for query in ("grupo=overdue", "grupo=closed", "grupo=drafts&mias=1", "institucion=nada&desde=ayer&estado=x&p=-3"):
        assert browser.get(f"/canalizaciones?{query}").status == 200
    assert "No hay canalizaciones" in browser.get("/canalizaciones?grupo=closed").text
    assert all("Marie" not in link for link in page.links())


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_state_has_its_page(scene: Scene, sign_in: SignIn, language: str) -> None:
    browser = sign_in(scene.desk)
    browser.switch(language)
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    assert browser.get(f"/canalizaciones/{ref}").status == 200
    for to, reason, outcome in (
        (Status.RECEIVED, "", ""),
        (Status.ACCEPTED, "", ""),
        (Status.ON_HOLD, "waiting_list", ""),
        (Status.IN_PROGRESS, "", ""),
        (Status.COMPLETED, "", "provided"),
        (Status.ENTERED_IN_ERROR, "", ""),
    ):
        make.moved(scene.database, scene.desk, ref, to, reason=reason, outcome=outcome)
        assert browser.get(f"/canalizaciones/{ref}").status == 200, to


def test_an_answer_takes_two_clicks_and_a_rejection_its_reason(scene: Scene, sign_in: SignIn) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    address = f"/canalizaciones/{ref}"
    browser = sign_in(scene.partner)
    page = browser.get(address)
    assert page.status == 200
    accepted = browser.fill(address, {"to": "accepted"}, form="simple-form")
    assert accepted.status == 303
    assert stands(scene.database, address) == "accepted"
    held = browser.fill(address, {"note": "sin motivo"}, form="move-on-hold")
    assert held.status == 422
    assert "sin motivo" in held.html
    done = browser.fill(address, {"outcome": "provided"}, form="move-completed")
    assert done.status == 303
    assert stands(scene.database, address) == "completed"


def test_the_desk_writes_down_what_it_was_told(scene: Scene, sign_in: SignIn) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    address, browser = f"/canalizaciones/{ref}", sign_in(scene.desk)
    assert browser.fill(address, {"to": "accepted"}, form="simple-form").status == 422
    told = browser.fill(address, {"reason": "no_capacity", "how": "phone"}, form="move-rejected")
    assert told.status == 303
    assert "No hay cupo" in browser.get(address).text


def test_an_answer_to_an_old_page_is_a_conflict_that_loses_nothing(scene: Scene, sign_in: SignIn) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    address, browser = f"/canalizaciones/{ref}", sign_in(scene.desk)
    old = browser.get(address).form("move-rejected")
    make.moved(scene.database, scene.partner, ref, Status.RECEIVED, how=None)
    page = browser.post(f"{address}/mover", {**old, "reason": "no_capacity", "how": "phone", "note": "Me dijo Rosa"})
    assert page.status == 409
    assert "Me dijo Rosa" in page.text
    assert "Recibida" in page.text
    assert address in page.links()
    make.moved(scene.database, scene.partner, ref, Status.ACCEPTED, how=None)
    assert browser.post(f"{address}/mover", {**old, "note": "Me dijo Rosa"}).status == 409
    again = browser.post(f"{address}/mover", {**old, "to": "accepted", "how": "phone"})
    assert again.status == 303, "what is already so is no conflict"
    assert browser.post(f"{address}/mover", {**old, "to": "nonsense"}).status == 400


def test_a_partner_page_holds_nothing_of_the_live_file(scene: Scene, sign_in: SignIn) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need, fields=("language",))
    make.moved(scene.database, scene.desk, ref, Status.RECEIVED, note="nota nuestra")
    browser = sign_in(scene.partner)
    for address in (f"/canalizaciones/{ref}", "/canalizaciones", "/canalizaciones?grupo=todas"):
        page = browser.get(address)
        assert page.status == 200
        for secret in ("Marie", "Joseph", "nota nuestra", "5555550123", "/personas/"):
            assert secret not in page.html
    assert sign_in(scene.stranger).get(f"/canalizaciones/{ref}").status == 404
    assert browser.get(f"/canalizaciones/{ref}/hoja.pdf").status == 403
    assert browser.get(offers_address(scene)).status == 403


def test_a_withdrawal_is_said_to_the_desk_and_closes_the_partners_page(scene: Scene, sign_in: SignIn) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    with serving(scene.database, scene.desk), unit_of_work("consent.withdraw") as work:
        withdraw(
            work,
            person=scene.person,
            purpose=Purpose.REFERRAL,
            organization=make.organization_of(scene.database, "SEDESA"),
        )
    assert sign_in(scene.desk).get(f"/canalizaciones/{ref}").all("div", class_="v-note--danger")
    assert sign_in(scene.partner).get(f"/canalizaciones/{ref}").status == 404


def test_the_slip_is_a_pdf_that_no_shared_computer_keeps(scene: Scene, sign_in: SignIn) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    answer = sign_in(scene.desk).get(f"/canalizaciones/{ref}/hoja.pdf").response
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_data().startswith(b"%PDF")
    assert "Marie" not in answer.headers["Content-Disposition"]


def test_the_slip_says_by_when_they_promised_to_answer_and_in_their_words_what_comes_next(
    scene: Scene, sign_in: SignIn
) -> None:
    profile = {
        "referral_method": "email",
        "answer_days": 4,
        "next_step_es": "Le dan una ficha en la entrada.",
        "next_step_en": "You get a number at the entrance.",
    }
    with serving(scene.database, scene.desk), unit_of_work("test.edit") as work:
        write_values(work, work.session.get_one(Service, make.service(scene.database, "SEDESA")), profile)
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    text = read_paper(sign_in(scene.desk).get(f"/canalizaciones/{ref}/hoja.pdf").response.get_data()).text
    assert "Esta ventanilla ya envió su solicitud a ese lugar." in text
    assert "Ese lugar prometió contestar a más tardar el 26 de noviembre de 2026." in text
    assert "Le dan una ficha en la entrada." in text
    make.moved(scene.database, scene.desk, ref, Status.ACCEPTED)
    text = read_paper(sign_in(scene.desk).get(f"/canalizaciones/{ref}/hoja.pdf").response.get_data()).text
    assert "Ya dijeron que sí" in text
    assert "prometió" not in text


def test_the_slip_to_a_door_that_would_tell_says_nothing_in_its_words(scene: Scene, sign_in: SignIn) -> None:
    need = make.note_need(scene.database, scene.desk, scene.person, "HEALTH_MENTAL")
    with serving(scene.database, scene.desk), unit_of_work("test.edit") as work:
        told = {"next_step_es": "Le llama la psicóloga.", "next_step_en": "The psychologist calls you."}
        write_values(work, work.session.get_one(Service, make.service(scene.database, "SEDESA")), told)
    ref = make.prepare(scene.database, scene.desk, scene.person, need, override="Prueba")
    text = read_paper(sign_in(scene.desk).get(f"/canalizaciones/{ref}/hoja.pdf").response.get_data()).text
    assert "psic" not in text
    assert "a más tardar el 25 de noviembre de 2026" in text  # our own term: nobody promised anything
    assert "prometió" not in text


def test_other_desks_and_other_roles(scene: Scene, sign_in: SignIn, make_identity: Callable[..., Identity]) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    away = sign_in(make_identity(scene.database, username="lejos", desk="Mesa Norte"))
    for address in (f"/canalizaciones/{ref}", f"/canalizaciones/{ref}/hoja.pdf", door_address(scene)):
        assert away.get(address).status == 404
    assert away.post(f"/canalizaciones/{ref}/mover", {"to": "accepted", "how": "phone"}).status == 404
    dpo = sign_in(make_identity(scene.database, Role.DPO, username="datos")).get(f"/canalizaciones/{ref}")
    assert dpo.status == 200
    assert "Marie" not in dpo.html
    assert not dpo.all("section", class_="v-panel")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300), consent=st.text(max_size=8), how=st.text(max_size=8))
def test_no_text_breaks_the_prepare_page(scene: Scene, sign_in: SignIn, text: str, consent: str, how: str) -> None:
    browser = sign_in(scene.desk)
    page = browser.fill(
        door_address(scene),
        {"note": text, "override": text, "consent": consent, "consent_how": how, "language": how, "fields_sent": [how]},
    )
    assert page.status in {303, 422}

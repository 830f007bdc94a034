"""The pages that the main job does not pass, each opened once in each language by who may see it."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import MakeHand
from tests.journeys.hand import Hand
from tests.journeys.job import sign_in
from tests.journeys.live import CASEWORKER, SUPERVISOR

pytestmark = pytest.mark.browser
LANGUAGES = pytest.mark.parametrize("language", ["es", "en"])


def visit(hand: Hand, path: str, heading: str, *, status: int = 200) -> None:
    hand.go(path)
    hand.arrived(heading, status=status)


@LANGUAGES
def test_pages_of_the_desk(make_hand: MakeHand, language: str) -> None:
    hand = make_hand(language)
    sign_in(hand, CASEWORKER)
    visit(hand, "/personas", "Personas")
    hand.press(hand.page.get_by_role("link", name="Doña Chelo"))
    hand.arrived_at("Doña Chelo")
    file = hand.page.url.removeprefix(hand.address)
    visit(hand, f"{file}/datos/identidad", "Corregir nombre y nacimiento")
    visit(hand, f"{file}/datos/contacto", "Corregir contacto y domicilio")
    visit(hand, f"{file}/datos/movilidad", "Corregir perfil de movilidad")
    visit(hand, f"{file}/padron", "Inscripción en el Padrón")
    visit(hand, f"{file}/constancia", "Constancia de inscripción")
    visit(hand, "/canalizaciones", "Canalizaciones")
    visit(hand, "/informes/resultados", "¿Cómo terminaron las canalizaciones?")
    visit(hand, "/buscar", "Buscar a una persona")
    visit(hand, "/directorio", "Directorio")
    hand.press(hand.page.locator("main tbody th a").first)
    hand.watch.arrived(re.compile(".+"))
    visit(hand, "/aviso", "Aviso de privacidad")
    hand.watch.finish()


@LANGUAGES
def test_a_form_with_errors_says_what_to_do(make_hand: MakeHand, language: str) -> None:
    hand = make_hand(language)
    sign_in(hand, CASEWORKER)
    visit(hand, "/personas/nueva", "Registrar a una persona")
    hand.type(hand.box("birth-month"), "trece")
    hand.press(hand.send())
    hand.page.wait_for_load_state()
    wrong = hand.watch.faults(hand.words("Registrar a una persona"), status=422)
    summary = hand.page.locator(".govuk-error-summary")
    assert [fault for fault in wrong if fault != summary.inner_text()] == []
    assert hand.page.evaluate("() => document.activeElement.classList.contains('govuk-error-summary')")
    summary.get_by_role("link").first.click()
    assert hand.page.evaluate("() => document.activeElement.matches('input')")


@LANGUAGES
@pytest.mark.parametrize("account", [SUPERVISOR, "auditoria", "admin", "datos"])
def test_every_role_has_its_first_page(make_hand: MakeHand, language: str, account: str) -> None:
    hand = make_hand(language)
    sign_in(hand, account)
    visit(hand, "/cuentas", "Cuentas")
    if account == SUPERVISOR:
        visit(hand, "/personas/nueva", "Su cuenta no incluye esta tarea", status=403)
        visit(hand, "/no-existe", "No encontramos esa página", status=404)
    hand.watch.finish()

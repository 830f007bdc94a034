"""The directory in the browser: list, filters, a service's page, both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from referral.access.identity import Identity, Role
from referral.directory.actions import demo_places, load_catalogue
from referral.directory.queries.service_facts import services_by_key
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from tests.desk_browser import DeskBrowser

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]


@pytest.fixture
def browser(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> DeskBrowser:
    with serving(database), unit_of_work("directory.load") as work:
        load_catalogue(work)
    return sign_in(make_identity(database, Role.CASEWORKER))


def address(database: Database, key: str) -> str:
    with serving(database), reading() as desk:
        return f"/directorio/{services_by_key(desk.session, keys=[key])[0].ref}"


def test_the_list_shows_services_and_how_sure_the_desk_is(browser: DeskBrowser) -> None:
    page = browser.get("/directorio?q=cafemin")
    assert (page.status, page.h1) == (200, "Directorio")
    assert "Gustavo A. Madero" in page.text
    assert "Verifique antes de usar: dato de 2023" in page.text
    assert "Por verificar" in page.text
    assert "1 a 50 de 80" in browser.get("/directorio").text
    assert "51 a 80 de 80" in browser.get("/directorio?p=2").text


@pytest.mark.parametrize(
    "query", ["necesidad=HEALTH_PREG", "necesidad=HEALTH", "alcaldia=09005", "todo=1", "p=zz&necesidad=x"]
)
def test_filters_answer(browser: DeskBrowser, query: str) -> None:
    assert browser.get(f"/directorio?{query}").all("tbody")


def test_an_empty_list_says_what_to_do(browser: DeskBrowser) -> None:
    page = browser.get("/directorio?q=zzzzzz")
    assert "Pruebe con menos palabras o quite un filtro." in page.text


def test_a_page_says_what_it_does_not_know(browser: DeskBrowser, database: Database) -> None:
    page = browser.get(address(database, "ICAT"))
    assert page.h1 == "Instituto de Capacitación para el Trabajo (ICAT)"
    assert page.text.count("sin dato: complételo al verificar") == 4
    assert "CURP o cualquier otra identificación de las que aceptan" in page.text
    assert "Verifique antes de usar: dato de 2022" in page.text


def test_a_page_in_english(browser: DeskBrowser, database: Database) -> None:
    page = browser.get(f"{address(database, 'CASA_TOCHAN')}?_lang=en")
    assert "Small shelter, about 45 places" in page.text
    assert "Álvaro Obregón borough" in page.text


def test_demo_values_are_marked_and_a_refuge_keeps_its_address(browser: DeskBrowser, database: Database) -> None:
    with serving(database), unit_of_work("directory.demo") as work:
        demo_places(work)
    page = browser.get(address(database, "SEDESA"))
    assert page.text.count("valor de demostración") == 4  # beside the hours twice: as words, and as open or not
    hidden = browser.get(address(database, "CASA_FUENTE"))
    assert "Calle de Ejemplo" not in hidden.text
    assert "Dirección reservada" in hidden.text


def test_every_service_has_a_page(browser: DeskBrowser) -> None:
    for number in (1, 2, 3):
        for link in browser.get(f"/directorio?todo=1&p={number}").links():
            if link.startswith("/directorio/"):
                assert browser.get(link).status == 200


def test_a_service_that_is_not_there_is_404(browser: DeskBrowser) -> None:
    assert browser.get("/directorio/0190a000-0000-7000-8000-000000000000").status == 404
    assert browser.get("/directorio/nada").status == 404

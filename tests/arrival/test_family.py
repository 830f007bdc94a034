"""A family arrives: what cannot wait of each of them, and who is on file already while names are typed."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from referral.access.identity import Identity
from referral.arrival.rules.family import asked_by_age, is_small
from referral.households.queries import household_of
from referral.infra.db import Database
from referral.infra.work import reading, serving
from referral.kernel.partial_dates import PartialDate
from referral.needs.queries import needs_of
from tests.desk_browser import DeskBrowser, Page
from tests.factories import referrals as make
from tests.factories.people import new_person, register

NEW = "/familias/nueva"
NEAR = "/familias/parecidas"
TODAY = date(2026, 11, 20)
FAMILY = {
    "will_return": "1",
    "p1_given": "Marie-Ange",
    "p1_surname1": "Joseph",
    "p1_birth-year": "1990",
    "p1_sex": "M",
    "p2_given": "Esther",
    "p2_surname1": "Joseph",
    "p2_birth-year": "2018",
    "p2_relation": "child",
}


@pytest.fixture
def database(sqlite: Database) -> Database:
    """One engine: what is written is tested on both in test_actions."""
    make.load_directory(sqlite)
    return sqlite


def ref_of(page: Page) -> uuid.UUID:
    assert page.status == 303, page.text
    return uuid.UUID(page.location.split("/")[2])


def needs_by_name(database: Database, ref: uuid.UUID) -> dict[str, set[str]]:
    with serving(database, read_only=True), reading() as desk:
        household = household_of(desk.session, ref)
        assert household is not None
        return {
            one.name.split()[0]: {need.code for need in needs_of(desk.session, one.ref)} for one in household.members
        }


@pytest.mark.parametrize(
    ("birth", "asked"),
    [
        (PartialDate.of_year(1990), ("medical", "danger")),
        (PartialDate.of_year(2026), ("medical", "danger", "alone")),
        (PartialDate.of_year(2008), ("medical", "danger", "alone")),  # 17 or 18
        (PartialDate.unknown(), ("medical", "danger", "alone")),
    ],
)
def test_an_adult_is_not_asked_whether_she_is_a_child_alone(birth: PartialDate, asked: tuple[str, ...]) -> None:
    assert asked_by_age(birth, TODAY) == asked


def test_only_who_is_certainly_under_twelve_is_answered_for() -> None:
    ages = {2026: True, 2015: True, 2014: False, 2010: False, 1990: False}
    assert {year: is_small(PartialDate.of_year(year), TODAY) for year in ages} == ages
    assert not is_small(PartialDate.unknown(), TODAY)


def test_what_cannot_wait_of_a_child_opens_her_needs_and_nobody_elses(browser: DeskBrowser, database: Database) -> None:
    saved = browser.fill(NEW, {**FAMILY, "p2_medical": "1", "no_bed": "1"})
    needs = needs_by_name(database, ref_of(saved))
    assert needs == {"Marie-Ange": {"SHELTER_TONIGHT"}, "Esther": {"SHELTER_TONIGHT", "HEALTH_EMERG"}}
    page = browser.get(saved.location)
    assert "Lo que no puede esperar" in page.text
    assert len([link for link in page.links() if link.endswith("/alertas")]) == 2
    assert "Urgencia médica" not in page.text  # the family reads along


def test_where_they_sleep_is_not_told_of_who_sleeps_elsewhere(browser: DeskBrowser, database: Database) -> None:
    saved = browser.fill(NEW, {**FAMILY, "no_bed": "1", "p2_goes_with": None})
    assert needs_by_name(database, ref_of(saved)) == {"Marie-Ange": {"SHELTER_TONIGHT"}, "Esther": set()}


def test_nothing_marked_opens_nothing(browser: DeskBrowser, database: Database) -> None:
    saved = browser.fill(NEW, FAMILY)
    assert needs_by_name(database, ref_of(saved)) == {"Marie-Ange": set(), "Esther": set()}
    assert "Lo que no puede esperar" not in browser.get(saved.location).text


def test_an_answer_without_a_name_is_not_lost_in_silence(browser: DeskBrowser) -> None:
    page = browser.fill(NEW, {**FAMILY, "p3_medical": "1"})
    assert page.status == 422
    assert "Persona 3: Escriba al menos un nombre" in page.text
    assert page.form()["p3_medical"] == ["1"]


def test_a_child_alone_who_is_grown_up_or_with_her_mother_is_asked_again(browser: DeskBrowser) -> None:
    grown = browser.fill(NEW, {**FAMILY, "p1_alone": "1"})
    assert (grown.status, "Persona 1: Según su fecha de nacimiento tiene 18 años o más" in grown.text) == (422, True)
    assert grown.form()["p1_alone"] == ["1"]
    with_her = browser.fill(NEW, {**FAMILY, "p2_alone": "1"})
    assert (with_her.status, "Persona 2: También anotó con quién viene" in with_her.text) == (422, True)


def test_the_page_that_comes_back_asks_each_by_her_age(browser: DeskBrowser) -> None:
    page = browser.post(NEW, {**browser.get(NEW).form(), **FAMILY, "p2_birth-year": "2026", "do": "add"})
    asked = [box.attrib for box in page.all("div") if "data-question" in box.attrib]
    put_away = [(box["data-row-question"], box["data-question"]) for box in asked if "hidden" in box]
    assert put_away == [("1", "alone")]
    assert "violencia en su casa" in page.html
    assert "Lo que diga quien le cuida y lo que usted vea." in page.text


def test_somebody_on_file_is_used_and_her_urgency_is_noted(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    girl = register(database, caso, new_person(given="Esther", birth="2018-01-30"))
    typed = {**FAMILY, "p2_birth-day": "30", "p2_birth-month": "1", "p2_medical": "1"}
    asked = browser.fill(NEW, typed)
    assert asked.form()["p2_medical"] == ["1"]
    browser.post(NEW, {**asked.form(), "p2_use": str(girl)})
    assert needs_by_name(database, girl)["Esther"] == {"HEALTH_EMERG"}


def test_who_looks_like_a_row_is_shown_while_it_is_typed(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    register(database, caso, new_person(given="Esther", birth="2018-01-30"))
    typed = {**browser.get(NEW).form(), **FAMILY}
    shown = browser.post(NEAR, {**typed, "near_row": "2"})
    assert "Persona 2 se parece a:" in shown.html
    assert "Esther Joseph" in shown.html
    other = browser.post(NEAR, {**typed, "near_row": "1"})
    assert "Persona 1: nadie en el padrón se parece" in other.html
    assert 'data-hides="alone ' in other.html
    for number in ("3", "99", "x", ""):
        assert "Esther" not in browser.post(NEAR, {**typed, "near_row": number}).html


def test_after_the_side_showed_her_saving_does_not_tell_again(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    register(database, caso, new_person(given="Esther", birth="2015-05-01"))
    alike = {**browser.get(NEW).form(), **FAMILY, "near_shown": "1"}
    saved = browser.post(NEW, alike, follow=True)
    assert "hay alguien que se parece" not in saved.text

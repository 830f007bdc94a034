"""A family on one page: who is registered already is shown at the side while a name is typed, then all are saved."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from referral.people.models import Person
from tests.journeys.conftest import MakeHand
from tests.journeys.job import sign_in
from tests.journeys.live import CASEWORKER, LiveDesk

pytestmark = pytest.mark.browser
# A family for each language, all of them invented.
FAMILIES = {"es": ("Nadège", "Orélus", "Jimmy"), "en": ("Fabiola", "Cénatus", "Lucner")}


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_family_is_saved_and_look_alikes_stand_beside(live: LiveDesk, make_hand: MakeHand, language: str) -> None:
    hand = make_hand(language)
    mother, surname, child = FAMILIES[language]
    with live.database.session(writing=False) as session:
        before = session.scalars(select(func.count()).select_from(Person)).one()
    sign_in(hand, CASEWORKER)
    hand.press(hand.link("Registrar a una familia"))
    hand.arrived("Registrar a una familia")
    side = hand.page.locator("#near-side")
    hand.type(hand.box("p2_given"), "Yuleisi")
    hand.type(hand.box("p2_surname1"), "Contreras")
    hand.type(hand.box("p2_birth-year"), "1994")
    side.get_by_text("Yuleisy Contreras Rangel").first.wait_for()
    assert hand.words("Persona %(number)s se parece a:", number=2) in side.inner_text()
    assert hand.watch.axe_faults() == []

    hand.type(hand.box("p2_given"), child)
    hand.type(hand.box("p2_surname1"), surname)
    hand.type(hand.box("p2_birth-year"), "2018")
    side.get_by_text("Yuleisy Contreras Rangel").first.wait_for(state="detached")
    assert hand.answer("p2_alone", "1").is_visible(), "a child may be without an adult"
    hand.type(hand.box("p1_given"), mother)
    hand.type(hand.box("p1_surname1"), surname)
    hand.type(hand.box("p1_birth-year"), "1990")
    hand.pick(hand.box("p1_sex"), "M")
    hand.pick(hand.box("p2_relation"), "child")
    hand.press(hand.answer("will_return", "1"))
    said = hand.words("Persona %(number)s: nadie en el padrón se parece a lo escrito hasta ahora.", number=1)
    side.get_by_text(said).wait_for()
    hand.page.locator("[name=p1_alone]").wait_for(state="hidden")
    hand.press(hand.page.locator("main #main-form button[type=submit]").first)
    hand.watch.arrived(re.compile(hand.words("Familia de %(name)s", name=f"{mother} {surname}")))
    people = hand.page.locator("main table").first.inner_text()
    assert f"{mother} {surname}" in people
    assert f"{child} {surname}" in people
    with live.database.session(writing=False) as session:
        assert session.scalars(select(func.count()).select_from(Person)).one() == before + 2
    hand.watch.finish()

"""What happens every day: somebody comes back, the language changes, the session ends, a hand shakes on the button."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from referral.people.models import Person
from referral.referrals.models import Referral
from tests.journeys import job
from tests.journeys.conftest import MakeHand
from tests.journeys.hand import Hand
from tests.journeys.job import Newcomer
from tests.journeys.live import CASEWORKER, PASSWORD, LiveDesk
from tests.journeys.watch import WIDE

pytestmark = pytest.mark.browser


def rows(live: LiveDesk, of: type[Person | Referral]) -> int:
    with live.database.session(writing=False) as session:
        return session.scalars(select(func.count()).select_from(of)).one()


@pytest.mark.parametrize("language", ["es", "en"])
def test_somebody_who_comes_back_is_found(make_hand: MakeHand, language: str) -> None:
    """Her name as it is heard, not as it is written."""
    hand = make_hand(language)
    job.sign_in(hand, CASEWORKER)
    hand.count = 0
    hand.type(hand.page.locator("#search"), "wilner batist")
    hand.press(hand.page.locator("#search-form button"))
    hand.arrived("Buscar a una persona")
    hand.press(hand.page.get_by_role("link", name="Wilner Baptiste"))
    hand.arrived_at("Wilner Baptiste")
    assert hand.count <= 3
    hand.watch.finish()


@pytest.mark.parametrize("language", ["es", "en"])
def test_somebody_registered_already_is_shown_before_saving(live: LiveDesk, make_hand: MakeHand, language: str) -> None:
    hand = make_hand(language)
    before = rows(live, Person)
    job.sign_in(hand, CASEWORKER)
    hand.press(hand.button("Registrar a una persona"))
    hand.arrived("Registrar a una persona")
    hand.type(hand.box("given"), "Yuleisi")
    hand.type(hand.box("surname1"), "Contreras")
    hand.page.locator("#near").get_by_text("Yuleisy Contreras Rangel").first.wait_for()
    hand.picture("register")
    hand.type(hand.box("surname2"), "Rangel")
    hand.type(hand.box("birth-day"), "27")
    hand.type(hand.box("birth-month"), "3")
    hand.type(hand.box("birth-year"), "1994")
    hand.type(hand.box("phone"), "55 5555 0132")
    hand.press(hand.send())
    hand.arrived("¿Ya está registrada?")
    assert hand.box("given").input_value() == "Yuleisi"
    assert rows(live, Person) == before
    hand.watch.finish()


def test_the_language_changes_and_what_was_typed_stays(make_hand: MakeHand) -> None:
    hand = make_hand()
    job.sign_in(hand, CASEWORKER)
    hand.press(hand.button("Registrar a una persona"))
    hand.arrived("Registrar a una persona")
    address = hand.page.url
    hand.type(hand.box("given"), "Guadalupe")
    hand.type(hand.box("birth-month"), "marzo")
    hand.pick(hand.box("nationality"), "CU")
    hand.press(hand.answer("will_return", "1"))
    for language in ("en", "es"):
        hand.press(hand.page.locator(f"button[name=_lang][value={language}]"))
        hand.words.language = language
        hand.arrived("Registrar a una persona")
        assert hand.page.url == address
        assert hand.box("given").input_value() == "Guadalupe"
        assert hand.box("birth-month").input_value() == "marzo"
        assert hand.box("nationality").input_value() == "CU"
        assert hand.answer("will_return", "1").is_checked()
        assert hand.page.get_by_label(hand.words("Nombre(s)")).input_value() == "Guadalupe"
    hand.watch.finish()


def test_the_session_ends_while_typing_and_nothing_is_lost(live: LiveDesk, make_hand: MakeHand) -> None:
    hand = make_hand()
    before = rows(live, Person)
    job.sign_in(hand, CASEWORKER)
    hand.press(hand.button("Registrar a una persona"))
    hand.arrived("Registrar a una persona")
    hand.type(hand.box("given"), "Ángel")
    hand.type(hand.box("surname1"), "Ñáñez")
    hand.type(hand.box("phone"), "55 5555 0151")
    live.clock.advance(timedelta(hours=1))
    hand.press(hand.send())
    hand.arrived("Entrar", status=401)
    assert rows(live, Person) == before
    hand.type(hand.box("username"), CASEWORKER)
    hand.type(hand.box("password"), PASSWORD)
    hand.press(hand.send())
    hand.arrived("Lo que escribió se conservó")
    hand.press(hand.button("Continuar"))
    hand.arrived("Consentimiento")
    assert rows(live, Person) == before + 1
    assert "Ángel Ñáñez" in hand.page.locator("body").inner_text()
    hand.watch.finish()


@pytest.mark.parametrize("scripts", [True, False])
def test_two_clicks_send_one_referral(live: LiveDesk, make_hand: MakeHand, scripts: bool) -> None:
    hand = make_hand(scripts=scripts)
    job.sign_in(hand, CASEWORKER)
    person = Newcomer("Dieudonné", "Célestin", "1982", "HT", "ht", "55 5555 0161")
    person = person if scripts else Newcomer("Rosaura", "Tepole", "1969", "MX", "nah", "55 5555 0162")
    job.register(hand, person)
    job.consent(hand, person)
    job.note_needs(hand, "HEALTH_GENERAL")
    to_prepare(hand)
    before = rows(live, Referral)
    hand.press(hand.answer("consent", "yes"))
    hand.pick(hand.box("consent_how"), "verbal_witness")
    hand.send().dblclick()
    hand.watch.passes()
    hand.go("/canalizaciones")
    hand.arrived("Canalizaciones")
    assert rows(live, Referral) == before + 1


def to_prepare(hand: Hand) -> None:
    hand.press(hand.link("Ver servicios").first)
    hand.watch.passes()
    hand.press(hand.button("Elegir").first)
    hand.watch.passes()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_directory_shows_all_its_columns_at_any_width(make_hand: MakeHand, language: str) -> None:
    hand = make_hand(language)
    job.sign_in(hand, CASEWORKER)
    hand.go("/directorio")
    for width in (800, 1024, 1280):
        hand.page.set_viewport_size({"width": width, "height": 800})
        assert not hand.watch.cut_off(), width
    hand.page.set_viewport_size(WIDE)
    hand.arrived("Directorio")
    hand.watch.finish()


def test_a_long_list_of_needs_narrows_while_one_types(hand: Hand) -> None:
    job.sign_in(hand, CASEWORKER)
    hand.go("/directorio/nueva")
    hand.arrived("Mi institución no está en la lista")
    hand.type(hand.page.locator("#need-filter"), "dormir")
    boxes = hand.page.locator("#entry-needs .govuk-checkboxes__item")
    shown = [box.inner_text() for box in boxes.all() if box.is_visible()]
    assert 0 < len(shown) < boxes.count()
    assert all("dormir" in text.lower() for text in shown)
    hand.watch.finish()

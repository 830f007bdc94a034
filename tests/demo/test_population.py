"""The crowd of the demonstration: the same each time, of many kinds, and nobody real."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

from referral.demo.facts import Guest, Recipe
from referral.demo.hours import CLOSES, OPENS, at_work
from referral.demo.population import guests
from referral.kernel.clock import LOCAL_ZONE
from referral.people.facts import UNLISTED

RECIPE = Recipe(until=datetime(2026, 11, 20, 17, 0, tzinfo=UTC))


def _crowd() -> list[Guest]:
    return guests(RECIPE)


def test_the_same_recipe_brings_the_same_people() -> None:
    assert guests(RECIPE) == guests(RECIPE)
    assert len(_crowd()) == RECIPE.people


def test_people_come_when_the_window_is_open_and_before_the_present() -> None:
    for guest in _crowd():
        local = guest.arrives.astimezone(LOCAL_ZONE)
        assert guest.arrives < RECIPE.until
        assert local.weekday() < 5
        assert OPENS <= local.hour <= CLOSES


def test_many_kinds_of_people_come() -> None:
    crowd = _crowd()
    countries = {code for guest in crowd for code in guest.new.identity.nationalities}
    assert {"HT", "VE", "HN", "MX", "CU", "SV", "GT"} <= countries
    profiles = {code for guest in crowd for code in guest.mobility.profiles}
    assert {"ASYLUM_SEEKER", "REFUGEE", "TRANSIT", "RETURN_DEP", "RETURN_VOL", "IDP", "INT_MIGRANT"} <= profiles
    company = {guest.new.identity.accompaniment for guest in crowd}
    assert {"alone", "mother", "father", "both", ""} <= company
    names = [guest.new.identity.names for guest in crowd]
    assert any(name.given and not name.surname1 for name in names), "some people have one name"
    assert any(name.surname1 and not name.surname2 for name in names)
    assert any(name.chosen for name in names)
    assert {birth.new.identity.birth.precision for birth in crowd} >= {"day", "month", "year", "age"}


def test_languages_go_with_countries_and_names() -> None:
    many = guests(Recipe(until=RECIPE.until, people=1500))
    spoken = {(code, guest.new.contact.language) for guest in many for code in guest.new.identity.nationalities}
    assert {("CN", "zh"), ("HT", "ht"), ("BR", "pt"), ("GH", "en"), ("SN", "fr")} <= spoken
    assert {country for country, language in spoken if language == "zh"} == {"CN"}
    for guest in many:
        identity, contact = guest.new.identity, guest.new.contact
        assert (contact.language == UNLISTED) == bool(contact.language_name), "a language outside the list has a name"
        if identity.names.surname1 == "Bhandari":
            assert contact.spoken == "Hindi"


def test_nobody_can_be_found_through_what_was_invented() -> None:
    for guest in _crowd():
        identity, contact = guest.new.identity, guest.new.contact
        assert identity.curp == ""
        assert contact.phone == "" or contact.phone.startswith("+52550"), "no subscriber's number starts with a zero"
        assert contact.email == "" or contact.email.endswith("@example.org")
        for paper in (*guest.papers_now, *guest.papers_later):
            assert paper.number == "" or paper.number.startswith("DEMO")


def test_a_moment_outside_hours_is_moved_to_a_working_day() -> None:
    saturday = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    moved = at_work(saturday, Random(1))
    assert moved.weekday() == 0
    assert OPENS <= moved.hour < CLOSES

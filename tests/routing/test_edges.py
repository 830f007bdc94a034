"""The edges that the mutation check found unguarded: one assertion per line that nobody would have missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from referral.directory.facts import Referrable, Requirements, ServiceFacts
from referral.kernel.partial_dates import AgeRange
from referral.routing.facts import (
    REFUSED,
    UNKNOWN,
    Criterion,
    Known,
    NeedFacts,
    PersonFacts,
    ReasonCode,
    Routing,
)
from referral.routing.rules.book import lay_over, rule_book
from referral.routing.rules.offers import read_rules, route
from referral.routing.rules.plan import papers_worth, steps_before
from tests.routing.catalogue import services
from tests.routing.judging import TODAY, judged, made
from tests.routing.test_cases import person_of


def points(person: PersonFacts, service: ServiceFacts, need: str = "LEGAL_ADVICE") -> dict[Criterion, int]:
    offer = route(read_rules(person, NeedFacts(need, "normal")), [service], today=TODAY).offers[0]
    return {line.criterion: line.points for line in offer.arithmetic}


@pytest.mark.parametrize(("days", "fresh"), [(179, True), (180, True), (181, False)])
def test_a_verified_listing_is_fresh_to_its_last_day(days: int, fresh: bool) -> None:
    service = replace(made(), assured_on=TODAY - timedelta(days=days))
    assert points(PersonFacts(), service)[Criterion.FRESHNESS] == (10 if fresh else 5)


def test_a_listing_for_the_whole_category_counts_less_and_a_foreign_one_nothing() -> None:
    assert points(PersonFacts(), made(needs="LEGAL_ADVICE"))[Criterion.NEED] == 30
    assert points(PersonFacts(), made(needs="LEGAL_*"))[Criterion.NEED] == 10
    assert Criterion.NEED not in points(PersonFacts(), made(needs="BASIC_FOOD"))


def test_the_desk_sinks_among_doors_unless_a_rule_names_it() -> None:
    own = replace(made(), referrable=Referrable.HOST)
    assert points(PersonFacts(), own)[Criterion.OWN_DESK] < 0
    assert Criterion.OWN_DESK not in points(PersonFacts(), services()["PADRON"], "IDENT_PADRON")
    assert Criterion.OWN_DESK not in points(PersonFacts(), made())


@pytest.mark.parametrize("alcaldia", [UNKNOWN, REFUSED])
def test_a_person_who_does_not_say_where_she_sleeps_is_near_nothing(alcaldia: object) -> None:
    person = PersonFacts(alcaldia=alcaldia)  # type: ignore[arg-type]
    assert Criterion.DISTANCE not in points(person, replace(made(), alcaldias=("09015",)))


@pytest.mark.parametrize(("age", "code"), [(9, ReasonCode.TOO_YOUNG), (10, None), (17, None), (18, ReasonCode.TOO_OLD)])
def test_who_is_too_young_is_not_told_that_she_is_too_old(age: int, code: ReasonCode | None) -> None:
    reading = read_rules(PersonFacts(age=Known(AgeRange(age, age))), NeedFacts("LEGAL_ADVICE"))
    offer = route(reading, [made(Requirements(age_min=10, age_max=17))], today=TODAY).offers[0]
    told = {reason.code for reason in offer.reasons} & {ReasonCode.TOO_YOUNG, ReasonCode.TOO_OLD}
    assert told == ({code} if code else set())


def test_a_step_without_a_paper_of_its_own_is_never_done_already() -> None:
    assert [step.done for step in steps_before(person_of(""), "R20")] == [False, False]


def test_of_two_papers_that_open_the_same_doors_one_is_told() -> None:
    either = made(Requirements(documents=(("CURP", "BIRTH_CERT"),)))
    offer = judged("curp=no; documents=NONE", either)
    found = papers_worth(person_of("curp=no; documents=NONE"), {"LEGAL_ADVICE": Routing((offer,), (), gap=False)})
    assert len(found) == 1


def test_cells_without_a_heading_change_nothing(tmp_path: Path) -> None:
    own = tmp_path / "rules.csv"
    own.write_text("id,on,basis\nR23,yes,   ,a stray cell\nR32\n", encoding="utf-8")
    try:
        before = rule_book()["R23"].basis
        lay_over(own)
        assert rule_book()["R23"].basis == before
    finally:
        lay_over(None)


def test_a_language_that_the_door_does_not_speak_counts_for_nothing() -> None:
    door = replace(made(), languages=("ht",))
    assert Criterion.LANGUAGE in points(PersonFacts(language=Known("ht")), door)
    assert Criterion.LANGUAGE not in points(PersonFacts(language=Known("fr")), door)
    assert Criterion.LANGUAGE not in points(PersonFacts(language=UNKNOWN), door)

"""Eligibility, blocks and ranking: one behaviour each, facts in, verdict out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.directory.rules.places import between
from referral.kernel.codes import NEEDS
from referral.kernel.partial_dates import AgeRange
from referral.routing.facts import (
    UNKNOWN,
    Circumstance,
    Criterion,
    Known,
    NeedFacts,
    Offer,
    PersonFacts,
    ReasonCode,
    Signals,
    Track,
    Weights,
)
from referral.routing.rules.book import rule_book
from referral.routing.rules.offers import read_rules, route
from referral.routing.rules.ranking import NO_TRACK, shrunk
from referral.routing.rules.told import accompaniment_of, circumstances_of, gender_of
from referral.routing.rules.truth import Truth, age_between
from tests.routing.catalogue import candidates, services
from tests.routing.judging import FITS, NOT, SHUT, TODAY, judged, made
from tests.routing.test_cases import person_of


def reading_after() -> frozenset[str]:
    return rule_book()["R01"].after


@pytest.mark.parametrize("need", [need.code for need in NEEDS])
def test_R01_no_need_sends_a_child_alone_to_INM_a_shelter_or_a_consulate(need: str) -> None:
    reading = read_rules(person_of("age=14; with=alone"), NeedFacts(need, NEEDS[need].default_urgency))
    routing = route(reading, list(services().values()), today=TODAY)
    shelters = {service.key for service in services().values() if service.kind == "shelter"}
    verdicts = {offer.service.key: offer.verdict for offer in routing.offers}
    assert {verdicts[key] for key in {"INM", "CONSULADOS", *shelters}} == {SHUT}
    opened = [offer.service.key for offer in routing.offers if offer.verdict is FITS]
    assert {"PROC_NNA", "DIF"} <= set(opened)
    # Nothing else opens before the notice, save where a life is in danger.
    assert set(opened) - {"PROC_NNA", "DIF"} <= (
        reading_after() if NEEDS[need].default_urgency == "immediate" else set()
    )


@pytest.mark.parametrize("need", [need.code for need in NEEDS])
@pytest.mark.parametrize(
    "facts", ["profiles=ASYLUM_SEEKER", "profiles=REFUGEE", "profiles=COMPL_PROT", "is=FEARS_RETURN"]
)
def test_R12_no_need_opens_the_consulate_to_who_seeks_protection(need: str, facts: str) -> None:
    consulate, inm = services()["CONSULADOS"], services()["INM"]
    assert judged(f"{facts}; nationalities=HN", consulate, need).verdict is SHUT
    assert judged(f"{facts}; nationalities=HN", inm, need).verdict is SHUT
    assert judged(f"{facts}; nationalities=HN; consents=INM", consulate, need).verdict is SHUT


def test_R12_an_asylum_need_shuts_the_consulate_for_another_need() -> None:
    person = person_of("nationalities=HN; profiles=INT_MIGRANT")
    reading = read_rules(person, NeedFacts("IDENT_CONSUL"), ["MIGR_ASYLUM"])
    assert route(reading, [services()["CONSULADOS"]], today=TODAY).offers[0].verdict is SHUT


def test_R13_consent_is_for_the_one_it_names() -> None:
    inm = services()["INM"]
    assert judged("nationalities=HN; consents=CONSULADOS", inm, "MIGR_RENEW").verdict is SHUT
    assert judged("nationalities=HN; consents=INM", inm, "MIGR_RENEW").verdict is FITS


def test_R31_a_need_without_doors_is_a_gap() -> None:
    def gap(facts: str, need: str) -> bool:
        reading = read_rules(person_of(facts), NeedFacts(need))
        return route(reading, candidates(need, reading.doors), today=TODAY).gap

    assert gap("nationalities=VE", "ECON_BANK")
    assert not gap("nationalities=MX", "ECON_BANK")
    assert not gap("", "IDENT_PADRON")  # the desk's own door, named by a rule, is a door
    assert gap("", "SHELTER_RENT")


def lines(offer: Offer) -> dict[Criterion, int]:
    return {line.criterion: line.points for line in offer.arithmetic}


def test_arithmetic_adds_up_and_says_why() -> None:
    service = replace(made(), alcaldias=("09015",), languages=("ht",), acceptance=0.5, assured_on=date(2026, 11, 1))
    reading = read_rules(
        PersonFacts(alcaldia=Known("09015"), language=Known("ht")), NeedFacts("LEGAL_ADVICE", "normal")
    )
    offer = route(reading, [service], today=TODAY).offers[0]
    assert lines(offer) == {
        Criterion.NEED: 30,
        Criterion.DISTANCE: 15,
        Criterion.LANGUAGE: 8,
        Criterion.LISTING: 6,
        Criterion.FRESHNESS: 10,
        Criterion.ACCEPTANCE: 10,
    }
    assert offer.points == 79


def test_older_sources_sink_but_never_below_five_points() -> None:
    ages = [
        lines(judged("", replace(made(), as_of=as_of))).get(Criterion.FRESHNESS, 0)
        for as_of in ("2026", "2023-05", "2010", "")
    ]
    assert ages == [0, -3, -5, -5]
    verified_long_ago = replace(made(), assured_on=date(2026, 1, 1))
    assert lines(judged("", verified_long_ago))[Criterion.FRESHNESS] == 5


def test_nearer_comes_first() -> None:
    near, far = (replace(made(key=key), alcaldias=(code,)) for key, code in (("B_NEAR", "09015"), ("A_FAR", "09009")))
    reading = read_rules(PersonFacts(alcaldia=Known("09015")), NeedFacts("LEGAL_ADVICE"))
    assert [offer.service.key for offer in route(reading, [far, near], today=TODAY).offers] == ["B_NEAR", "A_FAR"]
    assert between("09015", "09015") == 0
    assert 20 < between("09015", "09009") < 40


ages = st.one_of(st.none(), st.tuples(st.integers(0, 90), st.integers(0, 10)))


@given(ages, st.integers(0, 90), st.integers(0, 90))
def test_age_limits_are_never_broken_by_doubt(age: tuple[int, int] | None, low: int, high: int) -> None:
    fact = Known(AgeRange(age[0], age[0] + age[1])) if age else UNKNOWN
    truths = {
        low <= years <= high
        for years in (range(fact.value.low, fact.value.high + 1) if isinstance(fact, Known) else ())
    }
    expected = {frozenset({True}): Truth.YES, frozenset({False}): Truth.NO}.get(frozenset(truths), Truth.UNKNOWN)
    if low <= high:
        assert age_between(fact, low, high) is expected


@given(st.sampled_from(NEEDS.codes()))
def test_a_person_nothing_is_known_of_is_never_turned_away(need: str) -> None:
    reading = read_rules(PersonFacts(), NeedFacts(need, NEEDS[need].default_urgency))
    offers = route(reading, candidates(need, reading.doors), today=TODAY).offers
    # A child alone is what the need itself says in PROTECT_UASC; INM is shut to everybody.
    turned_away = {offer.service.key for offer in offers if offer.verdict in {NOT, SHUT}} - {"INM"}
    assert not turned_away or need in {"PROTECT_UASC", "MIGR_ASYLUM"}


def test_codes_tell_circumstances_without_guessing() -> None:
    told = circumstances_of(specific_needs=["SV-VF", "TR-PI"], asylum_stage="interview", social_security="none")
    assert {key.value: fact for key, fact in told.items()} == {
        "GENDER_VIOLENCE": Known(value=True),
        "TORTURE": Known(value=True),
        "FEARS_RETURN": Known(value=True),
        "SOCIAL_SECURITY": Known(value=False),
    }
    assert not circumstances_of(asylum_stage="abandoned", status_self="in_process", social_security="unknown")
    assert circumstances_of(work_situation="informal", status_self="irregular") == {
        Circumstance.FORMAL_JOB: Known(value=False),
        Circumstance.REGULAR_STAY: Known(value=False),
    }
    assert gender_of("woman", "H") == Known("women")
    assert gender_of("not_said", "H") == Known("men")
    assert gender_of(None, None) is UNKNOWN
    assert accompaniment_of(None, ["SC-UC"]) == Known("alone")
    assert accompaniment_of("mother", ["SC-UC"]) == Known("mother")


def test_a_block_is_told_beside_its_door_only() -> None:
    def told(need: str) -> set[str]:
        reading = read_rules(person_of("nationalities=HN; profiles=REFUGEE"), NeedFacts(need))
        return {note.rule for note in route(reading, candidates(need, reading.doors), today=TODAY).notes}

    assert told("IDENT_CONSUL") == {"R12", "R34"}
    assert told("BASIC_FOOD") == {"R23"}
    assert told("MIGR_RENEW") == {"R13"}


def test_R14_the_first_step_is_said_to_be_one() -> None:
    reading = read_rules(person_of("curp=no; documents=TVRH"), NeedFacts("WORK_PLACE"))
    first = route(reading, candidates("WORK_PLACE", reading.doors), today=TODAY).offers[0]
    assert (first.service.key, first.reasons[0].code) == ("RENAPO", ReasonCode.FIRST_STEP)


def test_unknown_papers_ask_for_the_right_fact() -> None:
    def asked(facts: str) -> tuple[str, ...]:
        answers = read_rules(person_of(facts), NeedFacts("WORK_TRAIN")).answers
        return next(answer.asks for rule, answer, _ in answers if rule.code == "R16")

    assert asked("") == ("curp",)


def test_what_is_known_is_not_overruled_by_a_need() -> None:
    reading = read_rules(person_of("is_not=FEARS_RETURN; nationalities=HN"), NeedFacts("MIGR_ASYLUM"))
    assert reading.person.circumstance(Circumstance.FEARS_RETURN) == Known(value=False)
    assert accompaniment_of(None, ["SC-SC"]) == Known("other_relative")
    assert accompaniment_of(None, ["SV-VA"]) is UNKNOWN


def ranked(
    signals: Signals, *, urgency: str = "normal", mean: Track = NO_TRACK, weights: Weights | None = None
) -> Offer:
    service = made()
    reading = read_rules(person_of(""), NeedFacts("LEGAL_ADVICE", urgency))
    routing = route(reading, [service], today=TODAY, weights=weights, signals={service.ref: signals}, mean=mean)
    return routing.offers[0]


@pytest.mark.parametrize(("urgency", "points"), [("immediate", 12), ("urgent", 12), ("soon", 6), ("normal", 6)])
def test_a_door_that_is_open_now_counts_twice_when_it_presses(urgency: str, points: int) -> None:
    assert lines(ranked(Signals(open_now=True), urgency=urgency))[Criterion.OPEN_NOW] == points
    assert Criterion.OPEN_NOW not in lines(ranked(Signals(open_now=False), urgency=urgency))
    assert Criterion.OPEN_NOW not in lines(ranked(Signals(open_now=None), urgency=urgency))


def test_a_full_door_sinks_and_one_with_room_rises_and_an_unknown_one_stays() -> None:
    assert lines(ranked(Signals(free=1)))[Criterion.CAPACITY] == 4
    assert lines(ranked(Signals(free=0)))[Criterion.FULL] == -12
    assert not lines(ranked(Signals())).keys() & {Criterion.CAPACITY, Criterion.FULL}


def test_few_answers_lean_on_the_mean_of_all() -> None:
    mean = Track(answers=100, accepted=50, days=4.0)
    told = {
        name: lines(ranked(Signals(track=track), mean=mean))
        for name, track in {
            "none": Track(),
            "one no": Track(1, 0, 1.0),
            "many yes": Track(90, 90, 1.0),
            "many no": Track(90, 0, 9.0),
        }.items()
    }
    assert told["none"][Criterion.NO_ANSWERS] == 10
    assert told["one no"][Criterion.ACCEPTANCE] == 9
    assert told["many yes"][Criterion.ACCEPTANCE] == 19
    assert told["many no"][Criterion.ACCEPTANCE] == 1
    assert told["none"][Criterion.ANSWER_DAYS] == 2
    assert told["many yes"][Criterion.ANSWER_DAYS] == 5
    assert Criterion.ANSWER_DAYS not in told["many no"]
    assert not lines(ranked(Signals())).keys() & {Criterion.NO_ANSWERS, Criterion.ACCEPTANCE, Criterion.ANSWER_DAYS}
    silent = Track(answers=10, accepted=0, days=None)
    assert Criterion.ANSWER_DAYS not in lines(ranked(Signals(track=Track()), mean=silent))


def test_weights_change_the_points() -> None:
    assert lines(ranked(Signals(open_now=True), weights=Weights(open_now=9)))[Criterion.OPEN_NOW] == 9
    assert shrunk(3, 4, 0.5, 0) == 0.75
    assert shrunk(0, 0, 0.5, 0) == 0.5


def test_a_listing_verified_too_long_ago_counts_less_by_the_setting() -> None:
    service = replace(made(), assured_on=TODAY - timedelta(days=100))
    reading = read_rules(PersonFacts(), NeedFacts("LEGAL_ADVICE"))

    def freshness(stale_days: int) -> int:
        return lines(route(reading, [service], today=TODAY, stale_days=stale_days).offers[0])[Criterion.FRESHNESS]

    assert [freshness(days) for days in (99, 100, 101)] == [5, 10, 10]


def test_a_hotline_answers_right_now_what_cannot_wait() -> None:
    def right_now(kind: str, urgency: str) -> int:
        reading = read_rules(PersonFacts(), NeedFacts("LEGAL_ADVICE", urgency))
        offer = route(reading, [replace(made(), kind=kind)], today=TODAY).offers[0]
        return lines(offer).get(Criterion.RIGHT_NOW, 0)

    assert right_now("hotline", "immediate") == 10
    assert right_now("hotline", "normal") == right_now("service", "immediate") == 0


def test_a_place_nobody_knows_counts_for_no_distance() -> None:
    def distance(facts: PersonFacts, alcaldias: tuple[str, ...]) -> int | None:
        reading = read_rules(facts, NeedFacts("LEGAL_ADVICE"))
        offer = route(reading, [replace(made(), alcaldias=alcaldias)], today=TODAY).offers[0]
        return lines(offer).get(Criterion.DISTANCE)

    assert distance(PersonFacts(alcaldia=Known("09015")), ("09015",)) == 15
    assert distance(PersonFacts(alcaldia=Known("OTHER")), ("09015",)) is None
    assert distance(PersonFacts(), ("09015",)) is None
    assert distance(PersonFacts(alcaldia=Known("09015")), ("OTHER",)) is None


def test_a_note_that_only_might_apply_is_not_told() -> None:
    def told(facts: str) -> set[str]:
        reading = read_rules(person_of(facts), NeedFacts("BASIC_FOOD"))
        return {note.rule for note in route(reading, [], today=TODAY).notes}

    assert "R30" in told("language=ht; reads=yes")
    assert "R30" not in told("language=es")
    assert "R40" not in told("")


def test_R33_the_desk_is_a_door_only_where_a_rule_names_it() -> None:
    def gap(need: str, key: str, facts: str = "") -> bool:
        reading = read_rules(person_of(facts), NeedFacts(need))
        return route(reading, [services()[key]], today=TODAY).gap

    assert not gap("IDENT_PADRON", "PADRON")
    assert gap("LEGAL_ADVICE", "PADRON")

"""What is left out before anybody is judged: rules that a need rules out, needs that no alert rests on."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from referral.arrival.rules.alerts import need_matters, raised
from referral.kernel.codes import CHILD_ACCOMPANIMENT, NEEDS, PROFILES, URGENCY_LEVELS
from referral.kernel.partial_dates import AgeRange
from referral.needs.facts import NeedLine, NeedStatus
from referral.routing.facts import REFUSED, UNKNOWN, Circumstance, Known, NeedFacts, PersonFacts
from referral.routing.rules.book import lay_over, rule_book, rules_about
from referral.routing.rules.offers import read_rules
from referral.routing.rules.told import told_by_needs
from referral.routing.rules.truth import Truth

CODES = NEEDS.codes()


def fact(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.just(UNKNOWN), st.just(REFUSED), values.map(Known))


def some(codes: list[str]) -> st.SearchStrategy[object]:
    return fact(st.frozensets(st.sampled_from(codes), max_size=3))


PEOPLE = st.builds(
    PersonFacts,
    age=fact(st.tuples(st.integers(0, 90), st.integers(0, 20)).map(lambda pair: AgeRange(pair[0], sum(pair)))),
    gender=fact(st.sampled_from(["women", "men", "other"])),
    profiles=some([*PROFILES.codes(), "UNKNOWN"]),
    nationalities=some(["MX", "HT", "VE", "XX", "XA"]),
    documents=some(["CURP", "CURP_TEMP", "PASSPORT", "TVRH"]),
    has_curp=fact(st.booleans()),
    accompaniment=fact(st.sampled_from(CHILD_ACCOMPANIMENT.codes())),
    language=fact(st.sampled_from(["es", "en", "ht"])),
    reads=fact(st.sampled_from(["yes", "no", "with_help"])),
    groups=some(["LGBTTTI", "DISCAPACIDAD", "MAYORES"]),
    circumstances=st.dictionaries(st.sampled_from(list(Circumstance)), fact(st.booleans()), max_size=4),
)


@given(person=PEOPLE, code=st.sampled_from(CODES), urgency=st.sampled_from(URGENCY_LEVELS.codes()))
def test_a_rule_that_is_left_out_never_applies(person: PersonFacts, code: str, urgency: str) -> None:
    need = NeedFacts(code, urgency)
    told = told_by_needs(person, [code])
    every = [rule.code for rule in rule_book().values() if rule.answer(told, need).truth is not Truth.NO]
    assert [rule.code for rule, _answer, _doors in read_rules(person, need).answers] == every


def test_a_rule_of_the_city_is_among_them_as_soon_as_it_is_laid(tmp_path: Path) -> None:
    own = tmp_path / "rules.csv"
    own.write_text("id,on\nR23,no\n", encoding="utf-8")
    assert "R23" in {rule.code for rule in rules_about("BASIC_FOOD")}
    try:
        lay_over(own)
        assert "R23" not in {rule.code for rule in rules_about("BASIC_FOOD")}
    finally:
        lay_over(None)


@given(person=PEOPLE, codes=st.lists(st.sampled_from(CODES), max_size=4, unique=True), code=st.sampled_from(CODES))
def test_a_need_that_does_not_matter_changes_no_alert(person: PersonFacts, codes: list[str], code: str) -> None:
    lines = [line(one) for one in codes if one != code]
    if not need_matters(code):
        assert raised(person, [*lines, line(code)]) == raised(person, lines)


def test_needs_of_danger_matter_and_most_of_daily_life_do_not() -> None:
    assert all(map(need_matters, ("PROTECT_GBV", "SHELTER_SAFE", "MIGR_ASYLUM", "HEALTH_SUICIDE", "LEGAL_MISSING")))
    assert not any(map(need_matters, ("BASIC_FOOD", "WORK_PLACE", "EDUC_ADULT", "IDENT_PADRON")))


def line(code: str) -> NeedLine:
    entry = NEEDS[code]
    noted = datetime(2026, 11, 20, tzinfo=UTC)
    ref = uuid.uuid5(uuid.NAMESPACE_OID, code)
    return NeedLine(ref, ref, code, entry.category, "normal", NeedStatus.OPEN, None, "", noted, None, 1)

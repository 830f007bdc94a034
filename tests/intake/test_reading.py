"""What a row says: words of lists in both languages, births of any precision, families, each fault at its cell."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.intake.facts import RowFacts
from referral.intake.rules.columns import code_of, columns
from referral.intake.rules.families import Typed, family_numbers, read_rows
from referral.intake.rules.reading import clean_cell, read_birth, read_row
from referral.intake.rules.reasons import Problem
from referral.kernel import codes
from referral.kernel.refusal import Refused
from tests.factories.lists import HONDURAN

TODAY = date(2026, 11, 20)


def read(**cells: str) -> RowFacts:
    return read_row({**HONDURAN, **cells}, told_on=TODAY, notice_given=True, from_leader={})


def wrong(facts: RowFacts) -> list[tuple[str, str]]:
    return [(one.column, one.reason) for one in facts.wrong]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("27/3/1994", "1994-03-27"),
        ("27-03-1994", "1994-03-27"),
        ("1994-03-27", "1994-03-27"),
        ("27 de marzo de 1994", "1994-03-27"),
        ("March 27, 1994", "1994-03-27"),
        ("3/1994", "1994-03"),
        ("marzo 1994", "1994-03"),
        ("1994-03", "1994-03"),
        ("1994", "1994"),
        ("32 años", "age:32@2026-11-20"),
        ("32 years old", "age:32@2026-11-20"),
        ("No sabe", "unknown"),
        ("", "unknown"),
    ],
)
def test_births_as_people_write_them(typed: str, meant: str) -> None:
    assert read_birth(typed, told_on=TODAY).to_text() == meant


@pytest.mark.parametrize("typed", ["3/27/1994", "94", "27/3/94", "31/2/1994", "ayer", "1/2/3/4", "27/3/2030"])
def test_a_birth_that_could_be_misread_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        read_birth(typed, told_on=TODAY)


@given(st.text(max_size=60))
def test_no_text_breaks_a_birth(text: str) -> None:
    with suppress(Refused):
        read_birth(text, told_on=TODAY)


@given(st.dictionaries(st.sampled_from(sorted(columns())), st.text(max_size=80)))
def test_no_cells_break_a_row(cells: dict[str, str]) -> None:
    facts = read_row(
        {code: clean_cell(text) for code, text in cells.items()}, told_on=TODAY, notice_given=True, from_leader={}
    )
    assert (facts.person is None) == bool(facts.wrong)


@pytest.mark.parametrize("code", [code for code, column in columns().items() if column.list_name])
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_word_that_the_template_offers_is_read_as_its_code(code: str, language: str) -> None:
    for value, words in columns()[code].choices(language):
        assert code_of(code, words) == value
        assert code_of(code, words.upper()) == value


@pytest.mark.parametrize(
    ("column", "word", "code"),
    [
        ("nationality", "hondureña", "HN"),
        ("nationality", "HAITI", "HT"),
        ("nationality", "HTI", "HT"),
        ("language", "Kreyòl", "ht"),
        ("alcaldia", "cuauhtemoc", "09015"),
        ("sex_document", "mujer", "M"),
        ("relation", "Hija", "child"),
        ("relation", "jefe", "leader"),
    ],
)
def test_words_people_use_besides(column: str, word: str, code: str) -> None:
    assert code_of(column, word) == code


def test_our_own_words_lead_to_codes_that_exist() -> None:
    for column in columns().values():
        if column.list_name and column.list_name not in {"first", "asked"}:
            known = {*codes.code_list(column.list_name).codes(), "leader"}
            for word in ("hondurena", "kreyol", "gam", "esposa", "hombre", "firma", "sola"):
                found = code_of(column.code, word)
                assert found is None or found in known


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"nationality": "Narnia"}, ("nationality", Problem.UNKNOWN_WORD)),
        ({"birth": "3/27/1994"}, ("birth", Problem.ORDER_OF_DATE)),
        ({"birth": "mañana"}, ("birth", Problem.DATE_UNREADABLE)),
        ({"phone": "12"}, ("phone", Problem.PHONE)),
        ({"email": "nada"}, ("email", Problem.EMAIL)),
        ({"interpreter": "quizá"}, ("interpreter", Problem.YES_OR_NO)),
        ({"phone": ""}, ("phone", Problem.NO_WAY_BACK)),
        ({"needs": "un unicornio"}, ("needs", Problem.UNKNOWN_WORD)),
        ({"given": "", "surname1": ""}, ("given", "empty")),
        ({"given": "x" * 200}, ("given", "too_long")),
        ({"given": "Ana\u202e"}, ("given", Problem.UNSEEN)),
        ({"relation": "hija"}, ("family", Problem.RELATION_WITHOUT_FAMILY)),
        ({"profile": "TRANSIT"}, ("sensitive_how", Problem.PROFILE_WITHOUT_CONSENT)),
        ({"sensitive_how": "de viva voz"}, ("sensitive_how", Problem.CONSENT_NOT_EXPRESS)),
        ({"sensitive_how": "firma", "birth": "2015"}, ("sensitive_how", Problem.CONSENT_OF_MINOR)),
        ({"place": "x" * 600}, ("place", Problem.TOO_LONG)),
        ({"profile": "TRANSIT", "sensitive_how": "no"}, ("sensitive_how", Problem.PROFILE_WITHOUT_CONSENT)),
        ({"care": "no"}, ("care", Problem.SAID_NO)),
        ({"care": "sí", "asked_by": "Irma"}, ("care_how", Problem.HOW_MISSING)),
        ({"care": "sí", "care_how": "firma"}, ("asked_by", Problem.ASKED_BY_MISSING)),
        ({"care": "sí", "care_how": "firma", "asked_by": "Irma", "birth": "2015"}, ("care", Problem.CONSENT_OF_MINOR)),
        ({"language": "es", "language_name": "Mixe"}, ("language_name", "language_twice")),
    ],
)
def test_each_fault_stands_at_its_cell(cells: dict[str, str], expected: tuple[str, str]) -> None:
    assert wrong(read(**cells)) == [expected]


def test_consent_needs_the_notice() -> None:
    cells = {**HONDURAN, "sensitive_how": "firma"}
    facts = read_row(cells, told_on=TODAY, notice_given=False, from_leader={})
    assert wrong(facts) == [("sensitive_how", Problem.CONSENT_WITHOUT_NOTICE)]


def test_several_needs_by_code_or_by_words_with_commas_in_them() -> None:
    label = codes.NEEDS["IDENT_CURP"].es
    assert read(needs=f"basic_food; {label}").needs == ("BASIC_FOOD", "IDENT_CURP")
    assert read(needs="BASIC_FOOD, HEALTH_GENERAL").needs == ("BASIC_FOOD", "HEALTH_GENERAL")


def test_an_age_told_is_of_the_day_of_the_list() -> None:
    facts = read(birth="", age="32 años")
    assert facts.person is not None
    assert facts.person.identity.birth.to_text() == "age:32@2026-11-20"


def together(*rows: Mapping[str, str]) -> dict[int, RowFacts]:
    numbered = [(number, {**HONDURAN, **cells}) for number, cells in enumerate(rows, start=2)]
    families = family_numbers(numbered)
    return read_rows(
        [Typed(number, cells, families.get(number)) for number, cells in numbered], told_on=TODAY, notice_given=True
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("1", "", ""), ("1", "hija", "")], {2: Problem.NO_LEADER}),
        ([("1", "jefe", ""), ("1", "jefa", "")], {2: Problem.TWO_LEADERS, 3: Problem.TWO_LEADERS}),
        ([("1", "jefe", ""), ("1", "", "")], {3: Problem.RELATION_MISSING}),
        ([("1", "jefe", "2010"), ("1", "hija", "1990")], {3: "parent_younger"}),
        ([("1", "jefe", ""), *[("1", "hija", "2020")] * 15], {2: Problem.FAMILY_TOO_LARGE}),
        ([("A", "jefe", ""), ("a", "hija", "2020")], {}),
    ],
)
def test_families_that_cannot_be(rows: list[tuple[str, str, str]], expected: dict[int, str]) -> None:
    found = together(*({"family": family, "relation": said, "birth": birth} for family, said, birth in rows))
    assert {number: facts.wrong[0].reason for number, facts in found.items() if facts.wrong} == expected

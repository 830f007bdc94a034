"""Periods and medians: facts in, verdict out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from statistics import median as by_the_book

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.reports.facts import Period
from referral.reports.rules import NoPeriod, PeriodProblem, Preset, median, percent, preset, read_period

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("which", "first", "last"),
    [
        (Preset.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Preset.THIS_MONTH, date(2026, 11, 1), TODAY),
        (Preset.THREE_MONTHS, date(2026, 8, 1), date(2026, 10, 31)),
        (Preset.THIS_YEAR, date(2026, 1, 1), TODAY),
        (Preset.TWELVE_MONTHS, date(2025, 11, 1), date(2026, 10, 31)),
    ],
)
def test_presets(which: Preset, first: date, last: date) -> None:
    assert preset(which, TODAY) == Period(first, last)


def test_presets_across_the_year() -> None:
    assert preset(Preset.LAST_MONTH, date(2026, 1, 31)) == Period(date(2025, 12, 1), date(2025, 12, 31))
    assert preset(Preset.THREE_MONTHS, date(2026, 3, 31)) == Period(date(2025, 12, 1), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("", "", Period(date(2026, 10, 1), date(2026, 10, 31))),
        ("2026-10-05", "2026-10-06", Period(date(2026, 10, 5), date(2026, 10, 6))),
        ("5/10/2026", "06-10-2026", Period(date(2026, 10, 5), date(2026, 10, 6))),
        ("5.10.2026", "", Period(date(2026, 10, 5), TODAY)),
        ("", "2026-10-06", Period(date(2000, 1, 1), date(2026, 10, 6))),
    ],
)
def test_periods_as_typed(first: str, last: str, found: Period) -> None:
    assert read_period(first, last, TODAY) == found


@pytest.mark.parametrize("typed", ["octubre", "31/2/2026", "2026-13-01", "1/1/1", "٣/١/٢٠٢٦", "1/1/9999"])
def test_dates_that_are_none(typed: str) -> None:
    with pytest.raises(NoPeriod) as no:
        read_period(typed, "", TODAY)
    assert no.value.problem is PeriodProblem.UNREADABLE


def test_an_end_before_its_start() -> None:
    with pytest.raises(NoPeriod) as no:
        read_period("2026-10-06", "2026-10-05", TODAY)
    assert no.value.problem is PeriodProblem.ENDS_BEFORE


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_the_period(first: str, last: str) -> None:
    try:
        found = read_period(first, last, TODAY)
    except NoPeriod:
        return
    assert found.first <= found.last


@given(st.lists(st.integers(0, 400), max_size=50))
def test_the_median_is_exact(days: list[int]) -> None:
    assert median(Counter(days)) == (by_the_book(days) if days else None)


@pytest.mark.parametrize(("part", "whole", "share"), [(0, 0, 0), (1, 3, 33), (2, 3, 67), (1, 8, 13), (5, 5, 100)])
def test_percent(part: int, whole: int, share: int) -> None:
    assert percent(part, whole) == share

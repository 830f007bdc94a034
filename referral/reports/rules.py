"""Periods and medians of the reports. Pure; called by reports.queries and reports.views."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from referral.reports.facts import Period


class Preset(StrEnum):
    """Periods that are asked for most."""

    LAST_MONTH = "last_month"
    THIS_MONTH = "this_month"
    THREE_MONTHS = "three_months"
    THIS_YEAR = "this_year"
    TWELVE_MONTHS = "twelve_months"


class PeriodProblem(StrEnum):
    """Why what was typed is no period."""

    UNREADABLE = "unreadable"
    ENDS_BEFORE = "ends_before"


class NoPeriod(ValueError):
    """The dates typed are no period; `problem` says why."""

    def __init__(self, problem: PeriodProblem) -> None:
        super().__init__(problem)
        self.problem = problem


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TYPED = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", re.ASCII)
_OLDEST, _NEWEST = 2000, 2199


def preset(which: Preset, today: date) -> Period:
    """The days of a preset. Whole months, but for the one that is running."""
    this_month = today.replace(day=1)
    before = this_month - timedelta(days=1)
    match which:
        case Preset.LAST_MONTH:
            return Period(before.replace(day=1), before)
        case Preset.THIS_MONTH:
            return Period(this_month, today)
        case Preset.THREE_MONTHS:
            return Period(_months_before(this_month, 3), before)
        case Preset.THIS_YEAR:
            return Period(today.replace(month=1, day=1), today)
        case Preset.TWELVE_MONTHS:
            return Period(_months_before(this_month, 12), before)


def read_period(first: str, last: str, today: date) -> Period:
    """What was typed ("2026-10-01" or "1/10/2026"); last month for two empty boxes. NoPeriod when it is none."""
    if not first.strip() and not last.strip():
        return preset(Preset.LAST_MONTH, today)
    start = _read_day(first) if first.strip() else date(_OLDEST, 1, 1)
    end = _read_day(last) if last.strip() else today
    if end < start:
        raise NoPeriod(PeriodProblem.ENDS_BEFORE)
    return Period(start, end)


def median(counted: Mapping[int, int]) -> float | None:
    """The exact median of values given as value -> how many times; None when there are none."""
    total = sum(counted.values())
    if not total:
        return None
    low, high = (total - 1) // 2, total // 2  # the same place when the number is odd
    seen = 0
    first: int | None = None
    for value in sorted(counted):
        seen += counted[value]
        if first is None and seen > low:
            first = value
        if first is not None and seen > high:
            return (first + value) / 2
    raise AssertionError("unreachable: the places lie within the total")


def percent(part: int, whole: int) -> int:
    """Whole percent, halves up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def _read_day(text: str) -> date:
    iso, typed = _ISO.fullmatch(text.strip()), _TYPED.fullmatch(text.strip())
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif typed:
        day, month, year = (int(part) for part in typed.groups())
    else:
        raise NoPeriod(PeriodProblem.UNREADABLE)
    try:
        found = date(year, month, day)
    except ValueError:
        raise NoPeriod(PeriodProblem.UNREADABLE) from None
    if not _OLDEST <= found.year <= _NEWEST:
        raise NoPeriod(PeriodProblem.UNREADABLE)
    return found


def _months_before(first_of_month: date, months: int) -> date:
    place = first_of_month.year * 12 + first_of_month.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)

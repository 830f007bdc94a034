"""Reads a partial date typed in three boxes (day, month, year), or an age. Called by the partial-date form field.

Refuses with a DateProblem whose `field` is the box to correct: "day", "month", "year" or "age".
"""

import calendar
import unicodedata
from datetime import date
from enum import StrEnum

from referral.kernel.partial_dates import OLDEST_AGE, PartialDate
from referral.kernel.refusal import Refused

_MONTH_NAMES = (
    ("enero", "january"),
    ("febrero", "february"),
    ("marzo", "march"),
    ("abril", "april"),
    ("mayo", "may"),
    ("junio", "june"),
    ("julio", "july"),
    ("agosto", "august"),
    ("septiembre", "setiembre", "september"),
    ("octubre", "october"),
    ("noviembre", "november"),
    ("diciembre", "december"),
)


class DateProblem(StrEnum):
    """Why a typed date cannot be read. The values that come with it are named beside each."""

    EMPTY = "empty"
    DAY_UNREADABLE = "day_unreadable"
    DAY_NOT_IN_MONTH = "day_not_in_month"  # last_day
    DAY_WITHOUT_MONTH = "day_without_month"
    MONTH_UNREADABLE = "month_unreadable"
    YEAR_MISSING = "year_missing"
    YEAR_UNREADABLE = "year_unreadable"
    YEAR_SHORT = "year_short"
    IN_FUTURE = "in_future"
    TOO_OLD = "too_old"  # oldest (first year accepted)
    AGE_UNREADABLE = "age_unreadable"
    AGE_TOO_HIGH = "age_too_high"  # oldest (highest age accepted)


def date_from_boxes(day: str, month: str, year: str, *, today: date) -> PartialDate:
    """The most precise date the boxes allow: day + month + year, month + year, or year.

    A month is a number or a name, also shortened, in Spanish or English ("3", "mar", "marzo", "March").
    """
    day, month, year = day.strip(), month.strip(), year.strip()
    if not (day or month or year):
        raise Refused(DateProblem.EMPTY, field="day")
    month_number = _month_number(month) if month else None
    if day and not month:
        raise Refused(DateProblem.DAY_WITHOUT_MONTH, field="month")
    year_number = _year_number(year, today)
    if month_number is None:
        return PartialDate.of_year(year_number)
    known = PartialDate.of_month(year_number, month_number)
    if day:
        known = PartialDate.of_day(date(year_number, month_number, _day_number(day, year_number, month_number)))
    first = known.earliest()
    if first is not None and first > today:
        raise Refused(DateProblem.IN_FUTURE, field="day" if day else "month")
    return known


def age_from_box(text: str, *, told_on: date) -> PartialDate:
    """An estimated or told age in completed years; 0 for a baby."""
    age = _number(text.strip())
    if age is None:
        raise Refused(DateProblem.AGE_UNREADABLE, field="age")
    if age > OLDEST_AGE:
        raise Refused(DateProblem.AGE_TOO_HIGH, field="age", oldest=OLDEST_AGE)
    return PartialDate.of_age(age, told_on)


def _month_number(text: str) -> int:
    number = _number(text)
    if number is not None and 1 <= number <= 12:
        return number
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    word = "".join(c for c in decomposed if not unicodedata.combining(c)).rstrip(".")
    # Three letters tell the twelve months apart in both languages, so any longer beginning of a name does too.
    if len(word) >= 3:
        for place, names in enumerate(_MONTH_NAMES, start=1):
            if any(name.startswith(word) for name in names):
                return place
    raise Refused(DateProblem.MONTH_UNREADABLE, field="month")


def _year_number(text: str, today: date) -> int:
    if not text:
        raise Refused(DateProblem.YEAR_MISSING, field="year")
    year = _number(text)
    if year is None:
        raise Refused(DateProblem.YEAR_UNREADABLE, field="year")
    # Two digits are refused, not guessed: "26" is a baby or a person of a hundred.
    if len(text) < 4:
        raise Refused(DateProblem.YEAR_SHORT, field="year")
    if year > today.year:
        raise Refused(DateProblem.IN_FUTURE, field="year")
    if year < today.year - OLDEST_AGE:
        raise Refused(DateProblem.TOO_OLD, field="year", oldest=today.year - OLDEST_AGE)
    return year


def _day_number(text: str, year: int, month: int) -> int:
    day = _number(text)
    if day is None or not 1 <= day <= 31:
        raise Refused(DateProblem.DAY_UNREADABLE, field="day")
    last_day = calendar.monthrange(year, month)[1]
    if day > last_day:
        raise Refused(DateProblem.DAY_NOT_IN_MONTH, field="day", last_day=last_day)
    return day


def _number(text: str) -> int | None:
    """Decimal digits of any script; the length limit keeps a pasted page out of int()."""
    return int(text) if text.isdecimal() and len(text) <= 6 else None

"""Dates as people know them: a day, a month, a year, an age told on a day, or unknown. For births, entries, returns.

Stored as text: "1994-03-27", "1994-03", "1994", "age:32@2026-11-21" or "unknown". date_boxes.py reads typed ones.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

ADULT_AGE = 18
OLDEST_AGE = 125


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    AGE = "age"
    UNKNOWN = "unknown"


class AgeRange(NamedTuple):
    """Completed years, both ends included; equal when the age is certain."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class PartialDate:
    """Build with of_day, of_month, of_year, of_age or unknown; the fields that the precision does not use are None."""

    precision: Precision
    year: int | None = None
    month: int | None = None
    day: int | None = None
    age: int | None = None
    told_on: date | None = None

    @classmethod
    def of_day(cls, day: date) -> "PartialDate":
        return cls(Precision.DAY, year=_checked_year(day.year), month=day.month, day=day.day)

    @classmethod
    def of_month(cls, year: int, month: int) -> "PartialDate":
        if not 1 <= month <= 12:
            raise ValueError("a month goes from 1 to 12")
        return cls(Precision.MONTH, year=_checked_year(year), month=month)

    @classmethod
    def of_year(cls, year: int) -> "PartialDate":
        return cls(Precision.YEAR, year=_checked_year(year))

    @classmethod
    def of_age(cls, age: int, told_on: date) -> "PartialDate":
        """An age in completed years as the person (or the desk's estimate) gave it on a day."""
        if not 0 <= age <= OLDEST_AGE:
            raise ValueError(f"an age goes from 0 to {OLDEST_AGE}")
        _checked_year(told_on.year - age - 1)
        return cls(Precision.AGE, age=age, told_on=told_on)

    @classmethod
    def unknown(cls) -> "PartialDate":
        return cls(Precision.UNKNOWN)

    @classmethod
    def from_text(cls, text: str) -> "PartialDate":
        """Reads what to_text wrote, and nothing else. ValueError otherwise."""
        found = _STORED.fullmatch(text)
        if found is None:
            raise ValueError("not a stored partial date")
        if text == Precision.UNKNOWN:
            return cls.unknown()
        if found["age"]:
            return cls.of_age(int(found["age"]), date.fromisoformat(found["told"]))
        if found["day"]:
            return cls.of_day(date.fromisoformat(text))
        if found["month"]:
            return cls.of_month(int(found["year"]), int(found["month"]))
        return cls.of_year(int(found["year"]))

    def to_text(self) -> str:
        match self.precision:
            case Precision.DAY:
                return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"
            case Precision.MONTH:
                return f"{self.year:04d}-{self.month:02d}"
            case Precision.YEAR:
                return f"{self.year:04d}"
            case Precision.AGE:
                return f"age:{self.age}@{self.told_on}"
            case Precision.UNKNOWN:
                return Precision.UNKNOWN.value

    def __str__(self) -> str:
        return self.to_text()

    @property
    def is_known(self) -> bool:
        return self.precision is not Precision.UNKNOWN

    @property
    def exact(self) -> date | None:
        """The day itself, when it is known to the day."""
        return self.earliest() if self.precision is Precision.DAY else None

    def earliest(self) -> date | None:
        """First day this can be; None when unknown."""
        if self.age is not None and self.told_on is not None:
            return _years_before(self.told_on, self.age + 1) + timedelta(days=1)
        return None if self.year is None else date(self.year, self.month or 1, self.day or 1)

    def latest(self) -> date | None:
        """Last day this can be; None when unknown."""
        if self.age is not None and self.told_on is not None:
            return _years_before(self.told_on, self.age)
        if self.year is None:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def age_on(self, day: date) -> AgeRange | None:
        """Completed years of someone born then, as a range (never below 0); None when unknown."""
        first, last = self.earliest(), self.latest()
        if first is None or last is None:
            return None
        return AgeRange(max(0, _completed_years(last, day)), max(0, _completed_years(first, day)))

    def is_minor(self, on: date) -> bool | None:
        """Under 18 that day: True, False, or None when what is known allows both; then give a child's care."""
        ages = self.age_on(on)
        if ages is None or ages.low < ADULT_AGE <= ages.high:
            return None
        return ages.high < ADULT_AGE

    @property
    def birth_year_guess(self) -> int | None:
        """One year to search or sort by: the middle of the interval."""
        first, last = self.earliest(), self.latest()
        return None if first is None or last is None else (first + (last - first) / 2).year


_STORED = re.compile(
    r"unknown|age:(?P<age>0|[1-9][0-9]{0,2})@(?P<told>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?"
)


def _checked_year(year: int) -> int:
    if not 1000 <= year <= 9999:
        raise ValueError("a year has four digits")
    return year


def _completed_years(born: date, day: date) -> int:
    # Someone born on 29 February turns a year older on 1 March of a common year: the later, more protective, reading.
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _years_before(day: date, years: int) -> date:
    year = day.year - years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))

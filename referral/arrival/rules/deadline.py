"""By when refuge should be asked for: working days from the entry, as far as the entry is known. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Protocol

from referral.arrival.facts import AsylumDeadline, AsylumTerm
from referral.kernel.partial_dates import PartialDate

_SATURDAY = 5
_LONGEST = 400  # days counted one by one; farther back it only matters that it passed


def asylum_deadline(entry: PartialDate, *, today: date, term: AsylumTerm) -> AsylumDeadline | None:
    """The last day of the term, from the first and the last day the entry can have been; None when it is unknown.

    The day of entry itself does not count. An entry known only to the month or year never ends after today's: nobody
    enters tomorrow.
    """
    earliest, latest = entry.earliest(), entry.latest()
    if earliest is None or latest is None:
        return None
    first = after_working_days(earliest, term.days, term.holidays)
    last = after_working_days(max(earliest, min(latest, today)), term.days, term.holidays)
    return AsylumDeadline(first, last, working_days_left(today, first, term.holidays), term.days)


def after_working_days(day: date, count: int, holidays: Collection[date] = ()) -> date:
    """The day that is `count` working days after `day`, Monday to Friday without holidays."""
    while count > 0:
        day += timedelta(days=1)
        count -= works(day, holidays)
    return day


def working_days_left(today: date, until: date, holidays: Collection[date] = ()) -> int:
    """Working days after today up to `until` included: 0 on the last day, negative when it is over."""
    if until < today:
        return -1 if (today - until).days > _LONGEST else min(-1, -_count(until, today, holidays))
    return _count(today, until, holidays)


def works(day: date, holidays: Collection[date] = ()) -> bool:
    """Whether offices count this day."""
    return day.weekday() < _SATURDAY and day not in holidays


def _count(after: date, until: date, holidays: Collection[date]) -> int:
    days = (after + timedelta(days=step) for step in range(1, (until - after).days + 1))
    return sum(works(day, holidays) for day in days)


class Configured(Protocol):
    """The settings of an installation that this room reads."""

    @property
    def asylum_days(self) -> int: ...
    @property
    def holidays(self) -> frozenset[date]: ...


def asylum_term(held: Configured) -> AsylumTerm:
    """The term for asking for refuge, as this installation has it."""
    return AsylumTerm(held.asylum_days, held.holidays)

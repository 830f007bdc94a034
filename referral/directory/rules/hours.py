"""When a door is open: HSDS schedules (iCal rules, exceptions) read on a clock of Mexico City. Used by labels, routing.

Nothing here says "closed" of a door whose hours nobody knows, nor of one with hours that nobody can read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule, weekday

from referral.kernel.clock import LOCAL_ZONE

LOOK_AHEAD = 62  # days: a door that opens once a month is still found
_SOON = 10  # days that answer for nearly every door
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_DAY_OF_MONTH = re.compile(r"-?([1-9]|[12]\d|3[01])")
_DAYS = {"MO": MO, "TU": TU, "WE": WE, "TH": TH, "FR": FR, "SA": SA, "SU": SU}
_NUMBERS = {code: number for number, code in enumerate(_DAYS)}
_FREQUENCIES = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY}
_EPOCH = date(2024, 1, 1)  # a Monday, for rules that repeat without saying since when


@dataclass(frozen=True, slots=True)
class Opening:
    """One schedule: on which days, from when to when ("09:00"). `closed` takes those days out of all the others.

    `byday` may number the days of a month ("1MO,-1FR"). A closing time before the opening one is on the next day;
    "23:59" stands for midnight.
    """

    opens_at: str = ""
    closes_at: str = ""
    byday: str = ""
    bymonthday: str = ""
    freq: str = "WEEKLY"
    interval: int = 1
    dtstart: date | None = None
    until: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    closed: bool = False


class Now(StrEnum):
    """What is known of a door at a moment."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DoorState:
    """A door at a moment. `until`: when it closes, if it is open. `opens`: when it opens next, if that is in sight."""

    now: Now
    until: datetime | None = None
    opens: datetime | None = None


def readable(opening: Opening) -> bool:
    """Whether the rule can be read, and in one way only. Hours in words come as a rule without days: they cannot."""
    codes = _codes(opening.byday)
    numbered = any(code not in _NUMBERS for code in codes)
    return (
        opening.freq in _FREQUENCIES
        and (opening.closed or all(_TIME.fullmatch(text) for text in (opening.opens_at, opening.closes_at)))
        and all(_DAY.fullmatch(code) for code in codes)
        and not (numbered and opening.freq != "MONTHLY")
        and all(_DAY_OF_MONTH.fullmatch(number) for number in _codes(opening.bymonthday))
        # Without a first day nobody can tell which weeks are meant, nor which day when none is named.
        and (opening.dtstart is not None or (opening.interval <= 1 and _names_days(opening)))
    )


def open_at(openings: Sequence[Opening], moment: datetime, *, holidays: Collection[date] = ()) -> Now:
    """Whether a door with these hours is open at `moment` (aware): what `state` says, for many doors at once."""
    if not any(_says_hours(opening) for opening in openings):
        return Now.UNKNOWN
    here = moment.astimezone(LOCAL_ZONE)
    spans = _spans(openings, here.date() - timedelta(days=1), 2, frozenset(holidays))
    return _with_doubt(openings, Now.OPEN if any(start <= here < end for start, end in spans) else Now.CLOSED)


def state(openings: Sequence[Opening], moment: datetime, *, holidays: Collection[date] = ()) -> DoorState:
    """Whether a door with these hours is open at `moment` (aware), and what comes next.

    `holidays` close it, unless a schedule names that very day. A door that is always open is told to close some days
    from now.
    """
    now = open_at(openings, moment, holidays=holidays)
    if now is Now.UNKNOWN:
        return DoorState(now)
    here = moment.astimezone(LOCAL_ZONE)
    for days in (_SOON, LOOK_AHEAD):
        for start, end in _merged(_spans(openings, here.date() - timedelta(days=1), days, frozenset(holidays))):
            if start <= here < end:
                return DoorState(now, until=end)
            if start > here:
                return DoorState(now, opens=start)
    return DoorState(now)


def open_on(openings: Iterable[Opening], day: date, *, holidays: Collection[date] = ()) -> list[tuple[str, str]]:
    """The hours of one day as ("09:00", "17:00"), in order; empty when it is closed or nothing is known."""
    spans = _spans(tuple(openings), day, 1, frozenset(holidays))
    return [(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in sorted(set(spans))]


def _says_hours(opening: Opening) -> bool:
    return not opening.closed and readable(opening)


def _with_doubt(openings: Iterable[Opening], now: Now) -> Now:
    """What cannot be read may be the very hours that are asked about."""
    doubtful = [opening for opening in openings if not readable(opening)]
    if any(opening.closed or now is Now.CLOSED for opening in doubtful):
        return Now.UNKNOWN
    return now


def _names_days(opening: Opening) -> bool:
    return opening.freq == "DAILY" or bool(opening.byday) or (opening.freq == "MONTHLY" and bool(opening.bymonthday))


def _names_one_day(opening: Opening) -> bool:
    first = opening.dtstart or opening.valid_from
    return first is not None and first == (opening.until or opening.valid_to)


def _spans(
    openings: Sequence[Opening], first: date, days: int, holidays: frozenset[date]
) -> Iterator[tuple[datetime, datetime]]:
    last = first + timedelta(days=days - 1)
    shut = {day for opening in openings if opening.closed for day in _days(opening, first, last)}
    special = [opening for opening in openings if _says_hours(opening) and _names_one_day(opening)]
    own = {day for opening in special for day in _days(opening, first, last)}
    for opening in openings:
        if not _says_hours(opening):
            continue
        for day in _days(opening, first, last):
            # Hours given for one day alone stand instead of the usual ones.
            if opening in special or (day not in shut and day not in holidays and day not in own):
                yield _span(opening, day)


def _span(opening: Opening, day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time.fromisoformat(opening.opens_at), LOCAL_ZONE)
    closes = time.fromisoformat(opening.closes_at)
    if closes == time(23, 59):
        return start, datetime.combine(day + timedelta(days=1), time(0), LOCAL_ZONE)
    next_day = day + timedelta(days=1) if closes <= start.time() else day
    return start, datetime.combine(next_day, closes, LOCAL_ZONE)


def _merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """In order, those that touch as one: a door that is open all week closes at no midnight."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@lru_cache(maxsize=4096)
def _days(opening: Opening, first: date, last: date) -> tuple[date, ...]:
    """The days of a rule from `first` to `last`. A rule nobody can read (a yearly one, say) gives none."""
    if not readable(opening):
        return ()
    first = max(filter(None, (first, opening.valid_from, opening.dtstart)))
    last = min(filter(None, (last, opening.valid_to, opening.until)))
    if first > last:
        return ()
    if _is_plain(opening):
        wanted = {_NUMBERS[day] for day in _codes(opening.byday)}
        span = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return tuple(day for day in span if day.weekday() in wanted)
    rule = rrule(
        _FREQUENCIES[opening.freq],
        dtstart=datetime.combine(opening.dtstart or _EPOCH, time()),
        interval=max(1, opening.interval),
        byweekday=[_weekday(code) for code in _codes(opening.byday)] or None,
        bymonthday=[int(number) for number in _codes(opening.bymonthday)] or None,
    )
    ends = datetime.combine(last, time())
    return tuple(each.date() for each in rule.between(datetime.combine(first, time()), ends, inc=True))


def _is_plain(opening: Opening) -> bool:
    """Every week, on days without a number: nearly every schedule, and no rule needs to be unrolled for it."""
    codes = _codes(opening.byday)
    return (
        opening.freq == "WEEKLY"
        and opening.interval <= 1
        and not opening.bymonthday
        and bool(codes)
        and all(code in _NUMBERS for code in codes)
    )


def _codes(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _weekday(code: str) -> weekday:
    number, day = code[:-2], _DAYS[code[-2:]]
    return day(int(number)) if number else day

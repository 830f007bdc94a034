"""When a door is open: weekly, monthly, at night, on holidays; against a walk through every minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.directory.rules.hours import DoorState, Now, Opening, open_at, open_on, readable, state
from referral.kernel.clock import LOCAL_ZONE

WEEK = Opening("09:00", "17:00", byday="MO,TU,WE,TH,FR")
FRIDAY = date(2026, 11, 20)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL_ZONE)


def test_open_until_the_hour_it_closes() -> None:
    assert state([WEEK], at(FRIDAY, 9)) == DoorState(Now.OPEN, until=at(FRIDAY, 17))
    assert state([WEEK], at(FRIDAY, 16, 59)).now is Now.OPEN
    assert state([WEEK], at(FRIDAY, 17)).now is Now.CLOSED


def test_after_friday_comes_monday() -> None:
    assert state([WEEK], at(FRIDAY, 18)) == DoorState(Now.CLOSED, opens=at(FRIDAY + timedelta(days=3), 9))


def test_without_hours_nobody_says_closed() -> None:
    assert state([], at(FRIDAY, 12)) == DoorState(Now.UNKNOWN)
    assert state([Opening(byday="MO")], at(FRIDAY, 12)) == DoorState(Now.UNKNOWN)
    assert state([Opening(byday="FR", closed=True)], at(FRIDAY, 12)) == DoorState(Now.UNKNOWN)


def test_a_night_belongs_to_the_day_it_began_on() -> None:
    night = Opening("20:00", "08:00", byday="FR")
    assert state([night], at(FRIDAY + timedelta(days=1), 3)) == DoorState(
        Now.OPEN, until=at(FRIDAY + timedelta(days=1), 8)
    )
    assert state([night], at(FRIDAY, 3)).now is Now.CLOSED


def test_always_open_closes_at_no_midnight() -> None:
    always = Opening("00:00", "23:59", byday="MO,TU,WE,TH,FR,SA,SU")
    seen = state([always], at(FRIDAY, 23, 59))
    assert seen.now is Now.OPEN
    assert seen.until is not None
    assert seen.until > at(FRIDAY + timedelta(days=7), 0)


def test_lunch_splits_the_day() -> None:
    split = [Opening("09:00", "14:00", byday="FR"), Opening("16:00", "18:00", byday="FR")]
    assert open_on(split, FRIDAY) == [("09:00", "14:00"), ("16:00", "18:00")]
    assert state(split, at(FRIDAY, 15)) == DoorState(Now.CLOSED, opens=at(FRIDAY, 16))


def test_a_holiday_closes_unless_the_day_has_hours_of_its_own() -> None:
    own = Opening("10:00", "12:00", freq="DAILY", dtstart=FRIDAY, until=FRIDAY)
    assert open_on([WEEK], FRIDAY, holidays=[FRIDAY]) == []
    assert open_on([WEEK, own], FRIDAY, holidays=[FRIDAY]) == [("10:00", "12:00")]


def test_a_closed_exception_takes_its_days_out() -> None:
    closed = Opening(freq="DAILY", dtstart=FRIDAY, until=FRIDAY, closed=True)
    assert open_on([WEEK, closed], FRIDAY) == []
    assert open_on([WEEK, closed], FRIDAY - timedelta(days=1)) == [("09:00", "17:00")]


@pytest.mark.parametrize(
    ("opening", "days"),
    [
        (Opening("09:00", "10:00", byday="1MO,-1FR", freq="MONTHLY"), {2, 27}),
        (Opening("09:00", "10:00", bymonthday="15,31", freq="MONTHLY"), {15}),
        (Opening("09:00", "10:00", byday="MO", interval=2, dtstart=date(2026, 11, 2)), {2, 16, 30}),
        (Opening("09:00", "10:00", byday="MO", valid_from=date(2026, 11, 9), valid_to=date(2026, 11, 22)), {9, 16}),
        (Opening("09:00", "10:00", byday="MO", freq="YEARLY"), set()),
    ],
)
def test_rules_beyond_the_plain_week(opening: Opening, days: set[int]) -> None:
    november = [date(2026, 11, number) for number in range(1, 31)]
    assert {day.day for day in november if open_on([opening], day)} == days


def test_hours_of_one_day_stand_instead_of_the_usual_ones() -> None:
    eve = Opening("09:00", "12:00", freq="DAILY", valid_from=FRIDAY, valid_to=FRIDAY)
    assert open_on([WEEK, eve], FRIDAY) == [("09:00", "12:00")]
    assert open_on([WEEK, eve], FRIDAY + timedelta(days=3)) == [("09:00", "17:00")]


@pytest.mark.parametrize(
    "doubtful",
    [
        Opening(),  # hours in words only
        Opening("09:00", "10:00", byday="MO", freq=""),
        Opening("09:00", "10:00", byday="MO", freq="YEARLY"),
        Opening("9 am", "10:00", byday="MO"),
        Opening("09:00", "25:00", byday="MO"),
        Opening("09:00", "10:00", byday="LU"),
        Opening("09:00", "10:00", byday="1MO"),  # the first Monday of which week?
        Opening("09:00", "10:00", byday="MO", interval=2),  # every other week since when?
        Opening("09:00", "10:00"),
        Opening("09:00", "10:00", freq="MONTHLY"),
        Opening("09:00", "10:00", freq="MONTHLY", bymonthday="40"),
    ],
)
def test_a_rule_that_cannot_be_read_opens_no_door_and_closes_none(doubtful: Opening) -> None:
    assert not readable(doubtful)
    assert state([doubtful], at(FRIDAY, 12)) == DoorState(Now.UNKNOWN)
    assert state([WEEK, doubtful], at(FRIDAY, 12)).now is Now.OPEN
    assert state([WEEK, doubtful], at(FRIDAY, 20)).now is Now.UNKNOWN


def test_a_day_off_that_cannot_be_read_may_be_today() -> None:
    assert state([WEEK, Opening(freq="YEARLY", closed=True)], at(FRIDAY, 12)) == DoorState(Now.UNKNOWN)


def test_a_door_that_opens_once_a_month_is_still_found() -> None:
    monthly = Opening("09:00", "10:00", byday="1MO", freq="MONTHLY")
    assert state([monthly], at(FRIDAY, 12)) == DoorState(Now.CLOSED, opens=at(date(2026, 12, 7), 9))


_odd = st.text(max_size=12) | st.sampled_from(["09:00", "24:00", "MO,TU", "1MO", "-1FR", "MONTHLY", "31", "0"])


@given(st.lists(st.builds(Opening, _odd, _odd, _odd, _odd, _odd, st.integers(-2, 400)), max_size=3))
def test_whatever_a_source_wrote_is_judged_without_falling_over(openings: list[Opening]) -> None:
    assert open_at(openings, at(FRIDAY, 12)) in Now
    state(openings, at(FRIDAY, 12))
    open_on(openings, FRIDAY)


_times = st.times().map(lambda moment: f"{moment:%H:%M}")
_days = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, unique=True).map(",".join)
_openings = st.lists(st.builds(Opening, opens_at=_times, closes_at=_times, byday=_days), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(_openings, st.integers(0, 7 * 24 * 60 - 1))
def test_it_agrees_with_a_walk_through_the_minutes(openings: list[Opening], minute: int) -> None:
    moment = at(date(2026, 11, 16), 0) + timedelta(minutes=minute)
    seen = state(openings, moment)
    assert (seen.now is Now.OPEN) == _is_open(openings, moment)
    assert open_at(openings, moment) is seen.now
    change = seen.until or seen.opens
    if change is not None and change - moment < timedelta(days=8):
        assert _is_open(openings, change) != _is_open(openings, change - timedelta(minutes=1))


def _is_open(openings: list[Opening], moment: datetime) -> bool:
    """Written anew and slowly: a door is open if some opening of today or of last night holds this minute."""
    names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    minute = moment.hour * 60 + moment.minute
    for opening in openings:
        starts, ends = (int(text[:2]) * 60 + int(text[3:]) for text in (opening.opens_at, opening.closes_at))
        ends = 24 * 60 if opening.closes_at == "23:59" else ends
        today, last_night = names[moment.weekday()], names[moment.weekday() - 1]
        if starts < ends:
            if today in opening.byday.split(",") and starts <= minute < ends:
                return True
        elif (today in opening.byday.split(",") and minute >= starts) or (
            last_night in opening.byday.split(",") and minute < ends
        ):
            return True
    return False

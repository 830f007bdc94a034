"""Refs carry their time, clocks tell Mexico City's day, refusals keep values out of logs."""

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import RFC_4122, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.kernel.clock import LOCAL_ZONE, FixedClock, SystemClock, day_start, local_day
from referral.kernel.refs import new_ref, ref_time
from referral.kernel.refusal import Refused

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reason(StrEnum):
    LATE = "late"


@given(st.integers(0, 253_000_000_000_000_000).map(lambda micro: EPOCH + timedelta(microseconds=micro)))
def test_ref_is_a_version_7_uuid_that_tells_its_millisecond(at: datetime) -> None:
    ref = new_ref(at)
    assert (ref.version, ref.variant) == (7, RFC_4122)
    assert timedelta() <= at - ref_time(ref) < timedelta(milliseconds=1)


def test_refs_of_different_milliseconds_sort_by_time() -> None:
    start = datetime(2026, 11, 21, tzinfo=UTC)
    refs = [new_ref(start + timedelta(milliseconds=n)) for n in range(50)]
    assert refs == sorted(refs)


def test_refs_of_one_instant_differ_and_default_to_the_present() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    assert len({new_ref(at) for _ in range(2000)}) == 2000
    assert abs(ref_time(new_ref()) - SystemClock().now()) < timedelta(minutes=1)


def test_ref_refuses_times_it_cannot_hold_and_other_versions() -> None:
    with pytest.raises(ValueError, match="between 1970"):
        new_ref(datetime(1969, 12, 31, tzinfo=UTC))
    with pytest.raises(ValueError, match="version 7"):
        ref_time(uuid4())


def test_today_is_the_day_in_mexico_city() -> None:
    clock = FixedClock(datetime(2026, 11, 22, 5, 59, tzinfo=UTC))
    assert clock.today() == date(2026, 11, 21)
    clock.advance(minutes=1)
    assert clock.today() == date(2026, 11, 22)


def test_fixed_clock_stands_still_and_keeps_utc() -> None:
    clock = FixedClock(datetime(2026, 11, 21, 12, tzinfo=LOCAL_ZONE))
    assert clock.now() == clock.now() == datetime(2026, 11, 21, 18, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(days=1), hours=2)
    assert clock.now() == datetime(2026, 11, 22, 20, tzinfo=UTC)


def test_naive_times_are_errors() -> None:
    naive = datetime(2026, 11, 21)
    with pytest.raises(ValueError, match="aware"):
        FixedClock(naive)
    with pytest.raises(ValueError, match="aware"):
        local_day(naive)


@given(st.dates(date(1990, 1, 2), date(2100, 1, 1)))
def test_a_day_starts_when_the_one_before_ends(day: date) -> None:
    assert local_day(day_start(day)) == day
    assert local_day(day_start(day) - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_refusal_carries_its_reason_field_and_values() -> None:
    refused = Refused(Reason.LATE, field="sent_on", name="Ana")
    assert (refused.reason, refused.field, dict(refused.values)) == (Reason.LATE, "sent_on", {"name": "Ana"})
    moved = refused.on("answered_on")
    assert (moved.reason, moved.field, moved.values["name"]) == (Reason.LATE, "answered_on", "Ana")


def test_refusal_keeps_values_out_of_its_text() -> None:
    refused = Refused(Reason.LATE, name="Ana")
    assert "Ana" not in str(refused) + repr(refused)
    assert str(refused) == "Reason.LATE"


def test_refusal_may_have_a_value_called_reason() -> None:
    assert Refused(Reason.LATE, reason="ninguna").values == {"reason": "ninguna"}

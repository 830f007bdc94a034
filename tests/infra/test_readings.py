"""Which readings are noted again: other accounts, other parts, later times; what is forgotten is noted, never lost."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from referral.infra import readings
from referral.infra.readings import SEEN_AGAIN_AFTER, Readings, Seen

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
ANA, EVA, PERSON = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)
FILE: Seen = (PERSON, "file")


def test_a_reading_is_fresh_until_it_was_noted_for_this_account_and_this_part() -> None:
    kept = Readings()
    assert kept.fresh(ANA, {FILE}, NOW) == [FILE]
    assert kept.fresh(ANA, {FILE}, NOW) == [FILE]  # asking alone notes nothing
    kept.noted(ANA, [FILE], NOW)
    assert kept.fresh(ANA, {FILE}, NOW) == []
    assert kept.fresh(EVA, {FILE}, NOW) == [FILE]
    assert kept.fresh(ANA, {FILE, (PERSON, "address")}, NOW) == [(PERSON, "address")]


@pytest.mark.parametrize(("later", "noted_again"), [(timedelta(seconds=-1), False), (timedelta(0), True)])
def test_it_is_another_reading_after_its_time(later: timedelta, noted_again: bool) -> None:
    kept = Readings()
    kept.noted(ANA, [FILE], NOW)
    assert bool(kept.fresh(ANA, {FILE}, NOW + SEEN_AGAIN_AFTER + later)) is noted_again


def test_the_oldest_is_forgotten_first_and_noted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "MOST", 2)
    kept = Readings()
    others: list[Seen] = [(uuid.UUID(int=number), "file") for number in (10, 11)]
    kept.noted(ANA, [FILE, others[0]], NOW)
    kept.noted(ANA, [FILE], NOW)  # read again: the latest now
    kept.noted(ANA, [others[1]], NOW)
    assert kept.fresh(ANA, {FILE, *others}, NOW) == [others[0]]

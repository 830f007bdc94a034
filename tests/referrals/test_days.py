"""The days a referral keeps for the report are those between the dates of its story, whatever moves it made."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referral.kernel.clock import FixedClock, local_day
from referral.kernel.refusal import Refused
from referral.referrals.facts import TERMINAL, Party, Status
from referral.referrals.models import Referral, ReferralEvent
from referral.referrals.rules.moves import Days, Stamps, allowed_moves, days_taken, rule_for, stamped
from referral.referrals.rules.reasons import COMPLETED_OUTCOMES, reasons_for
from tests.conftest import NOW
from tests.factories import referrals as make
from tests.referrals.conftest import Scene

SAYS_YES_OR_NO = {Status.ACCEPTED, Status.REJECTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED}


def told(story: Iterable[tuple[Status, date]]) -> Days:
    """The same from the steps of a story, each with its day in the city."""
    steps = list(story)
    sent = next((day for status, day in steps if status is Status.REQUESTED), None)
    answered = next((day for status, day in steps if status in SAYS_YES_OR_NO), None)
    closed = steps[-1][1] if steps[-1][0] in TERMINAL else None

    def since(day: date | None) -> int | None:
        return None if sent is None or day is None else (day - sent).days

    return Days(since(answered), since(closed))


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Status)), st.sampled_from(list(Party)), st.integers(0, 9 * 24 * 60)), max_size=30
    )
)
def test_every_walk_of_the_table_keeps_the_days_of_its_dates(walk: list[tuple[Status, Party, int]]) -> None:
    status, stamps, now = Status.DRAFT, Stamps(), NOW
    story = [(status, local_day(now))]
    for to, party, minutes in walk:
        now += timedelta(minutes=minutes)
        try:
            rule_for(status, to, party)
        except Refused:
            continue
        if to is Status.ENTERED_IN_ERROR:  # counted nowhere
            continue
        status, stamps = to, stamped(stamps, to, now)
        story.append((status, local_day(now)))
        assert days_taken(stamps, status) == told(story)


@pytest.mark.parametrize("seed", range(8))
def test_what_the_moves_write_is_what_the_story_tells(scene: Scene, clock: FixedClock, seed: int) -> None:
    chance = random.Random(seed)
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    for _step in range(5):
        with scene.database.session(writing=False) as session:
            now = Status(session.get_one(Referral, ref).status)
        moves = [to for to in allowed_moves(now, Party.DESK) if to is not Status.ENTERED_IN_ERROR]
        if not moves:
            break
        to = chance.choice(moves)
        reasons, rule = reasons_for(to, Party.DESK), rule_for(now, to, Party.DESK)
        reason = chance.choice(reasons).code if reasons and not rule.outcome_required else ""
        outcome = chance.choice(COMPLETED_OUTCOMES) if rule.outcome_required else ""
        clock.advance(hours=chance.randrange(90))
        make.moved(scene.database, scene.desk, ref, to, reason=reason, outcome=outcome)
        with scene.database.session(writing=False) as session:
            row = session.get_one(Referral, ref)
            events = session.scalars(
                select(ReferralEvent).where(ReferralEvent.referral_id == ref).order_by(ReferralEvent.step)
            )
            story = [(Status(event.to_status), local_day(event.at)) for event in events]
            assert Days(row.answer_days, row.close_days) == told(story)


def test_a_draft_given_up_was_never_sent_and_counts_no_days(scene: Scene, clock: FixedClock) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need, consent="not_now")
    clock.advance(days=3)
    make.moved(
        scene.database, scene.desk, ref, Status.CANCELLED, reason=reasons_for(Status.CANCELLED, Party.DESK)[0].code
    )
    with scene.database.session(writing=False) as session:
        row = session.get_one(Referral, ref)
        assert (row.closed_at is None, row.answer_days, row.close_days) == (False, None, None)

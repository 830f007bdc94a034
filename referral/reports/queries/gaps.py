"""Counts of needs without a door, and of suggestions that were not followed. Called by this room's views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.infra.db import within
from referral.kernel.clock import day_start
from referral.referrals.models import NeedGap, Referral
from referral.reports.facts import Period


@dataclass(frozen=True, slots=True)
class GapLine:
    """One kind of need: how often it had no door in the period, how many still have none, and by which rule."""

    code: str
    rule: str
    noted: int
    still: int


def gap_counts(session: Session, reach: Reach, period: Period) -> tuple[GapLine, ...]:
    """Needs noted in the period that had no door, the most frequent first. One statement."""
    noted = func.count()
    rows = session.execute(
        select(NeedGap.code, NeedGap.rule, noted, noted.filter(NeedGap.lapsed_at.is_(None)))
        .where(
            within(reach, desk=NeedGap.desk_id),
            NeedGap.at >= day_start(period.first),
            NeedGap.at < day_start(period.last + timedelta(days=1)),
        )
        .group_by(NeedGap.code, NeedGap.rule)
        .order_by(noted.desc(), NeedGap.code, NeedGap.rule)
    )
    return tuple(GapLine(*row) for row in rows)


def override_counts(session: Session, reach: Reach, period: Period) -> tuple[tuple[str, int], ...]:
    """How often a suggestion was not followed in the period, by the reason that was given. One statement."""
    times = func.count()
    rows = session.execute(
        select(Referral.override_code, times)
        .where(
            within(reach, desk=Referral.desk_id),
            Referral.override_code != "",
            Referral.created_at >= day_start(period.first),
            Referral.created_at < day_start(period.last + timedelta(days=1)),
        )
        .group_by(Referral.override_code)
        .order_by(times.desc(), Referral.override_code)
    )
    return tuple((code, count) for code, count in rows)

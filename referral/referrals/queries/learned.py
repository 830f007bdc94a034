"""What the loop teaches about services: how many said yes lately, how soon they answered. For the doors of a need."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from referral.infra.db import bare
from referral.referrals.facts import Status
from referral.referrals.models import Referral
from referral.routing.facts import Learned, Track

KEPT = timedelta(minutes=10)  # a median moves slowly: it is not counted again for each page
NO_REPLY = "no_reply"
_YES = [status.value for status in (Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED)]
_kept: WeakKeyDictionary[Pool, tuple[datetime, Learned]] = WeakKeyDictionary()


def learned(session: Session, *, now: datetime, months: int) -> Learned:
    """The tracks of the last months. One grouped statement, kept for some minutes."""
    pool = session.get_bind().engine.pool
    known = _kept.get(pool)
    if known is not None and timedelta(0) <= now - known[0] < KEPT:
        return known[1]
    found = count_tracks(session, since=now - timedelta(days=30 * months))
    if "work" not in session.info:  # what a transaction changed may yet be undone
        _kept[pool] = now, found
    return found


def count_tracks(session: Session, *, since: datetime) -> Learned:
    """The same, counted now."""
    accepted: Counter[uuid.UUID | None] = Counter()
    answers: Counter[uuid.UUID | None] = Counter()
    days: defaultdict[uuid.UUID | None, Counter[int]] = defaultdict(Counter)
    for service, said_yes, took, times in bare(session, _answers(), {"since": since}):
        for key in (service, None):  # None: all of them
            answers[key] += times
            accepted[key] += times if said_yes else 0
            if took is not None:
                days[key][took] += times
    tracks = {key: Track(answers[key], accepted[key], _median(days[key])) for key in answers}
    mean = tracks.pop(None, Track())
    return Learned(MappingProxyType({key: track for key, track in tracks.items() if key is not None}), mean)


def _answers() -> Select[*tuple[Any, ...]]:
    yes = Referral.status.in_(_YES)
    silent = and_(Referral.status == Status.FAILED.value, Referral.reason == NO_REPLY)
    took = case((silent, None), else_=Referral.answer_days)
    said_yes = case((yes, 1), else_=0)
    answered = or_(yes, Referral.status == Status.REJECTED.value, silent)
    return (
        select(Referral.service_id, said_yes, took, func.count())
        .where(Referral.sent_at >= bindparam("since"), answered)
        .group_by(Referral.service_id, said_yes, took)
    )


def _median(days: Counter[int]) -> float | None:
    ordered = sorted(days.elements())
    if not ordered:
        return None
    middle = len(ordered) // 2
    return float(ordered[middle]) if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2

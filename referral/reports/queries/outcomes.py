"""Reads of the reports room: counts of the referrals sent in a period, and the list behind each count.

What each count means is written once, in `_condition`, and both the counts and the lists use it.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    not_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.directory.facts import Words
from referral.directory.models import Organization, Service
from referral.infra.city_days import city_days
from referral.infra.db import bare, within
from referral.kernel.clock import day_start
from referral.kernel.codes import OUTCOMES
from referral.referrals.facts import OPEN, TERMINAL, UNANSWERED, Status
from referral.referrals.models import Referral
from referral.referrals.queries.reach import visible
from referral.referrals.queries.rows import line, select_lines
from referral.reports.facts import Asked, Grouping, Line, ListAsked, Listed, Outcomes, Slice
from referral.reports.rules import median

PER_PAGE = 50
NO_REPLY_REASON = "no_reply"
_COMMA = ","  # between what one text lists; no code of a reason holds one
_Key = uuid.UUID | str


def outcomes(session: Session, reach: Reach, asked: Asked, *, today: date, most: int | None = None) -> Outcomes:
    """The report, in two statements; with `most`, only its first lines. Its cost grows with the referrals sent in the
    period, and with nothing else.
    """
    groups = [_Group.of(row) for row in bare(session, _counted(reach, asked, today))]
    groups.sort(key=lambda group: (-group.counts[Slice.SENT], group.key))
    total = _Group.total(groups).line(None)
    shown = groups if most is None else groups[:most]
    if asked.grouping is Grouping.CATEGORY:
        return Outcomes(tuple(group.line(group.key) for group in shown), total, len(groups))
    named = {uuid.UUID(group.key): group for group in shown}
    names = _names(session, named)
    lines = tuple(group.line(ref, *names.get(ref, (None, None))) for ref, group in named.items())
    return Outcomes(lines, total, len(groups))


def outcome_list(
    session: Session, reach: Reach, may_open: Reach | None, asked: ListAsked, *, now: datetime, today: date, page: int
) -> tuple[tuple[Listed, ...], bool]:
    """One page of the referrals behind a number, newest first, and whether another page follows. One statement."""
    reachable = visible(may_open, now) if may_open is not None else false()
    wanted = [_sent_in(reach, asked.report), _condition(asked.slice, today)]
    if asked.reason:
        wanted.append(Referral.reason == asked.reason)
    rows = session.execute(
        select_lines(reachable.label("reachable"))
        .where(*wanted)
        .order_by(Referral.sent_at.desc(), Referral.id.desc())
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE + 1)
    ).all()
    return tuple(Listed(line(row, today=today), bool(row.reachable)) for row in rows[:PER_PAGE]), len(rows) > PER_PAGE


def service_words(session: Session, ref: uuid.UUID) -> Words | None:
    """The name of a service, for the title of a list."""
    return _names(session, [ref]).get(ref, (None, None))[0]


def _condition(which: Slice, today: date) -> ColumnElement[bool]:
    """What each number counts, among the referrals sent in the period."""
    accepted, refused = Referral.accepted_at.is_not(None), Referral.status == Status.REJECTED.value
    late = and_(_among(UNANSWERED), Referral.due_on < today)
    gave_up = and_(Referral.status == Status.FAILED.value, Referral.reason == NO_REPLY_REASON)
    received = [outcome.code for outcome in OUTCOMES if outcome.counts_as in {"success", "partial"}]
    served = and_(Referral.status == Status.COMPLETED.value, Referral.outcome.in_(received))
    match which:
        case Slice.SENT:
            return true()
        case Slice.ANSWERED:
            return or_(accepted, refused)
        case Slice.ACCEPTED:
            return accepted
        case Slice.REFUSED:
            return refused
        case Slice.SERVED:
            return served
        case Slice.UNSERVED:
            return and_(_among(TERMINAL), not_(served), not_(gave_up))
        case Slice.NO_REPLY:
            return or_(late, gave_up)
        case Slice.OPEN:
            # Without a day by which to answer nothing is late.
            return and_(_among(OPEN), not_(func.coalesce(late, false())))


def _among(statuses: Collection[Status]) -> ColumnElement[bool]:
    return Referral.status.in_(sorted(status.value for status in statuses))


def _sent_in(reach: Reach, asked: Asked) -> ColumnElement[bool]:
    wanted = [
        within(reach, desk=Referral.desk_id, organization=Referral.organization_id, staff=Referral.staff_id),
        Referral.sent_at >= day_start(asked.period.first),
        Referral.sent_at < day_start(asked.period.last + timedelta(days=1)),
        Referral.status != Status.ENTERED_IN_ERROR.value,
    ]
    if asked.organization is not None:
        wanted.append(Referral.organization_id == asked.organization)
    if asked.service is not None:
        wanted.append(Referral.service_id == asked.service)
    if asked.category:
        wanted.append(Referral.need_category == asked.category)
    return and_(*wanted)


# The others are sums of these (facts.Slice); the lists are held to the same numbers by a test.
_COUNTED = (Slice.SENT, Slice.ACCEPTED, Slice.REFUSED, Slice.SERVED, Slice.NO_REPLY, Slice.OPEN)


class _Group:
    """What is counted for one line of the report. Reasons and days are as _counted gives them: one text of each."""

    __slots__ = ("answers", "closings", "counts", "key", "refusals")

    def __init__(self, key: str, counts: Iterable[int], refusals: str, answers: str, closings: str) -> None:
        """`counts` in the order of _COUNTED."""
        told = dict(zip(_COUNTED, counts, strict=True))
        told[Slice.ANSWERED] = told[Slice.ACCEPTED] + told[Slice.REFUSED]
        told[Slice.UNSERVED] = told[Slice.SENT] - told[Slice.SERVED] - told[Slice.NO_REPLY] - told[Slice.OPEN]
        self.key, self.counts = key, told
        self.refusals, self.answers, self.closings = refusals, answers, closings

    @classmethod
    def of(cls, row: Row[*tuple[Any, ...]]) -> Self:
        """One row of _counted."""
        key, refusals, answers, closings, *counts = row
        return cls(str(key), counts, refusals or "", answers or "", closings or "")

    @classmethod
    def total(cls, groups: Sequence[_Group]) -> Self:
        """All of them as one."""
        counts = [sum(group.counts[which] for group in groups) for which in _COUNTED]
        refusals, answers, closings = (
            _COMMA.join(text for group in groups if (text := getattr(group, which)))
            for which in ("refusals", "answers", "closings")
        )
        return cls("", counts, refusals, answers, closings)

    def line(self, key: _Key | None, name: Words | None = None, organization: Words | None = None) -> Line:
        """The line of the report."""
        answer_days, close_days = _median_days(self.answers), _median_days(self.closings)
        return Line(key, name, organization, self.counts, answer_days, close_days, Counter(_listed(self.refusals)))


def _median_days(joined: str) -> float | None:
    return median({int(days): times for days, times in Counter(_listed(joined)).items()})


def _listed(joined: str) -> list[str]:
    return joined.split(_COMMA) if joined else []


@lru_cache(maxsize=32)
def _counted(reach: Reach, asked: Asked, today: date) -> Select[*tuple[Any, ...]]:
    """One row for each line of the report: key, reasons of refusal, days to answer, days to close, a number for each of
    _COUNTED. Put together once for each report.

    Reasons and days come as one text for the line: a row for each would take three times as long to sort and to read,
    and the medians found by SQL three passes. `type_coerce` leaves the key of a service as the database has it.
    """
    by_service = asked.grouping is Grouping.SERVICE
    key = type_coerce(Referral.service_id, String) if by_service else Referral.need_category
    refused, answered = (_condition(which, today) for which in (Slice.REFUSED, Slice.ANSWERED))
    told = (
        case((refused, Referral.reason)),
        case((answered, cast(city_days(Referral.sent_at, Referral.answered_at), String))),
        cast(city_days(Referral.sent_at, Referral.closed_at), String),
    )
    numbers = (func.sum(case((_condition(which, today), 1), else_=0)) for which in _COUNTED)
    joined = (func.aggregate_strings(text, _COMMA) for text in told)
    return select(key, *joined, *numbers).where(_sent_in(reach, asked)).group_by(key)


def _names(session: Session, services: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[Words, Words]]:
    if not services:
        return {}
    rows = bare(session, _service_names(), {"services": list(services)})
    return {row.id: (Words(row.name_es, row.name_en), Words(row.organization_es, row.organization_en)) for row in rows}


@cache
def _service_names() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Service.id,
            Service.name_es,
            Service.name_en,
            Organization.name_es.label("organization_es"),
            Organization.name_en.label("organization_en"),
        )
        .join(Organization, Organization.id == Service.organization_id)
        .where(Service.id.in_(bindparam("services", expanding=True, type_=Uuid)))
    )

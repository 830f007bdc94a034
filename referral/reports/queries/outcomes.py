"""Reads of the reports room: counts of the referrals sent in a period, and the list behind each count.

What each count means is written once, in `_condition`, and both the counts and the lists use it.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
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
from referral.infra.db import bare, within
from referral.kernel.clock import day_start
from referral.kernel.codes import OUTCOMES
from referral.referrals.facts import TERMINAL, UNANSWERED, Status
from referral.referrals.models import Referral
from referral.referrals.queries.reach import visible
from referral.referrals.queries.rows import line, select_lines
from referral.reports.facts import Asked, Grouping, Line, ListAsked, Listed, Outcomes, Slice
from referral.reports.rules import median

PER_PAGE = 50
NO_REPLY_REASON = "no_reply"
_COMMA = ","  # between what one text lists; no code of a reason holds one
_NAMES = (Service.name_es, Service.name_en, Organization.name_es, Organization.name_en)
_UNNAMED: tuple[Any, ...] = (None,) * len(_NAMES)
_Key = uuid.UUID | str


def outcomes(session: Session, reach: Reach, asked: Asked, *, today: date, most: int | None = None) -> Outcomes:
    """The report, in one statement; with `most`, only its first lines. Its cost grows with the referrals sent in the
    period, and with nothing else.
    """
    groups = [_Group(row) for row in bare(session, _counted(reach, asked, today)).all()]
    groups.sort(key=lambda group: (-group.sent, group.key))
    total = _Group.total(groups).line(None)
    shown = groups if most is None else groups[:most]
    by_service = asked.grouping is Grouping.SERVICE
    lines = tuple(group.line(uuid.UUID(group.key) if by_service else group.key) for group in shown)
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
    row = session.execute(select(Service.name_es, Service.name_en).where(Service.id == ref)).one_or_none()
    return Words(*row) if row else None


def _condition(which: Slice, today: date) -> ColumnElement[bool]:
    """What each number counts, among the referrals sent in the period."""
    accepted, refused = Referral.accepted_at.is_not(None), Referral.status == Status.REJECTED.value
    late = and_(Referral.due_on < today, _among(UNANSWERED))
    gave_up = and_(Referral.status == Status.FAILED.value, Referral.reason == NO_REPLY_REASON)
    received = [outcome.code for outcome in OUTCOMES if outcome.counts_as in {"success", "partial"}]
    served = and_(Referral.status == Status.COMPLETED.value, Referral.outcome.in_(received))
    match which:
        case Slice.SENT:
            return true()
        case Slice.ANSWERED:
            return Referral.answer_days.is_not(None)
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
            # What has no end; without a day by which to answer nothing is late.
            return and_(Referral.close_days.is_(None), not_(func.coalesce(late, false())))


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
_COUNTED = (Slice.SENT, Slice.ANSWERED, Slice.REFUSED, Slice.SERVED, Slice.NO_REPLY, Slice.OPEN)
_FIRST_COUNT = 4  # in a row of _counted: before stand the key and three texts, after it the names
_FIRST_NAME = _FIRST_COUNT + len(_COUNTED)


class _Group:
    """What is counted for one line of the report, as a row of _counted gives it: texts and numbers are taken apart only
    for the lines that are shown.
    """

    __slots__ = ("answers", "closings", "counts", "key", "names", "refusals")

    def __init__(self, row: Sequence[Any]) -> None:
        self.key = str(row[0])
        self.refusals, self.answers, self.closings = (text or "" for text in row[1:_FIRST_COUNT])
        self.counts, self.names = row[_FIRST_COUNT:_FIRST_NAME], row[_FIRST_NAME:]

    @classmethod
    def total(cls, groups: Sequence[_Group]) -> Self:
        """All of them as one."""
        counts = [sum(numbers) for numbers in zip(*(group.counts for group in groups), strict=True)]
        joined = (
            _COMMA.join([text for group in groups if (text := getattr(group, which))])
            for which in ("refusals", "answers", "closings")
        )
        return cls(("", *joined, *(counts or [0] * len(_COUNTED))))

    @property
    def sent(self) -> int:
        """The first of _COUNTED."""
        return int(self.counts[0])

    def line(self, key: _Key | None) -> Line:
        """The line of the report."""
        told = dict(zip(_COUNTED, self.counts, strict=True))
        told[Slice.ACCEPTED] = told[Slice.ANSWERED] - told[Slice.REFUSED]
        told[Slice.UNSERVED] = told[Slice.SENT] - told[Slice.SERVED] - told[Slice.NO_REPLY] - told[Slice.OPEN]
        spanish, english, house, house_english = self.names or _UNNAMED
        return Line(
            key=key,
            name=None if spanish is None else Words(spanish, english),
            organization=None if house is None else Words(house, house_english),
            counts=told,
            answer_days=_median_days(self.answers),
            close_days=_median_days(self.closings),
            refusals=Counter(_listed(self.refusals)),
        )


def _median_days(joined: str) -> float | None:
    return median({int(days): times for days, times in Counter(_listed(joined)).items()})


def _listed(joined: str) -> list[str]:
    return joined.split(_COMMA) if joined else []


@lru_cache(maxsize=32)
def _counted(reach: Reach, asked: Asked, today: date) -> Select[*tuple[Any, ...]]:
    """One row for each line of the report: key, reasons of refusal, days to answer, days to close, a number for each of
    _COUNTED and, for a service, _NAMES. Put together once for each report. It reads an index alone, and not the rows.

    Reasons and days come as one text for the line: a row for each would take three times as long to sort and to read,
    and the medians found by SQL three passes. `type_coerce` leaves the key of a service as the database has it.
    """
    by_service = asked.grouping is Grouping.SERVICE
    key = type_coerce(Referral.service_id, String) if by_service else Referral.need_category
    told = (
        case((_condition(Slice.REFUSED, today), Referral.reason)),
        cast(Referral.answer_days, String),
        cast(Referral.close_days, String),
    )
    numbers = (func.count().filter(_condition(which, today)) for which in _COUNTED)
    joined = (func.aggregate_strings(text, _COMMA) for text in told)
    counted = select(key.label("key"), *joined, *numbers).where(_sent_in(reach, asked)).group_by(key)
    if not by_service:
        return counted
    lines = counted.subquery()  # names are joined to the lines, and not to each referral
    named = select(lines, *_NAMES).outerjoin(Service, Service.id == lines.c.key)
    return named.outerjoin(Organization, Organization.id == Service.organization_id)

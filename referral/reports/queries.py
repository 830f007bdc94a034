"""Reads of the reports room: counts of the referrals sent in a period, and the list behind each count.

What each count means is written once, in `_condition`, and both the counts and the lists use it.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from referral.access.reach import Reach
from referral.directory.facts import Words
from referral.directory.models import Organization, Service
from referral.infra.db import within
from referral.kernel.clock import day_start
from referral.kernel.codes import OUTCOMES
from referral.referrals.facts import OPEN, TERMINAL, UNANSWERED, Status
from referral.referrals.models import Referral, ReferralEvent
from referral.referrals.queries.reach import visible
from referral.referrals.queries.rows import line, select_lines
from referral.reports.facts import Asked, Grouping, Line, ListAsked, Listed, Outcomes, Slice
from referral.reports.rules import median

PER_PAGE = 50
NO_REPLY_REASON = "no_reply"
_Key = uuid.UUID | str
_BEYOND_ACCEPTANCE = (Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED)
_MAY_HAVE_BEEN_ACCEPTED = (Status.FAILED, Status.CANCELLED)


class city_days(GenericFunction[int]):  # noqa: N801  a function of SQL
    """Midnights in Mexico City between two instants, as a whole number."""

    type = Integer()
    inherit_cache = True


# The city has kept UTC-6 the whole year since October 2022, before the first referral of any desk.
@compiles(city_days, "sqlite")
def _sqlite_days(element: city_days, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    # Days begin at noon in this count and at 06:00 UTC in the city, a quarter of a day before the next whole number.
    first, last = (f"CAST(julianday({instant}) + 0.25 AS INTEGER)" for instant in (start, end))
    return f"({last} - {first})"


@compiles(city_days, "postgresql")
def _postgresql_days(element: city_days, compiler: SQLCompiler, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"(CAST({end} - INTERVAL '6 hours' AS date) - CAST({start} - INTERVAL '6 hours' AS date))"


def outcomes(session: Session, reach: Reach, asked: Asked, *, today: date) -> Outcomes:
    """The report, in two statements. Its cost grows with the referrals sent in the period, and with nothing else."""
    groups, total = _groups(session, reach, asked, today)
    names = _names(session, [key for key in groups if isinstance(key, uuid.UUID)])
    lines = [group.line(key, *names.get(key, (None, None))) for key, group in groups.items()]
    lines.sort(key=lambda line: (-line.sent, str(line.key)))
    return Outcomes(tuple(lines), total.line(None, None, None))


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
    late = and_(_among(UNANSWERED), Referral.due_on < today)
    gave_up = and_(_among([Status.FAILED]), Referral.reason == NO_REPLY_REASON)
    received = [outcome.code for outcome in OUTCOMES if outcome.counts_as in {"success", "partial"}]
    served = and_(_among([Status.COMPLETED]), Referral.outcome.in_(received))
    match which:
        case Slice.SENT:
            return true()
        case Slice.ANSWERED:
            return or_(_accepted(), _among([Status.REJECTED]))
        case Slice.ACCEPTED:
            return _accepted()
        case Slice.REFUSED:
            return _among([Status.REJECTED])
        case Slice.SERVED:
            return served
        case Slice.UNSERVED:
            return and_(_among(TERMINAL), not_(served), not_(gave_up))
        case Slice.NO_REPLY:
            return or_(late, gave_up)
        case Slice.OPEN:
            return and_(_among(OPEN), not_(func.coalesce(late, false())))


def _accepted() -> ColumnElement[bool]:
    # Of what failed or was cancelled, the state alone does not tell: the steps do. CASE asks them for those alone.
    step = exists().where(ReferralEvent.referral_id == Referral.id, ReferralEvent.to_status == Status.ACCEPTED.value)
    return case((_among(_BEYOND_ACCEPTANCE), true()), (_among(_MAY_HAVE_BEEN_ACCEPTED), step), else_=false())


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


class _Group:
    """What is counted for one line of the report: each Counter holds how many times."""

    def __init__(self) -> None:
        self.marks: Counter[tuple[int, str]] = Counter()  # flags of the numbers it counts in, reason
        self.answers: Counter[int] = Counter()  # days
        self.closings: Counter[int] = Counter()

    def __iadd__(self, other: _Group) -> Self:
        self.marks.update(other.marks)
        self.answers.update(other.answers)
        self.closings.update(other.closings)
        return self

    def line(self, key: _Key | None, name: Words | None, organization: Words | None) -> Line:
        """The line of the report."""
        counts = dict.fromkeys(Slice, 0)
        refusals: Counter[str] = Counter()
        for (flags, reason), times in self.marks.items():
            for which, flag in _FLAGS.items():
                counts[which] += times if flags & flag else 0
            if flags & _FLAGS[Slice.REFUSED]:
                refusals[reason] += times
        return Line(key, name, organization, counts, median(self.answers), median(self.closings), refusals)


_FLAGS = {which: 1 << place for place, which in enumerate(Slice)}


@lru_cache(maxsize=4)
def _flags(today: date) -> ColumnElement[int]:
    """The numbers in which a referral counts today, added up: put together once a day."""
    return sum((case((_condition(which, today), flag), else_=0) for which, flag in _FLAGS.items()), start=literal(0))


def _groups(session: Session, reach: Reach, asked: Asked, today: date) -> tuple[dict[_Key, _Group], _Group]:
    """The groups of the report and their total, from one pass over the referrals of the period.

    Each referral comes as a few plain values and is counted here: grouping in SQL takes three passes for two exact
    medians. `type_coerce` leaves a reference as the database has it: making a UUID of each would cost too much.
    """
    by_service = asked.grouping is Grouping.SERVICE
    key = type_coerce(Referral.service_id, String) if by_service else Referral.need_category
    # By the connection: the session would handle each row once more, and there may be tens of thousands.
    rows = session.connection().execute(
        select(
            key,
            _flags(today),
            Referral.reason,
            city_days(Referral.sent_at, Referral.answered_at),
            city_days(Referral.sent_at, Referral.closed_at),
        )
        .where(_sent_in(reach, asked))
        .execution_options(yield_per=2000)
    )
    found: defaultdict[object, _Group] = defaultdict(_Group)
    answered = _FLAGS[Slice.ANSWERED]
    alike: Counter[tuple[Any, ...]] = Counter(map(tuple, rows))
    for (raw, mark, reason, answer, closing), times in alike.items():
        group = found[raw]
        group.marks[mark, reason] += times
        if mark & answered and answer is not None:
            group.answers[answer] += times
        if closing is not None:
            group.closings[closing] += times
    total = _Group()
    for group in found.values():
        total += group
    return {uuid.UUID(str(raw)) if by_service else str(raw): group for raw, group in found.items()}, total


def _names(session: Session, services: Collection[uuid.UUID]) -> dict[_Key, tuple[Words, Words]]:
    if not services:
        return {}
    rows = session.execute(
        select(
            Service.id,
            Service.name_es,
            Service.name_en,
            Organization.name_es.label("organization_es"),
            Organization.name_en.label("organization_en"),
        )
        .join(Organization, Organization.id == Service.organization_id)
        .where(Service.id.in_(services))
    )
    return {row.id: (Words(row.name_es, row.name_en), Words(row.organization_es, row.organization_en)) for row in rows}

"""Lists and counts of referrals: the work list, those of one person, what stands where. Called by views, desk and
reports.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, case, func, select
from sqlalchemy.orm import Session, joinedload, load_only

from referral.access.reach import Reach
from referral.infra.db import bare
from referral.kernel.clock import day_start
from referral.people.models import Person
from referral.people.queries.cards import NAMED, named
from referral.referrals.facts import (
    OPEN,
    UNANSWERED,
    Group,
    OpenCounts,
    ReferralFilter,
    ReferralLine,
    ReferralList,
    Status,
)
from referral.referrals.models import Referral
from referral.referrals.queries.reach import is_partner, knows_people, visible
from referral.referrals.queries.rows import line, select_lines, select_work, work_line

Columns = TypeVarTuple("Columns")
PER_PAGE = 25


def referral_list(
    session: Session,
    reach: Reach,
    asked: ReferralFilter,
    *,
    now: datetime,
    today: date,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> ReferralList:
    """One page of the referrals within reach. Open ones by due day, ended ones by their end, others newest first.

    One statement whatever the length, two for a partner: one row more than shown tells whether a page follows.
    """
    statement = _page_of(reach, asked, today, now if is_partner(reach) else None)
    rows = bare(session, statement, {"skipped": (page - 1) * per_page, "most": per_page + 1}).all()
    names = _names(session, reach, rows[:per_page])
    lines = tuple(work_line(row, today=today, name=names.get(row.id, "")) for row in rows[:per_page])
    return ReferralList(lines, more=len(rows) > per_page)


@lru_cache(maxsize=64)
def _page_of(reach: Reach, asked: ReferralFilter, today: date, now: datetime | None) -> Select[*tuple[Any, ...]]:
    """Put together once for each filter. `now` only for partners, whose list closes by the hour."""
    # The page is chosen in the referrals alone, where an index gives its order; names are joined to those few rows.
    seen = visible(reach, now or day_start(today))
    chosen = _ordered(select(Referral.id).where(seen, *_conditions(asked, today)), asked.group)
    chosen = chosen.offset(bindparam("skipped")).limit(bindparam("most"))
    found = select_work().where(Referral.id.in_(chosen))
    if knows_people(reach):
        found = found.join(Person, Person.id == Referral.person_id).add_columns(*NAMED)
    return _ordered(found, asked.group)


def referrals_of(session: Session, person: uuid.UUID, *, today: date) -> tuple[ReferralLine, ...]:
    """Every referral of a person but the mistakes, newest first. One statement; the caller has checked her file's
    reach.
    """
    return tuple(line(row, today=today) for row in bare(session, _of_person(), {"person": person}))


@cache
def _of_person() -> Select[*tuple[Any, ...]]:
    hers = Referral.person_id == bindparam("person", type_=Uuid)
    found = select_lines().where(hers, Referral.status != Status.ENTERED_IN_ERROR.value)
    return found.order_by(Referral.created_at.desc(), Referral.id.desc())


def referral_by_code(session: Session, reach: Reach, code: str, *, now: datetime) -> uuid.UUID | None:
    """The ref of a code as rules/codes.read_code gives it; None when there is none within reach."""
    return session.scalar(select(Referral.id).where(Referral.code == code, visible(reach, now)))


def open_counts(session: Session, reach: Reach, *, now: datetime, today: date) -> OpenCounts:
    """How many referrals within reach stand where. One statement."""
    rows = bare(session, _pending(reach, today, now if is_partner(reach) else None)).all()
    counts = {Status(status): count for status, count, _late_ones in rows}
    return OpenCounts(
        drafts=counts.get(Status.DRAFT, 0),
        waiting=counts.get(Status.WAITING, 0),
        open=sum(count for status, count in counts.items() if status in OPEN),
        unanswered=sum(count for status, count in counts.items() if status in UNANSWERED),
        overdue=sum(late_ones or 0 for _status, _count, late_ones in rows),
    )


@lru_cache(maxsize=64)
def _pending(reach: Reach, today: date, now: datetime | None) -> Select[str, int, int]:
    waiting = [Status.DRAFT.value, Status.WAITING.value, *(status.value for status in OPEN)]
    late = func.sum(case((_late(today), 1), else_=0))
    seen = visible(reach, now or day_start(today))
    return (
        select(Referral.status, func.count(), late).where(seen, Referral.status.in_(waiting)).group_by(Referral.status)
    )


def _conditions(asked: ReferralFilter, today: date) -> list[ColumnElement[bool]]:
    wanted = [] if asked.group is None else [_in_group(asked.group, today)]
    for column, value in (
        (Referral.organization_id, asked.organization),
        (Referral.service_id, asked.service),
        (Referral.staff_id, asked.staff),
        (Referral.need_category, asked.category or None),
    ):
        if value is not None:
            wanted.append(column == value)
    if asked.sent_from is not None:
        wanted.append(Referral.sent_at >= day_start(asked.sent_from))
    if asked.sent_to is not None:
        wanted.append(Referral.sent_at < day_start(asked.sent_to + timedelta(days=1)))
    if asked.statuses:
        wanted.append(Referral.status.in_([status.value for status in asked.statuses]))
    if asked.outcomes:
        wanted.append(Referral.outcome.in_(asked.outcomes))
    return wanted


def _in_group(group: Group, today: date) -> ColumnElement[bool]:
    match group:
        case Group.OPEN:
            return _under_way()
        case Group.UNANSWERED:
            return _under_way() & _unanswered()
        case Group.OVERDUE:
            return _under_way() & _late(today)
        case Group.DRAFTS:
            return Referral.status == Status.DRAFT.value
        case Group.WAITING:
            return Referral.status == Status.WAITING.value
        case Group.CLOSED:
            return Referral.closed_at.is_not(None)


def _under_way() -> ColumnElement[bool]:
    """Sent and not over, said as the index by due day has it."""
    return Referral.closed_at.is_(None) & Referral.sent_at.is_not(None)


def _unanswered() -> ColumnElement[bool]:
    return Referral.status.in_([status.value for status in UNANSWERED])


def _late(today: date) -> ColumnElement[bool]:
    """The same judgement as rules/due.is_overdue; a test holds the two together."""
    return _unanswered() & (Referral.due_on < today)


def _ordered(statement: Select[*Columns], group: Group | None) -> Select[*Columns]:
    match group:
        case Group.OPEN | Group.UNANSWERED | Group.OVERDUE:
            return statement.order_by(Referral.due_on, Referral.id)
        case Group.CLOSED:
            return statement.order_by(Referral.closed_at.desc(), Referral.id.desc())
        case _:
            return statement.order_by(Referral.created_at.desc(), Referral.id.desc())


def _names(session: Session, reach: Reach, rows: Sequence[Row[*tuple[Any, ...]]]) -> dict[uuid.UUID, str]:
    """The name each referral shows, by its ref: from the file for the desk, from the packet for a partner, none for
    others.
    """
    if not rows:
        return {}
    if is_partner(reach):
        packets = session.scalars(
            select(Referral)
            .where(Referral.id.in_([row.id for row in rows]))
            .options(
                load_only(Referral.packet_sealed),
                joinedload(Referral.person).load_only(Person.data_key),
            )
        )
        return {referral.id: str(referral.packet.get("fields", {}).get("name", "")) for referral in packets}
    if knows_people(reach):
        return {row.id: named(session, row).name for row in rows}
    return {}

"""Lists and counts of referrals: the work list, those of one person, what stands where. Called by views, desk and
reports.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, case, func, select
from sqlalchemy.orm import Session, joinedload, load_only

from referral.access.reach import Reach
from referral.infra.sealed import open_own
from referral.kernel.clock import day_start
from referral.kernel.codes import OUTCOMES
from referral.people import drawers
from referral.people.models import Person
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
from referral.referrals.queries.rows import line, select_lines

Columns = TypeVarTuple("Columns")
PER_PAGE = 25
ALERTS_SHOWN = timedelta(days=30)


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

    Two statements whatever the length: one row more than shown tells whether a page follows.
    """
    # The page is chosen in the referrals alone, where an index gives its order; names are joined to those few rows.
    chosen = _ordered(select(Referral.id).where(visible(reach, now), *_conditions(asked, today)), asked.group)
    chosen = chosen.offset((page - 1) * per_page).limit(per_page + 1)
    rows = session.execute(_ordered(select_lines().where(Referral.id.in_(chosen)), asked.group)).all()
    names = _names(session, reach, rows[:per_page])
    lines = tuple(line(row, today=today, name=names.get(row.id, "")) for row in rows[:per_page])
    return ReferralList(lines, more=len(rows) > per_page)


def referrals_of(session: Session, person: uuid.UUID, *, today: date) -> tuple[ReferralLine, ...]:
    """Every referral of a person but the mistakes, newest first. One statement; the caller has checked her file's
    reach.
    """
    wanted = (Referral.person_id == person, Referral.status != Status.ENTERED_IN_ERROR.value)
    rows = session.execute(select_lines().where(*wanted).order_by(Referral.created_at.desc(), Referral.id.desc()))
    return tuple(line(row, today=today) for row in rows)


def referral_by_code(session: Session, reach: Reach, code: str, *, now: datetime) -> uuid.UUID | None:
    """The ref of a code as rules/codes.read_code gives it; None when there is none within reach."""
    return session.scalar(select(Referral.id).where(Referral.code == code, visible(reach, now)))


def open_counts(session: Session, reach: Reach, *, now: datetime, today: date) -> OpenCounts:
    """How many referrals within reach stand where. Two statements."""
    pending = [Status.DRAFT.value, *(status.value for status in OPEN)]
    late = func.sum(case((_late(today), 1), else_=0))
    rows = session.execute(
        select(Referral.status, func.count(), late)
        .where(visible(reach, now), Referral.status.in_(pending))
        .group_by(Referral.status)
    ).all()
    counts = {Status(status): count for status, count, _late_ones in rows}
    alarming = [outcome.code for outcome in OUTCOMES if outcome.raises_alert]
    alerts = session.scalar(
        select(func.count())
        .select_from(Referral)
        .where(visible(reach, now), Referral.closed_at > now - ALERTS_SHOWN, Referral.outcome.in_(alarming))
    )
    return OpenCounts(
        drafts=counts.get(Status.DRAFT, 0),
        open=sum(count for status, count in counts.items() if status in OPEN),
        unanswered=sum(count for status, count in counts.items() if status in UNANSWERED),
        overdue=sum(late_ones or 0 for _status, _count, late_ones in rows),
        alerts=alerts or 0,
        by_status=counts,
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
        shown = _shown_names(session, {row.person_id for row in rows})
        return {row.id: shown[row.person_id] for row in rows}
    return {}


@cache
def _identities() -> Select[uuid.UUID, bytes, bytes | None]:
    people = Person.id.in_(bindparam("people", expanding=True, type_=Uuid))
    return select(Person.id, Person.data_key, Person.identity_sealed).where(people)


def _shown_names(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names on people's cards, and nothing else of them: a card takes two drawers and the desk, for 25 rows."""
    found = {}
    for ref, data_key, sealed in session.execute(_identities(), {"people": list(people)}):
        identity = open_own(session, Person.__tablename__, "identity_sealed", ref, data_key=data_key, sealed=sealed)
        found[ref] = drawers.names_in(identity).display
    return found

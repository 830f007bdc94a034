"""Reads of the needs room: the needs of one person. Called by the needs, referrals and desk pages."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session, contains_eager

from referral.access.reach import Reach
from referral.infra.work import OutOfReach
from referral.kernel.codes import URGENCY_LEVELS
from referral.needs.facts import LIVE, NeedLine, NeedStatus
from referral.needs.models import Need
from referral.people.models import Person


def needs_of(session: Session, person: uuid.UUID) -> tuple[NeedLine, ...]:
    """Every need of a person, those still open first, the most urgent first, newest first. One statement.

    The caller has checked that the person is within reach.
    """
    live = case((Need.status.in_([status.value for status in LIVE]), 0), else_=1)
    urgency = case({level.code: level.rank for level in URGENCY_LEVELS}, value=Need.urgency, else_=9)
    order = (live, urgency, Need.raised_at.desc(), Need.id)
    rows = session.scalars(_needs().where(Need.person_id == person).order_by(*order))
    return tuple(need_line(row) for row in rows)


def need(session: Session, reach: Reach, *, person: uuid.UUID, ref: uuid.UUID) -> NeedLine:
    """One need of a person; OutOfReach when there is none, it is another person's, or her file is not within reach."""
    row = session.scalar(_needs().where(Need.id == ref, Need.person_id == person))
    if row is None or not reach.covers(desk=row.person.desk_id):
        raise OutOfReach
    return need_line(row)


def live_codes(session: Session, person: uuid.UUID) -> frozenset[str]:
    """Codes of the needs a person has open or referred."""
    live = [status.value for status in LIVE]
    return frozenset(session.scalars(select(Need.code).where(Need.person_id == person, Need.status.in_(live))))


def need_line(row: Need) -> NeedLine:
    """The fact of a row loaded with its person."""
    return NeedLine(
        ref=row.id,
        person=row.person_id,
        code=row.code,
        category=row.category,
        urgency=row.urgency,
        status=NeedStatus(row.status),
        outcome=row.outcome,
        note=row.note.get("text", ""),
        raised_at=row.raised_at,
        closed_at=row.closed_at,
        version=row.version,
    )


def _needs() -> Select[Need]:
    # The note's drawer needs the person's data key: taken along, or each need would ask for it again.
    person = contains_eager(Need.person).load_only(Person.data_key, Person.desk_id)
    return select(Need).join(Need.person).options(person)

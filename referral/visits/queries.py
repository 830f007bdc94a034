"""Reads of the visits room. Called by the file page."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from referral.people.models import Person
from referral.staff.models import Desk, Staff
from referral.visits.facts import VisitLine, VisitReason
from referral.visits.models import Visit


def visits_of(session: Session, person: uuid.UUID, *, most: int = 20) -> tuple[VisitLine, ...]:
    """The newest visits of a person, in one statement. The caller has checked that she is within reach."""
    rows = session.execute(
        select(Visit, Desk.name, Staff.name)
        .join(Visit.person)
        .join(Desk, Desk.id == Visit.desk_id)
        .outerjoin(Staff, Staff.id == Visit.staff_id)
        .where(Visit.person_id == person)
        .order_by(Visit.at.desc(), Visit.id.desc())
        .limit(most)
        .options(contains_eager(Visit.person).load_only(Person.data_key))
    )
    return tuple(
        VisitLine(
            ref=visit.id,
            at=visit.at,
            reason=VisitReason(visit.reason),
            channel=visit.channel,
            desk_name=desk_name,
            staff_name=staff_name or "",
            note=visit.note.get("text", ""),
        )
        for visit, desk_name, staff_name in rows
    )

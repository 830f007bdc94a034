"""The reserved part of a file: who reads it, who must break the glass first, and each time that somebody did.

Called by every room that judges by what a person told, or shows a note about her.
"""

from __future__ import annotations

import uuid
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import holds
from referral.infra.db import bare
from referral.people.facts import Opening, PersonRecord
from referral.people.models import BreakGlass, Person
from referral.people.queries.cards import glass_is_broken, person_record
from referral.staff.models import Staff

MOST_SHOWN = 5  # on the file; the whole list is data protection's


class StillReserved(Exception):
    """What was asked rests on the reserved part of a file, which this account has to open first, saying why."""

    def __init__(self, person: uuid.UUID) -> None:
        super().__init__(person)
        self.person = person


def whole_record(session: Session, reach: Reach, ref: uuid.UUID, *, today: date | None = None) -> PersonRecord:
    """person_record for whoever judges by it: a door chosen by half of what she told can be the one that harms her.

    StillReserved when this account reads only a part; OutOfReach as person_record.
    """
    record = person_record(session, reach, ref, today=today)
    if not record.reads_protected:
        raise StillReserved(ref)
    return record


def reads_reserved(session: Session, reach: Reach, person: uuid.UUID) -> bool:
    """Whether this account reads notes and the like of a person whom the caller knows to be within its reach.

    No statement for who serves people; one for who has to break the glass.
    """
    if holds(reach.identity, Permission.PERSON_PROTECTED):
        return True
    if not holds(reach.identity, Permission.BREAK_GLASS):
        return False
    row = bare(session, _open_until(), {"person": person, "reader": reach.identity.staff}).one_or_none()
    return row is not None and row.until is not None and glass_is_broken(reach, row.until, desk=row.desk_id)


def require_reserved(session: Session, reach: Reach, person: uuid.UUID) -> None:
    """StillReserved unless reads_reserved."""
    if not reads_reserved(session, reach, person):
        raise StillReserved(person)


def openings_of(session: Session, person: uuid.UUID) -> tuple[Opening, ...]:
    """The last times that the reserved part of this file was opened, newest first. One statement."""
    return tuple(
        Opening(row.at, row.until, row.name, row.reason) for row in bare(session, _openings(), {"person": person})
    )


@cache
def _open_until() -> Select[*tuple[Any, ...]]:
    until = select(func.max(BreakGlass.until)).where(
        BreakGlass.person_id == Person.id, BreakGlass.staff_id == bindparam("reader", type_=Uuid)
    )
    return select(Person.desk_id, until.scalar_subquery().label("until")).where(
        Person.id == bindparam("person", type_=Uuid)
    )


@cache
def _openings() -> Select[*tuple[Any, ...]]:
    return (
        select(BreakGlass.at, BreakGlass.until, BreakGlass.reason, Staff.name)
        .join(Staff, Staff.id == BreakGlass.staff_id)
        .where(BreakGlass.person_id == bindparam("person", type_=Uuid))
        .order_by(BreakGlass.at.desc(), BreakGlass.id.desc())
        .limit(MOST_SHOWN)
    )

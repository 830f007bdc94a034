"""The reserved part of a file: who reads it, who must break the glass first, and each time that somebody did.

Called by every room that judges by what a person told, or shows a note about her.
"""

from __future__ import annotations

import uuid
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, String, Uuid, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import holds
from referral.infra.db import bare
from referral.people.facts import PersonRecord
from referral.people.glass_facts import Opening
from referral.people.models import BreakGlass, GuardedOpening, Person
from referral.people.queries.cards import glass_is_broken, person_record
from referral.staff.models import Staff

MOST_SHOWN = 5  # on the file; the whole list is data protection's


class StillReserved(Exception):
    """What was asked rests on the reserved part of a file, which this account has to open first, saying why.

    `guarded`: that is open, and what is protected of it is not, which takes a second person.
    """

    def __init__(self, person: uuid.UUID, *, guarded: bool = False) -> None:
        super().__init__(person)
        self.person = person
        self.guarded = guarded


def whole_record(session: Session, reach: Reach, ref: uuid.UUID, *, today: date | None = None) -> PersonRecord:
    """person_record for whoever judges by it: a door chosen by half of what she told can be the one that harms her.

    StillReserved when this account reads only a part; OutOfReach as person_record.
    """
    record = person_record(session, reach, ref, today=today)
    if not record.reads_whole:
        raise StillReserved(ref, guarded=record.reads_protected)
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


def reads_whole(session: Session, reach: Reach, person: uuid.UUID) -> bool:
    """Whether this account reads all that was told, what is protected too, and may be told what follows from it.

    As reads_reserved; two statements more for who has broken the glass.
    """
    if holds(reach.identity, Permission.PERSON_PROTECTED) or not reads_reserved(session, reach, person):
        return holds(reach.identity, Permission.PERSON_PROTECTED)
    return person_record(session, reach, person).reads_whole


def require_reserved(session: Session, reach: Reach, person: uuid.UUID) -> None:
    """StillReserved unless reads_reserved."""
    if not reads_reserved(session, reach, person):
        raise StillReserved(person)


def openings_of(session: Session, person: uuid.UUID) -> tuple[Opening, ...]:
    """The last times that the reserved part of this file, or what is protected of it, was opened, newest first.

    One statement.
    """
    rows = bare(session, _openings(), {"person": person})
    return tuple(Opening(row.at, row.until, row.name, row.reason, row.second or "") for row in rows)


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
    hers, second = bindparam("person", type_=Uuid), aliased(Staff)
    nobody = literal(None, String)
    broken = select(BreakGlass.at, BreakGlass.until, BreakGlass.reason, Staff.name, nobody.label("second")).join(
        Staff, Staff.id == BreakGlass.staff_id
    )
    granted = (
        select(GuardedOpening.decided_at, GuardedOpening.until, literal("").label("reason"), Staff.name, second.name)
        .join(Staff, Staff.id == GuardedOpening.staff_id)
        .join(second, second.id == GuardedOpening.decided_by)
    )
    both = union_all(
        broken.where(BreakGlass.person_id == hers),
        granted.where(GuardedOpening.person_id == hers, GuardedOpening.until.is_not(None)),
    ).subquery()
    return select(both).order_by(both.c.at.desc()).limit(MOST_SHOWN)

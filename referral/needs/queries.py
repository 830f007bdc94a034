"""Reads of the needs room: the needs of one person. Called by the needs, referrals and desk pages."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.infra.db import bare
from referral.infra.sealed import open_held
from referral.infra.work import OutOfReach
from referral.kernel.codes import URGENCY_LEVELS
from referral.needs.facts import LIVE, NeedLine, NeedStatus
from referral.needs.models import Need
from referral.people.models import Person

_LIVE = [status.value for status in LIVE]
_RANKS = {level.code: level.rank for level in URGENCY_LEVELS}


# Bare columns in statements made once, with the person's data key for the note's drawer: lists change no need. Made on
# first use, when every table that they point at is known and has given them their types.
@cache
def _of_person() -> Select[*tuple[Any, ...]]:
    columns = (
        Need.id,
        Need.person_id,
        Need.code,
        Need.category,
        Need.urgency,
        Need.status,
        Need.outcome,
        Need.note_sealed,
        Need.raised_at,
        Need.closed_at,
        Need.version,
        Person.data_key,
        Person.desk_id,
    )
    of_her = Need.person_id == bindparam("person", type_=Uuid)
    return select(*columns).join(Person, Person.id == Need.person_id).where(of_her)


@cache
def _one() -> Select[*tuple[Any, ...]]:
    return _of_person().where(Need.id == bindparam("ref", type_=Uuid))


@cache
def _live_codes() -> Select[str]:
    return select(Need.code).where(Need.person_id == bindparam("person", type_=Uuid), Need.status.in_(_LIVE))


def needs_of(session: Session, person: uuid.UUID, *, notes: bool = True) -> tuple[NeedLine, ...]:
    """Every need of a person, those still open first, the most urgent first, newest first. One statement.

    The caller has checked that the person is within reach; without `notes` for who does not read what is reserved.
    """
    lines = [_need_line(session, row, noted=notes) for row in bare(session, _of_person(), {"person": person})]
    return tuple(sorted(lines, key=_place))


def _place(line: NeedLine) -> tuple[bool, int, float, uuid.UUID]:
    # A person has few needs: to put them in order here costs less than to tell the database how.
    return line.status not in LIVE, _RANKS.get(line.urgency, 9), -line.raised_at.timestamp(), line.ref


def need(session: Session, reach: Reach, *, person: uuid.UUID, ref: uuid.UUID) -> NeedLine:
    """One need of a person; OutOfReach when there is none, it is another person's, or her file is not within reach."""
    row = bare(session, _one(), {"person": person, "ref": ref}).one_or_none()
    if row is None or not reach.covers(desk=row.desk_id):
        raise OutOfReach
    return _need_line(session, row)


def live_codes(session: Session, person: uuid.UUID) -> frozenset[str]:
    """Codes of the needs a person has open or referred."""
    return frozenset(bare(session, _live_codes(), {"person": person}).scalars())


def _need_line(session: Session, row: Row[*tuple[Any, ...]], *, noted: bool = True) -> NeedLine:
    return NeedLine(
        ref=row.id,
        person=row.person_id,
        code=row.code,
        category=row.category,
        urgency=row.urgency,
        status=NeedStatus(row.status),
        outcome=row.outcome,
        note=_note(session, row) if noted and row.note_sealed else "",
        raised_at=row.raised_at,
        closed_at=row.closed_at,
        version=row.version,
    )


def _note(session: Session, row: Row[*tuple[Any, ...]]) -> str:
    holder, table = f"{Person.__tablename__}|{row.person_id}", Need.__tablename__
    sealed = row.note_sealed
    note = open_held(session, table, "note_sealed", row.id, holder=holder, data_key=row.data_key, sealed=sealed)
    return str(note.get("text", ""))

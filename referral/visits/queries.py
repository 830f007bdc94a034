"""Reads of the visits room. Called by the file page, by the day's list and by the arrival room."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.infra.db import bare, within
from referral.infra.sealed import open_held
from referral.infra.work import OutOfReach
from referral.kernel.clock import day_start
from referral.people.models import Person
from referral.people.queries.cards import person_cards
from referral.staff.models import Desk, Staff
from referral.visits.facts import AgeBand, DayLine, DayPage, Done, Facets, FirstAnswer, VisitLine, VisitReason
from referral.visits.models import Visit


def visits_of(session: Session, person: uuid.UUID, *, most: int = 20, notes: bool = True) -> tuple[VisitLine, ...]:
    """The newest visits of a person, in one statement. The caller has checked that she is within reach; without `notes`
    for who does not read what is reserved.
    """
    return tuple(
        VisitLine(
            ref=row.id,
            at=row.at,
            reason=VisitReason(row.reason),
            channel=row.channel,
            desk_name=row.desk_name,
            staff_name=row.staff_name or "",
            note=_note(session, person, row) if notes else "",
            done=_done(row.done),
        )
        for row in bare(session, _of_person(), {"person": person, "most": most})
    )


def _note(session: Session, person: uuid.UUID, row: Row[*tuple[Any, ...]]) -> str:
    holder, table, sealed = f"{Person.__tablename__}|{person}", Visit.__tablename__, row.note_sealed
    note = open_held(session, table, "note_sealed", row.id, holder=holder, data_key=row.data_key, sealed=sealed)
    return str(note.get("text", ""))


@cache
def _of_person() -> Select[*tuple[Any, ...]]:
    columns = (Visit.id, Visit.at, Visit.reason, Visit.channel, Visit.done, Visit.note_sealed, Person.data_key)
    return (
        select(*columns, Desk.name.label("desk_name"), Staff.name.label("staff_name"))
        .join(Person, Person.id == Visit.person_id)
        .join(Desk, Desk.id == Visit.desk_id)
        .outerjoin(Staff, Staff.id == Visit.staff_id)
        .where(Visit.person_id == bindparam("person", type_=Uuid))
        .order_by(Visit.at.desc(), Visit.id.desc())
        .limit(bindparam("most"))
    )


def visits_on(session: Session, reach: Reach, day: date, *, page: int = 1, per_page: int = 25) -> DayPage:
    """The visits of a day at the desks within reach, newest first, in two statements.

    Names are given of files that the reader's own desk keeps now; a file that moved on is counted without its name.
    """
    since, until = day_start(day), day_start(day + timedelta(days=1))
    rows = session.execute(
        select(Visit, Staff.name, Person.desk_id)
        .outerjoin(Staff, Staff.id == Visit.staff_id)
        .outerjoin(Person, Person.id == Visit.person_id)
        .where(Visit.at >= since, Visit.at < until, within(reach, desk=Visit.desk_id))
        .order_by(Visit.at.desc(), Visit.id.desc())
        .offset((page - 1) * per_page)
        .limit(per_page + 1)
    ).all()
    shown = rows[:per_page]
    theirs = {visit.person_id for visit, _staff, desk in shown if visit.person_id and reach.covers(desk=desk)}
    cards = person_cards(session, theirs, today=day)
    lines = tuple(
        DayLine(
            ref=visit.id,
            at=visit.at,
            reason=VisitReason(visit.reason),
            channel=visit.channel,
            done=_done(visit.done),
            person=visit.person_id if visit.person_id in cards else None,
            name=cards[visit.person_id].name if visit.person_id in cards else "",
            staff_name=staff_name or "",
            facets=Facets(
                AgeBand(visit.age_band) if visit.age_band else None,
                visit.sex or "",
                visit.nationality or "",
                visit.language or "",
            ),
        )
        for visit, staff_name, _desk in shown
    )
    return DayPage(lines, page, has_more=len(rows) > per_page)


def first_answers(session: Session, reach: Reach, ref: uuid.UUID, *, today: date) -> tuple[FirstAnswer, ...]:
    """What somebody without a name told to the first questions today. OutOfReach when it is not a visit of today at
    a desk within reach, or has become somebody's.
    """
    found = session.scalar(
        select(Visit.first).where(
            Visit.id == ref,
            Visit.person_id.is_(None),
            Visit.at >= day_start(today),
            within(reach, desk=Visit.desk_id),
        )
    )
    if found is None:
        raise OutOfReach
    return tuple(FirstAnswer(code) for code in found.split())


def _done(codes: str) -> tuple[Done, ...]:
    return tuple(Done(code) for code in codes.split())

"""Reads of the padron room: a person's inscription and its history, the register, the terms about to end."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.infra.db import bare, within
from referral.padron.facts import (
    CorrectedField,
    EndReason,
    HistoryLine,
    InscriptionLine,
    InscriptionState,
    RegisterFilter,
    RegisterRow,
    StepKind,
)
from referral.padron.models import Inscription, InscriptionStep
from referral.padron.rules import next_month
from referral.people.models import Person
from referral.staff.models import Desk, Staff

_COLUMNS = (
    Inscription.person_id,
    Inscription.folio,
    Inscription.inscribed_on,
    Inscription.valid_from,
    Inscription.valid_to,
    Inscription.ended_on,
    Inscription.end_reason,
)


def inscription_of(session: Session, person: uuid.UUID) -> InscriptionLine | None:
    """Her inscription, in force or not; None when she was never inscribed."""
    return inscriptions_of(session, [person]).get(person)


def inscriptions_of(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, InscriptionLine]:
    """Inscriptions by person, in one statement."""
    rows = bare(session, _of_people(), {"people": list(people)})
    return {row.person_id: _line(row, row.desk_name) for row in rows}


@cache
def _of_people() -> Select[*tuple[Any, ...]]:
    columns = (Inscription.id, *_COLUMNS, Desk.name.label("desk_name"))
    joined = select(*columns).join(Desk, Desk.id == Inscription.desk_id)
    return joined.where(Inscription.person_id.in_(bindparam("people", expanding=True, type_=Uuid)))


def history_of(session: Session, inscription: InscriptionLine) -> list[HistoryLine]:
    """Its steps, oldest first, in one statement. The caller has already decided that the person is within reach.

    Inscriptions older than this history begin with the first step that was kept.
    """
    rows = session.execute(
        select(InscriptionStep, Staff.name)
        .outerjoin(Staff, Staff.id == InscriptionStep.staff_id)
        .where(InscriptionStep.inscription_id == inscription.ref)
        .order_by(InscriptionStep.at, InscriptionStep.id)
    )
    return [_step(row, staff_name or "") for row, staff_name in rows]


def register_count(session: Session, reach: Reach, asked: RegisterFilter, *, today: date) -> int:
    """How many inscriptions the filter finds among the people within reach."""
    return session.scalar(_register(select(func.count()), reach, asked, today)) or 0


def register_rows(
    session: Session, reach: Reach, asked: RegisterFilter, *, today: date, offset: int = 0, most: int | None = 50
) -> list[RegisterRow]:
    """Lines of the register in one statement: newest first, or the term that ends first when terms are asked for."""
    by_end = asked.month is not None or asked.until is not None
    order = (Inscription.valid_to, Inscription.id) if by_end else (Inscription.year.desc(), Inscription.number.desc())
    found = _register(select(*_COLUMNS, Desk.name.label("desk_name")), reach, asked, today).order_by(*order)
    return list(_rows(session.execute(found.offset(offset).limit(most))))


def expiring_count(session: Session, reach: Reach, today: date, *, days: int = 30) -> int:
    """How many terms end from today to `days` ahead, of the people within reach. One statement; for the home page."""
    return register_count(session, reach, RegisterFilter(until=today + timedelta(days=days)), today=today)


def _register(
    found: Select[*tuple[Any, ...]], reach: Reach, asked: RegisterFilter, today: date
) -> Select[*tuple[Any, ...]]:
    return (
        found.select_from(Inscription)
        .join(Person, Person.id == Inscription.person_id)
        .join(Desk, Desk.id == Inscription.desk_id)
        .where(within(reach, desk=Person.desk_id), *_conditions(asked, today))
    )


def _conditions(asked: RegisterFilter, today: date) -> Iterator[ColumnElement[bool]]:
    match asked.state:
        case InscriptionState.ENDED:
            yield Inscription.ended_on.is_not(None)
        case InscriptionState.LAPSED:
            yield Inscription.ended_on.is_(None)
            yield Inscription.valid_to < today
        case InscriptionState.IN_FORCE:
            yield Inscription.ended_on.is_(None)
            yield Inscription.valid_to >= today
    if asked.folio:
        yield Inscription.folio.contains(asked.folio, autoescape=True)
    if asked.month is not None:
        yield Inscription.ended_on.is_(None)
        yield Inscription.valid_to >= asked.month
        yield Inscription.valid_to < next_month(asked.month)
    if asked.until is not None:
        yield Inscription.ended_on.is_(None)
        yield Inscription.valid_to.between(today, asked.until)


def _rows(found: Any) -> Iterator[RegisterRow]:
    row: Row[Any]
    for row in found:
        yield RegisterRow(
            person=row.person_id,
            folio=row.folio,
            inscribed_on=row.inscribed_on,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            ended_on=row.ended_on,
            end_reason=EndReason(row.end_reason) if row.end_reason else None,
            desk_name=row.desk_name,
        )


def _step(row: InscriptionStep, staff_name: str) -> HistoryLine:
    detail = row.detail
    changes = {CorrectedField(field): (pair[0], pair[1]) for field, pair in detail.get("changes", {}).items()}
    return HistoryLine(
        kind=StepKind(row.kind),
        at=row.at,
        staff_name=staff_name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        reason=row.reason,
        note=detail.get("note", ""),
        changes=changes,
    )


def _line(row: Inscription | Row[*tuple[Any, ...]], desk_name: str) -> InscriptionLine:
    return InscriptionLine(
        ref=row.id,
        person=row.person_id,
        folio=row.folio,
        inscribed_on=row.inscribed_on,
        desk_name=desk_name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        ended_on=row.ended_on,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
    )

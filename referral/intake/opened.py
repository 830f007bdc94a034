"""Rows of a list with their drawers open, and what they say together. For this room's actions and queries."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.infra.work import OutOfReach, Reading
from referral.intake.facts import PENDING, Alike, Notice, RowFacts, RowState, Wrong
from referral.intake.models import IntakeBatch, IntakeRow
from referral.intake.rules.families import Typed, read_rows
from referral.kernel.clock import local_day
from referral.people.rules.matching import Because, MatchReason, Strength

_PENDING = [state.value for state in PENDING]


def reach_of_lists(desk: Reading) -> Reach | None:
    """Whose lists this account may touch; None for the system itself, which may touch all."""
    return None if desk.identity is None else desk.reach(Permission.INTAKE_PREPARE)


def batch_of(session: Session, reach: Reach | None, ref: uuid.UUID, *, today: date, lock: bool = False) -> IntakeBatch:
    """The list; OutOfReach when it does not exist within reach, or is too old to be read."""
    found = session.get(IntakeBatch, ref, with_for_update=lock or None)
    if found is None or found.expires_on < today or not (reach is None or reach.covers(desk=found.desk_id)):
        raise OutOfReach
    return found


def rows_of(
    session: Session, batch: IntakeBatch, *, families: Collection[int] | None = None, also: Iterable[uuid.UUID] = ()
) -> list[IntakeRow]:
    """Every row not yet registered, with registered leaders; or all rows of some families, and some others."""
    wanted = select(IntakeRow).where(
        IntakeRow.batch_id == batch.id,
        or_(IntakeRow.state.in_(_PENDING), IntakeRow.leads),
    )
    if families is not None:
        wanted = select(IntakeRow).where(
            IntakeRow.batch_id == batch.id,
            or_(IntakeRow.family.in_(list(families)), IntakeRow.id.in_(list(also))),
        )
    return list(session.scalars(wanted.order_by(IntakeRow.number)))


def became_people(session: Session, batch: uuid.UUID, numbers: Collection[int]) -> dict[int, uuid.UUID]:
    """The people that rows of a list became, by their numbers."""
    rows = session.execute(
        select(IntakeRow.number, IntakeRow.person_ref).where(
            IntakeRow.batch_id == batch, IntakeRow.number.in_(list(numbers)), IntakeRow.person_ref.is_not(None)
        )
    )
    return {number: person for number, person in rows if person is not None}


def row_of(session: Session, batch: IntakeBatch, ref: uuid.UUID) -> IntakeRow:
    """One row of this list, else OutOfReach."""
    row = session.get(IntakeRow, ref)
    if row is None or row.batch_id != batch.id:
        raise OutOfReach
    return row


def facts_of(batch: IntakeBatch, rows: Sequence[IntakeRow]) -> dict[int, RowFacts]:
    """What the rows say by their numbers; those left out and registered ones only stand for their families."""
    led = {row.family for row in rows if row.leads and row.state == RowState.REGISTERED}
    typed = [
        Typed(row.number, row.content.get("cells", {}), row.family, row.family is not None and row.family in led)
        for row in rows
        if row.state in PENDING
    ]
    found = read_rows(typed, told_on=local_day(batch.at), notice_given=batch.notice != Notice.NOT_GIVEN)
    for row in rows:
        refused = row.content.get("refused") if row.state == RowState.WRONG else None
        if refused and not found[row.number].wrong:
            found[row.number] = _with(found[row.number], refused)
    return found


def _with(facts: RowFacts, refused: Mapping[str, Any]) -> RowFacts:
    wrong = Wrong(refused.get("column", ""), refused["source"], refused["reason"], refused.get("values", {}))
    return RowFacts(facts.person, (wrong,), facts.family, facts.leads, facts.relation)


def found_alike(row: IntakeRow) -> list[Alike]:
    """Whom it was found to be like."""
    return [
        Alike(
            score=one["score"],
            strength=Strength(one["strength"]),
            reasons=tuple(Because(MatchReason(reason), values) for reason, values in one["reasons"]),
            person=uuid.UUID(one["person"]) if one.get("person") else None,
            row=one.get("row", 0),
        )
        for one in row.alike.get("found", [])
    ]


def as_people(found: Iterable[Alike], became: Mapping[int, uuid.UUID]) -> list[Alike]:
    """The same, with the person instead of a row that is registered by now; each person once."""
    told: dict[object, Alike] = {}
    for one in found:
        person = became.get(one.row) if one.row else one.person
        now = one if person == one.person else Alike(one.score, one.strength, one.reasons, person=person)
        told.setdefault(now.person or now.row, now)
    return list(told.values())


def alike_document(found: Iterable[Alike]) -> dict[str, Any]:
    """The same as it is sealed."""
    return {
        "found": [
            {
                "score": one.score,
                "strength": one.strength.value,
                "reasons": [[because.reason.value, dict(because.values)] for because in one.reasons],
                "person": str(one.person) if one.person else "",
                "row": one.row,
            }
            for one in found
        ]
    }

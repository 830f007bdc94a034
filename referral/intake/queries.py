"""Reads of lists: which there are, how far each is, one page of rows, one row."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from referral.access.reach import Reach
from referral.infra.db import within
from referral.intake.facts import (
    PENDING,
    SURE,
    Alike,
    AlikeShown,
    BatchLine,
    Notice,
    RowFacts,
    RowShown,
    RowState,
    name_in,
)
from referral.intake.models import IntakeBatch, IntakeRow
from referral.intake.opened import as_people, batch_of, facts_of, found_alike, row_of, rows_of
from referral.people.models import Person
from referral.people.queries.cards import CARD, Opened, card_of, opened_row
from referral.staff.models import Staff

_EMPTY = RowFacts(None)


def batch_lines(session: Session, reach: Reach, *, today: date, offset: int, limit: int) -> list[BatchLine]:
    """Lists of the desk that can still be read, newest first."""
    found = session.execute(
        select(IntakeBatch, Staff.name)
        .outerjoin(Staff, Staff.id == IntakeBatch.staff_id)
        .where(within(reach, desk=IntakeBatch.desk_id), IntakeBatch.expires_on >= today)
        .order_by(IntakeBatch.at.desc(), IntakeBatch.id.desc())
        .offset(offset)
        .limit(limit)
    ).all()
    counts = _counts(session, [batch.id for batch, _name in found])
    return [_line(batch, name or "", counts[batch.id]) for batch, name in found]


def batch_line(session: Session, reach: Reach, ref: uuid.UUID, *, today: date) -> BatchLine:
    """One list; OutOfReach when it does not exist within reach or its days are over."""
    batch = batch_of(session, reach, ref, today=today)
    name = session.scalar(select(Staff.name).where(Staff.id == batch.staff_id)) if batch.staff_id else ""
    return _line(batch, name or "", _counts(session, [ref])[ref])


def rows_page(
    session: Session,
    reach: Reach,
    ref: uuid.UUID,
    *,
    today: date,
    states: Collection[RowState],
    offset: int,
    limit: int,
) -> list[RowShown]:
    """Some rows of a list in the order of the file, each with what is wrong in it or whom it looks like."""
    batch = batch_of(session, reach, ref, today=today)
    rows = session.scalars(
        select(IntakeRow)
        .where(IntakeRow.batch_id == ref, IntakeRow.state.in_([state.value for state in states]))
        .order_by(IntakeRow.number)
        .offset(offset)
        .limit(limit)
    ).all()
    return _shown(session, reach, batch, rows, today)


def one_row(session: Session, reach: Reach, ref: uuid.UUID, row: uuid.UUID, *, today: date) -> RowShown:
    """One row of a list; OutOfReach when it is not there."""
    batch = batch_of(session, reach, ref, today=today)
    return _shown(session, reach, batch, [row_of(session, batch, row)], today)[0]


def _shown(
    session: Session, reach: Reach, batch: IntakeBatch, rows: Sequence[IntakeRow], today: date
) -> list[RowShown]:
    families = {row.family for row in rows if row.family is not None}
    beside = rows_of(session, batch, families=families, also=[row.id for row in rows])
    facts = facts_of(batch, beside)
    raw = {row.id: found_alike(row) for row in rows}
    named = _rows_named(session, batch, {one.row for found in raw.values() for one in found if one.row})
    became = {row.number: row.person_ref for row in named if row.person_ref is not None}
    alike = {ref: as_people(found, became) for ref, found in raw.items()}
    waiting = {
        row.family for row in beside if row.family is not None and row.state in PENDING and row.state not in SURE
    }
    people = {one.person for found in alike.values() for one in found if one.person is not None}
    same = {uuid.UUID(text) for row in rows if (text := row.content.get("same_as"))}
    cards = _cards(session, people | same)
    names = {row.number: name_in(row.content.get("cells", {})) for row in named}
    return [
        RowShown(
            ref=row.id,
            number=row.number,
            state=RowState(row.state),
            cells=row.content.get("cells", {}),
            facts=facts.get(row.number, _EMPTY),
            alike=tuple(
                shown for one in alike[row.id] if (shown := _alike(one, cards, names, reach, today)) is not None
            ),
            person=row.person_ref or (uuid.UUID(text) if (text := row.content.get("same_as")) else None),
            version=row.version,
            waits=row.state in SURE and row.family in waiting,
        )
        for row in rows
    ]


def _alike(
    one: Alike, cards: dict[uuid.UUID, Opened], names: dict[int, str], reach: Reach, today: date
) -> AlikeShown | None:
    if one.person is None:
        return AlikeShown(one, names.get(one.row, ""), None, None, "", None)
    opened = cards.get(one.person)
    if opened is None:
        return None
    # Of a file that another desk keeps, no more than any desk may see of it.
    own = reach.covers(desk=opened.person.desk_id)
    return AlikeShown(
        one,
        opened.identity.names.display,
        opened.identity.birth.birth_year_guess,
        opened.person.folio,
        opened.desk_name,
        card_of(opened, today) if own else None,
    )


def _rows_named(session: Session, batch: IntakeBatch, numbers: Collection[int]) -> Sequence[IntakeRow]:
    """The rows that others were found to be like."""
    if not numbers:
        return ()
    wanted = select(IntakeRow).where(IntakeRow.batch_id == batch.id, IntakeRow.number.in_(list(numbers)))
    return session.scalars(wanted).all()


def _cards(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, Opened]:
    if not people:
        return {}
    rows = session.execute(CARD.where(Person.id.in_(list(people))))
    return {row.id: opened_row(session, row) for row in rows}


def _counts(session: Session, batches: Collection[uuid.UUID]) -> defaultdict[uuid.UUID, dict[RowState, int]]:
    found: defaultdict[uuid.UUID, dict[RowState, int]] = defaultdict(dict)
    if batches:
        for batch, state, count in session.execute(
            select(IntakeRow.batch_id, IntakeRow.state, func.count())
            .where(IntakeRow.batch_id.in_(list(batches)))
            .group_by(IntakeRow.batch_id, IntakeRow.state)
        ):
            found[batch][RowState(state)] = count
    return found


def _line(batch: IntakeBatch, staff_name: str, counts: dict[RowState, int]) -> BatchLine:
    info = batch.info
    return BatchLine(
        ref=batch.id,
        label=info.get("label", ""),
        at=batch.at,
        expires_on=batch.expires_on,
        staff_name=staff_name,
        channel=batch.channel,
        notice=Notice(batch.notice),
        notice_language=batch.notice_language,
        counts=counts,
        unknown=tuple(info.get("unknown", ())),
    )


def next_to_look_at(
    session: Session,
    reach: Reach,
    ref: uuid.UUID,
    row: uuid.UUID,
    *,
    today: date,
    states: Collection[RowState],
) -> uuid.UUID | None:
    """The next row in one of these states, after this one and then from the top; None when there is none."""
    batch = batch_of(session, reach, ref, today=today)
    here = row_of(session, batch, row)
    wanted = select(IntakeRow.id).where(
        IntakeRow.batch_id == ref, IntakeRow.state.in_([state.value for state in states]), IntakeRow.id != row
    )
    return session.scalar(wanted.order_by(IntakeRow.number < here.number, IntakeRow.number).limit(1))


def able_count(session: Session, ref: uuid.UUID) -> int:
    """How many rows would be registered now: sure, and of no family that waits for another row."""
    beside = aliased(IntakeRow)
    doubts = [state.value for state in PENDING if state not in SURE]
    waits = select(beside.id).where(
        beside.batch_id == IntakeRow.batch_id, beside.family == IntakeRow.family, beside.state.in_(doubts)
    )
    found = session.scalar(
        select(func.count())
        .select_from(IntakeRow)
        .where(
            IntakeRow.batch_id == ref,
            IntakeRow.state.in_([state.value for state in SURE]),
            ~waits.exists(),
        )
    )
    return found or 0

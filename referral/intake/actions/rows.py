"""What is done to a row before it is registered: corrected, compared, decided about, left out, taken back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from sqlalchemy import select

from referral.infra.work import Work
from referral.intake.facts import PENDING, Alike, RowFacts, RowState, Wrong
from referral.intake.models import IntakeBatch, IntakeRow
from referral.intake.opened import (
    alike_document,
    as_people,
    batch_of,
    became_people,
    facts_of,
    found_alike,
    reach_of_lists,
    row_of,
    rows_of,
)
from referral.intake.rules.columns import columns
from referral.intake.rules.reading import clean_cell
from referral.intake.rules.reasons import Reason
from referral.kernel.names import normalise
from referral.kernel.refusal import Refused
from referral.people.actions import Stale
from referral.people.rules.matching import Strength


class Decision(StrEnum):
    """What somebody says of a row that looks like somebody."""

    SAME = "same"
    APART = "apart"
    SKIP = "skip"
    BACK = "back"


def correct_row(work: Work, *, batch: uuid.UUID, row: uuid.UUID, cells: Mapping[str, str], version: int) -> RowFacts:
    """Replace the cells of a row; what was found and decided about it no longer holds. What it says now.

    Stale when it was changed meanwhile; Refused once it is registered.
    """
    held, found = _held(work, batch, row)
    _check(found, version, PENDING)
    before = found.family
    known = {code: cleaned for code in columns() if (cleaned := clean_cell(cells.get(code, "")))}
    found.family = _family(work, held, found, _family_word(found), normalise(known.get("family", "")))
    found.content = {"cells": known}
    found.alike = {}
    found.state = RowState.NEW.value
    work.session.flush()
    return _restate(work, held, {before, found.family}, found)[found.number]


def decide(
    work: Work,
    *,
    batch: uuid.UUID,
    row: uuid.UUID,
    decision: Decision,
    version: int,
    person: uuid.UUID | None = None,
    other_row: int = 0,
) -> None:
    """Say who a row is (`person` on file, or `other_row` of the list, which leaves it out), that she is nobody of those
    found, leave it out, or take that back. Stale as above; Refused for somebody it was not found to be like.
    """
    held, found = _held(work, batch, row)
    before = PENDING if decision is not Decision.BACK else (*PENDING, RowState.SKIPPED)
    _check(found, version, before)
    raw = found_alike(found)
    alike = as_people(raw, became_people(work.session, batch, [one.row for one in raw if one.row]))
    content = found.content
    match decision:
        case Decision.SAME if person is not None:
            _check_alike(found, any(one.person == person for one in alike))
            found.content = {**content, "same_as": str(person), "apart": [], "apart_rows": []}
            found.state = RowState.SAME.value
        case Decision.SAME:
            _check_alike(found, any(one.row == other_row for one in alike if one.row))
            found.state = RowState.SKIPPED.value
        case Decision.APART:
            _check_alike(found, bool(alike))
            found.content = {**content, "same_as": "", **_apart(content, alike)}
            found.state = RowState.READY.value
        case Decision.SKIP:
            found.state = RowState.SKIPPED.value
        case Decision.BACK:
            found.content = {"cells": content.get("cells", {})}
            found.alike = {}
            found.state = RowState.NEW.value
    work.session.flush()
    if decision is not Decision.APART:
        _restate(work, held, {found.family}, found)


def note_alike(work: Work, *, batch: uuid.UUID, found: Mapping[uuid.UUID, tuple[int, Sequence[Alike]]]) -> int:
    """Note whom rows look like (by ref: the version that was read, and who); how many rows. Rows changed since are left
    as they are.
    """
    held = batch_of(work.session, reach_of_lists(work), batch, today=work.today, lock=True)
    rows = rows_of(work.session, held, families=(), also=found)
    noted = 0
    for row in rows:
        version, alike = found[row.id]
        if row.version != version or row.state not in {RowState.NEW, RowState.READY}:
            continue
        row.alike = alike_document(alike)
        strong = any(one.strength is Strength.STRONG for one in alike)
        row.state = (RowState.LOOKALIKE if strong else RowState.READY).value
        noted += 1
    held.edits += 1
    work.session.flush()
    return noted


def note_refusal(work: Work, *, batch: uuid.UUID, rows: Collection[uuid.UUID], wrong: Wrong) -> None:
    """A room below refused the rows of a family when they were to be registered: they wait for a correction."""
    held = batch_of(work.session, reach_of_lists(work), batch, today=work.today, lock=True)
    for row in rows_of(work.session, held, families=(), also=rows):
        if row.state in PENDING:
            refused = {
                "column": wrong.column,
                "source": wrong.source,
                "reason": wrong.reason,
                "values": dict(wrong.values),
            }
            row.content = {**row.content, "refused": refused}
            row.state = RowState.WRONG.value
    held.edits += 1
    work.session.flush()


def _held(work: Work, batch: uuid.UUID, row: uuid.UUID) -> tuple[IntakeBatch, IntakeRow]:
    # The list's row is the lock: two people at one list wait for each other.
    held = batch_of(work.session, reach_of_lists(work), batch, today=work.today, lock=True)
    held.edits += 1
    return held, row_of(work.session, held, row)


def _check(row: IntakeRow, version: int, states: Collection[RowState]) -> None:
    if row.version != version:
        raise Stale(row.version)
    if row.state not in states:
        raise Refused(Reason.NOT_PENDING)


def _check_alike(row: IntakeRow, known: bool) -> None:
    if not known or row.state not in {RowState.LOOKALIKE, RowState.READY, RowState.SAME}:
        raise Refused(Reason.NOBODY)


def _apart(content: Mapping[str, object], alike: Sequence[Alike]) -> dict[str, list[object]]:
    people = [str(one.person) for one in alike if one.person is not None and one.strength is Strength.STRONG]
    rows = [one.row for one in alike if one.row]
    before = content.get("apart", []), content.get("apart_rows", [])
    return {
        "apart": list(dict.fromkeys([*_listed(before[0]), *people])),
        "apart_rows": list(dict.fromkeys([*_listed(before[1]), *rows])),
    }


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _family(work: Work, batch: IntakeBatch, row: IntakeRow, before: str, now: str) -> int | None:
    """The family that a row says it is of: as before, that of rows that say the same, else a number of its own."""
    if not now:
        return None
    if now == before:
        return row.family
    others = list(work.session.scalars(select(IntakeRow).where(IntakeRow.batch_id == batch.id)))
    taken = {each.family for each in others if each.family is not None and each.id != row.id}
    for each in others:
        if each.id != row.id and each.family is not None and _family_word(each) == now:
            return each.family
    return row.number if row.number not in taken else max(each.number for each in others) + max(taken)


def _family_word(row: IntakeRow) -> str:
    return normalise(row.content.get("cells", {}).get("family", ""))


def _restate(work: Work, batch: IntakeBatch, families: Collection[int | None], row: IntakeRow) -> dict[int, RowFacts]:
    """A change of one row may put right or wrong the others of its family, before and after."""
    wanted = {family for family in families if family is not None}
    rows = rows_of(work.session, batch, families=wanted, also=[row.id])
    for each in rows:
        content = each.content
        if content.pop("refused", None):
            each.content = content
    facts = facts_of(batch, rows)
    for each in rows:
        if each.state not in PENDING:
            continue
        said = facts[each.number]
        each.leads = said.leads
        if said.wrong:
            each.state = RowState.WRONG.value
        elif each.state == RowState.WRONG:
            each.state = RowState.NEW.value
    work.session.flush()
    return facts

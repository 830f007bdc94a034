"""Comparing and registering a list, some rows at a time: each group of rows is one work, so that whatever stops a run
loses nothing and the next one goes on. Called by the pages, which give it seconds, and by the command.
"""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.reach import Reach, Scope
from referral.infra.work import AlreadyDone, OnceKey, Reading, reading, unit_of_work
from referral.intake.actions.register import register_group
from referral.intake.actions.rows import note_alike, note_refusal
from referral.intake.facts import PENDING, SURE, Alike, Progress, RowFacts, RowState
from referral.intake.models import IntakeRow
from referral.intake.opened import batch_of, became_people, facts_of, reach_of_lists, rows_of
from referral.intake.rules.reading import refusal_as_wrong
from referral.intake.rules.reasons import Problem
from referral.intake.rules.twins import Sheet
from referral.kernel.refusal import Refused
from referral.people.facts import NewPerson
from referral.people.queries.search import Hit, near_matches
from referral.people.rules.matching import Strength

_ONCE = "intake row"
# The command asks for the system itself; whom a row looks like is the same whoever asks.
_NOBODY = Identity(staff=uuid.UUID(int=0), role=Role.SUPERVISOR, name="", username="")


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows registered together: their numbers, and the versions that were read."""

    numbers: Mapping[uuid.UUID, int]
    versions: Mapping[uuid.UUID, int]
    families: frozenset[int]

    @classmethod
    def of(cls, rows: Sequence[IntakeRow]) -> _Group:
        return cls(
            {row.id: row.number for row in rows},
            {row.id: row.version for row in rows},
            frozenset(row.family for row in rows if row.family is not None),
        )

    @property
    def first(self) -> uuid.UUID:
        """The row whose ref is the once-key of them all."""
        return next(iter(self.numbers))


def compare_some(batch: uuid.UUID, *, seconds: float, first: uuid.UUID | None = None) -> Progress:
    """Compare rows that nobody has compared with the padrón and with the rows before them, for about so long.

    `first`: the row to begin with.
    """
    until = time.monotonic() + seconds
    found: dict[uuid.UUID, tuple[int, list[Alike]]] = {}
    with reading() as desk:
        held = batch_of(desk.session, reach_of_lists(desk), batch, today=desk.today)
        rows = rows_of(desk.session, held)
        facts = facts_of(held, rows)
        sheet = Sheet(_people(rows, facts))
        waiting = sorted(
            (row for row in rows if row.state == RowState.NEW), key=lambda row: (row.id != first, row.number)
        )
        for row in waiting:
            found[row.id] = (row.version, _alike(desk, row, sheet))
            if time.monotonic() > until:
                break
        left = len(waiting) - len(found)
    done = 0
    if found:
        with unit_of_work("intake.compare") as work:
            done = note_alike(work, batch=batch, found=found)
    return Progress(done, len(found) - done, left)


def register_some(batch: uuid.UUID, *, seconds: float) -> Progress:
    """Register rows that are sure, one person or family after the other, for about so long.

    A row that has come to look like somebody on file, or that a room below refuses, waits for a decision instead.
    """
    until = time.monotonic() + seconds
    with reading() as desk:
        groups = _sure_groups(desk, batch)
    done = held = 0
    for at, group in enumerate(groups):
        if at and time.monotonic() > until:
            return Progress(done, held, sum(len(each.numbers) for each in groups[at:]))
        count = _register(batch, group)
        done += count
        held += 0 if count else len(group.numbers)
    return Progress(done, held, 0)


def _register(batch: uuid.UUID, group: _Group) -> int:
    if _held_back(batch, group):
        return 0
    try:
        with unit_of_work("intake.register", once=OnceKey(group.first, _ONCE)) as work:
            return len(register_group(work, batch=batch, versions=group.versions))
    except AlreadyDone:
        return 0
    except Refused as no:
        if no.reason is Problem.CHANGED_MEANWHILE:
            return 0
        _note(batch, group, no)
        return 0


def _held_back(batch: uuid.UUID, group: _Group) -> bool:
    """Somebody like one of them may have been registered since the list was compared, also from this very list."""
    found: dict[uuid.UUID, tuple[int, list[Alike]]] = {}
    with reading() as desk:
        held = batch_of(desk.session, reach_of_lists(desk), batch, today=desk.today)
        rows = rows_of(desk.session, held, families=group.families, also=group.versions)
        facts = facts_of(held, rows)
        for row in rows:
            person = facts[row.number].person if row.number in facts else None
            if row.id not in group.versions or row.state != RowState.READY or person is None:
                continue
            known = _on_file(desk, row, person, _apart(desk.session, row))
            if any(one.strength is Strength.STRONG for one in known):
                found[row.id] = (row.version, known)
    if found:
        with unit_of_work("intake.compare") as work:
            note_alike(work, batch=batch, found=found)
    return bool(found)


def _note(batch: uuid.UUID, group: _Group, no: Refused) -> None:
    place = (no.field or "").removeprefix("row-")
    said = [row for row, number in group.numbers.items() if place == str(number)] or [group.first]
    with unit_of_work("intake.note_refusal") as work:
        note_refusal(work, batch=batch, rows=said, wrong=refusal_as_wrong(no))


def _sure_groups(desk: Reading, batch: uuid.UUID) -> list[_Group]:
    """Who can be registered now: rows alone, and families of which no open row is in doubt."""
    held = batch_of(desk.session, reach_of_lists(desk), batch, today=desk.today)
    families: defaultdict[int, list[IntakeRow]] = defaultdict(list)
    for row in rows_of(desk.session, held):
        if row.state in PENDING:
            families[-row.number if row.family is None else row.family].append(row)
    return [
        _Group.of(rows)
        for rows in sorted(families.values(), key=lambda rows: rows[0].number)
        if all(row.state in SURE for row in rows)
    ]


def _people(rows: list[IntakeRow], facts: dict[int, RowFacts]) -> dict[int, NewPerson]:
    found = {}
    for row in rows:
        person = facts[row.number].person if row.number in facts else None
        if person is not None and row.state != RowState.SKIPPED:
            found[row.number] = person
    return found


def _alike(desk: Reading, row: IntakeRow, sheet: Sheet) -> list[Alike]:
    person = sheet.people.get(row.number)
    if person is None:
        return []
    twins = sheet.alike(row.number, apart=row.content.get("apart_rows", []))
    return [*twins, *_on_file(desk, row, person, _apart(desk.session, row))]


def _apart(session: Session, row: IntakeRow) -> set[uuid.UUID]:
    """Whom somebody said that this row is not: people on file, and what other rows of the list have become."""
    content = row.content
    numbers = content.get("apart_rows", [])
    became = became_people(session, row.batch_id, numbers) if numbers else {}
    return {uuid.UUID(text) for text in content.get("apart", [])} | set(became.values())


def _on_file(desk: Reading, row: IntakeRow, person: NewPerson, apart: set[uuid.UUID]) -> list[Alike]:
    return [one for one in alike_on_file(desk, person) if one.person not in apart and one.person != row.person_ref]


def alike_on_file(desk: Reading, person: NewPerson) -> list[Alike]:
    """People on file who may be this one, likeliest first, with score and reasons."""
    return [Alike(hit.score, hit.strength, hit.reasons, person=hit.ref) for hit in hits_on_file(desk, person)]


def hits_on_file(desk: Reading, person: NewPerson) -> list[Hit]:
    """The same, with what may be shown of them."""
    reach = desk.reach(Permission.PERSON_VIEW) if desk.identity else Reach(Scope.ALL, _NOBODY)
    return near_matches(desk.session, reach, person.identity, phone=person.contact.phone, today=desk.today)

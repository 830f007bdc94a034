"""Files that were merged into another: where they lead, and that nothing new is hung on them. Imported by
people.actions; listens to every session, as the audit does.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Mapper, Session, UOWTransaction

from referral.infra.db import DeskSession
from referral.infra.sealed import CHANGED
from referral.infra.work import OutOfReach, Work
from referral.people.models import Person

_CHECKED = "people_not_merged"  # key in a session's info: people known to be no tombstone until the transaction ends


class MergedAway(OutOfReach):
    """The file was merged into another while somebody was writing on it; nothing was written."""


@cache
def person_columns(mapper: Mapper[Any]) -> tuple[str, ...]:
    """Attributes of a mapped class that point at a person."""
    return tuple(
        mapper.get_property_by_column(column).key
        for column in mapper.local_table.columns
        if any(key.column.table.name == Person.__tablename__ for key in column.foreign_keys)
    )


@event.listens_for(DeskSession, "before_flush")
def _only_on_living_files(session: Session, _context: UOWTransaction, _rows: object) -> None:
    # The other rooms lock the person's row first; who waited there while two files were merged comes by here.
    asked: set[uuid.UUID] = set()
    for row in (*session.new, *session.dirty):
        state: Any = inspect(row)
        if isinstance(row, Person):
            if row.merged_into is not None and state.info.get(CHANGED):
                raise MergedAway
            continue
        if getattr(row, "__names_tombstones__", False):  # the record of merges itself
            continue
        for name in person_columns(state.mapper):
            if state.pending or state.attrs[name].history.has_changes():
                asked.add(getattr(row, name))
    checked: set[uuid.UUID] = session.info.setdefault(_CHECKED, set())
    asked -= checked | {None} | _held_alive(session, asked)
    if not asked:
        return
    new = {row.id for row in session.new if isinstance(row, Person)}
    with session.no_autoflush:
        # Bare columns, so that the answer is the database's and not what this session read earlier.
        gone = select(Person.id).where(Person.id.in_(asked - new), Person.merged_into.is_not(None))
        if asked - new and session.execute(gone.with_for_update(read=True, key_share=True)).first() is not None:
            raise MergedAway
    checked |= asked


def _held_alive(session: Session, people: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those whose row this work read under its lock: no statement for them. MergedAway when one is a tombstone."""
    work: Work | None = session.info.get("work")
    rows = [row for ref in people if work is not None and (row := work.held(Person, ref)) is not None]
    if any(row.merged_into is not None for row in rows):
        raise MergedAway
    return {row.id for row in rows}

"""Writes down, row by row, what a merge does to clear columns, and takes it back. Listens to sessions that record.

Bytes are never written down: what is sealed is sealed anew for the file that a row goes back to.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Uuid, event, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapper, Session, UOWTransaction, object_session

from referral.duplicates.walk import BY_ITSELF, KEY, bytes_columns, mapped, sealed_columns
from referral.infra.db import DeskSession, UtcDateTime
from referral.infra.sealed import reseal
from referral.infra.work import Work
from referral.people.models import Person, PersonNotSame

Change = dict[str, Any]  # table, id, verb, and values: [before, after] of an update, the values of the others
_RECORD = "merge_changes"  # key in a session's info: the list being written
_NOT_RECORDED = frozenset(BY_ITSELF) - {PersonNotSame.__tablename__}
# Counts of saves: they only ever grow.
_COUNTS = frozenset({"version", "identity_version", "contact_version", "mobility_version"})


@contextmanager
def recorded(session: Session) -> Iterator[list[Change]]:
    """The list that grows with every row changed in this block."""
    changes: list[Change] = []
    session.flush()
    session.info[_RECORD] = changes
    try:
        yield changes
        session.flush()
    finally:
        del session.info[_RECORD]


@event.listens_for(DeskSession, "after_flush")
def _write_down(session: Session, _context: UOWTransaction) -> None:
    changes: list[Change] | None = session.info.get(_RECORD)
    if changes is None:
        return
    for verb, rows in (("insert", session.new), ("update", session.dirty), ("delete", session.deleted)):
        for row in rows:
            mapper: Mapper[Any] = inspect(row).mapper
            table = str(mapper.local_table.description)
            if table in _NOT_RECORDED or (verb == "update" and not session.is_modified(row)):
                continue
            values = _moved_values(row, mapper) if verb == "update" else _values(row, mapper)
            if values or verb != "update":
                changes.append({"table": table, "id": str(row.id), "verb": verb, "values": values})


def _clear(mapper: Mapper[Any]) -> Iterator[str]:
    hidden = bytes_columns(mapper)
    return (
        each.key
        for each in mapper.column_attrs
        if each.key not in _COUNTS and each.columns[0].name not in hidden and not each.columns[0].primary_key
    )


def _values(row: Any, mapper: Mapper[Any]) -> dict[str, Any]:
    return {name: _written(getattr(row, name)) for name in _clear(mapper)}


def _moved_values(row: Any, mapper: Mapper[Any]) -> dict[str, Any]:
    found = {}
    for name in _clear(mapper):
        history = inspect(row).attrs[name].history
        if history.has_changes():
            before = history.deleted[0] if history.deleted else None
            found[name] = [_written(before), _written(getattr(row, name))]
    return found


def take_back(work: Work, changes: list[Change], *, kept: Person, other: Person) -> int:
    """Undo changes, the last first; how many were left because somebody changed the same thing since."""
    return sum(not _taken_back(work, change, kept, other) for change in reversed(changes))


def _taken_back(work: Work, change: Change, kept: Person, other: Person) -> bool:
    session, mapper = work.session, mapped(change["table"])
    kind, ref = mapper.class_, uuid.UUID(change["id"])
    row = session.get(kind, ref)
    if row is None and change["verb"] != "delete":
        return True  # somebody has taken it off the file since: there is nothing to put back
    try:
        with session.begin_nested():
            match change["verb"]:
                case "insert":
                    if _values(row, mapper) != change["values"]:
                        return False
                    session.delete(row)
                case "delete":
                    if row is None:
                        session.add(kind(id=ref, **_read_all(mapper, change["values"])))
                case _:
                    return _put_back(row, mapper, change["values"], kept, other)
    except IntegrityError:  # what came since stands in its place
        return False
    return True


def _put_back(row: Any, mapper: Mapper[Any], values: dict[str, list[Any]], kept: Person, other: Person) -> bool:
    whole = True
    for name, (before, after) in values.items():
        if _written(getattr(row, name)) != after:
            whole = False
            continue
        setattr(row, name, _read(mapper, name, before))
        if name == KEY:
            hand_over(row, before=kept, after=other)
    return whole


def hand_over(row: Any, *, before: Person, after: Person) -> None:
    """Seal a row's drawers anew for the file it goes to, and forget whose it was."""
    mapper: Mapper[Any] = inspect(row).mapper
    for column in sealed_columns(mapper):
        reseal(row, column, before=before, after=after)
    holders = [one.key for one in mapper.relationships if one.mapper.class_ is Person]
    if holders:
        object_session(row).expire(row, holders)  # type: ignore[union-attr]


def _written(value: Any) -> Any:
    match value:
        case uuid.UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _read(mapper: Mapper[Any], name: str, value: Any) -> Any:
    if value is None:
        return None
    match mapper.columns[name].type:
        case Uuid():
            return uuid.UUID(value)
        case UtcDateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case _:
            return value


def _read_all(mapper: Mapper[Any], values: dict[str, Any]) -> dict[str, Any]:
    return {name: _read(mapper, name, value) for name, value in values.items()}

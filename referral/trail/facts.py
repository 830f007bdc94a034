"""Facts of the trail room that travel: what is asked of it, one line of it, a page of lines."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a line of the trail tells."""

    CHANGE = "change"
    READING = "reading"


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What is asked: days of the city, both included; "" and None mean anything.

    `action`: a named action of a change, or the part that was read, by `kind`.
    """

    first: date
    last: date
    kind: Kind | None = None
    action: str = ""
    person: uuid.UUID | None = None
    staff: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One entry. `role` is that of the account then, for a change, and now, for a reading; "system" has no account.

    `fields` are names, never values. `verb` and `table` are empty for a reading.
    """

    ref: uuid.UUID
    at: datetime
    kind: Kind
    staff: uuid.UUID | None
    staff_name: str
    role: str
    action: str
    verb: str
    table: str
    person: uuid.UUID | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Lines, newest first. `has_more`: a further page exists; nothing counts the whole trail."""

    lines: tuple[TrailLine, ...]
    page: int
    has_more: bool


def pseudonym(person: uuid.UUID) -> str:
    """How the trail names a file: the end of its ref, which says nothing of the person."""
    return person.hex[-8:].upper()

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


class Sealable(StrEnum):
    """The tables of the trail, as a seal names the one whose rows it closes."""

    CHANGES = "audit_entry"
    READINGS = "access_entry"


@dataclass(frozen=True, slots=True)
class Seal:
    """A closed part of the trail. `reached`: the latest time that a row of it bears. Digests have 32 bytes.

    `previous`: that of the seal before it.
    """

    number: int
    kind: Sealable
    at: datetime
    count: int
    first_row: uuid.UUID
    last_row: uuid.UUID
    reached: datetime
    previous: bytes
    digest: bytes = b""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One row under a seal: what it came to then and, in a check, what it comes to now (None: it is gone)."""

    row: uuid.UUID
    at: datetime | None
    then: bytes
    now: bytes | None = None


class Fault(StrEnum):
    """What is wrong with the trail. `line` is a line of the file of seals."""

    ROW_CHANGED = "row_changed"  # seal, row
    ROW_GONE = "row_gone"  # seal, row
    ROW_ADDED = "row_added"  # row, day; seal when one has closed it since
    SEAL_CHANGED = "seal_changed"  # seal
    SEAL_GONE = "seal_gone"  # seal
    FILE_GONE = "file_gone"
    FILE_UNREADABLE = "file_unreadable"  # line
    FILE_DIFFERS = "file_differs"  # seal
    NOT_IN_FILE = "not_in_file"  # seal


@dataclass(frozen=True, slots=True)
class Broken:
    """One thing that is wrong, with what its sentence needs."""

    fault: Fault
    seal: int | None = None
    row: uuid.UUID | None = None
    day: date | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What a check of the whole trail found, the first broken seal first. `rows` are those under a seal."""

    at: datetime
    seals: int
    rows: int
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one run closed."""

    seals: int
    rows: int
    last: int


@dataclass(frozen=True, slots=True)
class Standing:
    """For the page: when the trail was last sealed and last checked, and the first thing that check found."""

    sealed_at: datetime | None
    checked_at: datetime | None
    broken: Broken | None

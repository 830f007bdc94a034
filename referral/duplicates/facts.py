"""Facts of the duplicates room that travel: what two files say of one thing, the order to merge, a merge on record."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from referral.people.facts import MinimalCard, PersonRecord


class Choice(StrEnum):
    """Which of two answers stays: that of the file that is kept, that of the other, or both."""

    KEPT = "kept"
    OTHER = "other"
    BOTH = "both"


class Agreement(StrEnum):
    """How two files stand on one thing."""

    SAME = "same"
    ONLY_KEPT = "only_kept"
    ONLY_OTHER = "only_other"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is chosen together: facts of one drawer that make no sense apart, such as the lines of an address."""

    key: str
    root: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One unit in both files. `default` is what stays when nobody chooses; `both_fit` offers to keep both."""

    unit: Unit
    kept: tuple[Any, ...]
    other: tuple[Any, ...]
    agreement: Agreement
    default: Choice
    both_fit: bool


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a file, counted, and its folio."""

    folio: str | None
    in_force: bool
    counts: Mapping[str, int]  # by table


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files side by side, as far as this account may read them. `said_apart`: somebody said they are two people."""

    kept: PersonRecord
    other: PersonRecord
    compared: tuple[Compared, ...]
    kept_hangs: Hanging
    other_hangs: Hanging
    said_apart: bool


@dataclass(frozen=True, slots=True)
class PairLine:
    """A pair on the work list. `other` comes first in nothing: which file is kept is chosen on its page.

    `comparable`: whether this account may open both files.
    """

    one: MinimalCard
    other: MinimalCard
    noted_at: datetime
    staff_name: str
    comparable: bool


@dataclass(frozen=True, slots=True)
class MergeOrder:
    """What to merge: `other` goes into `kept`. `choices` by unit key; a unit without one takes its default."""

    kept: uuid.UUID
    other: uuid.UUID
    choices: Mapping[str, Choice]
    reason: str


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge on record. `undone_at` is None while it holds; `until` is the last instant at which it can be undone."""

    ref: uuid.UUID
    kept: uuid.UUID
    other: uuid.UUID
    name: str
    other_folio: str | None
    at: datetime
    staff_name: str
    until: datetime
    undone_at: datetime | None
    forgotten: bool
    reason: str = ""
    moved: Mapping[str, int] | None = None  # rows by table
    added: Mapping[str, int] | None = None  # rows by table that came to the kept file since


@dataclass(frozen=True, slots=True)
class Undone:
    """What parting two files left where it was: rows added since, by table, and how many facts changed since."""

    added: Mapping[str, int]
    left: int

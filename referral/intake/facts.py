"""Facts of the intake room that travel: a list that was uploaded, its rows, what a row says, who looks like it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from referral.people.facts import NewPerson, PersonCard
from referral.people.rules.matching import Because, Strength
from referral.visits.facts import FirstAnswer

MOST_ROWS = 2_000
LARGEST_FILE = 5 * 1024 * 1024  # bytes
LONGEST_CELL = 500  # characters; a cell beyond that was not meant for us
LEADER = "leader"  # the word of the relation column for the reference person
# Answers to a question of consent, as the columns of consent take them.
YES, NO, NOT_ASKED = "yes", "no", "not_asked"


class RowState(StrEnum):
    """Where a row stands. Only READY and SAME are registered."""

    WRONG = "wrong"  # something in it has to be corrected
    NEW = "new"  # not compared yet
    LOOKALIKE = "lookalike"  # very likely somebody on file, or of another row: somebody has to say
    READY = "ready"
    SAME = "same"  # on file already: a visit will be recorded
    SKIPPED = "skipped"
    REGISTERED = "registered"


PENDING = (RowState.WRONG, RowState.NEW, RowState.LOOKALIKE, RowState.READY, RowState.SAME)
SURE = (RowState.READY, RowState.SAME)


class Notice(StrEnum):
    """How the privacy notice was given to the group."""

    READ_ALOUD = "read_aloud"
    PRINTED = "printed"
    NOT_GIVEN = "not_given"


@dataclass(frozen=True, slots=True)
class Table:
    """What a spreadsheet holds: cells by column code for each row, with its number in the file."""

    rows: tuple[tuple[int, Mapping[str, str]], ...]
    unknown: tuple[str, ...] = ()  # headings that are not of ours


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A list to keep. Codes: channels, languages."""

    label: str
    channel: str = "outreach"
    notice: Notice = Notice.NOT_GIVEN
    notice_language: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something to correct in a row: `column` is a code of the columns, "" for the whole row.

    `source` and `reason` name the sentence (labels.problem), `values` complete it.
    """

    column: str
    source: str
    reason: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What a row says, as far as it can be read. `person` is None while `wrong` says what is not."""

    person: NewPerson | None
    wrong: tuple[Wrong, ...] = ()
    family: str = ""
    leads: bool = False
    relation: str = ""
    needs: tuple[str, ...] = ()
    first: tuple[FirstAnswer, ...] = ()
    profile: str = ""
    sensitive_how: str = ""  # how she agreed, NO, or "" when nobody asked
    care: str = ""  # YES; "" when nobody asked: who says no is not registered
    care_how: str = ""
    asked_by: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody a row looks like: a person on file, or (`row`) an earlier row of the same list."""

    score: float
    strength: Strength
    reasons: tuple[Because, ...]
    person: uuid.UUID | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class AlikeShown:
    """The same, with who it is: `name` as may be shown, `card` when this desk keeps the file."""

    alike: Alike
    name: str
    birth_year: int | None
    folio: str | None
    desk_name: str
    card: PersonCard | None


def name_in(cells: Mapping[str, str]) -> str:
    """What a row calls the person, as it stands in its cells."""
    parts = [cells.get(name, "") for name in ("given", "surname1", "surname2")]
    return cells.get("chosen", "") or " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row on the page of its list. `cells` as they stand; empty once registered."""

    ref: uuid.UUID
    number: int
    state: RowState
    cells: Mapping[str, str]
    facts: RowFacts
    alike: tuple[AlikeShown, ...]
    person: uuid.UUID | None
    version: int
    waits: bool  # sure itself, while another row of its family is not

    @property
    def name(self) -> str:
        """What it calls the person, readable or not."""
        return name_in(self.cells)

    @property
    def birth(self) -> str:
        """The birth or the age as typed."""
        return self.cells.get("birth", "") or self.cells.get("age", "")

    @property
    def family(self) -> str:
        """What the family is called in the list."""
        return self.cells.get("family", "")


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A list that was uploaded, and how many of its rows stand where."""

    ref: uuid.UUID
    label: str
    at: datetime
    expires_on: date
    staff_name: str
    channel: str
    notice: Notice
    notice_language: str
    counts: Mapping[RowState, int]
    unknown: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count(self, *states: RowState) -> int:
        """Rows in any of these states."""
        return sum(self.counts.get(state, 0) for state in states)


@dataclass(frozen=True, slots=True)
class Progress:
    """What one run did: rows compared or registered, groups that have to be looked at again, whether any is left."""

    done: int
    held: int
    left: int

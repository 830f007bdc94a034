"""Facts of the upkeep room: a listing's values by field, what somebody proposes, what awaits verification."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from referral.directory.facts import Words

# What one field of a listing holds, as JSON can carry it: text, a number, yes or no, codes, groups of codes, hours by
# day. rules.FIELDS says which shape each field has.
Values: TypeAlias = Mapping[str, Any]


class Section(StrEnum):
    """Parts of a listing that are edited and saved one by one; the value is its place in the address."""

    WHAT = "que-ofrece"
    WHO = "a-quien"
    HOW = "como-canalizar"
    WHERE = "lugar"
    WHEN = "horario"
    ORGANIZATION = "institucion"


class Kind(StrEnum):
    """What a suggestion is: a notice of the desk, a change the institution itself proposes, a new entry."""

    NOTICE = "notice"
    CHANGE = "change"
    ENTRY = "entry"


class State(StrEnum):
    """Where a suggestion stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Listing:
    """A service with all that can be edited. `values`: by field."""

    ref: uuid.UUID
    name: Words
    organization: Words
    organization_ref: uuid.UUID
    version: int
    values: Values
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """ "Esto está mal": which field (or rules.OTHER), what is wrong, and the right value as typed, when it is known."""

    field: str
    said: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An institution that is not in the list. `method` and `target`: how to refer, as in the referral profile."""

    name: str
    gives: str
    needs: tuple[str, ...]
    phone: str = ""
    address: str = ""
    alcaldia: str = ""
    method: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionFact:
    """One suggestion. `old` is what the field held when it was made; `new` None: it says no value we could write.

    `now` is what the field holds today; `rivals` counts other open suggestions for the same field.
    """

    ref: uuid.UUID
    kind: Kind
    field: str
    old: Any
    new: Any
    now: Any
    said: str
    author: str
    at: datetime
    rivals: int = 0

    @property
    def moved(self) -> bool:
        """Whether somebody changed the field since."""
        return bool(self.old != self.now)


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A listing with something to review: how many suggestions, of which kinds, and since when the oldest waits."""

    service: uuid.UUID
    name: Words
    organization: Words
    open: int
    kinds: tuple[Kind, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class OwnSuggestion:
    """A suggestion as its author sees it, without what the listing held: that may be a reserved address."""

    service: uuid.UUID
    name: Words
    kind: Kind
    field: str
    new: Any
    said: str
    at: datetime
    state: State
    reason: str
    decided_at: datetime | None


class Gap(StrEnum):
    """What a listing lacks, so that whoever calls to verify it knows what to ask."""

    PHONE = "phone"
    HOURS = "hours"
    PLACE = "place"
    DOCUMENTS = "documents"
    METHOD = "method"
    ENGLISH = "english"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many listings wait for who keeps the directory: with something to review, and to be verified again."""

    to_review: int
    to_verify: int


@dataclass(frozen=True, slots=True)
class ToVerify:
    """A listing nobody has verified lately. `used`: referrals sent there within a year."""

    ref: uuid.UUID
    name: Words
    organization: Words
    version: int
    phone: str
    as_of: str
    assured_on: date | None
    used: int
    gaps: tuple[Gap, ...]
    provisional: bool
    missing_on: date | None
    notices: int

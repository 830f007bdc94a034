"""Facts of the households room that travel: a household, its members, who answers for a child, a family to register."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from referral.kernel.partial_dates import PartialDate
from referral.people.facts import NewPerson

MOST_MEMBERS = 15


class Kind(StrEnum):
    """What an adult is to a child she answers for. Each is a code of CHILD_ACCOMPANIMENT."""

    MOTHER = "mother"
    FATHER = "father"
    GUARDIAN = "guardian"
    OTHER_RELATIVE = "other_relative"
    UNRELATED_ADULT = "unrelated_adult"


class Proof(StrEnum):
    """How the desk knows."""

    NONE = "none"
    TOLD = "told"
    DOCUMENT = "document"


class Leaving(StrEnum):
    """Why somebody's time in a household ended."""

    SPLIT = "split"
    JOINED = "joined"  # her household became part of another one
    MOVED = "moved"  # she went alone to another one
    CORRECTED = "corrected"  # the same membership goes on with another relation or head
    MISTAKE = "mistake"
    SAME_PERSON = "same_person"  # two files turned out to be one person


@dataclass(frozen=True, slots=True)
class Guardian:
    """An adult who answers for a child. `person` is None when she is only named on the child's file.

    `ref` is the guardianship's; `here` says that she accompanies the child now.
    """

    ref: uuid.UUID
    child: uuid.UUID
    kind: Kind
    proof: Proof
    person: uuid.UUID | None
    name: str
    phone: str
    note: str
    birth: PartialDate
    here: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household today. `relation`: what she is to the head; empty for the head or when nobody asked.

    `gender`: "women", "men", "other" or "" as she says, else as her document. `minor` None: what is known allows both.
    """

    ref: uuid.UUID
    name: str
    birth: PartialDate
    minor: bool | None
    gender: str
    relation: str
    head: bool
    goes_with: bool
    accompaniment: str
    guardians: tuple[Guardian, ...]
    folio: str | None
    desk: uuid.UUID
    since: datetime


@dataclass(frozen=True, slots=True)
class Household:
    """The people who go together today, the head first, then the oldest."""

    ref: uuid.UUID
    members: tuple[Member, ...]

    @property
    def head(self) -> Member | None:
        """Its head; None when nobody was named."""
        return next((one for one in self.members if one.head), None)

    @property
    def minors(self) -> tuple[Member, ...]:
        """Members who are, or may be, under 18."""
        return tuple(one for one in self.members if one.minor is not False)

    def member(self, person: uuid.UUID) -> Member | None:
        """The member who is this person."""
        return next((one for one in self.members if one.ref == person), None)

    def others(self, person: uuid.UUID) -> tuple[Member, ...]:
        """Everybody but this person."""
        return tuple(one for one in self.members if one.ref != person)


@dataclass(frozen=True, slots=True)
class PastMember:
    """A time in a household that ended."""

    person: uuid.UUID
    name: str
    relation: str
    head: bool
    joined_at: datetime
    left_at: datetime
    because: Leaving


@dataclass(frozen=True, slots=True)
class NewGuardian:
    """An adult to note for a child: a registered `person`, else a `name` with perhaps a `phone`."""

    kind: Kind
    proof: Proof = Proof.TOLD
    person: uuid.UUID | None = None
    name: str = ""
    phone: str = ""
    note: str = ""
    accompanies: bool = True


@dataclass(frozen=True, slots=True)
class NewMember:
    """One row of a family: somebody to register, or `existing`, the ref of a file that is there already."""

    person: NewPerson | None = None
    existing: uuid.UUID | None = None
    relation: str = ""
    goes_with: bool = True


@dataclass(frozen=True, slots=True)
class NewFamily:
    """A family to register, its head first; with `into`, people who join the household of that person instead.

    `partner_is_parent`: the head's children are also those of the head's partner.
    """

    members: tuple[NewMember, ...]
    partner_is_parent: bool = False
    into: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What one member is to a household, for changing all of them at once."""

    person: uuid.UUID
    relation: str = ""
    head: bool = False
    goes_with: bool = True


@dataclass(frozen=True, slots=True)
class NewPlace:
    """Where the people who leave will be; empty parts are left as they are on file. Codes: alcaldias, housing."""

    alcaldia: str = ""
    housing: str = ""
    place: str = ""

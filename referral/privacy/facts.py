"""Facts of the privacy room that travel: what a person may take back, how she said it, what ended with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from referral.consent.facts import BasisLine, Purpose, WrittenLine
from referral.directory.facts import Words
from referral.kernel.clock import local_day
from referral.people.facts import PersonCard
from referral.people.glass_facts import Guarded
from referral.routing.facts import Offer


class SaidBy(StrEnum):
    """How a withdrawal reached the desk."""

    IN_PERSON = "in_person"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Permission:
    """One permission in force. `partner`: the institution's name, None where another desk asks."""

    purpose: Purpose
    organization: uuid.UUID | None
    partner: Words | None
    since: datetime
    expires_on: date | None

    @property
    def code(self) -> str:
        """As a form names it."""
        return self.purpose.value if self.organization is None else f"{self.purpose.value}:{self.organization}"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who takes something back. `own_desk`: her file is at this desk, so that institutions may be named."""

    card: PersonCard
    permissions: tuple[Permission, ...]
    own_desk: bool


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What she takes back and how she said it. `answer`: what she answered on the telephone to show that it is she."""

    permissions: tuple[tuple[Purpose, uuid.UUID | None], ...]
    said_by: SaidBy
    answer: str = ""


@dataclass(slots=True)
class Ended:
    """What ended with the permissions: codes of referrals, how many papers, whether she left the register."""

    referrals: list[str] = field(default_factory=list)
    papers: int = 0
    inscription: bool = False
    sensitive: bool = False
    photos: int = 0


@dataclass(frozen=True, slots=True)
class ShutDoor:
    """A door that a rule shuts, and the written consents that might open it. `rule` is None when none could."""

    card: PersonCard
    offer: Offer
    rule: str | None
    opened: bool
    written: tuple[WrittenLine, ...]


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A written consent that waits for a second person."""

    card: PersonCard
    service: Words
    written: WrittenLine


class GlassReason(StrEnum):
    """Why the reserved part of a file is opened by somebody who does not serve the person."""

    DANGER = "danger"
    ABSENCE = "absence"
    COMPLAINT = "complaint"
    SUPPORT = "support"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class NewOpening:
    """What was said to open it."""

    reason: GlassReason
    words: str


@dataclass(frozen=True, slots=True)
class Reserved:
    """Whose reserved part may be opened, and until when it is open to this account (None: it is closed)."""

    card: PersonCard
    open_until: datetime | None


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """One opening, for the data protection officer: the folio, never the name."""

    ref: uuid.UUID
    person: uuid.UUID
    folio: str | None
    at: datetime
    until: datetime
    staff: uuid.UUID
    staff_name: str
    desk_name: str
    reason: GlassReason
    words: str
    due_on: date
    late: bool
    reviewed_at: datetime | None
    justified: bool | None
    note: str

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day of it in the city."""
        return local_day(self.at), local_day(self.until)


@dataclass(frozen=True, slots=True)
class Protected:
    """Whose protected part is asked for, what came of it, and whether this account has the rest of the file open."""

    card: PersonCard
    broken: bool
    asked: Guarded | None


@dataclass(frozen=True, slots=True)
class GuardedLine:
    """One asking for what is protected, for the second person: the folio, never the name. `own`: she asked herself."""

    ref: uuid.UUID
    person: uuid.UUID
    folio: str | None
    asked_at: datetime
    staff_name: str
    desk_name: str
    words: str
    own: bool
    decided_at: datetime | None
    decided_by: str
    granted: bool | None
    until: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Review:
    """A use of another basis, for the data protection officer: the folio, never the name."""

    use: BasisLine
    folio: str | None
    late: bool

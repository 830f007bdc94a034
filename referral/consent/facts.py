"""Facts of the consent room that travel: purposes, answers, what stands for a person today."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What a person is asked permission for. REFERRAL is asked for one institution at a time."""

    CARE = "care"
    SENSITIVE = "sensitive"
    CONTACT = "contact"
    CERTIFICATE = "certificate"
    STATISTICS = "statistics"
    PHOTO = "photo"
    REFERRAL = "referral"


# The order in which the desk asks; referral is asked where the referral is made, of one institution at a time.
ASKED = (
    Purpose.CARE,
    Purpose.SENSITIVE,
    Purpose.CONTACT,
    Purpose.PHOTO,
    Purpose.CERTIFICATE,
    Purpose.STATISTICS,
)


class Decision(StrEnum):
    """The answer to one question."""

    YES = "yes"
    NO = "no"
    NOT_NOW = "not_now"


class GivenBy(StrEnum):
    """Whose answer it is. A child is heard besides; an office stands in for who has nobody."""

    SELF = "self"
    GUARDIAN = "guardian"
    CHILD_OFFICE = "child_office"


class OtherBasis(StrEnum):
    """What sensitive data may rest on when nobody can be asked. Each use is reviewed by the data protection officer.

    The codes are what people.actions.set_sensitive_basis stores.
    """

    VITAL_INTEREST = "vital_interest"
    EMERGENCY = "emergency"
    CHILD_PROTECTION = "child_protection"


class NoticeChannel(StrEnum):
    """How the privacy notice was given."""

    READ_ALOUD = "read_aloud"
    PRINTED = "printed"
    ON_SCREEN = "on_screen"


@dataclass(frozen=True, slots=True)
class NewDecision:
    """An answer to record. `how`: a code of CONSENT_METHODS, needed for a yes; `language`: a code of LANGUAGES.

    `expires_on` is the last day on which a yes holds; None: until it is taken back. `adult` is who answered for a
    child and `assent` whether the child agreed (None: not asked of her); `witness` who saw a mark or heard a yes.
    `channels` (codes of CONTACT_WAYS) and `hours` say how she wants to be reached, for CONTACT.
    """

    purpose: Purpose
    decision: Decision
    how: str = ""
    language: str = ""
    interpreter: bool = False
    organization: uuid.UUID | None = None
    expires_on: date | None = None
    given_by: GivenBy = GivenBy.SELF
    adult: str = ""
    assent: bool | None = None
    witness: str = ""
    channels: tuple[str, ...] = ()
    hours: str = ""


@dataclass(frozen=True, slots=True)
class ContactTerms:
    """How a person who may be looked for wants that done."""

    channels: tuple[str, ...] = ()
    hours: str = ""


@dataclass(frozen=True, slots=True)
class NewBasis:
    """That sensitive data are kept without her answer: on what, and why in words."""

    basis: OtherBasis
    reason: str


@dataclass(frozen=True, slots=True)
class BasisLine:
    """One use of another basis. `upheld` is None until the data protection officer has looked at it."""

    ref: uuid.UUID
    person: uuid.UUID
    basis: OtherBasis
    reason: str
    at: datetime
    staff_name: str
    desk_name: str
    due_on: date
    reviewed_at: datetime | None
    upheld: bool | None


@dataclass(frozen=True, slots=True)
class NewWritten:
    """An express, written consent to one referral through a door that a rule shuts.

    `seen`: a code of DOCUMENT_SEEN; `reference` says where the signed paper is kept; `reason` why she wants it.
    """

    person: uuid.UUID
    service: uuid.UUID
    organization: uuid.UUID
    rule: str
    seen: str
    reference: str
    reason: str
    expires_on: date


class WrittenState(StrEnum):
    """Where a written consent stands. It opens its door only while it is OPEN, and for one referral."""

    UNCONFIRMED = "unconfirmed"
    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A written consent as its page shows it."""

    ref: uuid.UUID
    person: uuid.UUID
    service: uuid.UUID
    rule: str
    seen: str
    reference: str
    reason: str
    at: datetime
    staff: uuid.UUID | None
    staff_name: str
    confirmed_at: datetime | None
    confirmed_by: str
    used_at: datetime | None
    withdrawn_at: datetime | None
    expires_on: date

    def state(self, today: date) -> WrittenState:
        """What it is worth today."""
        if self.withdrawn_at is not None:
            return WrittenState.WITHDRAWN
        if self.used_at is not None:
            return WrittenState.USED
        if today > self.expires_on:
            return WrittenState.EXPIRED
        return WrittenState.UNCONFIRMED if self.confirmed_at is None else WrittenState.OPEN


@dataclass(frozen=True, slots=True)
class NewNotice:
    """That the notice was given: how, and in what language (a code of LANGUAGES)."""

    channel: NoticeChannel
    language: str = ""
    interpreter: bool = False


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """The last time the notice was given."""

    version: str
    channel: NoticeChannel
    language: str
    interpreter: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer in force for one purpose (and one institution, for referrals)."""

    purpose: Purpose
    organization: uuid.UUID | None
    decision: Decision
    how: str
    language: str
    interpreter: bool
    notice_version: str
    at: datetime
    expires_on: date | None
    withdrawn_at: datetime | None
    given_by: GivenBy = GivenBy.SELF

    def allows(self, today: date) -> bool:
        """A yes that was not taken back and has not run out."""
        ended = self.expires_on is not None and today > self.expires_on
        return self.decision is Decision.YES and self.withdrawn_at is None and not ended


@dataclass(frozen=True, slots=True)
class ConsentState:
    """All that stands for one person. What was never asked is simply not there."""

    notice: NoticeLine | None
    recorded: tuple[Recorded, ...]
    # Services that she asked for in writing and a second person confirmed, not used yet, with the last day of each.
    written: tuple[tuple[uuid.UUID, date], ...] = ()

    def of(self, purpose: Purpose, organization: uuid.UUID | None = None) -> Recorded | None:
        """The answer in force, whatever it is; None when it was never asked."""
        return next((one for one in self.recorded if (one.purpose, one.organization) == (purpose, organization)), None)

    def allows(self, purpose: Purpose, today: date, organization: uuid.UUID | None = None) -> bool:
        """Whether she allows it today."""
        found = self.of(purpose, organization)
        return found is not None and found.allows(today)

    def partners(self) -> tuple[Recorded, ...]:
        """The answers about single institutions, oldest first."""
        return tuple(one for one in self.recorded if one.purpose is Purpose.REFERRAL)

    def opened(self, today: date) -> frozenset[uuid.UUID]:
        """Services whose door a written consent holds open for her today, for one referral each."""
        return frozenset(service for service, last in self.written if last >= today)

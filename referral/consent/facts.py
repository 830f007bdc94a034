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


# The order in which the desk asks; referral is asked where the referral is made, photo when photos exist.
ASKED = (Purpose.CARE, Purpose.SENSITIVE, Purpose.CONTACT, Purpose.CERTIFICATE, Purpose.STATISTICS)


class Decision(StrEnum):
    """The answer to one question."""

    YES = "yes"
    NO = "no"
    NOT_NOW = "not_now"


class NoticeChannel(StrEnum):
    """How the privacy notice was given."""

    READ_ALOUD = "read_aloud"
    PRINTED = "printed"
    ON_SCREEN = "on_screen"


@dataclass(frozen=True, slots=True)
class NewDecision:
    """An answer to record. `how`: a code of CONSENT_METHODS, needed for a yes; `language`: a code of LANGUAGES.

    `expires_on` is the last day on which a yes holds; None: until it is taken back.
    """

    purpose: Purpose
    decision: Decision
    how: str = ""
    language: str = ""
    interpreter: bool = False
    organization: uuid.UUID | None = None
    expires_on: date | None = None


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

    def allows(self, today: date) -> bool:
        """A yes that was not taken back and has not run out."""
        ended = self.expires_on is not None and today > self.expires_on
        return self.decision is Decision.YES and self.withdrawn_at is None and not ended


@dataclass(frozen=True, slots=True)
class ConsentState:
    """All that stands for one person. What was never asked is simply not there."""

    notice: NoticeLine | None
    recorded: tuple[Recorded, ...]

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

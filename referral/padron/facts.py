"""Facts of the padron room that travel: an inscription and what it is worth on a day, its history, its corrections."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate


class InscriptionState(StrEnum):
    """What an inscription is worth on a day."""

    IN_FORCE = "in_force"
    LAPSED = "lapsed"  # its term ran out: it can be renewed, with the same folio
    ENDED = "ended"  # the person left the register


class EndReason(StrEnum):
    """Why a person leaves the register. CARE_WITHDRAWN is never chosen: taking the permission back brings it."""

    LEFT_CITY = "left_city"
    ASKED = "asked"
    DIED = "died"
    DUPLICATE = "duplicate"
    IN_ERROR = "in_error"
    CARE_WITHDRAWN = "care_withdrawn"


class ReopenReason(StrEnum):
    """Why an ended inscription counts again."""

    ENDED_IN_ERROR = "ended_in_error"
    CAME_BACK = "came_back"


class CorrectionReason(StrEnum):
    """Why what the register says of a person is changed."""

    CAPTURE_ERROR = "capture_error"
    DOCUMENT_SHOWN = "document_shown"
    LEGAL_CHANGE = "legal_change"
    PERSON_TOLD = "person_told"


class StepKind(StrEnum):
    """What happened to an inscription."""

    INSCRIBED = "inscribed"
    RENEWED = "renewed"
    CORRECTED = "corrected"
    ENDED = "ended"
    REOPENED = "reopened"


class CorrectedField(StrEnum):
    """What a correction may change: all that the register says of who she is."""

    GIVEN = "given"
    SURNAME1 = "surname1"
    SURNAME2 = "surname2"
    BIRTH = "birth"


@dataclass(frozen=True, slots=True)
class InscriptionLine:
    """A person's inscription. `valid_to` is the last day of its term."""

    ref: uuid.UUID
    person: uuid.UUID
    folio: str
    inscribed_on: date
    desk_name: str
    valid_from: date
    valid_to: date
    ended_on: date | None
    end_reason: EndReason | None = None

    def state(self, today: date) -> InscriptionState:
        """In force through the whole of `valid_to`."""
        if self.ended_on is not None:
            return InscriptionState.ENDED
        return InscriptionState.LAPSED if today > self.valid_to else InscriptionState.IN_FORCE


@dataclass(frozen=True, slots=True)
class Term:
    """The settings an inscription is made with: the folio's mask, its months, and how early it may be renewed."""

    folio_mask: str
    months: int
    renew_from_days: int = 30


@dataclass(frozen=True, slots=True)
class Correction:
    """What the register should say instead, and why. Given names and surnames as on the document."""

    given: str
    surname1: str
    surname2: str
    birth: PartialDate
    reason: CorrectionReason
    note: str = ""

    def names(self, before: PersonNames) -> PersonNames:
        """The names on file with the document's ones replaced."""
        return PersonNames(
            given=self.given,
            surname1=self.surname1,
            surname2=self.surname2,
            chosen=before.chosen,
            others=before.others,
            native=before.native,
        )


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step of an inscription. `reason`: a code of the kind's own list; `changes`: field -> (before, after)."""

    kind: StepKind
    at: datetime
    staff_name: str
    valid_from: date | None
    valid_to: date | None
    reason: str
    note: str
    changes: Mapping[CorrectedField, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What the register is asked for. `month`: the first day of the month in which terms end; `folio`: a part of it."""

    state: InscriptionState | None = None
    folio: str = ""
    month: date | None = None
    until: date | None = None  # terms that end from today to this day


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register, without the name: who may read that, the page says."""

    person: uuid.UUID
    folio: str
    inscribed_on: date
    valid_from: date
    valid_to: date
    ended_on: date | None
    end_reason: EndReason | None
    desk_name: str

    def state(self, today: date) -> InscriptionState:
        """As InscriptionLine.state."""
        if self.ended_on is not None:
            return InscriptionState.ENDED
        return InscriptionState.LAPSED if today > self.valid_to else InscriptionState.IN_FORCE


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """Where a member of her family stands before the register. `missing` and `eligible`: values of padron.rules.

    `adults` are the names of who answers for a child; `within_reach`: her file is at this desk.
    """

    person: uuid.UUID
    name: str
    minor: bool | None
    adults: tuple[str, ...]
    folio: str | None
    missing: tuple[str, ...]
    eligible: str
    within_reach: bool

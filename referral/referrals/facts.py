"""What this room's actions and queries answer, and what its slip says."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from referral.directory.facts import Words


@dataclass(frozen=True, slots=True)
class Phrase:
    """The same words in Spanish and, where the directory has them, in the person's language."""

    es: str
    own: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipFacts:
    """All that the slip may print. No name of the person, need, status or reason: a stranger may read it."""

    code: str  # by which the door finds the referral
    door_name: str
    discreet: bool  # leaves the door's name out, when the name alone would tell what the visit is about
    address: str | None
    directions: Phrase | None
    hours: Phrase | None
    phone: str | None
    appointment: datetime | None  # aware
    bring: tuple[Phrase, ...] | None  # None: not known; empty: nothing is asked for
    after: tuple[str, ...]  # keys of slip_words: what happens once it was sent
    answer_by: date | None
    next_step: Phrase | None  # the same in the door's own words
    desk_name: str
    desk_phone: str | None
    language: str  # code of LANGUAGES
    sample: bool  # a demonstration
    issued_at: datetime  # aware


class Status(StrEnum):
    """States of a referral; which follows which stands in rules/moves.py. Overdue is no state: it follows from the
    due day.
    """

    DRAFT = "draft"
    WAITING = "waiting"  # held at the desk by a step that comes before; nothing was sent
    REQUESTED = "requested"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


TERMINAL = frozenset({Status.REJECTED, Status.COMPLETED, Status.FAILED, Status.CANCELLED, Status.ENTERED_IN_ERROR})
OPEN = frozenset({Status.REQUESTED, Status.RECEIVED, Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD})
UNANSWERED = frozenset({Status.REQUESTED, Status.RECEIVED})  # an acknowledgement is no answer


class Party(StrEnum):
    """Who makes a move: the desk that sent, or the institution that received."""

    DESK = "desk"
    RECEIVER = "receiver"


class ReasonParty(StrEnum):
    """Whose reason it is."""

    PERSON = "person"
    SERVICE = "service"
    DESK = "desk"


class How(StrEnum):
    """How an answer reached the desk; PORTAL when the institution wrote it here itself."""

    PHONE = "phone"
    MAIL = "mail"
    IN_PERSON = "in_person"
    PORTAL = "portal"


class Group(StrEnum):
    """Saved views of the work list."""

    OPEN = "open"
    OVERDUE = "overdue"
    UNANSWERED = "unanswered"
    DRAFTS = "drafts"
    WAITING = "waiting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AnswerDays:
    """Days a partner has to answer, by urgency (from the settings); `promised` by the institution itself, if it is."""

    immediate: int = 1
    urgent: int = 1
    soon: int = 3
    normal: int = 10
    promised: int | None = None


@dataclass(frozen=True, slots=True)
class NewReferral:
    """A referral to prepare. `fields` are codes of rules/packet.py that the partner will see; None for the proposed
    ones.

    `consent` is the person's answer about this partner: yes sends, no and not_now keep a draft. `consent_how` is a
    code of
    CONSENT_METHODS, `language` the one it was asked in. `override_code` (rules/overriding.py) and `override`, in words,
    say why the caseworker goes against what was suggested: a misfit, or a step that comes before.
    """

    person: uuid.UUID
    need: uuid.UUID
    service: uuid.UUID
    consent: str
    consent_how: str = ""
    language: str = ""
    fields: tuple[str, ...] | None = None
    note: str = ""
    override: str = ""
    override_code: str = ""
    interpreter: bool = False
    child_notice: bool = False  # the protection notice of a child alone: it does not wait for an answer
    child_heard: bool = False
    standing: bool = False  # rests on an answer recorded before: for who is referred together with her family
    parting: str = ""  # why only a part of a family goes to a shelter


@dataclass(frozen=True, slots=True)
class Move:
    """One move to make: `reason` a code of rules/reasons.py, `outcome` one of OUTCOMES (completed only), `how` it
    was learnt.
    """

    to: Status
    version: int
    how: How | None = None
    reason: str = ""
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """One referral in a list. `name` is "" where the reader may not know it; a partner reads the name it was sent."""

    ref: uuid.UUID
    code: str
    person: uuid.UUID
    name: str
    need: uuid.UUID
    need_code: str
    category: str
    service: uuid.UUID
    service_name: Words
    organization: uuid.UUID
    organization_name: Words
    status: Status
    urgency: str
    reason: str
    outcome: str
    created_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    due_on: date | None
    overdue: bool
    waits_for: str = ""  # the rule whose step comes before, while WAITING


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One row of the work list: what it shows and no more, for a page holds many. `name` as in ReferralLine."""

    ref: uuid.UUID
    code: str
    name: str
    need_code: str
    service_name: Words
    status: Status
    urgency: str
    reason: str
    outcome: str
    sent_at: datetime | None
    due_on: date | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class EventLine:
    """One step of a referral's story. `note` and `staff_name` are "" where the reader may not know them."""

    at: datetime
    from_status: Status | None
    to_status: Status
    party: Party
    how: How | None
    reason: str
    outcome: str
    note: str
    staff_name: str


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """One referral with its story. `packet` holds what the partner was (or will be) shown, and nothing else of the
    person.

    `reserved`: part of it and the notes are left out, for who oversees the desk; `openable`: she can break the glass.
    """

    line: ReferralLine
    desk: uuid.UUID
    desk_name: str
    staff_name: str
    packet: Mapping[str, Any]
    note: str
    override: str
    override_code: str
    events: tuple[EventLine, ...]
    version: int
    allowed: tuple[Status, ...] = ()
    consented: bool = False
    person_language: str = ""
    basis: str = "consent"  # or "child_protection"
    child_heard: bool = False
    reserved: bool = False
    openable: bool = False


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """What a list is asked for; None or "" means anything. `sent_from` to `sent_to` are days, both included."""

    group: Group | None = None
    organization: uuid.UUID | None = None
    service: uuid.UUID | None = None
    staff: uuid.UUID | None = None
    category: str = ""
    sent_from: date | None = None
    sent_to: date | None = None
    statuses: tuple[Status, ...] = ()
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferralList:
    """One page of the work list; `more` says whether another page follows."""

    lines: tuple[WorkLine, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class OpenCounts:
    """How many referrals within reach stand where."""

    drafts: int = 0
    waiting: int = 0
    open: int = 0
    unanswered: int = 0
    overdue: int = 0

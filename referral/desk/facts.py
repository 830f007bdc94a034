"""What the desk's pages are drawn from: the day's work, one person's file."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from referral.arrival.facts import Alert, AlertOnDesk, ReturnVisit
from referral.certificates.facts import CertificateLine
from referral.certificates.rules import Missing
from referral.consent.facts import ConsentState
from referral.directory.facts import Words
from referral.documents.facts import ScanLine
from referral.households.facts import Household
from referral.needs.facts import NeedLine
from referral.padron.facts import InscriptionLine
from referral.people.facts import PersonName, PersonRecord
from referral.people.glass_facts import Opening
from referral.referrals.facts import OpenCounts, ReferralLine, WorkLine
from referral.visits.facts import VisitLine


@dataclass(frozen=True, slots=True)
class UrgentNeed:
    """A need whose harm does not wait and for which nobody has sent a referral yet."""

    person: PersonName
    code: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Expiring:
    """An inscription whose term ends soon."""

    person: PersonName
    folio: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """A referral whose answer should have come."""

    ref: uuid.UUID
    person: PersonName
    service_name: Words
    due_on: date


@dataclass(frozen=True, slots=True)
class Served:
    """A person and when she was last served."""

    person: PersonName
    at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """What needs this account today, in the order of harm. Lists hold the first few; the counts are of all."""

    counts: OpenCounts
    inbox: tuple[WorkLine, ...] = ()  # what awaits the answer of this account's institution
    urgent: tuple[UrgentNeed, ...] = ()
    urgent_count: int = 0
    late: tuple[LateAnswer, ...] = ()
    expiring: tuple[Expiring, ...] = ()
    expiring_count: int = 0
    alerts: tuple[AlertOnDesk, ...] = ()
    alert_count: int = 0
    recent: tuple[Served, ...] = ()


class Step(StrEnum):
    """What may be the best thing to do next on a file, in the order of harm."""

    CHILD_ALONE = "child_alone"
    URGENT_NEED = "urgent_need"
    NOTICE = "notice"
    LATE = "late"
    NEEDS = "needs"
    DRAFT = "draft"
    OPEN_NEED = "open_need"
    ASK_RESULT = "ask_result"
    INSCRIBE = "inscribe"
    RENEW = "renew"
    CERTIFICATE = "certificate"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step, with the need or the referral it is about and what a constancia still lacks."""

    step: Step
    need: NeedLine | None = None
    referral: ReferralLine | None = None
    missing: tuple[Missing, ...] = ()


class Happening(StrEnum):
    """What may have happened since she was last here."""

    SENT = "sent"
    ANSWERED = "answered"
    CLOSED = "closed"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened to one referral, and when. `at` is the day it fell due for what is late."""

    what: Happening
    on: date
    referral: ReferralLine


@dataclass(frozen=True, slots=True)
class PersonFile:
    """All that the file page shows of one person."""

    record: PersonRecord
    needs: tuple[NeedLine, ...]
    referrals: tuple[ReferralLine, ...]
    consent: ConsentState
    inscription: InscriptionLine | None
    certificates: tuple[CertificateLine, ...]
    missing: tuple[Missing, ...]
    visits: tuple[VisitLine, ...]
    next_step: NextStep
    last_visit: date | None
    news: tuple[News, ...]
    alerts: tuple[Alert, ...]
    today: ReturnVisit
    household: Household | None
    # For who reads only a part of the file (record.reads_protected is False): how many alerts wait in the other part.
    hidden_alerts: int = 0
    openings: tuple[Opening, ...] = ()
    photo: bool = False
    scans: tuple[ScanLine, ...] = ()  # to open from here, for who has broken the glass

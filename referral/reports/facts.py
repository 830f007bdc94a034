"""What the outcomes report is asked and what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from referral.directory.facts import Words
from referral.referrals.facts import ReferralLine


class Grouping(StrEnum):
    """What a line of the report stands for; the value stands in the address of the page."""

    SERVICE = "servicio"
    CATEGORY = "categoria"


class Slice(StrEnum):
    """A number of the report and the list behind it; the value stands in the address of the list.

    SENT = SERVED + UNSERVED + NO_REPLY + OPEN, and ANSWERED = ACCEPTED + REFUSED: labels.DEFINITIONS words each.
    """

    SENT = "enviadas"
    ANSWERED = "contestadas"
    ACCEPTED = "aceptadas"
    REFUSED = "rechazadas"
    SERVED = "atendidas"
    UNSERVED = "sin-servicio"
    NO_REPLY = "sin-respuesta"
    OPEN = "en-curso"


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Mexico City on which referrals were sent, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Asked:
    """A report. The filters narrow it to one institution, service or need category ("" and None: all)."""

    period: Period
    grouping: Grouping = Grouping.SERVICE
    organization: uuid.UUID | None = None
    service: uuid.UUID | None = None
    category: str = ""

    def of_group(self, key: uuid.UUID | str) -> Asked:
        """The same, narrowed to one line of the report."""
        return replace(self, service=key) if isinstance(key, uuid.UUID) else replace(self, category=key)


@dataclass(frozen=True, slots=True)
class ListAsked:
    """The list behind a number; `reason`: a code of referrals' REASONS, only with REFUSED."""

    report: Asked
    slice: Slice = Slice.SENT
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report. `key`: a service, a need category, None for the total. Medians in days, None if empty."""

    key: uuid.UUID | str | None
    name: Words | None
    organization: Words | None
    counts: Mapping[Slice, int]
    answer_days: float | None
    close_days: float | None
    refusals: Mapping[str, int] = field(default_factory=dict)  # by reason

    @property
    def sent(self) -> int:
        return self.counts[Slice.SENT]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The report: lines by number sent, or the first of them, and the total of all."""

    lines: tuple[Line, ...]
    total: Line
    length: int  # how many lines there are


@dataclass(frozen=True, slots=True)
class Listed:
    """One referral behind a number, without the person. `reachable`: the reader may open it."""

    line: ReferralLine
    reachable: bool

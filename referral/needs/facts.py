"""Facts of the needs room that travel: a need to note, a need as noted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NeedStatus(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    REFERRED = "referred"
    MET = "met"
    UNMET = "unmet"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({NeedStatus.OPEN, NeedStatus.REFERRED})  # still asks something of the desk


@dataclass(frozen=True, slots=True)
class NewNeed:
    """A need to note. `code` is of NEEDS; `urgency` of URGENCY_LEVELS, None for the one its list proposes."""

    code: str
    urgency: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class NeedLine:
    """One need of a person. `outcome` is a code of OUTCOMES once a referral or the desk settled it."""

    ref: uuid.UUID
    person: uuid.UUID
    code: str
    category: str
    urgency: str
    status: NeedStatus
    outcome: str | None
    note: str
    raised_at: datetime
    closed_at: datetime | None
    version: int

    @property
    def live(self) -> bool:
        """True while it is open or a referral for it is under way."""
        return self.status in LIVE

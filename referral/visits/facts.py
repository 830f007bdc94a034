"""Facts of the visits room that travel."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VisitReason(StrEnum):
    """Why somebody came."""

    NEED = "need"
    FOLLOW_UP = "follow_up"
    PAPERS = "papers"
    INFORMATION = "information"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NewVisit:
    """An attendance to record. `person` is None for somebody who gave no name; then there is no note either."""

    person: uuid.UUID | None
    reason: VisitReason = VisitReason.FOLLOW_UP
    channel: str = "in_person"  # a code of CHANNELS
    note: str = ""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """An attendance on a person's file."""

    ref: uuid.UUID
    at: datetime
    reason: VisitReason
    channel: str
    desk_name: str
    staff_name: str
    note: str


@dataclass(frozen=True, slots=True)
class VisitRecorded:
    """What recording did. `moved`: the file was another desk's until now."""

    ref: uuid.UUID
    moved: bool

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


class Done(StrEnum):
    """What the desk did in a visit; any number of them."""

    INFORMED = "informed"
    NEEDS_NOTED = "needs_noted"
    REGISTERED = "registered"
    REFERRED = "referred"
    ACCOMPANIED = "accompanied"
    CALLED = "called"
    PRINTED = "printed"
    FOLLOWED_UP = "followed_up"
    INTERPRETED = "interpreted"


class FirstAnswer(StrEnum):
    """What was told to the first questions: alone and under 18, in danger of what, no bed, a medical emergency."""

    ALONE = "alone"
    VIOLENCE = "violence"
    TRAFFICKING = "trafficking"
    THREAT = "threat"
    OTHER_DANGER = "other_danger"
    NO_BED = "no_bed"
    MEDICAL = "medical"


class AgeBand(StrEnum):
    """Age as a glance tells it."""

    UNDER_5 = "0-4"
    FROM_5 = "5-11"
    FROM_12 = "12-17"
    FROM_18 = "18-59"
    FROM_60 = "60+"


@dataclass(frozen=True, slots=True)
class Facets:
    """What may be counted of somebody who gave no name. Codes: sex_document, countries, languages; all may be empty."""

    age: AgeBand | None = None
    sex: str = ""
    nationality: str = ""
    language: str = ""


NO_FACETS = Facets()


@dataclass(frozen=True, slots=True)
class NewVisit:
    """An attendance to record. `person` is None for somebody who gave no name; then there is no note either, and only
    then are there facets."""

    person: uuid.UUID | None
    reason: VisitReason = VisitReason.FOLLOW_UP
    channel: str = "in_person"  # a code of CHANNELS
    note: str = ""
    done: tuple[Done, ...] = ()
    first: tuple[FirstAnswer, ...] = ()
    facets: Facets = NO_FACETS


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
    done: tuple[Done, ...] = ()


@dataclass(frozen=True, slots=True)
class DayLine:
    """An attendance in the day's list. `name` is empty for somebody without a file, and only then there are facets."""

    ref: uuid.UUID
    at: datetime
    reason: VisitReason
    channel: str
    done: tuple[Done, ...]
    person: uuid.UUID | None
    name: str
    staff_name: str
    facets: Facets


@dataclass(frozen=True, slots=True)
class DayPage:
    """One page of the day's visits, newest first. `has_more`: a further page exists."""

    lines: tuple[DayLine, ...]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class VisitRecorded:
    """What recording did. `moved`: the file was another desk's until now."""

    ref: uuid.UUID
    moved: bool

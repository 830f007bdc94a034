"""Facts of the demonstration: what is asked for, who comes, what they want, what becomes of each referral."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from referral.people.facts import HealthFacts, MobilityFacts, NewDocument, NewPerson


@dataclass(frozen=True, slots=True)
class Recipe:
    """A demonstration to make. `until` is its present (aware): the year before it is filled."""

    until: datetime
    people: int = 300
    referrals: int = 900
    days: int = 400
    seed: int = 20


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person says when asked: a code of Decision for each question of the desk."""

    care: str = "yes"
    sensitive: str = "yes"
    contact: str = "yes"
    certificate: str = "yes"
    statistics: str = "yes"
    referral: str = "yes"
    how: str = "signed"


@dataclass(frozen=True, slots=True)
class Guest:
    """One invented person and what she will do at the window.

    `desk`: 0 or 1, where she arrives; `moves_desk`: her second visit is to the other one. `wants`: codes of NEEDS with
    the day after arrival on which she tells them. `papers_now` are on her, `papers_later` she brings the second time.
    """

    new: NewPerson
    arrives: datetime
    desk: int
    language: str
    mobility: MobilityFacts
    health: HealthFacts
    answers: Answers
    wants: tuple[tuple[str, int], ...]
    papers_now: tuple[NewDocument, ...] = ()
    papers_later: tuple[NewDocument, ...] = ()
    note: str = ""
    moves_desk: bool = False
    inscribes: bool = True
    withdraws: str = ""  # a Purpose she takes back some weeks later
    household: int = 0


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a referral, `low` to `high` days after the one before. Codes as in referrals.facts.Move."""

    to: str
    low: float
    high: float
    reason: str = ""
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a referral once sent. `weight`: how often among the others."""

    name: str
    weight: int
    hops: tuple[Hop, ...]


@dataclass(slots=True)
class Told:
    """What was made, counted while it is made."""

    people: int = 0
    needs: int = 0
    referrals: int = 0
    drafts: int = 0
    moves: int = 0
    inscriptions: int = 0
    certificates: int = 0
    gaps: int = 0
    twice: int = 0  # pairs of files that are one person
    fates: dict[str, int] = field(default_factory=dict)

"""What the itinerary may print: nothing of the person, nor of why she goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from referral.referrals.facts import Phrase


@dataclass(frozen=True, slots=True)
class Bring:
    """Something to bring. `has`: a paper on her file will do for it; None when the file cannot tell."""

    words: Phrase
    has: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One door. `name` is "" where a stranger must not read it: the paper then says only which visit it is."""

    code: str
    name: str
    address: str
    directions: Phrase | None
    hours: Phrase | None
    phone: str
    bring: tuple[Bring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItineraryFacts:
    """All that the itinerary may print: no name of the person, need, status or reason."""

    stops: tuple[Stop, ...]
    desk_name: str
    language: str  # code of LANGUAGES
    checked: bool  # a native speaker has read the sentences of that language
    sample: bool
    issued_at: datetime  # aware

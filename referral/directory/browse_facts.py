"""Facts of looking for a door: what is asked, what was found, a line of the list. Made by browsing, shown by views."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from referral.directory.facts import PROVISIONAL, PlaceFact, Referrable, ScheduleFact, Words
from referral.directory.rules.hours import DoorState, Opening

EVERYWHERE = -1  # kilometres: nearest first, however far


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is asked for; empty means anything.

    `need` is a need code or a category. `within` are kilometres from the middle of `alcaldia`: 0 is only there,
    EVERYWHERE puts the nearest first. `accessible` wants something noted of how a place can be reached and used, good
    or bad: people read what it says. `public` leaves out what nobody outside the desk may see.
    """

    text: str = ""
    need: str = ""
    alcaldia: str = ""
    within: int = 0
    language: str = ""
    age: int | None = None
    accessible: bool = False
    open_now: bool = False
    referrable_only: bool = True
    public: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether something is asked that the first line of filters does not show."""
        return bool(self.within or self.language or self.age is not None or self.accessible or not self.referrable_only)


@dataclass(frozen=True, slots=True)
class Hours:
    """All that is known of when a door is open: rules, and what the source says in words only."""

    openings: tuple[Opening, ...] = ()
    said: tuple[str, ...] = ()
    demo: bool = False

    @property
    def weekly(self) -> tuple[ScheduleFact, ...]:
        """The rules that can be said in one line: the same each week, without an end, and not a day off."""
        return tuple(
            ScheduleFact(one.byday, one.opens_at, one.closes_at, self.demo)
            for one in self.openings
            if one.freq == "WEEKLY"
            and one.byday
            and one.opens_at
            and one.closes_at
            and not one.closed
            and one.interval <= 1
            and not (one.valid_from or one.valid_to or one.until)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Which services answer, in order: their raw ids as the driver gives them.

    `kilometres` by id where distance is asked. `counts` holds how many services each alcaldía has, whichever one is
    asked for; `nowhere` how many name none; `hours` those that had to be read to find them.
    """

    order: tuple[object, ...]
    kilometres: Mapping[object, int]
    counts: Mapping[str, int]
    nowhere: int
    hours: Mapping[object, Hours] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def total(self) -> int:
        """How many answer."""
        return len(self.order)


@dataclass(frozen=True, slots=True)
class DoorLine:
    """One service of the list with what one asks first: where, when, how to call, how sure the desk is.

    `places` leaves out the ones that are kept confidential; `confidential` says that there is nothing else.
    """

    ref: uuid.UUID
    name: Words
    organization: Words
    gives: Words
    serves: Words
    bring: Words
    documents: tuple[tuple[str, ...], ...]  # groups of which any one will do, as Requirements has them
    kind: str
    referrable: Referrable
    as_of: str
    assured_on: date | None
    source: str
    phone: str
    languages: tuple[str, ...]
    places: tuple[PlaceFact, ...]
    confidential: bool
    kilometres: int | None
    hours: Hours
    door: DoorState
    stale: bool = False  # verified by nobody for longer than the installation allows, or never

    @property
    def provisional(self) -> bool:
        """Added at a desk and reviewed by nobody yet."""
        return self.source == PROVISIONAL

    @property
    def access(self) -> tuple[str, ...]:
        """What is noted of how its places can be reached and used, each once."""
        return tuple(dict.fromkeys(said for place in self.places for said in place.access))

    @property
    def alcaldias(self) -> tuple[str, ...]:
        """Where it is given, each alcaldía once."""
        return tuple(dict.fromkeys(place.alcaldia for place in self.places if place.alcaldia))

    @property
    def demo(self) -> bool:
        """Whether its place or hours are invented."""
        return self.hours.demo or any(place.demo for place in self.places)

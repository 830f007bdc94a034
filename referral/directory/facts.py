"""Facts of the directory that travel: what routing weighs, what the pages show, what a load did."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

PROVISIONAL = "provisional"  # the source of an entry made at a desk that nobody has reviewed yet


class Referrable(StrEnum):
    """Whether people may be sent there, as the source says."""

    YES = "yes"
    VERIFY = "verify"
    CONDITIONAL = "conditional"
    HOST = "host"
    NO = "no"


class NeedMatch(StrEnum):
    """How closely a service's needs name the one asked for."""

    EXACT = "exact"
    CATEGORY = "category"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    es: str
    en: str

    def label(self, locale: str) -> str:
        """English for an English locale, else Spanish."""
        return self.en if locale.startswith("en") else self.es


@dataclass(frozen=True, slots=True)
class Requirements:
    """Who a service takes. Empty means it does not ask.

    `profiles` or one circumstance of `also` suffices; every code of `conditions` is needed; `documents` holds groups,
    each satisfied by any of its codes (or sets, see rules.DOCUMENT_SETS); `takes` says whom a shelter receives.
    """

    age_min: int | None = None
    age_max: int | None = None
    gender: str = "any"
    nationality: str = "any"
    profiles: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    lives_in_city: bool = False
    documents: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """One service as routing weighs it. `acceptance` (0 to 1) comes from the loop, None while nothing is known."""

    ref: uuid.UUID
    key: str
    name: Words
    organization: Words
    organization_ref: uuid.UUID
    gives: Words
    kind: str
    referrable: Referrable
    needs: frozenset[str]
    requirements: Requirements
    alcaldias: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    phone: str = ""
    as_of: str = ""
    assured_on: date | None = None
    confidential: bool = False
    acceptance: float | None = None
    provisional: bool = False  # added at a desk and reviewed by nobody yet
    answer_days: int | None = None  # working days in which they promise to answer
    # The number of what routing judges a listing by: services that share one are judged once. 0: not compared.
    likeness: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PhoneFact:
    """A number people can call. `demo` marks an invented one."""

    number: str
    demo: bool


@dataclass(frozen=True, slots=True)
class ScheduleFact:
    """Weekly hours: `byday` as in iCal ("MO,TU"), times as "09:00". `demo` marks invented ones."""

    byday: str
    opens_at: str
    closes_at: str
    demo: bool


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """Where a service is given. A confidential place carries no address.

    `access`: what is noted of how people with disabilities reach and use it, good or bad; empty when nobody noted it.
    """

    alcaldia: str
    description: Words
    address: str
    demo: bool
    confidential: bool
    access: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServicePage:
    """Everything the page of one service shows.

    `asks` and `hours_in_words` are texts that no code says: documents and hours as the source words them. `missing_on`
    is the day on which its source no longer had it.
    """

    facts: ServiceFacts
    status: str
    serves: Words
    bring: Words
    note: Words
    since: str
    source: str
    phones: tuple[PhoneFact, ...]
    schedules: tuple[ScheduleFact, ...]
    places: tuple[PlaceFact, ...]
    asks: tuple[str, ...] = ()
    hours_in_words: tuple[str, ...] = ()
    missing_on: date | None = None
    assured_by: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading the catalogue did to services."""

    added: int
    changed: int
    unchanged: int

    @property
    def total(self) -> int:
        """Services in the catalogue."""
        return self.added + self.changed + self.unchanged

"""Facts of routing: what is known of a person, the need, and the offers that come out with reasons and arithmetic."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Generic, TypeAlias, TypeVar

from referral.directory.facts import ServiceFacts
from referral.kernel.partial_dates import AgeRange

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A fact the desk has."""

    value: T


class Missing(Enum):
    """A fact the desk does not have. Neither kind ever counts against the person."""

    UNKNOWN = "unknown"
    REFUSED = "refused"


Fact: TypeAlias = Known[T] | Missing
UNKNOWN = Missing.UNKNOWN
REFUSED = Missing.REFUSED


# Among somebody's groups: the others were not asked about, so none of them can be ruled out.
GROUPS_OPEN = "UNKNOWN"


class Circumstance(StrEnum):
    """Things that may be so of a person and that rules or services ask about."""

    FEARS_RETURN = "FEARS_RETURN"
    TRAFFICKING = "TRAFFICKING"
    GENDER_VIOLENCE = "GENDER_VIOLENCE"
    TORTURE = "TORTURE"
    CRIME_VICTIM = "CRIME_VICTIM"
    RELATIVE_MISSING = "RELATIVE_MISSING"
    DISCRIMINATED = "DISCRIMINATED"
    SERVICE_REFUSED = "SERVICE_REFUSED"
    DETAINED = "DETAINED"
    LOST_FORMAL_JOB = "LOST_FORMAL_JOB"
    REGULAR_STAY = "REGULAR_STAY"
    FORMAL_JOB = "FORMAL_JOB"
    SOCIAL_SECURITY = "SOCIAL_SECURITY"
    OWN_BUSINESS = "OWN_BUSINESS"
    CARD_EXPIRING = "CARD_EXPIRING"


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What routing may know of a person; leave out what was not asked.

    `gender` is "women", "men" or "other", as the person says, else as on the document. `companions` are the people she
    must not be separated from ("women", "men", "children"; an empty set: alone). `accompaniment` is a code of
    CHILD_ACCOMPANIMENT. `documents` are those held, once asked. `consents` are keys of services for which an express,
    written consent to this very referral is on record.
    """

    age: Fact[AgeRange] = UNKNOWN
    gender: Fact[str] = UNKNOWN
    profiles: Fact[frozenset[str]] = UNKNOWN
    nationalities: Fact[frozenset[str]] = UNKNOWN
    alcaldia: Fact[str] = UNKNOWN
    lives_in_city: Fact[bool] = UNKNOWN
    documents: Fact[frozenset[str]] = UNKNOWN
    has_curp: Fact[bool] = UNKNOWN
    accompaniment: Fact[str] = UNKNOWN
    companions: Fact[frozenset[str]] = UNKNOWN
    language: Fact[str] = UNKNOWN
    reads: Fact[str] = UNKNOWN
    groups: Fact[frozenset[str]] = UNKNOWN
    circumstances: Mapping[Circumstance, Fact[bool]] = field(default_factory=lambda: MappingProxyType({}))
    consents: frozenset[str] = frozenset()

    def circumstance(self, which: Circumstance) -> Fact[bool]:
        """Whether something is so of the person."""
        return self.circumstances.get(which, UNKNOWN)


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """The need offers are sought for; `urgency` is a code of URGENCY_LEVELS."""

    code: str
    urgency: str = "normal"


class Verdict(StrEnum):
    """Best first."""

    FITS = "fits"
    FITS_IF = "fits_if"
    DOES_NOT_FIT = "does_not_fit"
    BLOCKED = "blocked"


class Polarity(StrEnum):
    """What a reason does: speaks for, must be confirmed, is lacking but can be got, speaks against, blocks, informs."""

    FOR = "for"
    CONFIRM = "confirm"
    LACKS = "lacks"
    AGAINST = "against"
    BLOCK = "block"
    NOTE = "note"


class ReasonCode(StrEnum):
    """Why a service fits or not; worded in labels.REASONS."""

    NAMED_BY_RULE = "named_by_rule"
    FIRST_STEP = "first_step"
    ASKS_NOTHING = "asks_nothing"
    AGE_FITS = "age_fits"
    HAS_DOCUMENT = "has_document"
    SERVES_PROFILE = "serves_profile"
    CONSENT_RECORDED = "consent_recorded"
    CONFIRM_AGE = "confirm_age"
    CONFIRM_FACT = "confirm_fact"
    CONFIRM_DOCUMENT = "confirm_document"
    CONFIRM_RULE = "confirm_rule"
    AFTER_DOORS = "after_doors"
    LACKS_DOCUMENT = "lacks_document"
    LACKS_CONDITION = "lacks_condition"
    TOO_OLD = "too_old"
    TOO_YOUNG = "too_young"
    WOMEN_ONLY = "women_only"
    MEN_ONLY = "men_only"
    MEXICANS_ONLY = "mexicans_only"
    FOREIGNERS_ONLY = "foreigners_only"
    OTHER_PROFILES = "other_profiles"
    OTHER_GROUPS = "other_groups"
    OUTSIDE_CITY = "outside_city"
    NOT_TAKEN = "not_taken"
    BLOCKED_BY_RULE = "blocked_by_rule"
    VERIFY_LISTING = "verify_listing"
    OWN_DESK = "own_desk"


class FactName(StrEnum):
    """The facts a reason can ask to confirm; worded in labels.FACTS, circumstances in labels.CIRCUMSTANCES."""

    AGE = "age"
    GENDER = "gender"
    PROFILE = "profile"
    NATIONALITY = "nationality"
    CITY = "city"
    DOCUMENTS = "documents"
    CURP = "curp"
    ACCOMPANIMENT = "accompaniment"
    COMPANIONS = "companions"
    LANGUAGE = "language"
    READING = "reading"
    GROUPS = "groups"


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its values: numbers, rule ids, tuples of codes. `refused` marks what the person kept to herself."""

    code: ReasonCode
    polarity: Polarity
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def value(self, name: str) -> object:
        """One value; KeyError when this code does not carry it."""
        return self.values[name]


class Criterion(StrEnum):
    """A line of the arithmetic."""

    RULE = "rule"
    NEED = "need"
    RIGHT_NOW = "right_now"
    DISTANCE = "distance"
    LANGUAGE = "language"
    LISTING = "listing"
    FRESHNESS = "freshness"
    OPEN_NOW = "open_now"
    CAPACITY = "capacity"
    FULL = "full"
    NO_ANSWERS = "no_answers"
    ANSWER_DAYS = "answer_days"
    ACCEPTANCE = "acceptance"
    DOUBTS = "doubts"
    OWN_DESK = "own_desk"


@dataclass(frozen=True, slots=True)
class Track:
    """How a service answered what it was sent lately: of how many answers how many were a yes, and the median days.

    A door that let the term pass without a word counts as an answer that was no.
    """

    answers: int = 0
    accepted: int = 0
    days: float | None = None


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a service today, besides its listing. `free`: places as last told, None when nobody told."""

    open_now: bool | None = None
    free: float | None = None
    track: Track | None = None  # None: nothing was learnt of any service yet


@dataclass(frozen=True, slots=True)
class Learned:
    """The loop of the last months: the tracks by service, and the mean of all of them."""

    tracks: Mapping[uuid.UUID, Track]
    mean: Track

    def track(self, service: uuid.UUID) -> Track | None:
        """That of one service; an empty one for a service without answers, None while there are no answers at all."""
        return self.tracks.get(service, Track()) if self.mean.answers else None


@dataclass(frozen=True, slots=True)
class RankLine:
    """Points for one criterion; `detail` is a rule id, whole kilometres or a percentage."""

    criterion: Criterion
    points: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One service for one need: verdict, reasons in reading order, and why it stands where it stands."""

    service: ServiceFacts
    verdict: Verdict
    reasons: tuple[Reason, ...]
    arithmetic: tuple[RankLine, ...]
    waits_for: str = ""  # the rule whose step comes before this door can serve

    @property
    def service_ref(self) -> uuid.UUID:
        """The service's ref."""
        return self.service.ref

    @property
    def points(self) -> int:
        """The sum of the arithmetic."""
        return sum(line.points for line in self.arithmetic)


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A rule that applies and has something to tell the caseworker, whatever door is chosen."""

    rule: str
    kind: str
    urgency: str
    opens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """The whole answer. `gap` says that no door outside the desk is open for this need: count it."""

    offers: tuple[Offer, ...]
    notes: tuple[RuleNote, ...]
    gap: bool


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A step that comes before: papers of which any will do (none: a circumstance), and the needs by which it is got.

    `known`: somebody knows whether she has it.
    """

    papers: tuple[str, ...]
    needs: tuple[str, ...]
    done: bool
    known: bool = True


@dataclass(frozen=True, slots=True)
class PaperWorth:
    """A missing paper: the doors it would open by itself, by need, and the needs by which it is got."""

    paper: str
    opens: tuple[tuple[str, tuple[Offer, ...]], ...]
    got_by: tuple[str, ...]

    @property
    def doors(self) -> int:
        """How many services it opens, each counted once."""
        return len({offer.service.key for _need, offers in self.opens for offer in offers})


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of the ranking, in whole numbers that can be added by hand. Within a verdict, more points come first."""

    first_step: int = 300
    rule_first: int = 200
    rule_step: int = 20
    exact_need: int = 30
    category_need: int = 10
    right_now: int = 10
    same_alcaldia: int = 15
    language: int = 8
    listing_yes: int = 6
    verified: int = 10
    verified_once: int = 5
    old_source_per_year: int = 1
    old_source_most: int = 5
    acceptance: int = 20
    answer_days: int = 6
    few_answers: int = 10  # so many answers weigh as much as the mean of all services
    open_now: int = 6
    capacity: int = 4
    full: int = 12
    doubt: int = 4
    own_desk: int = 40

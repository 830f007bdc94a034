"""Priority groups that the file tells without asking, each with what tells it. Pure; for the groups page and routing.

A group that only the person can name (belonging, violence) is never guessed here, whatever else the file says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from referral.kernel.partial_dates import ADULT_AGE, AgeRange
from referral.people.facts import PersonRecord

YOUNG = (12, 29)  # both ends; the city's practice, to be confirmed by the legal area
OLDER_FROM = 60
GREAT_DIFFICULTY = frozenset({"much", "cannot"})
# These say that somebody was served, not that she is on the move herself.
_NOT_MOVING = frozenset({"FAMILY_OF_ABROAD", "NATIVE_ABROAD", "UNKNOWN"})
_PLACED = frozenset({"shelter", "institution"})


class Source(StrEnum):
    """What a derived group follows from."""

    GENDER = "gender"
    SEX_ON_DOCUMENT = "sex_on_document"
    AGE = "age"
    PROFILE = "profile"
    HOUSING = "housing"
    FUNCTIONS = "functions"
    INDIGENOUS = "indigenous"


@dataclass(frozen=True, slots=True)
class DerivedGroup:
    """A code of PRIORITY_GROUPS that need not be asked."""

    code: str
    source: Source


def derived_groups(record: PersonRecord, today: date) -> tuple[DerivedGroup, ...]:
    """In the order of the law. What is not certain (an age that may be either) is left out."""
    return tuple(DerivedGroup(code, source) for code, source in _derive(record, today))


def groups_of(record: PersonRecord, today: date) -> frozenset[str]:
    """Codes of all her groups, derived and told."""
    return frozenset(one.code for one in derived_groups(record, today)).union(record.protected.groups)


def _derive(record: PersonRecord, today: date) -> Iterator[tuple[str, Source]]:
    if (woman := _woman(record)) is not None:
        yield "MUJERES", woman
    yield from ((code, Source.AGE) for code in _by_age(record.identity.birth.age_on(today)))
    if any(one.level in GREAT_DIFFICULTY for one in record.health.functions) or record.health.difficulties:
        yield "DISCAPACIDAD", Source.FUNCTIONS
    if not _NOT_MOVING.issuperset(record.mobility.profiles):
        yield "MIGRANTES", Source.PROFILE
    if record.contact.housing == "street":
        yield "CALLE", Source.HOUSING
    if record.contact.housing in _PLACED:
        yield "ASIST_SOCIAL", Source.HOUSING
    if record.protected.indigenous:
        yield "INDIGENA", Source.INDIGENOUS


def _by_age(ages: AgeRange | None) -> Iterator[str]:
    if ages is None:
        return
    if ages.high < ADULT_AGE:
        yield "NNA"
    if YOUNG[0] <= ages.low and ages.high <= YOUNG[1]:
        yield "JOVENES"
    if ages.low >= OLDER_FROM:
        yield "MAYORES"


def _woman(record: PersonRecord) -> Source | None:
    """What she says of herself comes before any paper; another answer than "woman" is an answer too."""
    said = record.protected.gender_identity
    if said and said != "not_said":
        return Source.GENDER if said == "woman" else None
    if record.identity.pronouns:
        return Source.GENDER if record.identity.pronouns == "ella" else None
    return Source.SEX_ON_DOCUMENT if record.identity.sex_document == "M" else None

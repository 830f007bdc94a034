"""Does a service take this person? One reason per requirement that decides, doubts or lacks; used by offers.

An unknown fact is never "not eligible": it becomes something to confirm. What can still be got (a paper, a regular
stay) is lacking, not against.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from referral.directory.facts import Requirements
from referral.directory.rules.listings import documents_of
from referral.routing.facts import (
    GROUPS_OPEN,
    UNKNOWN,
    Circumstance,
    Fact,
    FactName,
    Known,
    Missing,
    NeedFacts,
    PersonFacts,
    Polarity,
    Reason,
    ReasonCode,
)
from referral.routing.rules.truth import Truth, age_between, foreign, holds_any, mexican, of_fact


def reason(code: ReasonCode, polarity: Polarity, **values: object) -> Reason:
    """A reason with read-only values."""
    return Reason(code, polarity, MappingProxyType(values))


def eligibility(person: PersonFacts, need: NeedFacts, asks: Requirements) -> tuple[Reason, ...]:
    """Reasons for and against this person, in the order a caseworker would ask."""
    found = [
        *_age(person, asks),
        *_gender(person, asks),
        *_nationality(person, asks),
        *_profiles(person, asks),
        *_groups(person, asks),
        *_city(person, asks),
        *(_household(person, asks) if need.code.startswith("SHELTER_") else ()),
        *_conditions(person, asks),
        *_documents(person, asks),
    ]
    if not found and asks == Requirements():
        found.append(reason(ReasonCode.ASKS_NOTHING, Polarity.FOR))
    return tuple(found)


def confirm(fact: Fact[object] | Fact[bool] | Fact[str] | Fact[frozenset[str]], name: str, **values: object) -> Reason:
    """Something to confirm, marked when the person preferred not to say it."""
    return reason(ReasonCode.CONFIRM_FACT, Polarity.CONFIRM, fact=name, refused=fact is Missing.REFUSED, **values)


def _age(person: PersonFacts, asks: Requirements) -> Iterator[Reason]:
    low, high = asks.age_min, asks.age_max
    if low is None and high is None:
        return
    truth = age_between(person.age, low, high)
    if truth is Truth.YES:
        yield reason(ReasonCode.AGE_FITS, Polarity.FOR, low=low, high=high)
    elif truth is Truth.UNKNOWN:
        refused = person.age is Missing.REFUSED
        yield reason(ReasonCode.CONFIRM_AGE, Polarity.CONFIRM, low=low, high=high, refused=refused)
    elif age_between(person.age, low, None) is Truth.NO:
        yield reason(ReasonCode.TOO_YOUNG, Polarity.AGAINST, low=low)
    else:
        yield reason(ReasonCode.TOO_OLD, Polarity.AGAINST, high=high)


def _gender(person: PersonFacts, asks: Requirements) -> Iterator[Reason]:
    if asks.gender == "any" or (isinstance(person.gender, Known) and person.gender.value == asks.gender):
        return
    if isinstance(person.gender, Missing) or person.gender.value == "other":
        yield confirm(person.gender, FactName.GENDER, only=asks.gender)
        return
    code = ReasonCode.WOMEN_ONLY if asks.gender == "women" else ReasonCode.MEN_ONLY
    yield reason(code, Polarity.AGAINST)


def _nationality(person: PersonFacts, asks: Requirements) -> Iterator[Reason]:
    if asks.nationality == "any":
        return
    wants_mexican = asks.nationality == "mexican"
    truth = mexican(person.nationalities) if wants_mexican else foreign(person.nationalities)
    if truth is Truth.UNKNOWN:
        yield confirm(person.nationalities, FactName.NATIONALITY)
    elif truth is Truth.NO:
        code = ReasonCode.MEXICANS_ONLY if wants_mexican else ReasonCode.FOREIGNERS_ONLY
        yield reason(code, Polarity.AGAINST)


def _profiles(person: PersonFacts, asks: Requirements) -> Iterator[Reason]:
    if not asks.profiles:
        return
    held = person.profiles.value if isinstance(person.profiles, Known) else frozenset()
    if shared := tuple(code for code in asks.profiles if code in held):
        yield reason(ReasonCode.SERVES_PROFILE, Polarity.FOR, profiles=shared)
        return
    also = {name: of_fact(person.circumstance(Circumstance(name))) for name in asks.also}
    if Truth.YES in also.values():
        return
    if isinstance(person.profiles, Missing) or "UNKNOWN" in held:
        yield confirm(person.profiles, FactName.PROFILE, profiles=asks.profiles)
    elif open_facts := [name for name, truth in also.items() if truth is Truth.UNKNOWN]:
        yield confirm(person.circumstance(Circumstance(open_facts[0])), open_facts[0])
    else:
        yield reason(ReasonCode.OTHER_PROFILES, Polarity.AGAINST, profiles=asks.profiles)


def _groups(person: PersonFacts, asks: Requirements) -> Iterator[Reason]:
    if not asks.groups:
        return
    if isinstance(person.groups, Missing):
        yield confirm(person.groups, FactName.GROUPS, groups=asks.groups)
    elif person.groups.value.intersection(asks.groups):
        return
    elif GROUPS_OPEN in person.groups.value:
        yield confirm(UNKNOWN, FactName.GROUPS, groups=asks.groups)
    else:
        yield reason(ReasonCode.OTHER_GROUPS, Polarity.AGAINST, groups=asks.groups)


def _city(person: PersonFacts, asks: Requirements) -> Iterator[Reason]:
    if not asks.lives_in_city:
        return
    truth = of_fact(person.lives_in_city)
    if truth is Truth.UNKNOWN:
        yield confirm(person.lives_in_city, FactName.CITY)
    elif truth is Truth.NO:
        yield reason(ReasonCode.OUTSIDE_CITY, Polarity.AGAINST)


def _household(person: PersonFacts, asks: Requirements) -> Iterator[Reason]:
    """A shelter must take everybody who is together; a family is never split."""
    if not asks.takes:
        return
    takes = frozenset(asks.takes)
    own = _own_kind(person)
    companions = person.companions
    if isinstance(companions, Missing) and person.accompaniment == Known("alone"):
        companions = Known(frozenset())
    together = companions.value if isinstance(companions, Known) else frozenset()
    if "families" in takes and (together or own in takes):
        return  # whoever she is with, or nobody: both are taken
    refused = not together <= takes or (own is not None and own not in takes)
    if isinstance(companions, Missing) and "families" in takes:
        refused = False
    if refused:
        yield reason(ReasonCode.NOT_TAKEN, Polarity.AGAINST, takes=asks.takes, family=bool(together))
    elif own is None:
        yield confirm(person.gender, FactName.GENDER, takes=asks.takes)
    elif isinstance(companions, Missing):
        yield confirm(companions, FactName.COMPANIONS, takes=asks.takes)


def _own_kind(person: PersonFacts) -> str | None:
    minor = age_between(person.age, 0, 17)
    if minor is Truth.YES:
        return "children"
    if minor is Truth.UNKNOWN or isinstance(person.gender, Missing) or person.gender.value == "other":
        return None
    return person.gender.value


def _conditions(person: PersonFacts, asks: Requirements) -> Iterator[Reason]:
    for name in asks.conditions:
        fact = person.circumstance(Circumstance(name))
        truth = of_fact(fact)
        if truth is Truth.UNKNOWN:
            yield confirm(fact, name)
        elif truth is Truth.NO:
            yield reason(ReasonCode.LACKS_CONDITION, Polarity.LACKS, condition=name)


def _documents(person: PersonFacts, asks: Requirements) -> Iterator[Reason]:
    for group in asks.documents:
        codes = frozenset[str]().union(*(documents_of(name) for name in group))
        truth = holds_any(person, codes)
        if truth is Truth.YES:
            held = person.documents.value if isinstance(person.documents, Known) else frozenset()
            shown = next(iter(sorted(codes & held)), "CURP")
            yield reason(ReasonCode.HAS_DOCUMENT, Polarity.FOR, document=shown)
        elif truth is Truth.NO:
            yield reason(ReasonCode.LACKS_DOCUMENT, Polarity.LACKS, documents=group)
        else:
            refused = person.documents is Missing.REFUSED
            yield reason(ReasonCode.CONFIRM_DOCUMENT, Polarity.CONFIRM, documents=group, refused=refused)

"""Whom a child is with (rules R01 and R02 read it) and whom a person must not be separated from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from referral.households.facts import Guardian, Household, Kind, Member
from referral.households.rules.guardians import PARENTS
from referral.households.rules.reasons import Doubt
from referral.households.rules.relations import guardian_kind

ALONE = "alone"
BOTH = "both"
_ORDER = (Kind.MOTHER, Kind.FATHER, Kind.GUARDIAN, Kind.OTHER_RELATIVE, Kind.UNRELATED_ADULT)


def accompaniment_of(
    child: Member, household: Household | None, guardianships: Sequence[Guardian], today: date
) -> str | None:
    """A code of CHILD_ACCOMPANIMENT; None when she is an adult or it cannot be told and has to be asked.

    Who answers for her and is here says it. Without such a person the members say it, as far as their relation to the
    head goes; among members who are all certainly under 18 she is alone. An age nobody knows never makes her alone.
    """
    if child.birth.is_minor(today) is False:
        return None
    kinds = {one.kind for one in guardianships if _answers_here(one, household, today)}
    if kinds >= PARENTS:
        return BOTH
    if kinds:
        return next(kind.value for kind in _ORDER if kind in kinds)
    together = [one for one in household.others(child.ref) if one.goes_with] if household and child.goes_with else []
    if household is None or not together:
        return None
    if all(one.minor for one in together):
        return ALONE if child.minor else None
    return _through_head(child, household, together)


def company_to_write(recorded: str, told: str | None, household: Household | None) -> str | None:
    """What goes on the child's file. Both parents, once recorded, stay both while a partner of the head goes along."""
    partner = household is not None and any(one.relation == "partner" and one.goes_with for one in household.members)
    if recorded == BOTH and told in {Kind.MOTHER, Kind.FATHER} and partner:
        return recorded
    return told


def companions(person: Member, household: Household) -> frozenset[str] | None:
    """Kinds of people she must not be separated from: "women", "men", "children". None when one cannot be told."""
    kinds = set()
    for one in household.others(person.ref):
        if not (one.goes_with and person.goes_with):
            continue
        kind = "children" if one.minor else one.gender
        if one.minor is None or kind not in {"women", "men", "children"}:
            return None
        kinds.add(kind)
    return frozenset(kinds)


def household_doubts(household: Household, today: date) -> tuple[Doubt, ...]:
    """What a family's page tells: children without an adult, with a stranger, or nobody knows with whom."""
    found = []
    for child in household.minors:
        code = accompaniment_of(child, household, child.guardians, today)
        if code == ALONE:
            found.append(Doubt.CHILDREN_ALONE)
        elif code == Kind.UNRELATED_ADULT:
            found.append(Doubt.WITH_UNRELATED)
        elif code is None and child.minor:
            found.append(Doubt.COMPANY_UNKNOWN)
    return tuple(dict.fromkeys(found))


def parted(household: Household, chosen: Iterable[object]) -> tuple[Member, ...]:
    """Members who go together with the others and are not among the chosen: a shelter for part of a family."""
    refs = set(chosen)
    return tuple(one for one in household.members if one.goes_with and one.ref not in refs)


def _answers_here(one: Guardian, household: Household | None, today: date) -> bool:
    # A sister of sixteen does not answer for her brother of six; a mother of sixteen does for her baby.
    if not one.here or (one.birth.is_minor(today) and one.kind not in PARENTS):
        return False
    if one.person is None or household is None:
        return True
    member = household.member(one.person)
    return member is not None and member.goes_with


def _through_head(child: Member, household: Household, together: Sequence[Member]) -> str | None:
    head = household.head
    if head is None:
        return None
    if head.ref != child.ref:
        if head not in together or head.minor is not False:
            return None
        kind = guardian_kind(child.relation, head.gender)
        return None if kind is None else kind.value
    # A child who is the head herself: each adult stands by what she is to her.
    kinds = {_to_child_head(one) for one in together if one.minor is False} - {None}
    if kinds >= PARENTS:
        return BOTH
    return next((kind.value for kind in _ORDER if kind in kinds), None)


def _to_child_head(adult: Member) -> Kind | None:
    match adult.relation:
        case "parent":
            return {"women": Kind.MOTHER, "men": Kind.FATHER}.get(adult.gender)
        case "guardian":
            return Kind.GUARDIAN
        case "grandparent" | "sibling" | "aunt_uncle" | "cousin" | "in_law":
            return Kind.OTHER_RELATIVE
        case "friend" | "other":
            return Kind.UNRELATED_ADULT
    return None

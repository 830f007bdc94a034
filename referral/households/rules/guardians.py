"""Who may answer for a child. Pure; asked by the actions before anything is written."""

from __future__ import annotations

from datetime import date

from referral.households.facts import Kind
from referral.households.rules.reasons import Doubt, Reason
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused

PARENTS = frozenset({Kind.MOTHER, Kind.FATHER})
YOUNGEST_PARENT = 12  # years between a parent and a child below which one of the two dates is doubted


def check_guardian(kind: Kind, *, name: str, birth: PartialDate, child: PartialDate, today: date) -> tuple[Doubt, ...]:
    """What to look at again; Refused when the dates rule it out.

    A parent under 18 is possible and needs protection herself; any other guardian is an adult.
    """
    if child.is_minor(today) is False:
        raise Refused(Reason.NOT_A_CHILD)
    if is_not_older(birth, child):
        raise Refused(Reason.GUARDIAN_YOUNGER, field="person", name=name)
    minor = birth.is_minor(today)
    if minor and kind not in PARENTS:
        raise Refused(Reason.GUARDIAN_MINOR, field="person", name=name)
    if minor:
        return (Doubt.CHILD_PARENT,)
    if kind in PARENTS and years_between(birth, child) < YOUNGEST_PARENT:
        return (Doubt.PARENT_TOO_CLOSE,)
    return (Doubt.GUARDIAN_AGE_UNKNOWN,) if minor is None and not birth.is_known else ()


def is_not_older(birth: PartialDate, child: PartialDate) -> bool:
    """True when whatever the exact days are, the first was not born before the child."""
    first, last = birth.earliest(), child.latest()
    return first is not None and last is not None and first >= last


def years_between(birth: PartialDate, child: PartialDate) -> float:
    """The most years there can be between two births; unknown dates leave room for any."""
    first, last = birth.earliest(), child.latest()
    return float("inf") if first is None or last is None else (last - first).days / 365.25

"""Which first questions concern somebody of a family by her age. Pure; asked by the form of a family."""

from __future__ import annotations

from datetime import date

from referral.arrival.rules.triage import ALONE
from referral.kernel.partial_dates import PartialDate

DANGER = "danger"
MEDICAL = "medical"
NO_BED = "no_bed"  # asked once: a family sleeps somewhere or it does not
EACH = (MEDICAL, DANGER, ALONE)
_TWELVE = 12  # the law speaks of girls and boys up to here, of adolescents from here on


def asked_by_age(birth: PartialDate, today: date) -> tuple[str, ...]:
    """The questions of EACH for somebody born then; of an adult nobody asks whether she is a child alone."""
    return tuple(one for one in EACH if one != ALONE or birth.is_minor(today) is not False)


def is_small(birth: PartialDate, today: date) -> bool:
    """Certainly under twelve: who looks after her answers, and the desk looks."""
    ages = birth.age_on(today)
    return ages is not None and ages.high < _TWELVE

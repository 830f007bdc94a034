"""How far two dates of birth, whole or partial, speak for one person. Used by matching.

Weights are bits: log2 of how much likelier the agreement is for one person than for two. Set by reasoning on how births
spread, then tried on the development split of bench/match.py.
"""

from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import OSA

from referral.kernel.partial_dates import PartialDate, Precision

SAME_DAY_BITS = 13.5  # about 365 days x 33 years that births spread over, less what twins and errors take
SAME_PLACEHOLDER_BITS = 6.5
SAME_MONTH_BITS = 8.0
SAME_YEAR_BITS = 4.5
SWAPPED_BITS = 11.0
ONE_DIGIT_BITS = 7.0
OTHER_YEAR_BITS = 3.5  # same day and month
NEAR_YEAR_BITS = 1.0
AGE_NEAR_BITS = 2.0
DIFFERS_BITS = -7.0
NOTHING_SHARED_BITS = -11.0


class BirthAgreement(StrEnum):
    """What two dates have in common, as told to the caseworker."""

    SAME_DATE = "same_date"
    SAME_MONTH = "same_month"
    SAME_YEAR = "same_year"
    DAY_MONTH_SWAPPED = "day_month_swapped"
    ONE_DIGIT_OFF = "one_digit_off"
    OTHER_YEAR = "other_year"
    AGE_NEAR = "age_near"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class BirthScore(NamedTuple):
    """Bits for (above 0) or against (below 0)."""

    bits: float
    agreement: BirthAgreement


_UNKNOWN = BirthScore(0.0, BirthAgreement.UNKNOWN)


def compare_births(one: PartialDate, other: PartialDate) -> BirthScore:
    """The same in both directions."""
    if not (one.is_known and other.is_known):
        return _UNKNOWN
    if one.precision is Precision.DAY is other.precision:
        return _whole_dates(one, other)
    if Precision.AGE in (one.precision, other.precision):
        return _intervals(one, other)
    if one.year != other.year:
        near = abs((one.year or 0) - (other.year or 0)) == 1
        return BirthScore(NEAR_YEAR_BITS, BirthAgreement.AGE_NEAR) if near else _differs(one, other)
    if one.month and other.month and not _is_year_only(one) and not _is_year_only(other):
        if one.month == other.month:
            return BirthScore(SAME_MONTH_BITS, BirthAgreement.SAME_MONTH)
        return BirthScore(SAME_YEAR_BITS - 2.0, BirthAgreement.SAME_YEAR)
    return BirthScore(SAME_YEAR_BITS, BirthAgreement.SAME_YEAR)


def _whole_dates(one: PartialDate, other: PartialDate) -> BirthScore:
    same_day, same_month, same_year = one.day == other.day, one.month == other.month, one.year == other.year
    if same_day and same_month and same_year:
        bits = SAME_PLACEHOLDER_BITS if _is_placeholder(one) else SAME_DAY_BITS
        return BirthScore(bits, BirthAgreement.SAME_DATE)
    if same_year and one.day == other.month and one.month == other.day:
        return BirthScore(SWAPPED_BITS, BirthAgreement.DAY_MONTH_SWAPPED)
    if _is_placeholder(one) or _is_placeholder(other):
        return _year_against_year(one, other)
    if OSA.distance(_digits(one), _digits(other), score_cutoff=1) == 1:
        return BirthScore(ONE_DIGIT_BITS, BirthAgreement.ONE_DIGIT_OFF)
    if same_month and same_day:
        return BirthScore(OTHER_YEAR_BITS, BirthAgreement.OTHER_YEAR)
    if same_year:
        return BirthScore(SAME_YEAR_BITS if same_month or same_day else 0.0, BirthAgreement.SAME_YEAR)
    return BirthScore(DIFFERS_BITS if same_month or same_day else NOTHING_SHARED_BITS, BirthAgreement.DIFFERS)


def _digits(birth: PartialDate) -> str:
    return f"{birth.year:04d}{birth.month:02d}{birth.day:02d}"


def _is_placeholder(birth: PartialDate) -> bool:
    """1 January, which keys.is_placeholder says of a day."""
    return birth.month == 1 and birth.day == 1


def _year_against_year(one: PartialDate, other: PartialDate) -> BirthScore:
    apart = abs((one.year or 0) - (other.year or 0))
    if apart == 0:
        return BirthScore(SAME_YEAR_BITS, BirthAgreement.SAME_YEAR)
    if apart == 1:
        return BirthScore(NEAR_YEAR_BITS, BirthAgreement.AGE_NEAR)
    return BirthScore(DIFFERS_BITS, BirthAgreement.DIFFERS)


def _intervals(one: PartialDate, other: PartialDate) -> BirthScore:
    """An age told is a guess: two years to either side still agree, eight or more speak against."""
    gap = _gap_in_years(one, other)
    if gap <= 2:
        return BirthScore(AGE_NEAR_BITS, BirthAgreement.AGE_NEAR)
    if gap < 8:
        return BirthScore(0.0, BirthAgreement.AGE_NEAR)
    return BirthScore(DIFFERS_BITS, BirthAgreement.DIFFERS)


def _gap_in_years(one: PartialDate, other: PartialDate) -> float:
    first, last = one.earliest(), one.latest()
    other_first, other_last = other.earliest(), other.latest()
    if first is None or last is None or other_first is None or other_last is None:
        return 0.0
    return max(0, (other_first - last).days, (first - other_last).days) / 365.25


def _differs(one: PartialDate, other: PartialDate) -> BirthScore:
    far = _gap_in_years(one, other) >= 8
    return BirthScore(NOTHING_SHARED_BITS if far else DIFFERS_BITS, BirthAgreement.DIFFERS)


def _is_year_only(birth: PartialDate) -> bool:
    return birth.month is None or _is_placeholder(birth)

"""Reading a CURP: is it one, and does it agree with what else is known? Only doubts come out; nothing is refused.

The shape and the check digit are public: 17 marks weighed 18 to 2 over an alphabet in which Ñ follows N.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from referral.kernel.codes import STATES
from referral.kernel.partial_dates import PartialDate, Precision

_SHAPE = re.compile(
    r"[A-ZÑ]{4}(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)(?P<sex>[HMX])(?P<state>[A-Z]{2})[A-ZÑ]{3}(?P<century>[0-9A-Z])\d"
)
_ALPHABET = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
# Given out for everybody who has none: says nothing about a person.
_GENERIC = re.compile(r"XEXX010101[HMX]NE")


class CurpDoubt(StrEnum):
    """What does not fit."""

    SHAPE = "shape"
    CHECK_DIGIT = "check_digit"
    GENERIC = "generic"
    BIRTH_DIFFERS = "birth_differs"
    SEX_DIFFERS = "sex_differs"


@dataclass(frozen=True, slots=True)
class CurpFacts:
    """What a CURP says by itself. `sex`: a code of SEXES_ON_DOCUMENT; `state`: of STATES ("NE": born abroad) or ""."""

    birth: date
    sex: str
    state: str


def read_curp(curp: str) -> CurpFacts | None:
    """The facts in a cleaned CURP; None unless it has the shape, its check digit holds and it is somebody's own."""
    read = _SHAPE.fullmatch(curp)
    if read is None or is_generic(curp) or check_digit(curp[:17]) != curp[17]:
        return None
    try:
        birth = date(_century(read) + int(read["year"]), int(read["month"]), int(read["day"]))
    except ValueError:
        return None
    state = next((state.code for state in STATES if state.curp_code == read["state"]), "")
    return CurpFacts(birth, read["sex"], state)


def is_generic(curp: str) -> bool:
    """The code given out for everybody who has none: equal in two files, it still says nothing about either."""
    return _GENERIC.match(curp) is not None


def clean_curp(typed: str) -> str:
    """Upper case without spaces or dashes."""
    return re.sub(r"[\s-]", "", typed).upper()


def check_digit(first_seventeen: str) -> str:
    """The eighteenth mark for the first seventeen."""
    total = sum((18 - place) * _ALPHABET.index(mark) for place, mark in enumerate(first_seventeen))
    return str(-total % 10)


def curp_doubts(curp: str, birth: PartialDate, sex_document: str) -> tuple[CurpDoubt, ...]:
    """Doubts about a cleaned CURP; none for an empty one."""
    if not curp:
        return ()
    read = _SHAPE.fullmatch(curp)
    if read is None:
        return (CurpDoubt.SHAPE,)
    if is_generic(curp):
        return (CurpDoubt.GENERIC,)
    doubts = []
    if check_digit(curp[:17]) != curp[17]:
        doubts.append(CurpDoubt.CHECK_DIGIT)
    if not _agrees(read, birth):
        doubts.append(CurpDoubt.BIRTH_DIFFERS)
    # H and M swapped leave the check digit as it was, so the sex is compared by itself.
    if sex_document in {"H", "M", "X"} and read["sex"] != sex_document:
        doubts.append(CurpDoubt.SEX_DIFFERS)
    return tuple(doubts)


def _agrees(read: re.Match[str], birth: PartialDate) -> bool:
    """Whether the date in the CURP can be the birth as known; an age or nothing known agrees with any."""
    if birth.precision in {Precision.AGE, Precision.UNKNOWN} or birth.year is None:
        return True
    told = (
        (birth.year, _century(read) + int(read["year"])),
        (birth.month, int(read["month"])),
        (birth.day, int(read["day"])),
    )
    return all(known is None or known == written for known, written in told)


def _century(read: re.Match[str]) -> int:
    return 1900 if read["century"].isdigit() else 2000

"""The register's folio: made from a mask and a number, closed by a check character, read back as people type it.

Used by padron (make_folio), certificates and the search box (read_folio). The mask is a setting.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from referral.kernel.refusal import Refused

EXAMPLE_MASK = "PHM-{year}-{number:06d}-{check}"

# Without I, L, O, U: a check character is never taken for a digit, so folding o/0 and i/l/1 costs nothing.
_CHECK_CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")
_CLASSES = {"0": "[0O]", "1": "[1IL]"}
_PART = re.compile(r"\{(?P<name>year|check|number)(?::0(?P<width>[1-9])d?)?\}")
_LITERALS = re.compile("[A-Za-z0-9 /-]*")
_LONGEST_TYPED = 60


class FolioProblem(StrEnum):
    """Why what was typed is not a folio of this register."""

    UNREADABLE = "unreadable"  # not of the mask's shape
    WRONG_CHECK = "wrong_check"  # of the right shape, but a character is wrong or two are swapped


@dataclass(frozen=True, slots=True)
class Folio:
    """A folio that was read: `text` is how the register prints it."""

    text: str
    year: int
    number: int


def make_folio(mask: str, year: int, number: int) -> str:
    """The folio of a number within a year. ValueError for a wrong mask, number below 1 or year not of four digits."""
    shape = _shape(mask)
    if number < 1 or not 1000 <= year <= 9999:
        raise ValueError("a folio needs a year of four digits and a number from 1")
    digits = f"{number:0{shape.width}d}"
    return mask.format(year=year, number=number, check=_check_character(f"{year}{digits}"))


def read_folio(mask: str, typed: str) -> Folio:
    """Forgives case, spaces, dashes, a missing prefix, o for 0 and i or l for 1. Refused(FolioProblem) otherwise."""
    shape = _shape(mask)
    bare = "".join(c for c in typed.upper() if c.isalnum()) if len(typed) <= _LONGEST_TYPED else ""
    found = shape.pattern.fullmatch(bare)
    if found is None:
        raise Refused(FolioProblem.UNREADABLE, example=make_folio(mask, 2026, 123))
    year, digits = found["year"].translate(_LOOKALIKES), found["number"].translate(_LOOKALIKES)
    if _check_character(year + digits) != found["check"].translate(_LOOKALIKES):
        raise Refused(FolioProblem.WRONG_CHECK)
    return Folio(make_folio(mask, int(year), int(digits)), int(year), int(digits))


def folio_problem(mask: str, typed: str) -> FolioProblem | None:
    """What is wrong with a typed folio, or None: for telling a folio from other words in the search box."""
    try:
        read_folio(mask, typed)
    except Refused as refused:
        return FolioProblem(refused.reason)
    return None


def check_mask(mask: str) -> None:
    """For the settings: ValueError, with a sentence, when a mask cannot make readable folios."""
    _shape(mask)


@dataclass(frozen=True, slots=True)
class _Shape:
    pattern: re.Pattern[str]
    width: int


@cache
def _shape(mask: str) -> _Shape:
    names = [found["name"] for found in _PART.finditer(mask)]
    if names != ["year", "number", "check"]:
        raise ValueError("a folio mask holds {year}, {number:06d} and {check}, in this order, once each")
    width = next(found["width"] for found in _PART.finditer(mask) if found["name"] == "number")
    if width is None or not _LITERALS.fullmatch(_PART.sub("", mask)):
        raise ValueError("in a folio mask {number} has a width ({number:06d}); the rest is A-Z, 0-9, dash, / and space")
    return _Shape(re.compile(_pattern(mask)), int(width))


def _pattern(mask: str) -> str:
    pieces: list[str] = []
    end = 0
    for found in _PART.finditer(mask):
        literal = _literal_pattern(mask[end : found.start()])
        # People leave out the prefix that every folio of the desk shares.
        pieces.append(f"(?:{literal})?" if not pieces else literal)
        pieces.append(_part_pattern(found["name"], int(found["width"] or 1)))
        end = found.end()
    return "".join([*pieces, _literal_pattern(mask[end:])])


def _literal_pattern(literal: str) -> str:
    bare = (c for c in literal.upper().translate(_LOOKALIKES) if c.isalnum())
    return "".join(_CLASSES.get(c, c) for c in bare)


def _part_pattern(name: str, width: int) -> str:
    if name == "year":
        return "(?P<year>[0-9OIL]{4})"
    if name == "check":
        return f"(?P<check>[{_CHECK_CHARACTERS}OIL])"
    # The year that outgrows its width goes on with longer numbers, which never begin with a zero.
    return f"(?P<number>[0-9OIL]{{{width}}}|[1-9IL][0-9OIL]{{{width},{width + 2}}})"


def _check_character(digits: str) -> str:
    """Closes the digits so that one wrong character, or any two swapped, never gives another true folio.

    Each step doubles in the field of 32 elements and adds the digit. Doubling is one to one, so a wrong digit always
    shows; the first 31 powers of two differ, so a swap of two different digits does too, near or far. ISO 7064
    MOD 37,36, which looks like the obvious choice, lets some swaps of neighbours pass: 98 for 89 after some beginnings.
    """
    state = 0
    for digit in digits:
        state = _doubled(state) ^ int(digit)
    return _CHECK_CHARACTERS[_doubled(state)]


def _doubled(element: int) -> int:
    # x^5 + x^2 + 1 is primitive: the powers of 2 run through all 31 elements that are not zero.
    return (element << 1) ^ 0b100101 if element & 0b10000 else element << 1

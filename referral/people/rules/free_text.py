"""Numbers that identify and stand in free text. Pure; asked when a note is saved, to warn and never to block."""

from __future__ import annotations

import re
from enum import StrEnum

# Letters and digits in groups, as people type them; spaces and dashes between them are ignored.
_CURP = re.compile(r"(?<![a-z0-9])[a-z]{4}[ -]?\d{6}[ -]?[hmx][a-z]{5}[ -]?[a-z0-9]\d(?![a-z0-9])", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w/])(?:\+\d{1,3}[ .-]?)?(?:\(?\d{2,3}\)?[ .-]?)?\d{3,4}[ .-]?\d{4}(?![\w/])")
_PASSPORT = re.compile(r"(?<![a-z0-9])[a-z]{1,3}[ -]?\d{6,9}(?![a-z0-9])", re.IGNORECASE)
_FEWEST_DIGITS_OF_A_PHONE = 8


class Number(StrEnum):
    """A number that belongs in its own box and not in a text."""

    CURP = "curp"
    PHONE = "phone"
    PASSPORT = "passport"


def numbers_in(text: str) -> tuple[Number, ...]:
    """The kinds of identifying number that a text seems to hold, each once."""
    rest = _CURP.sub(" ", text)
    found = [Number.CURP] if rest != text else []
    without_papers = _PASSPORT.sub(" ", rest)
    phones = (re.sub(r"\D", "", match[0]) for match in _PHONE.finditer(without_papers))
    if any(len(digits) >= _FEWEST_DIGITS_OF_A_PHONE for digits in phones):
        found.append(Number.PHONE)
    if without_papers != rest:
        found.append(Number.PASSPORT)
    return tuple(found)

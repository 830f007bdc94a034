"""The code a constancia is verified by: 128 random bits as 26 letters and digits, read back as people type it.

It stands for nothing: neither folio nor person can be worked out from it.
"""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: a letter is never taken for a digit
_LOOKALIKES = str.maketrans("OIL", "011")
_LENGTH = 26
_LONGEST_TYPED = 60


def new_code() -> str:
    """A code nobody can guess."""
    number = secrets.randbits(128)
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(_LENGTH)))


def shown_code(code: str) -> str:
    """In groups, for paper: "7KQ2M 9XWTA 4R8ZP D3HNB 5TQ2MM"."""
    return " ".join((*(code[start : start + 5] for start in range(0, 20, 5)), code[20:]))


def read_code(typed: str) -> str | None:
    """The code that was typed, forgiving case, spaces, dashes, o for 0 and i or l for 1; None when it is none."""
    if len(typed) > _LONGEST_TYPED:
        return None
    bare = "".join(c for c in typed.upper() if c not in " -\t\r\n").translate(_LOOKALIKES)
    well_made = len(bare) == _LENGTH and all(c in _ALPHABET for c in bare)
    return bare if well_made else None

"""The short code of a referral, which a door and the person quote: "C-7K3M9Q". No letter that is taken for a digit."""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # 30 characters: no 0, 1, I, L, O, U
LENGTH = 6
_TYPED = re.compile(rf"C\s*[-–]?\s*([{ALPHABET}]{{{LENGTH}}})")


def new_code() -> str:
    """A code drawn by chance: 729 million of them, so that none can be guessed from another."""
    return "C-" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """The code somebody typed ("c 7k3m9q"), as stored; None when it is no such code."""
    found = _TYPED.fullmatch(text.strip().upper())
    return None if found is None else f"C-{found[1]}"

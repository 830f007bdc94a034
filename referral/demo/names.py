"""Invented names, drawn from content/names.csv. Pure; for population.py.

Nobody real is meant: given names and surnames come from separate short lists and are put together by chance, telephone
numbers start with a zero after the city's code, which no subscriber has, mail ends in example.org, and papers bear
numbers that begin with DEMO. Nobody has a CURP number: a well-made one could be somebody's.
"""

from __future__ import annotations

import csv
from importlib.resources import files
from random import Random

from referral.kernel.names import PersonNames

_DRAWS = 40  # for a name that nobody has yet
_TWO_SURNAMES = frozenset({"hispanic", "mexican", "brazilian"})


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one file of content/."""
    text = files("referral.demo").joinpath("content", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


class NameBook:
    """Draws names; no two people of one book have the same, as long as the lists last."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._lists = {(row["family"], row["part"]): row["names"].split() for row in rows("names.csv")}
        self._given_out: set[str] = set()

    def draw(self, family: str, *, woman: bool, surnames: tuple[str, str] | None = None) -> PersonNames:
        """A new name; `surnames` are those of her family, if she comes with one."""
        chance, given = self._chance, self._lists[family, "women" if woman else "men"]
        drawn = 0
        while True:
            drawn += 1
            first, second = chance.sample(given, 2)
            surname1, surname2 = surnames or self.surnames(family)
            both = family in _TWO_SURNAMES and chance.random() < 0.5
            names = PersonNames(f"{first} {second}" if both else first, surname1, surname2)
            # The few names of people who have only one may come back, and so may any once a list has run out.
            if names.document_name not in self._given_out or not surname1 or drawn == _DRAWS:
                self._given_out.add(names.document_name)
                return names

    def surnames(self, family: str) -> tuple[str, str]:
        """One or two surnames, as that family of names has them; none for people of one name."""
        known = self._lists[family, "surnames"]
        if not known:
            return "", ""
        first, second = self._chance.sample(known, 2)
        return first, second if family in _TWO_SURNAMES and self._chance.random() < 0.85 else ""

    def telephone(self) -> str:
        """A number nobody can have."""
        return f"+52550{self._chance.randrange(10**7):07d}"

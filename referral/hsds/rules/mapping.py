"""Which of our needs a term of somebody else's taxonomy means. Used by actions.mapping.

content/taxonomy_map.csv is our own judgement, term by term: `fit` says whether the two mean the same or nearly so. A
term that is not in it means nothing to routing, and the report of the import names it.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from referral.kernel.codes import NEEDS
from referral.kernel.names import normalise

_OWN_FORM = "need:"  # how an export of ours writes the code of a need


def needs_of(name: str, code: str = "") -> tuple[str, ...]:
    """Need codes of a term, by its name in any vocabulary or by a code that only our own exports write."""
    ours = code.removeprefix(_OWN_FORM)
    if ours != code and ours in NEEDS:
        return (ours,)
    return _known().get(normalise(name), ())


@cache
def _known() -> dict[str, tuple[str, ...]]:
    return {normalise(row["term"]): tuple(row["needs"].split(";")) for row in entries()}


def entries() -> list[dict[str, str]]:
    """The rows of the map: term, needs (separated by ;), fit (same or near), of (whose vocabulary)."""
    text = files("referral.hsds").joinpath("content", "taxonomy_map.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))

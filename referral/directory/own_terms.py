"""Words of our own taxonomies, which the standard lacks: who is eligible, what is accepted. Used by actions."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from referral.directory.facts import Words
from referral.kernel.codes import (
    IDENTITY_DOCUMENTS,
    NEED_CATEGORIES,
    NEEDS,
    PRIORITY_GROUPS,
    PROFILES,
    RESIDENCE_PROOFS,
)

ACCEPTED_DOCUMENT = "accepted_document"
_LISTS = {
    "need": (NEEDS, NEED_CATEGORIES),
    "profile": (PROFILES,),
    "priority_group": (PRIORITY_GROUPS,),
    ACCEPTED_DOCUMENT: (IDENTITY_DOCUMENTS, RESIDENCE_PROOFS),
}


def taxonomy_words(name: str) -> Words:
    """What one of our taxonomies is about. KeyError for one that is not ours."""
    return _taxonomies()[name]


def term_words(taxonomy: str, code: str) -> Words:
    """The words of a code of our taxonomies; the code itself when nobody gave it words."""
    known = _terms().get((taxonomy, code))
    if known is not None:
        return known
    for listed in _LISTS.get(taxonomy, ()):
        found = listed.get(code.removesuffix("_*"))
        if found is not None:
            return Words(found.es, found.en)
    return Words(code, code)


@cache
def _taxonomies() -> dict[str, Words]:
    return {row["name"]: Words(row["es"], row["en"]) for row in _rows("taxonomies.csv")}


@cache
def _terms() -> dict[tuple[str, str], Words]:
    return {(row["taxonomy"], row["code"]): Words(row["es"], row["en"]) for row in _rows("terms.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("referral.directory").joinpath("content", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def is_own_taxonomy(name: str) -> bool:
    """Whether routing knows the taxonomy of this name."""
    return name in _taxonomies()

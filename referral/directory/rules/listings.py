"""Judgement about listings: sets of documents, how a need matches, when one is stale. Used by queries and routing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from referral.directory.facts import NeedMatch
from referral.kernel.codes import IDENTITY_DOCUMENTS, RESIDENCE_PROOFS

STALE_AFTER_DAYS = 180

# What vocational training takes instead of the CURP: the list is the programme's own, not every paper there is.
_TRAINING = frozenset(
    [
        "PADRON_CONST",
        "COMAR_CONST",
        "CONSULAR_ID",
        "MATRICULA",
        "NATURALIZ",
        "PASSPORT",
        "PASSPORT_MX",
        "TVRH",
        "TRP",
        "TRT",
        "INMIGRANTE",
        "FOREIGN_ID",
        "INE",
        "ANY_PHOTO_ID",
        "CURP_TEMP",
    ]
)
_PHOTO = frozenset(
    [
        "PASSPORT",
        "PASSPORT_MX",
        "INE",
        "FOREIGN_ID",
        "CONSULAR_ID",
        "MATRICULA",
        "TRAVEL_DOC",
        "NATURALIZ",
        "TVRH",
        "TRT",
        "TRP",
        "INMIGRANTE",
        "ANY_PHOTO_ID",
    ]
)
DOCUMENT_SETS = ("ANY_ID", "PHOTO_ID", "TRAINING_ID", "ADDRESS_PROOF")


@cache
def documents_of(name: str) -> frozenset[str]:
    """The document codes a requirement's code stands for: itself, or the members of a set."""
    if name == "ANY_ID":
        return frozenset(document.code for document in IDENTITY_DOCUMENTS if document.proves_identity)
    if name == "ADDRESS_PROOF":
        residence = {document.code for document in IDENTITY_DOCUMENTS if document.proves_residence}
        return frozenset(residence | set(RESIDENCE_PROOFS.codes()))
    return {"TRAINING_ID": _TRAINING, "PHOTO_ID": _PHOTO}.get(name, frozenset({name}))


def need_match(needs: Iterable[str], code: str) -> NeedMatch:
    """Whether `needs` (codes, or "HEALTH_*" for a whole category) name this need."""
    needs = frozenset(needs)
    if code in needs:
        return NeedMatch.EXACT
    return NeedMatch.CATEGORY if any_of_category(code) in needs else NeedMatch.NONE


def any_of_category(code: str) -> str:
    """The wildcard that names every need of this need's category: "HEALTH_*" for "HEALTH_PREG"."""
    return code.split("_", 1)[0] + "_*"


def fresh_since(today: date, days: int) -> date:
    """The first day on which verifying a listing still counts today."""
    return today - timedelta(days=days)


def is_stale(assured_on: date | None, fresh_since: date) -> bool:
    """A listing that nobody has verified on `fresh_since` or later, or ever."""
    return assured_on is None or assured_on < fresh_since

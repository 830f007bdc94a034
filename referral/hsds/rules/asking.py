"""Reads the parameters of a question to the API, named as in the standard's openapi.json. Called by views."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from referral.kernel.refusal import Refused

MOST_PER_PAGE = 200
USUAL_PER_PAGE = 50
LAST_PAGE = 1_000_000
LONGEST_SEARCH = 200
_PAGED = ("search", "page", "per_page", "format")
_TERMS = ("taxonomy_term_id", "taxonomy_id")
LISTED: Mapping[str, tuple[str, ...]] = {
    "service": (*_PAGED, *_TERMS, "organization_id", "modified_after", "minimal", "full"),
    "organization": (*_PAGED, *_TERMS, "full", "full_service"),
    "service_at_location": (*_PAGED, *_TERMS, "organization_id", "modified_after", "full"),
    "taxonomy": _PAGED,
    "taxonomy_term": (*_PAGED, "taxonomy_id", "parent_id", "top_only"),
}
SINGLE: Mapping[str, tuple[str, ...]] = {"organization": ("full_service",)}
FLAGS = frozenset({"minimal", "full", "full_service", "top_only"})
NUMBERS: Mapping[str, int] = {"page": LAST_PAGE, "per_page": MOST_PER_PAGE}
FORMS = ("json", "ndjson")
IGNORED = frozenset({"_lang"})
NOT_SERVED = frozenset({"postcode", "proximity"})  # they need the centre of each postal code, which we do not have


class Wrong(StrEnum):
    """Why a question cannot be answered."""

    UNKNOWN = "unknown"
    NOT_SERVED = "not_served"
    TWICE = "twice"
    NUMBER = "number"
    FLAG = "flag"
    MOMENT = "moment"
    FORM = "form"
    TOO_LONG = "too_long"


NOTHING = uuid.UUID(int=0)  # no row has it: what an id that cannot be read as one stands for


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a list, or (only `full_service`) for one object. An id that no row can have finds nothing."""

    search: str = ""
    page: int = 1
    per_page: int | None = None
    ndjson: bool = False
    full: bool = False
    minimal: bool = False
    full_service: bool = False
    top_only: bool = False
    taxonomy_term_id: uuid.UUID | None = None
    taxonomy_id: uuid.UUID | None = None
    organization_id: uuid.UUID | None = None
    parent_id: uuid.UUID | None = None
    modified_after: datetime | None = None


def read_question(allowed: Iterable[str], given: Iterable[tuple[str, str]]) -> Asked:
    """The question in the parameters of an address; Refused(Wrong) names the first that is wrong.

    An empty text is as good as none. A name nobody knows is refused: left aside, a misspelt filter would answer
    with everything.
    """
    names, values = set(allowed), dict[str, str]()
    for name, text in given:
        if name in IGNORED:
            continue
        if name not in names:
            known = ", ".join(sorted(names)) or "-"
            raise Refused(Wrong.NOT_SERVED if name in NOT_SERVED else Wrong.UNKNOWN, field=name, known=known)
        if name in values:
            raise Refused(Wrong.TWICE, field=name)
        values[name] = text.strip()
    flags = {name: name in values and _flag(name, values[name]) for name in FLAGS}
    numbers = {name: _number(name, values[name]) for name in NUMBERS if name in values}
    return Asked(
        search=_search(values.get("search", "")),
        page=numbers.get("page", 1),
        per_page=numbers.get("per_page"),
        ndjson=_form(values.get("format", "")) == "ndjson",
        full=flags["full"],
        minimal=flags["minimal"],
        full_service=flags["full_service"],
        top_only=flags["top_only"],
        taxonomy_term_id=_ident(values.get("taxonomy_term_id", "")),
        taxonomy_id=_ident(values.get("taxonomy_id", "")),
        organization_id=_ident(values.get("organization_id", "")),
        parent_id=_ident(values.get("parent_id", "")),
        modified_after=_moment(values.get("modified_after", "")),
    )


def _search(text: str) -> str:
    if len(text) > LONGEST_SEARCH:
        raise Refused(Wrong.TOO_LONG, field="search", longest=LONGEST_SEARCH)
    return text


def _number(name: str, text: str) -> int:
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
    if not 1 <= number <= NUMBERS[name]:
        raise Refused(Wrong.NUMBER, field=name, most=NUMBERS[name])
    return number


def _flag(name: str, text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise Refused(Wrong.FLAG, field=name)
    return text.lower() == "true"


def _form(text: str) -> str:
    if text and text not in FORMS:
        raise Refused(Wrong.FORM, field="format")
    return text


def _ident(text: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        return NOTHING


def _moment(text: str) -> datetime | None:
    """A day or an instant of ISO 8601; without a zone it is UTC. A plus sign may have come as a space."""
    if not text:
        return None
    for tried in (text, "+".join(text.rsplit(" ", 1))):
        try:
            found = datetime.fromisoformat(tried)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise Refused(Wrong.MOMENT, field="modified_after")

"""Facts to the JSON of a drawer and back: the one place that knows the names under which facts are sealed.

Used by actions and queries.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import (
    ContactFacts,
    DatedProfile,
    DoNotTell,
    FunctionAnswer,
    IdentityFacts,
    MobilityFacts,
    NewDocument,
    SpokenLanguage,
)

Document = Mapping[str, Any]

_NAME_PARTS = ("given", "surname1", "surname2", "chosen", "native")
_IDENTITY_TEXTS = (
    "birth_country", "sex_document", "pronouns", "curp", "accompaniment", "birth_state", "birth_place", "curp_kind",
)  # fmt: skip


def identity_document(facts: IdentityFacts) -> dict[str, Any]:
    """As sealed in Person.identity."""
    names = {part: getattr(facts.names, part) for part in _NAME_PARTS}
    return {
        **names,
        "others": list(facts.names.others),
        "birth": _date_text(facts.birth),
        "nationalities": list(facts.nationalities),
        "birth_country": facts.birth_country,
        "sex_document": facts.sex_document,
        "pronouns": facts.pronouns,
        "curp": facts.curp,
        "accompaniment": facts.accompaniment,
        "single_name": facts.single_name or None,
        "birth_state": facts.birth_state,
        "birth_place": facts.birth_place,
        "curp_kind": facts.curp_kind,
        "curp_expires": facts.curp_expires.isoformat() if facts.curp_expires else "",
    }


def identity_facts(document: Document) -> IdentityFacts:
    """From Person.identity."""
    return IdentityFacts(
        names=names_in(document),
        birth=_date(document, "birth"),
        nationalities=tuple(document.get("nationalities", ())),
        **_texts(document, *_IDENTITY_TEXTS),
        single_name=bool(document.get("single_name")),
        curp_expires=_day_of(document.get("curp_expires")),
    )


def names_in(document: Document) -> PersonNames:
    """The names alone, for search. Cleaned before they were sealed: doing it again took a third of a search."""
    names = object.__new__(PersonNames)
    put, get = object.__setattr__, document.get
    for part in _NAME_PARTS:
        put(names, part, get(part, ""))
    put(names, "others", tuple(get("others", ())))
    return names


def birth_in(document: Document) -> PartialDate:
    """The birth alone, for search."""
    return _date(document, "birth")


_CONTACT_TEXTS = (
    "language", "reads", "phone", "email", "safe_contact", "housing", "alcaldia", "place", "colonia", "street",
    "postcode", "contact_name", "contact_relation", "contact_phone", "safe_hours", "residence_proof", "language_name",
)  # fmt: skip
_CONTACT_FLAGS = ("interpreter", "whatsapp", "will_return", "protected_address")


def contact_document(facts: ContactFacts) -> dict[str, Any]:
    """As sealed in Person.contact."""
    kept = {name: getattr(facts, name) for name in _CONTACT_TEXTS}
    # A "no" is kept as an absence: the drawer would else note that a box nobody touched had changed.
    flags = {name: getattr(facts, name) or None for name in _CONTACT_FLAGS}
    lists = {name: [asdict(one) for one in getattr(facts, name)] for name in ("languages", "do_not_tell")}
    return {**kept, **flags, **lists, "city_since": _date_text(facts.city_since)}


def contact_facts(document: Document) -> ContactFacts:
    """From Person.contact."""
    return ContactFacts(
        **_texts(document, *_CONTACT_TEXTS),
        **_flags(document, *_CONTACT_FLAGS),
        city_since=_date(document, "city_since"),
        languages=tuple(SpokenLanguage(**one) for one in document.get("languages", ())),
        do_not_tell=tuple(DoNotTell(**one) for one in document.get("do_not_tell", ())),
    )


_MOBILITY_TEXTS = (
    "intention", "asylum_stage", "return_type", "return_country", "idp_state", "relative_abroad", "status_self",
    "no_document_reason",
)  # fmt: skip


def mobility_document(facts: MobilityFacts) -> dict[str, Any]:
    """As sealed in Person.status, beside StandingFacts."""
    return {
        "profiles": list(facts.profiles),
        **{name: getattr(facts, name) for name in _MOBILITY_TEXTS},
        "entry": _date_text(facts.entry),
        "return_date": _date_text(facts.return_date),
        "idp_date": _date_text(facts.idp_date),
        "history": [
            {"profile": one.profile, "since": _date_text(one.since), "until": _date_text(one.until)}
            for one in facts.history
        ],
    }


def mobility_facts(document: Document) -> MobilityFacts:
    """From Person.status."""
    return MobilityFacts(
        profiles=tuple(document.get("profiles", ())),
        **_texts(document, *_MOBILITY_TEXTS),
        entry=_date(document, "entry"),
        return_date=_date(document, "return_date"),
        idp_date=_date(document, "idp_date"),
        history=tuple(
            DatedProfile(one["profile"], _date(one, "since"), _date(one, "until"))
            for one in document.get("history", ())
        ),
    )


F = TypeVar("F")


def plain_document(facts: Any) -> dict[str, Any]:
    """Facts of texts, ticks, days and lists, as sealed in a drawer."""
    return {field.name: _plain(getattr(facts, field.name)) for field in fields(facts)}


def plain_facts(kind: type[F], document: Document) -> F:
    """Facts of such a kind, from a drawer that may hold others too or lack some."""
    of: Any = kind
    facts: F = _read_into(of, document) if document else _nothing(of)
    return facts


def _read_into(kind: Any, document: Document) -> Any:
    return kind(**{name: read(document.get(name)) for name, read in _readers(kind)})


@cache
def _readers(kind: Any) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    return tuple((field.name, _READERS[str(field.type)]) for field in fields(kind))


@cache
def _nothing(kind: Any) -> Any:
    return _read_into(kind, {})


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return [asdict(one) if isinstance(one, FunctionAnswer) else one for one in value]
        case bool():
            return value or None  # as in contact_document
        case _:
            return value


def _day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# By the type that a fact declares.
_READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "str": lambda found: found or "",
        "bool": bool,
        "date | None": _day_of,
        "tuple[str, ...]": lambda found: tuple(found or ()),
        "tuple[FunctionAnswer, ...]": lambda found: tuple(FunctionAnswer(**one) for one in found or ()),
    }
)


def paper_document(new: NewDocument) -> dict[str, Any]:
    """As sealed in PersonDocument.document."""
    return {
        "kind": new.kind,
        "number": new.number,
        "country": new.country,
        "expires": _day_text(new.expires),
        "name_on_document": new.name_on_document,
        "seen": new.seen,
        "issued": _day_text(new.issued),
        "verified_by": str(new.verified_by or ""),
        "verified_on": _day_text(new.verified_on),
    }


def paper_facts(document: Document) -> NewDocument:
    """From PersonDocument.document."""
    verified_by = document.get("verified_by")
    return NewDocument(
        **_texts(document, "kind", "number", "country", "name_on_document", "seen"),
        **{name: _day(document, name) for name in ("expires", "issued", "verified_on")},  # type: ignore[arg-type]
        verified_by=uuid.UUID(verified_by) if verified_by else None,
    )


def _day(document: Document, name: str) -> date | None:
    text = document.get(name)
    return date.fromisoformat(text) if text else None


def _day_text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _texts(document: Document, *names: str) -> dict[str, Any]:
    return {name: document.get(name, "") for name in names}


def _flags(document: Document, *names: str) -> dict[str, Any]:
    return {name: bool(document.get(name)) for name in names}


def _date(document: Document, name: str) -> PartialDate:
    text = document.get(name)
    return _date_of(text) if text else PartialDate.unknown()


@lru_cache(maxsize=2_048)  # most births of a search have been read before
def _date_of(text: str) -> PartialDate:
    return PartialDate.from_text(text)


def _date_text(value: PartialDate) -> str:
    return value.to_text() if value.is_known else ""

"""Facts to the JSON of a drawer and back: the one place that knows the names under which facts are sealed.

Used by actions and queries.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import ContactFacts, HealthFacts, IdentityFacts, MobilityFacts, NewDocument

Document = Mapping[str, Any]

_NAME_PARTS = ("given", "surname1", "surname2", "chosen", "native")


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
    }


def identity_facts(document: Document) -> IdentityFacts:
    """From Person.identity."""
    return IdentityFacts(
        names=names_in(document),
        birth=_date(document, "birth"),
        nationalities=tuple(document.get("nationalities", ())),
        **_texts(document, "birth_country", "sex_document", "pronouns", "curp", "accompaniment"),
    )


def names_in(document: Document) -> PersonNames:
    """The names alone, for search. Cleaned before they were sealed: doing it again took a third of a search."""
    names = object.__new__(PersonNames)
    for part in _NAME_PARTS:
        object.__setattr__(names, part, document.get(part, ""))
    object.__setattr__(names, "others", tuple(document.get("others", ())))
    return names


def birth_in(document: Document) -> PartialDate:
    """The birth alone, for search."""
    return _date(document, "birth")


_CONTACT_TEXTS = (
    "language", "reads", "phone", "email", "safe_contact", "housing", "alcaldia", "place", "colonia", "street",
    "postcode", "contact_name", "contact_relation", "contact_phone",
)  # fmt: skip
_CONTACT_FLAGS = ("interpreter", "whatsapp", "will_return")


def contact_document(facts: ContactFacts) -> dict[str, Any]:
    """As sealed in Person.contact."""
    kept = {name: getattr(facts, name) for name in _CONTACT_TEXTS}
    # A "no" is kept as an absence: the drawer would else note that a box nobody touched had changed.
    flags = {name: getattr(facts, name) or None for name in _CONTACT_FLAGS}
    return {**kept, **flags, "city_since": _date_text(facts.city_since)}


def contact_facts(document: Document) -> ContactFacts:
    """From Person.contact."""
    return ContactFacts(
        **_texts(document, *_CONTACT_TEXTS),
        **_flags(document, *_CONTACT_FLAGS),
        city_since=_date(document, "city_since"),
    )


_MOBILITY_TEXTS = (
    "intention", "asylum_stage", "return_type", "return_country", "idp_state", "relative_abroad", "status_self",
)  # fmt: skip


def mobility_document(facts: MobilityFacts) -> dict[str, Any]:
    """As sealed in Person.status."""
    return {
        "profiles": list(facts.profiles),
        **{name: getattr(facts, name) for name in _MOBILITY_TEXTS},
        "entry": _date_text(facts.entry),
        "return_date": _date_text(facts.return_date),
    }


def mobility_facts(document: Document) -> MobilityFacts:
    """From Person.status."""
    return MobilityFacts(
        profiles=tuple(document.get("profiles", ())),
        **_texts(document, *_MOBILITY_TEXTS),
        entry=_date(document, "entry"),
        return_date=_date(document, "return_date"),
    )


def health_document(facts: HealthFacts) -> dict[str, Any]:
    """As sealed in Person.health."""
    return {"pregnant": facts.pregnant, "difficulties": list(facts.difficulties)}


def health_facts(document: Document) -> HealthFacts:
    """From Person.health."""
    return HealthFacts(document.get("pregnant", ""), tuple(document.get("difficulties", ())))


def paper_document(new: NewDocument) -> dict[str, Any]:
    """As sealed in PersonDocument.document."""
    return {
        "kind": new.kind,
        "number": new.number,
        "country": new.country,
        "expires": new.expires.isoformat() if new.expires else "",
        "name_on_document": new.name_on_document,
        "seen": new.seen,
    }


def paper_facts(document: Document) -> NewDocument:
    """From PersonDocument.document."""
    expires = document.get("expires")
    return NewDocument(
        **_texts(document, "kind", "number", "country", "name_on_document", "seen"),
        expires=date.fromisoformat(expires) if expires else None,
    )


def _texts(document: Document, *names: str) -> dict[str, Any]:
    return {name: document.get(name, "") for name in names}


def _flags(document: Document, *names: str) -> dict[str, Any]:
    return {name: bool(document.get(name)) for name in names}


def _date(document: Document, name: str) -> PartialDate:
    text = document.get(name)
    return PartialDate.from_text(text) if text else PartialDate.unknown()


def _date_text(value: PartialDate) -> str:
    return value.to_text() if value.is_known else ""

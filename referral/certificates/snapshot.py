"""A constancia's facts as the sealed document that keeps them, and back. For this room's actions and queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from referral.certificates.facts import ConstanciaFacts
from referral.kernel.partial_dates import PartialDate

_DATES = ("registered_on", "valid_from", "valid_to")


def snapshot_document(facts: ConstanciaFacts) -> dict[str, Any]:
    """As sealed in Certificate.snapshot."""
    document: dict[str, Any] = {item.name: getattr(facts, item.name) for item in fields(facts)}
    for name in _DATES:
        document[name] = document[name].isoformat() if document[name] else None
    document["birth"] = facts.birth.to_text() if facts.birth.is_known else None
    document["legal_basis"] = list(facts.legal_basis)
    document["issued_at"] = facts.issued_at.isoformat()
    return document


def snapshot_facts(document: Mapping[str, Any]) -> ConstanciaFacts:
    """From Certificate.snapshot. What was empty is not in the document."""
    values: dict[str, Any] = {item.name: document.get(item.name) for item in fields(ConstanciaFacts)}
    for name in _DATES:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["birth"] = PartialDate.from_text(values["birth"]) if values["birth"] else PartialDate.unknown()
    values["legal_basis"] = tuple(values["legal_basis"] or ())
    values["issued_at"] = datetime.fromisoformat(values["issued_at"])
    values["photo"] = bool(values["photo"])
    for name in ("issuing_unit", "signer_name", "signer_post", "document_name"):
        values[name] = values[name] or ""
    return ConstanciaFacts(**values)

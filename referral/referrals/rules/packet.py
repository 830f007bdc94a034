"""What a partner is told about a person: the fields that fit each category of need, as few as will do. The
caseworker may untick.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from referral.kernel.partial_dates import PartialDate, Precision
from referral.kernel.refusal import Refused
from referral.people.facts import PersonRecord
from referral.referrals.rules.refusals import Reason


class Field(StrEnum):
    """One thing a packet may carry. The values: texts, codes, or lists of codes."""

    NAME = "name"  # the one the person goes by
    DOCUMENT_NAME = "document_name"
    AGE = "age"  # [low, high] in completed years, and "told" when that is all there is; never the birth date by itself
    BIRTH = "birth"  # a partial date
    NATIONALITIES = "nationalities"
    LANGUAGE = "language"
    INTERPRETER = "interpreter"
    PHONE = "phone"
    EMAIL = "email"
    SAFE_CONTACT = "safe_contact"
    ALCALDIA = "alcaldia"
    ACCOMPANIMENT = "accompaniment"
    CURP = "curp"
    PROFILES = "profiles"
    PREGNANT = "pregnant"
    DIFFICULTIES = "difficulties"
    FOLIO = "folio"


# Of a packet that was sent, what an account that oversees the desk reads only once it has broken the glass.
RESERVED_FIELDS = frozenset(
    {Field.PHONE.value, Field.EMAIL.value, Field.PROFILES.value, Field.PREGNANT.value, Field.DIFFICULTIES.value}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A field that may go to a partner; `ticked` when the service can hardly do without it."""

    field: Field
    ticked: bool


_F = Field
_ALWAYS = (_F.NAME, _F.LANGUAGE, _F.INTERPRETER, _F.SAFE_CONTACT, _F.PHONE)  # who comes, and how to speak with her

# category: (ticked beforehand, may be added). Migration status goes to legal help only, health to health only, who
# a child
# comes with to child protection, school and shelter only (assurance matrix, partner column).
_BY_CATEGORY: Mapping[str, tuple[tuple[Field, ...], tuple[Field, ...]]] = {
    "IDENT": ((_F.DOCUMENT_NAME, _F.BIRTH), (_F.NATIONALITIES, _F.CURP, _F.EMAIL, _F.FOLIO)),
    "MIGR": ((_F.DOCUMENT_NAME, _F.BIRTH, _F.NATIONALITIES), (_F.PROFILES, _F.ACCOMPANIMENT, _F.EMAIL)),
    "HEALTH": ((_F.AGE,), (_F.PREGNANT, _F.DIFFICULTIES, _F.CURP, _F.ALCALDIA)),
    "WORK": ((_F.AGE,), (_F.DOCUMENT_NAME, _F.EMAIL, _F.CURP, _F.ALCALDIA, _F.FOLIO)),
    "LEGAL": ((_F.NATIONALITIES,), (_F.DOCUMENT_NAME, _F.PROFILES, _F.AGE, _F.EMAIL)),
    "SHELTER": ((_F.AGE, _F.ACCOMPANIMENT), (_F.DIFFICULTIES, _F.ALCALDIA)),
    "EDUC": ((_F.AGE,), (_F.DOCUMENT_NAME, _F.ACCOMPANIMENT, _F.ALCALDIA, _F.EMAIL)),
    "FAMILY": ((_F.AGE,), (_F.DOCUMENT_NAME, _F.NATIONALITIES, _F.EMAIL)),
    "PROTECT": ((_F.AGE, _F.ACCOMPANIMENT), ()),
    "BASIC": ((), (_F.AGE, _F.ALCALDIA)),
    "ECON": ((), (_F.DOCUMENT_NAME, _F.CURP, _F.ALCALDIA, _F.EMAIL, _F.FOLIO)),
    "RIGHTS": ((), (_F.EMAIL, _F.DOCUMENT_NAME)),
    "RETURN": ((), (_F.DOCUMENT_NAME, _F.AGE, _F.CURP, _F.EMAIL, _F.FOLIO)),
    "INFO": ((), (_F.EMAIL,)),
    "EMERG": ((_F.AGE,), (_F.DIFFICULTIES, _F.ALCALDIA)),
}


def packet_choices(category: str) -> tuple[Choice, ...]:
    """The fields a partner may be told for a need of this category, in the order of the page."""
    ticked, others = _BY_CATEGORY.get(category, ((), ()))
    wanted = {*_ALWAYS, *ticked}
    return tuple(Choice(field, field in wanted) for field in Field if field in wanted or field in others)


def check_fields(category: str, fields: Collection[str]) -> None:
    """Refused when a field is asked for that this category of need does not call for."""
    if set(fields) - {choice.field.value for choice in packet_choices(category)}:
        raise Refused(Reason.PACKET_FIELD_UNKNOWN, field="fields")


TOLD = "told"  # an age as the person said it, not counted from a date

_NO_CALLS = frozenset({"in_person_only", "via_shelter_only", "none"})  # a call or a letter could put her in danger
_NO_LETTERS = _NO_CALLS | {"phone_only"}


def packet_values(record: PersonRecord, today: date) -> dict[str, Any]:
    """Everything a packet could carry of this person, as plain values; what is not known or not safe is left out."""
    identity, contact, safe = record.identity, record.contact, record.contact.safe_contact
    values: dict[str, Any] = {
        _F.NAME: record.card.name,
        _F.DOCUMENT_NAME: identity.names.document_name,
        _F.AGE: _age(identity.birth, today),
        _F.BIRTH: identity.birth.to_text() if identity.birth.is_known else None,
        _F.NATIONALITIES: list(identity.nationalities),
        _F.LANGUAGE: contact.spoken,
        _F.INTERPRETER: contact.interpreter or None,
        _F.PHONE: "" if safe in _NO_CALLS else contact.phone,
        _F.EMAIL: "" if safe in _NO_LETTERS else contact.email,
        _F.SAFE_CONTACT: safe,
        _F.ALCALDIA: contact.alcaldia,
        _F.ACCOMPANIMENT: identity.accompaniment,
        _F.CURP: identity.curp,
        _F.PROFILES: list(record.mobility.profiles),
        _F.PREGNANT: record.health.pregnant,
        _F.DIFFICULTIES: list(record.health.difficulties),
        _F.FOLIO: record.card.folio,
    }
    return {field.value: values[field] for field in Field if values[field] not in (None, "", [])}


def _age(birth: PartialDate, today: date) -> list[int | str] | None:
    ages = birth.age_on(today)
    if ages is None:
        return None
    return [*ages, TOLD] if birth.precision is Precision.AGE else [*ages]

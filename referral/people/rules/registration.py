"""What a registration needs, and what is worth a second look. Pure; asked by people.actions and people.views.

A file opens with a name to call somebody by and one way to find her again. Everything else may wait.
Doubts warn, never block.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from referral.kernel.code_lists import CodeList
from referral.kernel.codes import (
    ALCALDIAS,
    ASYLUM_STAGES,
    CHILD_ACCOMPANIMENT,
    COUNTRIES,
    HOUSING,
    IDENTITY_DOCUMENTS,
    INTENTIONS,
    LANGUAGES,
    PLACES,
    PROFILES,
    RECORD_KINDS,
    RELATIONS,
    RETURN_TYPES,
    SAFE_CONTACT,
    SEXES_ON_DOCUMENT,
    STATES,
    STATUS_SELF,
)
from referral.kernel.names import normalise
from referral.kernel.refusal import Refused
from referral.people.facts import ContactFacts, IdentityFacts, MobilityFacts, NewDocument, NewPerson
from referral.people.rules.curp import CurpDoubt, curp_doubts

MOST_NATIONALITIES = 5
MOST_DOCUMENTS = 40
MOST_TEXT = 200

WITHDRAWN = "withdrawn"  # the basis ended: what was sealed stays closed until data protection decides on it


class Reason(StrEnum):
    """Why something of a person is not saved. Values named beside it."""

    NO_WAY_BACK = "no_way_back"
    SENSITIVE_CONSENT_MISSING = "sensitive_consent_missing"
    UNKNOWN_CODE = "unknown_code"  # value
    TOO_MANY_NATIONALITIES = "too_many_nationalities"  # most
    TOO_MANY_DOCUMENTS = "too_many_documents"  # most
    TEXT_TOO_LONG = "text_too_long"  # limit
    FOLIO_TAKEN = "folio_taken"
    FOLIO_FIXED = "folio_fixed"  # folio


class Doubt(StrEnum):
    """What is saved as told and shown as a note."""

    CURP_SHAPE = "curp_shape"
    CURP_CHECK_DIGIT = "curp_check_digit"
    CURP_GENERIC = "curp_generic"
    CURP_BIRTH_DIFFERS = "curp_birth_differs"
    CURP_SEX_DIFFERS = "curp_sex_differs"
    MINOR_ALONE = "minor_alone"
    MINOR_WITH_UNRELATED = "minor_with_unrelated"
    MINOR_COMPANY_UNKNOWN = "minor_company_unknown"
    AGE_UNKNOWN = "age_unknown"
    NO_SAFE_CONTACT = "no_safe_contact"
    DOCUMENT_EXPIRED = "document_expired"
    DOCUMENT_NAME_DIFFERS = "document_name_differs"


def ways_back(contact: ContactFacts) -> tuple[str, ...]:
    """The fields through which she can be found again, in the order of the form."""
    found = {
        "phone": bool(contact.phone),
        "email": bool(contact.email),
        "place": bool(contact.place or contact.street or contact.colonia),
        "alcaldia": bool(contact.alcaldia),
        "contact_name": bool(contact.contact_name or contact.contact_phone),
        "will_return": contact.will_return,
    }
    return tuple(name for name, known in found.items() if known)


def check_registration(new: NewPerson) -> None:
    """Refused unless there is a way to find the person again and every code is of its list. (A name: PersonNames.)"""
    _check_code("record_kind", new.record_kind, RECORD_KINDS)
    check_identity(new.identity)
    check_contact(new.contact)


def check_identity(identity: IdentityFacts) -> None:
    """Refused for a code that is not of its list or more nationalities than anybody has."""
    if len(identity.nationalities) > MOST_NATIONALITIES:
        raise Refused(Reason.TOO_MANY_NATIONALITIES, field="nationalities", most=MOST_NATIONALITIES)
    for code in identity.nationalities:
        _check_code("nationalities", code, COUNTRIES)
    _check_code("birth_country", identity.birth_country, PLACES)
    _check_code("sex_document", identity.sex_document, SEXES_ON_DOCUMENT)
    _check_code("accompaniment", identity.accompaniment, CHILD_ACCOMPANIMENT)
    _check_lengths({"curp": identity.curp})


def check_contact(contact: ContactFacts) -> None:
    """Refused when nothing would lead back to the person, or for a code that is not of its list."""
    if not ways_back(contact):
        raise Refused(Reason.NO_WAY_BACK, field="will_return")
    _check_code("language", contact.language, LANGUAGES)
    _check_code("housing", contact.housing, HOUSING)
    _check_code("alcaldia", contact.alcaldia, ALCALDIAS)
    _check_code("safe_contact", contact.safe_contact, SAFE_CONTACT)
    _check_code("contact_relation", contact.contact_relation, RELATIONS)
    texts = ("phone", "place", "colonia", "street", "postcode", "contact_name", "contact_phone")
    _check_lengths({name: getattr(contact, name) for name in texts})


def check_mobility(mobility: MobilityFacts, *, basis: str | None) -> None:
    """Refused without an active basis for sensitive data, whatever is in it."""
    if not has_active_basis(basis):
        raise Refused(Reason.SENSITIVE_CONSENT_MISSING)
    for code in mobility.profiles:
        _check_code("profiles", code, PROFILES)
    _check_code("intention", mobility.intention, INTENTIONS)
    _check_code("asylum_stage", mobility.asylum_stage, ASYLUM_STAGES)
    _check_code("return_type", mobility.return_type, RETURN_TYPES)
    _check_code("return_country", mobility.return_country, PLACES)
    _check_code("idp_state", mobility.idp_state, STATES)
    _check_code("relative_abroad", mobility.relative_abroad, PLACES)
    _check_code("status_self", mobility.status_self, STATUS_SELF)


def check_document(new: NewDocument, *, already: int) -> None:
    """Refused for an unknown kind or country, or a file with more papers than a person has."""
    _check_code("kind", new.kind or "?", IDENTITY_DOCUMENTS)
    _check_code("country", new.country, PLACES)
    _check_lengths({"number": new.number, "name_on_document": new.name_on_document})
    if already >= MOST_DOCUMENTS:
        raise Refused(Reason.TOO_MANY_DOCUMENTS, most=MOST_DOCUMENTS)


def has_active_basis(basis: str | None) -> bool:
    """Whether sensitive facts may be shown and written."""
    return basis is not None and basis != WITHDRAWN


def basis_after(asked: str | None, *, before: str | None) -> str | None:
    """What to store when a basis is given or (None) ends. An ended one is remembered: facts may be sealed under it."""
    if asked:
        return asked
    return None if before is None else WITHDRAWN


def identity_doubts(identity: IdentityFacts, *, today: date) -> tuple[Doubt, ...]:
    """What the caseworker should look at again; all of it is saved as told."""
    doubts = [_CURP_DOUBTS[doubt] for doubt in curp_doubts(identity.curp, identity.birth, identity.sex_document)]
    match identity.birth.is_minor(today), identity.accompaniment:
        case (False, _):
            pass
        case (_, "alone"):
            doubts.append(Doubt.MINOR_ALONE)
        case (_, "unrelated_adult"):
            doubts.append(Doubt.MINOR_WITH_UNRELATED)
        case (True, ""):
            doubts.append(Doubt.MINOR_COMPANY_UNKNOWN)
        case (None, ""):
            doubts.append(Doubt.AGE_UNKNOWN)
    return tuple(doubts)


def contact_doubts(contact: ContactFacts) -> tuple[Doubt, ...]:
    """A telephone on file although no way of calling is safe."""
    unsafe = contact.safe_contact == "none" and bool(contact.phone or contact.email)
    return (Doubt.NO_SAFE_CONTACT,) if unsafe else ()


def document_doubts(paper: NewDocument, identity: IdentityFacts, *, today: date) -> tuple[Doubt, ...]:
    """A paper past its date or in another name still counts: it is noted, not refused."""
    doubts = []
    if paper.expires is not None and paper.expires < today:
        doubts.append(Doubt.DOCUMENT_EXPIRED)
    if paper.name_on_document and identity.names.document_name:
        same = _words(paper.name_on_document) == _words(identity.names.document_name)
        doubts += [] if same else [Doubt.DOCUMENT_NAME_DIFFERS]
    return tuple(doubts)


_CURP_DOUBTS = {
    CurpDoubt.SHAPE: Doubt.CURP_SHAPE,
    CurpDoubt.CHECK_DIGIT: Doubt.CURP_CHECK_DIGIT,
    CurpDoubt.GENERIC: Doubt.CURP_GENERIC,
    CurpDoubt.BIRTH_DIFFERS: Doubt.CURP_BIRTH_DIFFERS,
    CurpDoubt.SEX_DIFFERS: Doubt.CURP_SEX_DIFFERS,
}


def _words(name: str) -> list[str]:
    return sorted(normalise(name).split())


def _check_code(field: str, code: str, known: CodeList[Any]) -> None:
    if code and code not in known:
        raise Refused(Reason.UNKNOWN_CODE, field=field, value=code)


def _check_lengths(texts: Mapping[str, str]) -> None:
    for field, text in texts.items():
        if len(text) > MOST_TEXT:
            raise Refused(Reason.TEXT_TOO_LONG, field=field, limit=MOST_TEXT)

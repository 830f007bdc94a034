"""What a registration needs, and what is worth a second look. Pure; asked by people.actions and people.views.

A file opens with a name to call somebody by and one way to find her again. Everything else may wait.
Doubts warn, never block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from datetime import date
from enum import StrEnum
from typing import Any

from referral.kernel.code_lists import CodeList
from referral.kernel.codes import (
    ALCALDIAS,
    ASYLUM_STAGES,
    CHANNELS,
    CHILD_ACCOMPANIMENT,
    CLOSURES,
    COUNTRIES,
    CURP_KINDS,
    DISPLACEMENT_CAUSES,
    FUNCTIONAL_DIFFICULTIES,
    FUNCTIONAL_LEVELS,
    GENDER_IDENTITIES,
    HEALTH_NEEDS,
    HOUSING,
    IDENTITY_DOCUMENTS,
    INTENTIONS,
    LANGUAGE_LEVELS,
    LANGUAGES,
    MARITAL,
    NO_DOCUMENT_REASONS,
    PLACES,
    PREGNANT,
    PRIORITY_GROUPS,
    PROFILES,
    RECORD_KINDS,
    RELATIONS,
    RESIDENCE_PROOFS,
    RETURN_TYPES,
    SAFE_CONTACT,
    SCHOOLING,
    SEXES_ON_DOCUMENT,
    SOCIAL_SECURITY,
    SPECIFIC_NEEDS,
    STATES,
    STATUS_SELF,
    WORK_SITUATIONS,
    YES_NO_UNKNOWN,
)
from referral.kernel.names import normalise
from referral.kernel.refusal import Refused
from referral.people.facts import (
    ContactFacts,
    HealthFacts,
    IdentityFacts,
    LifeFacts,
    MobilityFacts,
    NewDocument,
    NewPerson,
    ProtectedFacts,
    StandingFacts,
)
from referral.people.rules.curp import CurpDoubt, curp_doubts

MOST_NATIONALITIES = 5
MOST_DOCUMENTS = 40
MOST_TEXT = 200
MOST_ACCOUNT = 2_000
MOST_LINES = 12  # languages, skills, people not to be told

# Health needs that tell of violence: they stand with what is protected.
PROTECTED_HEALTH = frozenset({"HEALTH_RAPE"})
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
    TOO_MANY_LINES = "too_many_lines"  # most
    DATES_CROSSED = "dates_crossed"
    LANGUAGE_TWICE = "language_twice"


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
    SINGLE_NAME_OR_SURNAMES = "single_name_or_surnames"


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
    _check_code("birth_state", identity.birth_state, STATES)
    _check_code("curp_kind", identity.curp_kind, CURP_KINDS)
    _check_lengths({"curp": identity.curp, "birth_place": identity.birth_place})


def check_contact(contact: ContactFacts) -> None:
    """Refused when nothing would lead back to the person, or for a code that is not of its list."""
    if not ways_back(contact):
        raise Refused(Reason.NO_WAY_BACK, field="will_return")
    _check_code("language", contact.language, LANGUAGES)
    _check_code("housing", contact.housing, HOUSING)
    _check_code("alcaldia", contact.alcaldia, ALCALDIAS)
    _check_code("safe_contact", contact.safe_contact, SAFE_CONTACT)
    _check_code("contact_relation", contact.contact_relation, RELATIONS)
    _check_code("residence_proof", contact.residence_proof, RESIDENCE_PROOFS)
    texts = ("phone", "place", "colonia", "street", "postcode", "contact_name", "contact_phone", "safe_hours")
    _check_lengths({name: getattr(contact, name) for name in ("language_name", *texts)})
    _check_count("languages", contact.languages)
    _check_count("do_not_tell", contact.do_not_tell)
    for spoken in contact.languages:
        _check_code("languages", spoken.code, LANGUAGES)
        _check_code("languages", spoken.level, LANGUAGE_LEVELS)
        _check_lengths({"languages": spoken.name})
    for one in contact.do_not_tell:
        _check_lengths({"do_not_tell": max(one.who, one.note, key=len)})


def check_mobility(mobility: MobilityFacts, *, basis: str | None) -> None:
    """Refused without an active basis for sensitive data, whatever is in it."""
    check_basis(basis)
    for code in mobility.profiles:
        _check_code("profiles", code, PROFILES)
    _check_code("intention", mobility.intention, INTENTIONS)
    _check_code("asylum_stage", mobility.asylum_stage, ASYLUM_STAGES)
    _check_code("return_type", mobility.return_type, RETURN_TYPES)
    _check_code("return_country", mobility.return_country, PLACES)
    _check_code("idp_state", mobility.idp_state, STATES)
    _check_code("relative_abroad", mobility.relative_abroad, PLACES)
    _check_code("status_self", mobility.status_self, STATUS_SELF)
    _check_code("no_document_reason", mobility.no_document_reason, NO_DOCUMENT_REASONS)
    for one in mobility.history:
        _check_code("profiles", one.profile, PROFILES)
        since, until = one.since.earliest(), one.until.latest()
        if since is not None and until is not None and until < since:
            raise Refused(Reason.DATES_CROSSED, field=f"until_{one.profile}")


def check_health(health: HealthFacts, *, basis: str | None) -> None:
    """Refused without an active basis, or for a code that is not of its list."""
    check_basis(basis)
    _check_code("pregnant", health.pregnant, PREGNANT)
    _check_code("outbreak", health.outbreak, YES_NO_UNKNOWN)
    for code in (*health.difficulties, *(one.code for one in health.functions)):
        _check_code("functions", code, FUNCTIONAL_DIFFICULTIES)
    for one in health.functions:
        _check_code("functions", one.level, FUNCTIONAL_LEVELS)
    for code in health.health_needs:
        _check_code("health_needs", code, HEALTH_NEEDS)
        if code in PROTECTED_HEALTH:
            raise Refused(Reason.UNKNOWN_CODE, field="health_needs", value=code)


def check_standing(standing: StandingFacts, *, basis: str | None) -> None:
    """Refused without an active basis, or for a need of attention that is not kept here."""
    check_basis(basis)
    _check_code("work_permission", standing.work_permission, YES_NO_UNKNOWN)
    for code in standing.attention:
        _check_code("attention", code, SPECIFIC_NEEDS)
        if is_confidential(code):
            raise Refused(Reason.UNKNOWN_CODE, field="attention", value=code)


def check_protected(protected: ProtectedFacts, *, basis: str | None) -> None:
    """Refused without an active basis, or for a code that is not of its list."""
    check_basis(basis)
    _check_code("gender_identity", protected.gender_identity, GENDER_IDENTITIES)
    _check_code("idp_cause", protected.idp_cause, DISPLACEMENT_CAUSES)
    for code in protected.groups:
        _check_code("groups", code, PRIORITY_GROUPS)
    for code in protected.attention:
        _check_code("attention", code, SPECIFIC_NEEDS)
    for code in protected.health_needs:
        _check_code("health_needs", code, HEALTH_NEEDS)
    _check_lengths({"indigenous": protected.indigenous, "idp_municipality": protected.idp_municipality})


def check_life(life: LifeFacts) -> None:
    """Refused for a code that is not of its list, or more text than a box takes."""
    _check_code("channel", life.channel, CHANNELS)
    _check_code("marital", life.marital, MARITAL)
    _check_code("schooling", life.schooling, SCHOOLING)
    _check_code("in_school", life.in_school, YES_NO_UNKNOWN)
    _check_code("work_situation", life.work_situation, WORK_SITUATIONS)
    _check_code("social_security", life.social_security, SOCIAL_SECURITY)
    _check_code("closure", life.closure, CLOSURES)
    _check_lengths({"pre_registration_ref": life.pre_registration_ref, "occupation": life.occupation})
    _check_count("skills", life.skills)
    _check_lengths({"skills": max(life.skills, key=len, default="")})


def check_account(text: str) -> None:
    """Refused for more than a short account."""
    if len(text) > MOST_ACCOUNT:
        raise Refused(Reason.TEXT_TOO_LONG, field="notes", limit=MOST_ACCOUNT)


def is_confidential(specific_need: str) -> bool:
    """Whether a need of attention belongs in the protected drawer; one that is not known does."""
    need = SPECIFIC_NEEDS.get(specific_need)
    return need is None or need.confidentiality != "normal"


def check_basis(basis: str | None) -> None:
    """Refused without an active basis for sensitive data."""
    if not has_active_basis(basis):
        raise Refused(Reason.SENSITIVE_CONSENT_MISSING)


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
    names = identity.names
    if identity.single_name and sum(bool(part) for part in (names.given, names.surname1, names.surname2)) > 1:
        doubts.append(Doubt.SINGLE_NAME_OR_SURNAMES)
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


def _check_count(field: str, lines: Sized) -> None:
    if len(lines) > MOST_LINES:
        raise Refused(Reason.TOO_MANY_LINES, field=field, most=MOST_LINES)


def _check_lengths(texts: Mapping[str, str]) -> None:
    for field, text in texts.items():
        if len(text) > MOST_TEXT:
            raise Refused(Reason.TEXT_TOO_LONG, field=field, limit=MOST_TEXT)

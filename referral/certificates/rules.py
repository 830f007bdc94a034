"""When a constancia may be issued and what one is worth on a day. Pure; called by this room's other files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum

from referral.certificates.facts import ConstanciaFacts, PrintedField
from referral.kernel.codes import COUNTRIES, IDENTITY_DOCUMENTS
from referral.kernel.refusal import Refused
from referral.people.facts import ContactFacts, IdentityFacts


class Missing(StrEnum):
    """What a person still lacks for a constancia, in the order in which the desk asks for it."""

    INSCRIPTION = "inscription"
    INSCRIPTION_IN_FORCE = "inscription_in_force"
    NAME = "name"
    IDENTITY_PROOF = "identity_proof"
    RESIDENCE_PROOF = "residence_proof"
    CONSENT = "consent"


class CertificateState(StrEnum):
    """What a constancia is worth on a day."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Reason(StrEnum):
    """Why a constancia is not issued or not revoked; worded in labels.py."""

    NOT_READY = "not_ready"  # values: missing
    ALREADY_HOLDS_ONE = "already_holds_one"  # values: folio
    ENDS_BEFORE_IT_STARTS = "ends_before_it_starts"
    NAME_CANNOT_BE_PRINTED = "name_cannot_be_printed"  # values: letters
    ALREADY_REVOKED = "already_revoked"
    NATIONALITY_NOT_HERS = "nationality_not_hers"


def missing_for_certificate(
    *,
    inscribed: bool,
    inscription_in_force: bool,
    has_identity_proof: bool,
    has_residence_proof: bool,
    has_consent: bool,
    has_name: bool = True,
) -> tuple[Missing, ...]:
    """What is missing; empty when one can be issued. Migration status is not, and must not become, a condition."""
    conditions = (
        (Missing.INSCRIPTION, inscribed),
        # Someone who was never inscribed is told so once, not twice.
        (Missing.INSCRIPTION_IN_FORCE, inscription_in_force or not inscribed),
        (Missing.NAME, has_name),
        (Missing.IDENTITY_PROOF, has_identity_proof),
        (Missing.RESIDENCE_PROOF, has_residence_proof),
        (Missing.CONSENT, has_consent),
    )
    return tuple(missing for missing, met in conditions if not met)


def certificate_state(*, valid_to: date | None, revoked_at: datetime | None, today: date) -> CertificateState:
    """Valid through the whole of `valid_to`. Revoked outweighs expired: it must not look as if time alone ended it."""
    if revoked_at is not None:
        return CertificateState.REVOKED
    if valid_to is not None and today > valid_to:
        return CertificateState.EXPIRED
    return CertificateState.VALID


def check_issue(
    *,
    missing: Sequence[Missing],
    current_folio: str | None,
    replaces_current: bool,
    valid_from: date,
    valid_to: date | None,
    unprintable: Sequence[str],
) -> None:
    """Raises Refused unless a constancia may be issued.

    `current_folio` is that of a constancia still valid: it can only be replaced (which revokes it), not doubled.
    `unprintable` are the letters that paper.unprintable found: a certificate with holes in a name is worthless.
    """
    if missing:
        raise Refused(Reason.NOT_READY, missing=tuple(missing))
    if current_folio is not None and not replaces_current:
        raise Refused(Reason.ALREADY_HOLDS_ONE, folio=current_folio)
    if valid_to is not None and valid_to < valid_from:
        raise Refused(Reason.ENDS_BEFORE_IT_STARTS)
    if unprintable:
        raise Refused(Reason.NAME_CANNOT_BE_PRINTED, letters=tuple(unprintable))


def check_revoke(*, revoked_at: datetime | None) -> None:
    """Raises Refused for a constancia already revoked. An expired one may be revoked: the reason is worth recording."""
    if revoked_at is not None:
        raise Refused(Reason.ALREADY_REVOKED)


# Whoever is passing through or fears a government is better off with a paper that names no country.
_BETTER_WITHOUT_NATIONALITY = frozenset(
    {"TRANSIT", "ASYLUM_SEEKER", "REFUGEE", "COMPL_PROT", "POLITICAL_ASYLEE", "STATELESS", "UNKNOWN"}
)


def suggests_nationality(profiles: Collection[str]) -> bool:
    """Whether the form proposes to print a nationality. Not when the profile is unknown: it might be one of those."""
    return bool(profiles) and _BETTER_WITHOUT_NATIONALITY.isdisjoint(profiles)


def printable_nationalities(nationalities: Iterable[str]) -> tuple[str, ...]:
    """Those that name a country: "none" or "not determined" on a paper would tell a stranger of statelessness."""
    return tuple(code for code in nationalities if code in COUNTRIES and COUNTRIES[code].is_country)


def proves_identity(kinds: Iterable[str], *, minor: bool | None) -> bool:
    """Whether one of these papers (codes of IDENTITY_DOCUMENTS) says who the person is. None need be in force."""
    papers = (IDENTITY_DOCUMENTS[kind] for kind in kinds if kind in IDENTITY_DOCUMENTS)
    return any(paper.proves_identity and (minor is True or not paper.minors_only) for paper in papers)


def proves_residence(kinds: Iterable[str]) -> bool:
    """Whether one of these papers says that the person lives in the city."""
    return any(IDENTITY_DOCUMENTS[kind].proves_residence for kind in kinds if kind in IDENTITY_DOCUMENTS)


def outdated(printed: ConstanciaFacts, identity: IdentityFacts, contact: ContactFacts) -> tuple[PrintedField, ...]:
    """What a constancia says otherwise than the file does now, in the order of the paper.

    What the person chose not to print cannot be wrong on it.
    """
    names = identity.names
    said_otherwise = (
        (PrintedField.NAME, printed.document_name != names.document_name),
        (PrintedField.CHOSEN_NAME, bool(printed.chosen_name) and printed.chosen_name != names.chosen),
        (PrintedField.BIRTH, printed.birth != identity.birth),
        (PrintedField.NATIONALITY, bool(printed.nationality) and printed.nationality not in identity.nationalities),
        (PrintedField.ALCALDIA, bool(printed.alcaldia) and printed.alcaldia != contact.alcaldia),
    )
    return tuple(field for field, wrong in said_otherwise if wrong)

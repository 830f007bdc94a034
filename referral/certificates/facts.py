"""What a constancia says, how it is asked for, what is kept of it. Read by rules.py, paper.py and the file page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from referral.kernel.partial_dates import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstanciaFacts:
    """All that may be printed on a constancia, and nothing else: no status, document number, address, group or need.

    A unit, signer or legal line that starts with the settings' word for an example is printed with a visible mark.
    """

    folio: str  # with its check character
    document_name: str  # whole, as on the person's document
    chosen_name: str | None  # only when the person wants it printed
    birth: PartialDate
    nationality: str | None  # code of COUNTRIES; None when the person would rather not
    alcaldia: str | None  # code of ALCALDIAS; never a street
    registered_on: date
    registered_at: str | None  # name of the desk
    valid_from: date
    valid_to: date | None
    validity_is_example: bool
    issuing_unit: str
    signer_name: str
    signer_post: str
    legal_basis: tuple[str, ...]
    verify_url: str  # whole address that the QR opens; holds nothing but an opaque code
    verify_code: str  # the same code, to be typed
    accompanying_adult: str | None  # for a minor
    sample: bool  # a demonstration: not valid, and says so
    photo: bool = False  # she wants her photograph on it; the picture itself is fetched when it is printed
    issued_at: datetime  # aware


class RevokeReason(StrEnum):
    """Why a constancia stopped counting; worded in labels.py. Nobody chooses those of AUTOMATIC: something else that
    was done brings them.
    """

    REPLACED = "replaced"
    LOST = "lost"
    STOLEN = "stolen"
    DATA_WRONG = "data_wrong"
    ISSUED_IN_ERROR = "issued_in_error"
    PERSON_ASKED = "person_asked"
    INSCRIPTION_ENDED = "inscription_ended"
    DATA_CORRECTED = "data_corrected"
    CONSENT_WITHDRAWN = "consent_withdrawn"


AUTOMATIC = frozenset(
    {
        RevokeReason.REPLACED,
        RevokeReason.INSCRIPTION_ENDED,
        RevokeReason.DATA_CORRECTED,
        RevokeReason.CONSENT_WITHDRAWN,
    }
)


class PrintedField(StrEnum):
    """What a constancia says that may since have changed on file."""

    NAME = "name"
    CHOSEN_NAME = "chosen_name"
    BIRTH = "birth"
    NATIONALITY = "nationality"
    ALCALDIA = "alcaldia"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person wants printed. `nationality` is one of hers (a code of COUNTRIES) or None for none."""

    chosen_name: bool = False
    nationality: str | None = None
    alcaldia: bool = True
    accompanying_adult: str = ""
    photo: bool = False
    replace_current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the settings say of who issues: printed on the paper, never kept in code."""

    issuing_unit: str
    signer_name: str
    signer_post: str
    legal_basis: tuple[str, ...]
    public_url: str
    validity_is_example: bool
    sample: bool


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """One constancia of a person, for her file. `revoked_reason`: a RevokeReason."""

    ref: uuid.UUID
    person: uuid.UUID
    folio: str
    issued_at: datetime
    valid_to: date | None
    revoked_at: datetime | None
    revoked_reason: RevokeReason | None
    replaced_by: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Printed:
    """What a constancia said on the day it was issued, and whose it is."""

    person: uuid.UUID
    facts: ConstanciaFacts
    revoked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a stranger is told of a constancia: nothing of the person. `ref` is for signed-in staff."""

    ref: uuid.UUID
    issued_on: date
    valid_to: date | None
    revoked_at: datetime | None

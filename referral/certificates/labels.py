"""Words of the certificates room: what is missing, states, reasons; what a stranger reads on verifying."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.certificates.facts import PrintedField, RevokeReason
from referral.certificates.rules import CertificateState, Missing, Reason
from referral.kernel.refusal import Refused

STATES: dict[CertificateState, LazyString] = {
    CertificateState.VALID: _l("Vigente"),
    CertificateState.EXPIRED: _l("Vencida"),
    CertificateState.REVOKED: _l("Sin efecto"),
}
STATE_TAGS = {
    CertificateState.VALID: "accepted",
    CertificateState.EXPIRED: "waiting",
    CertificateState.REVOKED: "closed",
}

# For anybody who verifies one: nothing of the person, nothing of why.
VERDICTS: dict[CertificateState, LazyString] = {
    CertificateState.VALID: _l("Esta constancia está vigente."),
    CertificateState.EXPIRED: _l("Esta constancia venció: ya pasó la fecha hasta la que contaba."),
    CertificateState.REVOKED: _l("Esta constancia quedó sin efecto."),
}

MISSING: dict[Missing, LazyString] = {
    Missing.INSCRIPTION: _l("La inscripción en el Padrón"),
    Missing.INSCRIPTION_IN_FORCE: _l("Que la inscripción esté vigente"),
    Missing.NAME: _l("El nombre que se imprimirá"),
    Missing.IDENTITY_PROOF: _l("Un documento que muestre quién es, aunque haya vencido"),
    Missing.RESIDENCE_PROOF: _l(
        "Un comprobante de que vive en la ciudad: recibo, carta de albergue o declaración firmada"
    ),
    Missing.CONSENT: _l("Su permiso para darle una constancia"),
}
MISSING_ACTIONS: dict[Missing, LazyString] = {
    Missing.INSCRIPTION: _l("Inscribir"),
    Missing.INSCRIPTION_IN_FORCE: _l("Renovar"),
    Missing.NAME: _l("Completar"),
    Missing.IDENTITY_PROOF: _l("Anotar el documento"),
    Missing.RESIDENCE_PROOF: _l("Anotar el comprobante"),
    Missing.CONSENT: _l("Preguntar"),
}

REVOKE_REASONS: dict[RevokeReason, LazyString] = {
    RevokeReason.LOST: _l("Se extravió"),
    RevokeReason.STOLEN: _l("La robaron o se la quitaron"),
    RevokeReason.DATA_WRONG: _l("Tiene un dato equivocado"),
    RevokeReason.ISSUED_IN_ERROR: _l("Se expidió por error"),
    RevokeReason.PERSON_ASKED: _l("La persona lo pidió"),
    RevokeReason.REPLACED: _l("Se expidió otra en su lugar"),
    RevokeReason.INSCRIPTION_ENDED: _l("Terminó la inscripción"),
    RevokeReason.DATA_CORRECTED: _l("Se corrigió un dato impreso"),
    RevokeReason.CONSENT_WITHDRAWN: _l("La persona retiró su permiso"),
}

PRINTED: dict[PrintedField, LazyString] = {
    PrintedField.NAME: _l("Nombre en su documento"),
    PrintedField.CHOSEN_NAME: _l("Nombre que usa"),
    PrintedField.BIRTH: _l("Fecha de nacimiento"),
    PrintedField.NATIONALITY: _l("Nacionalidad"),
    PrintedField.ALCALDIA: _l("Alcaldía"),
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.NOT_READY: _l("Todavía falta algo para la constancia: complete lo que está marcado en la lista."),
    Reason.ALREADY_HOLDS_ONE: _l(
        "Ya tiene una constancia vigente. Marque que esta la reemplaza; la anterior quedará sin efecto."
    ),
    Reason.ENDS_BEFORE_IT_STARTS: _l(
        "La vigencia termina antes de empezar. Renueve la inscripción y vuelva a intentar."
    ),
    Reason.NAME_CANNOT_BE_PRINTED: _l(
        "Estos caracteres del nombre no se pueden imprimir: %(letters)s. Anote el nombre en letras latinas."
    ),
    Reason.ALREADY_REVOKED: _l("Esta constancia ya había quedado sin efecto."),
    Reason.NATIONALITY_NOT_HERS: _l("Elija una de las nacionalidades de la persona, o ninguna."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room."""
    values = {
        name: " ".join(map(str, value)) if isinstance(value, tuple) else value for name, value in no.values.items()
    }
    return str(REFUSALS[Reason(no.reason)]) % values

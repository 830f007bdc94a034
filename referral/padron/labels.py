"""Words of the padron room: states, what is missing, why not; and what is wrong with a folio as typed."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.kernel.folio import FolioProblem
from referral.kernel.refusal import Refused
from referral.padron.facts import InscriptionState
from referral.padron.rules import Eligibility, Missing, Reason

STATES: dict[InscriptionState, LazyString] = {
    InscriptionState.IN_FORCE: _l("Vigente"),
    InscriptionState.LAPSED: _l("Vencida"),
    InscriptionState.ENDED: _l("Terminada"),
}
STATE_TAGS = {
    InscriptionState.IN_FORCE: "accepted",
    InscriptionState.LAPSED: "waiting",
    InscriptionState.ENDED: "closed",
}

MISSING: dict[Missing, LazyString] = {
    Missing.CARE_CONSENT: _l("Su permiso para guardar sus datos e inscribirle"),
    Missing.NAME: _l("Su nombre para el Padrón, además del nombre con el que se le llama"),
}
MISSING_ACTIONS: dict[Missing, LazyString] = {
    Missing.CARE_CONSENT: _l("Preguntar"),
    Missing.NAME: _l("Completar"),
}

ELIGIBILITY: dict[Eligibility, LazyString] = {
    Eligibility.OPEN: _l("Puede inscribirse."),
    Eligibility.CONFIRM: _l(
        "Las reglas del Padrón no dicen si este perfil se inscribe. Consulte con su supervisión antes de inscribir."
    ),
    Eligibility.SERVED_ONLY: _l(
        "El Padrón no es para este perfil: se le atiende y se le canaliza igual, sin inscripción."
    ),
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.NOT_READY: _l("Todavía falta algo para inscribir: complete lo que está marcado en la lista."),
    Reason.SERVED_NOT_INSCRIBED: _l(
        "El Padrón no es para este perfil. Anote sus necesidades y canalice: la atención es la misma."
    ),
    Reason.CONFIRMATION_MISSING: _l("Marque que ya se confirmó que este perfil puede inscribirse."),
    Reason.ALREADY_INSCRIBED: _l("Ya cuenta con inscripción, con el folio %(folio)s."),
    Reason.NOT_INSCRIBED: _l("Todavía no cuenta con inscripción: inscriba primero."),
    Reason.ENDED: _l("Esta inscripción terminó. Consulte con su supervisión."),
    Reason.NOTHING_TO_RENEW: _l("La inscripción ya llega hasta la fecha que tendría al renovarla."),
}

FOLIO_PROBLEMS: dict[FolioProblem, LazyString] = {
    FolioProblem.UNREADABLE: _l("Eso no parece un folio. Escríbalo como aparece en la constancia: %(example)s"),
    FolioProblem.WRONG_CHECK: _l("Algún carácter del folio no coincide. Revíselo con la constancia a la vista."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room, or for a folio that cannot be read."""
    if isinstance(no.reason, FolioProblem):
        return str(FOLIO_PROBLEMS[no.reason]) % dict(no.values)
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)

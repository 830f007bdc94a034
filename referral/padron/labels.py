"""Words of the padron room: states, what is missing, why not; and what is wrong with a folio as typed."""

from __future__ import annotations

from datetime import date

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.infra.web.formats import partial_date
from referral.kernel.folio import FolioProblem
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.padron.facts import (
    CorrectedField,
    CorrectionReason,
    EndReason,
    InscriptionState,
    ReopenReason,
    StepKind,
)
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
    Eligibility.OTHER_KIND: _l(
        "Este registro se abrió sólo para atención, sin inscripción; por ejemplo, quien busca a un familiar. "
        "Se le atiende y se le canaliza igual."
    ),
}

END_REASONS: dict[EndReason, LazyString] = {
    EndReason.LEFT_CITY: _l("Dejó la ciudad"),
    EndReason.ASKED: _l("La persona pidió la cancelación"),
    EndReason.DIED: _l("Falleció"),
    EndReason.DUPLICATE: _l("Estaba inscrita dos veces"),
    EndReason.IN_ERROR: _l("Se inscribió por error"),
    EndReason.CARE_WITHDRAWN: _l("Retiró su permiso para guardar sus datos"),
}
REOPEN_REASONS: dict[ReopenReason, LazyString] = {
    ReopenReason.ENDED_IN_ERROR: _l("Se terminó por error: sigue con la vigencia que tenía"),
    ReopenReason.CAME_BACK: _l("La persona volvió: empieza una vigencia nueva"),
}
CORRECTION_REASONS: dict[CorrectionReason, LazyString] = {
    CorrectionReason.CAPTURE_ERROR: _l("Se escribió mal al registrar"),
    CorrectionReason.DOCUMENT_SHOWN: _l("Mostró un documento que dice otra cosa"),
    CorrectionReason.LEGAL_CHANGE: _l("Su documento cambió; por ejemplo, por reconocimiento de identidad o matrimonio"),
    CorrectionReason.PERSON_TOLD: _l("La persona lo aclaró"),
}
CORRECTED_FIELDS: dict[CorrectedField, LazyString] = {
    CorrectedField.GIVEN: _l("Nombre(s)"),
    CorrectedField.SURNAME1: _l("Primer apellido"),
    CorrectedField.SURNAME2: _l("Segundo apellido"),
    CorrectedField.BIRTH: _l("Fecha de nacimiento"),
}
STEPS: dict[StepKind, LazyString] = {
    StepKind.INSCRIBED: _l("Inscripción"),
    StepKind.RENEWED: _l("Renovación"),
    StepKind.CORRECTED: _l("Corrección"),
    StepKind.ENDED: _l("Término"),
    StepKind.REOPENED: _l("Reapertura"),
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
    Reason.TOO_EARLY: _l("Todavía no toca renovar: vuelva a intentar dentro de %(days)s días."),
    Reason.ALREADY_ENDED: _l("Esta inscripción ya había terminado."),
    Reason.END_REASON_UNKNOWN: _l("Elija uno de los motivos de la lista."),
    Reason.NOT_ENDED: _l("Esta inscripción no ha terminado: no hace falta reabrirla."),
    Reason.STAYS_ENDED: _l(
        "Por el motivo con que terminó sólo puede reabrirse si fue un error. Elija esa opción si lo fue."
    ),
    Reason.NOTHING_CHANGED: _l("No cambió ningún dato: corrija al menos uno o vuelva sin guardar."),
    Reason.KIND_UNKNOWN: _l("Elija uno de los tipos de registro de la lista."),
    Reason.KIND_OF_INSCRIBED: _l("Cuenta con inscripción: termínela antes de cambiar el tipo de registro."),
}

FOLIO_PROBLEMS: dict[FolioProblem, LazyString] = {
    FolioProblem.UNREADABLE: _l("Eso no parece un folio. Escríbalo como aparece en la constancia: %(example)s"),
    FolioProblem.WRONG_CHECK: _l("Algún carácter del folio no coincide. Revíselo con la constancia a la vista."),
}


def state_choices() -> list[tuple[str, str]]:
    """The states of an inscription, for the filter of the register."""
    return [(state.value, str(words)) for state, words in STATES.items()]


def month_words(month: date) -> str:
    """ "diciembre de 2026", in the page's language."""
    return partial_date(PartialDate.from_text(f"{month:%Y-%m}"))


def correction_words(field: CorrectedField, value: str) -> str:
    """A value before or after a correction, as it is read; a word for one that was empty."""
    if not value:
        return _("sin dato")
    return partial_date(PartialDate.from_text(value)) if field is CorrectedField.BIRTH else value


def step_reason(kind: StepKind, reason: str) -> str:
    """The words of a step's reason; empty when the kind has none."""
    match kind:
        case StepKind.ENDED:
            return str(END_REASONS[EndReason(reason)])
        case StepKind.REOPENED:
            return str(REOPEN_REASONS[ReopenReason(reason)])
        case StepKind.CORRECTED:
            return str(CORRECTION_REASONS[CorrectionReason(reason)])
        case _:
            return ""


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room, or for a folio that cannot be read."""
    if isinstance(no.reason, FolioProblem):
        return str(FOLIO_PROBLEMS[no.reason]) % dict(no.values)
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)

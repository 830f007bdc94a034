"""Words of the visits room."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.kernel.refusal import Refused
from referral.visits.facts import AgeBand, Done, VisitReason
from referral.visits.rules import Reason

VISIT_REASONS: dict[VisitReason, LazyString] = {
    VisitReason.NEED: _l("Trae una necesidad nueva"),
    VisitReason.FOLLOW_UP: _l("Seguimiento de lo que ya pidió"),
    VisitReason.PAPERS: _l("Su inscripción o sus documentos"),
    VisitReason.INFORMATION: _l("Información"),
    VisitReason.OTHER: _l("Otro motivo"),
}

DONE: dict[Done, LazyString] = {
    Done.INFORMED: _l("Se le informó"),
    Done.NEEDS_NOTED: _l("Se anotaron sus necesidades"),
    Done.REGISTERED: _l("Se le registró"),
    Done.REFERRED: _l("Se le canalizó"),
    Done.ACCOMPANIED: _l("Se le acompañó"),
    Done.CALLED: _l("Se llamó por teléfono para su caso"),
    Done.PRINTED: _l("Se imprimió un documento"),
    Done.FOLLOWED_UP: _l("Se dio seguimiento"),
    Done.INTERPRETED: _l("Hubo intérprete"),
}

AGE_BANDS: dict[AgeBand, LazyString] = {
    AgeBand.UNDER_5: _l("0 a 4 años"),
    AgeBand.FROM_5: _l("5 a 11 años"),
    AgeBand.FROM_12: _l("12 a 17 años"),
    AgeBand.FROM_18: _l("18 a 59 años"),
    AgeBand.FROM_60: _l("60 años o más"),
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.NO_DESK: _l("Su cuenta no tiene mesa de atención. Pida a quien administra las cuentas que le asigne una."),
    Reason.UNKNOWN_CHANNEL: _l("Elija uno de los canales de atención de la lista."),
    Reason.NOTE_TOO_LONG: _l("La nota admite hasta %(limit)s caracteres. Acorte el texto."),
    Reason.NOTE_OF_NOBODY: _l("La nota se guarda en el expediente de una persona. Regístrela primero o quite la nota."),
    Reason.FACETS_OF_SOMEBODY: _l("Los datos sin nombre son sólo para quien no tiene expediente. Quítelos."),
    Reason.UNKNOWN_FACET: _l("Elija una de las opciones de la lista, o deje la pregunta sin respuesta."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room."""
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)

"""Words of the visits room."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.kernel.refusal import Refused
from referral.visits.facts import VisitReason
from referral.visits.rules import Reason

VISIT_REASONS: dict[VisitReason, LazyString] = {
    VisitReason.NEED: _l("Trae una necesidad nueva"),
    VisitReason.FOLLOW_UP: _l("Seguimiento de lo que ya pidió"),
    VisitReason.PAPERS: _l("Su inscripción o sus documentos"),
    VisitReason.INFORMATION: _l("Información"),
    VisitReason.OTHER: _l("Otro motivo"),
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.NO_DESK: _l("Su cuenta no tiene mesa de atención. Pida a quien administra las cuentas que le asigne una."),
    Reason.UNKNOWN_CHANNEL: _l("Elija uno de los canales de atención de la lista."),
    Reason.NOTE_TOO_LONG: _l("La nota admite hasta %(limit)s caracteres. Acorte el texto."),
    Reason.NOTE_OF_NOBODY: _l("La nota se guarda en el expediente de una persona. Regístrela primero o quite la nota."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room."""
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)

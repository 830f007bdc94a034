"""Words of the needs room: where a need stands, why something is not saved."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.infra.web.formats import code_label
from referral.kernel.refusal import Refused
from referral.needs.facts import NeedStatus
from referral.needs.rules import Reason

STATUSES: dict[NeedStatus, LazyString] = {
    NeedStatus.OPEN: _l("Sin atender"),
    NeedStatus.REFERRED: _l("Canalizada"),
    NeedStatus.MET: _l("Resuelta"),
    NeedStatus.UNMET: _l("No se resolvió"),
    NeedStatus.WITHDRAWN: _l("La persona ya no la pide"),
}

# The tint and shape of _parts/tag.html for each state.
STATUS_TAG: dict[NeedStatus, str] = {
    NeedStatus.OPEN: "waiting",
    NeedStatus.REFERRED: "sent",
    NeedStatus.MET: "accepted",
    NeedStatus.UNMET: "refused",
    NeedStatus.WITHDRAWN: "closed",
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.NOTHING_CHOSEN: _l("Marque al menos una necesidad."),
    Reason.TOO_MANY: _l("Marque hasta %(most)s necesidades a la vez."),
    Reason.NEED_UNKNOWN: _l("Elija las necesidades de la lista."),
    Reason.URGENCY_UNKNOWN: _l("Elija la urgencia de la lista."),
    Reason.ALREADY_OPEN: _l("Ya está anotada y sigue abierta: «%(need)s». Quite esa marca para guardar las demás."),
    Reason.OUTCOME_UNKNOWN: _l("Elija de la lista cómo quedó la necesidad."),
    Reason.CARE_WITHDRAWN: _l(
        "Retiró su permiso para guardar sus datos: pregúntele de nuevo en Consentimiento antes de anotar necesidades."
    ),
    Reason.ALREADY_SETTLED: _l("Esta necesidad ya se había cerrado. Abra el expediente para ver cómo quedó."),
    Reason.SETTLED_AS_OPEN: _l("Elija cómo quedó la necesidad para cerrarla."),
    Reason.UNDER_WAY: _l("Hay una canalización en curso para esta necesidad. Ciérrela primero con su resultado."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room."""
    values = dict(no.values)
    if "need" in values:
        values["need"] = code_label(str(values["need"]), "needs")
    return str(REFUSALS[Reason(no.reason)]) % values

"""Words of the referrals room: states, moves, reasons, what a packet says, why something is not done."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.consent import labels as consent_labels
from referral.consent.rules import Reason as ConsentReason
from referral.infra.web.formats import age_words, code_label, partial_date, phone
from referral.kernel.partial_dates import AgeRange, PartialDate, Precision
from referral.kernel.refusal import Refused
from referral.referrals.facts import Group, How, Party, ReasonParty, Status
from referral.referrals.queries.beside import Beside, Standing
from referral.referrals.rules.overriding import Override
from referral.referrals.rules.packet import TOLD, Field
from referral.referrals.rules.refusals import Reason
from referral.routing.facts import Polarity
from referral.routing.labels import reason_text

STATUSES: dict[Status, LazyString] = {
    Status.DRAFT: _l("Borrador"),
    Status.WAITING: _l("Detenida por un paso previo"),
    Status.REQUESTED: _l("Enviada"),
    Status.RECEIVED: _l("Recibida"),
    Status.ACCEPTED: _l("Aceptada"),
    Status.REJECTED: _l("Rechazada"),
    Status.IN_PROGRESS: _l("En atención"),
    Status.ON_HOLD: _l("En espera"),
    Status.COMPLETED: _l("Concluida"),
    Status.FAILED: _l("No lograda"),
    Status.CANCELLED: _l("Cancelada"),
    Status.ENTERED_IN_ERROR: _l("Anulada por error de captura"),
}

# The tint and shape of _parts/tag.html for each state.
STATUS_TAG: dict[Status, str] = {
    Status.DRAFT: "closed",
    Status.WAITING: "waiting",
    Status.REQUESTED: "sent",
    Status.RECEIVED: "sent",
    Status.ACCEPTED: "accepted",
    Status.REJECTED: "refused",
    Status.IN_PROGRESS: "accepted",
    Status.ON_HOLD: "waiting",
    Status.COMPLETED: "closed",
    Status.FAILED: "refused",
    Status.CANCELLED: "closed",
    Status.ENTERED_IN_ERROR: "closed",
}

MOVES: dict[Status, LazyString] = {
    Status.REQUESTED: _l("Enviar"),
    Status.RECEIVED: _l("Anotar que la recibieron"),
    Status.ACCEPTED: _l("Anotar que la aceptaron"),
    Status.REJECTED: _l("Anotar que la rechazaron"),
    Status.IN_PROGRESS: _l("Anotar que ya atienden"),
    Status.ON_HOLD: _l("Anotar que quedó en espera"),
    Status.COMPLETED: _l("Concluir con resultado"),
    Status.FAILED: _l("Cerrar sin haberlo logrado"),
    Status.CANCELLED: _l("Cancelar la canalización"),
    Status.ENTERED_IN_ERROR: _l("Anular por error de captura"),
}

# The same moves for the institution itself, which speaks of what it does.
PARTNER_MOVES: dict[Status, LazyString] = {
    Status.RECEIVED: _l("Confirmar que la recibimos"),
    Status.ACCEPTED: _l("Aceptar"),
    Status.REJECTED: _l("Rechazar"),
    Status.IN_PROGRESS: _l("Ya estamos atendiendo"),
    Status.ON_HOLD: _l("Dejar en espera"),
    Status.COMPLETED: _l("Concluir con resultado"),
    Status.FAILED: _l("Cerrar sin haberlo logrado"),
    Status.CANCELLED: _l("Cancelar la canalización"),
}

REASONS: dict[str, LazyString] = {
    "no_capacity": _l("No hay cupo"),
    "waiting_list": _l("Quedó en lista de espera"),
    "missing_document": _l("Falta un documento"),
    "not_eligible": _l("No cumple un requisito del servicio"),
    "out_of_area": _l("Vive fuera de la zona que atienden"),
    "language": _l("No atienden en su lengua"),
    "service_closed": _l("El servicio ya no opera"),
    "migration_status": _l("Por su situación migratoria"),
    "discrimination": _l("Posible discriminación"),
    "not_applicable": _l("El servicio no corresponde a lo que pide"),
    "no_reply": _l("La institución no respondió"),
    "no_show": _l("La persona no se presentó"),
    "not_located": _l("No se pudo localizar a la persona"),
    "person_declined": _l("La persona no quiso continuar"),
    "consent_withdrawn": _l("La persona retiró su consentimiento"),
    "has_it_already": _l("Ya recibe el servicio en otro lugar"),
    "moved": _l("La persona salió de la ciudad"),
    "deceased": _l("La persona falleció"),
    "solved_at_desk": _l("Se resolvió en la ventanilla"),
    "better_door": _l("Se eligió otro servicio"),
    "duplicate": _l("Está repetida"),
}

REASON_PARTIES: dict[ReasonParty, LazyString] = {
    ReasonParty.PERSON: _l("De la persona"),
    ReasonParty.SERVICE: _l("Del servicio"),
    ReasonParty.DESK: _l("De la ventanilla"),
}

PARTIES: dict[Party, LazyString] = {Party.DESK: _l("Ventanilla"), Party.RECEIVER: _l("Institución")}

HOWS: dict[How, LazyString] = {
    How.PHONE: _l("Por teléfono"),
    How.MAIL: _l("Por correo"),
    How.IN_PERSON: _l("En persona"),
    How.PORTAL: _l("La institución lo anotó aquí"),
}

GROUPS: dict[Group, LazyString] = {
    Group.OPEN: _l("Abiertas"),
    Group.OVERDUE: _l("Atrasadas"),
    Group.UNANSWERED: _l("Sin respuesta"),
    Group.DRAFTS: _l("Borradores"),
    Group.WAITING: _l("Detenidas"),
    Group.CLOSED: _l("Cerradas"),
}

# Why a caseworker goes against a suggestion.
OVERRIDES: dict[Override, LazyString] = {
    Override.DOOR_SAID_YES: _l("La institución confirmó que atiende a esta persona"),
    Override.LISTING_WRONG: _l("Lo que dice el directorio ya no es así"),
    Override.PERSON_ASKS: _l("La persona lo pide, con esta información"),
    Override.NO_OTHER_DOOR: _l("No hay otro servicio al que pueda ir"),
    Override.OTHER: _l("Otro motivo, que escribo abajo"),
}

METHODS: dict[str, LazyString] = {
    "link": _l("por una página en línea"),
    "phone": _l("por teléfono"),
    "email": _l("por correo"),
    "walk_in": _l("la persona se presenta"),
    "paper": _l("con oficio o papeleta"),
}

FIELDS: dict[Field, LazyString] = {
    Field.NAME: _l("Nombre que usa"),
    Field.DOCUMENT_NAME: _l("Nombre en su documento"),
    Field.AGE: _l("Edad"),
    Field.BIRTH: _l("Fecha de nacimiento"),
    Field.NATIONALITIES: _l("Nacionalidad"),
    Field.LANGUAGE: _l("Lengua"),
    Field.INTERPRETER: _l("Intérprete"),
    Field.PHONE: _l("Teléfono"),
    Field.EMAIL: _l("Correo electrónico"),
    Field.SAFE_CONTACT: _l("Contacto seguro"),
    Field.ALCALDIA: _l("Alcaldía"),
    Field.ACCOMPANIMENT: _l("Con quién viene"),
    Field.CURP: _l("CURP"),
    Field.PROFILES: _l("Perfil de movilidad"),
    Field.PREGNANT: _l("Embarazo o lactancia"),
    Field.DIFFICULTIES: _l("Apoyos que necesita"),
    Field.FOLIO: _l("Folio del Padrón"),
}

_LISTS = {
    Field.NATIONALITIES: "countries",
    Field.LANGUAGE: "languages",
    Field.SAFE_CONTACT: "safe_contact",
    Field.ALCALDIA: "alcaldias",
    Field.ACCOMPANIMENT: "child_accompaniment",
    Field.PROFILES: "profiles",
    Field.PREGNANT: "pregnant",
    Field.DIFFICULTIES: "functional_difficulties",
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.ANSWER_MISSING: _l("Pregunte a la persona si está de acuerdo y anote su respuesta."),
    Reason.SERVICE_NOT_REFERRABLE: _l("A este servicio no se canaliza. Elija otro de la lista."),
    Reason.NOT_A_CHILD_NOTICE: _l(
        "Sólo el aviso de protección de una niña, niño o adolescente sin compañía se envía sin esperar consentimiento."
        " Pregunte a la persona y anote su respuesta."
    ),
    Reason.FAMILY_PARTED: _l(
        "Así se separa a la familia: se quedaría sin lugar %(names)s. Marque a todas las personas o escriba por qué se"
        " canaliza sólo a una parte."
    ),
    Reason.BESIDE_CHANGED: _l("La familia cambió mientras tanto. Revise a quiénes más canaliza."),
    Reason.BESIDE_NO_CONSENT: _l(
        "%(name)s no ha dicho que sí a esta institución. Quite la marca, o pregúntele y registre primero su respuesta."
    ),
    Reason.BESIDE_BLOCKED: _l(
        "Para %(name)s este envío está bloqueado, para protegerle. Quite la marca y busque otro servicio."
    ),
    Reason.BESIDE_DOES_NOT_FIT: _l(
        "A %(name)s no le corresponde este servicio. Quite la marca y busque otro, o canalícele aparte."
    ),
    Reason.BESIDE_UNDER_WAY: _l("%(name)s ya tiene una canalización a este servicio. Quite la marca."),
    Reason.CARE_WITHDRAWN: _l(
        "Retiró su permiso para guardar sus datos: pregúntele de nuevo en Consentimiento antes de canalizar."
    ),
    Reason.BLOCKED: _l("Este envío está bloqueado para proteger a la persona. Elija otro servicio de la lista."),
    Reason.OVERRIDE_MISSING: _l("Este servicio no es el que se sugiere. Elija por qué lo usa, o escríbalo."),
    Reason.OVERRIDE_UNKNOWN: _l("Elija un motivo de la lista."),
    Reason.NEED_SETTLED: _l("La necesidad ya está cerrada. Anótela de nuevo si la persona la vuelve a pedir."),
    Reason.ALREADY_REFERRED: _l("Ya hay una canalización a este servicio para la misma necesidad: %(code)s."),
    Reason.PACKET_FIELD_UNKNOWN: _l("Elija los datos de la lista: los demás no hacen falta para este servicio."),
    Reason.CONSENT_MISSING: _l("Falta que la persona diga que sí a esta institución. Sin eso no se envía."),
    Reason.MOVE_NOT_ALLOWED: _l("La canalización está «%(start)s» y no puede pasar a «%(to)s»."),
    Reason.REASON_MISSING: _l("Elija el motivo."),
    Reason.REASON_UNKNOWN: _l("Elija un motivo de la lista."),
    Reason.OUTCOME_MISSING: _l("Elija el resultado."),
    Reason.OUTCOME_UNKNOWN: _l("Elija un resultado de la lista."),
    Reason.HOW_MISSING: _l("Anote cómo se enteró de la respuesta."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room, or of the consent that goes with it."""
    if isinstance(no.reason, ConsentReason):
        return consent_labels.refusal(no)
    values = {name: _state(value) if name in {"start", "to"} else value for name, value in no.values.items()}
    return str(REFUSALS[Reason(no.reason)]) % values


def packet_text(field: str, value: Any) -> str:
    """One value of a packet in the page's language."""
    name = Field(field)
    match name:
        case Field.AGE:
            low, high, *how = value
            age = age_words(AgeRange(low, high), told=TOLD in how)
            return _("%(age)s, dicho por la persona", age=age) if TOLD in how else age
        case Field.BIRTH:
            birth = PartialDate.from_text(value)
            born = partial_date(birth)
            return _("%(birth)s, por la edad que dijo", birth=born) if birth.precision is Precision.AGE else born
        case Field.PHONE:
            return phone(str(value))
        case Field.INTERPRETER:
            return _("Necesita intérprete")
    if name in _LISTS:
        codes = value if isinstance(value, list) else [value]
        return ", ".join(code_label(code, _LISTS[name]) for code in codes)
    return str(value)


def _state(value: object) -> str:
    return str(STATUSES[Status(str(value))])


BESIDE: Mapping[Standing, LazyString] = {
    Standing.AGREED: _l("ya dijo que sí a esta institución"),
    Standing.ANSWERED_FOR: _l("la persona responde por ella o él"),
    Standing.ASKED: _l("responde por su cuenta"),
    Standing.NO_NOTICE: _l("falta darle el aviso de privacidad"),
    Standing.NO_CONSENT: _l("falta su consentimiento para esta institución"),
    Standing.UNDER_WAY: _l("ya tiene una canalización a este servicio"),
    Standing.OTHER_DESK: _l("su expediente está en otra mesa"),
    Standing.SHUT: _l("el servicio no le recibe"),
    Standing.RESERVED: _l("lo reservado de su expediente no está abierto para usted"),
}


@cache
def status_words(_language: str) -> Mapping[Status, str]:
    """The states in the language of the page that asks: a list shows one in each row, and they never change."""
    return {status: str(text) for status, text in STATUSES.items()}


_SHUTTING = frozenset({Polarity.AGAINST, Polarity.BLOCK})


def beside_words(one: Beside) -> str:
    """Whether somebody of the household may go along, in a few words."""
    if one.offer is not None:
        why = "; ".join(reason_text(each).rstrip(".") for each in one.offer.reasons if each.polarity in _SHUTTING)
        if one.standing is Standing.SHUT:
            return _("el servicio no le recibe: %(why)s", why=why)
        return _(
            "%(standing)s; el servicio no le recibe (%(why)s): va con la razón que elija abajo",
            standing=BESIDE[one.standing],
            why=why,
        )
    if one.may_go and one.need is None:
        return _("%(standing)s; se le anota la misma necesidad", standing=BESIDE[one.standing])
    return str(BESIDE[one.standing])

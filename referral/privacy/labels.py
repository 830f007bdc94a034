"""Words of the privacy room: what was taken back, what ended with it, why not."""

from __future__ import annotations

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.consent import labels as consent_labels
from referral.consent.rules import Reason as ConsentReason
from referral.infra.web.formats import date_short, page_language
from referral.kernel.refusal import Refused
from referral.privacy.facts import Ended, GlassReason, Permission, SaidBy
from referral.privacy.rules import Reason

SAID_BY: dict[SaidBy, LazyString] = {
    SaidBy.IN_PERSON: _l("En la ventanilla"),
    SaidBy.PHONE: _l("Por teléfono"),
}

GLASS_REASONS: dict[GlassReason, LazyString] = {
    GlassReason.DANGER: _l("Hay peligro para la persona o para alguien más"),
    GlassReason.ABSENCE: _l("Quien la atiende no está y no puede esperar"),
    GlassReason.COMPLAINT: _l("La persona se quejó o pidió que se revise su caso"),
    GlassReason.SUPPORT: _l("Quien la atiende pidió apoyo con el caso"),
    GlassReason.MISTAKE: _l("Puede haber un error en sus datos o en una canalización"),
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.NOTHING_CHOSEN: _l("Marque al menos un permiso de los que la persona quiere retirar."),
    Reason.ANSWER_MISSING: _l("Pregunte por teléfono el año de nacimiento o el folio, y escriba la respuesta."),
    Reason.ANSWER_WRONG: _l(
        "La respuesta no coincide con el registro. Pregunte el otro dato, o pida que la persona venga a cualquier mesa."
    ),
    Reason.NOTHING_TO_ASK: _l(
        "No hay año de nacimiento ni folio con qué comprobar por teléfono: pida que venga a cualquier mesa."
    ),
    Reason.WORDS_TOO_SHORT: _l("Escriba con al menos %(least)s caracteres por qué hace falta leerlo."),
    Reason.ALREADY_OPEN: _l("Ya está abierto para usted."),
    Reason.REVIEW_OVERDUE: _l(
        "Protección de datos todavía no revisa lo que usted abrió antes, y el plazo ya pasó. Pídale la revisión: hasta"
        " entonces no puede abrir otro expediente. Quien atiende a la persona sí puede leerlo."
    ),
    Reason.ALREADY_REVIEWED: _l("Esta apertura ya estaba revisada."),
    Reason.ALREADY_ASKED: _l("Ya lo pidió: espera a que otra persona lo decida."),
    Reason.ALREADY_DECIDED: _l("Otra persona ya lo había decidido."),
    Reason.OWN_ASKING: _l("Usted lo pidió: lo decide otra persona, de la supervisión o de protección de datos."),
    Reason.PASSWORD_WRONG: _l(
        "La contraseña no es la de su cuenta. Escríbala otra vez; después de varias, espere un minuto."
    ),
    Reason.NOT_OPENED_IN_WRITING: _l("Este servicio no se abre con un consentimiento escrito. Elija otro de la lista."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room, or of the consent that it is about."""
    if isinstance(no.reason, ConsentReason):
        return consent_labels.refusal(no)
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)


def permission_words(one: Permission) -> str:
    """A permission and since when, as the form offers it."""
    since = date_short(one.since)
    if one.organization is None:
        return _("%(permission)s, desde el %(day)s", permission=consent_labels.PURPOSES[one.purpose], day=since)
    if one.partner is None:  # another desk: which institution is hers to say
        return _("Canalización a una institución, desde el %(day)s", day=since)
    return _("Canalización: %(partner)s, desde el %(day)s", partner=one.partner.label(page_language()), day=since)


def ended_words(ended: Ended) -> list[str]:
    """What ended with the permissions, a sentence each."""
    said = []
    if ended.sensitive:
        said.append(_("Los datos delicados quedaron cerrados: nadie puede leerlos."))
    if ended.referrals:
        said.append(
            _(
                "Se detuvo lo que estaba abierto con la institución (%(codes)s). "
                "Avísele también por teléfono: el sistema no lo hace.",
                codes=", ".join(ended.referrals),
            )
        )
    if ended.inscription:
        said.append(_("La inscripción en el Padrón quedó terminada."))
    if ended.papers:
        said.append(
            ngettext(
                "Su constancia quedó sin efecto. Quien la verifique lo verá desde ahora.",
                "%(num)s constancias quedaron sin efecto. Quien las verifique lo verá desde ahora.",
                ended.papers,
            )
        )
    if ended.photos:
        said.append(_("La fotografía quedó borrada."))
    return said

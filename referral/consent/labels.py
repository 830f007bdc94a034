"""Words of the consent room: what is asked, what was answered, why not recorded. The file page reads them too."""

from __future__ import annotations

from datetime import date

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.consent.facts import (
    Decision,
    GivenBy,
    NoticeChannel,
    OtherBasis,
    Purpose,
    Recorded,
    WrittenState,
)
from referral.consent.rules import Reason
from referral.kernel.refusal import Refused

PURPOSES: dict[Purpose, LazyString] = {
    Purpose.CARE: _l("Atención e inscripción"),
    Purpose.SENSITIVE: _l("Datos delicados"),
    Purpose.CONTACT: _l("Buscarle después"),
    Purpose.CERTIFICATE: _l("Constancia"),
    Purpose.STATISTICS: _l("Cifras sin su nombre"),
    Purpose.PHOTO: _l("Fotografía"),
    Purpose.REFERRAL: _l("Canalización a una institución"),
}

QUESTIONS: dict[Purpose, LazyString] = {
    Purpose.CARE: _l("¿Acepta que guardemos sus datos para atenderle e inscribirle en el Padrón?"),
    Purpose.SENSITIVE: _l("¿Acepta que anotemos datos delicados, como su situación migratoria o su salud?"),
    Purpose.CONTACT: _l("¿Podemos buscarle después para darle seguimiento?"),
    Purpose.CERTIFICATE: _l("¿Quiere que le demos una constancia de su inscripción?"),
    Purpose.STATISTICS: _l("¿Podemos contar su caso en las cifras, sin su nombre?"),
    Purpose.PHOTO: _l("¿Acepta que le tomemos una fotografía para su expediente?"),
}

HINTS: dict[Purpose, LazyString] = {
    Purpose.CARE: _l("Si dice que no, se le orienta igual; sólo no se le inscribe."),
    Purpose.SENSITIVE: _l("Ayudan a elegir el servicio adecuado. Sin ellos se le atiende igual."),
    Purpose.CONTACT: _l("Sólo por el medio que usted indicó y en la forma que le resulte segura."),
    Purpose.CERTIFICATE: _l("Es un papel con su nombre. Puede pedirla otro día, o no llevarla consigo."),
    Purpose.STATISTICS: _l("Las cifras dicen cuántas personas, nunca quiénes."),
    Purpose.PHOTO: _l("Puede imprimirse en la constancia si la persona quiere. Sin ella se le atiende igual."),
}

DECISIONS: dict[Decision, LazyString] = {
    Decision.YES: _l("Sí"),
    Decision.NO: _l("No"),
    Decision.NOT_NOW: _l("Ahora no"),
}

CHANNELS: dict[NoticeChannel, LazyString] = {
    NoticeChannel.READ_ALOUD: _l("Leído en voz alta"),
    NoticeChannel.PRINTED: _l("Entregado impreso"),
    NoticeChannel.ON_SCREEN: _l("Mostrado en pantalla"),
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.NOTICE_NOT_GIVEN: _l("Antes de anotar un sí, dé el aviso de privacidad y marque cómo lo dio."),
    Reason.HOW_MISSING: _l("Marque cómo dio su permiso la persona."),
    Reason.UNKNOWN_CODE: _l("Elija una opción de la lista: «%(value)s» no está en ella."),
    Reason.NOTHING_TO_WITHDRAW: _l("Ese permiso ya no estaba vigente: no hubo nada que retirar."),
    Reason.EXPRESS_NEEDED: _l(
        "Para datos delicados y para la fotografía la voz sola no basta: pida firma, huella o marca, o un testigo."
    ),
    Reason.WITNESS_MISSING: _l("Escriba el nombre de quien fue testigo."),
    Reason.ADULT_MISSING: _l("Escriba el nombre de quien responde por la niña, niño o adolescente."),
    Reason.ASSENT_MISSING: _l("Marque si la niña, niño o adolescente también está de acuerdo."),
    Reason.CHILD_ANSWERS_WITH_ADULT: _l(
        "Es menor de 18 años: marque quién responde por su persona, o deje los permisos para cuando lo haya."
    ),
    Reason.REASON_TOO_SHORT: _l("Explique el motivo con al menos %(least)s letras: otra persona va a revisarlo."),
    Reason.SHE_SAID_NO: _l(
        "La persona dijo que no o retiró su permiso: respete su respuesta. "
        "Sólo la protección de una niña, niño o adolescente puede ir por encima."
    ),
    Reason.ALREADY_HELD: _l("Ya hay un fundamento vigente para guardar datos delicados: no hace falta otro."),
    Reason.WITHDRAW_INSTEAD: _l(
        "Este permiso está vigente. Si la persona ya no lo quiere, use «Retirar un permiso»: "
        "así termina también lo que depende de él."
    ),
    Reason.ALREADY_REVIEWED: _l("Este caso ya se había revisado."),
    Reason.REFERENCE_MISSING: _l("Escriba dónde queda guardado el papel firmado."),
    Reason.ALREADY_OPEN: _l("Ya hay un consentimiento escrito para este servicio que espera o está abierto."),
    Reason.NOT_TO_CONFIRM: _l("Este consentimiento ya no espera confirmación: se usó, venció o se retiró."),
    Reason.SAME_PERSON_CONFIRMS: _l("Debe confirmarlo otra persona: usted fue quien lo anotó."),
}


GIVEN_BY: dict[GivenBy, LazyString] = {
    GivenBy.SELF: _l("La propia persona"),
    GivenBy.GUARDIAN: _l("Su madre, padre o quien tiene su cuidado"),
    GivenBy.CHILD_OFFICE: _l("La Procuraduría de protección de niñas, niños y adolescentes"),
}

OTHER_BASES: dict[OtherBasis, LazyString] = {
    OtherBasis.VITAL_INTEREST: _l("Su vida o su integridad corren peligro y no es posible preguntarle"),
    OtherBasis.EMERGENCY: _l("Urgencia médica: no puede responder en este momento"),
    OtherBasis.CHILD_PROTECTION: _l("Protección de una niña, niño o adolescente"),
}

WRITTEN_STATES: dict[WrittenState, LazyString] = {
    WrittenState.UNCONFIRMED: _l("Espera a una segunda persona"),
    WrittenState.OPEN: _l("Abierto para un solo envío"),
    WrittenState.USED: _l("Ya se usó"),
    WrittenState.EXPIRED: _l("Vencido"),
    WrittenState.WITHDRAWN: _l("Retirado"),
}
WRITTEN_TAGS = {
    WrittenState.UNCONFIRMED: "waiting",
    WrittenState.OPEN: "accepted",
    WrittenState.USED: "closed",
    WrittenState.EXPIRED: "closed",
    WrittenState.WITHDRAWN: "refused",
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room."""
    return str(REFUSALS[Reason(no.reason)]) % dict(no.values)


def standing(recorded: Recorded | None, today: date) -> str:
    """What an answer is worth today, in a word or two."""
    if recorded is None:
        return _("Sin preguntar")
    if recorded.withdrawn_at is not None:
        return _("Retirado")
    if recorded.decision is Decision.YES and not recorded.allows(today):
        return _("Vencido")
    return str(DECISIONS[recorded.decision])


def standing_tag(recorded: Recorded | None, today: date) -> str:
    """Which tint the tag takes (templates/_parts/tag.html)."""
    if recorded is None or recorded.decision is Decision.NOT_NOW:
        return "waiting"
    if recorded.allows(today):
        return "accepted"
    return "refused" if recorded.decision is Decision.NO else "closed"

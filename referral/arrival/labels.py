"""Words of the arrival room: what an alert says to do and never to do, its answers, the term for asking for refuge."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.arrival.facts import Alert, AnswerCode, AsylumDeadline, Paper, Question, RunsOut
from referral.arrival.rules import alerts as alert_rules
from referral.arrival.rules import triage as triage_rules
from referral.arrival.rules.alerts import ASYLUM_TERM
from referral.directory.labels import words
from referral.infra.web.formats import code_label, date_long
from referral.kernel.refusal import Refused
from referral.routing.labels import FACTS
from referral.routing.rules.book import rule_book
from referral.visits.facts import FirstAnswer


@dataclass(frozen=True, slots=True)
class Told:
    """What an alert says: its short title, what to do now, what never to do."""

    title: LazyString
    now: tuple[LazyString, ...]
    never: LazyString | None = None


_NOT_A_CHILD_ALONE = _l("Nunca le envíe al INM, a un albergue de personas adultas ni a su consulado, ni les avise.")
_TELL_PROTECTION = _l(
    "Avise ahora a la Procuraduría de Protección de niñas, niños y adolescentes o al DIF, antes de que se vaya. El"
    " aviso no espera consentimiento."
)

ALERTS: dict[str, Told] = {
    "R01": Told(
        _l("Niña, niño o adolescente sin una persona adulta"),
        (
            _TELL_PROTECTION,
            _l("Escuche lo que quiera decir y no le deje a solas. No le pregunte por qué salió de su país."),
        ),
        _NOT_A_CHILD_ALONE,
    ),
    "R02": Told(
        _l("Niña, niño o adolescente con una persona adulta que no es su madre, su padre ni quien tiene su tutela"),
        (
            _TELL_PROTECTION,
            _l("Anote quién es la persona adulta y qué relación dice tener. Hable a solas con la niña, niño o joven."),
        ),
        _NOT_A_CHILD_ALONE,
    ),
    "R06": Told(
        _l("Posible trata de personas"),
        (
            _l("Atienda a solas, sin quien acompaña a la persona, y pregunte si ahora está a salvo."),
            _l(
                "Ofrezca ir con la fiscalía o llamar a la línea contra la trata. Si es menor de 18 años, avise a la"
                " Procuraduría de Protección."
            ),
            _l("Use sólo el contacto seguro y escriba lo menos posible."),
        ),
        _l("Nunca avise a nadie sin su acuerdo, ni pregunte por la persona donde otros oigan."),
    ),
    "R07": Told(
        _l("Violencia de género"),
        (
            _l("Pregunte primero si tiene un lugar seguro para esta noche."),
            _l(
                "Ofrezca la Secretaría de las Mujeres, la fiscalía y atención de salud. Después de violencia sexual,"
                " la atención médica corre prisa."
            ),
        ),
        _l("Nunca le llame ni le escriba sin una forma segura anotada, ni dé razón de la persona a quien la busque."),
    ),
    "R09": Told(
        _l("Busca a un familiar, o murió en el camino"),
        (
            _l(
                "Canalice hoy a la búsqueda de personas migrantes (MAEBI) y a la fiscalía especializada: es gratuito y"
                " también atienden a familias que están en otro país."
            ),
        ),
        _l("Nunca le pida que espere para empezar la búsqueda."),
    ),
    "R10": Told(
        _l("Teme volver a su país y todavía no pide refugio"),
        (
            _l("Explique que puede pedir refugio en la COMAR, y hasta cuándo. La solicitud es gratuita."),
            _l("Fuera de plazo también puede pedirse, si se explican los motivos de la demora."),
        ),
        _l("Nunca le envíe a su consulado ni le avise de nada."),
    ),
    "R21": Told(
        _l("Urgencia médica"),
        (
            _l(
                "Llame al 911 o vaya con la persona al hospital más cercano. La atención es gratuita, con cualquier"
                " situación migratoria."
            ),
        ),
        _l("Nunca le haga esperar por un documento, un registro o un trámite."),
    ),
}

_DANGER = Told(
    _l("Está en peligro"),
    (
        _l("Si el peligro está cerca, llame al 911."),
        _l("Atienda a solas y pregunte si tiene un lugar seguro para esta noche."),
        _l("Anote sólo lo necesario y pregunte cómo se le puede buscar sin riesgo."),
    ),
    _l("Nunca avise a nadie sin su acuerdo."),
)

FIRST: dict[FirstAnswer, Told] = {
    FirstAnswer.ALONE: ALERTS["R01"],
    FirstAnswer.VIOLENCE: ALERTS["R07"],
    FirstAnswer.TRAFFICKING: ALERTS["R06"],
    FirstAnswer.THREAT: _DANGER,
    FirstAnswer.OTHER_DANGER: _DANGER,
    FirstAnswer.NO_BED: Told(
        _l("No tiene dónde dormir esta noche"),
        (_l("Pregunte primero quiénes van juntos y busque un albergue que reciba a todas las personas."),),
        _l("Nunca separe a una familia, ni envíe a un albergue de personas adultas a quien es menor y viene sin ella."),
    ),
    FirstAnswer.MEDICAL: ALERTS["R21"],
}

DANGERS: dict[FirstAnswer, LazyString] = {
    FirstAnswer.VIOLENCE: _l("Sí: violencia de su pareja, su familia o por ser quien es"),
    FirstAnswer.TRAFFICKING: _l("Sí: alguien le retiene, le obliga o le explota"),
    FirstAnswer.THREAT: _l("Sí: le amenazan o le persiguen"),
    FirstAnswer.OTHER_DANGER: _l("Sí: otro peligro"),
}

# Asked about a girl or boy, whom others answer for.
DANGERS_OF_CHILDREN: dict[FirstAnswer, LazyString] = {
    **DANGERS,
    FirstAnswer.VIOLENCE: _l("Sí: violencia en su casa o violencia sexual"),
    FirstAnswer.OTHER_DANGER: _l("Sí: nadie le cuida, u otro peligro"),
}

ANSWERS: dict[AnswerCode, LazyString] = {
    AnswerCode.DONE_CALLED: _l("Se llamó o se avisó"),
    AnswerCode.DONE_REFERRED: _l("Se canalizó o se acompañó"),
    AnswerCode.PERSON_REFUSED: _l("La persona, informada, no quiso"),
    AnswerCode.NOT_APPLICABLE: _l("No corresponde en este caso"),
}

RUNS_OUT: dict[Paper, tuple[LazyString, LazyString]] = {
    Paper.INSCRIPTION: (
        _l("Su inscripción en el Padrón vence el %(day)s."),
        _l("Su inscripción en el Padrón venció el %(day)s."),
    ),
    Paper.CERTIFICATE: (_l("Su constancia vence el %(day)s."), _l("Su constancia venció el %(day)s.")),
    Paper.CONSENT: (
        _l("Su permiso para una institución termina el %(day)s: pregunte si lo da de nuevo."),
        _l("Su permiso para una institución terminó el %(day)s: pregunte si lo da de nuevo."),
    ),
    Paper.DOCUMENT: (_l("%(kind)s: vence el %(day)s."), _l("%(kind)s: venció el %(day)s.")),
}

_REFUSALS: dict[object, LazyString] = {
    triage_rules.Reason.ALONE_BUT_ADULT: _l(
        "Según su fecha de nacimiento tiene 18 años o más. Corrija la fecha o quite esta marca."
    ),
    triage_rules.Reason.ALONE_BUT_ACCOMPANIED: _l(
        "También anotó con quién viene. Deje sólo una de las dos respuestas."
    ),
    alert_rules.Reason.NOT_STANDING: _l("Esta alerta ya no está en el expediente. Vea las que siguen."),
    alert_rules.Reason.ANSWER_UNKNOWN: _l("Elija qué se hizo."),
    alert_rules.Reason.CHILD_CANNOT_REFUSE: _l(
        "A una niña, niño o adolescente sin compañía se le protege siempre. Anote a quién se avisó."
    ),
    alert_rules.Reason.REASON_MISSING: _l("Escriba por qué no corresponde: lo leerá quien atienda después."),
    alert_rules.Reason.NOTE_TOO_LONG: _l("La nota admite hasta %(limit)s caracteres. Acorte el texto."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room."""
    return str(_REFUSALS[no.reason]) % dict(no.values)


def owns(no: Refused) -> bool:
    """Whether a refusal is of this room, and not of one it calls."""
    return isinstance(no.reason, triage_rules.Reason | alert_rules.Reason)


def alert_title(rule: str, *, doubt: bool = False) -> str:
    """The short words of an alert; a rule that a city added has those of the book."""
    told = ALERTS.get(rule)
    title = str(told.title) if told else words(rule_book()[rule].condition)
    return _("%(alert)s (falta confirmar la edad)", alert=title) if doubt else title


def alert_now(rule: str) -> list[str]:
    """What to do now, in whole sentences."""
    told = ALERTS.get(rule)
    return [str(line) for line in told.now] if told else [f"{words(rule_book()[rule].advice)}."]


def alert_never(rule: str) -> str:
    """What never to do; empty when nothing is said."""
    told = ALERTS.get(rule)
    return str(told.never) if told and told.never else ""


def deadline_lines(alert: Alert, days: int) -> list[str]:
    """What is known of the term for asking for refuge, for the alerts that speak of it."""
    if alert.rule not in ASYLUM_TERM:
        return []
    if alert.deadline is None:
        return [
            _("El plazo es de %(days)s días hábiles desde que entró a México: falta anotar cuándo entró.", days=days)
        ]
    return _deadline(alert.deadline)


def runs_out(one: RunsOut, *, past: bool) -> str:
    """A paper or permission that ran out, or will."""
    sentence = RUNS_OUT[one.what][1 if past else 0]
    return str(sentence) % {"day": date_long(one.on), "kind": code_label(one.kind, "identity_documents")}


def question(one: Question) -> str:
    """What to ask today."""
    asked = str(FACTS[one.asks])
    if one.doors:
        return ngettext(
            "Pregunte %(fact)s: de ello depende %(num)s servicio.",
            "Pregunte %(fact)s: de ello dependen %(num)s servicios.",
            one.doors,
            fact=asked,
        )
    return _("Pregunte %(fact)s.", fact=asked)


def _deadline(term: AsylumDeadline) -> list[str]:
    lines = []
    if term.first != term.last:
        lines.append(
            _(
                "No se sabe el día exacto en que entró: el plazo termina entre el %(first)s y el %(last)s. Cuente con"
                " el primero.",
                first=date_long(term.first),
                last=date_long(term.last),
            )
        )
    if term.passed:
        lines.append(
            _(
                "El plazo de %(days)s días hábiles terminó el %(day)s. Todavía puede pedir refugio: anote los motivos"
                " de la demora.",
                days=term.days,
                day=date_long(term.first),
            )
        )
    elif term.left == 0:
        lines.append(_("Hoy es el último día hábil del plazo para pedir refugio."))
    else:
        lines.append(
            ngettext(
                "Queda %(num)s día hábil para pedir refugio: hasta el %(day)s.",
                "Quedan %(num)s días hábiles para pedir refugio: hasta el %(day)s.",
                term.left,
                day=date_long(term.first),
            )
        )
    return lines

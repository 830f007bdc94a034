"""Words of the desk's pages: the next step, what happened since last time, why somebody was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

from flask import url_for
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.access.permissions import Permission
from referral.arrival.labels import DANGERS
from referral.certificates.rules import CertificateState, Missing
from referral.consent.labels import PURPOSES
from referral.desk.facts import Happening, News, NextStep, PersonFile, Step
from referral.directory.labels import words
from referral.households.labels import KINDS
from referral.infra.web.formats import age_words, code_label, date_long
from referral.kernel.codes import LANGUAGES
from referral.needs.labels import STATUSES as NEED_STATES
from referral.padron.facts import InscriptionState
from referral.people.facts import PersonCard
from referral.people.labels import MATCH_REASON_LABELS
from referral.people.rules.matching import Because, MatchReason
from referral.people.rules.registration import Doubt
from referral.privacy.labels import GLASS_REASONS
from referral.referrals.facts import Group, OpenCounts, ReferralLine, WorkLine
from referral.referrals.labels import REASONS, STATUS_TAG, STATUSES
from referral.visits.labels import DONE, VISIT_REASONS

Key = TypeVar("Key")

# Short: they stand in the header that stays, whatever part of the file is being read.
ALERTS: dict[Doubt, LazyString] = {
    Doubt.MINOR_ALONE: _l("Menor de edad, o puede serlo, sin acompañante"),
    Doubt.MINOR_WITH_UNRELATED: _l("Menor de edad, o puede serlo, con una persona ajena a su familia"),
    Doubt.MINOR_COMPANY_UNKNOWN: _l("Menor de edad: falta saber con quién viene"),
    Doubt.NO_SAFE_CONTACT: _l("No le llame ni le escriba: no es seguro"),
}

MISSING: dict[Missing, LazyString] = {
    Missing.INSCRIPTION: _l("la inscripción en el Padrón"),
    Missing.INSCRIPTION_IN_FORCE: _l("renovar la inscripción"),
    Missing.IDENTITY_PROOF: _l("un documento de identidad"),
    Missing.RESIDENCE_PROOF: _l("un comprobante de que vive en la ciudad"),
    Missing.CONSENT: _l("su consentimiento para imprimirla"),
}

INSCRIPTION_STATES: dict[InscriptionState, LazyString] = {
    InscriptionState.IN_FORCE: _l("Vigente"),
    InscriptionState.LAPSED: _l("Por renovar"),
    InscriptionState.ENDED: _l("Terminada"),
}
INSCRIPTION_TAGS: dict[InscriptionState, str] = {
    InscriptionState.IN_FORCE: "accepted",
    InscriptionState.LAPSED: "waiting",
    InscriptionState.ENDED: "closed",
}

CERTIFICATE_STATES: dict[CertificateState, LazyString] = {
    CertificateState.VALID: _l("Vigente"),
    CertificateState.EXPIRED: _l("Vencida"),
    CertificateState.REVOKED: _l("Sin efecto"),
}
CERTIFICATE_TAGS: dict[CertificateState, str] = {
    CertificateState.VALID: "accepted",
    CertificateState.EXPIRED: "waiting",
    CertificateState.REVOKED: "refused",
}

_LEFT_OUT = frozenset({MatchReason.SURNAME_MISSING, MatchReason.GIVEN_MISSING})

_PLAIN_STEPS: dict[Step, LazyString] = {
    Step.NOTICE: _l("Explique el aviso de privacidad y anote lo que la persona permite."),
    Step.NEEDS: _l("Pregunte qué necesita y anótelo."),
    Step.INSCRIBE: _l("Puede inscribirse en el Padrón."),
    Step.RENEW: _l("Su inscripción está por vencer o venció: puede renovarla."),
    Step.NOTHING: _l("No hay nada pendiente. Pregunte si necesita algo más."),
}

_BUTTONS: dict[Step, LazyString] = {
    Step.CHILD_ALONE: _l("Ver a quién avisar"),
    Step.URGENT_NEED: _l("Ver los servicios"),
    Step.NOTICE: _l("Registrar el consentimiento"),
    Step.LATE: _l("Abrir la canalización"),
    Step.NEEDS: _l("Anotar una necesidad"),
    Step.DRAFT: _l("Continuar el borrador"),
    Step.OPEN_NEED: _l("Ver los servicios"),
    Step.ASK_RESULT: _l("Registrar el resultado"),
    Step.INSCRIBE: _l("Inscribir en el Padrón"),
    Step.RENEW: _l("Renovar la inscripción"),
    Step.CERTIFICATE: _l("Preparar la constancia"),
    Step.WAIT: _l("Abrir la canalización"),
    Step.NOTHING: _l("Anotar una necesidad"),
}

STEP_PERMISSIONS: dict[Step, Permission] = {
    Step.CHILD_ALONE: Permission.NEED_RECORD,
    Step.URGENT_NEED: Permission.OFFERS_VIEW,
    Step.NOTICE: Permission.CONSENT_RECORD,
    Step.LATE: Permission.REFERRAL_VIEW,
    Step.NEEDS: Permission.NEED_RECORD,
    Step.DRAFT: Permission.REFERRAL_VIEW,
    Step.OPEN_NEED: Permission.OFFERS_VIEW,
    Step.ASK_RESULT: Permission.REFERRAL_VIEW,
    Step.INSCRIBE: Permission.PADRON_INSCRIBE,
    Step.RENEW: Permission.PADRON_INSCRIBE,
    Step.CERTIFICATE: Permission.CERTIFICATE_ISSUE,
    Step.WAIT: Permission.REFERRAL_VIEW,
    Step.NOTHING: Permission.NEED_RECORD,
}


@cache
def file_words(_language: str) -> dict[str, Any]:
    """What the file page says alike of everybody, said once for each language: looking words up was a tenth of it.

    `_language` must be that of the page being drawn.
    """
    return {
        "visit_reasons": _said(VISIT_REASONS),
        "visit_done": _said(DONE),
        "dangers": _said(DANGERS),
        "purposes": _said(PURPOSES),
        "need_states": _said(NEED_STATES),
        "inscription_states": _said(INSCRIPTION_STATES),
        "certificate_states": _said(CERTIFICATE_STATES),
        "missing_words": _said(MISSING),
        "guardian_kinds": _said(KINDS),
        "glass_reasons": _said(GLASS_REASONS),
    }


def _said(lazy: Mapping[Key, LazyString]) -> dict[Key, str]:
    return {key: str(text) for key, text in lazy.items()}


def count_words(counts: OpenCounts, *, partner: bool) -> list[tuple[str, int, str, str]]:
    """The counts of the home page that are referrals: view of the work list, number, words, how pressing."""
    late = ngettext("canalización sin respuesta a tiempo", "canalizaciones sin respuesta a tiempo", counts.overdue)
    waits = ngettext("canalización espera respuesta", "canalizaciones esperan respuesta", counts.unanswered)
    found = [
        (Group.OVERDUE.value, counts.overdue, late, "urgent"),
        (Group.UNANSWERED.value, counts.unanswered, waits, ""),
        (Group.OPEN.value, counts.open, ngettext("canalización en curso", "canalizaciones en curso", counts.open), ""),
    ]
    if not partner:
        drafts = ngettext("borrador espera consentimiento", "borradores esperan consentimiento", counts.drafts)
        found.insert(2, (Group.DRAFTS.value, counts.drafts, drafts, "soon"))
    return found


def step_words(next_step: NextStep) -> str:
    """The next step as a sentence."""
    line, need = next_step.referral, next_step.need
    if line is not None:
        return _referral_step(next_step.step, line)
    if next_step.step is Step.CHILD_ALONE:
        return _(
            "Envíe el aviso de protección a la procuraduría de niñas, niños y adolescentes:"
            " no espera el consentimiento."
        )
    if next_step.step is Step.CERTIFICATE:
        if not next_step.missing:
            return _("Todo está listo para imprimir su constancia.")
        return _("Para la constancia falta: %(list)s.", list=", ".join(str(MISSING[one]) for one in next_step.missing))
    if need is not None:
        label = code_label(need.code, "needs")
        if next_step.step is Step.URGENT_NEED:
            return _("Antes de que se vaya: busque ahora un servicio para «%(need)s».", need=label)
        return _("Busque un servicio para «%(need)s».", need=label)
    return str(_PLAIN_STEPS[next_step.step])


def step_button(next_step: NextStep) -> str:
    """The words of the button that takes the step."""
    if next_step.step is Step.CHILD_ALONE and next_step.need is None:
        return _("Anotar la necesidad de protección")
    return str(_BUTTONS[next_step.step])


def step_url(file: PersonFile) -> str:
    """Where the next step is taken."""
    ref, step = file.record.ref, file.next_step
    if step.referral is not None:
        return url_for("referrals.referral", ref=step.referral.ref)
    if step.need is not None:
        return url_for("referrals.offers", ref=ref, need=step.need.ref)
    match step.step:
        case Step.NOTICE:
            return url_for("consent.record", ref=ref)
        case Step.INSCRIBE | Step.RENEW:
            return url_for("padron.inscribe", ref=ref)
        case Step.CERTIFICATE:
            return url_for("certificates.issue", ref=ref)
        case _:
            return url_for("needs.add", ref=ref)


def status_tag(line: ReferralLine | WorkLine) -> tuple[str, str]:
    """Kind of tag and words for a referral: late ones say so."""
    if line.overdue:
        return "refused", _("Sin respuesta a tiempo")
    return STATUS_TAG[line.status], str(STATUSES[line.status])


def news_words(what: Happening, service: str) -> str:
    """One thing that happened since last time."""
    match what:
        case Happening.SENT:
            return _("Se envió la canalización a %(service)s.", service=service)
        case Happening.ANSWERED:
            return _("Contestó %(service)s.", service=service)
        case Happening.CLOSED:
            return _("Se cerró la canalización a %(service)s.", service=service)
        case Happening.LATE:
            return _("%(service)s no contestó a tiempo.", service=service)


def news_ending(news: News) -> str:
    """How it ended, or why: only of the event that brought it, for a referral that was sent knew nothing of its end."""
    line = news.referral
    if news.what not in {Happening.ANSWERED, Happening.CLOSED}:
        return ""
    if line.outcome:
        return f"{code_label(line.outcome, 'outcomes')}."
    return _("Motivo: %(reason)s.", reason=REASONS[line.reason]) if line.reason in REASONS else ""


def because(reasons: Iterable[Because]) -> str:
    """Why somebody was found, in one line. What a search leaves out says nothing: nobody types a whole name."""
    told = [one for one in reasons if one.reason not in _LEFT_OUT] or list(reasons)
    return "; ".join(str(MATCH_REASON_LABELS[one.reason]) % dict(one.values) for one in told)


def card_facts(card: PersonCard, today: date) -> list[str]:
    """Age, nationalities and language, as far as they are known, for headers and lists."""
    found = [age_words(card.birth, today)]
    found += [code_label(code, "countries") for code in card.nationalities]
    if card.language and card.language in LANGUAGES:
        language = code_label(card.spoken, "languages")
        found.append(_("%(language)s, con intérprete", language=language) if card.interpreter else language)
    return found


def _referral_step(step: Step, line: ReferralLine) -> str:
    service = words(line.service_name)
    match step:
        case Step.LATE:
            day = date_long(line.due_on)
            return _("%(service)s debía contestar el %(day)s. Llame y anote qué le dicen.", service=service, day=day)
        case Step.DRAFT:
            return _("La canalización a %(service)s está en borrador: falta enviarla.", service=service)
        case Step.ASK_RESULT:
            return _("Pregunte si ya recibió el servicio en %(service)s y anote el resultado.", service=service)
        case _:
            return _("%(service)s debe contestar a más tardar el %(day)s.", service=service, day=date_long(line.due_on))

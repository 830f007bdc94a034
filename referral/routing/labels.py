"""Words of routing: verdicts, reasons in plain words, the arithmetic of the ranking, the advice of rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import cast

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.directory.labels import TAKES, all_of, any_of, document_group, document_words, profile_words, words
from referral.infra.web.formats import page_language
from referral.kernel.codes import NEED_CATEGORIES, NEEDS, PRIORITY_GROUPS
from referral.routing.facts import (
    Circumstance,
    Criterion,
    FactName,
    Polarity,
    RankLine,
    Reason,
    ReasonCode,
    RuleNote,
    Verdict,
)
from referral.routing.rules.book import rule_book

VERDICTS: dict[Verdict, LazyString] = {
    Verdict.FITS: _l("Corresponde"),
    Verdict.FITS_IF: _l("Corresponde si se completa lo que falta"),
    Verdict.DOES_NOT_FIT: _l("No corresponde"),
    Verdict.BLOCKED: _l("No se puede enviar"),
}

# The tint and shape of _parts/tag.html for each verdict.
VERDICT_TAG: dict[Verdict, str] = {
    Verdict.FITS: "accepted",
    Verdict.FITS_IF: "waiting",
    Verdict.DOES_NOT_FIT: "closed",
    Verdict.BLOCKED: "refused",
}

POLARITIES: dict[Polarity, LazyString] = {
    Polarity.FOR: _l("A favor"),
    Polarity.CONFIRM: _l("Por confirmar"),
    Polarity.LACKS: _l("Falta"),
    Polarity.AGAINST: _l("En contra"),
    Polarity.BLOCK: _l("Bloqueo"),
    Polarity.NOTE: _l("Aviso"),
}

FACTS: dict[str, LazyString] = {
    FactName.AGE: _l("la edad"),
    FactName.GENDER: _l("el género con el que se identifica"),
    FactName.PROFILE: _l("el perfil de movilidad"),
    FactName.NATIONALITY: _l("la nacionalidad"),
    FactName.CITY: _l("si vive en la ciudad"),
    FactName.DOCUMENTS: _l("qué documentos tiene"),
    FactName.CURP: _l("si tiene CURP"),
    FactName.ACCOMPANIMENT: _l("con quién viene"),
    FactName.COMPANIONS: _l("quiénes van juntos"),
    FactName.LANGUAGE: _l("qué lengua habla"),
    FactName.READING: _l("si lee"),
    FactName.GROUPS: _l("si pertenece a un grupo de atención prioritaria"),
    Circumstance.FEARS_RETURN: _l("si teme volver a su país"),
    Circumstance.TRAFFICKING: _l("si pudo vivir trata de personas"),
    Circumstance.GENDER_VIOLENCE: _l("si vive o vivió violencia de género"),
    Circumstance.TORTURE: _l("si sobrevivió tortura"),
    Circumstance.CRIME_VICTIM: _l("si fue víctima o testigo de un delito"),
    Circumstance.RELATIVE_MISSING: _l("si busca a un familiar"),
    Circumstance.DISCRIMINATED: _l("si recibió un trato discriminatorio"),
    Circumstance.SERVICE_REFUSED: _l("si un servicio le negó la atención"),
    Circumstance.DETAINED: _l("si está en detención"),
    Circumstance.LOST_FORMAL_JOB: _l("si perdió un empleo formal"),
    Circumstance.REGULAR_STAY: _l("si tiene estancia regular"),
    Circumstance.FORMAL_JOB: _l("si tiene empleo formal"),
    Circumstance.SOCIAL_SECURITY: _l("si tiene seguridad social"),
    Circumstance.OWN_BUSINESS: _l("si tiene un negocio en marcha"),
    Circumstance.CARD_EXPIRING: _l("si su constancia o tarjeta está por vencer"),
}

CONDITIONS: dict[str, LazyString] = {
    Circumstance.LOST_FORMAL_JOB: _l("haber perdido un empleo formal"),
    Circumstance.REGULAR_STAY: _l("estancia regular"),
    Circumstance.FORMAL_JOB: _l("empleo formal"),
    Circumstance.SOCIAL_SECURITY: _l("seguridad social"),
    Circumstance.OWN_BUSINESS: _l("un negocio en marcha"),
    Circumstance.GENDER_VIOLENCE: _l("vivir o haber vivido violencia de género"),
}

CRITERIA: dict[Criterion, LazyString] = {
    Criterion.RULE: _l("Lo señalan las reglas: %(detail)s"),
    Criterion.NEED: _l("Atiende esta necesidad"),
    Criterion.RIGHT_NOW: _l("Responde en este momento, por teléfono"),
    Criterion.DISTANCE: _l("A unos %(detail)s km de donde vive"),
    Criterion.LANGUAGE: _l("Atiende en su lengua"),
    Criterion.LISTING: _l("Se puede canalizar sin verificar antes el servicio"),
    Criterion.FRESHNESS: _l("Antigüedad del dato"),
    Criterion.OPEN_NOW: _l("Está abierto en este momento"),
    Criterion.CAPACITY: _l("Tiene lugar: %(detail)s"),
    Criterion.FULL: _l("Sin lugar, según lo último que avisó"),
    Criterion.ACCEPTANCE: _l(
        "Dijo que sí a %(accepted)s de %(answers)s envíos recientes; con pocos cuenta el promedio"
    ),
    Criterion.NO_ANSWERS: _l("Sin respuestas recientes: cuenta como el promedio"),
    Criterion.ANSWER_DAYS: _l("Tarda en contestar %(detail)s días; con pocas respuestas cuenta el promedio"),
    Criterion.DOUBTS: _l("Datos por confirmar o documentos que faltan: %(detail)s"),
    Criterion.OWN_DESK: _l("Se atiende en esta misma ventanilla"),
}


# Kinds of rules, as the page of the rules names them.
RULE_KINDS: dict[str, LazyString] = {
    "hard_alert": _l("Alerta que no espera"),
    "block": _l("Bloqueo que protege"),
    "prerequisite": _l("Paso previo"),
    "rule": _l("Sugerencia"),
    "task": _l("Tarea de la ventanilla"),
    "gap": _l("Faltante que se cuenta"),
}


# The tint and shape of a reason by what it does.
REASON_CLASS: dict[Polarity, str] = {
    Polarity.FOR: "is-for",
    Polarity.CONFIRM: "is-open",
    Polarity.LACKS: "is-open",
    Polarity.AGAINST: "is-against",
    Polarity.BLOCK: "is-against",
    Polarity.NOTE: "is-note",
}


def reason_text(reason: Reason) -> str:
    """One reason as a sentence in the page's language."""
    if "rule" in reason.values:  # a city may change the words of a rule
        return _TEXTS[reason.code](reason)
    return _worded(reason.code, tuple(reason.values.items()), page_language())


@lru_cache(maxsize=2048)  # the same few demands of the same few services, all day long
def _worded(code: ReasonCode, values: tuple[tuple[str, object], ...], _language: str) -> str:
    return _TEXTS[code](Reason(code, Polarity.NOTE, dict(values)))


def rank_text(line: RankLine) -> str:
    """What a line of the arithmetic counts; the points are shown beside it."""
    if line.criterion is Criterion.RULE:  # a city may change the words of a rule
        return str(CRITERIA[line.criterion]) % {"detail": step_text(line.detail)[0]}
    return _counted(line.criterion, line.detail, page_language())


@lru_cache(maxsize=2048)  # as the reasons
def _counted(criterion: Criterion, detail: str, _language: str) -> str:
    if criterion is Criterion.ANSWER_DAYS and not detail:
        return _("Tiempo de respuesta: cuenta como el promedio")
    accepted, _slash, answers = detail.partition("/")
    return str(CRITERIA[criterion]) % {"detail": detail, "accepted": accepted, "answers": answers}


@cache
def verdict_words(_language: str) -> dict[Verdict, str]:
    """The words of each verdict, said once for each language; `_language` must be that of the page being drawn."""
    return {verdict: str(text) for verdict, text in VERDICTS.items()}


def note_text(note: RuleNote) -> tuple[str, str]:
    """A rule that applies: its condition and what to do."""
    rule = rule_book()[note.rule]
    return words(rule.condition), words(rule.advice)


def door_needs(globs: Iterable[str]) -> str:
    """For which needs a rule means one of its doors: codes, or whole categories ("HEALTH_*")."""
    return _("para: %(needs)s", needs=any_of(_need_words(glob) for glob in globs))


def _need_words(glob: str) -> str:
    if glob.endswith("_*"):
        return NEED_CATEGORIES.label(glob.removesuffix("_*"), page_language())
    return NEEDS.label(glob, page_language())


def step_text(rule: str) -> tuple[str, str]:
    """The rule that a referral waits for, also when it was switched off since: its condition and what to do."""
    found = rule_book().get(rule)
    if found is None:
        return _("Espera un paso previo"), _("La regla ya no está en uso: guarde el expediente y seguirá")
    return words(found.condition), words(found.advice)


def _named(reason: Reason) -> str:
    return _("Se sugiere para este caso: %(condition)s.", condition=_condition(reason))


def _first_step(reason: Reason) -> str:
    return _("Es el primer paso: %(condition)s.", condition=_condition(reason))


def _ages(reason: Reason) -> str:
    low, high = reason.values.get("low"), reason.values.get("high")
    if low is not None and high is not None:
        return _("Atiende de %(low)s a %(high)s años.", low=low, high=high)
    if low is not None:
        return _("Atiende desde los %(low)s años.", low=low)
    return _("Atiende hasta los %(high)s años.", high=high)


def _confirm_age(reason: Reason) -> str:
    return f"{_confirm_words([FactName.AGE], refused=bool(reason.value('refused')))} {_ages(reason)}"


def _confirm_fact(reason: Reason) -> str:
    sentence = _confirm_words([str(reason.value("fact"))], refused=bool(reason.value("refused")))
    if "takes" in reason.values:
        return f"{sentence} {_takes(reason)}"
    return sentence


def _confirm_words(facts: Iterable[str], *, refused: bool) -> str:
    asked = all_of(str(FACTS[fact]) for fact in facts)
    if refused:
        return _("Por confirmar, si la persona quiere decirlo: %(facts)s.", facts=asked)
    return _("Por confirmar: %(facts)s.", facts=asked)


def _confirm_document(reason: Reason) -> str:
    return _("Por confirmar: si tiene %(documents)s.", documents=document_group(_codes(reason, "documents")))


def _confirm_rule(reason: Reason) -> str:
    asked = all_of(str(FACTS[fact]) for fact in _codes(reason, "facts"))
    return _("Por confirmar antes de enviar: %(facts)s.", facts=asked)


def _after(_reason: Reason) -> str:
    return _("Sólo después de avisar a quien protege a la niña, niño o adolescente.")


def _lacks_document(reason: Reason) -> str:
    return _("Pide %(what)s: no cuenta con ello.", what=document_group(_codes(reason, "documents")))


def _lacks_condition(reason: Reason) -> str:
    return _("Pide %(what)s: no cuenta con ello.", what=str(CONDITIONS[str(reason.value("condition"))]))


def _takes(reason: Reason) -> str:
    takes = any_of(str(TAKES[code]) for code in _codes(reason, "takes"))
    if reason.values.get("family"):
        return _("No recibe a toda la familia junta: recibe a %(takes)s.", takes=takes)
    return _("Recibe a %(takes)s.", takes=takes)


def _groups(reason: Reason) -> str:
    groups = any_of(PRIORITY_GROUPS.label(code, page_language()) for code in _codes(reason, "groups"))
    return _("Atiende sólo a: %(who)s.", who=groups)


def _blocked(reason: Reason) -> str:
    advice = words(rule_book()[_rule(reason)].advice)
    return _("%(condition)s. %(advice)s.", condition=_condition(reason), advice=advice)


def _listing(reason: Reason) -> str:
    if reason.value("as_of"):
        return _("Verifique antes de usar: dato de %(date)s.", date=reason.value("as_of"))
    return _("Verifique antes de usar: dato sin fecha.")


def _rule(reason: Reason) -> str:
    return str(reason.value("rule"))


def _condition(reason: Reason) -> str:
    return words(rule_book()[_rule(reason)].condition)


def _codes(reason: Reason, name: str) -> tuple[str, ...]:
    return cast("tuple[str, ...]", reason.value(name))


_TEXTS: dict[ReasonCode, Callable[[Reason], str]] = {
    ReasonCode.NAMED_BY_RULE: _named,
    ReasonCode.FIRST_STEP: _first_step,
    ReasonCode.ASKS_NOTHING: lambda _reason: _("No pide requisitos."),
    ReasonCode.AGE_FITS: _ages,
    ReasonCode.HAS_DOCUMENT: lambda reason: _(
        "Tiene un documento que aceptan: %(document)s.", document=document_words(str(reason.value("document")))
    ),
    ReasonCode.SERVES_PROFILE: lambda reason: _("Atiende a: %(who)s.", who=profile_words(_codes(reason, "profiles"))),
    ReasonCode.CONSENT_RECORDED: lambda _reason: _("Hay consentimiento expreso y por escrito para este envío."),
    ReasonCode.CONFIRM_AGE: _confirm_age,
    ReasonCode.CONFIRM_FACT: _confirm_fact,
    ReasonCode.CONFIRM_DOCUMENT: _confirm_document,
    ReasonCode.CONFIRM_RULE: _confirm_rule,
    ReasonCode.AFTER_DOORS: _after,
    ReasonCode.LACKS_DOCUMENT: _lacks_document,
    ReasonCode.LACKS_CONDITION: _lacks_condition,
    ReasonCode.TOO_OLD: _ages,
    ReasonCode.TOO_YOUNG: _ages,
    ReasonCode.WOMEN_ONLY: lambda _reason: _("Atiende sólo a mujeres."),
    ReasonCode.MEN_ONLY: lambda _reason: _("Atiende sólo a hombres."),
    ReasonCode.MEXICANS_ONLY: lambda _reason: _("Atiende sólo a personas mexicanas."),
    ReasonCode.FOREIGNERS_ONLY: lambda _reason: _("Atiende sólo a personas de otro país."),
    ReasonCode.OTHER_PROFILES: lambda reason: _(
        "Atiende sólo a: %(who)s.", who=profile_words(_codes(reason, "profiles"))
    ),
    ReasonCode.OTHER_GROUPS: _groups,
    ReasonCode.OUTSIDE_CITY: lambda _reason: _("Atiende sólo a personas que viven en la ciudad."),
    ReasonCode.NOT_TAKEN: _takes,
    ReasonCode.BLOCKED_BY_RULE: _blocked,
    ReasonCode.VERIFY_LISTING: _listing,
    ReasonCode.OWN_DESK: lambda _reason: _("Se atiende en esta misma ventanilla."),
}

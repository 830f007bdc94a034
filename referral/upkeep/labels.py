"""Words of the upkeep room: fields, sections, ways of referring, what a value says, why a change was not taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import get_day_names
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.directory import labels as directory
from referral.directory.facts import Referrable
from referral.directory.own_terms import term_words
from referral.infra.web.formats import date_long, page_language
from referral.kernel.codes import ALCALDIAS, LANGUAGES, NEED_CATEGORIES
from referral.kernel.refusal import Refused
from referral.upkeep.facts import Gap, Kind, Section, State
from referral.upkeep.rules import ALL_DAY, DAYS, ENTRY, FIELDS, OTHER, Reason, Shape

SECTIONS: dict[Section, LazyString] = {
    Section.WHAT: _l("Qué ofrece"),
    Section.WHO: _l("A quién atiende y qué pide"),
    Section.HOW: _l("Cómo canalizar"),
    Section.WHERE: _l("Lugar y teléfonos"),
    Section.WHEN: _l("Horario"),
    Section.ORGANIZATION: _l("Institución"),
}

METHODS: dict[str, LazyString] = {
    "link": _l("Por una página en línea"),
    "email": _l("Por correo"),
    "phone": _l("Por teléfono"),
    "paper": _l("Con oficio o papeleta"),
    "walk_in": _l("La persona se presenta"),
}

KINDS: dict[Kind, LazyString] = {
    Kind.NOTICE: _l("Aviso de la ventanilla"),
    Kind.CHANGE: _l("Cambio que pide la institución"),
    Kind.ENTRY: _l("Alta provisional"),
}

STATES: dict[State, LazyString] = {
    State.OPEN: _l("En revisión"),
    State.ACCEPTED: _l("Aceptado"),
    State.REFUSED: _l("No aceptado"),
}

STATE_TAG: dict[State, str] = {State.OPEN: "waiting", State.ACCEPTED: "accepted", State.REFUSED: "refused"}

GAPS: dict[Gap, LazyString] = {
    Gap.PHONE: _l("teléfono"),
    Gap.HOURS: _l("horario"),
    Gap.PLACE: _l("dirección"),
    Gap.DOCUMENTS: _l("qué documentos pide"),
    Gap.METHOD: _l("cómo canalizar"),
    Gap.ENGLISH: _l("texto en inglés"),
}

FIELD_WORDS: dict[str, LazyString] = {
    "name_es": _l("Nombre del servicio"),
    "name_en": _l("Nombre en inglés"),
    "gives_es": _l("Qué ofrece"),
    "gives_en": _l("Qué ofrece, en inglés"),
    "alert_es": _l("Advertencia"),
    "alert_en": _l("Advertencia, en inglés"),
    "kind": _l("Tipo"),
    "status": _l("Estado del servicio"),
    "referrable": _l("Si se puede canalizar"),
    "need": _l("Para qué necesidades"),
    "eligibility_description_es": _l("A quién atiende, en palabras"),
    "eligibility_description_en": _l("A quién atiende, en inglés"),
    "bring_es": _l("Qué llevar, en palabras"),
    "bring_en": _l("Qué llevar, en inglés"),
    "minimum_age": _l("Edad mínima"),
    "maximum_age": _l("Edad máxima"),
    "gender": _l("Género"),
    "nationality": _l("Nacionalidad"),
    "profile": _l("Perfiles de movilidad"),
    "circumstance": _l("O esta circunstancia"),
    "condition": _l("Condiciones que pide"),
    "priority_group": _l("Grupos de atención prioritaria"),
    "takes": _l("A quién recibe el albergue"),
    "residence": _l("Residencia"),
    "languages": _l("Lenguas en que atiende"),
    "documents": _l("Documentos que pide"),
    "referral_method": _l("Cómo canalizar"),
    "referral_target": _l("Página, correo o teléfono para canalizar"),
    "email": _l("Correo del servicio"),
    "url": _l("Página en línea del servicio"),
    "next_step_es": _l("Qué sigue después de canalizar"),
    "next_step_en": _l("Qué sigue, en inglés"),
    "fees_description": _l("Costo"),
    "answer_days": _l("Días en que prometen contestar"),
    "gives_feedback": _l("Cuentan cómo terminó"),
    "phones": _l("Teléfonos"),
    "address_1": _l("Calle y número"),
    "postal_code": _l("Código postal"),
    "alcaldia": _l("Alcaldía"),
    "transportation": _l("Cómo llegar"),
    "accessibility": _l("Accesibilidad"),
    "confidential": _l("Dirección reservada"),
    "hours": _l("Horario"),
    "hours_said": _l("Horario en palabras"),
    "closures": _l("Cierres y horarios especiales"),
    "org_name_es": _l("Nombre de la institución"),
    "org_name_en": _l("Nombre de la institución, en inglés"),
    "org_email": _l("Correo de la institución"),
    "org_website": _l("Página en línea de la institución"),
    "org_description_es": _l("Qué es la institución"),
    "org_description_en": _l("Qué es la institución, en inglés"),
    OTHER: _l("Otra cosa"),
    ENTRY: _l("Alta provisional"),
}

REFUSALS: dict[Reason, LazyString] = {
    Reason.AGES: _l("La edad máxima es menor que la mínima. Corrija una de las dos."),
    Reason.LINK: _l("Escriba la dirección completa de la página, por ejemplo: https://www.ejemplo.org"),
    Reason.EMAIL: _l("Escriba el correo completo, por ejemplo: nombre@ejemplo.org"),
    Reason.NOTHING_CHANGED: _l("No cambió ningún dato. Escriba el dato nuevo y envíelo otra vez."),
    Reason.ALREADY_DECIDED: _l("Otra persona ya decidió sobre esto. Abra la página de nuevo para ver lo que falta."),
    Reason.REASON_MISSING: _l("Escriba por qué no se acepta: quien avisó lo leerá."),
    Reason.NO_NEED: _l(
        "Marque al menos una necesidad: sin ninguna, el servicio no se ofrece a nadie. "
        "Si ya no atiende, cambie el estado del servicio."
    ),
    Reason.ALREADY_LISTED: _l("Ya está en el directorio con ese nombre. Búsquela ahí y avise si algo está mal."),
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal of this room."""
    return str(REFUSALS[Reason(no.reason)])


def section_of(field: str) -> Section:
    """Where a field is edited; what is no single field, at the first section."""
    return FIELDS[field].section if field in FIELDS else Section.WHAT


def value_words(field: str, value: Any) -> str:
    """A field's value as a reader would say it; "sin dato" when there is none."""
    if value in (None, "", [], {}):
        return _("sin dato")
    shape = FIELDS[field].shape if field in FIELDS else Shape.TEXT
    if shape is Shape.YES_NO:
        return _("Sí") if value else _("No")
    if shape is Shape.CODE:
        return code_words(field, str(value))
    if shape is Shape.CODES:
        return ", ".join(code_words(field, code) for code in value)
    if shape is Shape.GROUPS:
        return "; ".join(directory.document_group(group) for group in value)
    if shape is Shape.PHONES:
        return ", ".join(value)
    if shape is Shape.HOURS:
        return "; ".join(f"{day_name(day)}: {day_hours(value[day])}" for day in DAYS if day in value)
    if shape is Shape.CLOSURES:
        return "; ".join(_closure(each) for each in value)
    return str(value)


def code_words(field: str, code: str) -> str:
    """The words of a code of a field."""
    if field == "need" and code.endswith("_*"):
        return _("%(category)s: cualquier necesidad", category=NEED_CATEGORIES.label(code[:-2], page_language()))
    if field == "status":
        return str(directory.STATUSES.get(code, code))
    if field == "kind":
        return str(directory.KINDS.get(code, code))
    if field == "referrable":
        return str(directory.REFERRABLE[Referrable(code)])
    if field == "referral_method":
        return str(METHODS.get(code, code))
    if field == "alcaldia":
        return ALCALDIAS.label(code, page_language())
    if field == "languages":
        return LANGUAGES.label(code, page_language())
    return term_words(field, code).label(page_language())


def day_name(day: str) -> str:
    """The name of a day by its iCal code."""
    return str(get_day_names("wide", locale=page_language())[DAYS.index(day)])


def day_hours(spans: Sequence[Sequence[str]]) -> str:
    """One day's hours in words."""
    if [tuple(span) for span in spans] == [ALL_DAY]:
        return _("24 horas")
    return directory.all_of(_("de %(opens)s a %(closes)s", opens=opens, closes=closes) for opens, closes in spans)


def _closure(each: Sequence[str]) -> str:
    first, last, hours, why = each
    start, end = date_long(date.fromisoformat(first)), date_long(date.fromisoformat(last))
    when = start if first == last else _("del %(first)s al %(last)s", first=start, last=end)
    said = hours or _("cerrado")
    return f"{when}: {said} ({why})" if why else f"{when}: {said}"

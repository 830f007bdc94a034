"""One form for each section of a listing: boxes named as the fields, filled from a listing, read back as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field

from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, TickField
from referral.infra.web.date_fields import ExactDateField
from referral.infra.web.fields import EmailField, LongTextField, NumberField, TextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, VersionMixin
from referral.kernel.codes import (
    ALCALDIAS,
    LANGUAGES,
    PRIORITY_GROUPS,
    PROFILES,
)
from referral.upkeep.facts import Section, Values
from referral.upkeep.forms.boxes import HoursField, PhonesField, document_choices, kept_order, need_choices
from referral.upkeep.labels import FIELD_WORDS, METHODS, code_words
from referral.upkeep.rules import (
    DAYS,
    FIELDS,
    Shape,
    fields_of,
    written_hours,
)

DOCUMENT_GROUPS = 4
CLOSURE_ROWS = 4
LONG_LIST = 12  # from here on a list of boxes to tick opens only when asked


def _line(name: str, longest: int = 200, **options: Any) -> TextField:
    return TextField(FIELD_WORDS[name], max_length=longest, **options)


def _text(name: str, longest: int = 2000, **options: Any) -> LongTextField:
    return LongTextField(FIELD_WORDS[name], max_length=longest, rows=3, **options)


def _codes(name: str, *codes: str) -> MultiChoiceField:
    return MultiChoiceField(FIELD_WORDS[name], choices=lambda: [(code, code_words(name, code)) for code in codes])


def _code(name: str, *codes: str, **options: Any) -> ChoiceField:
    return ChoiceField(
        FIELD_WORDS[name], choices=lambda: [(code, code_words(name, code)) for code in codes], drawn="select", **options
    )


class SectionForm(VersionMixin, DeskForm):
    """What the sections share. A box that is not a field of its own is read by the section's own `own_values`."""

    section: ClassVar[Section]

    def __init__(self, *given: Any, **options: Any) -> None:
        self._kept: Values = {}
        super().__init__(*given, **options)

    @classmethod
    def filled(cls, values: Values, version: int, *, sent: bool = True) -> Self:
        """The form with what is on file, over which a POST writes what was typed (not with sent=False)."""
        boxes = {**cls.boxes(values), "version": str(version)}
        form = cls(data=boxes) if sent else cls(formdata=None, data=boxes)
        form._kept = values
        return form

    @classmethod
    def boxes(cls, values: Values) -> dict[str, Any]:
        """What each box shows of the values on file."""
        return {name: values[name] for name in fields_of(cls.section)}

    def wanted(self) -> dict[str, Any]:
        """The section's values as typed; after validate()."""
        values: dict[str, Any] = {}
        for name in fields_of(self.section):
            if name in self._fields:
                values[name] = _value(self._fields[name])
                if FIELDS[name].shape is Shape.CODES:
                    values[name] = kept_order(self._fields[name], self._kept[name])
        return {**values, **self.own_values()}

    def own_values(self) -> dict[str, Any]:
        """Fields that several boxes hold together."""
        return {}

    def shown_boxes(self) -> Iterable[Any]:
        """The boxes in the order of the page, without the machine's."""
        return [field for field in self._fields.values() if hasattr(field, "kind")]


class WhatForm(SectionForm):
    """What it offers."""

    section = Section.WHAT
    name_es = _line("name_es", required=True)
    name_en = _line("name_en", hint=_l("Si lo deja vacío, se usa el nombre en español."))
    kind = _code("kind", "service", "programme", "shelter", "hotline", "body", "network", "policy", required=True)
    gives_es = _text("gives_es", required=True)
    gives_en = _text("gives_en")
    need = MultiChoiceField(FIELD_WORDS["need"], choices=need_choices)
    status = _code("status", "active", "temporarily closed", "inactive", "defunct", required=True)
    referrable = _code("referrable", "yes", "verify", "conditional", "host", "no", required=True)
    alert_es = _text("alert_es", hint=_l("Lo que hay que saber antes de usarlo."))
    alert_en = _text("alert_en")

    def own_values(self) -> dict[str, Any]:
        """A name in English there always is: lists in English are sorted by it."""
        return {"name_en": self.name_en.value or self.name_es.value}


class WhoForm(SectionForm):
    """Whom it attends and what it asks for."""

    section = Section.WHO
    eligibility_description_es = _text("eligibility_description_es")
    eligibility_description_en = _text("eligibility_description_en")
    minimum_age = NumberField(FIELD_WORDS["minimum_age"], least=0, most=120)
    maximum_age = NumberField(FIELD_WORDS["maximum_age"], least=0, most=120)
    gender = _code("gender", "any", "women", "men", required=True)
    nationality = _code("nationality", "any", "mexican", "foreign", required=True)
    profile = MultiChoiceField(
        FIELD_WORDS["profile"],
        choices=lambda: PROFILES.choices(page_language()),
        hint=_l("Basta con uno. Sin marcar: atiende a cualquiera."),
    )
    circumstance = _codes("circumstance", "FEARS_RETURN")
    condition = _codes(
        "condition",
        "FORMAL_JOB",
        "SOCIAL_SECURITY",
        "REGULAR_STAY",
        "GENDER_VIOLENCE",
        "OWN_BUSINESS",
        "LOST_FORMAL_JOB",
    )
    priority_group = MultiChoiceField(
        FIELD_WORDS["priority_group"], choices=lambda: PRIORITY_GROUPS.choices(page_language())
    )
    takes = _codes("takes", "women", "men", "children", "families")
    residence = _codes("residence", "city")
    documents_1 = MultiChoiceField(
        _l("Documento que pide (cualquiera de los marcados sirve)"), choices=document_choices
    )
    documents_2 = MultiChoiceField(_l("Y además (cualquiera de los marcados)"), choices=document_choices)
    documents_3 = MultiChoiceField(_l("Y además, tercero"), choices=document_choices)
    documents_4 = MultiChoiceField(_l("Y además, cuarto"), choices=document_choices)
    bring_es = _text("bring_es")
    bring_en = _text("bring_en")
    languages = MultiChoiceField(FIELD_WORDS["languages"], choices=lambda: LANGUAGES.choices(page_language()))

    @classmethod
    def boxes(cls, values: Values) -> dict[str, Any]:
        groups = values["documents"][:DOCUMENT_GROUPS]
        return {**super().boxes(values), **{f"documents_{n}": group for n, group in enumerate(groups, start=1)}}

    def own_values(self) -> dict[str, Any]:
        """Groups of documents, any of each."""
        groups = [kept_order(self[f"documents_{n}"], self._group(n)) for n in range(1, DOCUMENT_GROUPS + 1)]
        return {"documents": [*filter(None, groups), *self._kept["documents"][DOCUMENT_GROUPS:]]}

    def _group(self, number: int) -> list[str]:
        groups = self._kept["documents"]
        return list(groups[number - 1]) if number <= len(groups) else []


class HowForm(SectionForm):
    """The referral profile."""

    section = Section.HOW
    referral_method = ChoiceField(
        FIELD_WORDS["referral_method"], choices=METHODS.items, drawn="select", blank=_l("Sin dato")
    )
    referral_target = _line("referral_target", 500)
    next_step_es = _text("next_step_es", hint=_l("Por ejemplo: llaman en dos días para dar cita."))
    next_step_en = _text("next_step_en")
    answer_days = NumberField(FIELD_WORDS["answer_days"], least=0, most=365)
    gives_feedback = ChoiceField(
        FIELD_WORDS["gives_feedback"],
        choices=(("yes", _l("Sí")), ("no", _l("No"))),
        drawn="select",
        blank=_l("Sin dato"),
    )
    fees_description = _text("fees_description")
    email = EmailField(FIELD_WORDS["email"])
    url = _line("url", 500)

    @classmethod
    def boxes(cls, values: Values) -> dict[str, Any]:
        feedback = {True: "yes", False: "no"}.get(values["gives_feedback"], "")
        return {**super().boxes(values), "gives_feedback": feedback}

    def own_values(self) -> dict[str, Any]:
        """Yes, no, or nobody knows."""
        return {"gives_feedback": {"yes": True, "no": False}.get(self.gives_feedback.value or "")}


class WhereForm(SectionForm):
    """Where it is and how to call."""

    section = Section.WHERE
    phones = PhonesField(FIELD_WORDS["phones"], max_length=400, rows=3, hint=_l("Uno en cada línea."))
    address_1 = _line("address_1")
    alcaldia = ChoiceField(
        FIELD_WORDS["alcaldia"],
        choices=lambda: ALCALDIAS.choices(page_language()),
        drawn="select",
        blank=_l("Sin dato"),
    )
    postal_code = _line("postal_code", 10)
    transportation = _text("transportation", hint=_l("Metro, Metrobús o ruta, y qué se ve al llegar."))
    accessibility = _text("accessibility", hint=_l("Rampa, elevador, baño, lengua de señas."))
    confidential = TickField(
        FIELD_WORDS["confidential"], hint=_l("No se muestra a nadie fuera de la ventanilla ni se imprime.")
    )


def _day(code: str) -> HoursField:
    return HoursField(_DAY_WORDS[code], max_length=60)


_DAY_WORDS: Mapping[str, Any] = {
    "MO": _l("Lunes"),
    "TU": _l("Martes"),
    "WE": _l("Miércoles"),
    "TH": _l("Jueves"),
    "FR": _l("Viernes"),
    "SA": _l("Sábado"),
    "SU": _l("Domingo"),
}


def _closure(number: int) -> tuple[ExactDateField, ExactDateField, HoursField, TextField]:
    """The boxes of one exception; an error says of which."""
    return (
        ExactDateField(
            _l("Desde"), future=True, in_sentence=_l("Cierre u horario especial %(number)s: desde", number=number)
        ),
        ExactDateField(
            _l("Hasta"), future=True, in_sentence=_l("Cierre u horario especial %(number)s: hasta", number=number)
        ),
        HoursField(
            _l("Horas"), max_length=60, in_sentence=_l("Cierre u horario especial %(number)s: horas", number=number)
        ),
        TextField(
            _l("Motivo"), max_length=100, in_sentence=_l("Cierre u horario especial %(number)s: motivo", number=number)
        ),
    )


class WhenForm(SectionForm):
    """The week, and what is different on some days."""

    section = Section.WHEN
    day_mo = _day("MO")
    day_tu = _day("TU")
    day_we = _day("WE")
    day_th = _day("TH")
    day_fr = _day("FR")
    day_sa = _day("SA")
    day_su = _day("SU")
    hours_said = _text("hours_said", hint=_l("Sólo lo que las casillas no pueden decir."))
    closure_1_first, closure_1_last, closure_1_hours, closure_1_why = _closure(1)
    closure_2_first, closure_2_last, closure_2_hours, closure_2_why = _closure(2)
    closure_3_first, closure_3_last, closure_3_hours, closure_3_why = _closure(3)
    closure_4_first, closure_4_last, closure_4_hours, closure_4_why = _closure(4)

    @classmethod
    def boxes(cls, values: Values) -> dict[str, Any]:
        shown: dict[str, Any] = {f"day_{day.lower()}": values["hours"].get(day, []) for day in DAYS}
        shown["hours_said"] = values["hours_said"]
        for number, (first, last, hours, why) in enumerate(values["closures"][:CLOSURE_ROWS], start=1):
            shown |= {
                f"closure_{number}_first": date.fromisoformat(first),
                f"closure_{number}_last": date.fromisoformat(last),
                f"closure_{number}_hours": [hours.split("-")] if hours else [],
                f"closure_{number}_why": why,
            }
        return shown

    def closures(self) -> list[tuple[Any, Any, Any, Any]]:
        """The rows of exceptions, each with its four boxes."""
        parts = ("first", "last", "hours", "why")
        return [tuple(self[f"closure_{number}_{part}"] for part in parts) for number in range(1, CLOSURE_ROWS + 1)]

    def validate(self, extra_validators: Any = None) -> bool:
        good = super().validate(extra_validators)
        if good:
            for number, (first, last, hours, why) in enumerate(self.closures(), start=1):
                if first.value is None and (last.value is not None or hours.value or why.value):
                    self.refuse(
                        _("Cierre u horario especial %(number)s: escriba desde qué día vale.", number=number),
                        first.name,
                    )
                elif last.value is not None and last.value < first.value:
                    self.refuse(
                        _(
                            "Cierre u horario especial %(number)s: el último día es anterior al primero."
                            " Corrija uno de los dos.",
                            number=number,
                        ),
                        last.name,
                    )
                elif len(hours.spans) > 1:
                    self.refuse(
                        _(
                            "Cierre u horario especial %(number)s: escriba un solo horario, o deje vacío si cierra.",
                            number=number,
                        ),
                        hours.name,
                    )
        return good and not self.has_errors

    def own_values(self) -> dict[str, Any]:
        spans = {day: self[f"day_{day.lower()}"].spans for day in DAYS}
        closures = [
            [
                first.value.isoformat(),
                (last.value or first.value).isoformat(),
                written_hours(hours.spans),
                why.value,
            ]
            for first, last, hours, why in self.closures()
            if first.value is not None
        ]
        return {
            "hours": {day: each for day, each in spans.items() if each},
            "closures": sorted([*closures, *self._kept["closures"][CLOSURE_ROWS:]]),
        }


class OrganizationForm(SectionForm):
    """The institution itself: what changes here changes in all its services."""

    section = Section.ORGANIZATION
    org_name_es = _line("org_name_es", required=True)
    org_name_en = _line("org_name_en")
    org_description_es = _text("org_description_es")
    org_description_en = _text("org_description_en")
    org_email = EmailField(FIELD_WORDS["org_email"])
    org_website = _line("org_website", 500)

    def own_values(self) -> dict[str, Any]:
        """A name in English there always is."""
        return {"org_name_en": self.org_name_en.value or self.org_name_es.value}


FORMS: Mapping[Section, type[SectionForm]] = {
    form.section: form for form in (WhatForm, WhoForm, HowForm, WhereForm, WhenForm, OrganizationForm)
}


def _value(field: Field) -> Any:
    if isinstance(field, NumberField):
        return field.number
    if isinstance(field, PhonesField):
        return field.numbers
    if isinstance(field, ChoiceField):
        return field.value or ""
    return list(field.value) if isinstance(field, MultiChoiceField) else field.value

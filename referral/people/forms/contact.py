"""How to speak with her, where she is, and who must not know."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from typing import Any, ClassVar, Self, cast

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField, TickField
from referral.infra.web.fields import EmailField, NameField, PhoneField, TextField
from referral.people.facts import WITHHELD, DoNotTell, PersonRecord, Section, SpokenLanguage
from referral.people.forms.fields import choices_of, language_name, select, words_of
from referral.people.forms.section import SectionForm, make_form
from referral.people.rules.languages import language_told
from referral.people.rules.registration import MOST_LINES, MOST_TEXT

ROWS_AT_FIRST = 3
_ADD_LANGUAGE = "add_language"
_ADD_WHO = "add_who"
_ROW = re.compile(r"(language|language_name|level|who|note)_([1-9][0-9]?)", re.ASCII)


class ContactForm(SectionForm):
    """Boxes language_1, language_name_1, level_1... and who_1, note_1...: those filled and one more, or as asked."""

    own = frozenset({"languages", "do_not_tell"})
    spoken_rows: ClassVar[int] = ROWS_AT_FIRST
    not_told_rows: ClassVar[int] = ROWS_AT_FIRST

    @classmethod
    def of(cls, record: PersonRecord, version: int, **options: Any) -> Self:
        """A protected address is not in the form: it is shown, and noted that it was, on a page of its own."""
        contact = record.contact
        spoken = _rows(len(contact.languages), {"language", "language_name", "level"}, _ADD_LANGUAGE)
        not_told = _rows(len(contact.do_not_tell), {"who", "note"}, _ADD_WHO)
        made = _with_rows(cast(Any, cls), spoken, not_told)
        form: Self = super(ContactForm, made).of(record, version, **options)
        if contact.protected_address:
            for name in WITHHELD:
                del form[name]
        return form

    @property
    def adds_row(self) -> bool:
        return request.form.get("do") in {_ADD_LANGUAGE, _ADD_WHO}

    @property
    def spoken_boxes(self) -> list[tuple[str, str, str]]:
        """Names of the boxes of each language, row by row."""
        return [
            (f"language_{number}", f"language_name_{number}", f"level_{number}")
            for number in _numbers(self.spoken_rows)
            if f"language_{number}" in self
        ]

    @property
    def not_told_boxes(self) -> list[tuple[str, str]]:
        """Names of the boxes of each person who must not know, row by row."""
        return [
            (f"who_{number}", f"note_{number}") for number in _numbers(self.not_told_rows) if f"who_{number}" in self
        ]

    @property
    def adders(self) -> list[tuple[str, str, str]]:
        found = []
        if self.spoken_rows < MOST_LINES:
            found.append((_ADD_LANGUAGE, _("Agregar otra lengua"), f"language_{self.spoken_rows + 1}"))
        if self.not_told_rows < MOST_LINES:
            words = _("Agregar a otra persona que no debe enterarse")
            found.append((_ADD_WHO, words, f"who_{self.not_told_rows + 1}"))
        return found

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        filled = super().filled(record)
        for number, spoken in enumerate(record.contact.languages, start=1):
            filled |= {f"language_{number}": spoken.code, f"level_{number}": spoken.level}
            filled[f"language_name_{number}"] = spoken.name
        for number, one in enumerate(record.contact.do_not_tell, start=1):
            filled |= {f"who_{number}": one.who, f"note_{number}": one.note}
        return filled

    def answers(self) -> dict[str, Any]:
        found = super().answers()
        code, name = language_told(self.language.value or "", self.language_name.value)
        spoken = (self._spoken(number) for number in _numbers(self.spoken_rows))
        kept_from = (
            DoNotTell(self[f"who_{number}"].value, self[f"note_{number}"].value)
            for number in _numbers(self.not_told_rows)
            if self[f"who_{number}"].value or self[f"note_{number}"].value
        )
        return {
            **found,
            "contact.language": code,
            "contact.language_name": name,
            "contact.languages": tuple(dict.fromkeys(one for one in spoken if one.code)),
            "contact.do_not_tell": tuple(kept_from),
        }

    def _spoken(self, number: int) -> SpokenLanguage:
        field = f"language_name_{number}"
        code, name = language_told(self[f"language_{number}"].value or "", self[field].value, field=field)
        return SpokenLanguage(code, self[f"level_{number}"].value or "", name)


def _numbers(rows: int) -> range:
    return range(1, rows + 1)


def _rows(on_file: int, names: Container[str], adder: str) -> int:
    """How many rows to show: what is on file and one to fill in, never fewer than were sent."""
    sent = [int(found[2]) for name in request.form if (found := _ROW.fullmatch(name)) and found[1] in names]
    asked = max(sent, default=0) + (request.form.get("do") == adder)
    return min(max(ROWS_AT_FIRST, on_file + 1, asked), max(MOST_LINES, on_file))


@lru_cache(maxsize=64)
def _with_rows(form: Any, spoken: int, not_told: int) -> Any:
    boxes: dict[str, Any] = {"spoken_rows": spoken, "not_told_rows": not_told}
    for number in _numbers(spoken):
        boxes[f"language_{number}"] = select(_l("También habla (%(number)s)", number=number), "languages")
        boxes[f"language_name_{number}"] = language_name(_l("Si es otra lengua, ¿cuál? (%(number)s)", number=number))
        boxes[f"level_{number}"] = select(_l("Qué tanto la habla (%(number)s)", number=number), "language_level")
    for number in _numbers(not_told):
        who = _l("A quién no se debe informar (%(number)s)", number=number)
        boxes[f"who_{number}"] = TextField(who, max_length=MOST_TEXT)
        boxes[f"note_{number}"] = TextField(_l("Qué cuidar (%(number)s)", number=number), max_length=MOST_TEXT)
    return type(f"ContactForm{spoken}x{not_told}", (form,), boxes)


CONTACT = make_form(
    Section.CONTACT,
    ContactForm,
    language_name=language_name(),
    reads=ChoiceField(words_of("reads"), choices=choices_of("reads"), drawn="radios_inline"),
    phone=PhoneField(words_of("phone")),
    whatsapp=TickField(_l("El teléfono tiene WhatsApp")),
    email=EmailField(words_of("email")),
    safe_contact=ChoiceField(words_of("safe_contact"), choices=choices_of("safe_contact")),
    safe_hours=TextField(
        _l("Horario en que se le puede buscar"),
        max_length=MOST_TEXT,
        hint=_l("Por ejemplo: de lunes a viernes después de las 6 de la tarde; nunca de noche."),
    ),
    place=TextField(
        _l("Dónde preguntar por la persona"),
        max_length=MOST_TEXT,
        hint=_l("Un albergue, una plaza, la casa de alguien."),
    ),
    postcode=TextField(words_of("postcode"), max_length=10),
    protected_address=TickField(
        _l("Domicilio protegido"),
        hint=_l("La calle, la colonia y el lugar dejan de verse. Quien los muestre queda en el registro de consultas."),
    ),
    contact_name=NameField(words_of("emergency_contact")),
    contact_relation=select(_l("Parentesco o relación con la persona de contacto"), "relation"),
    contact_phone=PhoneField(_l("Teléfono de la persona de contacto")),
    will_return=TickField(_l("Vendrá a la ventanilla")),
)

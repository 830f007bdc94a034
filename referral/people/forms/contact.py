"""How to speak with her, where she is, and who must not know."""

from __future__ import annotations

from typing import Any, Self

from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField, TickField
from referral.infra.web.fields import EmailField, NameField, PhoneField, TextField
from referral.people.facts import WITHHELD, DoNotTell, PersonRecord, Section, SpokenLanguage
from referral.people.forms.fields import choices_of, select, words_of
from referral.people.forms.section import SectionForm, make_form
from referral.people.rules.registration import MOST_TEXT

SPOKEN = (1, 2, 3)
NOT_TOLD = (1, 2, 3)


class _Contact(SectionForm):
    own = frozenset({"languages", "do_not_tell"})

    @classmethod
    def of(cls, record: PersonRecord, version: int, **options: Any) -> Self:
        """A protected address is not in the form: it is shown, and noted that it was, on a page of its own."""
        form = super().of(record, version, **options)
        if record.contact.protected_address:
            for name in WITHHELD:
                del form[name]
        return form

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        filled = super().filled(record)
        for number, spoken in zip(SPOKEN, record.contact.languages, strict=False):
            filled |= {f"language_{number}": spoken.code, f"level_{number}": spoken.level}
        for number, one in zip(NOT_TOLD, record.contact.do_not_tell, strict=False):
            filled |= {f"who_{number}": one.who, f"note_{number}": one.note}
        return filled

    def answers(self) -> dict[str, Any]:
        spoken = (
            SpokenLanguage(self[f"language_{number}"].value, self[f"level_{number}"].value or "")
            for number in SPOKEN
            if self[f"language_{number}"].value
        )
        kept_from = (
            DoNotTell(self[f"who_{number}"].value, self[f"note_{number}"].value)
            for number in NOT_TOLD
            if self[f"who_{number}"].value or self[f"note_{number}"].value
        )
        return {
            **super().answers(),
            "contact.languages": tuple(dict.fromkeys(spoken)),
            "contact.do_not_tell": tuple(kept_from),
        }


def _language_boxes() -> dict[str, ChoiceField]:
    boxes = {}
    for number in SPOKEN:
        boxes[f"language_{number}"] = select(_l("También habla (%(number)s)", number=number), "languages")
        boxes[f"level_{number}"] = select(_l("Qué tanto la habla (%(number)s)", number=number), "language_level")
    return boxes


def _not_told_boxes() -> dict[str, TextField]:
    boxes = {}
    for number in NOT_TOLD:
        boxes[f"who_{number}"] = TextField(
            _l("A quién no se debe informar (%(number)s)", number=number), max_length=MOST_TEXT
        )
        boxes[f"note_{number}"] = TextField(_l("Qué cuidar (%(number)s)", number=number), max_length=MOST_TEXT)
    return boxes


CONTACT = make_form(
    Section.CONTACT,
    _Contact,
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
    **_language_boxes(),
    **_not_told_boxes(),
)

"""Who she is: names, birth, nationalities, CURP. The section that every paper is written from."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from referral.infra.web.date_fields import PartialDateField
from referral.infra.web.fields import NameField, TextField
from referral.kernel.names import PersonNames
from referral.people.facts import PersonRecord, Section
from referral.people.forms.fields import select, words_of
from referral.people.forms.section import LinesField, SectionForm, make_form
from referral.people.rules.curp import clean_curp

_PARTS = ("given", "surname1", "surname2", "chosen", "native")


class _Identity(SectionForm):
    own = frozenset({*_PARTS, "others", "nationalities", "accompaniment"})

    given = NameField(words_of("given_names"))
    surname1 = NameField(words_of("surname1"))
    surname2 = NameField(words_of("surname2"))
    chosen = NameField(words_of("chosen_name"), hint=_l("Es el que verá todo el personal. Puede ser el único que dé."))
    native = NameField(words_of("name_native"))
    others = LinesField(words_of("other_names"), hint=_l("Uno por renglón. Sirven para encontrar su expediente."))
    nationality = select(_l("Nacionalidad"), "countries")
    nationality2 = select(_l("Otra nacionalidad"), "countries")
    accompaniment = select(_l("Si es menor de 18 años: con quién viene"), "child_accompaniment")

    @classmethod
    def filled(cls, record: PersonRecord) -> dict[str, Any]:
        names = record.identity.names
        first, second = (*record.identity.nationalities, "", "")[:2]
        return {
            **super().filled(record),
            **{part: getattr(names, part) for part in _PARTS},
            "others": names.others,
            "nationality": first,
            "nationality2": second,
            "accompaniment": record.identity.accompaniment,
        }

    def answers(self) -> dict[str, Any]:
        parts = {part: self[part].value for part in _PARTS}
        nationalities = (self.nationality.value, self.nationality2.value)
        return {
            **super().answers(),
            "identity.names": PersonNames(**parts, others=self.others.entries),
            "identity.nationalities": tuple(dict.fromkeys(code for code in nationalities if code)),
            "identity.accompaniment": self.accompaniment.value or "",
            "identity.curp": clean_curp(self.curp.value),
        }


IDENTITY = make_form(
    Section.IDENTITY,
    _Identity,
    birth=PartialDateField(words_of("birth_date"), hint=_l("Por ejemplo: 27 3 1994. Basta con lo que sepa.")),
    curp=TextField(
        words_of("curp"),
        max_length=40,
        spellcheck=False,
        hint=_l("Sólo si la tiene a la mano. No hace falta para atenderle."),
    ),
)

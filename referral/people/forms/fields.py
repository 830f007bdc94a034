"""What the forms of the people room share: a form that ends in a fact, lists by name, boxes of names and of contact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from referral.infra.web.choice_fields import ChoiceField, TickField
from referral.infra.web.date_fields import PartialDateField
from referral.infra.web.fields import EmailField, NameField, PhoneField, TextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm
from referral.kernel import codes
from referral.kernel.code_lists import CodeList
from referral.kernel.codes import REGISTRATION_FIELDS
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people import labels
from referral.people.facts import ContactFacts, IdentityFacts
from referral.people.rules.curp import clean_curp
from referral.people.rules.languages import language_told

MOST_OF_A_LANGUAGE = 80  # characters of its name


def language_name(label: object = None) -> TextField:
    """The box for the name of a language outside the list."""
    return TextField(label or _l("Si es otra lengua, ¿cuál?"), max_length=MOST_OF_A_LANGUAGE)


def choices_of(name: str) -> Callable[[], list[tuple[str, str]]]:
    """The codes of a list with their words in the page's language, asked for when they are drawn."""
    known: CodeList[Any] = codes.code_list(name)
    return lambda: known.choices(page_language())


def select(label: object, name: str, **options: Any) -> ChoiceField:
    """A drop-down of a code list that may stay without an answer."""
    return ChoiceField(label, choices=choices_of(name), drawn="select", blank=_l("Sin dato"), **options)


def words_of(field: str) -> LazyString:
    """The label of a field of the registration, from its data."""
    return LazyString(lambda: REGISTRATION_FIELDS.label(field, page_language()))


class FactForm(DeskForm):
    """A form whose shape is right only when its fact can be made: what a name or a rule refuses lands on its box."""

    marks_optional = False  # nearly all of it is

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        try:
            self.check()
        except Refused as no:
            self.refuse(labels.refusal(no), no.field)
            return False
        return True

    def check(self) -> None:
        """Refused when the fact cannot be made."""


class NameFields:
    """Who somebody is, as a registration asks it."""

    given = NameField(_l("Nombre(s)"))
    surname1 = NameField(_l("Primer apellido"))
    surname2 = NameField(_l("Segundo apellido"))
    single_name = TickField(_l("Tiene un solo nombre, sin apellidos"))
    chosen = NameField(_l("Nombre con el que quiere que le llamemos"), hint=_l("Puede ser el único nombre que dé."))
    birth = PartialDateField(_l("Fecha de nacimiento"), hint=_l("Por ejemplo: 27 3 1994. Basta con lo que sepa."))
    accompaniment = select(_l("Si es menor de 18 años: con quién viene"), "child_accompaniment")
    nationality = select(_l("Nacionalidad"), "countries")
    nationality2 = select(_l("Otra nacionalidad"), "countries")
    sex_document = select(_l("Sexo en el documento"), "sex_document")
    curp = TextField(
        _l("CURP"),
        max_length=40,
        spellcheck=False,
        hint=_l("Sólo si la tiene a la mano. No hace falta para atenderle."),
    )


class ContactFields:
    """How to find somebody again, as a registration asks it."""

    language = select(_l("Lengua en que prefiere hablar"), "languages")
    language_name = language_name()
    interpreter = TickField(_l("Necesita intérprete"))
    phone = PhoneField(_l("Teléfono"))
    email = EmailField(_l("Correo electrónico"))
    alcaldia = select(_l("Alcaldía donde está"), "alcaldias")
    housing = select(_l("Dónde vive"), "housing")
    place = TextField(
        _l("Dónde preguntar por la persona"), max_length=200, hint=_l("Un albergue, una plaza, la casa de alguien.")
    )
    contact_name = NameField(_l("Persona de contacto"))
    contact_phone = PhoneField(_l("Teléfono de la persona de contacto"))
    will_return = TickField(_l("Vendrá a la ventanilla"))


def identity_of(form: Any, birth: PartialDate | None) -> IdentityFacts:
    """The fact in a form with NameFields; Refused when there is no readable name."""
    nationalities = (form.nationality.value, form.nationality2.value)
    return IdentityFacts(
        names=PersonNames(**{part: getattr(form, part).value for part in ("given", "surname1", "surname2", "chosen")}),
        birth=birth or PartialDate.unknown(),
        nationalities=tuple(dict.fromkeys(code for code in nationalities if code)),
        sex_document=form.sex_document.value or "",
        curp=clean_curp(form.curp.value),
        accompaniment=form.accompaniment.value or "",
        single_name=form.single_name.value,
    )


def contact_of(form: Any) -> ContactFacts:
    """The fact in a form with ContactFields."""
    texts = ("alcaldia", "housing", "place", "email", "contact_name")
    found: dict[str, Any] = {name: form[name].value or "" for name in texts}
    language, name = language_told(form.language.value or "", form.language_name.value)
    return ContactFacts(
        **found,
        language=language,
        language_name=name,
        interpreter=form.interpreter.value,
        will_return=form.will_return.value,
        phone=form.phone.e164,
        contact_phone=form.contact_phone.e164,
    )

"""Forms of the people room: registering, correcting by section, papers. Once valid, to_fact() gives the fact."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field

from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, TickField
from referral.infra.web.date_fields import ExactDateField, PartialDateField
from referral.infra.web.fields import EmailField, HiddenRef, LongTextField, NameField, PhoneField, TextField
from referral.infra.web.formats import page_language
from referral.infra.web.forms import DeskForm, OnceMixin, VersionMixin
from referral.kernel import codes
from referral.kernel.code_lists import CodeList
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people import labels
from referral.people.facts import ContactFacts, HealthFacts, IdentityFacts, MobilityFacts, NewDocument, NewPerson
from referral.people.rules import registration as rules
from referral.people.rules.curp import clean_curp

_MOST_REFS = 50


def _of(name: str) -> Callable[[], list[tuple[str, str]]]:
    known: CodeList[Any] = codes.code_list(name)
    return lambda: known.choices(page_language())


def _select(label: object, name: str, **options: Any) -> ChoiceField:
    return ChoiceField(label, choices=_of(name), drawn="select", blank=_l("Sin dato"), **options)


class _FactForm(DeskForm):
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


class _NameFields:
    given = NameField(_l("Nombre(s)"))
    surname1 = NameField(_l("Primer apellido"))
    surname2 = NameField(_l("Segundo apellido"))
    chosen = NameField(_l("Nombre con el que quiere que le llamemos"), hint=_l("Puede ser el único nombre que dé."))
    birth = PartialDateField(_l("Fecha de nacimiento"), hint=_l("Por ejemplo: 27 3 1994. Basta con lo que sepa."))
    accompaniment = _select(_l("Si es menor de 18 años: con quién viene"), "child_accompaniment")
    nationality = _select(_l("Nacionalidad"), "countries")
    nationality2 = _select(_l("Otra nacionalidad"), "countries")
    sex_document = _select(_l("Sexo en el documento"), "sex_document")
    curp = TextField(
        _l("CURP"),
        max_length=40,
        spellcheck=False,
        hint=_l("Sólo si la tiene a la mano. No hace falta para atenderle."),
    )


class _MoreNameFields:
    pronouns = _select(_l("Pronombres"), "pronouns")
    birth_country = _select(_l("País de nacimiento"), "places")
    native = NameField(_l("Nombre en su propia escritura"))
    others = LongTextField(
        _l("Otros nombres o formas de escribirlo"), max_length=2_000, rows=3, hint=_l("Uno por renglón.")
    )


class _ContactFields:
    language = _select(_l("Lengua en que prefiere hablar"), "languages")
    interpreter = TickField(_l("Necesita intérprete"))
    phone = PhoneField(_l("Teléfono"))
    email = EmailField(_l("Correo electrónico"))
    alcaldia = _select(_l("Alcaldía donde está"), "alcaldias")
    housing = _select(_l("Dónde vive"), "housing")
    place = TextField(
        _l("Dónde preguntar por la persona"), max_length=200, hint=_l("Un albergue, una plaza, la casa de alguien.")
    )
    contact_name = NameField(_l("Persona de contacto"))
    contact_phone = PhoneField(_l("Teléfono de la persona de contacto"))
    will_return = TickField(_l("Vendrá a la ventanilla"))


class _MoreContactFields:
    contact_relation = _select(_l("Parentesco o relación con la persona de contacto"), "relation")
    whatsapp = TickField(_l("El teléfono tiene WhatsApp"))
    safe_contact = ChoiceField(_l("Contacto seguro"), choices=_of("safe_contact"))
    reads = ChoiceField(_l("Sabe leer"), choices=_of("reads"), drawn="radios_inline")
    street = TextField(_l("Calle y número"), max_length=200)
    colonia = TextField(_l("Colonia"), max_length=200)
    postcode = TextField(_l("Código postal"), max_length=10)
    city_since = PartialDateField(_l("Vive en la ciudad desde"), age=False)


def _identity(form: Any, birth: PartialDate | None) -> IdentityFacts:
    nationalities = (form.nationality.value, form.nationality2.value)
    more = {name: getattr(form, name).value or "" for name in ("pronouns", "birth_country") if name in form}
    return IdentityFacts(
        names=PersonNames(
            **{part: getattr(form, part).value for part in ("given", "surname1", "surname2", "chosen")},
            others=tuple(form.others.value.splitlines()) if "others" in form else (),
            native=form.native.value if "native" in form else "",
        ),
        birth=birth or PartialDate.unknown(),
        nationalities=tuple(dict.fromkeys(code for code in nationalities if code)),
        sex_document=form.sex_document.value or "",
        curp=clean_curp(form.curp.value),
        accompaniment=form.accompaniment.value or "",
        **more,
    )


def _contact(form: Any) -> ContactFacts:
    flags = {name: form[name].value for name in ("interpreter", "will_return", "whatsapp") if name in form}
    texts = (
        "language", "alcaldia", "housing", "place", "email", "contact_name", "contact_relation", "safe_contact",
        "reads", "street", "colonia", "postcode",
    )  # fmt: skip
    since = form.city_since.value if "city_since" in form else None
    return ContactFacts(
        **{name: form[name].value or "" for name in texts if name in form},  # type: ignore[arg-type]
        **flags,
        phone=form.phone.e164,
        contact_phone=form.contact_phone.e164,
        city_since=since or PartialDate.unknown(),
    )


class _RefsField(Field):
    """Refs written by the page, in one box or several: acknowledged before, and by the button now."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tuple(ref for value in valuelist for ref in value.split())[:_MOST_REFS]

    def process_data(self, value: object) -> None:
        self.data = ()


class RegisterForm(OnceMixin, _NameFields, _ContactFields, _FactForm):
    """The least that opens a file. `acknowledged`: refs of look-alikes that were shown and are somebody else."""

    acknowledged = _RefsField()

    def check(self) -> None:
        rules.check_registration(self.to_fact())

    def to_fact(self) -> NewPerson:
        return NewPerson(_identity(self, self.birth.value), _contact(self))

    def sketch(self) -> IdentityFacts | None:
        """Who is being typed, before anything is checked; None while there is no readable name."""
        try:
            return _identity(self, self.birth.value if self.birth.validate(self) else None)
        except Refused:
            return None

    @property
    def acknowledged_refs(self) -> frozenset[str]:
        """Refs of the people who were shown as look-alikes."""
        return frozenset(self.acknowledged.data)


class IdentityForm(VersionMixin, _NameFields, _MoreNameFields, _FactForm):
    """Corrects who she is."""

    @classmethod
    def of(cls, identity: IdentityFacts, version: int, **options: Any) -> IdentityForm:
        """Filled from what is on file, under what was sent."""
        names = identity.names
        first, second = (*identity.nationalities, "", "")[:2]
        texts = {
            name: getattr(identity, name)
            for name in ("sex_document", "curp", "accompaniment", "pronouns", "birth_country")
        }
        parts = {name: getattr(names, name) for name in ("given", "surname1", "surname2", "chosen", "native")}
        data = {**texts, **parts, "others": "\n".join(names.others), "birth": _date(identity.birth)}
        return cls(data={**data, "nationality": first, "nationality2": second, "version": version}, **options)

    def check(self) -> None:
        rules.check_identity(self.to_fact())

    def to_fact(self) -> IdentityFacts:
        return _identity(self, self.birth.value)


class ContactForm(VersionMixin, _ContactFields, _MoreContactFields, _FactForm):
    """Corrects how to find her."""

    @classmethod
    def of(cls, contact: ContactFacts, version: int, **options: Any) -> ContactForm:
        """Filled from what is on file, under what was sent."""
        data = {name: getattr(contact, name) for name in ContactFacts.__slots__}
        return cls(data={**data, "city_since": _date(contact.city_since), "version": version}, **options)

    def check(self) -> None:
        rules.check_contact(self.to_fact())

    def to_fact(self) -> ContactFacts:
        return _contact(self)


class MobilityForm(VersionMixin, _FactForm):
    """Corrects her journey and what of her health chooses a door. Every answer may be left out."""

    profiles = MultiChoiceField(
        _l("Perfiles de movilidad"), choices=_of("profiles"), hint=_l("Según lo que dice la persona.")
    )
    status_self = _select(_l("Situación migratoria, según la persona"), "status_self")
    entry = PartialDateField(_l("Entrada a México"), age=False)
    intention = _select(_l("Intención"), "intention")
    asylum_stage = _select(_l("Etapa de la solicitud de refugio"), "asylum_stage")
    return_type = _select(_l("Tipo de retorno"), "return_type")
    return_country = _select(_l("País del que volvió"), "places")
    return_date = PartialDateField(_l("Fecha de retorno"), age=False)
    idp_state = _select(_l("Estado del que salió"), "states")
    relative_abroad = _select(_l("País donde está el familiar"), "places")
    pregnant = _select(_l("Embarazo o lactancia"), "pregnant")
    difficulties = MultiChoiceField(
        _l("Dificultades para ver, oír, moverse, recordar, cuidarse o comunicarse"),
        choices=_of("functional_difficulties"),
    )

    @classmethod
    def of(cls, mobility: MobilityFacts, health: HealthFacts, version: int, **options: Any) -> MobilityForm:
        """Filled from what is on file, under what was sent."""
        data = {name: getattr(mobility, name) for name in MobilityFacts.__slots__}
        dates = {"entry": _date(mobility.entry), "return_date": _date(mobility.return_date)}
        both = {"pregnant": health.pregnant, "difficulties": health.difficulties}
        return cls(data={**data, **dates, **both, "version": version}, **options)

    def to_fact(self) -> MobilityFacts:
        texts = (
            "status_self",
            "intention",
            "asylum_stage",
            "return_type",
            "return_country",
            "idp_state",
            "relative_abroad",
        )
        return MobilityFacts(
            profiles=self.profiles.value,
            entry=self.entry.value or PartialDate.unknown(),
            return_date=self.return_date.value or PartialDate.unknown(),
            **{name: self[name].value or "" for name in texts},
        )

    def to_health(self) -> HealthFacts:
        """The part that is sealed with her health."""
        return HealthFacts(self.pregnant.value or "", self.difficulties.value)


class DocumentForm(OnceMixin, DeskForm):
    """A paper she shows or tells of. None has to be in force."""

    kind = ChoiceField(
        _l("Documento"), choices=_of("identity_documents"), drawn="select", blank=_l("Elija"), required=True
    )
    number = TextField(_l("Número"), max_length=60, spellcheck=False)
    country = _select(_l("País que lo expidió"), "places")
    expires = ExactDateField(_l("Vence"), future=True)
    name_on_document = NameField(
        _l("Nombre que aparece en el documento"), hint=_l("Sólo si es distinto del que ya está escrito.")
    )
    seen = ChoiceField(_l("Cómo se vio"), choices=_of("document_seen"), drawn="radios_inline")

    def to_fact(self) -> NewDocument:
        return NewDocument(
            kind=self.kind.value or "",
            number=self.number.value,
            country=self.country.value or "",
            expires=self.expires.value,
            name_on_document=self.name_on_document.value,
            seen=self.seen.value or "",
        )


class RemoveForm(DeskForm):
    """Which paper to take off the file."""

    remove = HiddenRef()


def _date(value: PartialDate) -> PartialDate | None:
    return value if value.is_known else None

"""Words of a file's sections: titles, headings, answers, states, and why each question is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.infra.web.formats import code_label, date_long, page_language, partial_date, phone
from referral.kernel.codes import REGISTRATION_FIELDS
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import DatedProfile, DoNotTell, FunctionAnswer, PersonRecord, Section, SpokenLanguage
from referral.people.queries.sections import SectionSave
from referral.people.rules.free_text import Number
from referral.people.rules.groups import Source
from referral.people.rules.sections import Elsewhere, Question, SectionState, is_answered, value_of

NAMES: Mapping[Section, LazyString] = MappingProxyType(
    {
        Section.REGISTRY: _l("Registro"),
        Section.IDENTITY: _l("Nombre y nacimiento"),
        Section.CONTACT: _l("Contacto y domicilio"),
        Section.MOBILITY: _l("Movilidad"),
        Section.FAMILY: _l("Estado civil y embarazo"),
        Section.GROUPS: _l("Grupos de atención prioritaria"),
        Section.ATTENTION: _l("Necesidades de atención"),
        Section.DISABILITY: _l("Dificultades para funcionar"),
        Section.WORK: _l("Escuela y trabajo"),
        Section.HEALTH: _l("Salud"),
        Section.ACCOUNT: _l("Nota breve"),
        Section.FOLLOW_UP: _l("Seguimiento"),
    }
)
TITLES: Mapping[Section, LazyString] = MappingProxyType(
    {
        **NAMES,
        Section.IDENTITY: _l("Corregir nombre y nacimiento"),
        Section.CONTACT: _l("Corregir contacto y domicilio"),
        Section.MOBILITY: _l("Corregir perfil de movilidad"),
    }
)
LEADS: Mapping[Section, LazyString] = MappingProxyType(
    {
        Section.MOBILITY: _l(
            "Se usa para encontrar servicios que le sirvan. Nada de esto se pide con documentos, y todo puede quedar"
            " sin contestar."
        ),
        Section.GROUPS: _l("Lo que el expediente ya dice no se pregunta otra vez."),
        Section.ATTENTION: _l(
            "Anote sólo lo que ayuda a atender. Esta página la ven únicamente las personas que atienden en esta mesa."
        ),
        Section.DISABILITY: _l("¿Qué tanta dificultad tiene para…? Conteste con lo que diga la persona."),
        Section.HEALTH: _l("Lo que necesita, nunca un diagnóstico."),
        Section.FOLLOW_UP: _l("Para no perderle de vista, o para decir por qué terminó la atención."),
    }
)


class Part(NamedTuple):
    """A heading of a section's page and its boxes: rows are parted by "/", what stands side by side by a space."""

    heading: LazyString
    boxes: str

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Names of boxes, row by row."""
        return tuple(tuple(row.split()) for row in self.boxes.split("/"))


LAYOUT: Mapping[Section, tuple[Part, ...]] = MappingProxyType(
    {
        Section.IDENTITY: (
            Part(_l("Nombres"), "given / surname1 surname2 / single_name / chosen / pronouns / native / others"),
            Part(
                _l("Nacimiento y nacionalidad"),
                "birth / accompaniment / birth_country birth_state / birth_place / nationality nationality2",
            ),
            Part(_l("Lo que diga su documento, si lo tiene"), "sex_document / curp / curp_kind / curp_expires"),
        ),
        Section.CONTACT: (
            Part(
                _l("Cómo hablar con la persona"),
                "language language_name / interpreter / spoken_boxes / reads / phone / whatsapp / email / safe_contact"
                " / safe_hours",
            ),
            Part(_l("Quién no debe enterarse"), "not_told_boxes"),
            Part(
                _l("Dónde está"),
                "housing alcaldia / place / street colonia / postcode / protected_address / residence_proof"
                " / city_since",
            ),
            Part(_l("A través de quién"), "contact_name contact_relation / contact_phone / will_return"),
        ),
        Section.MOBILITY: (
            Part(_l("Perfiles"), "profiles / dates / intention / entry"),
            Part(_l("Papeles y refugio"), "status_self asylum_stage / no_document_reason"),
            Part(_l("Si regresó a México"), "return_type return_country / return_date"),
            Part(_l("Si tuvo que dejar otro lugar de México"), "idp_state idp_municipality / idp_cause / idp_date"),
            Part(_l("Si busca a un familiar en otro país"), "relative_abroad"),
        ),
        Section.WORK: (
            Part(_l("Escuela"), "schooling / in_school"),
            Part(_l("Trabajo"), "work_situation social_security / occupation / skills / work_permission"),
        ),
    }
)

PAGES: Mapping[Elsewhere, LazyString] = MappingProxyType(
    {
        Elsewhere.CONSENT: _l("Consentimiento y aviso de privacidad"),
        Elsewhere.DOCUMENTS: _l("Documentos y fotografía"),
        Elsewhere.HOUSEHOLD: _l("Familia con la que vive"),
        Elsewhere.NEEDS: _l("Necesidades"),
        Elsewhere.REFERRALS: _l("Canalizaciones"),
        Elsewhere.PADRON: _l("Inscripción y folio"),
        Elsewhere.CERTIFICATE: _l("Constancias"),
    }
)
SOURCES: Mapping[Source, LazyString] = MappingProxyType(
    {
        Source.GENDER: _l("por lo que dice de sí"),
        Source.SEX_ON_DOCUMENT: _l("por el sexo en su documento"),
        Source.AGE: _l("por su edad"),
        Source.PROFILE: _l("por su perfil de movilidad"),
        Source.HOUSING: _l("por el lugar donde vive"),
        Source.FUNCTIONS: _l("por las preguntas sobre dificultades"),
        Source.INDIGENOUS: _l("por el pueblo o la lengua que dijo"),
    }
)
NUMBERS: Mapping[Number, LazyString] = MappingProxyType(
    {
        Number.CURP: _l("La nota parece traer una CURP. Bórrela de ahí y anótela en su lugar."),
        Number.PHONE: _l("La nota parece traer un teléfono. Bórrelo de ahí y anótelo en Contacto."),
        Number.PASSPORT: _l("La nota parece traer un número de documento. Bórrelo de ahí y anótelo en Documentos."),
    }
)


@dataclass(frozen=True, slots=True)
class Why:
    """A question's words, why it is asked, and who gets to see the answer (empty: whoever serves the person)."""

    words: str
    why: str
    care: str


def why(questions: tuple[Question, ...]) -> list[Why]:
    """For each field once, in the order of the page."""
    fields = dict.fromkeys(question.field for question in questions)
    language = page_language()
    return [
        Why(REGISTRATION_FIELDS.label(one, language), REGISTRATION_FIELDS[one].why(language), _care(one))
        for one in fields
    ]


def _care(field: str) -> str:
    match REGISTRATION_FIELDS[field].sensitivity:
        case "c5":
            return _("Lo ven sólo quienes atienden en esta mesa.")
        case "c3" | "c4":
            return _("Es un dato sensible: se guarda sólo con su permiso.")
        case _:
            return ""


def state_words(state: SectionState, saved: SectionSave | None) -> str:
    """How far a section is: "3 de 7 contestadas", "sin preguntar"."""
    if state.closed:
        return _("espera su consentimiento")
    if state.answered:
        return ngettext(
            "%(answered)s de %(num)s contestada",
            "%(answered)s de %(num)s contestadas",
            state.total,
            answered=state.answered,
        )
    return _("preguntado, sin respuestas") if saved else _("sin preguntar")


def state_kind(state: SectionState) -> str:
    """The kind of its tag."""
    if state.closed or not state.answered:
        return "waiting"
    return "accepted" if state.answered == state.total else "sent"


def do_not_tell(one: DoNotTell) -> str:
    """The warning for the head of every page of the file."""
    if one.note and one.who:
        return _("No informar a: %(who)s (%(note)s)", who=one.who, note=one.note)
    return _("No informar a: %(who)s", who=one.who or one.note)


def answers(record: PersonRecord, questions: tuple[Question, ...]) -> Iterator[tuple[str, str]]:
    """(question, answer) in words, of what was answered."""
    for question in questions:
        value = record.contact.spoken if question.path == "contact.language" else value_of(record, question)
        if question.path == "contact.language_name":
            continue  # told with the language
        if is_answered(value) and (words := _words(question, value)):
            yield question_words(question), words


def question_words(question: Question) -> str:
    """The question's own words, where several share one field of the registration."""
    own = _OWN_WORDS.get(question.path)
    return str(own) if own is not None else REGISTRATION_FIELDS.label(question.field, page_language())


_OWN_WORDS: Mapping[str, LazyString] = MappingProxyType(
    {
        "contact.languages": _l("También habla"),
        "contact.safe_hours": _l("Horario en que se le puede buscar"),
        "contact.do_not_tell": _l("A quién no se debe informar"),
        "contact.place": _l("Dónde preguntar por la persona"),
        "contact.protected_address": _l("Domicilio protegido"),
        "contact.contact_relation": _l("Parentesco o relación con la persona de contacto"),
        "contact.contact_phone": _l("Teléfono de la persona de contacto"),
        "contact.will_return": _l("Vendrá a la ventanilla"),
        "mobility.history": _l("Desde cuándo y hasta cuándo"),
        "protected.groups_asked": _l("Se revisaron los grupos con la persona"),
    }
)


def _words(question: Question, value: object) -> str:
    match value:
        case bool():
            return _("Sí")
        case PartialDate():
            return partial_date(value)
        case date():
            return date_long(value)
        case tuple():
            return "; ".join(_one(question, one) for one in value)
        case str() if question.name in {"phone", "contact_phone"}:
            return phone(value)
        case str() if question.list_of:
            return code_label(value, question.list_of)
        case _:
            return str(value)


def _one(question: Question, value: object) -> str:
    match value:
        case DoNotTell():
            return f"{value.who} ({value.note})" if value.note else value.who
        case SpokenLanguage():
            language, level = code_label(value.spoken, "languages"), code_label(value.level, "language_level")
            return f"{language} ({level})" if level else language
        case FunctionAnswer():
            asked, level = code_label(value.code, "functional_question"), code_label(value.level, "functional_level")
            return f"{asked}: {level}"
        case DatedProfile():
            return _span(value)
        case _:
            return code_label(str(value), question.list_of) if question.list_of else str(value)


def _span(one: DatedProfile) -> str:
    profile = code_label(one.profile, "profiles")
    if one.since.is_known and one.until.is_known:
        return _(
            "%(profile)s: desde %(since)s hasta %(until)s",
            profile=profile,
            since=partial_date(one.since),
            until=partial_date(one.until),
        )
    if one.until.is_known:
        return _("%(profile)s: hasta %(until)s", profile=profile, until=partial_date(one.until))
    return _("%(profile)s: desde %(since)s", profile=profile, since=partial_date(one.since))

"""What the file asks, section by section, and where each of the registration's fields lives. Pure: forms, the data page
and people.actions are drawn from these tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from referral.kernel.codes import FUNCTIONAL_QUESTIONS, REGISTRATION_FIELDS
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import UNLISTED, PersonRecord, Section


class Elsewhere(StrEnum):
    """The pages of other rooms that hold a field."""

    FILE = "file"
    CONSENT = "consent"
    DOCUMENTS = "documents"
    HOUSEHOLD = "household"
    NEEDS = "needs"
    REFERRALS = "referrals"
    PADRON = "padron"
    CERTIFICATE = "certificate"


Applies = Callable[[PersonRecord, date], bool]


def always(_record: PersonRecord, _today: date) -> bool:
    """A question for everybody."""
    return True


@dataclass(frozen=True, slots=True)
class Question:
    """One answer of a file. `path` leads to it from the PersonRecord and begins with the drawer it is kept in."""

    path: str
    field: str  # of REGISTRATION_FIELDS: its words, list, sensitivity and why
    list_name: str = ""
    applies: Applies = always
    counts: bool = True  # a box to tick says nothing when it is empty: it counts neither way
    parts: int = 1  # questions in one: its answer is a tuple with what was told

    @property
    def name(self) -> str:
        """The attribute, and the name of its box in a form."""
        return self.path.rpartition(".")[2]

    @property
    def root(self) -> str:
        """The drawer's fact: a key of DRAWERS."""
        return self.path.partition(".")[0]

    @property
    def list_of(self) -> str:
        """The code list of the answer; empty for free text and dates."""
        return self.list_name or REGISTRATION_FIELDS[self.field].list_name


@dataclass(frozen=True, slots=True)
class SectionState:
    """How far a section is. `total` counts the questions that apply to her; `closed`: all wait for her consent."""

    section: Section
    answered: int
    total: int
    closed: bool


# The facts of a PersonRecord and the drawers that seal them.
DRAWERS: Mapping[str, str] = MappingProxyType(
    {
        "identity": "identity",
        "contact": "contact",
        "mobility": "status",
        "standing": "status",
        "health": "health",
        "protected": "protected",
        "life": "life",
        "notes": "notes",
    }
)
# What an account that oversees the desk reads without serving the person: identity, family, work, not where she is, her
# journey, her health nor what was written about her.
_FOR_EVERY_READER = frozenset({"c0", "c1", "c6", "c7"})
SENSITIVE = frozenset({"mobility", "standing", "health", "protected"})
# Answers of which a part is protected: each is read from two drawers, both sensitive.
TWO_DRAWERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"attention": ("standing", "protected"), "health_needs": ("health", "protected")}
)


def _came_online(record: PersonRecord, _today: date) -> bool:
    return record.life.channel == "online" or bool(record.life.pre_registration_ref)


def _born_in_mexico(record: PersonRecord, _today: date) -> bool:
    return record.identity.birth_country == "MX"


def _may_have_surname(record: PersonRecord, _today: date) -> bool:
    return not record.identity.single_name


def _speaks_unlisted(record: PersonRecord, _today: date) -> bool:
    return record.contact.language == UNLISTED


def _has_curp(record: PersonRecord, _today: date) -> bool:
    return bool(record.identity.curp)


def _has_temporary_curp(record: PersonRecord, _today: date) -> bool:
    return record.identity.curp_kind == "temporary"


def _may_be_minor(record: PersonRecord, today: date) -> bool:
    return record.identity.birth.is_minor(today) is not False


def _has_somebody(record: PersonRecord, _today: date) -> bool:
    return bool(record.contact.contact_name or record.contact.contact_phone)


def _with_profile(*codes: str) -> Applies:
    return lambda record, _today: (
        not {one.profile for one in record.mobility.history}.union(record.mobility.profiles).isdisjoint(codes)
    )


_displaced = _with_profile("IDP", "INTERNAL_MIGRANT")
_returned = _with_profile("RETURN_VOL", "RETURN_DEP")


def _has_no_paper(record: PersonRecord, _today: date) -> bool:
    return bool(record.mobility.no_document_reason) or not record.documents


QUESTIONS: Mapping[Section, tuple[Question, ...]] = MappingProxyType(
    {
        Section.REGISTRY: (
            Question("life.channel", "channel"),
            Question("life.pre_registration_ref", "pre_registration_ref", applies=_came_online),
        ),
        Section.IDENTITY: (
            Question("identity.names.given", "given_names"),
            Question("identity.names.surname1", "surname1", applies=_may_have_surname),
            Question("identity.names.surname2", "surname2", applies=_may_have_surname),
            Question("identity.single_name", "single_name", counts=False),
            Question("identity.names.chosen", "chosen_name"),
            Question("identity.pronouns", "pronouns"),
            Question("identity.names.native", "name_native"),
            Question("identity.names.others", "other_names"),
            Question("identity.birth", "birth_date"),
            Question("identity.accompaniment", "child_accompaniment", applies=_may_be_minor),
            Question("identity.nationalities", "nationalities"),
            Question("identity.birth_country", "birth_country"),
            Question("identity.birth_state", "birth_state", applies=_born_in_mexico),
            Question("identity.birth_place", "birth_place"),
            Question("identity.sex_document", "sex_document"),
            Question("identity.curp", "curp"),
            Question("identity.curp_kind", "curp_kind", applies=_has_curp),
            Question("identity.curp_expires", "curp_expires", applies=_has_temporary_curp),
        ),
        Section.CONTACT: (
            Question("contact.language", "language"),
            Question("contact.language_name", "language", counts=False, applies=_speaks_unlisted),
            Question("contact.interpreter", "interpreter", counts=False),
            Question("contact.languages", "language", counts=False),
            Question("contact.reads", "reads"),
            Question("contact.phone", "phone"),
            Question("contact.whatsapp", "whatsapp", counts=False),
            Question("contact.email", "email"),
            Question("contact.safe_contact", "safe_contact"),
            Question("contact.safe_hours", "safe_contact"),
            Question("contact.do_not_tell", "safe_contact", counts=False),
            Question("contact.housing", "housing"),
            Question("contact.alcaldia", "alcaldia"),
            Question("contact.place", "street", counts=False),
            Question("contact.street", "street"),
            Question("contact.colonia", "colonia"),
            Question("contact.postcode", "postcode"),
            Question("contact.protected_address", "street", counts=False),
            Question("contact.residence_proof", "residence_proof"),
            Question("contact.city_since", "cdmx_since"),
            Question("contact.contact_name", "emergency_contact"),
            Question("contact.contact_relation", "emergency_contact", "relation", applies=_has_somebody),
            Question("contact.contact_phone", "emergency_contact"),
            Question("contact.will_return", "emergency_contact", counts=False),
        ),
        Section.MOBILITY: (
            Question("mobility.profiles", "profiles"),
            Question("mobility.history", "profiles", counts=False),
            Question("mobility.intention", "intention"),
            Question("mobility.entry", "entry_mx"),
            Question("mobility.status_self", "status_self"),
            Question("mobility.no_document_reason", "no_document_reason", applies=_has_no_paper),
            Question("mobility.asylum_stage", "asylum_stage"),
            Question("mobility.return_type", "return_type", applies=_returned),
            Question("mobility.return_country", "return_country", applies=_returned),
            Question("mobility.return_date", "return_date", applies=_returned),
            Question("mobility.idp_state", "idp_state", applies=_displaced),
            Question("protected.idp_municipality", "idp_municipality", applies=_displaced),
            Question("protected.idp_cause", "idp_cause", applies=_displaced),
            Question("mobility.idp_date", "idp_date", applies=_displaced),
            Question("mobility.relative_abroad", "relative_abroad", applies=_with_profile("FAMILY_OF_ABROAD")),
        ),
        Section.FAMILY: (
            Question("life.marital", "marital"),
            Question("health.pregnant", "pregnant"),
        ),
        Section.GROUPS: (
            Question("protected.groups", "priority_groups"),
            Question("protected.groups_asked", "priority_groups", counts=False),
            Question("protected.gender_identity", "gender_identity"),
            Question("protected.indigenous", "indigenous"),
        ),
        Section.ATTENTION: (Question("attention", "specific_needs"),),
        Section.DISABILITY: (Question("health.functions", "disability", parts=len(FUNCTIONAL_QUESTIONS)),),
        Section.WORK: (
            Question("life.schooling", "schooling"),
            Question("life.in_school", "in_school", "yes_no_unknown", applies=_may_be_minor),
            Question("life.work_situation", "work_situation"),
            Question("life.occupation", "occupation"),
            Question("life.skills", "skills"),
            Question("standing.work_permission", "work_permission"),
            Question("life.social_security", "social_security"),
        ),
        Section.HEALTH: (
            Question("health_needs", "health_need", "health_needs"),
            Question("health.outbreak", "outbreak_flag", counts=False),
        ),
        Section.ACCOUNT: (Question("notes", "narrative"),),
        Section.FOLLOW_UP: (
            Question("life.next_contact", "next_contact"),
            Question("life.closure", "closure"),
        ),
    }
)

# Fields that another page holds, or that are one answer with another field.
ELSEWHERE: Mapping[str, Elsewhere] = MappingProxyType(
    {
        "person_id": Elsewhere.FILE,
        "folio": Elsewhere.PADRON,
        "record_kind": Elsewhere.PADRON,
        "opened_at": Elsewhere.FILE,
        "desk_site": Elsewhere.FILE,
        "caseworker": Elsewhere.FILE,
        "notice_version": Elsewhere.CONSENT,
        "consent_register": Elsewhere.CONSENT,
        "consent_sensitive": Elsewhere.CONSENT,
        "consent_referral": Elsewhere.CONSENT,
        "consent_contact": Elsewhere.CONSENT,
        "guardian_consent": Elsewhere.CONSENT,
        "photo": Elsewhere.DOCUMENTS,
        "documents": Elsewhere.DOCUMENTS,
        "household": Elsewhere.HOUSEHOLD,
        "relation": Elsewhere.HOUSEHOLD,
        "needs": Elsewhere.NEEDS,
        "referrals": Elsewhere.REFERRALS,
        "certificate": Elsewhere.CERTIFICATE,
    }
)
ANSWERED_WITH: Mapping[str, str] = MappingProxyType({"birth_precision": "birth_date", "age_estimated": "birth_date"})


def home_of(field: str) -> Section | Elsewhere:
    """Where a field of the registration is asked or kept. KeyError for one that lives nowhere."""
    key = ANSWERED_WITH.get(field, field)
    for section, questions in QUESTIONS.items():
        if any(question.field == key for question in questions):
            return section
    return ELSEWHERE[key]


def value_of(record: PersonRecord, question: Question) -> Any:
    """The answer on file, as the fact has it."""
    return _reader(question.path)(record)


@cache
def _reader(path: str) -> attrgetter[Any]:
    return attrgetter(path)


def is_answered(value: object) -> bool:
    """Whether something was told: "No sabe" and a box left empty say nothing."""
    return value.is_known if isinstance(value, PartialDate) else bool(value)


def _answered_parts(question: Question, value: Any) -> int:
    return int(is_answered(value)) if question.parts == 1 else len(value)


def is_open(record: PersonRecord, question: Question) -> bool:
    """Whether this reader may see and answer it: a sensitive one waits for consent, a protected one for the right."""
    if not _is_shown(record, question):
        return False
    return record.sensitive_basis is not None or not (question.root in SENSITIVE or question.path in TWO_DRAWERS)


def _is_shown(record: PersonRecord, question: Question) -> bool:
    if question.root == "protected":
        return record.reads_guarded
    if record.guards and question.path in TWO_DRAWERS and not value_of(record, question):
        return False  # what she told may all be in the part that this reader does not read: she was asked
    return record.reads_protected or REGISTRATION_FIELDS[question.field].sensitivity in _FOR_EVERY_READER


def open_questions(record: PersonRecord, section: Section, today: date) -> tuple[Question, ...]:
    """The questions of a section that this reader may see and that apply to her, or were answered all the same."""
    readable = (one for one in QUESTIONS[section] if is_open(record, one))
    return tuple(one for one in readable if one.applies(record, today) or is_answered(value_of(record, one)))


def state_of(record: PersonRecord, section: Section, today: date) -> SectionState:
    """How many of the questions that apply to her have an answer."""
    questions = [one for one in open_questions(record, section, today) if one.counts]
    answered = sum(_answered_parts(one, value_of(record, one)) for one in questions)
    waits = not any(is_open(record, one) for one in QUESTIONS[section])
    return SectionState(section, answered, sum(one.parts for one in questions), waits)


def never_asked(record: PersonRecord, section: Section, today: date) -> bool:
    """Whether a section asks something that applies to her and holds no answer at all."""
    counted = [one for one in QUESTIONS[section] if one.counts]
    if any(is_answered(value_of(record, one)) and is_open(record, one) for one in counted):
        return False
    return any(one.applies(record, today) and is_open(record, one) for one in counted)


def readable_sections(record: PersonRecord) -> tuple[Section, ...]:
    """The sections with anything for this reader: what needs a right he lacks is absent, what needs consent is not."""
    return tuple(part for part, questions in QUESTIONS.items() if any(_is_shown(record, one) for one in questions))

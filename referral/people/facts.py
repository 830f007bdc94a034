"""Facts of the people room that travel: what is typed, what is filed, the card that every list shows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.people.glass_facts import Guarded

UNLISTED = "other"  # the code of LANGUAGES for one outside the list


class Section(StrEnum):
    """The parts of a file that are corrected one by one; the value stands in the address of the page."""

    REGISTRY = "registro"
    IDENTITY = "identidad"
    CONTACT = "contacto"
    MOBILITY = "movilidad"
    FAMILY = "familia-propia"
    GROUPS = "grupos"
    ATTENTION = "necesidades-de-atencion"
    DISABILITY = "discapacidad"
    WORK = "escuela-y-trabajo"
    HEALTH = "salud"
    ACCOUNT = "relato"
    FOLLOW_UP = "seguimiento"


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """Who she is, as told or as a paper says.

    Codes: countries, places, states, sex_document, pronouns, curp_kind, child_accompaniment.
    """

    names: PersonNames
    birth: PartialDate = field(default_factory=PartialDate.unknown)
    nationalities: tuple[str, ...] = ()
    birth_country: str = ""
    sex_document: str = ""
    pronouns: str = ""
    curp: str = ""
    accompaniment: str = ""  # whom a child comes with
    single_name: bool = False  # she has one name only: no surname is missing
    birth_state: str = ""
    birth_place: str = ""
    curp_kind: str = ""
    curp_expires: date | None = None


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """A language she speaks besides the preferred one. Codes: languages, language_level. `name`: of an unlisted one."""

    code: str
    level: str = ""
    name: str = ""

    @property
    def spoken(self) -> str:
        """What pages show: the code, or the name of a language outside the list."""
        return self.name or self.code


@dataclass(frozen=True, slots=True)
class DoNotTell:
    """Somebody who must not learn that she comes here, in her words: "su expareja", and why or what to watch for."""

    who: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """How to speak with her and how to find her again. Phones are E.164 where they could be read so.

    Codes: languages, reads, safe_contact, housing, alcaldias, relation, residence_proofs. With `protected_address` a
    record comes without the WITHHELD ones: they are shown one person at a time, and each showing is noted.
    """

    language: str = ""
    interpreter: bool = False
    reads: str = ""
    phone: str = ""
    whatsapp: bool = False
    email: str = ""
    safe_contact: str = ""
    housing: str = ""
    alcaldia: str = ""
    place: str = ""  # where she sleeps or can be asked for, in her words
    colonia: str = ""
    street: str = ""
    postcode: str = ""
    city_since: PartialDate = field(default_factory=PartialDate.unknown)
    contact_name: str = ""
    contact_relation: str = ""
    contact_phone: str = ""
    will_return: bool = False  # she said she comes back to the window herself
    languages: tuple[SpokenLanguage, ...] = ()
    safe_hours: str = ""
    do_not_tell: tuple[DoNotTell, ...] = ()
    residence_proof: str = ""
    protected_address: bool = False
    language_name: str = ""  # of a language outside the list

    @property
    def spoken(self) -> str:
        """What pages show: the code of the preferred language, or the name of one outside the list."""
        return self.language_name or self.language


WITHHELD = ("street", "colonia", "postcode", "place")
# Left out besides, for who oversees the desk and does not serve her. Of the telephone only the end is shown.
MASKED = ("email", "housing", "contact_name", "contact_relation", "contact_phone", "safe_hours", "residence_proof")


@dataclass(frozen=True, slots=True)
class DatedProfile:
    """A mobility profile and when it applied; one with a known `until` is of the past."""

    profile: str
    since: PartialDate = field(default_factory=PartialDate.unknown)
    until: PartialDate = field(default_factory=PartialDate.unknown)


@dataclass(frozen=True, slots=True)
class MobilityFacts:
    """Her journey. Held only with a basis for sensitive data.

    Codes: profiles, intention, asylum_stage, return_type, places, states, status_self, no_document_reason. `profiles`
    are those of today; `history` has the dates that are known, also of past ones.
    """

    profiles: tuple[str, ...] = ()
    entry: PartialDate = field(default_factory=PartialDate.unknown)
    intention: str = ""
    asylum_stage: str = ""
    return_type: str = ""
    return_country: str = ""
    return_date: PartialDate = field(default_factory=PartialDate.unknown)
    idp_state: str = ""
    relative_abroad: str = ""
    status_self: str = ""
    idp_date: PartialDate = field(default_factory=PartialDate.unknown)
    no_document_reason: str = ""
    history: tuple[DatedProfile, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingFacts:
    """What goes with her journey and is asked elsewhere; held with it. Codes: yes_no_unknown, specific_needs.

    `attention`: the needs of attention of normal confidentiality; the others are in ProtectedFacts.
    """

    work_permission: str = ""
    attention: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionAnswer:
    """The answer to one of the six questions. Codes: functional_difficulties, functional_level."""

    code: str
    level: str


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What helps choose a door. Held only with a basis for sensitive data.

    Codes: pregnant, functional_difficulties, needs, yes_no_unknown. `difficulties`: those of the six that are great.
    `health_needs`: those that tell nothing of violence; the others are in ProtectedFacts.
    """

    pregnant: str = ""
    difficulties: tuple[str, ...] = ()
    functions: tuple[FunctionAnswer, ...] = ()
    health_needs: tuple[str, ...] = ()
    outbreak: str = ""


@dataclass(frozen=True, slots=True)
class ProtectedFacts:
    """Belonging, violence, persecution: for the caseworkers of her desk alone, with a basis for sensitive data.

    Codes: gender_identity, priority_groups, specific_needs, needs, displacement_causes. `groups_asked`: the groups were
    gone through with her, so that one not named does not apply.
    """

    gender_identity: str = ""
    groups: tuple[str, ...] = ()
    groups_asked: bool = False
    indigenous: str = ""
    attention: tuple[str, ...] = ()
    health_needs: tuple[str, ...] = ()
    idp_municipality: str = ""
    idp_cause: str = ""


@dataclass(frozen=True, slots=True)
class LifeFacts:
    """How she came to the desk, her family state, school and work, what comes next. Nothing sensitive.

    Codes: channel, marital, schooling, yes_no_unknown, work_situation, social_security, closure.
    """

    channel: str = ""
    pre_registration_ref: str = ""
    marital: str = ""
    schooling: str = ""
    in_school: str = ""
    work_situation: str = ""
    occupation: str = ""
    skills: tuple[str, ...] = ()
    social_security: str = ""
    next_contact: date | None = None
    closure: str = ""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to register. `record_kind`: a code of RECORD_KINDS."""

    identity: IdentityFacts
    contact: ContactFacts = field(default_factory=ContactFacts)
    record_kind: str = "padron"


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A paper to note. Codes: identity_documents, document_seen."""

    kind: str
    number: str = ""
    country: str = ""
    expires: date | None = None
    name_on_document: str = ""
    seen: str = ""
    issued: date | None = None
    verified_by: uuid.UUID | None = None  # the account that saw it
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A paper on file."""

    ref: uuid.UUID
    kind: str
    number: str
    country: str
    expires: date | None
    name_on_document: str
    seen: str
    added_at: datetime
    issued: date | None = None
    verified_by: uuid.UUID | None = None
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonName:
    """Whom a line of a list is about."""

    ref: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What lists and headers show. `name` is the one she goes by; `minor` is None when what is known allows both."""

    ref: uuid.UUID
    name: str
    document_name: str
    birth: PartialDate
    nationalities: tuple[str, ...]
    language: str
    interpreter: bool
    folio: str | None
    desk: uuid.UUID
    desk_name: str
    last_served_at: datetime
    minor: bool | None
    language_name: str = ""  # of a language outside the list

    @property
    def spoken(self) -> str:
        """What pages show: the code of her language, or the name of one outside the list."""
        return self.language_name or self.language


@dataclass(frozen=True, slots=True)
class MinimalCard:
    """What is shown of a person whose file another desk keeps: enough to recognise who stands at the window."""

    ref: uuid.UUID
    name: str
    birth_year: int | None
    folio: str | None
    desk_name: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """The whole file as this room keeps it.

    What is sensitive is empty without an active basis. For whoever does not serve her at her desk (`reads_protected`
    is False) that and the notes are empty and `contact` is masked, until the glass is broken: then until `open_until`.
    What is `protected` stays shut even then, until a second person opens it (`reads_guarded`); `guards`: something is
    there that this reader does not read. `guarded`: what came of her asking. `opened_before`: somebody once broke it.
    """

    card: PersonCard
    identity: IdentityFacts
    contact: ContactFacts
    mobility: MobilityFacts
    health: HealthFacts
    notes: str
    documents: tuple[DocumentLine, ...]
    record_kind: str
    sensitive_basis: str | None  # "consent"...; None when there is none or it was withdrawn
    created_at: datetime
    version: int
    identity_version: int
    contact_version: int
    mobility_version: int
    standing: StandingFacts = field(default_factory=StandingFacts)
    protected: ProtectedFacts = field(default_factory=ProtectedFacts)
    life: LifeFacts = field(default_factory=LifeFacts)
    reads_protected: bool = False
    open_until: datetime | None = None
    opened_before: bool = False
    reads_guarded: bool = False
    guards: bool = False
    guarded: Guarded | None = None

    @property
    def reads_whole(self) -> bool:
        """Whether nothing of what she told is kept from this reader: who judges by a part can harm her."""
        return self.reads_protected and not self.guards

    @property
    def ref(self) -> uuid.UUID:
        return self.card.ref

    @property
    def do_not_tell(self) -> tuple[DoNotTell, ...]:
        """Who must not learn that she comes here: a warning on every page of the file."""
        return self.contact.do_not_tell

    @property
    def attention(self) -> tuple[str, ...]:
        """Her needs of attention, as far as the reader may know them: codes of SPECIFIC_NEEDS."""
        return (*self.standing.attention, *self.protected.attention)

    @property
    def health_needs(self) -> tuple[str, ...]:
        """Health services she needs or receives, as far as the reader may know them: codes of health_needs."""
        return (*self.health.health_needs, *self.protected.health_needs)


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One page of a list, newest service first. `has_more`: a further page exists; nothing counts the whole list."""

    cards: tuple[PersonCard, ...]
    page: int
    has_more: bool

"""Facts of the people room that travel: what is typed, what is filed, the card that every list shows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate


class Section(StrEnum):
    """The parts of a file that are corrected one by one; the value stands in the address of the page."""

    IDENTITY = "identidad"
    CONTACT = "contacto"
    MOBILITY = "movilidad"


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """Who she is, as told or as a paper says. Codes: countries, sex_document, pronouns, child_accompaniment."""

    names: PersonNames
    birth: PartialDate = field(default_factory=PartialDate.unknown)
    nationalities: tuple[str, ...] = ()
    birth_country: str = ""
    sex_document: str = ""
    pronouns: str = ""
    curp: str = ""
    accompaniment: str = ""  # whom a child comes with


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """How to speak with her and how to find her again. Phones are E.164 where they could be read so.

    Codes: languages, reads, safe_contact, housing, alcaldias, relation.
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


@dataclass(frozen=True, slots=True)
class MobilityFacts:
    """Her journey. Held only with a basis for sensitive data.

    Codes: profiles, intention, asylum_stage, return_type, places, states, status_self.
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


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What helps choose a door. Held only with a basis for sensitive data. Codes: pregnant, functional_difficulties."""

    pregnant: str = ""
    difficulties: tuple[str, ...] = ()


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
    """The whole file as this room keeps it. `mobility` and `health` are empty without an active sensitive basis."""

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

    @property
    def ref(self) -> uuid.UUID:
        return self.card.ref


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One page of a list, newest service first. `has_more`: a further page exists; nothing counts the whole list."""

    cards: tuple[PersonCard, ...]
    page: int
    has_more: bool

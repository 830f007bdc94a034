"""What the desk knows of one person, as routing weighs it: from her record and her consents. Called by the
referrals room.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.consent.facts import ConsentState, Decision, Purpose
from referral.consent.queries import consent_state
from referral.directory.models import Service
from referral.people.facts import PersonRecord
from referral.people.queries import person_record
from referral.routing.facts import REFUSED, UNKNOWN, Circumstance, Fact, Known, PersonFacts
from referral.routing.rules.told import circumstances_of

_WRITTEN = frozenset({"signed", "thumbprint"})  # the consents that a rule's "express and written" accepts
_GENDER_OF_PRONOUNS = MappingProxyType({"ella": "women", "el": "men", "elle": "other"})
_GENDER_OF_DOCUMENT = MappingProxyType({"M": "women", "H": "men", "X": "other"})


def person_facts(session: Session, reach: Reach, ref: uuid.UUID, *, today: date) -> PersonFacts:
    """The facts of one person; OutOfReach when another desk keeps her file. Five statements at most."""
    record = person_record(session, reach, ref, today=today)
    state = consent_state(session, ref)
    return facts_of(record, state, consents=written_consents(session, state, today=today), today=today)


def facts_of(
    record: PersonRecord, state: ConsentState, *, consents: frozenset[str] = frozenset(), today: date
) -> PersonFacts:
    """The same from what was read already. What nobody asked stays unknown; what she kept to herself is marked so."""
    ages = record.identity.birth.age_on(today)
    contact, journey = record.contact, record.mobility
    kinds = frozenset(paper.kind for paper in record.documents)
    has_curp = bool(record.identity.curp) or "CURP" in kinds
    sensitive = state.of(Purpose.SENSITIVE)
    said_no = sensitive is not None and (sensitive.decision is Decision.NO or sensitive.withdrawn_at is not None)
    kept = REFUSED if said_no else UNKNOWN
    return PersonFacts(
        age=Known(ages) if ages else UNKNOWN,
        gender=_gender(record),
        profiles=Known(frozenset(journey.profiles)) if journey.profiles else kept,
        nationalities=_some(frozenset(record.identity.nationalities)),
        alcaldia=_text(contact.alcaldia),
        # An alcaldía is that of the place where she lives or sleeps; without one nobody has asked.
        lives_in_city=Known(value=True) if contact.alcaldia else UNKNOWN,
        documents=_some(kinds),
        has_curp=Known(value=True) if has_curp else UNKNOWN,
        accompaniment=_text(record.identity.accompaniment),
        language=_text(contact.language),
        reads=_text(contact.reads),
        circumstances=_circumstances(record),
        consents=consents,
    )


def written_consents(session: Session, state: ConsentState, *, today: date) -> frozenset[str]:
    """Keys of the services of institutions she allowed in writing. No statement when there is none."""
    allowed = [one.organization for one in state.partners() if one.allows(today) and one.how in _WRITTEN]
    if not allowed:
        return frozenset()
    return frozenset(session.scalars(select(Service.key).where(Service.organization_id.in_(allowed))))


def _gender(record: PersonRecord) -> Fact[str]:
    said = _GENDER_OF_PRONOUNS.get(record.identity.pronouns)
    return _text(said or _GENDER_OF_DOCUMENT.get(record.identity.sex_document, ""))


def _circumstances(record: PersonRecord) -> Mapping[Circumstance, Fact[bool]]:
    # An asylum procedure means fear of return, also when no profile was ticked: it is what shuts the consulate's door.
    return circumstances_of(asylum_stage=record.mobility.asylum_stage, status_self=record.mobility.status_self)


def _text(value: str) -> Fact[str]:
    return Known(value) if value else UNKNOWN


def _some(values: frozenset[str]) -> Fact[frozenset[str]]:
    return Known(values) if values else UNKNOWN

"""What the desk knows of one person, as routing weighs it: from her record and her consents. Called by the
referrals room.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.consent.facts import ConsentState, Decision, Purpose
from referral.consent.queries import consent_state
from referral.directory.models import Service
from referral.households.queries import companions_of
from referral.people.facts import PersonRecord
from referral.people.queries.reserved import whole_record
from referral.people.rules.groups import groups_of
from referral.routing.facts import GROUPS_OPEN, REFUSED, UNKNOWN, Circumstance, Fact, Known, PersonFacts
from referral.routing.rules.told import accompaniment_of, circumstances_of, gender_of

# Papers that are renewed here or at the migration office: a task some days before their end (R40).
RENEWED = frozenset({"PADRON_CONST", "COMAR_CONST", "TVRH", "TRT", "TRP", "CURP_TEMP"})
RENEW_DAYS = 30  # where no setting is at hand: it is a task that R40 tells, no door depends on it
NO_PAPERS = "NONE"  # the code of IDENTITY_DOCUMENTS for a person without any
_GENDER_OF_PRONOUNS = MappingProxyType({"ella": "women", "el": "men", "elle": "other"})


def person_facts(session: Session, reach: Reach, ref: uuid.UUID, *, today: date) -> PersonFacts:
    """The facts of one person; OutOfReach when another desk keeps her file, StillReserved when this account reads only
    a part of it. Four statements at most.
    """
    record = whole_record(session, reach, ref, today=today)
    state = consent_state(session, ref)
    return facts_of(
        record,
        state,
        consents=written_consents(session, state, today=today),
        companions=companions_of(session, ref, today=today),
        today=today,
    )


def facts_of(
    record: PersonRecord,
    state: ConsentState,
    *,
    consents: frozenset[str] = frozenset(),
    companions: frozenset[str] | None = None,
    today: date,
    renew_days: int = RENEW_DAYS,
) -> PersonFacts:
    """The same from what was read already. What nobody asked stays unknown; what she kept to herself is marked so.

    A paper that ends within `renew_days` is about to expire.
    """
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
        groups=_groups(record, today),
        profiles=Known(frozenset(journey.profiles)) if journey.profiles else kept,
        nationalities=_some(frozenset(record.identity.nationalities)),
        alcaldia=_text(contact.alcaldia),
        # An alcaldía is that of the place where she lives or sleeps; without one nobody has asked.
        lives_in_city=Known(value=True) if contact.alcaldia else UNKNOWN,
        documents=_some(kinds),
        # A paper that was not noted was not asked about, save when she said that she has none at all.
        has_curp=Known(has_curp) if has_curp or NO_PAPERS in kinds else UNKNOWN,
        accompaniment=accompaniment_of(record.identity.accompaniment, record.attention),
        companions=UNKNOWN if companions is None else Known(companions),
        language=_text(contact.language),
        reads=_text(contact.reads),
        circumstances=_circumstances(record, today + timedelta(days=renew_days)),
        consents=consents,
    )


def written_consents(session: Session, state: ConsentState, *, today: date) -> frozenset[str]:
    """Keys of the services that she asked for in writing, confirmed by a second person and not used yet.

    One statement, only when there is any.
    """
    services = state.opened(today)
    if not services:
        return frozenset()
    return frozenset(session.scalars(select(Service.key).where(Service.id.in_(services))))


def _gender(record: PersonRecord) -> Fact[str]:
    said = gender_of(record.protected.gender_identity, None)
    if isinstance(said, Known):
        return said
    pronouns = _GENDER_OF_PRONOUNS.get(record.identity.pronouns)
    return Known(pronouns) if pronouns else gender_of(None, record.identity.sex_document)


def _groups(record: PersonRecord, today: date) -> Fact[frozenset[str]]:
    found = groups_of(record, today)
    if record.protected.groups_asked:
        return Known(found)
    return Known(found | {GROUPS_OPEN}) if found else UNKNOWN


def _circumstances(record: PersonRecord, soon: date) -> Mapping[Circumstance, Fact[bool]]:
    # An asylum procedure means fear of return, also when no profile was ticked: it is what shuts the consulate's door.
    told = circumstances_of(
        specific_needs=record.attention,
        asylum_stage=record.mobility.asylum_stage,
        status_self=record.mobility.status_self,
        work_situation=record.life.work_situation,
        social_security=record.life.social_security,
    )
    ends = [paper.expires for paper in record.documents if paper.kind in RENEWED and paper.expires is not None]
    if not ends:
        return told
    return MappingProxyType({**told, Circumstance.CARD_EXPIRING: Known(min(ends) <= soon)})


def _text(value: str) -> Fact[str]:
    return Known(value) if value else UNKNOWN


def _some(values: frozenset[str]) -> Fact[frozenset[str]]:
    return Known(values) if values else UNKNOWN

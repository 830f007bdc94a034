"""From a person and a need to the doors she may be sent to: judged offers, with where and when each door is found."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.consent.facts import ConsentState, Recorded
from referral.consent.queries import consent_state
from referral.directory.facts import ServiceFacts
from referral.directory.queries.service_facts import services_by_ref
from referral.directory.rules.hours import Now, Opening, open_at
from referral.directory.rules.listings import STALE_AFTER_DAYS
from referral.households.facts import Household
from referral.households.queries import companions_in, household_of
from referral.infra.work import OutOfReach
from referral.needs.facts import LIVE, NeedLine
from referral.needs.queries import live_codes, needs_of
from referral.people.facts import PersonRecord
from referral.people.queries.reserved import whole_record
from referral.referrals.queries.beside import Company
from referral.referrals.queries.contacts import Contact, contacts, kept_contacts
from referral.referrals.queries.learned import learned
from referral.referrals.rules.packet import packet_values
from referral.routing.facts import NeedFacts, Offer, PersonFacts, Routing, Signals, Track, Weights
from referral.routing.person import RENEW_DAYS, facts_of, written_consents
from referral.routing.queries import routing_for_need
from referral.routing.rules.offers import read_rules, route


@dataclass(frozen=True, slots=True)
class RankingTerms:
    """What the settings say of offers: points, how many months of answers count, days on which doors are shut, after
    how many days a verified listing is stale, how many days before its end a paper is to be renewed.
    """

    weights: Weights = field(default_factory=Weights)
    months: int = 6
    holidays: frozenset[date] = frozenset()
    stale_days: int = STALE_AFTER_DAYS
    renew_days: int = RENEW_DAYS


@dataclass(frozen=True, slots=True)
class Doors:
    """What the offers page shows: the person, the need, the offers best first, and each door's contact by ref."""

    record: PersonRecord
    need: NeedLine
    routing: Routing
    contacts: dict[uuid.UUID, Contact]


@dataclass(frozen=True, slots=True)
class Door:
    """What the prepare page shows: one offer, everything a packet could carry, and what she answered about this
    partner.
    """

    record: PersonRecord
    household: Household | None
    need: NeedLine
    offer: Offer
    values: dict[str, object]
    contact: Contact
    notice_given: bool
    answer: Recorded | None


def doors_for_need(
    session: Session,
    reach: Reach,
    *,
    person: uuid.UUID,
    need: uuid.UUID,
    now: datetime,
    today: date,
    terms: RankingTerms | None = None,
) -> Doors:
    """Every offer for one need. OutOfReach for another desk's file. At most fourteen statements, whatever the number
    of doors.
    """
    terms = terms or RankingTerms()
    record, facts, _state = known_person(session, reach, person, today=today, renew_days=terms.renew_days)
    wanted, others = need_among(session, person, need)
    loop = learned(session, now=now, months=terms.months)
    places: dict[uuid.UUID, Contact] = {}

    def look(services: Sequence[ServiceFacts]) -> dict[uuid.UUID, Signals]:
        places.update(kept_contacts(session, services, now=now))
        refs = [service.ref for service in services]
        return {ref: _signals(places.get(ref), loop.track(ref), now, terms.holidays) for ref in refs}

    found = routing_for_need(
        session,
        person_facts=facts,
        need_code=wanted.code,
        today=today,
        urgency=wanted.urgency,
        also_needs=others,
        weights=terms.weights,
        look=look,
        mean=loop.mean,
        stale_days=terms.stale_days,
    )
    return Doors(record, wanted, found, places)


def _signals(door: Contact | None, track: Track | None, now: datetime, holidays: frozenset[date]) -> Signals:
    if door is None:
        return Signals(track=track)
    return Signals(_open(door.opens.openings, now.replace(second=0, microsecond=0), holidays), door.free, track)


@lru_cache(maxsize=4096)  # many doors keep the same hours
def _open(openings: tuple[Opening, ...], now: datetime, holidays: frozenset[date]) -> bool | None:
    state = open_at(openings, now, holidays=holidays)
    return None if state is Now.UNKNOWN else state is Now.OPEN


def one_door(
    session: Session, reach: Reach, *, person: uuid.UUID, need: uuid.UUID, service: uuid.UUID, today: date
) -> Door:
    """One service judged for one need. OutOfReach when the file, the need or the service is not there."""
    record, state, household = _told(session, reach, person, today=today)
    facts = _facts(session, record, state, household, today=today)
    wanted, others = need_among(session, person, need)
    offer = judge(session, facts, wanted, service, others=others, today=today)
    return Door(
        record=record,
        household=household,
        need=wanted,
        offer=offer,
        values=packet_values(record, today),
        contact=contacts(session, [service]).get(service, Contact()),
        notice_given=state.notice is not None,
        answer=next((one for one in state.partners() if one.organization == offer.service.organization_ref), None),
    )


def offers_beside(
    session: Session, reach: Reach, company: Company, service: ServiceFacts, *, today: date
) -> dict[uuid.UUID, Offer]:
    """The same service judged for each of the household who may go along. Four statements for each of them."""
    need = NeedFacts(company.need.code, company.need.urgency)
    found = {}
    for one in company.beside:
        if not one.may_go:
            continue
        record = whole_record(session, reach, one.ref, today=today)
        state = consent_state(session, one.ref)
        facts = _facts(session, record, state, company.household, today=today)
        others = live_codes(session, one.ref) - {need.code}
        found[one.ref] = route(read_rules(facts, need, others), [service], today=today).offers[0]
    return found


def known_person(
    session: Session, reach: Reach, person: uuid.UUID, *, today: date, renew_days: int = RENEW_DAYS
) -> tuple[PersonRecord, PersonFacts, ConsentState]:
    """The record, what routing may know of it, and the consents. OutOfReach and StillReserved as
    whole_record.
    """
    record, state, household = _told(session, reach, person, today=today)
    return record, _facts(session, record, state, household, today=today, renew_days=renew_days), state


def need_among(session: Session, person: uuid.UUID, ref: uuid.UUID) -> tuple[NeedLine, frozenset[str]]:
    """A need and the codes of her other open ones, of a person within reach. OutOfReach when it is not hers."""
    needs = needs_of(session, person)
    wanted = next((line for line in needs if line.ref == ref), None)
    if wanted is None:
        raise OutOfReach
    return wanted, frozenset(line.code for line in needs if line.status in LIVE) - {wanted.code}


def _told(
    session: Session, reach: Reach, person: uuid.UUID, *, today: date
) -> tuple[PersonRecord, ConsentState, Household | None]:
    record = whole_record(session, reach, person, today=today)
    return record, consent_state(session, person), household_of(session, person, today=today)


def _facts(
    session: Session,
    record: PersonRecord,
    state: ConsentState,
    household: Household | None,
    *,
    today: date,
    renew_days: int = RENEW_DAYS,
) -> PersonFacts:
    return facts_of(
        record,
        state,
        consents=written_consents(session, state, today=today),
        companions=companions_in(household, record.ref),
        today=today,
        renew_days=renew_days,
    )


def judge(
    session: Session,
    facts: PersonFacts,
    need: NeedLine,
    service: uuid.UUID,
    *,
    others: frozenset[str],
    today: date,
) -> Offer:
    """One service as an offer, also when it is not among the need's candidates. OutOfReach when there is no such
    service. `others` are the codes of her other open needs, which may shut this door: a wish to ask for asylum shuts
    the consulate for every need.
    """
    known = services_by_ref(session, refs=[service]).get(service)
    if known is None:
        raise OutOfReach
    reading = read_rules(facts, NeedFacts(need.code, need.urgency), others)
    return route(reading, [known], today=today).offers[0]

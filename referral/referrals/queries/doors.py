"""From a person and a need to the doors she may be sent to: judged offers, with where and when each door is found."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from referral.access.reach import Reach
from referral.consent.facts import ConsentState, Recorded
from referral.consent.queries import consent_state
from referral.directory.browse_facts import Hours
from referral.directory.catalogue import requirements_from_json
from referral.directory.door_hours import hours_by_service
from referral.directory.facts import PhoneFact, PlaceFact, ScheduleFact, Words
from referral.directory.models import DEMO, Location, Phone, Service, ServiceAtLocation, ServiceCapacity
from referral.directory.queries import services_by_ref
from referral.directory.rules.hours import Now, Opening, open_at
from referral.households.facts import Household
from referral.households.queries import companions_in, household_of
from referral.infra.db import bare
from referral.infra.work import OutOfReach
from referral.needs.facts import LIVE, NeedLine
from referral.needs.queries import live_codes, needs_of
from referral.people.facts import PersonRecord
from referral.people.queries.cards import person_record
from referral.referrals.queries.learned import learned
from referral.referrals.rules.packet import packet_values
from referral.routing.facts import NeedFacts, Offer, PersonFacts, Routing, Signals, Track, Weights
from referral.routing.person import facts_of, written_consents
from referral.routing.queries import routing_for_need
from referral.routing.rules.offers import read_rules, route

_NO_HOURS = Hours()


@dataclass(frozen=True, slots=True)
class RankingTerms:
    """What the settings say of the ranking: points, how many months of answers count, days on which doors are shut."""

    weights: Weights = field(default_factory=Weights)
    months: int = 6
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and when a door is found, as far as the directory knows."""

    phones: tuple[PhoneFact, ...] = ()
    hours: tuple[ScheduleFact, ...] = ()
    places: tuple[PlaceFact, ...] = ()
    bring: Words = field(default_factory=lambda: Words("", ""))
    method: str = ""
    confidential: bool = False
    documents: tuple[tuple[str, ...], ...] = ()  # groups, any code of each will do
    opens: Hours = _NO_HOURS  # all that is known of when it is open
    free: float | None = None  # places, as last told
    target: str = ""  # page, address or number for referring
    next_step: Words = field(default_factory=lambda: Words("", ""))
    answer_days: int | None = None  # in which they promise to answer

    @property
    def demo_place(self) -> bool:
        """Whether the place or the hours are invented for a demonstration."""
        return any(place.demo for place in self.places) or any(schedule.demo for schedule in self.hours)

    @property
    def demo_phone(self) -> bool:
        """Whether a number is invented for a demonstration."""
        return any(phone.demo for phone in self.phones)


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
    record, facts, _state = known_person(session, reach, person, today=today)
    wanted, others = _need_among(session, person, need)
    loop = learned(session, now=now, months=terms.months)
    places: dict[uuid.UUID, Contact] = {}

    def look(refs: Collection[uuid.UUID]) -> dict[uuid.UUID, Signals]:
        places.update(contacts(session, refs))
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
    wanted, others = _need_among(session, person, need)
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


def known_person(
    session: Session, reach: Reach, person: uuid.UUID, *, today: date
) -> tuple[PersonRecord, PersonFacts, ConsentState]:
    """The record, what routing may know of it, and the consents. OutOfReach as person_record."""
    record, state, household = _told(session, reach, person, today=today)
    return record, _facts(session, record, state, household, today=today), state


def _need_among(session: Session, person: uuid.UUID, ref: uuid.UUID) -> tuple[NeedLine, frozenset[str]]:
    """A need and the codes of her other open ones, of a person within reach. OutOfReach when it is not hers."""
    needs = needs_of(session, person)
    wanted = next((line for line in needs if line.ref == ref), None)
    if wanted is None:
        raise OutOfReach
    return wanted, frozenset(line.code for line in needs if line.status in LIVE) - {wanted.code}


def _told(
    session: Session, reach: Reach, person: uuid.UUID, *, today: date
) -> tuple[PersonRecord, ConsentState, Household | None]:
    record = person_record(session, reach, person, today=today)
    return record, consent_state(session, person), household_of(session, person, today=today)


def _facts(
    session: Session, record: PersonRecord, state: ConsentState, household: Household | None, *, today: date
) -> PersonFacts:
    consents = written_consents(session, record.ref, today=today)
    return facts_of(record, state, consents=consents, companions=companions_in(household, record.ref), today=today)


def judge(
    session: Session,
    facts: PersonFacts,
    need: NeedLine,
    service: uuid.UUID,
    *,
    others: frozenset[str] | None = None,
    today: date,
) -> Offer:
    """One service as an offer, also when it is not among the need's candidates. OutOfReach when there is no such
    service.
    """
    known = services_by_ref(session, refs=[service]).get(service)
    if known is None:
        raise OutOfReach
    # Her other open needs may shut this door: a wish to ask for asylum shuts the consulate for every need.
    others = live_codes(session, need.person) - {need.code} if others is None else others
    reading = read_rules(facts, NeedFacts(need.code, need.urgency), others)
    return route(reading, [known], today=today).offers[0]


def contacts(session: Session, services: Collection[uuid.UUID]) -> dict[uuid.UUID, Contact]:
    """Phones, hours, places and what to bring, of many services in four statements. A confidential place gives no
    address.
    """
    if not services:
        return {}
    phones: dict[uuid.UUID, list[PhoneFact]] = {}
    asked = {"services": list(services)}
    for service, number, provenance in bare(session, _phones(), asked):
        phones.setdefault(service, []).append(PhoneFact(number, provenance == DEMO))
    hours = {uuid.UUID(str(raw)): found for raw, found in hours_by_service(session, list(services)).items()}
    places: dict[uuid.UUID, list[PlaceFact]] = {}
    for place in bare(session, _places(), asked):
        places.setdefault(place.service_id, []).append(_place(place))
    rows = bare(session, _papers_and_ways(), asked)
    return {
        row.id: Contact(
            phones=tuple(phones.get(row.id, ())),
            hours=hours[row.id].weekly if row.id in hours else (),
            places=() if row.confidential else tuple(places.get(row.id, ())),
            bring=Words(row.bring_es, row.bring_en),
            method=row.referral_method,
            confidential=row.confidential,
            documents=requirements_from_json(row.card["requirements"]).documents,
            opens=hours.get(row.id, _NO_HOURS),
            free=row.free,
            target=row.referral_target,
            next_step=Words(row.next_step_es, row.next_step_en),
            answer_days=row.answer_days,
        )
        for row in rows
    }


# Bare columns in statements made once: the offers of a need are the page that asks most.
@cache
def _phones() -> Select[*tuple[Any, ...]]:
    return (
        select(Phone.service_id, Phone.number, Phone.provenance).where(_these(Phone.service_id)).order_by(Phone.number)
    )


@cache
def _places() -> Select[*tuple[Any, ...]]:
    columns = (
        ServiceAtLocation.service_id,
        Location.confidential,
        Location.alcaldia,
        Location.description_es,
        Location.description_en,
        Location.address_1,
        Location.provenance,
    )
    return select(*columns).join(Location).where(_these(ServiceAtLocation.service_id)).order_by(Location.key)


@cache
def _papers_and_ways() -> Select[*tuple[Any, ...]]:
    columns = (Service.id, Service.confidential, Service.bring_es, Service.bring_en, Service.referral_method)
    free = select(func.sum(ServiceCapacity.available)).where(ServiceCapacity.service_id == Service.id).scalar_subquery()
    profile = (Service.referral_target, Service.next_step_es, Service.next_step_en, Service.answer_days)
    return select(*columns, *profile, Service.card, free.label("free")).where(_these(Service.id))


def _these(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return column.in_(bindparam("services", expanding=True, type_=Uuid))


def _place(place: Row[*tuple[Any, ...]]) -> PlaceFact:
    if place.confidential:
        return PlaceFact("", Words("", ""), "", demo=False, confidential=True)
    return PlaceFact(
        alcaldia=place.alcaldia,
        description=Words(place.description_es, place.description_en),
        address=place.address_1,
        demo=place.provenance == DEMO,
        confidential=False,
    )

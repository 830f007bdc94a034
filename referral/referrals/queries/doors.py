"""From a person and a need to the doors she may be sent to: judged offers, with where and when each door is found."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.consent.facts import ConsentState, Recorded
from referral.consent.queries import consent_state
from referral.directory.catalogue import requirements_from_json
from referral.directory.facts import PhoneFact, PlaceFact, ScheduleFact, Words
from referral.directory.models import DEMO, Location, Phone, Schedule, Service, ServiceAtLocation
from referral.directory.queries import services_by_ref
from referral.infra.work import OutOfReach
from referral.needs.facts import NeedLine
from referral.needs.queries import live_codes
from referral.needs.queries import need as one_need
from referral.people.facts import PersonRecord
from referral.people.queries import person_record
from referral.referrals.rules.packet import packet_values
from referral.routing.facts import NeedFacts, Offer, PersonFacts, Routing
from referral.routing.person import facts_of, written_consents
from referral.routing.queries import routing_for_need
from referral.routing.rules.offers import read_rules, route


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
    need: NeedLine
    offer: Offer
    values: dict[str, object]
    contact: Contact
    notice_given: bool
    answer: Recorded | None


def doors_for_need(session: Session, reach: Reach, *, person: uuid.UUID, need: uuid.UUID, today: date) -> Doors:
    """Every offer for one need. OutOfReach for another desk's file. At most twelve statements, whatever the number
    of doors.
    """
    record, facts, _state = known_person(session, reach, person, today=today)
    wanted = one_need(session, reach, person=person, ref=need)
    found = routing_for_need(
        session,
        person_facts=facts,
        need_code=wanted.code,
        today=today,
        urgency=wanted.urgency,
        also_needs=live_codes(session, person) - {wanted.code},
    )
    refs = [offer.service_ref for offer in found.offers]
    return Doors(record, wanted, found, contacts(session, refs))


def one_door(
    session: Session, reach: Reach, *, person: uuid.UUID, need: uuid.UUID, service: uuid.UUID, today: date
) -> Door:
    """One service judged for one need. OutOfReach when the file, the need or the service is not there."""
    record, facts, state = known_person(session, reach, person, today=today)
    wanted = one_need(session, reach, person=person, ref=need)
    offer = judge(session, facts, wanted, service, today=today)
    return Door(
        record=record,
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
    record = person_record(session, reach, person, today=today)
    state = consent_state(session, person)
    consents = written_consents(session, state, today=today)
    return record, facts_of(record, state, consents=consents, today=today), state


def judge(session: Session, facts: PersonFacts, need: NeedLine, service: uuid.UUID, *, today: date) -> Offer:
    """One service as an offer, also when it is not among the need's candidates. OutOfReach when there is no such
    service.
    """
    known = services_by_ref(session, refs=[service]).get(service)
    if known is None:
        raise OutOfReach
    # Her other open needs may shut this door: a wish to ask for asylum shuts the consulate for every need.
    reading = read_rules(facts, NeedFacts(need.code, need.urgency), live_codes(session, need.person) - {need.code})
    return route(reading, [known], today=today).offers[0]


def contacts(session: Session, services: Collection[uuid.UUID]) -> dict[uuid.UUID, Contact]:
    """Phones, hours, places and what to bring, of many services in four statements. A confidential place gives no
    address.
    """
    if not services:
        return {}
    phones: dict[uuid.UUID, list[PhoneFact]] = {}
    for phone in session.scalars(select(Phone).where(Phone.service_id.in_(services)).order_by(Phone.number)):
        phones.setdefault(phone.service_id, []).append(PhoneFact(phone.number, phone.provenance == DEMO))
    hours: dict[uuid.UUID, list[ScheduleFact]] = {}
    for row in session.scalars(select(Schedule).where(Schedule.service_id.in_(services)).order_by(Schedule.opens_at)):
        fact = ScheduleFact(row.byday, row.opens_at, row.closes_at, row.provenance == DEMO)
        hours.setdefault(row.service_id, []).append(fact)
    places: dict[uuid.UUID, list[PlaceFact]] = {}
    for ref, place in session.execute(
        select(ServiceAtLocation.service_id, Location)
        .join(Location)
        .where(ServiceAtLocation.service_id.in_(services))
        .order_by(Location.key)
    ):
        places.setdefault(ref, []).append(_place(place))
    rows = session.execute(
        select(
            Service.id, Service.confidential, Service.bring_es, Service.bring_en, Service.referral_method, Service.card
        ).where(Service.id.in_(services))
    )
    return {
        row.id: Contact(
            phones=tuple(phones.get(row.id, ())),
            hours=tuple(hours.get(row.id, ())),
            places=() if row.confidential else tuple(places.get(row.id, ())),
            bring=Words(row.bring_es, row.bring_en),
            method=row.referral_method,
            confidential=row.confidential,
            documents=requirements_from_json(row.card["requirements"]).documents,
        )
        for row in rows
    }


def _place(place: Location) -> PlaceFact:
    return PlaceFact(
        alcaldia=place.alcaldia,
        description=Words(place.description_es, place.description_en),
        address=place.address_1,
        demo=place.provenance == DEMO,
        confidential=False,
    )

"""Reads where and when doors are found: phones, hours, places, what to bring, places free. Called by doors, the slip,
and rooms that say whom to call.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.pool import Pool

from referral.directory.browse_facts import Hours
from referral.directory.catalogue import requirements_from_json
from referral.directory.facts import PhoneFact, PlaceFact, ScheduleFact, ServiceFacts, Words
from referral.directory.models import DEMO, Location, Phone, Service, ServiceAtLocation, ServiceCapacity
from referral.directory.queries.door_hours import hours_by_ref
from referral.infra.db import bare

_NO_HOURS = Hours()
_KEPT_FOR = timedelta(minutes=1)
_MOST_KEPT = 5_000  # contacts; one takes some 3 kB


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
class _Kept:
    service: ServiceFacts
    at: datetime
    contact: Contact


_kept: WeakKeyDictionary[Pool, dict[uuid.UUID, _Kept]] = WeakKeyDictionary()


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
    hours = hours_by_ref(session, services)
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


def kept_contacts(session: Session, services: Sequence[ServiceFacts], *, now: datetime) -> dict[uuid.UUID, Contact]:
    """The same of candidates for a need, kept for a minute: the page of offers asks for the same few doors all day.

    What the desk edits is seen at once: a changed service is another object among the candidates. What an import
    changes in a place or in its hours, and places free, may be a minute old.
    """
    kept = _kept.setdefault(session.get_bind().engine.pool, {})
    found: dict[uuid.UUID, Contact] = {}
    for service in services:
        held = kept.get(service.ref)
        if held is not None and held.service is service and timedelta(0) <= now - held.at < _KEPT_FOR:
            found[service.ref] = held.contact
    missing = [service for service in services if service.ref not in found]
    fresh = contacts(session, [service.ref for service in missing])
    found |= fresh
    if "work" not in session.info:  # what a transaction changed may yet be undone
        if len(kept) > _MOST_KEPT:
            kept.clear()
        kept.update({one.ref: _Kept(one, now, fresh[one.ref]) for one in missing if one.ref in fresh})
    return found


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

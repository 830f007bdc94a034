"""Reads for looking for a door: by words, need, place, language, age, open now. Called by views and public_pages.

`find` decides who answers and in which order, in at most four statements; `lines` brings one page of them in three.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from referral.directory.browse_facts import EVERYWHERE, Asked, DoorLine, Found, Hours
from referral.directory.door_hours import hours_by_service
from referral.directory.facts import PROVISIONAL, PlaceFact, Referrable, Words
from referral.directory.models import (
    DEMO,
    Accessibility,
    Attribute,
    Language,
    Location,
    Organization,
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from referral.directory.queries import organization_names
from referral.directory.rules.hours import Now, Opening, open_at, state
from referral.directory.rules.listings import any_of_category
from referral.directory.rules.places import distance_from, point_of
from referral.kernel.names import normalise

MOST_WORDS = 8
_S, _P = Service.__table__.c, Location.__table__.c
_HELD = ServiceAtLocation.__table__.c
_RAW = type_coerce(_S.id, NullType()).label("raw")  # as the driver gives it: there may be thousands


def find(session: Session, asked: Asked, *, now: datetime, holidays: Collection[date], english: bool = False) -> Found:
    """Which services answer, best first: by name, or nearest first where distance is asked."""
    wanted = _matching(session, asked)
    order: list[object] = list(session.scalars(select(_RAW).where(wanted).order_by(*_by_name(asked, english))))
    hours: dict[object, Hours] = {}
    if asked.open_now:
        hours = hours_by_service(session, select(_S.id).where(wanted))
        judged: dict[tuple[Opening, ...], Now] = {}  # many doors keep the same hours
        for each in hours.values():
            if each.openings not in judged:
                judged[each.openings] = open_at(each.openings, now, holidays=holidays)
        order = [raw for raw in order if raw in hours and judged[hours[raw].openings] is Now.OPEN]
    spots: dict[object, set[tuple[str, float | None, float | None]]] = defaultdict(set)
    for raw, alcaldia, latitude, longitude in session.execute(_places_of(wanted)):
        spots[raw].add((alcaldia, latitude, longitude))
    counts: dict[str, int] = defaultdict(int)
    for raw in order:
        for alcaldia in {one for one, _lat, _lon in spots[raw] if one}:
            counts[alcaldia] += 1
    nowhere = sum(all(not one for one, _lat, _lon in spots[raw]) for raw in order)
    if not asked.alcaldia:
        return Found(tuple(order), {}, counts, nowhere, hours)
    if asked.within == 0:
        there = [raw for raw in order if any(one == asked.alcaldia for one, _lat, _lon in spots[raw])]
        return Found(tuple(there), {}, counts, nowhere, hours)
    far = {raw: distance_from(asked.alcaldia, (point_of(*spot) for spot in spots[raw])) for raw in order}
    near = {
        raw: km for raw, km in far.items() if km is not None and asked.within in {EVERYWHERE, max(km, asked.within)}
    }
    ordered = sorted(near, key=near.__getitem__)
    if asked.within == EVERYWHERE:  # those whose place is unknown are last, not lost
        ordered += [raw for raw in order if raw not in near]
    return Found(tuple(ordered), near, counts, nowhere, hours)


def lines(
    session: Session, found: Found, *, first: int, count: int, now: datetime, holidays: Collection[date]
) -> list[DoorLine]:
    """One page of what was found, `first` counted from 0."""
    raws = found.order[first : first + count]
    refs = [uuid.UUID(str(raw)) for raw in raws]
    if not refs:
        return []
    cards = select(Service, Organization.name_es, Organization.name_en).join(Organization).where(Service.id.in_(refs))
    rows = {service.id: (service, Words(spanish, english)) for service, spanish, english in session.execute(cards)}
    read = found.hours or hours_by_service(session, refs)
    hours = {ref: read.get(raw, Hours()) for raw, ref in zip(raws, refs, strict=True)}
    places: dict[uuid.UUID, list[Location]] = defaultdict(list)
    for ref, place in session.execute(
        select(ServiceAtLocation.service_id, Location)
        .join(Location)
        .where(ServiceAtLocation.service_id.in_(refs))
        .order_by(Location.key)
    ):
        places[ref].append(place)
    return [
        _line(*rows[ref], places[ref], hours[ref], found.kilometres.get(raw), now, holidays)
        for raw, ref in zip(raws, refs, strict=True)
        if ref in rows
    ]


def public_now(session: Session, ref: uuid.UUID) -> bool:
    """Whether anybody may read of this service without signing in."""
    return session.scalar(select(_S.id).where(_S.id == ref, *_PUBLIC)) is not None


_PUBLIC = (
    _S.confidential.is_(False),
    _S.status == "active",
    _S.referrable != Referrable.NO.value,
    _S.source != PROVISIONAL,
)


def _line(
    service: Service,
    organization: Words,
    places: Sequence[Location],
    hours: Hours,
    kilometres: int | None,
    now: datetime,
    holidays: Collection[date],
) -> DoorLine:
    shown = () if service.confidential else tuple(place for place in places if not place.confidential)
    return DoorLine(
        ref=service.id,
        name=Words(service.name_es, service.name_en),
        organization=organization,
        gives=Words(service.gives_es, service.gives_en),
        serves=Words(service.eligibility_description_es, service.eligibility_description_en),
        bring=Words(service.bring_es, service.bring_en),
        kind=service.kind,
        referrable=Referrable(service.referrable),
        as_of=service.as_of,
        assured_on=service.assured_date,
        source=service.source,
        phone=service.card["phone"],
        languages=tuple(service.card["languages"]),
        places=tuple(
            PlaceFact(
                alcaldia=place.alcaldia,
                description=Words(place.description_es, place.description_en),
                address=place.address_1,
                demo=place.provenance == DEMO,
                confidential=False,
            )
            for place in shown
        ),
        confidential=service.confidential or (bool(places) and not shown),
        kilometres=kilometres,
        hours=hours,
        door=state(hours.openings, now, holidays=holidays),
    )


def _by_name(asked: Asked, english: bool) -> tuple[ColumnElement[Any], ...]:
    # search_text begins with the Spanish name without accents, so that Álvaro stands under A.
    by_name = (func.lower(_S.name_en), _S.key) if english else (_S.search_text, _S.key)
    text = normalise(asked.text)
    if not text:
        return by_name
    named = or_(
        _S.search_text.startswith(text, autoescape=True), func.lower(_S.name_en).startswith(text, autoescape=True)
    )
    return case((named, 0), else_=1), *by_name


def _matching(session: Session, asked: Asked) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [_S.status.is_not(None)]
    if asked.public:
        wanted.extend(_PUBLIC)
    if asked.referrable_only:
        wanted.append(_S.referrable != Referrable.NO.value)
    words = normalise(asked.text).split()[:MOST_WORDS]
    if words:
        names = {ref: normalise(f"{name.es} {name.en}") for ref, name in organization_names(session)}
        for word in words:
            givers = [ref for ref, name in names.items() if word in name]
            wanted.append(or_(_S.search_text.contains(word, autoescape=True), _S.organization_id.in_(givers)))
    if asked.need:
        wanted.append(_S.id.in_(_serving(asked.need)))
    if asked.language:
        wanted.append(_spoken(asked.language))
    if asked.accessible:
        wanted.append(_S.id.in_(_held_at(select(Accessibility.location_id))))
    if asked.age is not None:
        wanted.append(or_(_S.minimum_age.is_(None), _S.minimum_age <= asked.age))
        wanted.append(or_(_S.maximum_age.is_(None), _S.maximum_age >= asked.age))
    return and_(*wanted)


def _serving(need: str) -> Select[Any]:
    """Services that serve a need (or its whole category), or any need of a category."""
    codes = (
        TaxonomyTerm.code.in_([need, any_of_category(need)])
        if "_" in need
        else TaxonomyTerm.code.startswith(f"{need}_", autoescape=True)
    )
    return (
        select(Attribute.link_id)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Taxonomy.name == "need", codes)
    )


def _spoken(code: str) -> ColumnElement[bool]:
    speaks = Language.code == code
    return or_(
        _S.id.in_(select(Language.service_id).where(speaks, Language.service_id.is_not(None))),
        _S.id.in_(_held_at(select(Language.location_id).where(speaks, Language.location_id.is_not(None)))),
    )


def _held_at(locations: Select[Any]) -> Select[Any]:
    """Services given at one of some places, of which none is kept confidential."""
    return select(_HELD.service_id).where(
        _HELD.location_id.in_(locations.join(Location).where(Location.confidential.is_(False)))
    )


def _places_of(wanted: ColumnElement[bool]) -> Select[Any]:
    """Service and place of whoever answers. What is kept confidential is on no map and in no distance."""
    return (
        select(type_coerce(_HELD.service_id, NullType()), _P.alcaldia, _P.latitude, _P.longitude)
        .join_from(ServiceAtLocation.__table__, Location.__table__, _P.id == _HELD.location_id)
        .join(Service.__table__, _S.id == _HELD.service_id)
        .where(wanted, _S.confidential.is_(False), _P.confidential.is_(False))
    )

"""Reads for looking for a door: by words, need, place, language, age, open now. Called by views and public_pages.

`find` decides who answers and in which order, in at most four statements; `lines` brings one page of them in three.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from referral.directory.browse_facts import EVERYWHERE, Asked, DoorLine, Found, Hours
from referral.directory.catalogue import requirements_from_json
from referral.directory.facts import PlaceFact, Referrable, Words
from referral.directory.models import Organization, Service
from referral.directory.queries.conditions import PUBLIC, in_order, matching, places_of
from referral.directory.queries.door_hours import hours_by_ref, hours_by_service
from referral.directory.queries.places import places_by_service
from referral.directory.rules.hours import DoorState, Now, Opening, open_at, state
from referral.directory.rules.listings import is_stale
from referral.directory.rules.places import distance_from, point_of

_S = Service.__table__.c
_RAW = type_coerce(_S.id, NullType()).label("raw")  # as the driver gives it: there may be thousands


def find(
    session: Session,
    asked: Asked,
    *,
    now: datetime,
    holidays: Collection[date],
    fresh_since: date,
    english: bool = False,
) -> Found:
    """Which services answer, best first: by name, or nearest first where distance is asked.

    What nobody verified on `fresh_since` or later sinks below the rest, and what nobody reviewed below that.
    """
    wanted = matching(session, asked)
    by = in_order(asked, fresh_since, english=english)
    order: list[object] = list(session.scalars(select(_RAW).where(wanted).order_by(*by)))
    hours: dict[object, Hours] = {}
    if asked.open_now:
        hours = hours_by_service(session, select(_S.id).where(wanted))
        judged: dict[tuple[Opening, ...], Now] = {}  # many doors keep the same hours
        for each in hours.values():
            if each.openings not in judged:
                judged[each.openings] = open_at(each.openings, now, holidays=holidays)
        order = [raw for raw in order if raw in hours and judged[hours[raw].openings] is Now.OPEN]
    spots: dict[object, set[tuple[str, float | None, float | None]]] = defaultdict(set)
    for raw, alcaldia, latitude, longitude in session.execute(places_of(wanted)):
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
    session: Session,
    found: Found,
    *,
    first: int,
    count: int,
    now: datetime,
    holidays: Collection[date],
    fresh_since: date,
) -> list[DoorLine]:
    """One page of what was found, `first` counted from 0."""
    raws = found.order[first : first + count]
    refs = [uuid.UUID(str(raw)) for raw in raws]
    if not refs:
        return []
    cards = select(Service, Organization.name_es, Organization.name_en).join(Organization).where(Service.id.in_(refs))
    rows = {service.id: (service, Words(spanish, english)) for service, spanish, english in session.execute(cards)}
    if found.hours:
        hours = {ref: found.hours.get(raw, Hours()) for raw, ref in zip(raws, refs, strict=True)}
    else:
        hours = hours_by_ref(session, refs)
    places = places_by_service(session, refs)
    made = []
    for raw, ref in zip(raws, refs, strict=True):
        if ref in rows:
            open_when = hours.get(ref, Hours())
            door = state(open_when.openings, now, holidays=holidays)
            stale = is_stale(rows[ref][0].assured_date, fresh_since)
            kilometres = found.kilometres.get(raw)
            made.append(_line(*rows[ref], places.get(ref, ()), open_when, door, kilometres, stale=stale))
    return made


def public_now(session: Session, ref: uuid.UUID) -> bool:
    """Whether anybody may read of this service without signing in."""
    return session.scalar(select(_S.id).where(_S.id == ref, *PUBLIC)) is not None


def _line(
    service: Service,
    organization: Words,
    places: tuple[PlaceFact, ...],
    hours: Hours,
    door: DoorState,
    kilometres: int | None,
    *,
    stale: bool,
) -> DoorLine:
    shown = tuple(place for place in places if not place.confidential)
    return DoorLine(
        ref=service.id,
        name=Words(service.name_es, service.name_en),
        organization=organization,
        gives=Words(service.gives_es, service.gives_en),
        serves=Words(service.eligibility_description_es, service.eligibility_description_en),
        bring=Words(service.bring_es, service.bring_en),
        documents=requirements_from_json(service.card["requirements"]).documents,
        kind=service.kind,
        referrable=Referrable(service.referrable),
        as_of=service.as_of,
        assured_on=service.assured_date,
        source=service.source,
        phone=service.card["phone"],
        languages=tuple(service.card["languages"]),
        places=shown,
        confidential=service.confidential or (bool(places) and not shown),
        kilometres=kilometres,
        hours=hours,
        door=door,
        stale=stale,
    )

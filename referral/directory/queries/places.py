"""Reads where services are given and how each place can be used. Called by browsing and one_service."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from referral.directory.facts import PlaceFact, Words
from referral.directory.models import DEMO, Accessibility, Location, Service, ServiceAtLocation

_PLACE = (
    Location.id,
    Location.alcaldia,
    Location.description_es,
    Location.description_en,
    Location.address_1,
    Location.provenance,
    or_(Location.confidential, Service.confidential).label("apart"),
    Accessibility.description.label("access"),
    Accessibility.details.label("access_details"),
)


def places_by_service(session: Session, services: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[PlaceFact, ...]]:
    """Places of these services, in a fixed order. One that is kept confidential says only that. One query."""
    found: dict[uuid.UUID, dict[uuid.UUID, PlaceFact]] = {}
    rows = session.execute(
        select(ServiceAtLocation.service_id, *_PLACE)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .outerjoin(Accessibility, Accessibility.location_id == Location.id)
        .where(ServiceAtLocation.service_id.in_(list(services)))
        .order_by(Location.key, Accessibility.id)
    )
    for row in rows:
        held = found.setdefault(row.service_id, {})
        place = held.get(row.id) or _place(row)
        said = row.access or row.access_details or ""
        held[row.id] = replace(place, access=(*place.access, said)) if said and not row.apart else place
    return {service: tuple(held.values()) for service, held in found.items()}


def _place(row: Row[*tuple[object, ...]]) -> PlaceFact:
    demo = row.provenance == DEMO
    if row.apart:
        return PlaceFact("", Words("", ""), "", demo=demo, confidential=True)
    words = Words(row.description_es, row.description_en)
    return PlaceFact(row.alcaldia, words, row.address_1, demo=demo, confidential=False)

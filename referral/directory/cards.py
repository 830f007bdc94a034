"""The card of a service: what routing reads, drawn from the service's rows. Called by whoever changes those rows.

Nothing of a place that is kept confidential stands in it: from the distances to two people anybody could tell where.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from referral.directory.catalogue import requirements_to_json
from referral.directory.facts import PROVISIONAL, Requirements
from referral.directory.models import (
    DEMO,
    Attribute,
    Language,
    Location,
    Phone,
    RequiredDocument,
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from referral.directory.own_terms import ACCEPTED_DOCUMENT

Many = dict[uuid.UUID, list[Any]]


def cards_of(session: Session, services: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    """The cards of some hundreds of services. Six queries; only our own taxonomies count."""
    refs = list(services)
    terms = _terms(session, Attribute.link_id.in_(refs))
    asked = select(RequiredDocument.id).where(RequiredDocument.service_id.in_(refs))
    accepted = _terms(session, Attribute.link_id.in_(asked))
    documents = _grouped(
        session,
        select(RequiredDocument.service_id, RequiredDocument.id)
        .where(RequiredDocument.service_id.in_(refs))
        .order_by(RequiredDocument.position, RequiredDocument.id),
    )
    languages = _grouped(
        session,
        select(Language.service_id, Language.code)
        .where(Language.service_id.in_(refs), Language.code.is_not(None))
        .order_by(Language.position, Language.code),
    )
    phones = _grouped(
        session,
        select(Phone.service_id, Phone.number)
        .where(Phone.service_id.in_(refs), Phone.type == "voice")
        .order_by(Phone.id),
    )
    places = _grouped(
        session,
        select(ServiceAtLocation.service_id, Location.alcaldia, Location.provenance)
        .join(Location)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(
            ServiceAtLocation.service_id.in_(refs),
            Location.alcaldia != "",
            Location.confidential.is_(False),
            Service.confidential.is_(False),
        )
        .order_by(Location.key),
    )
    ages = session.execute(
        select(Service.id, Service.minimum_age, Service.maximum_age, Service.answer_days, Service.source).where(
            Service.id.in_(refs)
        )
    )
    cards = {}
    for ref, youngest, oldest, answer_days, source in ages:
        own: dict[str, list[str]] = terms.get(ref, {})
        groups = tuple(tuple(accepted.get(row, {}).get(ACCEPTED_DOCUMENT, ())) for row in documents[ref])
        asks = _requirements(own, youngest, oldest, tuple(group for group in groups if group))
        here = places[ref]
        cards[ref] = {
            "needs": own.get("need", []),
            "requirements": requirements_to_json(asks),
            "alcaldias": list(dict.fromkeys(alcaldia for alcaldia, _provenance in here)),
            "languages": list(dict.fromkeys(languages[ref])),
            "phone": next(iter(phones[ref]), ""),
        }
        if any(provenance == DEMO for _alcaldia, provenance in here):
            cards[ref]["demo_place"] = True
        if answer_days is not None:
            cards[ref]["answer_days"] = answer_days
        if source == PROVISIONAL:
            cards[ref]["provisional"] = True
    return cards


def _requirements(
    own: dict[str, list[str]], youngest: int | None, oldest: int | None, documents: tuple[tuple[str, ...], ...]
) -> Requirements:
    return Requirements(
        age_min=youngest,
        age_max=oldest,
        gender=next(iter(own.get("gender", ())), "any"),
        nationality=next(iter(own.get("nationality", ())), "any"),
        profiles=tuple(own.get("profile", ())),
        also=tuple(own.get("circumstance", ())),
        groups=tuple(own.get("priority_group", ())),
        takes=tuple(own.get("takes", ())),
        conditions=tuple(own.get("condition", ())),
        lives_in_city="city" in own.get("residence", ()),
        documents=documents,
    )


def _terms(session: Session, linked: Any) -> dict[uuid.UUID, dict[str, list[str]]]:
    """Codes by row and taxonomy, in the order in which the source gave them."""
    found: dict[uuid.UUID, dict[str, list[str]]] = {}
    for link, taxonomy, code in session.execute(
        select(Attribute.link_id, Taxonomy.name, TaxonomyTerm.code)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(linked, TaxonomyTerm.code.is_not(None))
        .order_by(Attribute.position, Attribute.id)
    ):
        found.setdefault(link, {}).setdefault(taxonomy, []).append(code or "")
    return found


def _grouped(session: Session, statement: Executable) -> Many:
    """Rows by their first column; a row of two columns gives its second one bare."""
    found: Many = defaultdict(list)
    for first, *rest in session.execute(statement):
        found[first].append(rest[0] if len(rest) == 1 else tuple(rest))
    return found

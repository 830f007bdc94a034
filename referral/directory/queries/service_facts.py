"""Reads services as routing weighs them, by key or by ref; how a row becomes facts. Called by candidates and by rooms
that name services in a list.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from datetime import date
from functools import cache, lru_cache
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from referral.directory.catalogue import requirements_from_json
from referral.directory.facts import Referrable, Requirements, ServiceFacts, Words
from referral.directory.models import Organization, Service
from referral.infra.db import bare

CARD = (
    Service.id,
    Service.key,
    Service.name_es,
    Service.name_en,
    Service.gives_es,
    Service.gives_en,
    Service.kind,
    Service.referrable,
    Service.as_of,
    Service.assured_date,
    Service.confidential,
    Service.card,
    Organization.id.label("organization_id"),
    Organization.name_es.label("organization_es"),
    Organization.name_en.label("organization_en"),
)


def cards() -> Select[Any]:
    """Services with what their facts are made of; whoever asks adds the conditions."""
    return select(*CARD).join(Organization, Organization.id == Service.organization_id)


def services_by_key(session: Session, *, keys: Collection[str]) -> tuple[ServiceFacts, ...]:
    """Services by their catalogue key, active or not."""
    return tuple(facts_of_row(row) for row in session.execute(cards().where(Service.key.in_(keys))))


def services_by_ref(session: Session, *, refs: Collection[uuid.UUID]) -> dict[uuid.UUID, ServiceFacts]:
    """Services by ref, for lists that name them."""
    if not refs:
        return {}
    return {row.id: facts_of_row(row) for row in bare(session, _some(), {"services": list(refs)})}


@cache
def _some() -> Select[Any]:
    return cards().where(Service.id.in_(bindparam("services", expanding=True, type_=Uuid)))


def facts_of_row(row: Row[Any]) -> ServiceFacts:
    """The facts in one row of `cards`."""
    return facts_of(row, row.organization_id, Words(row.organization_es, row.organization_en))


def facts_of(row: Any, organization_ref: uuid.UUID, organization: Words) -> ServiceFacts:
    """The facts of a service, given as its own row or as one of `cards`."""
    card = row.card
    listing = _Listing(
        requirements=_requirements(json.dumps(card["requirements"])),
        kind=row.kind,
        referrable=Referrable(row.referrable),
        needs=frozenset(card["needs"]),
        # Cards drawn by earlier versions may still name where a refuge is.
        alcaldias=() if row.confidential else tuple(card["alcaldias"]),
        languages=tuple(card["languages"]),
        as_of=row.as_of,
        assured_on=row.assured_date,
    )
    return ServiceFacts(
        **listing._asdict(),
        likeness=_likeness(listing),
        ref=row.id,
        key=row.key,
        name=Words(row.name_es, row.name_en),
        organization=organization,
        organization_ref=organization_ref,
        gives=Words(row.gives_es, row.gives_en),
        phone=card["phone"],
        confidential=row.confidential,
        provisional=bool(card.get("provisional")),
        answer_days=card.get("answer_days"),
    )


class _Listing(NamedTuple):
    """What routing judges a service by, besides its key and what is known of it today."""

    requirements: Requirements
    kind: str
    referrable: Referrable
    needs: frozenset[str]
    alcaldias: tuple[str, ...]
    languages: tuple[str, ...]
    as_of: str
    assured_on: date | None


_numbers = count(1)


@lru_cache(maxsize=20_000)
def _likeness(_listing: _Listing) -> int:
    return next(_numbers)


@lru_cache(maxsize=4096)
def _requirements(kept: str) -> Requirements:
    """One object for all services that ask the same, so that routing judges each demand once."""
    return requirements_from_json(json.loads(kept))

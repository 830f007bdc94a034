"""Reads of the directory: candidates for routing (one query), the list with its filters, one service's page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select, type_coerce, union
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool
from sqlalchemy.types import NullType

from referral.directory.catalogue import requirements_from_json
from referral.directory.facts import (
    DirectoryFilter,
    PhoneFact,
    PlaceFact,
    Referrable,
    Requirements,
    ScheduleFact,
    ServiceFacts,
    ServiceLine,
    ServicePage,
    Words,
)
from referral.directory.models import (
    DEMO,
    Attribute,
    Location,
    Organization,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from referral.directory.rules.listings import any_of_category
from referral.infra.db import bare
from referral.kernel.names import normalise
from referral.staff.models import Staff

_CARD = (
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


# Hours that can be said in one line: the same each week, without an end, and not a day off.
WEEKLY_HOURS = and_(
    Schedule.freq == "WEEKLY",
    Schedule.byday != "",
    Schedule.opens_at != "",
    Schedule.closes_at != "",
    Schedule.closed.is_(False),
    Schedule.valid_from.is_(None),
    Schedule.valid_to.is_(None),
)


def _cards() -> Select[Any]:
    return select(*_CARD).join(Organization, Organization.id == Service.organization_id)


def _links(of_terms: ColumnElement[bool]) -> Select[Any]:
    return (
        select(Attribute.link_id)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Taxonomy.name == "need", of_terms)
    )


# What tells that a card is still the one decoded before: each change of a service raises its version, and an
# institution's names are marked as they are. The id is left as the driver gives it: there may be hundreds.
_SERVICE, _ORGANIZATION = Service.__table__.c, Organization.__table__.c
_MARK = (
    type_coerce(_SERVICE.id, NullType()).label("mark"),
    _SERVICE.version.label("mark_version"),
    _ORGANIZATION.name_es.label("mark_es"),
    _ORGANIZATION.name_en.label("mark_en"),
)
# Written once: putting these together for each need costs as much as asking them.
_WANTED = (
    _SERVICE.id.in_(
        union(
            _links(TaxonomyTerm.code.in_(bindparam("codes", expanding=True))),
            select(_SERVICE.id).where(_SERVICE.key.in_(bindparam("keys", expanding=True))),
        )
    ),
    _SERVICE.referrable != Referrable.NO.value,
    _SERVICE.status == "active",
)
_MARKS = (
    select(*_MARK)
    .join_from(Service.__table__, Organization.__table__, _ORGANIZATION.id == _SERVICE.organization_id)
    .where(*_WANTED)
)
_CANDIDATES = _cards().add_columns(*_MARK).where(*_WANTED)
MOST_KEPT = 20_000  # cards; a card takes some 2 kB
_kept: WeakKeyDictionary[Pool, dict[tuple[Any, ...], ServiceFacts]] = WeakKeyDictionary()


def candidates_for_need(session: Session, *, need_code: str, keys: Collection[str] = ()) -> tuple[ServiceFacts, ...]:
    """Services people can be sent to that serve this need or its category, plus those named by `keys`.

    One query of marks; a second one brings the cards when one of them is new or was changed by anybody.
    """
    return candidates_for_needs(session, need_codes=[need_code], keys=keys)


def candidates_for_needs(
    session: Session, *, need_codes: Collection[str], keys: Collection[str] = ()
) -> tuple[ServiceFacts, ...]:
    """The same for several needs at once, each service one time; rules.listings.need_match tells which serves which."""
    codes = {asked for code in need_codes for asked in (code, any_of_category(code))}
    asked = {"codes": sorted(codes), "keys": list(keys)}
    if "work" in session.info:  # what this very transaction changed may yet be undone: nothing of it is kept
        return tuple(_facts(row) for row in session.execute(_CANDIDATES, asked))
    kept = _kept_by(session)
    if kept:
        found = [kept.get(tuple(mark)) for mark in session.execute(_MARKS, asked)]
        if None not in found:
            return cast("tuple[ServiceFacts, ...]", tuple(found))
    if len(kept) > MOST_KEPT:
        kept.clear()
    fresh = {tuple(row[-len(_MARK) :]): _facts(row) for row in session.execute(_CANDIDATES, asked)}
    kept.update(fresh)
    return tuple(fresh.values())


def _kept_by(session: Session) -> dict[tuple[Any, ...], ServiceFacts]:
    """The cards decoded before from this session's database, by mark."""
    return _kept.setdefault(session.get_bind().engine.pool, {})


def services_by_key(session: Session, *, keys: Collection[str]) -> tuple[ServiceFacts, ...]:
    """Services by their catalogue key, active or not."""
    return tuple(_facts(row) for row in session.execute(_cards().where(Service.key.in_(keys))))


def services_by_ref(session: Session, *, refs: Collection[uuid.UUID]) -> dict[uuid.UUID, ServiceFacts]:
    """Services by ref, for lists that name them."""
    if not refs:
        return {}
    return {row.id: _facts(row) for row in session.execute(_cards().where(Service.id.in_(refs)))}


def organization_ref(session: Session, *, key: str) -> uuid.UUID | None:
    """An organisation's ref by its catalogue key."""
    return session.scalar(select(Organization.id).where(Organization.key == key))


def organization_names(session: Session) -> list[tuple[uuid.UUID, Words]]:
    """Every organisation by Spanish name, for choosing one."""
    return [(ref, Words(spanish, english)) for ref, spanish, english in bare(session, _organization_names())]


@cache
def _organization_names() -> Select[uuid.UUID, str, str]:
    return select(Organization.id, Organization.name_es, Organization.name_en).order_by(Organization.name_es)


def directory_count(session: Session, asked: DirectoryFilter) -> int:
    """How many services the filter leaves."""
    return session.scalar(select(func.count()).select_from(Service).where(_matching(asked))) or 0


def directory_list(
    session: Session, asked: DirectoryFilter, *, limit: int, offset: int = 0, english: bool = False
) -> list[ServiceLine]:
    """Services by name, in the reader's language."""
    name = Service.name_en if english else Service.name_es
    statement = _cards().where(_matching(asked)).order_by(func.lower(name), Service.key).limit(limit).offset(offset)
    return [_line(row) for row in session.execute(statement)]


def service_page(session: Session, ref: uuid.UUID) -> ServicePage | None:
    """One service with its phones, hours and places; None when there is none. Six queries."""
    row = session.execute(
        select(Service, *_CARD[12:], Staff.name.label("assured_by_name"))
        .join(Organization)
        .outerjoin(Staff, Staff.id == Service.assured_by)
        .where(Service.id == ref)
    ).one_or_none()
    if row is None:
        return None
    service: Service = row[0]
    phones = session.scalars(select(Phone).where(Phone.service_id == ref).order_by(Phone.number))
    schedules = session.scalars(
        select(Schedule).where(Schedule.service_id == ref, WEEKLY_HOURS).order_by(Schedule.opens_at)
    )
    places = session.scalars(
        select(Location).join(ServiceAtLocation).where(ServiceAtLocation.service_id == ref).order_by(Location.key)
    )
    documents = session.scalars(
        select(RequiredDocument).where(RequiredDocument.service_id == ref).order_by(RequiredDocument.position)
    )
    said = select(Schedule.description).where(
        Schedule.service_id == ref, Schedule.byday == "", Schedule.opens_at == "", Schedule.description != ""
    )
    return ServicePage(
        facts=_facts_of(service, row.organization_id, Words(row.organization_es, row.organization_en)),
        status=service.status,
        serves=Words(service.eligibility_description_es, service.eligibility_description_en),
        bring=Words(service.bring_es, service.bring_en),
        note=Words(service.alert_es, service.alert_en),
        since=service.since,
        source=service.source,
        phones=tuple(PhoneFact(phone.number, phone.provenance == DEMO) for phone in phones),
        schedules=tuple(
            ScheduleFact(hours.byday, hours.opens_at, hours.closes_at, hours.provenance == DEMO) for hours in schedules
        ),
        places=tuple(_place(place, confidential=service.confidential) for place in places),
        asks=tuple(one.document for one in documents if one.document and not one.accepts),
        hours_in_words=tuple(session.scalars(said.order_by(Schedule.id))),
        missing_on=service.source_missing_on,
        assured_by=row.assured_by_name or "",
        version=service.version,
    )


def _serves(codes: Iterable[str]) -> ColumnElement[bool]:
    terms = (
        select(Attribute.link_id)
        .join(TaxonomyTerm, TaxonomyTerm.id == Attribute.taxonomy_term_id)
        .join(Taxonomy, Taxonomy.id == TaxonomyTerm.taxonomy_id)
        .where(Taxonomy.name == "need", TaxonomyTerm.code.in_(list(codes)))
    )
    return Service.id.in_(terms)


def _matching(asked: DirectoryFilter) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if asked.referrable_only:
        wanted.append(Service.referrable != Referrable.NO)
    wanted.extend(Service.search_text.contains(word, autoescape=True) for word in normalise(asked.text).split()[:8])
    if asked.need:
        whole = "_" not in asked.need
        in_category = TaxonomyTerm.code.startswith(f"{asked.need}_", autoescape=True)
        codes = None if whole else [asked.need, any_of_category(asked.need)]
        wanted.append(_serves(codes) if codes else Service.id.in_(_links(in_category)))
    if asked.alcaldia:
        at = select(ServiceAtLocation.service_id).join(Location).where(Location.alcaldia == asked.alcaldia)
        wanted.append(Service.id.in_(at))
    return and_(Service.status.is_not(None), *wanted)


def _facts(row: Row[Any]) -> ServiceFacts:
    return _facts_of(row, row.organization_id, Words(row.organization_es, row.organization_en))


def _facts_of(row: Any, organization_ref: uuid.UUID, organization: Words) -> ServiceFacts:
    card = row.card
    return ServiceFacts(
        ref=row.id,
        key=row.key,
        name=Words(row.name_es, row.name_en),
        organization=organization,
        organization_ref=organization_ref,
        gives=Words(row.gives_es, row.gives_en),
        kind=row.kind,
        referrable=Referrable(row.referrable),
        needs=frozenset(card["needs"]),
        requirements=_requirements(json.dumps(card["requirements"])),
        alcaldias=tuple(card["alcaldias"]),
        languages=tuple(card["languages"]),
        phone=card["phone"],
        as_of=row.as_of,
        assured_on=row.assured_date,
        confidential=row.confidential,
        provisional=bool(card.get("provisional")),
        answer_days=card.get("answer_days"),
    )


@lru_cache(maxsize=4096)
def _requirements(kept: str) -> Requirements:
    """One object for all services that ask the same, so that routing judges each demand once."""
    return requirements_from_json(json.loads(kept))


def _line(row: Row[Any]) -> ServiceLine:
    return ServiceLine(
        ref=row.id,
        name=Words(row.name_es, row.name_en),
        organization=Words(row.organization_es, row.organization_en),
        gives=Words(row.gives_es, row.gives_en),
        kind=row.kind,
        referrable=Referrable(row.referrable),
        alcaldias=tuple(row.card["alcaldias"]),
        as_of=row.as_of,
        assured_on=row.assured_date,
        demo=bool(row.card.get("demo_place")),
        provisional=bool(row.card.get("provisional")),
    )


def _place(place: Location, *, confidential: bool) -> PlaceFact:
    confidential = confidential or place.confidential
    return PlaceFact(
        alcaldia="" if confidential else place.alcaldia,
        description=Words("", "") if confidential else Words(place.description_es, place.description_en),
        address="" if confidential else place.address_1,
        demo=place.provenance == DEMO,
        confidential=confidential,
    )

"""Which services answer what the list is asked, and in which order, as conditions of a statement. Used by browsing."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from referral.directory.browse_facts import Asked
from referral.directory.facts import PROVISIONAL, Referrable
from referral.directory.models import (
    Accessibility,
    Attribute,
    Language,
    Location,
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from referral.directory.queries.organizations import organization_names
from referral.directory.rules.listings import any_of_category
from referral.kernel.names import normalise

MOST_WORDS = 8
_S, _P = Service.__table__.c, Location.__table__.c
_HELD = ServiceAtLocation.__table__.c
PUBLIC = (
    _S.confidential.is_(False),
    _S.status == "active",
    _S.referrable != Referrable.NO.value,
    _S.source != PROVISIONAL,
)


def in_order(asked: Asked, fresh_since: date, *, english: bool) -> tuple[ColumnElement[Any], ...]:
    """Whose name begins with the words; then what was verified lately, the rest, what nobody reviewed; then by name."""
    # search_text begins with the Spanish name without accents, so that Álvaro stands under A.
    alphabetical = (func.lower(_S.name_en), _S.key) if english else (_S.search_text, _S.key)
    sunk = case((_S.source == PROVISIONAL, 2), (_S.assured_date >= fresh_since, 0), else_=1)
    text = normalise(asked.text)
    if not text:
        return sunk, *alphabetical
    named = or_(
        _S.search_text.startswith(text, autoescape=True), func.lower(_S.name_en).startswith(text, autoescape=True)
    )
    return case((named, 0), else_=1), sunk, *alphabetical


def matching(session: Session, asked: Asked) -> ColumnElement[bool]:
    """What a service must be to answer; reads the institutions' names when words are asked."""
    wanted: list[ColumnElement[bool]] = [_S.status.is_not(None)]
    if asked.public:
        wanted.extend(PUBLIC)
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
        said = or_(Accessibility.description != "", Accessibility.details != "")
        wanted += [_S.confidential.is_(False), _S.id.in_(_held_at(select(Accessibility.location_id).where(said)))]
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


def places_of(wanted: ColumnElement[bool]) -> Select[Any]:
    """Service and place of whoever answers. What is kept confidential is on no map and in no distance."""
    return (
        select(type_coerce(_HELD.service_id, NullType()), _P.alcaldia, _P.latitude, _P.longitude)
        .join_from(ServiceAtLocation.__table__, Location.__table__, _P.id == _HELD.location_id)
        .join(Service.__table__, _S.id == _HELD.service_id)
        .where(wanted, _S.confidential.is_(False), _P.confidential.is_(False))
    )

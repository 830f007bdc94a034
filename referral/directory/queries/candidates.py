"""Reads the candidates for a need: one query, and cards decoded before are kept. Called by routing.queries."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Select, bindparam, select, type_coerce, union
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool
from sqlalchemy.types import NullType

from referral.directory.facts import Referrable, ServiceFacts
from referral.directory.models import Attribute, Organization, Service, Taxonomy, TaxonomyTerm
from referral.directory.queries.service_facts import cards, facts_of_row
from referral.directory.rules.listings import any_of_category
from referral.infra.db import bare


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
_CANDIDATES = cards().add_columns(*_MARK).where(*_WANTED)
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
        return tuple(facts_of_row(row) for row in session.execute(_CANDIDATES, asked))
    kept = _kept_by(session)
    if kept:
        found = [kept.get(tuple(mark)) for mark in bare(session, _MARKS, asked)]
        if None not in found:
            return cast("tuple[ServiceFacts, ...]", tuple(found))
    if len(kept) > MOST_KEPT:
        kept.clear()
    fresh = {tuple(row[-len(_MARK) :]): facts_of_row(row) for row in session.execute(_CANDIDATES, asked)}
    kept.update(fresh)
    return tuple(fresh.values())


def _kept_by(session: Session) -> dict[tuple[Any, ...], ServiceFacts]:
    """The cards decoded before from this session's database, by mark."""
    return _kept.setdefault(session.get_bind().engine.pool, {})

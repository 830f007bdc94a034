"""Every table that points at a person, found in the models: what a merge moves, and what it treats by itself and why.

A law (tests/duplicates/test_walk.py) keeps it complete when a table comes in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapper

from referral.documents.models import PersonScan
from referral.infra.db import Base
from referral.infra.sealed import Drawer
from referral.people.models import Person
from referral.people.tombstones import person_columns

KEY = "person_id"  # whose key a row's drawers are sealed with

# Pointing at a person, and not moved row by row. Each with its reason.
BY_ITSELF = MappingProxyType(
    {
        "person_token": "the search index is written anew for both files",
        "person_section": "how often a section was saved only ever grows: both are counted up instead",
        "person_not_same": "in order and unique: what was said of the file that goes is said of the one that stays",
        "duplicate_pair": "a work list: pairs with the file that goes leave it",
        "person_merge": "the record of merges stays as it was written",
    }
)
# Files sealed by seal_bytes and not by a drawer.
FILES = MappingProxyType({PersonScan.__tablename__: ("small_sealed", "bytes_sealed")})
# Unique by person, so that a blind move could fail: actions.py makes room first.
MADE_ROOM = frozenset(
    {
        "inscription",  # the folio that is kept stays; the other ends as a duplicate, where it is
        "uq_consent_person_id_purpose_live",  # of two answers one stands
        "uq_consent_person_id_organization_id_live",
        "uq_household_member_person",  # one household at a time
        "uq_person_scan_person_id_photo",  # one photograph: that of the file that goes waits there
    }
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A mapped class whose rows go over: by which attributes they point at a person, and which are sealed."""

    kind: type[Any]
    columns: tuple[str, ...]
    sealed: tuple[str, ...]

    @property
    def table(self) -> str:
        return str(self.kind.__tablename__)


@cache
def moved_tables() -> tuple[Moved, ...]:
    """Every table that a merge moves, in the order of the models. Person herself is among them: who was merged into
    the file that goes was merged into the one that stays.
    """
    return tuple(
        Moved(mapper.class_, columns, sealed_columns(mapper))
        for mapper in mappers()
        if (columns := person_columns(mapper)) and mapper.local_table.description not in BY_ITSELF
    )


def mappers() -> Iterator[Mapper[Any]]:
    """Every mapped class, the tables it points at before it."""
    by_table = {mapper.local_table: mapper for mapper in Base.registry.mappers}
    return (by_table[table] for table in Base.metadata.sorted_tables if table in by_table)


def mapped(table: str) -> Mapper[Any]:
    """The mapped class of a table."""
    return next(mapper for mapper in mappers() if mapper.local_table.description == table)


def sealed_columns(mapper: Mapper[Any]) -> tuple[str, ...]:
    """Columns sealed with the key of the person that the row points at."""
    if mapper.class_ is Person:
        return ()  # with her own
    drawers = (value for kind in mapper.class_.__mro__ for value in vars(kind).values() if isinstance(value, Drawer))
    return (*(drawer.column for drawer in drawers), *FILES.get(str(mapper.local_table.description), ()))


def bytes_columns(mapper: Mapper[Any]) -> frozenset[str]:
    """Columns of bytes, which no record of changes ever holds."""
    return frozenset(column.name for column in mapper.local_table.columns if isinstance(column.type, LargeBinary))

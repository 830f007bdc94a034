"""Nothing raw on the page of the trail: every table and field that may stand there has words."""

from __future__ import annotations

from dataclasses import fields

import pytest
from sqlalchemy import select

from referral.infra.audit import AuditEntry
from referral.infra.db import Base, Database
from referral.infra.tables import metadata
from referral.kernel.codes import REGISTRATION_FIELDS
from referral.kernel.names import PersonNames
from referral.people.facts import (
    ContactFacts,
    HealthFacts,
    IdentityFacts,
    LifeFacts,
    MobilityFacts,
    NewDocument,
    ProtectedFacts,
    StandingFacts,
)
from referral.trail.labels.fields import FIELDS, is_technical
from referral.trail.labels.lines import TABLES
from tests.factories.world import World

metadata()


def without_words(names: set[str]) -> set[str]:
    """Those that the page would show as they are stored."""
    return {name for name in names if not (is_technical(name) or name in FIELDS or name in REGISTRATION_FIELDS)}


def test_every_table_and_column_of_it() -> None:
    audited = [mapper for mapper in Base.registry.mappers if mapper.class_.__audited__]
    bare = without_words({column.key for mapper in audited for column in mapper.column_attrs})
    assert not bare, "write them in trail/labels/fields.py"
    assert not {mapper.class_.__tablename__ for mapper in audited} - TABLES.keys(), "in trail/labels/lines.py"


@pytest.mark.parametrize(
    "kind",
    [IdentityFacts, ContactFacts, MobilityFacts, HealthFacts, ProtectedFacts, StandingFacts, LifeFacts, NewDocument],
)
def test_what_a_drawer_of_hers_holds(kind: type) -> None:
    names = {field.name for field in fields(kind)} - {"names"}
    if kind is IdentityFacts:
        names |= {field.name for field in fields(PersonNames)}
    assert sorted(without_words(names)) == []


def test_what_the_rooms_put_into_other_drawers(world: World, world_database: Database) -> None:
    with world_database.session(writing=False) as session:
        told = {name for names in session.scalars(select(AuditEntry.fields)) for name in names}
    assert "given" in told
    assert sorted(without_words(told)) == []

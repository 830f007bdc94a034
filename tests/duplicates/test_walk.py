"""The law of the walk: a table that points at a person is moved by a merge, or named with its reason."""

from __future__ import annotations

import pytest
from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapper

from referral.duplicates import walk
from referral.infra.db import Base
from referral.infra.sealed import Drawer
from referral.infra.tables import metadata
from referral.people.models import Person
from referral.people.tombstones import person_columns

metadata()
POINTING = [mapper for mapper in walk.mappers() if person_columns(mapper)]
# Who a row is about, noted without a foreign key: the trail tells what happened to the file of that day, for ever.
TRAIL = {"audit_entry", "access_entry"}


def table(mapper: Mapper[object]) -> str:
    return str(mapper.local_table.description)


def test_the_walk_knows_every_table_that_points_at_a_person() -> None:
    pointing = {
        each.name
        for each in Base.metadata.tables.values()
        if any(key.column.table.name == "person" for column in each.columns for key in column.foreign_keys)
    }
    moved = {each.table for each in walk.moved_tables()}
    assert moved | set(walk.BY_ITSELF) == pointing
    assert not moved & set(walk.BY_ITSELF)


@pytest.mark.parametrize("mapper", POINTING, ids=table)
def test_what_is_sealed_goes_over_with_its_row(mapper: Mapper[object]) -> None:
    if table(mapper) in walk.BY_ITSELF or mapper.class_ is Person:
        return
    assert [column.name for column in mapper.local_table.primary_key] == ["id"], "merges note rows by their id"
    held = {value.holder for value in vars(mapper.class_).values() if isinstance(value, Drawer)}
    assert held <= {"person"}, "a drawer of a row that points at a person is sealed with the key of its `person`"
    if held:
        assert {column.name for column in mapper.relationships["person"].local_columns} == {walk.KEY}
    of_bytes = {column.name for column in mapper.local_table.columns if isinstance(column.type, LargeBinary)}
    assert of_bytes == set(walk.sealed_columns(mapper)), "say in walk.FILES with whose key these bytes are sealed"


@pytest.mark.parametrize("mapper", POINTING, ids=table)
def test_room_is_made_where_a_person_may_have_one_row_only(mapper: Mapper[object]) -> None:
    if table(mapper) in walk.BY_ITSELF:
        return
    columns, whole = set(person_columns(mapper)), Base.metadata.tables[table(mapper)]
    unique = {str(index.name) for index in whole.indexes if index.unique and columns & set(index.columns.keys())}
    for rule in whole.constraints:
        if isinstance(rule, UniqueConstraint) and columns & set(rule.columns.keys()):
            unique.add(whole.description)
    assert unique <= walk.MADE_ROOM, "two files may both have one: make room in duplicates/making_room.py"


def test_whoever_notes_a_person_without_a_foreign_key_is_of_the_trail() -> None:
    loose = {
        each.name
        for each in Base.metadata.tables.values()
        for column in each.columns
        if column.name in {"person_id", "person_a", "person_b"} and not column.foreign_keys
    }
    assert loose == TRAIL

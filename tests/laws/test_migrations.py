"""Migrations: the newest revision is the models, written down in migrations/HEAD, and every step goes up and down."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    func,
    inspect,
    select,
)

from referral.infra import migrations
from referral.infra.crypto import Vault
from referral.infra.db import Database, open_database
from referral.infra.tables import metadata
from referral.kernel.clock import FixedClock
from tests.services.postgres import drop_database, fresh_database, postgres_url

HEAD = Path(__file__).resolve().parents[2] / "migrations" / "HEAD"


def _up_down_up(database: Database) -> None:
    migrations.upgrade(database.engine)
    assert migrations.current(database.engine) == migrations.head()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata()) == [], (
            "the models and the newest migration differ: write a migration"
        )
    _same_checks(database)
    migrations.downgrade(database.engine, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(database.engine)
    assert set(metadata().tables) <= set(inspect(database.engine).get_table_names())


def _same_checks(database: Database) -> None:
    """Alembic does not compare what a table checks of its rows, so a new check is easily left out of a migration."""
    there = inspect(database.engine)
    for name, table in metadata().tables.items():
        wanted = {str(each.name): _plain(str(each.sqltext)) for each in _checks(table)}
        found = {str(each["name"]): _plain(each["sqltext"]) for each in there.get_check_constraints(name)}
        assert wanted.keys() == found.keys(), f"{name}: the migration and the models check different things"
        if database.engine.dialect.name == "sqlite":  # PostgreSQL words them anew
            assert wanted == found, f"{name}: a check changed and the migration did not change it"


def _checks(table: Table) -> list[CheckConstraint]:
    return [each for each in table.constraints if isinstance(each, CheckConstraint)]


def _plain(sql: str) -> str:
    return " ".join(sql.split())


def test_head_is_written_down_so_that_two_branches_clash_in_git() -> None:
    assert HEAD.read_text(encoding="utf-8").strip() == migrations.head()


def test_up_and_down_on_sqlite(tmp_path: Path, vault: Vault, clock: FixedClock) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'm.db'}", vault, clock)
    _up_down_up(database)
    database.engine.dispose()


def test_up_and_down_on_postgresql(vault: Vault, clock: FixedClock) -> None:
    url = fresh_database(postgres_url())
    database = open_database(url, vault, clock)
    _up_down_up(database)
    database.engine.dispose()
    drop_database(url)


def test_a_register_in_use_keeps_every_row_on_sqlite(tmp_path: Path, vault: Vault, clock: FixedClock) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'm.db'}", vault, clock)
    _from_the_first_tables_to_the_last(database)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.engine.dispose()


def test_a_register_in_use_keeps_every_row_on_postgresql(vault: Vault, clock: FixedClock) -> None:
    url = fresh_database(postgres_url())
    database = open_database(url, vault, clock)
    _from_the_first_tables_to_the_last(database)
    database.engine.dispose()
    drop_database(url)


def _from_the_first_tables_to_the_last(database: Database) -> None:
    """One row in every table of the first revision, each pointing at the others: all are there after the last one."""
    migrations.upgrade(database.engine, "001")
    tables = MetaData()
    tables.reflect(database.engine)
    with database.engine.begin() as connection:
        rows: dict[str, dict[str, Any]] = {}
        for table in tables.sorted_tables:
            if table.name == "alembic_version":
                continue
            rows[table.name] = {column.name: _value(column, rows) for column in table.columns}
            connection.execute(table.insert(), [rows[table.name] | _SAID.get(table.name, {})])
    migrations.upgrade(database.engine)
    now = MetaData()
    now.reflect(database.engine)
    with database.engine.connect() as connection:
        for name in rows:
            assert connection.scalar(select(func.count()).select_from(now.tables[name])) == 1, f"{name} lost its row"


_SAID: dict[str, dict[str, Any]] = {  # what a rule of the table asks for
    "consent": {"purpose": "referral"},
    "referral": {"status": "requested", "sent_at": datetime(2026, 11, 20, tzinfo=UTC)},
}


def _value(column: Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        if key.column.table.name in rows:
            return rows[key.column.table.name][key.column.name]
    if column.nullable:
        return None
    kind = column.type
    plain: tuple[tuple[type, Any], ...] = (
        (Boolean, False),
        (Integer, 1),
        (DateTime, datetime(2026, 11, 20, tzinfo=UTC)),
        (Date, date(2026, 11, 20)),
        (LargeBinary, b"x"),
        (JSON, {}),
        (Uuid, uuid.uuid4()),
    )
    known = next((value for each, value in plain if isinstance(kind, each)), None)
    if known is not None:
        return known
    length = getattr(kind, "length", None)
    return uuid.uuid4().hex if length == 32 else "x"

"""Migrations: the newest revision is the models, written down in migrations/HEAD, and every step goes up and down."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

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
    migrations.downgrade(database.engine, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(database.engine)
    assert set(metadata().tables) <= set(inspect(database.engine).get_table_names())


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

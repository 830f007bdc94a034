"""Fixtures everybody shares: a clock that stands still, keys, both databases, a work, a page client."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from referral.access.identity import Identity, Role
from referral.app import create_app
from referral.infra.crypto import Keys, Vault
from referral.infra.db import Database, open_database
from referral.infra.settings import Settings
from referral.infra.tables import metadata
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.staff import actions
from referral.staff.actions import add_staff, open_desk
from referral.staff.facts import Credentials, NewStaff
from tests.desk_browser import DeskBrowser
from tests.services.postgres import fresh_database, postgres_url

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # a Friday, 11:00 in Mexico City
PASSWORD = "una frase larga de prueba"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault(Keys(wrapping=(b"w" * 32,), index=b"i" * 32, cookie=b"c" * 32))


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Path:
    """A SQLite file with all tables; each test works on a copy."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    database = open_database(f"sqlite:///{path}", vault, FixedClock(NOW))
    metadata().create_all(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres(vault: Vault) -> Iterator[Database]:
    """This worker's own PostgreSQL database with all tables; each test leaves it empty."""
    database = open_database(fresh_database(postgres_url()), vault, FixedClock(NOW))
    metadata().create_all(database.engine)
    yield database
    database.engine.dispose()


@pytest.fixture
def sqlite(empty_sqlite: Path, tmp_path: Path, vault: Vault, clock: FixedClock) -> Iterator[Database]:
    shutil.copy(empty_sqlite, tmp_path / "test.db")
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}", vault, clock)
    yield database
    database.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, vault: Vault, clock: FixedClock) -> Iterator[Database]:
    """Each test that asks for this runs on both engines. Ask for `sqlite` when one is enough."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    shared: Database = request.getfixturevalue("postgres")
    yield Database(shared.engine, vault, clock)
    names = ", ".join(f'"{table}"' for table in metadata().tables)
    with shared.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


MakeIdentity = Callable[..., Identity]


@pytest.fixture
def make_identity() -> Callable[..., Identity]:
    """Makes accounts: make_identity(database, role, username=, desk=, organization=) -> Identity."""

    def make(
        database: Database,
        role: Role = Role.CASEWORKER,
        *,
        username: str = "caso",
        desk: str = "Mesa Centro",
        organization: object = None,
    ) -> Identity:
        with serving(database), unit_of_work("test.staff") as work:
            place = open_desk(work, name=desk) if role in {Role.CASEWORKER, Role.SUPERVISOR} else None
            new = NewStaff(username, f"Prueba {username}", role, PASSWORD, desk=place, organization=organization)  # type: ignore[arg-type]
            staff = add_staff(work, new)
        return Identity(
            staff=staff,
            role=role,
            name=new.name,
            username=username,
            desk=place,
            desk_name=desk if place else "",
            organization=organization,  # type: ignore[arg-type]
        )

    return make


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, local=True, public_url="http://127.0.0.1:8000")


@pytest.fixture
def app(database: Database, settings: Settings) -> Flask:
    """The desk on both engines, one after the other."""
    return create_app(settings, database)


@pytest.fixture
def sign_in(app: Flask, database: Database) -> Callable[[Identity], DeskBrowser]:
    """A browser signed in as this account, without going through the form."""

    def enter(identity: Identity) -> DeskBrowser:
        with serving(database), unit_of_work("test.sign_in") as work:
            token = actions.sign_in(work, Credentials(identity.username, PASSWORD, "test"))
        assert token is not None
        return DeskBrowser(app, token)

    return enter


@pytest.fixture
def nobody(app: Flask) -> DeskBrowser:
    """A browser that is not signed in."""
    return DeskBrowser(app)

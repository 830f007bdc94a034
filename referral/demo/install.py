"""A demonstration on disk: made once, whole or not at all, and told apart from a real desk. Called by cli.py."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from referral.demo.facts import Recipe, Told
from referral.demo.year import play_year
from referral.infra import migrations
from referral.infra.crypto import Vault, load_keys, make_key_file
from referral.infra.db import open_database
from referral.infra.settings import BadSetting, Settings
from referral.infra.tables import metadata
from referral.infra.work import serving
from referral.kernel.clock import Clock, SystemClock
from referral.trail.actions import check_trail, seal_trail

MARK = 0x44454D4F  # "DEMO", written in the database file itself: real data is never taken for a demonstration


def demo_settings(settings: Settings, port: int) -> Settings:
    """The settings in force, marked as a demonstration on this machine. BadSetting when they name a database."""
    if settings.database_url:
        raise BadSetting("VENTANILLA_DATABASE_URL must be empty for a demonstration, which makes its own database.")
    example = Settings.__dataclass_fields__["public_url"].default
    url = f"http://127.0.0.1:{port}" if settings.public_url == example else settings.public_url
    return replace(settings, demo=True, local=True, public_url=url)


def make_demonstration(
    settings: Settings,
    *,
    people: int = 300,
    afresh: bool = False,
    clock: Clock | None = None,
    tell: Callable[[str], None] = lambda _line: None,
) -> Told | None:
    """See to it that the home folder holds a demonstration, with its keys; what was made, None when it was there.

    Another database in its place is left alone: BadSetting. `afresh` makes a new one in place of an older one.
    """
    place = settings.home.resolve() / "ventanilla.db"
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        if not is_demonstration(place):
            raise BadSetting(
                f"{place} is not a demonstration and stays as it is; VENTANILLA_HOME names another folder."
            )
        if not afresh:
            _bring_up_to_date(settings)
            return None
    if not settings.keys().is_file():
        make_key_file(settings.keys())
    building = place.with_name("ventanilla.db.building")
    _remove(building)
    seals = None
    if settings.audit_file is None:  # a file that somebody named may hold the seals of another database
        seals = settings.seals().with_name(f"{settings.seals().name}.building")
        seals.unlink(missing_ok=True)
    told = _fill(settings, building, people, clock or SystemClock(), tell, seals)
    _remove(place)
    building.replace(place)
    if seals is not None:
        seals.replace(settings.seals())
    _to_disk(place.parent)
    return told


def is_demonstration(place: Path) -> bool:
    """Whether a database file says of itself that it is one."""
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as connection:
        found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found == MARK


def make_tables(engine: Engine) -> None:
    """All tables, by the migrations."""
    if migrations.head():
        migrations.upgrade(engine)
    else:
        metadata().create_all(engine)


def _bring_up_to_date(settings: Settings) -> None:
    database = open_database(settings.database(), Vault(load_keys(settings.keys())), SystemClock())
    if migrations.head() and migrations.current(database.engine) != migrations.head():
        migrations.upgrade(database.engine)
    database.engine.dispose()


def _fill(
    settings: Settings, building: Path, people: int, clock: Clock, tell: Callable[[str], None], seals: Path | None
) -> Told:
    database = open_database(f"sqlite:///{building}", Vault(load_keys(settings.keys())), clock)
    event.listen(database.engine, "connect", _in_a_hurry)
    make_tables(database.engine)
    recipe = Recipe(until=clock.now(), people=people, referrals=people * 3)
    told = play_year(database, settings, recipe, tell=tell)
    if seals is not None:
        with serving(database):
            seal_trail(seals)
            check_trail(seals)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version = {MARK}")
    database.engine.dispose()
    with closing(sqlite3.connect(building)) as connection:
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _to_disk(building)
    return told


def _in_a_hurry(connection: Any, _record: object) -> None:
    # A file still being made is thrown away when anything stops it; it is put on disk once, when it is whole.
    connection.execute("PRAGMA synchronous=OFF")


def _remove(place: Path) -> None:
    for name in (place.name, f"{place.name}-wal", f"{place.name}-shm"):
        place.with_name(name).unlink(missing_ok=True)


def _to_disk(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

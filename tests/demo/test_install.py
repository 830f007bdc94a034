"""A demonstration on disk: whole or not at all, never in the place of something else."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from referral.app import open_installation
from referral.demo.install import demo_settings, is_demonstration, make_demonstration
from referral.infra.settings import BadSetting, Settings
from referral.infra.work import reading, serving
from referral.kernel.clock import FixedClock
from referral.people.models import Person
from referral.trail.actions import check_trail
from referral.trail.queries.seals import standing
from tests.conftest import NOW


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


def _settings(home: Path) -> Settings:
    return demo_settings(Settings(home=home), 8123)


def _people(settings: Settings) -> int:
    database = open_installation(settings)
    with database.session(writing=False) as session:
        found = session.query(Person).count()
    database.engine.dispose()
    return found


def test_it_is_made_once_and_then_found(tmp_path: Path) -> None:
    settings = _settings(tmp_path / "var")
    told = make_demonstration(settings, people=3, clock=FixedClock(NOW))
    assert told is not None
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == [
        "audit-seals.txt",
        "keys.json",
        "ventanilla.db",
    ]
    assert _people(settings) == told.people > 3
    assert is_demonstration(tmp_path / "var" / "ventanilla.db")
    assert make_demonstration(settings, people=5, clock=FixedClock(NOW)) is None
    assert _people(settings) == told.people
    fresh = make_demonstration(settings, people=2, afresh=True, clock=FixedClock(NOW))
    assert fresh is not None
    assert _people(settings) == fresh.people < told.people


def test_its_trail_is_sealed_and_was_found_whole(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    for afresh in (False, True):
        make_demonstration(settings, people=2, afresh=afresh, clock=FixedClock(NOW))
        database = open_installation(settings)
        with serving(database), reading() as desk:
            found = standing(desk.session)
        with serving(database):
            again = check_trail(settings.seals())
        database.engine.dispose()
        assert (found.sealed_at, found.checked_at, found.broken) == (NOW, NOW, None)
        assert again.rows > 0
        assert again.broken == ()


def test_a_file_of_seals_that_somebody_named_is_left_alone(tmp_path: Path) -> None:
    named = tmp_path / "elsewhere.txt"
    named.write_text("1 of another database\n")
    make_demonstration(replace(_settings(tmp_path), audit_file=named), people=2, clock=FixedClock(NOW))
    assert named.read_text() == "1 of another database\n"


def test_one_that_was_interrupted_leaves_nothing_and_the_next_is_whole(tmp_path: Path) -> None:
    settings = _settings(tmp_path)

    def stop(line: str) -> None:
        if "people" in line:
            raise Interrupted

    with pytest.raises(Interrupted):
        make_demonstration(settings, people=6, clock=FixedClock(NOW), tell=stop)
    assert not (tmp_path / "ventanilla.db").exists()
    told = make_demonstration(settings, people=2, clock=FixedClock(NOW))
    assert told is not None
    assert _people(settings) == told.people


@pytest.mark.parametrize("afresh", [False, True])
def test_a_database_that_is_no_demonstration_is_left_alone(tmp_path: Path, afresh: bool) -> None:
    with sqlite3.connect(tmp_path / "ventanilla.db") as connection:
        connection.execute("CREATE TABLE person (id INTEGER)")
    before = (tmp_path / "ventanilla.db").read_bytes()
    with pytest.raises(BadSetting, match="not a demonstration"):
        make_demonstration(_settings(tmp_path), people=2, afresh=afresh, clock=FixedClock(NOW))
    assert (tmp_path / "ventanilla.db").read_bytes() == before


def test_it_is_marked_as_a_demonstration_and_names_no_other_database(tmp_path: Path) -> None:
    settings = _settings(tmp_path)
    assert settings.demo
    assert settings.local
    assert settings.public_url == "http://127.0.0.1:8123"
    with pytest.raises(BadSetting, match="VENTANILLA_DATABASE_URL"):
        demo_settings(Settings(database_url="sqlite:///elsewhere.db"), 8000)

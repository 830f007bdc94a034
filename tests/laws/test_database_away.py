"""The disk is full, the file cannot be written, the database is gone: nothing is half saved, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from referral.app import create_app
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.kernel.codes import NEEDS
from tests.desk_browser import Page
from tests.factories.world import PASSWORD, World, WorldFile
from tests.laws.test_bad_tokens import everything

TYPED = "Texto que no se pierde ñ"
Trouble = Callable[[Database], AbstractContextManager[None]]


@contextmanager
def _with_pragma(database: Database, pragma: str) -> Iterator[None]:
    def set_it(connection: Any, _record: object) -> None:
        connection.execute(pragma)

    event.listen(database.engine, "connect", set_it)
    database.engine.dispose()
    try:
        yield
    finally:
        event.remove(database.engine, "connect", set_it)
        database.engine.dispose()


def disk_full(database: Database) -> AbstractContextManager[None]:
    """No page may be added to the file: what SQLite answers when the disk is full."""
    return _with_pragma(database, "PRAGMA max_page_count = 1")


def read_only(database: Database) -> AbstractContextManager[None]:
    """The file can be read and not written."""
    return _with_pragma(database, "PRAGMA query_only = ON")


@contextmanager
def gone(database: Database) -> Iterator[None]:
    """The database cannot be reached at all."""
    folder = Path(database.engine.url.database or "").parent
    away = folder.with_name("away")
    database.engine.dispose()
    folder.rename(away)
    try:
        yield
    finally:
        away.rename(folder)
        database.engine.dispose()


TROUBLES = pytest.mark.parametrize("trouble", [disk_full, read_only, gone])


@pytest.fixture
def apart(world_file: WorldFile, tmp_path: Path) -> Iterator[Database]:
    """The world in a folder of its own, which can be moved away."""
    folder = tmp_path / "here"
    folder.mkdir()
    with world_file.copy(folder) as database:
        yield database


def _forms(world: World) -> list[tuple[str, str, dict[str, Any], str]]:
    """(page, where it is sent, what is typed, id of the form) for each kind of write."""
    person, sent = f"/personas/{world.full}", f"/canalizaciones/{world.sent}"
    rejected = {"to": "rejected", "how": "phone", "reason": "no_capacity"}
    needs, long = [need.code for need in NEEDS if need.code.startswith("EDUC_")], TYPED + " y más" * 300
    return [
        ("/personas/nueva", "", {"given": "Nadia " * 20, "place": TYPED}, "main-form"),
        (f"{person}/datos/contacto", "", {"place": TYPED}, "main-form"),
        (f"{person}/necesidades", "", {"needs": needs, "note": long}, "main-form"),
        (f"{person}/documentos", "", {"kind": "PASSPORT", "name_on_document": TYPED}, "main-form"),
        (
            sent,
            f"{sent}/mover",
            {**rejected, "note": long},
            "move-rejected",
        ),
    ]


@TROUBLES
def test_a_save_that_fails_says_so_keeps_the_text_and_works_when_sent_again(
    trouble: Trouble, apart: Database, world: World, settings: Settings
) -> None:
    browser = world.enter(create_app(settings, apart))
    failures = 0
    for address, target, typed, form in _forms(world):
        boxes = {**browser.get(address).form(form), **typed}
        before = everything(apart)
        with trouble(apart):
            answer = browser.post(target or address, boxes)
        if trouble is disk_full and answer.status == 303:  # what little it had to write still found room
            continue
        _check_failed(answer, TYPED)
        assert everything(apart) == before, f"{address}: half a record"
        again = browser.post(target or address, boxes)
        assert again.status == 303, f"{address}: {again.text}"
        assert everything(apart) != before
        failures += 1
    assert failures == 5 or (trouble is disk_full and failures)


def _check_failed(page: Page, typed: str) -> None:
    assert page.status == 503, page.text
    assert page.h1 == "No se guardó"
    assert typed in page.text
    assert "La base de datos no respondió" in page.text


@TROUBLES
def test_every_page_answers_in_trouble_and_after_it(
    trouble: Trouble, apart: Database, world: World, settings: Settings
) -> None:
    browser = world.enter(create_app(settings, apart))
    addresses = ("/", "/personas", f"/personas/{world.full}", "/canalizaciones", "/directorio", "/informes/resultados")
    with trouble(apart):
        for address in (*addresses, f"/v/{world.code}", "/no-hay"):
            assert browser.client.get(address).status_code in {200, 404, 503}, address
    for address in addresses:
        assert browser.get(address).status == 200, address


@TROUBLES
def test_signing_in_during_trouble_never_shows_the_password(
    trouble: Trouble, apart: Database, world: World, settings: Settings
) -> None:
    browser = world.enter(create_app(settings, apart), "")
    typed = {"username": "caso", "password": PASSWORD}
    boxes = {**browser.get("/entrar").form(), **typed}
    with trouble(apart):
        failed = browser.post("/entrar", boxes)
    assert failed.status == 503 or trouble is disk_full
    assert PASSWORD not in failed.html
    assert world.enter(browser.app, "").fill("/entrar", typed).status == 303

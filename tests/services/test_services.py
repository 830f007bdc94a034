"""The services that other tests stand on do what they promise; a failure here explains failures elsewhere."""

from __future__ import annotations

import psycopg
import pytest
from playwright.sync_api import sync_playwright

from tests.services.browser import axe_source, launch
from tests.services.postgres import drop_database, fresh_database, postgres_url


def _asked(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql", 1), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.mark.postgres
def test_databases_are_empty_apart_and_can_be_copied() -> None:
    server = postgres_url()
    first, second = fresh_database(server), fresh_database(server)
    _asked(first, "CREATE TABLE person (name text)")
    _asked(first, "INSERT INTO person VALUES ('Itzel')")
    copy = fresh_database(server, template=first)

    tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    assert _asked(second, tables) == [(0,)]
    assert _asked(copy, "SELECT name FROM person") == [("Itzel",)]
    for url in (first, second, copy):
        drop_database(url)
    with pytest.raises(psycopg.OperationalError):
        _asked(first, "SELECT 1")


@pytest.mark.postgres
def test_only_databases_of_the_tests_can_be_dropped() -> None:
    with pytest.raises(ValueError, match="was not made by fresh_database"):
        drop_database(postgres_url())


@pytest.mark.browser
def test_the_checker_sees_a_planted_fault_and_nothing_else() -> None:
    sound = "<html lang='es'><head><title>Hola</title></head><body><main><h1>Hola</h1>{}</main></body></html>"
    with sync_playwright() as playwright:
        browser = launch(playwright)
        found = []
        for fault in ("", "<img src='data:,'>"):
            page = browser.new_page()
            page.set_content(sound.format(fault))
            page.evaluate(axe_source())
            found.append([item["id"] for item in page.evaluate("axe.run()")["violations"]])
            page.close()
        browser.close()
    assert found == [[], ["image-alt"]]

"""Fixtures of the journeys: one browser for all, one live desk for each file, a hand for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from referral._build import build_assets
from referral.infra import catalogues
from referral.infra.crypto import Vault
from tests.journeys.hand import Hand, KeyboardHand
from tests.journeys.live import DAY, LiveDesk, served, stock
from tests.journeys.watch import PATIENCE, WIDE
from tests.journeys.words import Words
from tests.services.browser import launch

MakeHand = Callable[..., Hand]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def stocked(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Path:
    """A SQLite file as a desk has it on its first day; each file of journeys works on a copy."""
    build_assets()
    catalogues.compile()
    path = tmp_path_factory.mktemp("stock") / "stocked.db"
    stock(path, vault)
    return path


@pytest.fixture(scope="module")
def live(stocked: Path, tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Iterator[LiveDesk]:
    with served(stocked, tmp_path_factory.mktemp("live"), vault) as desk:
        yield desk


@pytest.fixture
def make_hand(browser: Browser, live: LiveDesk, pictures: Path | None) -> Iterator[MakeHand]:
    """Makes hands, each in a browser of its own: make_hand(language="es", keyboard=False, scripts=True).

    The accessibility checker runs for the mouse, and need not again for who goes through the same pages otherwise.
    """
    opened: list[tuple[BrowserContext, Hand]] = []

    def make(language: str = "es", *, keyboard: bool = False, scripts: bool = True) -> Hand:
        context = browser.new_context(viewport=WIDE, locale="es-MX", java_script_enabled=scripts)
        context.set_default_timeout(PATIENCE)
        kind = KeyboardHand if keyboard else Hand
        checker = scripts and not keyboard
        page = context.new_page()
        hand = kind(page, live.address, Words(language), checker=checker, pictures=pictures if checker else None)
        opened.append((context, hand))
        return hand

    yield make
    for context, _hand in opened:
        context.close()
    live.clock.set(DAY)


@pytest.fixture
def hand(make_hand: MakeHand) -> Hand:
    """A hand on a mouse, in Spanish."""
    return make_hand()


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where pictures for the guides go; None unless VENTANILLA_SCREENSHOTS=1, so that tests change no tracked file."""
    if os.environ.get("VENTANILLA_SCREENSHOTS") != "1":
        return None
    folder = Path(__file__).resolve().parents[2] / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    return folder

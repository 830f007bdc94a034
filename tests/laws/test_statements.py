"""Statements per page: within the budget of each kind of page, and not one more when the desk fills up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from referral.app import create_app
from referral.infra.crypto import Vault
from referral.infra.settings import Settings
from referral.kernel.clock import FixedClock
from tests.conftest import NOW
from tests.desk_browser import Page
from tests.factories.world import WorldFile
from tests.laws.walk import EVERYBODY, addresses
from tests.statements import counted

FEW, MANY = 3, 40
SIGN_IN = 1  # who the cookie belongs to, asked on every page
SEEN = 2  # noting that a person's record was opened: was it just noted, then the note
BUDGETS = {
    "desk.home": 7,
    "desk.search": 8,
    "desk.person_file": 12,
    "referrals.prepare": 15,  # the service is judged for each of the family who may go along
    "people.people_list": 6,
    "referrals.referral_list": 4,
    "directory.directory_list": 6,
    "directory.public_list": 6,
    "reports.outcomes": 3,
    "reports.outcomes_list": 6,
    "staff.staff_list": 6,
    "trail.entries": 6,
    "consent.notice": 0,
    "staff.sign_in": 0,
    **dict.fromkeys(("hsds.about", "hsds.description"), 0),
    # What must stay inside is asked of each table that a place reaches; full objects of each that can hang there.
    **{f"hsds.{many}": 26 for many in ("services", "organizations", "service_at_locations", "taxonomies")},
    "hsds.taxonomy_terms": 26,
    "hsds.service": 80,
}
OTHER = 14  # any page without a line of its own
PERIOD = "desde=2026-10-01&hasta=2026-11-20"
MORE = {  # addresses that show more than the plain one
    f"/informes/resultados?{PERIOD}": "reports.outcomes",
    f"/informes/resultados?{PERIOD}&por=category": "reports.outcomes",
    f"/informes/resultados/lista?{PERIOD}": "reports.outcomes_list",
    "/canalizaciones?grupo=todas": "referrals.referral_list",
    "/canalizaciones?grupo=overdue": "referrals.referral_list",
    "/directorio?todo=1": "directory.directory_list",
    "/directorio?q=salud&abierto=1&alcaldia=09015&km=10&edad=30": "directory.directory_list",
    "/publico/directorio?imprimir=1": "directory.public_list",
}
GROWS = {  # pages on which the rows must be seen, or the law would hold for an empty desk
    "caso": {"desk.home", "desk.person_file", "people.people_list", "referrals.referral_list", "reports.outcomes_list"},
    "salud": {"referrals.referral_list", "reports.outcomes_list"},
}


@pytest.fixture(scope="session")
def sizes(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> dict[int, WorldFile]:
    """The same desk with few rows of each kind and with many."""
    return {
        rows: WorldFile(tmp_path_factory.mktemp(f"world{rows}"), vault, FixedClock(NOW), rows) for rows in (FEW, MANY)
    }


@dataclass(frozen=True, slots=True)
class Cost:
    """Statements of the dearest page of an endpoint, on a first and on a second visit, and the bytes of the longest."""

    first: int = 0
    again: int = 0
    length: int = 0

    def at_least(self, other: Cost) -> Cost:
        """The dearer of two in each way."""
        return Cost(max(self.first, other.first), max(self.again, other.again), max(self.length, other.length))


def costs(file: WorldFile, folder: Path, settings: Settings, username: str) -> dict[str, Cost]:
    """What each page costs this account, by endpoint."""
    found: dict[str, Cost] = {}
    with file.copy(folder) as database:
        app = create_app(settings, database)
        browser = file.world.enter(app, username)

        def visit(open_it: Callable[[], Page], endpoint: str) -> None:
            with counted(database) as first:
                page = open_it()
            if page.status != 200:
                return
            with counted(database) as again:
                open_it()
            found[endpoint] = found.get(endpoint, Cost()).at_least(
                Cost(len(first), len(again), len(page.response.data))
            )

        for address, endpoint in {**addresses(app, file.world), **MORE}.items():
            visit(partial(browser.get, address), endpoint)
        if username == "caso":
            key = browser.csrf()
            visit(lambda: browser.post("/buscar", {"q": "Prueba", "csrf_token": key}), "desk.search")
            visit(lambda: browser.post("/buscar/primeras", {"q": "Prueba ", "csrf_token": key}), "desk.search_fragment")
            typed = {"given": "Persona1", "surname1": "Prueba", "csrf_token": key}
            visit(lambda: browser.post("/personas/parecidas", typed), "arrival.near")
    return found


@pytest.mark.parametrize("username", [name for name in EVERYBODY if name != "norte"])
def test_no_page_sends_more_statements_when_the_desk_fills_up(
    username: str, sizes: dict[int, WorldFile], tmp_path: Path, settings: Settings
) -> None:
    few, many = (costs(sizes[rows], tmp_path, settings, username) for rows in (FEW, MANY))
    assert few.keys() == many.keys()
    for endpoint, cost in many.items():
        before = few[endpoint]
        assert (cost.first, cost.again) == (before.first, before.again), f"{endpoint} asks once per row"
        most = BUDGETS.get(endpoint, OTHER) + (SIGN_IN if username else 0)
        assert cost.again <= most, f"{endpoint}: {cost.again} statements, at most {most}"
        assert cost.first <= most + SEEN, f"{endpoint}: {cost.first} statements on the first visit"
    for endpoint in GROWS.get(username, ()):
        assert many[endpoint].length > few[endpoint].length * 1.1, f"{endpoint} does not show the rows that were added"

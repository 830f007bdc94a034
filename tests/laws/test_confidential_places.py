"""Where a refuge is: no page, paper, export or answer of the API says it, whoever asks; only its edit form does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from referral.app import create_app
from referral.directory.cards import cards_of
from referral.directory.models import Accessibility, Address, Location, Service, ServiceAtLocation
from referral.hsds.exporting import write_package
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.work import Work, reading, serving, unit_of_work
from referral.routing.facts import Criterion, Known, PersonFacts
from referral.routing.queries import offers_for_need, routing_for_need
from tests.factories.world import DOORS, World, WorldFile
from tests.laws.walk import addresses
from tests.paper_reading import read_paper

MARK = "Xochiquetzalli"  # a word that stands nowhere else
PLACE = {
    "name": f"Casa {MARK}",
    "description_es": f"Junto al mercado {MARK}",
    "description_en": f"Beside the {MARK} market",
    "address_1": f"Calle {MARK} 7",
    "transportation": f"Parada {MARK}",
    "postal_code": "12987",
    "alcaldia": "09009",
    "latitude": 19.191919,
    "longitude": -99.023232,
}
MARKS = (MARK.casefold(), "12987", "19.191919", "99.023232")
READERS = ("", "caso", "jefa", "salud", "datos")
EDITS = {"upkeep.edit", "upkeep.propose"}  # who keeps the listing must be able to read what is on file
_MAP = (
    "/directorio?alcaldia=09009",
    "/directorio?alcaldia=09009&km=5",
    "/directorio?acceso=1",
    "/publico/directorio?alcaldia=09009",
    "/publico/directorio?imprimir=1",
    "/publico/directorio?acceso=1",
    "/api/service_at_locations?full=true",
    "/api/services?full=true&search=" + MARK,
    "/api/organizations?full=true",
    "/api/services?minimal=true",
)


@pytest.fixture(params=[Service, Location], ids=["the service is confidential", "its place is confidential"])
def hidden(request: pytest.FixtureRequest, world_file: WorldFile, tmp_path: Path) -> Iterator[Database]:
    """A copy of the world in which every door that it uses is a refuge."""
    with world_file.copy(tmp_path) as database:
        with serving(database), unit_of_work("test.hide") as work:
            for service in work.session.scalars(select(Service).where(Service.key.in_(DOORS))):
                service.confidential = request.param is Service
                _house(work, service, confidential=request.param is Location)
        yield database


def _house(work: Work, service: Service, *, confidential: bool) -> None:
    place = Location(
        key=f"test:{service.key}", organization_id=service.organization_id, confidential=confidential, **PLACE
    )
    work.session.add(place)
    work.session.flush()
    work.session.add_all([
        ServiceAtLocation(service_id=service.id, location_id=place.id, description=f"Entrada {MARK}"),
        Address(location_id=place.id, address_1=PLACE["address_1"], city=MARK, state_province="CDMX", country="MX"),
        Accessibility(location_id=place.id, description=f"Rampa {MARK}"),
    ])  # fmt: skip
    work.session.flush()
    service.card = cards_of(work.session, [service.id])[service.id]


@pytest.fixture
def desk(hidden: Database, settings: Settings) -> Flask:
    return create_app(settings, hidden)


def told(text: str) -> list[str]:
    """Which marks stand in a text."""
    return [mark for mark in MARKS if mark in text.casefold()]


def read(page_bytes: bytes, kind: str) -> str:
    return read_paper(page_bytes).text if kind == "application/pdf" else page_bytes.decode("utf-8", "replace")


@pytest.mark.parametrize("username", READERS)
def test_no_page_says_where_a_refuge_is(username: str, desk: Flask, world: World) -> None:
    browser = world.enter(desk, username)
    looked = 0
    for address, endpoint in {**addresses(desk, world), **dict.fromkeys(_MAP, "")}.items():
        if endpoint in EDITS:
            continue
        for query in ("", "_lang=en") if username == "caso" else ("",):
            page = browser.get(address + (("&" if "?" in address else "?") + query if query else ""))
            looked += page.status == 200
            assert not told(read(page.response.data, page.response.mimetype or "")), address
    assert looked > 10


def test_the_papers_to_carry_say_nothing_of_it(desk: Flask, world: World) -> None:
    browser = world.enter(desk)
    for language in ("es", "en", "ht"):
        asked = {"visits": [str(world.accepted), str(world.sent)], "language": language}
        named = {**asked, "named": [str(world.accepted), str(world.sent)]}
        for boxes in (asked, named):
            printed = browser.post(f"/personas/{world.full}/itinerario", boxes)
            assert printed.response.mimetype == "application/pdf"
            assert not told(read_paper(printed.response.data).text)


def test_offers_of_a_refuge_give_no_distance_and_no_place(hidden: Database) -> None:
    """From how far it is from two people anybody could tell in which alcaldía it stands."""
    somebody = PersonFacts(alcaldia=Known("09015"))
    with serving(hidden), reading() as at:
        offers = offers_for_need(at.session, person_facts=somebody, need_code="LEGAL_ASYLUM", today=at.today)
        routing = routing_for_need(at.session, person_facts=somebody, need_code="HEALTH_PREG", today=at.today)
    near = [offer for offer in (*offers, *routing.offers) if offer.service.key in DOORS]
    assert len(near) >= 3
    for offer in near:
        assert offer.service.alcaldias == ()
        assert Criterion.DISTANCE not in {line.criterion for line in offer.arithmetic}


def test_an_export_leaves_it_at_home(hidden: Database, tmp_path: Path) -> None:
    with serving(hidden), reading() as at:
        write_package(at.session, tmp_path / "package")
    files = [file for file in (tmp_path / "package").rglob("*") if file.is_file()]
    assert len(files) > 20
    for file in files:
        assert not told(file.read_text("utf-8")), file.name

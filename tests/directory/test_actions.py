"""Loading the catalogue and filling the demo, on both databases; reading it back by page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, func, select

from referral.directory.actions import demo_places, load_catalogue
from referral.directory.facts import LoadReport, Referrable
from referral.directory.models import Attribute, Location, Organization, Phone, Schedule, Service
from referral.directory.queries.candidates import candidates_for_need
from referral.directory.queries.one_service import service_page
from referral.directory.queries.organizations import organization_ref
from referral.directory.queries.service_facts import services_by_key
from referral.infra.audit import AuditEntry
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.partial_dates import AgeRange
from referral.routing.facts import Known, PersonFacts, Verdict
from referral.routing.queries import offers_for_need, routing_for_need
from tests.conftest import NOW
from tests.routing.catalogue import candidates


def load() -> LoadReport:
    with unit_of_work("directory.load") as work:
        return load_catalogue(work)


@pytest.fixture
def loaded(database: Database) -> Iterator[Database]:
    with serving(database):
        load()
        yield database


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_loading_twice_changes_nothing(database: Database) -> None:
    with serving(database):
        assert load() == LoadReport(added=121, changed=0, unchanged=0)
        with unit_of_work("test.count") as work:
            before = work.session.scalar(select(func.count()).select_from(AuditEntry))
            attributes = work.session.scalar(select(func.count()).select_from(Attribute))
        assert load() == LoadReport(added=0, changed=0, unchanged=121)
        with unit_of_work("test.count") as work:
            assert work.session.scalar(select(func.count()).select_from(AuditEntry)) == before
            assert work.session.scalar(select(func.count()).select_from(Attribute)) == attributes
            assert work.session.scalar(select(func.count()).select_from(Organization)) == 75


def test_an_entry_that_changed_is_brought_back_with_its_details(loaded: Database) -> None:
    with unit_of_work("test.change") as work:
        service = work.session.scalars(select(Service).where(Service.key == "LNCTP")).one()
        service.digest, service.name_es, service.card = "", "Otro nombre", {**service.card, "needs": []}
    assert load() == LoadReport(added=0, changed=1, unchanged=120)
    with reading() as desk:
        found = services_by_key(desk.session, keys=["LNCTP"])[0]
        assert found.name.es == "Línea y Chat Nacional contra la Trata de Personas"
        assert found.needs == {"PROTECT_TRAFF"}
        page = service_page(desk.session, found.ref)
    assert page is not None
    assert [phone.number for phone in page.phones] == ["800 5533 000"]


def test_candidates_are_those_of_the_files_and_take_one_query(loaded: Database) -> None:
    with reading() as desk:  # new cards are fetched once; the next page only looks whether they changed
        candidates_for_need(desk.session, need_code="HEALTH_MENTAL", keys=["PROC_NNA"])
    with reading() as desk, counted(loaded.engine) as statements:
        found = candidates_for_need(desk.session, need_code="HEALTH_MENTAL", keys=["PROC_NNA"])
        assert {service.key for service in found} == {one.key for one in candidates("HEALTH_MENTAL", ["PROC_NNA"])}
    assert len([text for text in statements if text.startswith("SELECT")]) == 1


def test_offers_are_those_of_the_rules(loaded: Database) -> None:
    person = PersonFacts(age=Known(AgeRange(24, 24)), gender=Known("women"))
    with reading() as desk:
        offers_for_need(desk.session, person_facts=person, need_code="PROTECT_GBV", today=desk.today)
    with reading() as desk, counted(loaded.engine) as statements:
        offers = offers_for_need(desk.session, person_facts=person, need_code="PROTECT_GBV", today=desk.today)
    assert [offer.service.key for offer in offers[:3]] == ["SEMUJERES_BIENESTAR", "SOS_MUJERES", "FGJCDMX"]
    assert offers[0].service.organization.en == "Ministry of Women"
    assert len([text for text in statements if text.startswith("SELECT")]) == 1
    with reading() as desk:
        other = routing_for_need(
            desk.session,
            person_facts=PersonFacts(nationalities=Known(frozenset({"HN"}))),
            need_code="IDENT_CONSUL",
            today=desk.today,
            also_needs=["MIGR_ASYLUM"],
        )
    assert {offer.service.key: offer.verdict for offer in other.offers}["CONSULADOS"] is Verdict.BLOCKED


def test_demo_values_are_marked_and_never_replace_what_is_known(loaded: Database) -> None:
    with unit_of_work("directory.demo") as work:
        assert demo_places(work) == 80
    with unit_of_work("directory.demo") as work:
        assert demo_places(work) == 0
        phones = work.session.scalars(select(Phone)).all()
        assert {phone.provenance for phone in phones} == {"catalogue", "demo"}
        assert {phone.number[:10] for phone in phones if phone.provenance == "demo"} == {"55 5555 01"}
        assert len([phone for phone in phones if phone.provenance == "catalogue"]) == 4
        places = work.session.scalars(select(Location).where(Location.provenance == "demo")).all()
        assert all(place.address_1.startswith("Calle de Ejemplo 1") for place in places if place.address_1)
        assert work.session.scalar(select(func.count()).select_from(Schedule)) == 80
    with reading() as desk:
        shelter, cafemin = services_by_key(desk.session, keys=["CASA_FUENTE", "CAFEMIN"])
        pages = {
            found.facts.key: found
            for found in (service_page(desk.session, one.ref) for one in (shelter, cafemin))
            if found
        }
    assert [place.alcaldia for place in pages["CAFEMIN"].places] == ["09005"]
    assert [(place.address, place.alcaldia) for place in pages["CASA_FUENTE"].places] == [("", "")]


def test_a_page_knows_what_the_catalogue_knows(loaded: Database) -> None:
    with reading() as desk:
        ref = services_by_key(desk.session, keys=["SEGURO_DESEMPLEO"])[0].ref
        page = service_page(desk.session, ref)
        assert page is not None
        assert page.facts.referrable is Referrable.YES
        assert page.facts.requirements.age_max == 64
        assert page.facts.assured_on is None
        assert page.facts.as_of == "2022"
        assert (page.phones, page.schedules, page.places) == ((), (), ())
        assert service_page(desk.session, organization_ref(desk.session, key="SIBISO") or ref) is None
        assert desk.now == NOW

""" "Mi institución no está en la lista": usable at once, seen as provisional everywhere, reviewed afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.directory.models import Service
from referral.directory.queries.candidates import candidates_for_need
from referral.infra.db import Database
from referral.referrals.models import Referral
from tests.desk_browser import DeskBrowser, Page
from tests.factories import referrals as make

SignIn = Callable[[Identity], DeskBrowser]
MakeIdentity = Callable[..., Identity]
BOXES = {
    "name": "Comedor Esperanza",
    "gives": "Comida caliente",
    "needs": ["BASIC_FOOD"],
    "phone": "55 1234 5678",
    "alcaldia": "09015",
    "method": "phone",
    "target": "55 1234 5678",
}


@pytest.fixture
def desk(database: Database, make_identity: MakeIdentity) -> Identity:
    make.load_directory(database)
    return make_identity(database)


@pytest.fixture
def browser(desk: Identity, sign_in: SignIn) -> DeskBrowser:
    return sign_in(desk)


def added(browser: DeskBrowser, **boxes: object) -> Page:
    return browser.fill("/directorio/nueva", {**BOXES, **boxes})


def test_it_is_a_door_at_once_and_says_what_it_is(
    browser: DeskBrowser, database: Database, nobody: DeskBrowser
) -> None:
    page = browser.get(added(browser).location)
    assert page.h1 == "Comedor Esperanza"
    assert "Alta provisional, sin revisar: verifique antes de usar" in page.text
    assert "55 1234 5678" in page.text
    with database.session(writing=False) as session:
        found = [one for one in candidates_for_need(session, need_code="BASIC_FOOD") if one.provisional]
    assert [one.name.es for one in found] == ["Comedor Esperanza"]
    assert (found[0].alcaldias, found[0].phone) == (("09015",), "55 1234 5678")
    assert "Alta provisional" in browser.get("/directorio?q=esperanza").text
    assert "Alta provisional" in browser.get("/directorio/por-verificar?p=99").text
    assert "Comedor Esperanza" not in nobody.get("/publico/directorio?q=esperanza").text


def test_a_referral_goes_on_with_it(browser: DeskBrowser, database: Database, desk: Identity) -> None:
    person = make.served_person(database, desk)
    need = make.note_need(database, desk, person, "BASIC_FOOD")
    offers = browser.get(f"/personas/{person}/necesidades/{need}/servicios")
    other = f"/personas/{person}/necesidades/{need}/otra-puerta"
    if offers.status == 200:
        assert other in offers.links()
    answer = browser.fill(other, BOXES)
    assert answer.location.startswith(f"/personas/{person}/necesidades/{need}/puertas/")
    page = browser.get(answer.location)
    assert "Alta provisional" in page.text
    boxes = {**page.form(), "consent": "yes", "consent_how": "signed", "language": "es"}
    assert browser.post(answer.location, boxes).status == 303
    with database.session(writing=False) as session:
        assert len(session.scalars(select(Referral)).all()) == 1


def test_what_is_listed_is_not_added_twice(browser: DeskBrowser, database: Database) -> None:
    first = added(browser)
    page = added(browser, name="  comedor ESPERANZÁ ")
    assert page.status == 422
    assert "Ya está en el directorio con ese nombre." in page.text
    assert first.location in page.links()


@pytest.mark.parametrize("missing", ["name", "gives", "needs"])
def test_what_is_needed_is_asked_for(browser: DeskBrowser, missing: str) -> None:
    assert added(browser, **{missing: None}).status == 422


@pytest.mark.parametrize(("verdict", "status"), [("accept", "active"), ("refuse", "inactive")])
def test_the_review_keeps_it_or_stops_offering_it(
    browser: DeskBrowser, database: Database, make_identity: MakeIdentity, sign_in: SignIn, verdict: str, status: str
) -> None:
    ref = added(browser).location.rsplit("/", 1)[1]
    boss = sign_in(make_identity(database, Role.SUPERVISOR, username="jefa"))
    assert "Alta provisional" in boss.get("/directorio/revision").text
    form = boss.get(f"/directorio/revision/{ref}").form("decide-1")
    answer = boss.post(f"/directorio/revision/{ref}", {**form, "verdict": verdict, "reason": "Ya se revisó"})
    assert answer.status == 303
    with database.session(writing=False) as session:
        row = session.scalars(select(Service).where(Service.name_es == "Comedor Esperanza")).one()
        assert row.status == status
        offered = [one.key for one in candidates_for_need(session, need_code="BASIC_FOOD")]
    assert (row.key in offered) is (verdict == "accept")
    assert ("sin revisar" in browser.get(f"/directorio/{ref}").text) is (verdict == "refuse")


def test_only_the_desk_adds(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> None:
    assert sign_in(make_identity(database, Role.AUDITOR, username="auditora")).get("/directorio/nueva").status == 403

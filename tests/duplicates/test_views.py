"""The pages: the work list, two files side by side, the merge and the way back, and where a merged file leads."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from referral.access.identity import Identity, Role
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.people.models import Person
from tests.desk_browser import DeskBrowser
from tests.duplicates.files import REASON, full_file
from tests.factories import referrals as make
from tests.factories.people import new_person, register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]
OTHER = new_person("Mari Ange", "Josef", phone="+525555550199", alcaldia="09007")


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def browser(caso: Identity, sign_in: SignIn) -> DeskBrowser:
    return sign_in(caso)


def merge(browser: DeskBrowser, kept: uuid.UUID, other: uuid.UUID, **boxes: str) -> str:
    chosen = {"stay_identity-names": "kept", **boxes}
    answer = browser.fill(f"/duplicados/{kept}/{other}", {"reason": REASON, "sure": "1", **chosen})
    assert answer.status == 303, answer.text
    return answer.location


def test_the_way_from_the_file_to_one_file_and_back(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    make.load_directory(database)
    kept, other = full_file(database, caso), full_file(database, caso, OTHER, passport="P7654321")
    page = browser.get(f"/personas/{kept}")
    assert f"/personas/{kept}/duplicados" in page.links()
    page = browser.get(f"/personas/{kept}/duplicados")
    assert f"/duplicados/{kept}/{other}" in page.links()
    page = browser.get(f"/duplicados/{kept}/{other}")
    assert "distinto: elija abajo" in page.text
    assert "Mari Ange Josef" in page.text
    assert "P7654321" in page.text
    assert "terminará como repetido" in page.text
    assert set(page.form()) > {"stay_contact-phone", "reason"}
    bare = browser.fill(f"/duplicados/{kept}/{other}", {"reason": "", "stay_contact-phone": "other"})
    assert bare.status == 422
    assert bare.form()["stay_contact-phone"] == ["other"]
    where = merge(browser, kept, other, **{"stay_identity-names": "kept", "stay_contact-phone": "other"})
    page = browser.get(where)
    assert "Visitas: 1" in page.text
    assert REASON in page.text
    file = browser.get(f"/personas/{kept}")
    assert file.h1.startswith("Marie-Ange Joseph")
    back = browser.fill(where, {}, follow=True)
    assert "Los expedientes quedaron separados" in back.text
    assert browser.get(f"/personas/{other}").h1.startswith("Mari Ange Josef")


def test_a_merged_file_leads_on_and_nothing_typed_is_lost(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    make.load_directory(database)
    kept, other = full_file(database, caso), full_file(database, caso, OTHER, passport="P7654321")
    with database.session(writing=False) as session:
        folio = session.get_one(Person, other).folio or ""
    typed = browser.get(f"/personas/{other}/datos/relato")
    boxes = {**typed.form(), "text": "Lo que se escribía"}
    merge(browser, kept, other)
    for path in ("", "/datos", "/datos/salud", "/necesidades"):
        assert browser.get(f"/personas/{other}{path}").location == f"/personas/{kept}{path}", path
    assert browser.post("/buscar", {"q": folio, "csrf_token": browser.csrf()}).location == f"/personas/{kept}"
    late = browser.post(f"/personas/{other}/datos/relato", boxes)
    assert late.status == 409
    assert f"/personas/{kept}" in late.links()
    assert browser.get(f"/personas/{uuid.uuid4()}").status == 404
    assert "Estaba inscrita dos veces" in browser.get("/padron").text


def test_a_supervisor_merges_files_of_two_desks_and_reads_only_what_is_hers(
    database: Database, caso: Identity, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    make.load_directory(database)
    norte = make_identity(database, username="norte", desk="Mesa Norte")
    kept, other = full_file(database, caso), full_file(database, norte, OTHER, passport="P7654321")
    desk = sign_in(caso)
    assert desk.get(f"/duplicados/{kept}/{other}").status == 404
    page = desk.get(f"/personas/{kept}/duplicados")
    assert "Anote el par para que lo compare la supervisión" in page.text
    noted = desk.post(f"/duplicados/{kept}/{other}/anotar", {"csrf_token": desk.csrf()}, follow=True)
    assert "Mari Ange Josef" in noted.text
    assert "los compara la supervisión" in noted.text
    one, two = sorted((kept, other))
    assert f"/duplicados/{one}/{two}" not in noted.links()
    jefa = sign_in(make_identity(database, Role.SUPERVISOR, username="jefa", desk="Mesa Sur"))
    page = jefa.get("/duplicados")
    assert "Mari Ange Josef" in page.text
    assert f"/duplicados/{one}/{two}" in page.links()
    page = jefa.get(f"/duplicados/{one}/{two}")
    assert "+52 55 5555 0199" not in page.text
    assert "55 5555 0199" not in page.text
    where = merge(jefa, one, two)
    assert "Mari Ange Josef" not in jefa.get("/duplicados").text.split("Últimas uniones")[0]
    assert jefa.get(where).status == 200


def test_two_people_are_not_proposed_again(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    kept, other = register(database, caso), register(database, caso, OTHER)
    found = browser.post("/duplicados/buscar", {"csrf_token": browser.csrf()}, follow=True)
    assert f"/duplicados/{min(kept, other)}/{max(kept, other)}" in found.links()
    browser.post(f"/duplicados/{kept}/{other}/distintas", {"csrf_token": browser.csrf()})
    assert "No hay pares por revisar" in browser.get("/duplicados").text
    assert "No se encontró otro expediente" in browser.get(f"/personas/{kept}/duplicados").text
    assert "son de dos personas" in browser.get(f"/duplicados/{kept}/{other}").text


def test_which_name_stays_is_chosen_by_somebody(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    kept, other = register(database, caso), register(database, caso, OTHER)
    address = f"/duplicados/{kept}/{other}"
    shown = browser.get(address).form()
    assert "stay_identity-names" not in shown
    assert shown["stay_contact-phone"] in (["kept"], ["other"])
    page = browser.fill(address, {"reason": REASON, "sure": "1"})
    assert page.status == 422
    assert "Elija con qué nombre queda la persona." in page.text
    with database.session(writing=False) as session:
        assert session.get_one(Person, other).merged_into is None
    merge(browser, kept, other, **{"stay_identity-names": "other"})
    assert browser.get(f"/personas/{kept}").h1.startswith("Mari Ange Josef")


def test_buttons_say_of_whom_they_are(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    kept, _other = register(database, caso), register(database, caso, OTHER)
    assert "Son dos personas : Mari Ange Josef" in browser.get(f"/personas/{kept}/duplicados").text


def test_a_click_too_many_merges_once(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    kept, other = register(database, caso), register(database, caso, OTHER)
    boxes = {
        **browser.get(f"/duplicados/{kept}/{other}").form(),
        "reason": REASON,
        "sure": "1",
        "stay_identity-names": "kept",
    }
    first = browser.post(f"/duplicados/{kept}/{other}", boxes)
    assert first.status == 303
    again = browser.post(f"/duplicados/{kept}/{other}", boxes)
    assert (again.status, again.location) == (303, first.location)


def test_a_protected_address_is_not_laid_open(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    kept, other = register(database, caso), register(database, caso, OTHER)
    with serving(database, caso), unit_of_work("test.address") as work:
        row = work.session.get_one(Person, other)
        row.contact = {**row.contact, "street": "Calle Escondida 5", "protected_address": True}
    page = browser.get(f"/duplicados/{kept}/{other}")
    assert "Calle Escondida" not in page.text
    assert "Uno de los domicilios está protegido" in page.text
    merge(browser, kept, other)
    with database.session(writing=False) as session:
        contact = session.get_one(Person, kept).contact
    assert (contact["street"], contact["protected_address"]) == ("Calle Escondida 5", True)


def test_the_list_costs_the_same_however_long(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    register(database, caso), register(database, caso, OTHER)
    browser.post("/duplicados/buscar", {"csrf_token": browser.csrf()})
    with counted(database) as statements:
        browser.get("/duplicados")
    assert len(statements) <= 6

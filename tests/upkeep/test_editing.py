"""Editing a listing in sections: what is saved, what routing reads then, versions, roles."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from referral.access.identity import Identity, Role
from referral.directory.actions import demo_places, load_catalogue
from referral.directory.models import Service
from referral.directory.queries.candidates import candidates_for_need
from referral.directory.queries.one_service import service_page
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.upkeep.facts import Section
from referral.upkeep.queries.listing import listing
from tests.desk_browser import DeskBrowser, Page
from tests.factories.referrals import load_directory, service

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]


@pytest.fixture
def boss(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> DeskBrowser:
    load_directory(database)
    return sign_in(make_identity(database, Role.SUPERVISOR, username="jefa"))


def edited(browser: DeskBrowser, database: Database, section: str, key: str = "CASA_TOCHAN", **boxes: Any) -> Page:
    return browser.fill(f"/directorio/{service(database, key)}/editar/{section}", boxes)


def values(database: Database, key: str) -> dict[str, object]:
    with database.session(writing=False) as session:
        return dict(listing(session, service(database, key)).values)


@pytest.mark.parametrize("section", [each.value for each in Section])
@pytest.mark.parametrize("key", ["CASA_TOCHAN", "ICAT"])
def test_saving_without_a_change_changes_nothing(boss: DeskBrowser, database: Database, section: str, key: str) -> None:
    before, ref = values(database, key), service(database, key)
    page = boss.fill(f"/directorio/{ref}/editar/{section}", {}, follow=True)
    assert "No había nada que cambiar." in page.text
    with database.session(writing=False) as session:
        row = session.get_one(Service, ref)
        assert (row.version, row.digest != "desk") == (1, True)
    assert values(database, key) == before


def test_what_is_saved_shows_and_reaches_routing_at_once(boss: DeskBrowser, database: Database) -> None:
    with database.session(writing=False) as session:
        before = {one.key for one in candidates_for_need(session, need_code="EDUC_BASIC")}
    assert "CASA_TOCHAN" not in before
    answer = edited(boss, database, "que-ofrece", name_es="Casa nueva", need=["SHELTER_TONIGHT", "EDUC_BASIC"])
    assert answer.status == 303
    with database.session(writing=False) as session:
        found = {one.key: one for one in candidates_for_need(session, need_code="EDUC_BASIC")}
    assert found["CASA_TOCHAN"].name.es == "Casa nueva"
    assert "Casa nueva" in boss.get(f"/directorio/{service(database, 'CASA_TOCHAN')}").text
    assert "Casa nueva" in boss.get("/directorio?q=casa+nueva").text


def test_whom_it_attends_with_alternative_documents(boss: DeskBrowser, database: Database) -> None:
    boxes: dict[str, Any] = {
        "minimum_age": "18",
        "maximum_age": "60",
        "gender": "women",
        "documents_1": ["CURP", "PASSPORT"],
        "documents_2": ["ADDRESS_PROOF"],
        "languages": ["es", "fr"],
    }
    assert edited(boss, database, "a-quien", **boxes).status == 303
    with database.session(writing=False) as session:
        page = service_page(session, service(database, "CASA_TOCHAN"))
    assert page is not None
    asks = page.facts.requirements
    assert (asks.age_min, asks.age_max, asks.gender) == (18, 60, "women")
    assert sorted(map(sorted, asks.documents)) == [["ADDRESS_PROOF"], ["CURP", "PASSPORT"]]
    assert page.facts.languages == ("es", "fr")


def test_ages_the_wrong_way_round_lose_nothing_typed(boss: DeskBrowser, database: Database) -> None:
    page = edited(boss, database, "a-quien", minimum_age="60", maximum_age="18", bring_es="Algo")
    assert page.status == 422
    assert "La edad máxima es menor que la mínima" in page.text
    assert page.form()["bring_es"] == ["\nAlgo"] or "Algo" in page.form()["bring_es"][0]


@pytest.mark.parametrize("referrable", ["yes", "no"])
def test_a_service_keeps_a_need_or_nobody_would_find_it(boss: DeskBrowser, database: Database, referrable: str) -> None:
    before = values(database, "CASA_TOCHAN")
    page = edited(boss, database, "que-ofrece", need=None, referrable=referrable, name_es="Casa nueva")
    assert page.status == 422
    assert "Marque al menos una necesidad" in page.text
    assert page.form()["name_es"] == ["Casa nueva"]
    assert values(database, "CASA_TOCHAN") == before


@pytest.mark.parametrize(
    ("method", "target", "good"),
    [
        ("link", "https://www.ejemplo.org/canalizar", True),
        ("link", "javascript:alert(1)", False),
        ("link", "ejemplo", False),
        ("email", "citas@ejemplo.org", True),
        ("email", "citas", False),
        ("phone", "55 5555 0123", True),
    ],
)
def test_the_way_of_referring_has_an_address_that_fits(
    boss: DeskBrowser, database: Database, method: str, target: str, good: bool
) -> None:
    page = edited(boss, database, "como-canalizar", referral_method=method, referral_target=target, answer_days="4")
    assert page.status == (303 if good else 422)
    assert (values(database, "CASA_TOCHAN")["answer_days"] == 4) is good


def test_demo_values_never_pass_for_true_ones(boss: DeskBrowser, database: Database) -> None:
    with serving(database), unit_of_work("directory.demo") as work:
        demo_places(work)
    known = values(database, "SEDESA")
    assert (known["phones"], known["address_1"], known["hours"]) == ([], "", {})
    edited(boss, database, "lugar", "SEDESA", phones="55 1234 5678\n55 1234 5679", alcaldia="09005")
    edited(boss, database, "horario", "SEDESA", day_mo="9-14, 16:00 a 18:00", day_sa="24 horas")
    page = boss.get(f"/directorio/{service(database, 'SEDESA')}")
    assert "valor de demostración" not in page.text
    assert "Calle de Ejemplo" not in page.text
    known = values(database, "SEDESA")
    assert known["phones"] == ["55 1234 5678", "55 1234 5679"]
    assert known["hours"] == {"MO": [["09:00", "14:00"], ["16:00", "18:00"]], "SA": [["00:00", "23:59"]]}


def test_a_closed_stretch_and_the_week(boss: DeskBrowser, database: Database) -> None:
    first = {"closure_1_first-day": "24", "closure_1_first-month": "12", "closure_1_first-year": "2026"}
    last = {"closure_1_last-day": "2", "closure_1_last-month": "1", "closure_1_last-year": "2027"}
    boxes = {"day_tu": "10:00-12:00", **first, **last, "closure_1_why": "Vacaciones"}
    assert edited(boss, database, "horario", **boxes).status == 303
    assert values(database, "CASA_TOCHAN")["closures"] == [["2026-12-24", "2027-01-02", "", "Vacaciones"]]
    wrong = edited(boss, database, "horario", day_we="por la tarde")
    assert wrong.status == 422
    assert "9:00-14:00" in wrong.text
    back = edited(boss, database, "horario", **dict.fromkeys([*first, *last], ""), closure_1_why="")
    assert back.status == 303
    assert values(database, "CASA_TOCHAN")["closures"] == []


def test_each_closure_says_which_it_is(boss: DeskBrowser, database: Database) -> None:
    boxes = {f"closure_{number}_{part}": "por la tarde" for number in (1, 3) for part in ("hours", "first-month")}
    wrong = edited(boss, database, "horario", **boxes)
    for number in (1, 3):
        assert f"Escriba las horas de «Cierre u horario especial {number}: horas» así" in wrong.text
        assert f"«Cierre u horario especial {number}: desde»: escriba el mes" in wrong.text
    late = {"closure_2_last-day": "2", "closure_2_last-month": "1", "closure_2_last-year": "2027"}
    assert "Cierre u horario especial 2: escriba desde qué día vale." in edited(boss, database, "horario", **late).text


def test_a_stale_save_answers_409_with_both_values(boss: DeskBrowser, database: Database) -> None:
    address = f"/directorio/{service(database, 'CASA_TOCHAN')}/editar/que-ofrece"
    typed = {**boss.get(address).form(), "gives_es": "Lo que yo escribí"}
    edited(boss, database, "que-ofrece", gives_es="Lo que guardó otra persona")
    page = boss.post(address, typed)
    assert page.status == 409
    assert "Lo que yo escribí" in page.text
    assert "Lo que guardó otra persona" in page.text


def test_the_catalogue_leaves_alone_what_was_edited(boss: DeskBrowser, database: Database) -> None:
    edited(boss, database, "que-ofrece", name_es="Casa nueva")
    with serving(database), unit_of_work("directory.load") as work:
        assert load_catalogue(work).changed == 0
    assert values(database, "CASA_TOCHAN")["name_es"] == "Casa nueva"


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.AUDITOR, Role.DPO, Role.PARTNER])
def test_others_do_not_edit(database: Database, make_identity: MakeIdentity, sign_in: SignIn, role: Role) -> None:
    load_directory(database)
    organization = uuid.uuid4() if role is Role.PARTNER else None
    browser = sign_in(make_identity(database, role, username="otra", organization=organization))
    ref = service(database, "CASA_TOCHAN")
    assert browser.get(f"/directorio/{ref}/editar/que-ofrece").status == 403
    assert browser.post(f"/directorio/{ref}/editar/que-ofrece", {"name_es": "x"}).status == 403


def test_a_section_or_service_that_is_not_there_is_404(boss: DeskBrowser, database: Database) -> None:
    assert boss.get(f"/directorio/{service(database, 'ICAT')}/editar/nada").status == 404
    assert boss.get(f"/directorio/{uuid.uuid4()}/editar/lugar").status == 404

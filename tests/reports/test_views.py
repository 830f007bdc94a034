"""The outcomes report as read: the sentence, the numbers that are links, the files, who may."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.directory.models import Service
from referral.infra.db import Database
from referral.referrals.facts import Status
from referral.reports.views import MOST_LINES
from tests.desk_browser import DeskBrowser
from tests.reports.rows import Scene, Sent, scene
from tests.statements import counted

SignIn = Callable[[Identity], DeskBrowser]
MakeIdentity = Callable[..., Identity]
NOON = datetime(2026, 10, 10, 18, tzinfo=UTC)
PAGE = "/informes/resultados"


@pytest.fixture
def desk(database: Database, make_identity: MakeIdentity) -> Scene:
    found = scene(database, make_identity(database))
    found.add(
        Sent(NOON, Status.COMPLETED, outcome="provided", answer_days=2, close_days=9),
        Sent(NOON, Status.COMPLETED, outcome="partly_provided", answer_days=3, close_days=9),
        Sent(NOON, Status.REJECTED, reason="no_capacity", outcome="unavailable", answer_days=1, close_days=1),
        Sent(NOON, Status.REJECTED, reason="migration_status", outcome="refused_status", answer_days=1, close_days=1),
        Sent(NOON, Status.REQUESTED, due_days=5),
        Sent(NOON, Status.ACCEPTED, service="COMAR", category="LEGAL", answer_days=4),
        Sent(NOON + timedelta(days=30), Status.REQUESTED),
    )
    return found


def test_last_month_is_answered_in_a_sentence(desk: Scene, sign_in: SignIn) -> None:
    page = sign_in(desk.identity).get(PAGE)
    assert page.status == 200
    assert (
        "De 6 canalizaciones enviadas del 1 de octubre de 2026 al 31 de octubre de 2026, 2 terminaron con el servicio"
        " recibido: 33 %." in page.text
    )
    assert "No hay cupo" in page.text


def test_every_number_opens_a_list_as_long_as_it_says(desk: Scene, sign_in: SignIn) -> None:
    browser = sign_in(desk.identity)
    for address in (PAGE, f"{PAGE}?por=categoria"):
        page = browser.get(address)
        found = 0
        for link in page.all("a"):
            href = link.get("href", "")
            number = (link.text or "").strip()
            if not href.startswith(f"{PAGE}/lista") or not number.isdigit():
                continue
            listed = browser.get(href)
            assert listed.status == 200
            assert len(re.findall(r"C-[2-9A-Z]{6}", listed.text)) == int(number), href
            found += 1
        assert found > 12


def test_the_list_opens_referrals_and_names_nobody(desk: Scene, sign_in: SignIn, make_identity: MakeIdentity) -> None:
    own = sign_in(desk.identity).get(f"{PAGE}/lista?cual=atendidas")
    assert len([link for link in own.links() if link.startswith("/canalizaciones/")]) == 2
    assert "Marie-Ange" not in own.text
    auditor = sign_in(make_identity(desk.database, Role.AUDITOR, username="audita"))
    theirs = auditor.get(f"{PAGE}/lista?cual=atendidas")
    assert len(re.findall(r"C-[2-9A-Z]{6}", theirs.text)) == 2
    assert not [link for link in theirs.links() if link.startswith("/canalizaciones/")]


def test_addresses_hold_no_person(desk: Scene, sign_in: SignIn) -> None:
    for link in sign_in(desk.identity).get(PAGE).links():
        if link.startswith(PAGE):
            known = {"desde", "hasta", "por", "institucion", "servicio", "categoria", "cual", "motivo", "_lang"}
            assert set(parse_qs(urlsplit(link).query)) <= known


def test_an_empty_period_says_what_to_do(desk: Scene, sign_in: SignIn) -> None:
    page = sign_in(desk.identity).get(f"{PAGE}?desde=2025-01-01&hasta=2025-01-31")
    assert "No se envió ninguna canalización" in page.text
    assert PAGE in page.links()


@pytest.mark.parametrize("query", ["desde=ayer", "desde=2026-10-31&hasta=2026-10-01"])
def test_dates_that_are_none_are_said_and_last_month_is_shown(desk: Scene, sign_in: SignIn, query: str) -> None:
    page = sign_in(desk.identity).get(f"{PAGE}?{query}")
    assert page.status == 422
    assert page.all("div", role="alert")
    assert "De 6 canalizaciones" in page.text


@pytest.mark.parametrize(
    "query", ["por=persona", "institucion=x", "servicio=1", "categoria=NADA", "cual=todas", "motivo=porque", "desde=x"]
)
def test_an_address_that_is_not_ours_finds_nothing(desk: Scene, sign_in: SignIn, query: str) -> None:
    assert sign_in(desk.identity).get(f"{PAGE}/lista?{query}").status == 404


def test_the_filter_sent_as_it_stands_shows_what_it_says(desk: Scene, sign_in: SignIn) -> None:
    browser, house = sign_in(desk.identity), "Secretaría de Salud de la Ciudad de México (SEDESA)"
    choices = [option for option in browser.get(PAGE).all("option") if option.text == house]
    chosen = choices[0].get("value", "")
    page = browser.get(f"{PAGE}?desde=01%2F10%2F2026&hasta=31%2F10%2F2026&por=&institucion={chosen}")
    assert page.status == 200
    assert "De 5 canalizaciones" in page.text
    selected = [option.text for option in page.all("option") if option.get("selected") is not None]
    assert selected == [house]


def test_an_institution_sees_its_own_services_and_no_choice_of_others(
    desk: Scene, sign_in: SignIn, make_identity: MakeIdentity
) -> None:
    house = desk.services["COMAR"][1]
    partner = sign_in(make_identity(desk.database, Role.PARTNER, username="comar", organization=house))
    page = partner.get(PAGE)
    assert "De 1 canalización enviada" in page.text
    assert not page.all("select", name="institucion")
    assert partner.get(f"{PAGE}.csv").status == 403
    assert partner.get(f"{PAGE}.xlsx").status == 403


def test_the_files_say_what_the_page_says(desk: Scene, sign_in: SignIn, make_identity: MakeIdentity) -> None:
    assert sign_in(desk.identity).get(f"{PAGE}.csv").status == 403
    auditor = sign_in(make_identity(desk.database, Role.AUDITOR, username="audita"))
    answer = auditor.get(f"{PAGE}.csv?por=categoria").response
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row["Tipo de necesidad"] for row in rows][-1] == "Total"
    assert rows[-1]["Enviadas"] == "6"
    refusals = dict(part.split(": ") for part in rows[-1]["Motivos de rechazo"].split("; "))
    assert refusals == {"No hay cupo": "1", "Por su situación migratoria": "1"}
    sheet = auditor.get(f"{PAGE}.xlsx?por=categoria").response
    assert sheet.get_data()[:2] == b"PK"
    assert auditor.get(f"{PAGE}.csv?desde=ayer").status == 404


def test_it_takes_few_statements_however_many_services(desk: Scene, sign_in: SignIn) -> None:
    browser = sign_in(desk.identity)
    with counted(desk.database) as few:
        browser.get(PAGE)
    desk.add(*(Sent(NOON, Status.REQUESTED, service=key) for key in list(desk.services)[:30]))
    with counted(desk.database) as many:
        browser.get(PAGE)
    assert len(few) == len(many) <= 3


def test_it_reads_in_english(desk: Scene, sign_in: SignIn) -> None:
    page = sign_in(desk.identity).get(f"{PAGE}?_lang=en")
    assert page.status == 200
    assert page.tree.get("lang") == "en"


def test_an_administrator_has_no_reports(desk: Scene, sign_in: SignIn, make_identity: MakeIdentity) -> None:
    assert sign_in(make_identity(desk.database, Role.ADMINISTRATOR, username="admin")).get(PAGE).status == 403


def test_a_long_report_shows_the_first_services_and_opens_the_rest(desk: Scene, sign_in: SignIn) -> None:
    with desk.database.session(writing=False) as session:
        keys = sorted(session.scalars(select(Service.key).where(Service.key.not_in(["COMAR"]))))[: MOST_LINES + 3]
    desk.add(*(Sent(NOON, Status.REQUESTED, service=key) for key in keys))
    browser = sign_in(desk.identity)
    short = browser.get(PAGE)
    table = short.all("table", class_="v-table--numbers")[0]
    assert len(table.findall(".//{*}tbody/{*}tr")) == MOST_LINES + 1
    assert f"De {6 + len(keys)} canalizaciones" in short.text
    more = next(link.get("href", "") for link in short.all("a") if link.get("href", "").endswith("#numeros"))
    whole = browser.get(more.split("#")[0])
    rows = whole.all("table", class_="v-table--numbers")[0].findall(".//{*}tbody/{*}tr")
    assert len(rows) > MOST_LINES + 1
    assert not [link for link in whole.all("a") if link.get("href", "").endswith("#numeros")]

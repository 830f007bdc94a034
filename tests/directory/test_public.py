"""The directory for anybody: no sign-in, no cookie, nothing confidential, the same page for everybody, printable."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select

from referral.access.identity import Identity
from referral.app import create_app
from referral.directory import door_words
from referral.directory.actions import demo_places, load_catalogue
from referral.directory.browse_facts import Hours
from referral.directory.labels import dial
from referral.directory.models import Location, Service, ServiceAtLocation
from referral.directory.rules.hours import Opening, state
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import LOCAL_ZONE
from tests.conftest import NOW
from tests.desk_browser import DeskBrowser
from tests.statements import counted

LIST = "/publico/directorio"
SECRET = "Calle Muy Reservada 7"
FRIDAY = date(2026, 11, 20)


@pytest.fixture
def anybody(app: Flask, database: Database) -> DeskBrowser:
    """A browser of somebody passing by, and a directory with a place to be kept confidential."""
    with serving(database), unit_of_work("directory.load") as work:
        load_catalogue(work)
        demo_places(work)
    with serving(database), unit_of_work("directory.test") as work:
        hidden = Location(key="test:hidden", alcaldia="09009", address_1=SECRET, confidential=True)
        work.session.add(hidden)
        refuge = work.session.scalars(select(Service).where(Service.key == "CASA_FUENTE")).one()
        refuge_place = Location(key="test:refuge", alcaldia="09009", address_1=SECRET)
        work.session.add(refuge_place)
        work.session.flush()
        open_service = work.session.scalars(select(Service).where(Service.key == "CAFEMIN")).one()
        work.session.add(ServiceAtLocation(service_id=open_service.id, location_id=hidden.id))
        work.session.add(ServiceAtLocation(service_id=refuge.id, location_id=refuge_place.id))
    return DeskBrowser(app)


def address(database: Database, key: str) -> str:
    with serving(database), reading() as desk:
        return f"{LIST}/{desk.session.scalar(select(Service.id).where(Service.key == key))}"


def test_anybody_reads_it_and_no_cookie_is_set(anybody: DeskBrowser, database: Database) -> None:
    for path in (LIST, f"{LIST}?imprimir=1", f"{LIST}?idioma=en&abierto=1", address(database, "CAFEMIN")):
        page = anybody.get(path)
        assert page.status == 200
        assert "Set-Cookie" not in page.response.headers
        assert "Cookie" not in page.response.headers.get("Vary", "")
        assert page.response.headers["Cache-Control"] == "public, max-age=300"
        assert "csrf" not in page.html


def test_the_same_address_is_the_same_page_whoever_asks(
    anybody: DeskBrowser,
    database: Database,
    make_identity: Callable[..., Identity],
    sign_in: Callable[[Identity], DeskBrowser],
) -> None:
    inside = sign_in(make_identity(database))
    inside.switch("en")
    for path in (LIST, address(database, "CAFEMIN")):
        assert inside.get(path).html == anybody.get(path).html


def test_an_unchanged_page_is_not_sent_twice(anybody: DeskBrowser) -> None:
    tag = anybody.get(LIST).response.headers["ETag"]
    assert anybody.client.get(LIST, headers={"If-None-Match": tag}).status_code == 304


def test_the_language_button_of_the_frame_is_never_kept_for_others(anybody: DeskBrowser) -> None:
    answer = anybody.client.get(f"{LIST}?_lang=en")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("query", ["", "?imprimir=1", "?idioma=en", "?alcaldia=09009&km=todo", "?q=fuente"])
def test_nothing_confidential_is_told(anybody: DeskBrowser, database: Database, query: str) -> None:
    page = anybody.get(LIST + query)
    with serving(database), reading() as desk:
        hidden = desk.session.scalars(select(Service).where(Service.confidential.is_(True))).all()
        assert hidden
        for service in hidden:
            assert str(service.id) not in page.html
            assert service.name_es not in page.text
    assert SECRET not in page.text


def test_a_page_that_is_not_public_is_like_one_that_is_not(anybody: DeskBrowser, database: Database) -> None:
    with serving(database), unit_of_work("directory.test") as work:
        work.session.scalars(select(Service).where(Service.key == "SNE")).one().status = "defunct"
        work.session.scalars(select(Service).where(Service.key == "ICAT")).one().referrable = "no"
    for key in ("CASA_FUENTE", "SNE", "ICAT"):
        assert anybody.get(address(database, key)).status == 404
    assert anybody.get(f"{LIST}/0190a000-0000-7000-8000-000000000000").status == 404


def test_a_page_tells_the_open_places_alone_and_how_old_its_source_is(anybody: DeskBrowser, database: Database) -> None:
    page = anybody.get(address(database, "CAFEMIN"))
    assert "Gustavo A. Madero" in page.text
    assert SECRET not in page.text
    assert "Milpa Alta" not in page.text
    assert "Verifique antes de usar: dato de 2023" in page.text
    assert "Llame antes de ir" in page.text


def test_both_languages_by_address(anybody: DeskBrowser, database: Database) -> None:
    assert anybody.get(LIST).all("html")[0].get("lang") == "es"
    english = anybody.get(f"{LIST}?idioma=en&necesidad=HEALTH")
    assert english.all("html")[0].get("lang") == "en"
    assert f"{LIST}?necesidad=HEALTH&idioma=es" in english.links()
    assert all("idioma=en" in link for link in english.links() if link.startswith(f"{LIST}/"))
    assert "Small shelter, about 45 places" in anybody.get(f"{address(database, 'CASA_TOCHAN')}?idioma=en").text


def test_paper_holds_the_whole_list_with_phones_and_hours(anybody: DeskBrowser) -> None:
    screen, paper = anybody.get(LIST), anybody.get(f"{LIST}?imprimir=1")
    assert len(screen.all("li", class_="v-doors__item")) == 50
    assert len(paper.all("li", class_="v-doors__item")) > 70
    assert "Teléfono: 55 5555 01" in paper.text
    assert "lunes a viernes, de" in paper.text
    assert "Verifique antes de usar" in paper.text
    assert "20 de noviembre de 2026" in paper.text


def test_the_code_on_the_page_leads_back_to_it(anybody: DeskBrowser, database: Database, settings: Settings) -> None:
    path = address(database, "CAFEMIN")
    page = anybody.get(path)
    drawn = page.html[page.html.index("<svg", page.html.index("v-share")) :].split("</svg>")[0] + "</svg>"
    found = zxingcpp.read_barcode(_picture(drawn))
    assert found is not None
    assert found.text == settings.public_url + path


def test_the_printed_list_says_which_documents_to_bring(anybody: DeskBrowser) -> None:
    paper = anybody.get(f"{LIST}?imprimir=1&q=Abriendo+Espacios")
    (said,) = [
        " ".join("".join(node.itertext()).split()) for node in paper.all("p") if "Qué llevar" in (node.text or "")
    ]
    assert said.startswith("Qué llevar: CURP, CURP temporal o Credencial para votar (INE); No acepta")
    assert ".." not in paper.text


def test_a_telephone_can_be_pressed(anybody: DeskBrowser, database: Database) -> None:
    for path in (LIST, address(database, "CAFEMIN")):
        links = [node for node in anybody.get(path).all("a") if (node.get("href") or "").startswith("tel:")]
        assert links
        assert all((node.get("href") or "")[4:] == "".join((node.text or "").split()) for node in links)


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("55 5658 1111", "5556581111"),
        ("+52 (55) 5658-1111 ext. 204", "+525556581111"),
        ("*765", "*765"),
        ("en el lugar", ""),
        ("", ""),
    ],
)
def test_a_number_as_a_telephone_dials_it(number: str, dialled: str) -> None:
    assert dial(number) == dialled


def test_few_statements_whatever_it_shows(anybody: DeskBrowser, database: Database) -> None:
    for path in (LIST, f"{LIST}?imprimir=1", f"{LIST}?q=salud&abierto=1&alcaldia=09015&km=10"):
        anybody.get(path)
        with counted(database) as sent:
            anybody.get(path)
        assert len(sent) <= 6


@pytest.mark.parametrize(
    ("openings", "moment", "spanish", "english"),
    [
        ((), (20, 12, 0), "horario sin confirmar", "hours not confirmed"),
        (("09:00", "17:00"), (20, 12, 0), "abierto hasta las 17:00", "open until 17:00"),
        (("09:00", "01:00"), (20, 23, 0), "abierto hasta mañana 1:00", "open until 1:00 tomorrow"),
        (("00:00", "23:59"), (20, 12, 0), "abierto las 24 horas", "open 24 hours"),
        (("09:00", "17:00"), (20, 8, 0), "cerrado, abre hoy 9:00", "closed, opens today at 9:00"),
        (("09:00", "17:00"), (19, 18, 0), "cerrado, abre mañana 9:00", "closed, opens tomorrow at 9:00"),
        (("09:00", "17:00"), (20, 18, 0), "cerrado, abre el lunes 9:00", "closed, opens on Monday at 9:00"),
        (("09:00", "17:00"), (22, 12, 0), "cerrado hoy, abre mañana 9:00", "closed today, opens tomorrow at 9:00"),
    ],
)
def test_the_door_in_words(
    sqlite: Database,
    settings: Settings,
    openings: tuple[str, str],
    moment: tuple[int, int, int],
    spanish: str,
    english: str,
) -> None:
    days = "MO,TU,WE,TH,FR,SA,SU" if "23:59" in openings else "MO,TU,WE,TH,FR"
    hours = Hours(tuple(Opening(*openings, byday=days) for _each in openings[:1]))
    day, hour, minute = moment
    now = NOW.astimezone(LOCAL_ZONE).replace(day=day, hour=hour, minute=minute)
    said = {}
    for language in ("es", "en"):
        with create_app(settings, sqlite).test_request_context(f"/?_lang={language}"):
            said[language] = door_words.door(hours, state(hours.openings, now), now, ())
    assert said == {"es": spanish, "en": english}


def test_a_holiday_of_the_setting_closes_doors(anybody: DeskBrowser, database: Database, settings: Settings) -> None:
    holiday = create_app(replace(settings, holidays=frozenset({FRIDAY})), database)
    with_holiday = DeskBrowser(holiday).get(f"{LIST}?abierto=1")
    usual = anybody.get(f"{LIST}?abierto=1")
    assert len(with_holiday.all("li", class_="v-doors__item")) < len(usual.all("li", class_="v-doors__item"))
    assert "cerrado" in DeskBrowser(holiday).get(address(database, "ICAT")).text


def test_the_week_ahead_tells_a_holiday_from_a_day_off(sqlite: Database, settings: Settings) -> None:
    hours = Hours((Opening("09:00", "14:00", byday="MO,FR"), Opening("16:00", "18:00", byday="FR")))
    with create_app(settings, sqlite).test_request_context("/"):
        week = door_words.week(hours, FRIDAY, [FRIDAY + timedelta(days=3)])
        assert door_words.week(Hours(), FRIDAY, ()) == []
    assert week[0] == ("viernes 20 de noviembre de 2026", "de 9:00 a 14:00 y de 16:00 a 18:00")
    assert week[1][1] == "cerrado"
    assert week[3][1] == "cerrado por día festivo"


def _picture(svg: str) -> Image.Image:
    """The code as a reader sees it: its path is made of horizontal strokes one module high."""
    side = int(svg.split('viewBox="0 0 ')[1].split(maxsplit=1)[0])
    picture = Image.new("L", (side * 8, side * 8), 255)
    x = y = 0.0
    for word, first, second in re.findall(
        r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", svg.split(' d="')[1].split('"', maxsplit=1)[0]
    ):
        if word == "h":
            picture.paste(0, (int(x * 8), int((y - 0.5) * 8), int((x + float(first)) * 8), int((y + 0.5) * 8)))
            x += float(first)
        elif word == "m":
            x, y = x + float(first), y + float(second)
        else:
            x, y = float(first), float(second)
    return picture

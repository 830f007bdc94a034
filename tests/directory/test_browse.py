"""Looking for a door at the desk: filters, distance, open now, the map beside the list; on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.directory.actions import load_catalogue
from referral.directory.browse_facts import EVERYWHERE, Asked, DoorLine, Found
from referral.directory.facts import PROVISIONAL
from referral.directory.filters import address_of, asked_in
from referral.directory.models import Accessibility, Language, Location, Schedule, Service, ServiceAtLocation
from referral.directory.queries.browsing import find, lines
from referral.directory.rules.hours import Now
from referral.directory.rules.places import hexagon, kilometres, map_size, point_of, shade, tiles
from referral.infra.db import Database
from referral.infra.work import Work, reading, serving, unit_of_work
from referral.kernel.codes import ALCALDIAS
from tests.desk_browser import DeskBrowser
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]
WEEKDAYS = "MO,TU,WE,TH,FR"
FRESH_SINCE = date(2026, 5, 24)


@pytest.fixture
def loaded(database: Database) -> Iterator[Database]:
    with serving(database), unit_of_work("directory.load") as work:
        load_catalogue(work)
    with serving(database):
        yield database


@pytest.fixture
def browser(loaded: Database, make_identity: MakeIdentity, sign_in: SignIn) -> DeskBrowser:
    return sign_in(make_identity(loaded, Role.CASEWORKER))


def look(**asked: object) -> tuple[Found, dict[str, DoorLine]]:
    """What is found and the lines by key, in order."""
    with reading() as desk:
        known: Any = {"now": desk.now, "holidays": (), "fresh_since": FRESH_SINCE}
        found = find(desk.session, Asked(**asked), **known)  # type: ignore[arg-type]
        page = lines(desk.session, found, first=0, count=500, **known)
        keys = {service.id: service.key for service in desk.session.scalars(select(Service))}
    assert len(page) == found.total
    return found, {keys[line.ref]: line for line in page}


def keys(**asked: object) -> list[str]:
    return list(look(**asked)[1])


def service(work: Work, key: str) -> Service:
    return work.session.scalars(select(Service).where(Service.key == key)).one()


def give_hours(key: str, *, byday: str = WEEKDAYS, opens: str = "09:00", closes: str = "17:00", **more: object) -> None:
    with unit_of_work("directory.test") as work:
        row = Schedule(service_id=service(work, key).id, byday=byday, opens_at=opens, closes_at=closes, **more)
        work.session.add(row)


def give_place(key: str, alcaldia: str, *, confidential: bool = False, **more: object) -> None:
    with unit_of_work("directory.test") as work:
        place = Location(key=f"test:{key}:{alcaldia}", alcaldia=alcaldia, confidential=confidential, **more)
        work.session.add(place)
        work.session.flush()
        work.session.add(ServiceAtLocation(service_id=service(work, key).id, location_id=place.id))


def test_words_need_and_place_find_the_same_as_ever(loaded: Database) -> None:
    assert len(keys()) == 80
    assert len(keys(referrable_only=False)) == 121
    assert sorted(keys(text="TRATA linea")) == ["LINEAS_TRATA", "LNCTP"]
    assert keys(text="100%") == []
    assert keys(alcaldia="09005") == ["CAFEMIN"]
    assert set(keys(need="ECON_BANK")) == {"BANCO_BIENESTAR", "CONDUSEF"}
    assert set(keys(need="ECON")) >= {"BANCO_BIENESTAR", "SEDECO_CURSOS", "SEMUJERES_BIENESTAR"}
    assert "SEDESA" in keys(need="HEALTH_PREG")


def test_an_institutions_name_finds_what_it_gives_with_or_without_accents(loaded: Database) -> None:
    with_accent, without = keys(text="Secretaría de Trabajo"), keys(text="secretaria trabajo")
    assert with_accent == without
    assert len(with_accent) > 1
    assert keys(text="instituto")[0].startswith("I")


def test_open_now_lists_only_doors_known_to_be_open(loaded: Database) -> None:
    assert keys(open_now=True) == []  # nobody's hours are known: none is said to be open, and none to be closed
    give_hours("CAFEMIN")
    give_hours("ICAT", opens="20:00", closes="22:00")
    assert keys(open_now=True) == ["CAFEMIN"]
    _found, page = look()
    assert page["CAFEMIN"].door.now is Now.OPEN
    assert page["ICAT"].door.now is Now.CLOSED
    assert page["SNE"].door.now is Now.UNKNOWN


def test_hours_of_a_place_hold_for_what_is_given_there_unless_it_has_its_own(loaded: Database) -> None:
    give_place("SNE", "09015")
    with unit_of_work("directory.test") as work:
        place = work.session.scalars(select(Location).where(Location.key == "test:SNE:09015")).one()
        work.session.add(Schedule(location_id=place.id, byday="FR", opens_at="10:00", closes_at="12:00"))
    assert look()[1]["SNE"].door.now is Now.OPEN
    give_hours("SNE", byday="MO")
    assert look()[1]["SNE"].door.now is Now.CLOSED


@pytest.mark.parametrize(
    "rule", [{"byday": "", "opens": "", "closes": "", "description": "Sábados, previa cita"}, {"byweekno": "1"}]
)
def test_hours_that_nobody_can_read_never_close_a_door(loaded: Database, rule: dict[str, str]) -> None:
    give_hours("SNE", byday="MO")
    assert look()[1]["SNE"].door.now is Now.CLOSED
    give_hours("SNE", **rule)
    assert look()[1]["SNE"].door.now is Now.UNKNOWN


def test_a_day_off_given_by_two_dates_alone_closes_that_day(loaded: Database) -> None:
    give_hours("SNE")
    friday = date(2026, 11, 20)
    give_hours("SNE", byday="", opens="", closes="", closed=True, valid_from=friday, valid_to=friday)
    assert look()[1]["SNE"].door.now is Now.CLOSED


def test_nearest_first_and_within_some_kilometres(loaded: Database) -> None:
    give_place("SNE", "09015")
    give_place("ICAT", "09009")
    found, page = look(alcaldia="09005", within=EVERYWHERE)
    known = [key for key, line in page.items() if line.kilometres is not None]
    assert known[0] == "CAFEMIN"
    assert known.index("SNE") < known.index("ICAT")
    assert found.total == 80  # those without a place are last, not lost
    assert list(page)[: len(known)] == known
    assert "SNE" in keys(alcaldia="09005", within=10)
    assert "ICAT" not in keys(alcaldia="09005", within=10)
    assert "SNE" not in keys(alcaldia="09005")


def test_coordinates_say_more_than_the_middle_of_an_alcaldia(loaded: Database) -> None:
    give_place("SNE", "09009", latitude=19.505, longitude=-99.113)
    assert look(alcaldia="09005", within=5)[1]["SNE"].kilometres == 0


def test_what_is_confidential_is_on_no_map_and_in_no_distance(loaded: Database) -> None:
    with unit_of_work("directory.test") as work:
        assert service(work, "CASA_FUENTE").confidential
    give_place("CASA_FUENTE", "09009", address_1="Calle Reservada 1")
    give_place("SNE", "09009", confidential=True, address_1="Calle Reservada 2")
    found, page = look()
    assert "09009" not in found.counts
    assert keys(alcaldia="09009") == []
    assert keys(alcaldia="09009", within=5) == []
    for key in ("CASA_FUENTE", "SNE"):
        assert page[key].confidential
        assert page[key].places == ()


def test_the_map_counts_each_service_once_in_each_alcaldia(loaded: Database) -> None:
    before = look()[0].counts
    give_place("SNE", "09009")
    give_place("SNE", "09013")
    after = look()[0].counts
    assert after["09009"] == before.get("09009", 0) + 1
    assert after["09013"] == before.get("09013", 0) + 1
    assert look(alcaldia="09013")[0].counts == after  # whichever is chosen, the map shows all


def test_what_was_verified_lately_is_first_and_what_nobody_reviewed_last(loaded: Database) -> None:
    by_name = keys()
    fresh, old, unreviewed = by_name[40], by_name[50], by_name[0]
    with unit_of_work("directory.test") as work:
        service(work, fresh).assured_date = FRESH_SINCE
        service(work, old).assured_date = date(2026, 5, 23)
        service(work, unreviewed).source = PROVISIONAL
        service(work, unreviewed).assured_date = FRESH_SINCE
    _found, page = look()
    assert list(page)[:1] == [fresh]
    assert list(page)[-1:] == [unreviewed]
    assert [key for key in page if key not in {fresh, unreviewed}] == by_name[1:40] + by_name[41:]
    assert not page[fresh].stale
    assert page[old].stale
    assert page[by_name[3]].stale


def test_a_name_that_begins_as_typed_stays_first_though_nobody_verified_it(loaded: Database) -> None:
    before = keys(text="casa")
    with unit_of_work("directory.test") as work:
        named = [key for key in before if service(work, key).search_text.startswith("casa")]
        other = [key for key in before if key not in named][-1]
        service(work, other).assured_date = FRESH_SINCE
    assert len(named) > 1
    assert keys(text="casa")[: len(named) + 1] == [*named, other]


def test_nearer_comes_before_verified_and_at_the_same_distance_the_verified_one_first(loaded: Database) -> None:
    for key, alcaldia in (("SNE", "09005"), ("ICAT", "09009")):
        give_place(key, alcaldia)
    with unit_of_work("directory.test") as work:
        service(work, "SNE").assured_date = service(work, "ICAT").assured_date = FRESH_SINCE
    assert keys(alcaldia="09005", within=EVERYWHERE)[:2] == ["SNE", "CAFEMIN"]
    near = keys(alcaldia="09005", within=EVERYWHERE)
    assert near.index("CAFEMIN") < near.index("ICAT")


def test_the_list_says_why_an_old_entry_is_low(browser: DeskBrowser, loaded: Database) -> None:
    with serving(loaded), unit_of_work("directory.test") as work:
        service(work, "CAFEMIN").assured_date = date(2026, 1, 8)
    page = browser.get("/directorio?q=cafemin")
    assert "Verifique antes de usar: nadie lo verifica desde el 8 de enero de 2026" in page.text
    assert "Primero está lo que se verificó en los últimos 180 días" in page.text
    assert "nadie lo verifica desde" in browser.get(f"/publico/directorio/{_ref(loaded, 'CAFEMIN')}").text
    assert "Primero está" not in browser.get("/directorio?alcaldia=09005&km=todo").text  # there it is the distance


def _ref(database: Database, key: str) -> uuid.UUID:
    with serving(database), reading() as desk:
        return desk.session.scalars(select(Service.id).where(Service.key == key)).one()


def test_the_accessibility_filter_shows_what_is_noted_and_finds_nothing_else(
    browser: DeskBrowser, loaded: Database
) -> None:
    give_place("SNE", "09015")
    give_place("ICAT", "09015")
    give_place("CAFEMIN", "09009", confidential=True)
    notes = {"SNE": "Tres escalones, sin rampa", "ICAT": "", "CAFEMIN": "Rampa"}
    with serving(loaded), unit_of_work("directory.test") as work:
        for key, said in notes.items():
            alcaldia = "09009" if key == "CAFEMIN" else "09015"
            place = work.session.scalars(select(Location).where(Location.key == f"test:{key}:{alcaldia}")).one()
            work.session.add(Accessibility(location_id=place.id, description=said))
    assert keys(accessible=True) == ["SNE"]
    page = browser.get("/directorio?acceso=1")
    assert "Accesibilidad: Tres escalones, sin rampa" in page.text
    assert "Con nota, buena o mala" in page.text
    for address in (f"/directorio/{_ref(loaded, 'SNE')}", f"/publico/directorio/{_ref(loaded, 'SNE')}"):
        assert "Tres escalones, sin rampa" in browser.get(address).text
    empty = browser.get("/directorio?acceso=1&q=icat")
    assert "Eso no dice que no la tenga" in empty.text


def test_language_age_and_access(loaded: Database) -> None:
    before = keys(language="nah")
    give_place("SNE", "09015")
    with unit_of_work("directory.test") as work:
        place = work.session.scalars(select(Location).where(Location.key == "test:SNE:09015")).one()
        work.session.add(Accessibility(location_id=place.id, description="Rampa"))
        work.session.add(Language(service_id=service(work, "ICAT").id, code="nah"))
        work.session.add(Language(location_id=place.id, code="mam"))
        service(work, "ICAT").minimum_age = 15
        service(work, "ICAT").maximum_age = 20
    assert keys(accessible=True) == ["SNE"]
    assert set(keys(language="nah")) == {*before, "ICAT"}
    assert "SNE" in keys(language="mam")
    assert "SNE" not in keys(language="nah")
    assert "ICAT" in keys(age=15)
    assert "ICAT" in keys(age=20)
    assert "ICAT" not in keys(age=14)
    assert "ICAT" not in keys(age=21)


def test_the_page_says_where_and_when_and_the_map_leads_on(browser: DeskBrowser) -> None:
    give_hours("CAFEMIN")
    page = browser.get("/directorio?q=cafemin")
    assert "abierto hasta las 17:00" in page.text
    assert "Gustavo A. Madero" in page.text
    assert 'aria-label="Gustavo A. Madero: 1 servicio"' in page.html
    assert 'href="/directorio?q=cafemin&amp;alcaldia=09005"' in page.html
    english = browser.get("/directorio?q=cafemin&_lang=en")
    assert "Gustavo A. Madero: 1 service" in english.html


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=zzzz", "Pruebe con menos palabras"),
        ("abierto=1", "llame antes de ir"),
        ("alcaldia=09009&q=cafemin", "los más cercanos primero"),
    ],
)
def test_an_empty_list_says_what_to_do_next(browser: DeskBrowser, query: str, said: str) -> None:
    page = browser.get(f"/directorio?{query}")
    assert said in page.text
    assert any(link.startswith("/directorio?") or link == "/directorio" for link in page.links())


def test_a_list_page_takes_few_statements(browser: DeskBrowser, loaded: Database) -> None:
    for query in ("", "q=salud&abierto=1&alcaldia=09015&km=todo&lengua=fr&edad=30&acceso=1&necesidad=HEALTH"):
        browser.get(f"/directorio?{query}")
        with counted(loaded) as sent:
            browser.get(f"/directorio?{query}")
        assert len(sent) <= 7, sent  # six and who asks


def test_an_address_survives_the_round_trip() -> None:
    asked = Asked("cafe", "HEALTH", "09005", EVERYWHERE, "fr", 30, True, True, False)
    assert asked_in(address_of(asked)) == asked
    assert address_of(Asked()) == {}


@given(st.dictionaries(st.sampled_from(["q", "necesidad", "alcaldia", "km", "lengua", "edad", "acceso"]), st.text()))
def test_any_address_is_read(args: dict[str, str]) -> None:
    asked = asked_in(args)
    assert asked_in(address_of(asked)) == asked


def test_the_map_holds_each_alcaldia_once_and_inside_its_frame() -> None:
    assert sorted(tile.code for tile in tiles()) == sorted(ALCALDIAS.codes())
    width, height = map_size()
    for tile in tiles():
        corners = [tuple(map(float, pair.split(","))) for pair in hexagon(tile).split()]
        assert all(0 <= x <= width and 0 <= y <= height for x, y in corners)
        assert len({(other.x, other.y) for other in tiles()}) == len(tiles())


def test_the_map_keeps_north_up() -> None:
    place = {tile.code: tile for tile in tiles()}
    assert place["09005"].y < place["09015"].y < place["09003"].y < place["09009"].y
    assert place["09004"].x < place["09014"].x < place["09006"].x


@given(st.integers(1, 500))
def test_more_services_are_never_lighter_and_none_is_white(most: int) -> None:
    shades = [shade(count, most) for count in range(most + 1)]
    assert shades == sorted(shades)
    assert shades[0] == 0
    assert all(1 <= each <= 4 for each in shades[1:])


def test_coordinates_out_of_the_city_are_a_typing_error() -> None:
    assert point_of("09015", -99.1, 19.4) == ALCALDIAS["09015"].centre
    assert point_of("", None, None) is None
    assert kilometres(ALCALDIAS["09005"].centre, ALCALDIAS["09009"].centre) == pytest.approx(41, abs=2)

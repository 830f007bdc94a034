"""Where the small photograph is shown, and to whom."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable

import pytest

from referral.access.identity import Identity, Role
from referral.consent.actions import record_decision, record_notice, withdraw
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from tests.desk_browser import DeskBrowser, Page
from tests.documents.files import picture
from tests.factories.people import new_person, register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]
NAMES = {"given": "Marie-Ange", "surname1": "Joseph"}


@pytest.fixture
def database(sqlite: Database) -> Database:
    """One engine: the photograph itself is tested on both in test_pages."""
    return sqlite


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def browser(caso: Identity, sign_in: SignIn) -> DeskBrowser:
    return sign_in(caso)


@pytest.fixture
def ref(database: Database, caso: Identity, browser: DeskBrowser) -> uuid.UUID:
    """Somebody with a photograph."""
    ref = register(database, caso)
    with serving(database, caso), unit_of_work("test.consent") as work:
        record_notice(work, person=ref, new=NewNotice(NoticeChannel.READ_ALOUD, "es"))
        record_decision(work, person=ref, new=NewDecision(Purpose.PHOTO, Decision.YES, how="signed"))
    browser.fill(f"/personas/{ref}/foto", {"picture": (io.BytesIO(picture(600, 800)), "cara.jpg")})
    return ref


def faces(page: Page) -> list[str]:
    return [node.get("src") for node in page.all("img", class_="v-face")]


def test_a_face_stands_in_the_file_the_search_and_beside_a_registration(browser: DeskBrowser, ref: uuid.UUID) -> None:
    small = f"/personas/{ref}/foto/chica"
    assert browser.client.get(small).mimetype == "image/jpeg"
    assert faces(browser.get(f"/personas/{ref}")) == [small]
    assert faces(browser.post("/buscar", {"q": "Marie-Ange Joseph"})) == [small]
    assert faces(browser.fill("/personas/nueva", {**NAMES, "birth-year": "1994", "will_return": "1"})) == [small]
    near = browser.post("/personas/parecidas", NAMES)
    assert f'src="{small}"' in near.html
    family = {"language": "ht", "will_return": "1", "p1_given": "Marie-Ange", "p1_surname1": "Joseph"}
    assert small in browser.fill("/familias/nueva", {**family, "p1_birth-year": "1994"}).html


def test_who_has_none_gets_a_letter(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    ref = register(database, caso, new_person("Otra", "Persona"))
    page = browser.get(f"/personas/{ref}")
    assert faces(page) == []
    assert [node.text for node in page.all("span", class_="v-face--none")] == ["O"]
    assert faces(browser.post("/buscar", {"q": "Otra Persona"})) == []


def test_another_desk_sees_no_face_and_who_oversees_this_one_does(
    browser: DeskBrowser, database: Database, make_identity: MakeIdentity, sign_in: SignIn, ref: uuid.UUID
) -> None:
    north = sign_in(make_identity(database, username="norte", desk="Mesa Norte"))
    assert faces(north.post("/buscar", {"q": "Marie-Ange Joseph"})) == []
    assert "Marie-Ange" in north.post("/buscar", {"q": "Marie-Ange Joseph"}).text
    boss = sign_in(make_identity(database, Role.SUPERVISOR, username="jefa"))
    small = f"/personas/{ref}/foto/chica"
    assert boss.client.get(small).status_code == 200
    assert faces(boss.get(f"/personas/{ref}")) == [small]
    assert faces(boss.post("/buscar", {"q": "Marie-Ange Joseph"})) == [small]


def test_a_withdrawn_permission_takes_the_face_off_every_page(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    with serving(database, caso), unit_of_work("test.withdraw") as work:
        withdraw(work, person=ref, purpose=Purpose.PHOTO)
    assert faces(browser.get(f"/personas/{ref}")) == []
    assert faces(browser.post("/buscar", {"q": "Marie-Ange Joseph"})) == []


def test_a_face_costs_the_file_one_statement_and_a_search_two(
    browser: DeskBrowser, database: Database, ref: uuid.UUID
) -> None:
    browser.get(f"/personas/{ref}")
    with counted(database) as file:
        browser.get(f"/personas/{ref}")
    assert len(file) <= 16
    assert sum("person_scan" in statement for statement in file) == 1
    key = browser.csrf()
    with counted(database) as search:
        browser.post("/buscar", {"q": "Marie-Ange Joseph", "csrf_token": key})
    assert sum("person_scan" in statement for statement in search) == 1

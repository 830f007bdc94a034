"""Signing in and out, as a browser sees it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.staff.models import Staff, StaffSession
from tests.conftest import PASSWORD
from tests.desk_browser import DeskBrowser

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]


def test_signing_in_leads_where_one_wanted_to_go(
    nobody: DeskBrowser, database: Database, make_identity: MakeIdentity
) -> None:
    make_identity(database)
    assert nobody.get("/cuentas?x=1").location == "/entrar?next=/cuentas?x%3D1"
    page = nobody.fill("/entrar?next=/personas", {"username": "CASO ", "password": PASSWORD})
    assert (page.status, page.location) == (303, "/personas")


def test_no_link_can_send_anybody_elsewhere(
    nobody: DeskBrowser, database: Database, make_identity: MakeIdentity
) -> None:
    make_identity(database)
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        page = nobody.fill("/entrar", {"username": "caso", "password": PASSWORD, "next": target})
        assert page.location == "/", target
        nobody.post("/salir")


def test_wrong_password_unknown_account_and_too_many_tries_look_the_same(
    nobody: DeskBrowser, database: Database, make_identity: MakeIdentity, clock: FixedClock
) -> None:
    make_identity(database)
    wrong = nobody.fill("/entrar", {"username": "caso", "password": "x" * 20})
    unknown = nobody.fill("/entrar", {"username": "nadie", "password": "x" * 20})
    assert wrong.status == unknown.status == 422
    assert wrong.title.startswith("Error: ")
    for _time in range(5):
        nobody.fill("/entrar", {"username": "caso", "password": "x" * 20})
    locked = nobody.fill("/entrar", {"username": "caso", "password": PASSWORD})
    assert locked.status == 422
    assert wrong.text.replace("nadie", "caso") == unknown.text.replace("nadie", "caso") == locked.text
    clock.advance(minutes=2)
    assert nobody.fill("/entrar", {"username": "caso", "password": PASSWORD}).status == 303


def test_signing_out_ends_the_session_on_the_server(
    app: Flask, database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    browser = sign_in(make_identity(database))
    cookie = browser.client.get_cookie("ventanilla")
    assert cookie is not None
    assert browser.get("/personas").status == 200
    browser.post("/salir")
    assert DeskBrowser(app, cookie.value).get("/personas").status == 303


def test_an_idle_session_ends_and_an_account_switched_off_is_out_at_once(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn, clock: FixedClock
) -> None:
    identity = make_identity(database)
    browser = sign_in(identity)
    for _step in range(4):
        clock.advance(minutes=14)
        assert browser.get("/personas").status == 200
    clock.advance(minutes=16)
    assert browser.get("/personas").status == 303
    browser = sign_in(identity)
    with serving(database), unit_of_work("test.switch_off") as work:
        work.session.get_one(Staff, identity.staff).active = False
    assert browser.get("/personas").status == 303


def test_what_was_typed_when_the_session_ended_comes_back_after_signing_in(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn, clock: FixedClock
) -> None:
    browser = sign_in(make_identity(database))
    form = browser.get("/personas/nueva").form()
    clock.advance(hours=11)
    asked = browser.post("/personas/nueva", {**form, "given": "Marie-Ange", "csrf_token": form["csrf_token"]})
    assert asked.status == 401
    assert "Marie-Ange" not in asked.html  # sealed: the screen may have another reader now
    boxes = asked.form()
    resumed = browser.post("/entrar", {**boxes, "username": "caso", "password": PASSWORD})
    assert resumed.status == 200
    kept = {node.get("name"): node.get("value") for node in resumed.all("input", type="hidden")}
    assert kept["given"] == "Marie-Ange"
    went_on = browser.post("/personas/nueva", {**kept, "phone": "5555550123"})
    assert went_on.status == 303  # with the page's own CSRF key, which the new session knows


def test_typed_text_is_not_handed_to_another_account(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn, clock: FixedClock
) -> None:
    browser = sign_in(make_identity(database))
    make_identity(database, username="otra")
    form = browser.get("/personas/nueva").form()
    clock.advance(hours=11)
    boxes = browser.post("/personas/nueva", {**form, "given": "Marie-Ange"}).form()
    resumed = browser.post("/entrar", {**boxes, "username": "otra", "password": PASSWORD})
    assert resumed.status == 303
    assert "Marie-Ange" not in resumed.html


def test_only_a_hash_of_the_cookie_is_kept(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> None:
    browser = sign_in(make_identity(database))
    cookie = browser.client.get_cookie("ventanilla")
    assert cookie is not None
    with database.session(writing=False) as session:
        row = session.scalars(select(StaffSession)).one()
        assert cookie.value.encode() not in row.token_hash
        assert PASSWORD not in session.scalars(select(Staff.password_hash)).one()


def test_the_list_of_accounts_is_for_those_who_may(
    database: Database, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    assert sign_in(make_identity(database)).get("/cuentas").status == 403
    page = sign_in(make_identity(database, Role.ADMINISTRATOR, username="admin")).get("/cuentas")
    assert page.status == 200
    assert "Prueba caso" in page.text

"""Requests that no page of ours makes: broken addresses, methods, bodies and cookies. One rule for all."""

from __future__ import annotations

import io
import re
import uuid

import pytest
from flask import Flask

from referral.app import LARGEST_BODY, MOST_BOXES
from referral.infra.db import Database
from referral.kernel.clock import FixedClock
from tests.desk_browser import DeskBrowser
from tests.factories.world import PASSWORD, World
from tests.laws.test_bad_tokens import typing_forms
from tests.laws.walk import addresses, rules

TYPED = "Texto que no se pierde ñ"


# Addresses -------------------------------------------------------------------------------------------------------


def test_an_address_with_a_malformed_id_is_not_found(world_app: Flask, world: World) -> None:
    browser = world.enter(world_app)
    broken = ("x", "1", "0", "-", "%00", "a" * 5000, str(world.full)[:-1], f"{world.full}0", f"{{{world.full}}}", "..")
    for rule in rules(world_app):
        for name in re.findall(r"<uuid:(\w+)>", rule.rule):
            for text in broken:
                path = re.sub(r"<uuid:(\w+)>", lambda m: text if m[1] == name else str(world.full), rule.rule)  # noqa: B023
                path = re.sub(r"<(\w+)>", "identidad", path)
                assert browser.client.get(path).status_code in {404, 405}, path


@pytest.mark.parametrize(("username", "least"), [("caso", 20), ("jefa", 10), ("salud", 4)])
def test_what_is_not_mine_answers_exactly_like_what_is_not(
    username: str, least: int, world_app: Flask, world: World
) -> None:
    """The same body, byte for byte, but for the key of the forms and the address that was asked for."""
    browser = world.enter(world_app, username)
    if username == "salud":  # sent elsewhere
        others = dict.fromkeys((world.draft, world.sent, world.accepted, world.closed), world.closed)
    else:
        others = {world.full: world.away, world.bare: world.away, world.open_need: world.away_need}
        others |= dict.fromkeys((world.draft, world.sent, world.accepted, world.closed), world.away_sent)
        others[world.certificate] = world.away_certificate
    compared = 0
    for method in ("GET", "POST"):
        for address in addresses(world_app, world, method=method):
            # Any desk may attend whoever stands there, and take back a permission for her.
            if address.endswith(("/visitas", "/permisos/retirar")):
                continue
            # Two files of one person may be at two desks: who supervises looks across them, and is noted.
            if "/duplicados/" in address or (username == "jefa" and "/duplicados" in address):
                continue  # and of an address with two refs this test would make the same one twice
            theirs, unknown = address, address
            for ours, other in others.items():
                theirs, unknown = theirs.replace(str(ours), str(other)), unknown.replace(str(ours), str(uuid.uuid4()))
            if theirs == address and address == unknown:
                continue
            answers = [body_of(browser, method, each) for each in (theirs, unknown)]
            assert answers[0] == answers[1], theirs
            assert answers[0][0] in {403, 404}, theirs  # 403: not for this role, whoever it is
            compared += answers[0][0] == 404
    assert compared >= least


def body_of(browser: DeskBrowser, method: str, address: str) -> tuple[int, str]:
    if method == "GET":
        answer = browser.client.get(address)
    else:
        answer = browser.client.post(address, data={"csrf_token": browser.csrf(), "to": "accepted"})
    body = re.sub(r'name="csrf_token" value="[^"]*"', "", answer.get_data(as_text=True))
    return answer.status_code, re.sub(r'href="[^"]*\?_lang=en"', "", body)


def test_every_page_answers_head_and_refuses_other_methods(world_app: Flask, world: World) -> None:
    browser = world.enter(world_app)
    for rule in rules(world_app):
        path = next(path for method in ("GET", "POST") for path in _paths_of(world_app, world, method, rule.endpoint))
        allowed = set(rule.methods or ())
        if "GET" in allowed:
            seen, head = browser.client.get(path), browser.client.head(path)
            assert head.status_code == seen.status_code, path
            assert head.data == b""
        for method in ("PUT", "DELETE", "PATCH", "TRACE", *({"GET", "POST"} - allowed)):
            answer = browser.client.open(path, method=method, data={"csrf_token": browser.csrf()})
            assert answer.status_code == 405, f"{method} {path}: {answer.status_code}"
            assert set(answer.headers["Allow"].split(", ")) == allowed, path


def _paths_of(app: Flask, world: World, method: str, endpoint: str) -> list[str]:
    return [path for path, found in addresses(app, world, method=method).items() if found == endpoint]


def test_a_slash_too_many_and_a_very_long_address_are_not_found(world_app: Flask, world: World) -> None:
    browser = world.enter(world_app)
    for path in addresses(world_app, world):
        if path.endswith("/"):
            continue
        assert browser.get(f"{path}/").status == 404, path
        assert browser.get(f"{path}?p={'9' * 20_000}").status < 500, path
    assert browser.get("/" + "x" * 50_000).status == 404
    other_host = DeskBrowser(world_app).client.get("/personas", headers={"Host": "evil.example"})
    assert other_host.headers["Location"].startswith("/entrar")
    for path in ("/personas//", "/../etc/passwd", "/static/../app.py", "/%2e%2e/%2e%2e/etc/passwd", "/static/%00"):
        assert browser.get(path).status == 404, path


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
        "/personas\r\nSet-Cookie: roto=1",
        "/\x00",
        "http:evil.example",
        "/" + "x" * 5000,
        "//[",
        "/::[",
        "https://[",
    ],
)
def test_signing_in_never_leads_off_the_site(target: str, world_app: Flask, world: World) -> None:
    browser = DeskBrowser(world_app)
    answer = browser.fill("/entrar", {"username": "caso", "password": PASSWORD, "next": target})
    assert answer.status == 303
    # A browser takes tabs and line ends out of an address before it reads it.
    location = re.sub(r"[\t\r\n]|%0[9AaDd]", "", answer.location)
    assert re.match(r"/(?![/\\])", location), answer.location
    assert not re.search("[\r\n\x00]", "".join(value for _name, value in answer.response.headers))
    assert browser.client.get("/entrar", query_string={"next": target}).status_code == 303


# Bodies ----------------------------------------------------------------------------------------------------------


def test_a_body_that_is_too_large_is_not_read(world_app: Flask, world: World, world_database: Database) -> None:
    browser = world.enter(world_app)
    for form in typing_forms(world_app, world, "caso")[:3]:
        big = {**form.start, form.typed_boxes[0]: "x" * (LARGEST_BODY + 1)}
        assert browser.post(form.action, big).status == 413
        parts = {**form.start, **{f"box{number}": "x" for number in range(MOST_BOXES + 1)}}
        answer = browser.client.post(form.action, data=parts, content_type="multipart/form-data")
        assert answer.status_code == 413


def test_any_kind_of_body_is_answered(world_app: Flask, world: World) -> None:
    browser = world.enter(world_app)
    bodies = (
        ("application/json", b'{"given": "Ana"}'),
        ("text/plain", b"given=Ana"),
        ("application/xml", b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=given\r\n\r\nAna"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"given=%ff%fe%00"),
        ("application/x-www-form-urlencoded", b"\xff\xfe&&&===%%%&given"),
        ("", b"\x00\x01\x02"),
        ("multipart/form-data; boundary=" + "y" * 500, b"\x00" * 100),
    )
    for path, endpoint in addresses(world_app, world, method="POST").items():
        wanted = {200} if endpoint.startswith("hsds.") else {400, 403, 413}  # the API's lists look at no body
        for kind, body in bodies:
            answer = browser.client.post(path, data=body, content_type=kind)
            assert answer.status_code in wanted, f"{kind} {path}: {answer.status_code}"


def test_a_file_where_text_is_asked_for_is_not_taken(world_app: Flask, world: World) -> None:
    browser = world.enter(world_app)
    for form in typing_forms(world_app, world, "caso"):
        boxes = {**form.start, form.typed_boxes[0]: (io.BytesIO(b"\x00\xff" * 50), "../../x.php")}
        answer = browser.client.post(form.action, data=boxes, content_type="multipart/form-data")
        assert answer.status_code < 500, form.action


# Cookies ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["", "x", "a" * 4000, "%00", "ñ", '"', "\\", "; Path=/", "eyJ9.x.y", "=", "null"])
def test_broken_cookies_are_nobodys(value: str, world_app: Flask, world: World) -> None:
    for cookie in ("ventanilla", "ventanilla_form", "lang"):
        client = world_app.test_client()
        header = f"{cookie}={value}"
        assert client.get("/entrar", headers={"Cookie": header}).status_code == 200, header
        answer = client.get("/personas", headers={"Cookie": header})
        assert answer.status_code == 303
        posted = client.post("/personas/nueva", data={"given": TYPED}, headers={"Cookie": header})
        assert posted.status_code in {400, 401}
    signed = world_app.test_client()
    signed.set_cookie("ventanilla", world.tokens["caso"])
    signed.set_cookie("lang", "xx_YY@zz")
    signed.set_cookie("ventanilla_form", "broken")
    assert signed.get("/personas").status_code == 200


def test_a_session_that_is_too_old_is_nobodys(world_app: Flask, world: World, world_database: Database) -> None:
    browser = world.enter(world_app)
    assert browser.get("/personas").status == 200
    clock = world_database.clock
    assert isinstance(clock, FixedClock)
    clock.set(clock.now().replace(day=clock.now().day + 1))
    answer = browser.get("/personas?p=1")
    assert (answer.status, answer.location) == (303, "/entrar?next=/personas?p%3D1")

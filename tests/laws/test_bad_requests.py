"""Requests that no page of ours makes: broken addresses, keys, tokens, versions, bodies, cookies. One rule for all."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from referral.app import LARGEST_BODY, MOST_BOXES
from referral.infra.db import Database
from referral.infra.work import OnceToken, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.people.models import Person
from referral.staff.models import StaffSession
from tests.desk_browser import DeskBrowser, Page
from tests.factories.world import PASSWORD, World
from tests.laws.walk import Form, addresses, all_forms, rules, send

TYPED = "Texto que no se pierde ñ"
FORMS = "caso", "jefa", "salud"  # the accounts that type


def count(database: Database, model: type[Any]) -> int:
    with database.session(writing=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def typed_into(form: Form) -> dict[str, list[str]]:
    """The form as it stands with our text in every box that takes text."""
    return {**form.start, **dict.fromkeys(form.typed_boxes, [TYPED])}


def shown(page: Page, form: Form) -> int:
    """How often our text stands on the page: in a box, as text, or (a date's box is short) by its beginning."""
    return page.html.count(TYPED) + page.html.count(f'value="{TYPED[:20]}"')


def typing_forms(app: Flask, world: World, username: str) -> list[Form]:
    """The forms with a box for text, without the search box of the frame and the fragments of pages."""
    forms = [form for form in all_forms(app, world, username) if form.typed_boxes]
    return [form for form in forms if form.id != "search-form"]


# Addresses -------------------------------------------------------------------------------------------------------


def test_an_address_with_a_malformed_id_is_not_found(world_app: Flask, world: World) -> None:
    browser = world.enter(world_app)
    broken = ("x", "1", "0", "-", "%00", "a" * 5000, str(world.full)[:-1], f"{world.full}0", f"{{{world.full}}}", "..")
    for rule in rules(world_app):
        for name in sorted(rule.arguments):
            if "<uuid:" not in rule.rule:
                continue
            for text in broken:
                path = re.sub(r"<uuid:(\w+)>", lambda m: text if m[1] == name else str(world.full), rule.rule)  # noqa: B023
                path = re.sub(r"<(\w+)>", "identidad", path)
                assert browser.client.get(path).status_code in {404, 405}, path


@pytest.mark.parametrize("username", ["caso", "jefa", "salud", "datos"])
def test_what_is_not_mine_answers_exactly_like_what_is_not(username: str, world_app: Flask, world: World) -> None:
    """The same body, byte for byte, but for the key of the forms and the address that was asked for."""
    browser = world.enter(world_app, username)
    nothing = uuid.uuid4()
    mine = {world.full: world.away, world.bare: world.away, world.open_need: world.away_need}
    mine |= dict.fromkeys((world.draft, world.sent, world.accepted, world.closed), world.away_sent)
    mine[world.certificate] = world.away_certificate
    compared = 0
    for method in ("GET", "POST"):
        for address in addresses(world_app, world, method=method):
            theirs, unknown = address, address
            for ours, other in mine.items():
                theirs, unknown = theirs.replace(str(ours), str(other)), unknown.replace(str(ours), str(nothing))
            if theirs == address:
                continue
            answers = [body_of(browser, method, each) for each in (theirs, unknown)]
            if answers[1][0] in {403, 405}:  # not for this role at all
                assert answers[0][0] == answers[1][0], theirs
                continue
            if world_may_see(username, theirs, method):
                continue
            assert answers[0] == answers[1], theirs
            assert answers[0][0] == 404, theirs
            compared += 1
    assert compared > 2 or username == "salud"


def world_may_see(username: str, address: str, method: str) -> bool:
    """What these accounts may do with another desk's rows: record a visit there, and see all (data protection)."""
    if address.endswith("/visitas") or username == "datos":
        return True
    # The referral of the other desk went to this partner account's institution.
    return username == "salud" and address.startswith("/canalizaciones/")


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
        if path == "/":
            continue
        assert browser.get(f"{path}/").status == 404, path
        assert browser.get(f"{path}?p={'9' * 20_000}").status < 500, path
    assert browser.get("/" + "x" * 50_000).status == 404
    assert browser.get("//evil.example/personas").status in {301, 308, 404}
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
        assert send_raw(browser, form, big).status == 413
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
    for path in addresses(world_app, world, method="POST"):
        for kind, body in bodies:
            answer = browser.client.post(path, data=body, content_type=kind)
            assert answer.status_code in {400, 413}, f"{kind} {path}: {answer.status_code}"


def test_a_file_where_text_is_asked_for_is_not_taken(world_app: Flask, world: World) -> None:
    import io

    browser = world.enter(world_app)
    for form in typing_forms(world_app, world, "caso"):
        boxes = {**form.start, form.typed_boxes[0]: (io.BytesIO(b"\x00\xff" * 50), "../../x.php")}
        answer = browser.client.post(form.action, data=boxes, content_type="multipart/form-data")
        assert answer.status_code < 500, form.action


def send_raw(browser: DeskBrowser, form: Form, boxes: dict[str, Any]) -> Page:
    return browser.post(form.action, boxes)


# Keys, tokens, versions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", FORMS)
def test_without_the_key_of_the_session_nothing_is_done_and_the_text_is_shown(
    username: str, world_app: Flask, world: World, world_database: Database
) -> None:
    browser, other = world.enter(world_app, username), world.enter(world_app, username)
    before = people_and_tokens(world_database)
    for form in typing_forms(world_app, world, username):
        for key in ("", "x", other.csrf(), "x" * 5000):
            page = browser.post(form.action, {**typed_into(form), "csrf_token": key})
            assert page.status == 400, form.action
            assert TYPED in page.html, f"{form.action} loses what was typed"
            assert "No se guardó" in page.h1
    assert people_and_tokens(world_database) == before


def people_and_tokens(database: Database) -> tuple[int, int]:
    return count(database, Person), count(database, OnceToken)


@pytest.mark.parametrize("username", FORMS)
def test_the_language_button_keeps_what_was_typed_on_every_form(
    username: str, world_app: Flask, world: World, world_database: Database
) -> None:
    browser = world.enter(world_app, username)
    before = people_and_tokens(world_database)
    for form in typing_forms(world_app, world, username):
        typed = {**typed_into(form), "csrf_token": [browser.csrf()]}
        chosen = {box.name: [box.options[-1]] for box in form.boxes if box.options}
        page = browser.post(form.action, {**typed, **chosen, "_lang": "en"})
        assert page.status == 200, f"{form.action} {form.id}: {page.status}"
        assert page.tree.get("lang") == "en"
        assert shown(page, form) >= len(form.typed_boxes), f"{form.action} loses what was typed"
        after = page.form(form.id)
        for name, value in chosen.items():
            assert after.get(name) == value, f"{form.action} loses the answer to {name}"
        assert 'role="alert"' not in page.html
        browser.switch("es")
    assert people_and_tokens(world_database) == before


@pytest.mark.parametrize("username", FORMS)
def test_a_session_that_ended_while_typing_loses_nothing(
    username: str, world_app: Flask, world: World, world_database: Database
) -> None:
    forms = typing_forms(world_app, world, username)
    browser = world.enter(world_app, username)
    key = browser.csrf()
    with serving(world_database), unit_of_work("test.end") as work:
        for row in work.session.scalars(select(StaffSession)):
            row.ended_at = work.now
    for form in forms:
        asked = browser.post(form.action, {**typed_into(form), "csrf_token": key})
        assert asked.status == 401, form.action
        assert TYPED not in asked.html, "the page of a stranger shows what was typed"
    boxes = {**asked.form(), "username": username, "password": PASSWORD}
    back = browser.post("/entrar", boxes)
    assert back.status == 200
    assert back.html.count(TYPED) == len(forms[-1].typed_boxes)
    assert back.all("form", action=forms[-1].action)


def once_forms(app: Flask, world: World) -> list[Form]:
    return [form for form in all_forms(app, world, "caso") if "once" in form.start and form.action == form.page]


def test_a_form_without_its_token_is_not_taken_and_gets_a_new_one(
    world_app: Flask, world: World, world_database: Database
) -> None:
    browser = world.enter(world_app)
    before = people_and_tokens(world_database)
    forms = once_forms(world_app, world)
    assert len(forms) > 5
    for form in forms:
        for token in (None, "", "x", "0" * 36):
            page = send(browser, form, once=token, csrf_token=browser.csrf())
            assert page.status == 422, form.action
            assert uuid.UUID(page.form(form.id)["once"][0])
    assert people_and_tokens(world_database) == before


FILLED: dict[str, dict[str, Any]] = {
    "/personas/nueva": {"given": "Nadia", "place": "Albergue"},
    "/documentos": {"kind": "PASSPORT", "number": "A1"},
    "/necesidades": {"needs": ["EDUC_ADULT"], "note": "Una nota"},
    "/consentimiento": {"notice_channel": "printed", "care": "no"},
    "/puertas/": {"consent": "no"},
    "/constancia": {"nationality": "none", "replace_current": "1"},
    "/padron": {},
}


def test_the_same_form_sent_twice_is_done_once_and_another_text_under_its_token_never(
    world_app: Flask, world: World, world_database: Database
) -> None:
    browser = world.enter(world_app)
    done = set()
    for form in once_forms(world_app, world):
        part = next(part for part in FILLED if part in form.action)
        boxes = {**form.start, **FILLED[part], "csrf_token": browser.csrf(), "once": str(uuid.uuid4())}
        first = browser.post(form.action, boxes)
        assert first.status == 303, f"{form.action}: {first.text}"
        rows = everything(world_database)
        second = browser.post(form.action, boxes)
        if second.status == 422:  # what was done once cannot be done again: the rule answers before the token
            assert part in {"/padron", "/necesidades", "/puertas/"}, form.action
        else:
            assert (second.status, second.location) == (303, first.location), form.action
        assert everything(world_database) == rows, form.action
        changed = browser.post(form.action, {**boxes, **CHANGED.get(part, {"desconocida": "x"})})
        assert changed.status in {409, 422}, f"{form.action}: {changed.status}"
        assert everything(world_database) == rows, form.action
        done.add(part)
    assert done == set(FILLED)


CHANGED = {"/personas/nueva": {"given": "Otra persona"}, "/documentos": {"number": "B2"}}


def everything(database: Database) -> dict[str, int]:
    from referral.infra.tables import metadata

    read = {"access_entry", "staff_session", "sign_in_failure"}
    with database.session(writing=False) as session:
        tables = [table for name, table in metadata().tables.items() if name not in read]
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_a_save_that_comes_late_answers_409_with_both_texts(
    world_app: Flask, world: World, world_database: Database
) -> None:
    first, late = world.enter(world_app), world.enter(world_app)
    for section, box in (("identidad", "chosen"), ("contacto", "place")):
        address = f"/personas/{world.full}/datos/{section}"
        form = late.get(address).form()
        assert first.fill(address, {box: "Guardado antes"}).status == 303
        page = late.post(address, {**form, box: TYPED, "csrf_token": late.csrf()})
        assert page.status == 409
        assert TYPED in page.text
        assert "Guardado antes" in page.text
        assert first.get(address).form()[box] == ["Guardado antes"]
    for version in ("", "-1", "x", "99999999999", "1e3"):
        page = first.fill(address, {"place": TYPED, "version": version})
        assert page.status == 409, version
    sent = f"/canalizaciones/{world.sent}"
    moved = [form for form in all_forms(world_app, world, "caso") if form.action.startswith(sent)]
    assert moved
    for form in moved:
        boxes = {**typed_into(form), "version": "7", "csrf_token": first.csrf(), "how": "phone"}
        reasons = [box.options[-1] for box in form.boxes if box.name == "reason"]
        page = first.post(form.action, {**boxes, **dict(form.buttons[:1]), **({"reason": reasons} if reasons else {})})
        assert page.status == 409, f"{form.id}: {page.status}"
        assert TYPED in page.text


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

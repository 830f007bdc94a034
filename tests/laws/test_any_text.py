"""Whatever anybody types into any box of any page: never a crash, never their text as markup, never off the site."""

from __future__ import annotations

import re
import sqlite3
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import html5lib
import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from referral.app import create_app
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.kernel.clock import FixedClock
from tests.desk_browser import DeskBrowser, Page, PageFault
from tests.factories.world import World, WorldFile, build_world
from tests.laws.odd_texts import MARK, NASTY, SUM, fillings, surely, texts
from tests.laws.walk import EVERYBODY, Form, addresses, all_forms, parameters_of

FINE = {200, 303, 308, 400, 401, 404, 409, 413, 422, 429}


class Reader(DeskBrowser):
    """Lets a page show what looks like a placeholder of ours, because it was typed."""

    def _page(self, response: TestResponse, address: str) -> Page:
        try:
            return super()._page(response, address)
        except PageFault as fault:
            if "a placeholder or a broken character" not in str(fault):
                raise
            tree = html5lib.HTMLParser(strict=False).parse(response.get_data(as_text=True))
            return Page(response, tree)


def check(page: Page, what: object, *, also: int = 200) -> None:
    """The page after bad input is still a page of ours. `also`: one more status that is well."""
    assert page.status in FINE | {also}, f"{page.status} after {what!r}"
    if 300 <= page.status < 400:
        target = page.location.removeprefix("http://localhost")  # a path with // is sent on to itself with /
        assert target.startswith("/"), f"{page.location} after {what!r}"
        assert not target.startswith(("//", "/\\")), f"{page.location} after {what!r}"
        assert not urlsplit(target).netloc, f"{page.location} after {what!r}"
    for name, value in page.response.headers:
        assert not re.search("[\r\n]", name + value), f"a header was injected by {what!r}"
    if page.response.mimetype != "text/html":
        return
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", page.html), f"a control character reached the page: {what!r}"
    assert SUM not in page.html, f"a template was run: {what!r}"
    tree = page.tree if page.tree is not None else html5lib.parseFragment(page.html)
    for node in tree.iter():
        assert not str(node.tag).endswith(MARK), f"typed text became markup: {what!r}"
        assert not any(str(name).endswith((MARK, "onerror")) for name in node.attrib), f"typed markup: {what!r}"


class Restorer:
    """Puts the world's rows back after something was saved, so that every form is met as it was found."""

    def __init__(self, database: Database, master: Path) -> None:
        self._database, self._master = database, master

    def restore(self) -> None:
        raw = self._database.engine.raw_connection()
        try:
            with sqlite3.connect(self._master) as source:
                source.backup(raw.driver_connection)  # type: ignore[arg-type]
            source.close()
        finally:
            raw.close()


class Typist:
    """Fills one account's forms, and signs in again where a form ended the session."""

    def __init__(self, app: Flask, world: World, username: str, restorer: Restorer | None) -> None:
        self.app, self.world, self.username, self.restorer = app, world, username, restorer
        self._enter()

    def _enter(self) -> None:
        self.browser = Reader(self.app, self.world.tokens.get(self.username, ""))
        self.key = self.browser.csrf()

    def send(self, form: Form, typed: Mapping[str, Any]) -> Page:
        hidden = {box.name: form.start[box.name] for box in form.boxes if box.kind == "hidden"}
        if "once" in hidden:
            hidden["once"] = [str(uuid.uuid4())]
        boxes = {**hidden, **{name: value for name, value in typed.items() if value is not None}}
        page = self.browser.post(form.action, {**boxes, "csrf_token": self.key})
        if page.status == 303 or form.action.startswith(("/entrar", "/salir")):
            follows = self.browser.get(page.location) if page.status == 303 else page
            check(follows, typed)
            if self.restorer is not None:
                self.restorer.restore()
            self._enter()
        return page


def meets(look: Callable[[Any], None], strategy: st.SearchStrategy[Any], examples: int) -> None:
    """Let Hypothesis show `look` some examples."""

    @limits(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(strategy)
    def met(example: Any) -> None:
        look(example)

    met()


def one_each(app: Flask, world: World) -> list[str]:
    """One address of each endpoint that is opened."""
    return list({endpoint: address for address, endpoint in addresses(app, world).items()}.values())


ROLES = [name for name in EVERYBODY if name != "norte"]  # the same role as "caso", without a person of its own here


@pytest.mark.parametrize("username", ROLES)
def test_any_text_in_any_box(
    username: str, world_app: Flask, world: World, world_database: Database, world_file: WorldFile
) -> None:
    typist = Typist(world_app, world, username, Restorer(world_database, world_file.path))
    forms = all_forms(world_app, world, username)
    assert forms
    for form in forms:

        def look(typed: dict[str, Any], form: Form = form) -> None:
            check(typist.send(form, typed), (form.page, form.action, typed))

        for typed in surely(form):
            look(typed)
        meets(look, fillings(form), 8 if form.typed_boxes else 3)


@pytest.mark.parametrize("username", ROLES)
def test_any_text_in_any_address(username: str, world_app: Flask, world: World) -> None:
    """Query strings of every page, with its own names and some of ours; and the free parts of paths."""
    browser = Reader(world_app, world.tokens.get(username, ""))
    for address in one_each(world_app, world):
        page = browser.get(address)
        names = sorted({"p", "_lang", "next", "code", "q"} | (parameters_of(page, address) if page.tree else set()))

        def look(asked: dict[str, Any], address: str = address, before: int = page.status) -> None:
            whole = f"{address}?{urlencode(asked, doseq=True)}"
            check(browser.get(whole), whole, also=before)

        values = st.one_of(texts, st.lists(texts, max_size=2))
        meets(look, st.dictionaries(st.sampled_from(names), values, max_size=5), 5 if page.status == 200 else 2)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_surest_texts_on_postgresql(database: Database, clock: FixedClock, settings: Settings) -> None:
    """That engine takes no NUL and no number too long for its column, wherever they slip through."""
    world = build_world(database, clock)
    app = create_app(settings, database)
    typist = Typist(app, world, "caso", None)
    forms = [form for form in all_forms(app, world, "caso") if form.action != "/salir"]
    for form in forms:
        for typed in surely(form):
            check(typist.send(form, typed), (form.action, typed))
    for address in one_each(app, world):
        for text in ("\x00", "9" * 40, "\u0663", "'"):
            names = {"p", "q", "desde", "hasta", "servicio", "institucion", "code", "estado", "categoria", "next"}
            whole = f"{address}?{urlencode(dict.fromkeys(names, text))}"
            check(typist.browser.get(whole), whole, also=403)
    for path in (f"/v/{quote(text, safe='')}" for text in NASTY[:30]):
        check(typist.browser.get(path), path)


def test_any_text_in_a_path(world_app: Flask, world: World) -> None:
    browser = Reader(world_app, world.tokens["caso"])
    free = ("/v/{}", "/{}", "/personas/{}", "/personas/" + str(world.full) + "/datos/{}", "/static/{}")

    def look(asked: tuple[str, str]) -> None:
        whole = asked[0].format(quote(asked[1], safe=""))
        check(browser.get(whole), whole)

    meets(look, st.tuples(st.sampled_from(free), texts), 60)


ODD_NAMES = (
    "👩🏽\u200d👧🏿 Ñandú",
    "مريم بنت عمران",
    "\ufdfa" * 30,
    "\U0010ffff\ufffe",
    "𝔐𝔞𝔯𝔦𝔞 e\u0301\u0323\u0332" * 5,
    f"<{MARK}>&amp; \"'",
    "%(x)s {{7*7777}} {0}",
    "W" * 128,
    "\u200b\u200dO'Brien-Núñez",
    "=HYPERLINK(1)",
)


@pytest.mark.parametrize("name", ODD_NAMES, ids=range(len(ODD_NAMES)))
def test_a_name_that_was_taken_is_read_on_every_page_and_paper(name: str, world_app: Flask, world: World) -> None:
    """Whatever name the form takes, the person gets her pages, her slip and her constancia."""
    browser = Reader(world_app, world.tokens["caso"])
    section = f"/personas/{world.full}/datos/identidad"
    saved = browser.fill(section, {"given": name, "surname1": name[:60], "chosen": name})
    check(saved, name)
    if saved.status == 422:  # then it was said why, and nothing changed
        return
    for address in one_each(world_app, world):
        page = browser.get(address)
        check(page, (name, address), also=403)
    boxes = {"chosen_name": "1", "replace_current": "1", "accompanying_adult": name}
    issued = browser.fill(f"/personas/{world.full}/constancia", boxes)
    refused = issued.status == 422 and "no se pueden imprimir" in issued.text  # no letters for it: the page says which
    assert refused or issued.status == 303, issued.text
    papers = [link for link in browser.get(f"/personas/{world.full}/constancia").links() if link.endswith(".pdf")]
    assert papers
    for paper in papers:
        answer = browser.client.get(paper)
        assert answer.data.startswith(b"%PDF") or answer.status_code == 303, paper  # 303: no longer in force

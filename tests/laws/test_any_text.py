"""Whatever anybody types into any box of any page: never a crash, never their text as markup, never off the site."""

from __future__ import annotations

import os
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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from referral.infra.db import Database
from tests.desk_browser import DeskBrowser, Page, PageFault
from tests.factories.world import PASSWORD, World, WorldFile
from tests.laws.walk import EVERYBODY, Box, Form, addresses, all_forms, parameters_of

MARK = "x-roto"  # an element or attribute of this name on a page came out of a box
SUM = "54439"  # 7 * 7777: a template that was run
NASTY = (
    "\x00",
    "Ana\x00Luz",
    "\u202egnitirw\u202c \u2066x",
    "\ufeff\u200b\u200d",
    "\ufffe\uffff\U0010ffff",
    "👩🏽\u200d👧🏿 🇭🇹",
    "é" * 40 + "e\u0301" * 40,
    "مرحبا بالعالم",
    "ꗝ 𝔐𝔞𝔯𝔦𝔞 ｆｕｌｌ",
    "\r\n\r\nSet-Cookie: roto=1",
    "a\nb\r\nc\u2028d\x85e",
    "\t \u3000\u00a0",
    f'"><{MARK} {MARK}=1>',
    f"'><script {MARK}>alert(1)</script>",
    f"</textarea></title></option></select><{MARK}>",
    f"--><![CDATA[<{MARK}>]]>",
    f'" {MARK}="1',
    "<img src=x onerror=alert(1)>",
    "{{7*7777}}",
    "${7*7777} #{7*7777} {% raw %}",
    "%(x)s %(label)s %s %d %n %",
    "{0} {label} {0.__class__}",
    "'; DROP TABLE person; --",
    "' OR '1'='1",
    "\\",
    "%00%0d%0a..%2f..%2fetc/passwd",
    "//evil.example/%2f..",
    "javascript:alert(1)",
    "=1+1",
    "-1",
    "0",
    "00",
    "1e309",
    "NaN",
    "99999999999999999999",
    "9" * 400,
    "\u0663\u0664",  # digits, but not ASCII
    "²",
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "31",
    "+52 55 5555 0123",
    "+" + "1" * 200,
    "a@b",
    "a@" + "b" * 300 + ".example",
    "00000000-0000-0000-0000-000000000000",
    "none",
    "\u0130\u0131ßﬃ",
    "x" * 10_000,
    "😀" * 10_000,
    "<" * 10_000,
)
anything = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
texts = st.one_of(st.sampled_from(NASTY), anything, st.integers().map(str), st.dates().map(str), st.uuids().map(str))
LOOK = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}
FINE = {200, 303, 400, 401, 404, 409, 413, 422, 429}


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
        assert page.location.startswith("/"), f"{page.location} after {what!r}"
        assert not page.location.startswith(("//", "/\\")), f"{page.location} after {what!r}"
        assert not urlsplit(page.location).netloc, f"{page.location} after {what!r}"
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


def answers(box: Box) -> st.SearchStrategy[Any]:
    """What might be sent for one box: mostly of its kind, now and then anything at all."""
    if box.name == "csrf_token":
        return st.nothing()
    if box.kind == "hidden":
        return st.one_of(st.none(), st.none(), texts)  # None: as the page had it
    if box.options:
        known = st.sampled_from(box.options)
        return st.one_of(known, known, known, st.lists(known, max_size=8), st.none(), texts)
    return st.one_of(texts, texts, texts, st.none(), st.lists(texts, max_size=3))


# Enough for each form to be taken, so that what is typed in one odd box gets past the form and is saved.
SOUND: dict[str, Any] = {
    "given": "Ana",
    "place": "Albergue de prueba",
    "username": "caso",
    "password": PASSWORD,
    "needs": ["EDUC_ADULT"],
    "notice_channel": "printed",
    "care": "no",
    "consent": "later",
    "kind": "PASSPORT",
    "nationality": "HT",
    "replace_current": "1",
    "confirmed": "1",
    "how": "phone",
    "reason": "no_capacity",
    "outcome": "provided",
    "q": "Marie",
}


def sound(box: Box, form: Form) -> Any:
    """What to send so that this box is taken: as it was found, or the plain answer of SOUND where it was empty."""
    found = form.start.get(box.name)
    if found and any(found):
        return found
    known = SOUND.get(box.name, [])
    listed = [known] if isinstance(known, str) else known
    return known if listed and (not box.options or set(listed) <= set(box.options)) else found


@st.composite
def fillings(draw: st.DrawFn, form: Form) -> dict[str, Any]:
    """A whole form filled: all of it with anything, or all well but one or two boxes; perhaps boxes it never had."""
    boxes = [box for box in form.boxes if box.name != "csrf_token"]
    typed = [box for box in boxes if box.name in form.typed_boxes]
    filled: dict[str, Any] = {}
    if typed and draw(st.integers(0, 2)):
        filled = {box.name: sound(box, form) for box in boxes if box.kind != "hidden"}
        for box in draw(st.lists(st.sampled_from(typed), min_size=1, max_size=2)):
            filled[box.name] = draw(texts)
    else:
        filled = {box.name: draw(answers(box)) for box in boxes}
    if form.buttons:
        name, value = draw(st.sampled_from(form.buttons))
        filled[name] = draw(st.one_of(st.just(value), st.just(value), texts))
    if draw(st.integers(0, 4)) == 0:
        strange = ("desconocida", "version", "to", "desk_id", "role", "__class__", "q-day")
        filled[draw(st.sampled_from(strange))] = draw(texts)
    return filled


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

    def __init__(self, app: Flask, world: World, username: str, restorer: Restorer) -> None:
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
        if os.environ.get("STAT"):
            import sys
            print("STAT", self.username, form.action[:3]+form.action[-14:], form.id, page.status, file=sys.stderr)
        if page.status == 303 or form.action.startswith(("/entrar", "/salir")):
            follows = self.browser.get(page.location) if page.status == 303 else page
            check(follows, typed)
            self.restorer.restore()
            self._enter()
        return page


def meets(look: Callable[[Any], None], strategy: st.SearchStrategy[Any], examples: int) -> None:
    """Let Hypothesis show `look` some examples."""

    @settings(max_examples=examples, **LOOK)
    @given(strategy)
    def met(example: Any) -> None:
        look(example)

    met()


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

        meets(look, fillings(form), (15 if form.typed_boxes else 4) * int(os.environ.get("X","1")))


@pytest.mark.parametrize("username", ROLES)
def test_any_text_in_any_address(username: str, world_app: Flask, world: World) -> None:
    """Query strings of every page, with its own names and some of ours; and the free parts of paths."""
    browser = Reader(world_app, world.tokens.get(username, ""))
    for address in addresses(world_app, world):
        page = browser.get(address)
        names = sorted({"p", "_lang", "next", "code", "q"} | (parameters_of(page, address) if page.tree else set()))

        def look(asked: dict[str, Any], address: str = address, before: int = page.status) -> None:
            whole = f"{address}?{urlencode(asked, doseq=True)}"
            check(browser.get(whole), whole, also=before)

        values = st.one_of(texts, st.lists(texts, max_size=2))
        meets(look, st.dictionaries(st.sampled_from(names), values, max_size=5), 5 if page.status == 200 else 2)


def test_any_text_in_a_path(world_app: Flask, world: World) -> None:
    browser = Reader(world_app, world.tokens["caso"])
    free = ("/v/{}", "/{}", "/personas/{}", "/personas/" + str(world.full) + "/datos/{}", "/static/{}")

    def look(asked: tuple[str, str]) -> None:
        whole = asked[0].format(quote(asked[1], safe=""))
        check(browser.get(whole), whole)

    meets(look, st.tuples(st.sampled_from(free), texts), 60)

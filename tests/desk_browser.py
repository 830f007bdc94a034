"""A client that reads pages as a strict person would: every answer is parsed and checked before a test sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_H = "{http://www.w3.org/1999/xhtml}"
_LEAK = re.compile("%\\(\\w+\\)s|\N{REPLACEMENT CHARACTER}")
_LABELLED = {"text", "email", "tel", "password", "number", "search", "radio", "checkbox", "date", "file"}


class PageFault(AssertionError):
    """A page broke a rule of the house; the message says which and what to do."""


@dataclass(frozen=True)
class Page:
    """One answer, parsed when it is HTML."""

    response: TestResponse
    tree: Any

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.headers.get("Location", "")

    @property
    def text(self) -> str:
        """Everything a person can read, with spaces folded."""
        return re.sub(r"\s+", " ", " ".join(self.tree.itertext())).strip() if self.tree is not None else ""

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def title(self) -> str:
        return " ".join((self.tree.findtext(f".//{_H}title") or "").split())

    @property
    def h1(self) -> str:
        return " ".join("".join(self.tree.find(f".//{_H}h1").itertext()).split())

    def all(self, tag: str, **attributes: str) -> list[Any]:
        """Every element of this tag that carries these attributes (class_ matches one class)."""
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}

        def fits(node: Any) -> bool:
            return all(
                value in (node.get("class") or "").split() if name == "class" else node.get(name) == value
                for name, value in wanted.items()
            )

        return [node for node in self.tree.iter(f"{_H}{tag}") if fits(node)]

    def ids(self) -> list[str]:
        return [node.get("id") for node in self.tree.iter() if node.get("id")]

    def links(self) -> list[str]:
        return [node.get("href") for node in self.all("a") if node.get("href")]

    def form(self, id_: str = "main-form") -> dict[str, list[str]]:
        """What the form would send as it stands: hidden and filled boxes, checked choices, chosen options."""
        node = next(iter(self.all("form", id=id_)), None)
        if node is None:
            raise PageFault(f"there is no form #{id_} on {self.h1}")
        boxes: dict[str, list[str]] = {}
        for box in _boxes(node):
            name, kind = box.get("name"), box.get("type", "text")
            if not name or kind in {"submit", "button"} or box.tag == f"{_H}button":
                continue
            if kind in {"radio", "checkbox"} and box.get("checked") is None:
                continue
            boxes.setdefault(name, []).append(_value(box))
        return boxes


def _boxes(form: Any) -> Iterator[Any]:
    return (
        node for node in form.iter() if node.tag in {f"{_H}{tag}" for tag in ("input", "select", "textarea", "button")}
    )


def _value(box: Any) -> str:
    if box.tag == f"{_H}textarea":
        return "".join(box.itertext())
    if box.tag == f"{_H}select":
        options = list(box.iter(f"{_H}option"))
        chosen = next(
            (option for option in options if option.get("selected") is not None), options[0] if options else None
        )
        return "" if chosen is None else str(chosen.get("value", ""))
    return str(box.get("value", "on" if box.get("type") in {"radio", "checkbox"} else ""))


def check_page(page: Page, address: str, *, typed: str = "") -> None:
    """Title, one h1, language, unique ids, labels, nothing inline. PageFault says what to do.

    `typed` is what the test itself wrote so far: a page may show it again.
    """
    leaks = {leak for leak in _LEAK.findall(page.text) if leak not in typed}
    if leaks:
        raise PageFault(f"{address} ({page.status}): a placeholder or a broken character reached the page: {leaks}")
    for words in (*_head_faults(page), *_box_faults(page), *_policy_faults(page)):
        raise PageFault(f"{address} ({page.status}): {words}")


def _head_faults(page: Page) -> Iterator[str]:
    root = page.tree
    if root.get("lang", "")[:2] not in {"es", "en"} or root.get("dir") not in {"ltr", "rtl"}:
        yield "<html> must carry lang and dir"
    headings = page.all("h1")
    if len(headings) != 1:
        yield f"a page has exactly one h1, this one has {len(headings)}"
        return
    title = page.title.removeprefix("Error: ")
    if not title.startswith(page.h1):
        yield f"the title «{page.title}» must start with the h1 «{page.h1}»"
    ids = page.ids()
    twice = {name for name in ids if ids.count(name) > 1}
    if twice:
        yield f"ids must be unique: {sorted(twice)}"


def _box_faults(page: Page) -> Iterator[str]:
    labels = {node.get("for") for node in page.all("label")}
    ids = set(page.ids())
    for box in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        kind = box.get("type", "text") if box.tag == f"{_H}input" else "text"
        if kind in _LABELLED and box.get("id") not in labels and not box.get("aria-label"):
            yield f"box {box.get('name')} has no label"
        for described in (box.get("aria-describedby") or "").split():
            if described not in ids:
                yield f"box {box.get('name')} is described by #{described}, which is not there"


def _policy_faults(page: Page) -> Iterator[str]:
    for node in page.tree.iter():
        if node.get("style") or any(str(name).startswith("on") for name in node.attrib):
            yield "inline styles and handlers are blocked by our own policy; use a class or a script file"
    if any(not script.get("src") for script in page.all("script")):
        yield "inline scripts are blocked by our own policy"


class DeskBrowser:
    """Signed in as one account (or nobody). get and post answer a checked Page."""

    def __init__(self, app: Flask, token: str = "") -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self._typed = ""
        if token:
            self.client.set_cookie(app.extensions["ventanilla.cookie"].name, token)

    def get(self, address: str, *, follow: bool = False) -> Page:
        return self._page(self.client.get(address, follow_redirects=follow), address)

    def post(self, address: str, boxes: Mapping[str, Any] | None = None, *, follow: bool = False) -> Page:
        """Send boxes as they are; the CSRF key is filled in from the browser's session when it is left out."""
        values: dict[str, Any] = dict(boxes or {})
        if "csrf_token" not in values:
            values["csrf_token"] = self.csrf()
        self._typed += repr(values)
        return self._page(self.client.post(address, data=values, follow_redirects=follow), address)

    def fill(self, address: str, boxes: Mapping[str, Any], *, form: str = "main-form", follow: bool = False) -> Page:
        """Open a page, change some of its boxes (None unticks), send its form where the form says."""
        page = self.get(address)
        values: dict[str, Any] = {**page.form(form), **boxes}
        target = next(iter(page.all("form", id=form))).get("action") or address
        self._typed += repr(values)
        return self._page(
            self.client.post(
                target,
                data={name: value for name, value in values.items() if value is not None},
                follow_redirects=follow,
            ),
            target,
        )

    def csrf(self) -> str:
        """A CSRF key for this browser's session, read from whichever page answers."""
        for address in ("/buscar", "/entrar"):
            body = self.client.get(address).get_data(as_text=True)
            box = re.search(r'<input[^>]*name="csrf_token"[^>]*>', body)
            key = re.search(r'value="([^"]+)"', box.group()) if box else None
            if key:
                return key.group(1)
        raise PageFault("no form of the frame carries a CSRF key")

    def switch(self, language: str) -> None:
        """Read pages in this language from now on."""
        self.client.set_cookie("lang", language)

    def _page(self, response: TestResponse, address: str) -> Page:
        response.request.environ["wsgi.input"].close()  # of a large upload it is a file, which the client leaves open
        whole = response.mimetype == "text/html" and not 300 <= response.status_code < 400
        body = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
        if not (whole and "<html" in body):
            return Page(response, None)
        tree = html5lib.HTMLParser(strict=False).parse(body)
        page = Page(response, tree)
        check_page(page, address, typed=self._typed)
        return page


def address(path: str, **query: object) -> str:
    """A path with a query string."""
    return f"{path}?{urlencode(query)}" if query else path

"""Walks the desk as each account: every address with real references, every form of every page. For laws on pages."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.routing import Rule

from referral.people.facts import Section
from referral.upkeep import facts as upkeep
from tests.desk_browser import DeskBrowser, Page
from tests.factories.world import ACCOUNTS, World

_H = "{http://www.w3.org/1999/xhtml}"
EVERYBODY = ("", *ACCOUNTS)  # "": nobody signed in
FRAGMENTS = {"desk.search_fragment": "/buscar", "arrival.near": "/personas/nueva"}  # posted by scripts, not by a form


@dataclass(frozen=True, slots=True)
class Box:
    """One question of a form: its options' values when it is a list."""

    name: str
    kind: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """One form as a page shows it. `start`: what it sends untouched; `buttons`: (name, value) that may be added."""

    page: str
    id: str
    action: str
    boxes: tuple[Box, ...]
    start: dict[str, list[str]] = field(hash=False)
    buttons: tuple[tuple[str, str], ...] = ()
    switches: bool = False  # the page's language button sends it

    @property
    def typed_boxes(self) -> tuple[str, ...]:
        """Names of what a person types in, save passwords: no page repeats them."""
        return tuple(box.name for box in self.boxes if box.kind in {"text", "textarea"})


def rules(app: Flask) -> list[Rule]:
    """Every rule but the static files'."""
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def addresses(app: Flask, world: World, *, method: str = "GET", nobodys: bool = False) -> dict[str, str]:
    """Address -> endpoint, for every rule that takes `method`, filled with references that exist.

    With `nobodys`, each uuid is one of nothing.
    """
    found: dict[str, str] = {}
    for rule in rules(app):
        if method not in (rule.methods or ()):
            continue
        names = sorted(rule.arguments)
        for values in itertools.product(*(_values(world, rule, name) for name in names)):
            filled = {
                name: uuid.uuid4() if nobodys and isinstance(value, uuid.UUID) else value
                for name, value in zip(names, values, strict=True)
            }
            with app.test_request_context():
                _domain, path = rule.build(filled) or ("", "")
            found[path] = rule.endpoint
    return found


def _values(world: World, rule: Rule, name: str) -> tuple[object, ...]:
    """Real values for a place in an address; KeyError until a new one is written down here."""
    room = rule.rule.split("/")[1]
    values: dict[tuple[str, str], tuple[object, ...]] = {
        ("personas", "ref"): (world.full, world.bare) if rule.arguments == {"ref"} else (world.full,),
        ("personas", "need"): (world.open_need,),
        ("personas", "service"): (world.service,),
        ("personas", "document"): (world.document,),
        ("personas", "scan"): (world.scan,),
        ("personas", "size"): ("grande", "chica"),
        ("personas", "section"): tuple(section.value for section in Section),
        ("canalizaciones", "ref"): (world.draft, world.sent, world.accepted, world.closed),
        ("constancias", "ref"): (world.certificate,),
        ("directorio", "ref"): (world.service,),
        ("api", "ref"): (world.service,),  # its other tables are walked in tests/hsds/test_api.py
        ("directorio", "section"): tuple(section.value for section in upkeep.Section),
        ("publico", "ref"): (world.service,),
        ("brigadas", "ref"): (world.batch,),
        ("brigadas", "row"): (world.batch_row,),
        ("brigadas", "language"): ("es", "en"),
        ("brigadas", "kind"): ("xlsx", "csv"),
        ("primero", "visit"): (world.nameless,),
        ("v", "code"): (world.code,),
        ("aviso", "layer"): ("simplificado", "integral"),
        ("aviso", "language"): ("es", "ht"),
        ("privacidad", "ref"): (world.asking if "/protegido/" in rule.rule else world.opening,),
        ("duplicados", "one"): (world.full,),
        ("duplicados", "other"): (world.bare,),
        ("duplicados", "merge"): (world.merge,),
    }
    return values[room, name]


def forms_of(page: Page, address: str) -> Iterator[Form]:
    """Every form of a page that posts."""
    for node in page.all("form"):
        if (node.get("method") or "get").lower() != "post":
            continue
        own = node.get("id") or ""
        apart = [each for each in page.all("button") if own and each.get("form") == own]
        within = [each for each in node.iter(f"{_H}button") if not each.get("form")]
        yield Form(
            page=address,
            id=own,
            action=node.get("action") or address,
            boxes=tuple(_boxes(node)),
            start=_start(node),
            buttons=tuple(
                (each.get("name"), each.get("value") or "")
                for each in (*within, *apart)
                if each.get("name") and each.get("name") != "_lang"
            ),
            switches=any(each.get("name") == "_lang" for each in apart),
        )


def parameters_of(page: Page, address: str) -> set[str]:
    """Names that this page's own links and forms put in the query string of this address."""
    here = urlsplit(address).path
    names = {
        name
        for link in page.links()
        if urlsplit(link).path in {here, ""}
        for name, _value in parse_qsl(urlsplit(link).query, keep_blank_values=True)
    }
    for node in page.all("form"):
        if (node.get("method") or "get").lower() == "get" and urlsplit(node.get("action") or here).path == here:
            names |= {box.name for box in _boxes(node)}
    return names


def all_forms(app: Flask, world: World, username: str) -> list[Form]:
    """Every different form this account is shown, each once: by where it goes and what it asks."""
    browser = world.enter(app, username)
    found: dict[object, Form] = {}
    for address in addresses(app, world):
        page = browser.get(address)
        if page.status != 200 or page.tree is None:
            continue
        for form in forms_of(page, address):
            kind = app.url_map.bind("").match(urlsplit(form.action).path, method="POST")[0]
            names = frozenset(box.name for box in form.boxes)
            found.setdefault((kind, names, form.buttons), form)
    for endpoint, address in FRAGMENTS.items():
        page = browser.get(address)
        if page.status == 200:
            form = next(each for each in forms_of(page, address) if each.id in {"main-form", "search-form"})
            with app.test_request_context():
                action = app.url_map.bind("").build(endpoint)
            found[endpoint] = Form(address, form.id, action, form.boxes, form.start)
    return list(found.values())


def _inputs(form: Any) -> Iterator[Any]:
    wanted = {f"{_H}input", f"{_H}select", f"{_H}textarea"}
    return (node for node in form.iter() if node.tag in wanted)


def _boxes(form: Any) -> Iterator[Box]:
    lists: dict[str, list[str]] = {}
    for node in _inputs(form):
        name, kind = node.get("name"), _kind(node)
        if not name or kind in {"submit", "button"}:
            continue
        if kind in {"radio", "checkbox"}:
            lists.setdefault(name, []).append(node.get("value", "on"))
        elif kind == "select":
            yield Box(name, kind, tuple(each.get("value") or "" for each in node.iter(f"{_H}option")))
        else:
            yield Box(name, kind)
    for name, options in lists.items():
        yield Box(name, "list", tuple(options))


def _kind(node: Any) -> str:
    tag = str(node.tag).removeprefix(_H)
    if tag != "input":
        return tag
    kind = node.get("type") or "text"
    return kind if kind in {"hidden", "radio", "checkbox", "submit", "button", "file", "password"} else "text"


def _start(form: Any) -> dict[str, list[str]]:
    sent: dict[str, list[str]] = {}
    for node in _inputs(form):
        name, kind = node.get("name"), _kind(node)
        if not name or kind in {"submit", "button"}:
            continue
        if kind in {"radio", "checkbox"}:
            if node.get("checked") is not None:
                sent.setdefault(name, []).append(node.get("value", "on"))
        elif kind == "select":
            options = list(node.iter(f"{_H}option"))
            chosen = next((each for each in options if each.get("selected") is not None), options[0])
            sent.setdefault(name, []).append(chosen.get("value") or "")
        elif kind == "textarea":
            sent.setdefault(name, []).append("".join(node.itertext()))
        else:
            sent.setdefault(name, []).append(node.get("value") or "")
    return sent


def send(browser: DeskBrowser, form: Form, **changed: Any) -> Page:
    """Send a form from its page as it stands, with some boxes changed (None leaves one out)."""
    boxes = {**form.start, **{name.replace("__", "-"): value for name, value in changed.items()}}
    return browser.post(form.action, {name: value for name, value in boxes.items() if value is not None})

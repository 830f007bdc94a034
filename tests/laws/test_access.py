"""Every endpoint, method and role against the committed table tests/laws/endpoints.csv.

A new endpoint fails here until it is written down with its permission: read the line once more before adding it.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.table import scope_of
from referral.app import create_app
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.web.guard import PUBLIC, UndeclaredEndpoint, check_endpoints, declared
from tests.desk_browser import DeskBrowser

TABLE = Path(__file__).with_name("endpoints.csv")


def written() -> dict[str, tuple[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["endpoint"]: (row["methods"], row["permission"]) for row in csv.DictReader(file)}


def _rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static")


def _address(app: Flask, rule: Rule) -> str:
    values: dict[str, object] = {}
    for name, converter in rule._converters.items():
        listed = sorted(getattr(converter, "items", ()))  # an address that takes only some words
        values[name] = uuid.uuid4() if "UUID" in type(converter).__name__ else next(iter(listed), "xx")
    with app.test_request_context():
        _domain, path = rule.build(values) or ("", "")
    return path


@pytest.fixture
def one_app(sqlite: Database, settings: Settings) -> Flask:
    return create_app(settings, sqlite)


def test_the_table_names_every_endpoint_with_its_methods_and_permission(one_app: Flask) -> None:
    found = {
        rule.endpoint: (
            " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            str(declared(one_app, rule.endpoint)),
        )
        for rule in _rules(one_app)
    }
    assert found == written()


def test_an_endpoint_without_a_permission_stops_the_start(one_app: Flask) -> None:
    one_app.view_functions["desk.forgotten"] = lambda: "open to all"
    with pytest.raises(UndeclaredEndpoint, match="forgotten"):
        check_endpoints(one_app)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_exactly_what_the_table_gives(
    role: Role, one_app: Flask, sqlite: Database, make_identity: Callable[..., Identity]
) -> None:
    organization = uuid.uuid4() if role is Role.PARTNER else None
    make_identity(sqlite, role, username=role.value, organization=organization)
    browser = _signed_in(one_app, role.value)
    for rule in _rules(one_app):
        needed = declared(one_app, rule.endpoint)
        if rule.endpoint == "staff.sign_out":
            continue
        allowed = needed == PUBLIC or scope_of(role, Permission(needed)) is not None
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = browser.client.open(_address(one_app, rule), method=method, data={"csrf_token": browser.csrf()})
            assert (answer.status_code != 403) == allowed, f"{role} {method} {rule.endpoint}: {answer.status_code}"
            assert answer.status_code < 500, f"{role} {method} {rule.endpoint}: {answer.status_code}"


def test_nobody_gets_past_the_door(one_app: Flask) -> None:
    browser = DeskBrowser(one_app)
    for rule in _rules(one_app):
        if declared(one_app, rule.endpoint) == PUBLIC:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = browser.client.open(_address(one_app, rule), method=method, data={"csrf_token": browser.csrf()})
            if method == "GET":
                assert answer.status_code == 303
                assert answer.headers["Location"].startswith("/entrar")
            else:
                assert answer.status_code == 401


def _signed_in(app: Flask, username: str) -> DeskBrowser:
    browser = DeskBrowser(app)
    answer = browser.fill("/entrar", {"username": username, "password": "una frase larga de prueba"})
    assert answer.status == 303, answer.text
    return browser

"""Every answer carries strict headers, and personal pages are never stored."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from referral.access.identity import Identity
from referral.app import create_app
from referral.infra.db import Database
from referral.infra.settings import Settings
from tests.desk_browser import DeskBrowser


@pytest.mark.parametrize("path", ["/", "/entrar", "/personas", "/no-existe", "/aviso", "/v/xxxx"])
def test_headers_on_every_kind_of_answer(path: str, sqlite: Database, settings: Settings) -> None:
    answer = create_app(settings, sqlite).test_client().get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_over_https_the_cookie_is_host_bound_and_the_site_insists_on_https(sqlite: Database, tmp_path: object) -> None:
    app = create_app(Settings(public_url="https://ventanilla.example"), sqlite)
    answer = app.test_client().get("/entrar", base_url="https://ventanilla.example")
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert app.extensions["ventanilla.cookie"].name.startswith("__Host-")


def test_no_endpoint_writes_on_get(
    app: Flask, database: Database, make_identity: Callable[..., Identity], sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    browser = sign_in(make_identity(database))
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or set()) and rule.arguments == set():
            assert browser.client.get(rule.rule).status_code in {404, 405}, rule.rule

"""Odd texts in the boxes of a row and of the upload: an answer that a person can read, never an error of ours."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from referral.access.identity import Identity
from referral.app import create_app
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.intake.rules.columns import SEVERAL, columns
from referral.intake.rules.reading import FORMULA, TICKS, TWO_WAYS
from tests.desk_browser import DeskBrowser
from tests.factories.lists import HONDURAN, keep
from tests.intake.test_register import rows_in

ODD = (
    "x" * 501,
    "?? 😀",
    "\u202eabc",
    "'; --",
    "<b>%(x)s</b>",
    "%s %d",
    FORMULA,
    TWO_WAYS,
    "٣/٣/١٩٩٤",
    "0" * 60,
    "=1+1",
)
TYPED = [code for code, column in columns().items() if code in SEVERAL or not (column.list_name or code in TICKS)]


def test_every_box_of_a_row_takes_any_text(
    sqlite: Database, settings: Settings, make_identity: Callable[..., Identity]
) -> None:
    desk = make_identity(sqlite)
    batch = keep(sqlite, desk, [HONDURAN])
    app: Flask = create_app(settings, sqlite)
    browser = DeskBrowser(app)
    assert browser.fill("/entrar", {"username": "caso", "password": "una frase larga de prueba"}).status == 303
    here = f"/brigadas/{batch}/filas/{rows_in(sqlite, batch)[0].id}"
    for text in ODD:
        for boxes in (TYPED, [*columns()]):
            assert browser.fill(here, dict.fromkeys(boxes, text)).status in {303, 422}, text
        assert browser.get(here).status == 200, text
        assert browser.get(f"/brigadas/{batch}?ver=todas").status == 200, text

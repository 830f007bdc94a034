"""Settings: a wrong one is one sentence that names it; nothing is ignored in silence."""

from __future__ import annotations

import pytest

from referral.infra.settings import EXAMPLE, BadSetting, Settings, load_settings, settings_table
from referral.kernel.folio import make_folio, read_folio


def test_defaults_need_no_environment() -> None:
    assert load_settings({"PATH": "/bin"}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VENTANILLA_DATABASE_URL", "mysql://x"),
        ("VENTANILLA_LOCAL", "perhaps"),
        ("VENTANILLA_SESSION_IDLE_MINUTES", "0"),
        ("VENTANILLA_SESSION_IDLE_MINUTES", "ten"),
        ("VENTANILLA_FOLIO_MASK", "PHM-{year}"),
        ("VENTANILLA_FOLIO_MASK", "PHM-{check}-{year}-{number:06d}"),
        ("VENTANILLA_FOLIO_MASK", "PHM-{year}-{number}-{check}"),
        ("VENTANILLA_FOLIO_MASK", "Ñ-{year}-{number:06d}-{check}"),
        ("VENTANILLA_PUBLIC_URL", "ventanilla"),
        ("VENTANILLA_PUBLIC_URL", "http://ventanilla.example"),
        ("VENTANILLA_LOCALE", "fr"),
        ("VENTANILLA_SESION_HOURS", "3"),
    ],
)
def test_a_wrong_or_unknown_setting_stops_with_its_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        load_settings({name: value})


def test_plain_http_is_for_this_machine_only() -> None:
    settings = load_settings({"VENTANILLA_LOCAL": "1", "VENTANILLA_PUBLIC_URL": "http://127.0.0.1:8001/"})
    assert settings.public_url == "http://127.0.0.1:8001"


def test_legal_basis_is_empty_until_somebody_who_knows_fills_it() -> None:
    assert Settings().legal_basis == ()
    assert load_settings({"VENTANILLA_LEGAL_BASIS": "Uno | Dos"}).legal_basis == ("Uno", "Dos")


def test_every_setting_is_explained_and_invented_values_are_marked() -> None:
    for name, default, about in settings_table():
        assert name.startswith("VENTANILLA_")
        assert about.endswith(".")
        if default.startswith(EXAMPLE):
            assert "Example value" in about


def test_a_mask_may_leave_out_the_letter_that_says_digits() -> None:
    mask = load_settings({"VENTANILLA_FOLIO_MASK": "PHM-{year}-{number:06}-{check}"}).folio_mask
    folio = make_folio(mask, 2026, 7)
    assert folio.startswith("PHM-2026-000007-")
    assert read_folio(mask, folio).number == 7

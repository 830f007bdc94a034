"""An imported service as the desk reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from referral.access.identity import Identity, Role
from referral.infra.db import Database
from referral.infra.work import serving
from tests.desk_browser import DeskBrowser
from tests.hsds.packages import ORG, SERVICE, TIDY, bring, write


def test_the_page_names_the_source_and_says_what_only_words_say(
    database: Database,
    make_identity: Callable[..., Identity],
    sign_in: Callable[[Identity], DeskBrowser],
    tmp_path: Path,
) -> None:
    files = {
        **TIDY,
        "schedules.csv": f"id,service_id,description\nh1,{SERVICE},Sólo con cita\n",
        "required_documents.csv": f"id,service_id,document\nd1,{SERVICE},Carta de la escuela\n",
    }
    gone = {**TIDY, "services.csv": f"id,organization_id,name,status\nx,{ORG},Otro,active\n"}
    with serving(database):
        bring(write(tmp_path / "p", files), name="Guía de prueba")
    browser = sign_in(make_identity(database, Role.CASEWORKER))
    page = browser.get(f"/directorio/{SERVICE}")
    assert page.h1 == "Comedor"
    for text in (
        "Verifique antes de usar: dato de 2025-03-01",
        "(Guía de prueba)",
        "Sólo como información",
        "Sólo con cita",
        "Carta de la escuela",
        "Calle de Prueba 1",
    ):
        assert text in page.text, text
    assert "Comedor" not in browser.get("/directorio?q=comedor").text
    assert "Comedor" in browser.get("/directorio?q=comedor&todo=1").text
    with serving(database):
        bring(write(tmp_path / "p", gone), name="Guía de prueba")
    assert "Su fuente ya no lo incluye desde el 20 de noviembre de 2026." in browser.get(f"/directorio/{SERVICE}").text

"""The commands: seal, verify, and the last steps of the night."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from referral.app import open_installation
from referral.cli import cli
from referral.infra.settings import load_settings
from referral.infra.tables import metadata


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    home = tmp_path / "home"
    monkeypatch.setenv("VENTANILLA_HOME", str(home))
    monkeypatch.setenv("VENTANILLA_AUDIT_FILE", str(tmp_path / "elsewhere" / "seals.txt"))
    home.mkdir()
    runner = CliRunner()
    assert runner.invoke(cli, ["keys", "new"]).exit_code == 0
    database = open_installation(load_settings())
    metadata().create_all(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
    database.engine.dispose()
    added = ["staff", "add", "ana", "--name", "Ana Prueba", "--role", "caseworker", "--desk", "Mesa Centro"]
    assert runner.invoke(cli, added).exit_code == 0
    return runner


def test_the_night_seals_and_checks_and_a_tampered_row_ends_it_with_1(runner: CliRunner, tmp_path: Path) -> None:
    night = runner.invoke(cli, ["nightly"])
    assert night.exit_code == 0, night.output
    assert "sellos nuevos 1, filas cerradas 2; el último sello es el 1" in night.output
    assert "todo está como se cerró (sellos 1, filas 2)" in night.output
    with closing(sqlite3.connect(tmp_path / "home" / "ventanilla.db")) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET role = 'dpo' WHERE table_name = 'staff'")
        connection.commit()
    told = runner.invoke(cli, ["audit", "verify"])
    assert told.exit_code == 1
    assert "no dice lo que decía cuando se cerró el sello 1" in told.output
    assert runner.invoke(cli, ["nightly"]).exit_code == 1


def test_a_lost_file_is_begun_again_only_when_that_is_said(runner: CliRunner, tmp_path: Path) -> None:
    assert runner.invoke(cli, ["audit", "seal"]).exit_code == 0
    (tmp_path / "elsewhere" / "seals.txt").unlink()
    refused = runner.invoke(cli, ["audit", "seal"])
    assert refused.exit_code == 1
    assert "Falta el archivo que repite los sellos" in refused.output
    assert "--new-file" in refused.output
    assert runner.invoke(cli, ["audit", "seal", "--new-file"]).exit_code == 0
    assert runner.invoke(cli, ["audit", "verify"]).exit_code == 0

"""The commands: import with its report, export."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from referral.app import open_installation
from referral.cli import cli
from referral.infra.settings import load_settings
from referral.infra.tables import metadata
from tests.hsds.packages import SERVICE, TIDY, read_csv, write


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("VENTANILLA_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    runner = CliRunner()
    assert runner.invoke(cli, ["keys", "new"]).exit_code == 0
    database = open_installation(load_settings())
    metadata().create_all(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
    database.engine.dispose()
    return runner


def test_import_tells_what_it_did_and_export_writes_the_package(runner: CliRunner, tmp_path: Path) -> None:
    bad = {**TIDY, "phones.csv": f"id,service_id,number\np1,{SERVICE},=1+1\n"}
    folder = str(write(tmp_path / "centro", bad))
    rehearsal = runner.invoke(cli, ["directory", "import", folder, "--dry-run"])
    assert rehearsal.exit_code == 0, rehearsal.output
    assert "centro: 7 cambios. No se escribió nada: era un ensayo." in rehearsal.output
    first = runner.invoke(cli, ["directory", "import", folder, "--report", str(tmp_path / "r.csv")])
    assert "centro: 7 cambios." in first.output
    assert "[no entró] phones.csv:2 phone p1 number: El teléfono no tiene número." in first.output
    report = (tmp_path / "r.csv").read_text("utf-8-sig")
    assert "schedules.csv,2,schedule,h1,con arreglo,description,lunes a viernes 9 a 17 h," in report
    again = runner.invoke(cli, ["directory", "import", folder])
    assert "centro: 0 cambios." in again.output
    assert (tmp_path / "home" / "import-report.csv").exists()
    out = runner.invoke(cli, ["directory", "export", "hsds", str(tmp_path / "out")])
    assert out.exit_code == 0, out.output
    assert "service 1" in out.output
    assert [row["name"] for row in read_csv(tmp_path / "out" / "services.csv")] == ["Comedor"]


def test_refusals_are_one_sentence(runner: CliRunner, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "centro", TIDY))
    own = runner.invoke(cli, ["directory", "import", folder, "--own"])
    assert (own.exit_code, own.output) == (
        1,
        "Error: El paquete no es una exportación de Ventanilla. Impórtelo sin --own.\n",
    )
    (tmp_path / "vacio").mkdir()
    empty = runner.invoke(cli, ["directory", "import", str(tmp_path / "vacio")])
    assert empty.exit_code == 1
    assert "no hay archivos CSV ni JSON" in empty.output

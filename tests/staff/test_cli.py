"""Accounts from the command line, on an installation of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from referral.app import open_installation
from referral.cli import cli
from referral.infra.settings import load_settings
from referral.staff.models import Staff


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("VENTANILLA_HOME", str(tmp_path))
    runner = CliRunner()
    for words in (["keys", "new"], ["db", "upgrade"], ["directory", "load"]):
        assert runner.invoke(cli, words).exit_code == 0
    return runner


def test_a_partner_account_belongs_to_an_organisation_of_the_directory(runner: CliRunner) -> None:
    add = ["staff", "add", "aliada", "--name", "Cuenta de prueba", "--role", "partner", "--organization"]
    unknown = runner.invoke(cli, [*add, "NADIE"])
    assert unknown.exit_code == 1
    assert "NADIE" in unknown.output
    assert runner.invoke(cli, [*add, "STYFE"]).exit_code == 0
    database = open_installation(load_settings())
    with database.session(writing=False) as session:
        assert session.scalars(select(Staff)).one().organization_id is not None
    database.engine.dispose()


def test_a_partner_account_without_an_organisation_is_refused_in_a_sentence(runner: CliRunner) -> None:
    refused = runner.invoke(cli, ["staff", "add", "aliada", "--name", "Prueba", "--role", "partner"])
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
    assert "institución" in refused.output


def test_what_runs_at_night_and_after_an_upgrade_runs_on_an_empty_desk(runner: CliRunner) -> None:
    forgotten = runner.invoke(cli, ["people", "forget"])
    assert "0 merges" in forgotten.output
    night = runner.invoke(cli, ["nightly"])
    assert "0 merges" in night.output
    assert "Looked at 0 files" in night.output
    filed = runner.invoke(cli, ["people", "reindex"])
    assert filed.output.endswith(": 0.\n")

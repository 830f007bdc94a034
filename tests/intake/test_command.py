"""The command, and a run that is killed halfway."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from referral.access.identity import Identity
from referral.cli import cli
from referral.infra.crypto import Vault, load_keys, make_key_file
from referral.infra.db import Database, open_database
from referral.infra.tables import metadata
from referral.intake.models import IntakeRow
from referral.kernel.clock import FixedClock
from referral.people.models import Person
from tests.conftest import NOW
from tests.factories.lists import ALIKE, HONDURAN, keep, sheet
from tests.factories.people import register
from tests.intake.test_register import go, people_count

MakeIdentity = Callable[..., Identity]

GIVEN = "Ana Berta Carla Delia Elsa Flor Gina Hilda Irma Juana Karla Lilia Marta Nora Olga Paula".split()
SURNAMES = "Aguilar Bonilla Castro Duarte Escobar Funes Galeas Henríquez Izaguirre".split()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An installation of its own, as the command finds it."""
    monkeypatch.setenv("VENTANILLA_HOME", str(tmp_path))
    monkeypatch.setenv("VENTANILLA_LOCAL", "1")
    make_key_file(tmp_path / "keys.json")
    address = f"sqlite:///{tmp_path / 'ventanilla.db'}"
    database = open_database(address, Vault(load_keys(tmp_path / "keys.json")), FixedClock(NOW))
    metadata().create_all(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
    return database


def run(*words: str) -> str:
    told = CliRunner().invoke(cli, ["people", "import", *words])
    assert told.exit_code == 0, told.output
    return told.output


def test_the_preview_names_for_every_row_the_best_matches_with_score_and_reasons(
    installed: Database, make_identity: MakeIdentity, tmp_path: Path
) -> None:
    register(installed, make_identity(installed))
    rows = [ALIKE, HONDURAN, {**HONDURAN, "surname1": "Mejia"}, {**HONDURAN, "given": "Eva", "birth": "1994-13"}]
    (tmp_path / "lista.csv").write_bytes(sheet(rows))
    run(str(tmp_path / "lista.csv"), "--preview", str(tmp_path / "out.csv"))
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["estado"] for row in found] == ["Quizá ya está", "Por registrar", "Quizá ya está", "Por corregir"]
    assert found[0]["nombre en el expediente 1"] == "Marie-Ange Joseph"
    assert float(found[0]["puntaje 1"]) > 10
    assert found[0]["fuerza 1"] == "fuerte"
    assert "misma fecha de nacimiento" in found[0]["razones 1"]
    assert found[2]["misma lista: fila"] == "3"
    assert "Escriba el mes con número" in found[3]["por corregir"]
    assert people_count(installed) == 1
    assert (tmp_path / "out.csv").stat().st_mode & 0o077 == 0


def test_it_registers_what_is_sure_and_leaves_the_rest_to_the_desk(
    installed: Database, make_identity: MakeIdentity, tmp_path: Path
) -> None:
    register(installed, make_identity(installed))
    (tmp_path / "lista.csv").write_bytes(sheet([ALIKE, HONDURAN]))
    told = run(str(tmp_path / "lista.csv"), "--register", "--desk", "Mesa Centro", "--notice", "printed")
    assert "Registradas: 1." in told
    again = run(str(tmp_path / "lista.csv"), "--register", "--desk", "Mesa Centro")
    assert "Registradas: 0." in again  # whoever is on file by now is asked about
    assert people_count(installed) == 2


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        (b"\x89PNG\0", ("--preview", "o.csv"), "no se puede leer"),
        (sheet([HONDURAN]), ("--register", "--desk", "Otra"), "no desk"),
        (sheet([HONDURAN]), (), "preview"),
    ],
)
def test_what_cannot_be_done_ends_in_a_sentence(
    installed: Database, tmp_path: Path, content: bytes, words: tuple[str, ...], said: str
) -> None:
    (tmp_path / "lista.csv").write_bytes(content)
    told = CliRunner().invoke(cli, ["people", "import", str(tmp_path / "lista.csv"), *words])
    assert told.exit_code == 1
    assert said in told.output


ROOT = Path(__file__).parents[2]
RUN = """
import sys, uuid
from pathlib import Path
from referral.infra.crypto import Vault, load_keys
from referral.infra.db import open_database
from referral.infra.tables import metadata
from referral.infra.work import serving
from referral.intake.running import register_some
from referral.kernel.clock import SystemClock
import referral.app
home, batch = Path(sys.argv[1]), uuid.UUID(sys.argv[2])
vault = Vault(load_keys(home / "keys.json"))
database = open_database(f"sqlite:///{home / 'ventanilla.db'}", vault, SystemClock())
metadata()
print("ready", flush=True)
with serving(database):
    register_some(batch, seconds=300)
"""


def test_killed_halfway_it_goes_on_and_doubles_nobody(
    installed: Database, make_identity: MakeIdentity, tmp_path: Path
) -> None:
    desk = make_identity(installed)
    people = [
        {
            **HONDURAN,
            "given": f"{given} {surname[::-1].title()}",
            "surname1": surname,
            "birth": f"{1950 + place}",
            "phone": f"55555{place:05d}",
        }
        for place, (given, surname) in enumerate((given, surname) for given in GIVEN for surname in SURNAMES[:4])
    ]
    family = {"family": "1", "phone": "5555551111"}
    people[10:13] = [
        {**people[10], **family, "relation": "jefa"},
        {**people[11], **family, "relation": "hermana"},
        {**people[12], **family, "relation": "hermana"},
    ]
    batch = keep(installed, desk, people)
    installed.engine.dispose()
    for _time in range(3):  # each run is stopped in the middle of its work
        before = people_count(installed)
        worker = subprocess.Popen(
            [sys.executable, "-c", RUN, str(tmp_path), str(batch)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert worker.stdout is not None
        worker.stdout.readline()
        until = time.monotonic() + 60
        while people_count(installed) < before + 5 and time.monotonic() < until and worker.poll() is None:
            time.sleep(0.005)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        with installed.session(writing=False) as session:
            rows = session.scalar(select(func.count()).where(IntakeRow.person_ref.is_not(None)))
            assert rows == people_count(installed)
    assert 5 <= people_count(installed) < len(people)
    go(installed, desk, batch)
    with installed.session(writing=False) as session:
        became = session.scalars(select(IntakeRow.person_ref).where(IntakeRow.person_ref.is_not(None))).all()
        assert len(became) == len(set(became)) == session.scalar(select(func.count()).select_from(Person))
        left = session.execute(select(IntakeRow.number, IntakeRow.state).where(IntakeRow.person_ref.is_(None))).all()
    assert left == []

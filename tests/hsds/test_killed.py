"""An import that is killed in the middle leaves the directory as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from referral.infra.crypto import Vault
from referral.infra.db import Database, open_database
from referral.infra.work import serving
from referral.kernel.clock import FixedClock
from tests.hsds.packages import ORG, TIDY, bring, everything, write

_PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from referral.hsds.actions import finishing
from referral.infra.crypto import Keys, Vault
from referral.infra.db import open_database
from referral.infra.tables import metadata
from referral.infra.work import serving
from referral.kernel.clock import FixedClock
from tests.hsds.packages import bring

def wait(_doing):
    print("written", flush=True)
    sys.stdin.read()

metadata()  # as every command does: each table must know those that it points at
finishing.draw_places = wait  # every row is written by then, and nothing is committed
vault = Vault(Keys(wrapping=(b"w" * 32,), index=b"i" * 32, cookie=b"c" * 32))
database = open_database(sys.argv[1], vault, FixedClock(datetime(2026, 11, 21, 17, 0, tzinfo=UTC)))
with serving(database):
    bring(Path(sys.argv[2]))
"""


def test_a_killed_import_leaves_the_old_directory(
    sqlite: Database, tmp_path: Path, vault: Vault, clock: FixedClock
) -> None:
    with serving(sqlite):
        bring(write(tmp_path / "p", TIDY))
    before = everything(sqlite)
    sqlite.engine.dispose()
    more = "".join(f"n{number},{ORG},Servicio {number},,active,,\n" for number in range(500))
    newer = {
        **TIDY,
        "services.csv": TIDY["services.csv"].replace("Comedor", "Otro nombre") + more,
        "phones.csv": "id,service_id,number\n",
    }
    folder = write(tmp_path / "newer", newer)
    command = [sys.executable, "-c", _PROGRAM, str(sqlite.engine.url), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as job:
        assert job.stdout is not None
        assert job.stdout.readline() == b"written\n"
        os.kill(job.pid, signal.SIGKILL)
        job.wait()
    again = open_database(str(sqlite.engine.url), vault, clock)
    assert everything(again) == before
    with serving(again):
        assert bring(folder).tables["service"].added == 500
    again.engine.dispose()


@pytest.mark.slow
def test_thousands_of_services_come_in_reasonable_time(sqlite: Database, tmp_path: Path) -> None:
    services = "".join(f"n{number},{ORG},Servicio {number},Texto,active,,\n" for number in range(3000))
    phones = "".join(f"t{number},n{number},55 5555 {number:04d}\n" for number in range(3000))
    folder = write(
        tmp_path / "p",
        {
            "organizations.csv": TIDY["organizations.csv"],
            "services.csv": TIDY["services.csv"].splitlines()[0] + "\n" + services,
            "phones.csv": "id,service_id,number\n" + phones,
        },
    )
    with serving(sqlite):
        started = time.monotonic()
        assert bring(folder).changes == 6001
        took = time.monotonic() - started
        assert bring(folder).changes == 0
    assert took < 30  # some 4 s on a quiet machine

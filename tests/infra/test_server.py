"""What a serving process holds: nothing that only a command or a rare request needs; its own code is left alone."""

from __future__ import annotations

import subprocess
import sys

# Found by measuring: together they were a fifth of the memory of a server that nobody had asked for a spreadsheet.
RARE = ("alembic", "lxml", "openpyxl", "pikepdf", "xlsxwriter")
_SERVER = """
import gc, sys
from pathlib import Path
import referral.cli
from referral.app import create_app
from referral.infra.crypto import make_key_file
from referral.infra.settings import Settings
from referral.infra.web.server import leave_in_peace

settings = Settings(home=Path(sys.argv[1]), local=True)
make_key_file(settings.keys())
create_app(settings)
leave_in_peace()
print(*(name for name in sys.argv[2:] if name in sys.modules), sep=",")
print(gc.get_freeze_count(), gc.get_threshold()[0])
"""


def test_a_server_holds_no_spreadsheets_nor_migrations_and_leaves_its_own_code_alone(tmp_path: object) -> None:
    started = subprocess.run(
        [sys.executable, "-c", _SERVER, str(tmp_path), *RARE], capture_output=True, text=True, check=True, timeout=120
    )
    held, settled = started.stdout.splitlines()
    assert held == "", f"imported when the server starts: {held}. Import it in the function that needs it."
    frozen, young = map(int, settled.split())
    assert frozen > 50_000
    assert young > 700

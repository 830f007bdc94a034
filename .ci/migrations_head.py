"""Run by make test: migrations/HEAD names the one newest revision, so two branches cannot both add one unseen."""

import sys
from pathlib import Path

from alembic.script import ScriptDirectory

FOLDER = Path(__file__).resolve().parents[1] / "migrations"

heads = ScriptDirectory(str(FOLDER)).get_heads()
recorded = (FOLDER / "HEAD").read_text(encoding="utf-8").split()
if heads != recorded:
    sys.exit(f"migrations/HEAD holds {recorded or 'nothing'} but the newest is {heads}: keep one head and record it.")

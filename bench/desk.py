"""Serves the desk for the measurement, in a process of its own. Run as `python -m bench.desk HOME PORT`."""

from __future__ import annotations

import sys
from logging import ERROR, getLogger
from pathlib import Path

from referral.app import create_app
from referral.infra.settings import Settings
from referral.infra.web.server import serve_desk

if __name__ == "__main__":
    getLogger("waitress.queue").setLevel(ERROR)  # eight clients are meant to queue
    settings = Settings(home=Path(sys.argv[1]), local=True, demo=True, session_idle_minutes=240)
    serve_desk(create_app(settings), "127.0.0.1", int(sys.argv[2]))

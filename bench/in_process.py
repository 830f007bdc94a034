"""The same requests without a network: how many statements each sends, and how long it takes. Used by __main__.py."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import event

from bench.clients import FORM, Ask
from referral.app import create_app
from referral.infra.settings import Settings

MOST = 25  # requests for one number
_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


class Inside:
    """The application in this process, over the same database."""

    def __init__(self, home: Path) -> None:
        self.app: Flask = create_app(Settings(home=home, local=True, demo=True, session_idle_minutes=240))
        self.counted = 0
        event.listen(self.app.extensions["ventanilla.database"].engine, "before_cursor_execute", self._count)

    def measure(self, cookies: str, asks: Sequence[Ask]) -> tuple[int, float]:
        """Most statements of a request after the first, and the median time in milliseconds."""
        client = self.app.test_client(use_cookies=False)
        counts, times = [], []
        for wanted in asks[:MOST]:
            self.counted = 0
            before = time.perf_counter()
            if wanted.boxes is None:
                client.get(wanted.path, headers={"Cookie": cookies})
            else:
                client.post(wanted.path, data=urlencode(wanted.boxes), content_type=FORM, headers={"Cookie": cookies})
            times.append((time.perf_counter() - before) * 1000)
            counts.append(self.counted)
        return (max(counts[1:]), median(times[1:])) if len(counts) > 1 else (0, float("nan"))

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.counted += not statement.startswith(_NOT_COUNTED)

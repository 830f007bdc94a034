"""Counts the statements a page sends, so that none grows with what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from referral.infra.db import Database


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that the block sends, without BEGIN and COMMIT."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not re.match(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|SHOW|PRAGMA", statement.lstrip(), re.IGNORECASE):
            sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)

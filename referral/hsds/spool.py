"""Rows of a package by table, on disk while they are read and judged, so that memory does not grow with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO


class Spool:
    """Files in `folder`, one a table, written once and then read as often as needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, TextIO] = {}
        folder.mkdir()

    def add(self, table: str, *row: Any) -> None:
        """Append a row."""
        file = self._open.get(table)
        if file is None:
            file = self._open[table] = (self._folder / f"{table}.jsonl").open("w", encoding="utf-8")
        file.write(json.dumps(row) + "\n")  # all ASCII: half a sign, as damaged JSON holds them, does no harm

    def rows(self, table: str) -> Iterator[list[Any]]:
        """Every row of a table, in the order added."""
        if table in self._open:
            self._open[table].flush()
            with (self._folder / f"{table}.jsonl").open(encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)

    def close(self) -> None:
        """Close the files; what they hold stays until the folder goes."""
        for file in self._open.values():
            file.close()

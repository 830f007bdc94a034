"""What travels while a package is read: rows, findings, the report. Used by every file of the room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Values = dict[str, Any]


class Grade(StrEnum):
    """What became of a row or value: left out, put right, or kept although somebody should look."""

    DROPPED = "dropped"
    REPAIRED = "repaired"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as its file has it. `line` counts from 1; `nested` is set for what stood inside another JSON object."""

    file: str
    line: int
    table: str
    values: Values
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell about one row, value or file. `reason` is a code of rules.reasons.Reason."""

    grade: Grade
    reason: str
    file: str
    line: int = 0
    table: str = ""
    id: str = ""
    field: str = ""
    value: str = ""


@dataclass(slots=True)
class TableCount:
    """What an import did in one table."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0
    removed: int = 0


@dataclass(slots=True)
class ImportReport:
    """Everything there is to tell about an import: counts by table, findings, whether anything was written."""

    source: str
    dry_run: bool = False
    tables: dict[str, TableCount] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """Rows added, changed, taken out or newly marked as missing."""
        return sum(one.added + one.changed + one.missing + one.removed for one in self.tables.values())

    def rows_by_grade(self) -> Mapping[Grade, int]:
        """How many rows have at least one finding of each grade."""
        rows = {(one.grade, one.file, one.line, one.table, one.id) for one in self.findings}
        return Counter(row[0] for row in rows)

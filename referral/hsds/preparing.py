"""A package read, upgraded and judged before any transaction is opened. Called by the command and by tests."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from referral.hsds.facts import Finding, RawRow, Values
from referral.hsds.package import entries, raw_rows
from referral.hsds.rules.cleaning import Cleaning, CleanRow
from referral.hsds.rules.reasons import Reason, grade
from referral.hsds.rules.standard import FIELDS, TABLES, Field
from referral.hsds.rules.upgrade import Upgrade
from referral.hsds.rules.values import as_text
from referral.hsds.spool import Spool
from referral.hsds.tables import limits

_INSIDE = {"organization": "parent_organization_id", "taxonomy_term": "parent_id"}  # tables that point at themselves


@dataclass(frozen=True, slots=True)
class Prepared:
    """What can be kept of a package, by table, with what was found on the way. Valid while `prepared` is open."""

    findings: list[Finding]
    own: bool
    _clean: Spool

    def rows(self, table: str) -> Iterator[CleanRow]:
        """The rows of a table, parents before children."""
        for file, line, ident, values, digest in self._clean.rows(table):
            yield CleanRow(file, line, table, ident, values, digest)


@contextmanager
def prepared(path: Path, *, own: bool = False) -> Iterator[Prepared]:
    """Read the package at `path`. `own` says that it is our own export: its texts stay exact and our fields count.

    Raises NotAPackage when there is nothing to read.
    """
    findings: list[Finding] = []
    with TemporaryDirectory(prefix="ventanilla-") as folder:
        raw, clean = Spool(Path(folder, "raw")), Spool(Path(folder, "clean"))
        try:
            _read(path, raw, findings, own=own)
            cleaning = Cleaning(limits(), findings.append, trusted=own)
            for table in TABLES:
                rows = cleaning.table(table, _merged(table, raw, findings))
                for row in _settled(table, list(rows), cleaning) if table in _INSIDE else rows:
                    clean.add(table, row.file, row.line, row.ident, row.values, row.digest)
            yield Prepared(findings, own, clean)
        finally:
            raw.close()
            clean.close()


def _read(path: Path, raw: Spool, findings: list[Finding], *, own: bool) -> None:
    upgrade = Upgrade()
    for entry in entries(path):
        for row in raw_rows(entry, findings.append):
            for table, values in [(row.table, row.values)] if own else upgrade.rows(row.table, row.values):
                raw.add(table, row.file, row.line, values, row.nested)
    for ident in upgrade.left_over():
        _tell(findings, Reason.ORPHAN, RawRow("eligibility", 0, "service", {"id": ident}))


def _merged(table: str, raw: Spool, findings: list[Finding]) -> Iterator[RawRow]:
    """The raw rows of a table. What stands inside several JSON objects comes once, with all that each of them says."""
    times = Counter(as_text(values.get("id")) for _file, _line, values, nested in raw.rows(table) if nested)
    whole: dict[str, Values] = {}
    for file, line, values, _nested in raw.rows(table):
        ident = as_text(values.get("id"))
        if ident and times.get(ident):
            known = whole.setdefault(ident, {})
            told = {name: value for name, value in values.items() if value not in (None, "")}
            fields = FIELDS[table]
            if any(known.get(name, value) != value and not _is_link(fields, name) for name, value in told.items()):
                _tell(findings, Reason.DIFFERS, RawRow(file, line, table, values))
            whole[ident] = {**told, **known}
    for file, line, values, nested in raw.rows(table):
        ident = as_text(values.get("id"))
        if not ident or not times.get(ident):
            yield RawRow(file, line, table, values, nested)
        elif ident in whole:
            yield RawRow(file, line, table, whole.pop(ident), nested)


def _is_link(fields: Mapping[str, Field], name: str) -> bool:
    return name in fields and bool(fields[name].refers)


def _tell(findings: list[Finding], reason: Reason, row: RawRow) -> None:
    ident = as_text(row.values.get("id"))
    findings.append(Finding(grade(reason), reason, row.file, row.line, row.table, ident))


def _settled(table: str, rows: list[CleanRow], cleaning: Cleaning) -> Iterator[CleanRow]:
    """Rows after the one they point at; a parent that is not there, or is its own child, is let go."""
    column = _INSIDE[table]
    waiting: dict[str, list[CleanRow]] = {}
    ready: deque[CleanRow] = deque()
    for row in rows:
        parent = row.values.get(column)
        if parent is None or parent not in cleaning.present[table]:
            ready.append(_freed(row, column, cleaning) if parent else row)
        else:
            waiting.setdefault(str(parent), []).append(row)
    while ready or waiting:
        if not ready:  # a circle: it is opened at one row
            first = next(iter(waiting))
            ready.append(_freed(waiting[first].pop(), column, cleaning))
            if not waiting[first]:
                del waiting[first]
        row = ready.popleft()
        ready += waiting.pop(row.ident, [])
        yield row


def _freed(row: CleanRow, column: str, cleaning: Cleaning) -> CleanRow:
    value = str(row.values.pop(column))
    reason = Reason.LOST_LINK
    cleaning.tell(Finding(grade(reason), reason, row.file, row.line, row.table, row.ident, column, value))
    return row


def source_name(path: Path) -> str:
    """The name a package goes by when nobody gives one: that of its folder or file."""
    path = path.resolve()
    return (path.stem if path.is_file() else path.name)[:40]

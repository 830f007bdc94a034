"""Rows that a newer package no longer has: entries are marked, their details are taken out. Used by importing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from referral.directory.models import Service
from referral.hsds.models import ImportedRow
from referral.hsds.rules.standard import FIELDS, LINKS, TABLES
from referral.hsds.tables import SPECS, Spec
from referral.infra.tables import metadata

if TYPE_CHECKING:
    from referral.hsds.actions.importing import Importing, Known

# Never deleted: somebody may have been sent there, and the next package may have it again.
ENTRIES = frozenset(("organization", "program", "service", "location", "taxonomy", "taxonomy_term", "unit"))
IN_ONE_QUERY = 500


def settle(doing: Importing) -> None:
    """Mark what is gone; take out details (a phone, hours) of entries that are still there."""
    gone = {
        table: {known.row: known for ident, known in doing.known[table].items() if ident not in doing.seen[table]}
        for table in TABLES
    }
    doomed: dict[str, list[Any]] = {table: [] for table in TABLES}
    lost: dict[str, set[uuid.UUID]] = {table: set(gone[table]) for table in TABLES}
    for table in TABLES:
        for refs in _some(list(gone[table])):
            spec = SPECS[table]
            for row in doing.session.scalars(select(spec.model).where(spec.model.id.in_(refs))):
                if table not in ENTRIES and _parents_stay(spec, row, lost) and not _edited(doing, row):
                    doomed[table].append(row)
                    lost[table].discard(row.id)
    for table in reversed(TABLES):
        _take_out(doing, table, doomed[table], gone[table])
        _mark(doing, table, [known for ref, known in gone[table].items() if ref in lost[table]])


def _edited(doing: Importing, row: Any) -> bool:
    return getattr(row, "service_id", None) in doing.edited


def _parents_stay(spec: Spec, row: Any, lost: dict[str, set[uuid.UUID]]) -> bool:
    """Whether everything the row belongs to is still there (or goes with it)."""
    parents = [(known.refers, getattr(row, name)) for name, known in FIELDS[spec.table].items() if known.refers]
    if spec.table in LINKS:
        link, entity = LINKS[spec.table]
        parents.append((getattr(row, entity), getattr(row, link)))
    return all(ref is None or ref not in lost.get(table, ()) for table, ref in parents)


def _take_out(doing: Importing, table: str, rows: list[Any], gone: dict[uuid.UUID, Known]) -> None:
    held = _pointed_at(doing, SPECS[table], [row.id for row in rows])
    records = []
    for row in rows:
        if row.id in held:  # the desk hung something of its own on it
            continue
        doing.touch(table, {name: getattr(row, name) for name in SPECS[table].rows.c.keys()})  # noqa: SIM118
        doing.session.delete(row)
        records.append(gone[row.id].record)
        doing.report.tables[table].removed += 1
    doing.session.flush()
    for some in _some(records):
        doing.session.execute(delete(ImportedRow).where(ImportedRow.id.in_(some)))


def _pointed_at(doing: Importing, spec: Spec, refs: list[uuid.UUID]) -> set[uuid.UUID]:
    """Those of `refs` that some row of the database still points at."""
    held: set[uuid.UUID] = set()
    columns = [
        key.parent
        for table in metadata().tables.values()
        for key in table.foreign_keys
        if key.column.table is spec.rows
    ]
    for some in _some(refs):
        for column in columns:
            held.update(doing.session.scalars(select(column).where(column.in_(some))))
    return held


def _mark(doing: Importing, table: str, rows: list[Known]) -> None:
    fresh = [known for known in rows if not known.missing]
    for some in _some([known.record for known in fresh]):
        for record in doing.session.scalars(select(ImportedRow).where(ImportedRow.id.in_(some))):
            record.missing_on = doing.work.today
            if table == "service" and record.row_id not in doing.edited:
                doing.session.get_one(Service, record.row_id).source_missing_on = doing.work.today
            doing.report.tables[table].missing += 1


def _some(refs: list[uuid.UUID]) -> list[list[uuid.UUID]]:
    return [refs[start : start + IN_ONE_QUERY] for start in range(0, len(refs), IN_ONE_QUERY)]

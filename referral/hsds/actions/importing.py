"""Bring a prepared package into the directory: what is new, changed or gone, in one transaction. Called by the command.

Entries of other origins are never touched, nor what the desk has edited since the last import.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import exists, insert, or_, select
from sqlalchemy.orm import Session

from referral.directory.actions import EDITED
from referral.directory.models import Organization, Service, ServiceAtLocation, Taxonomy
from referral.hsds.actions import finishing, gone
from referral.hsds.actions.mapping import Unmapped, map_needs
from referral.hsds.actions.values import Fill, note
from referral.hsds.facts import ImportReport, TableCount, Values
from referral.hsds.models import ImportedRow, ImportSource
from referral.hsds.preparing import Prepared
from referral.hsds.rules.cleaning import CleanRow
from referral.hsds.rules.reasons import Reason
from referral.hsds.rules.rows import alcaldia_of
from referral.hsds.rules.standard import FIELDS, LINKS, TABLES
from referral.hsds.tables import SPECS, Spec
from referral.infra.audit import AuditEntry
from referral.infra.work import Work, unit_of_work
from referral.kernel.refs import new_ref
from referral.kernel.refusal import Refused

CHUNK = 1000
IN_ONE_QUERY = 500
_KEYED = ("organization", "program", "service", "location", "taxonomy")
_NAMESPACE = uuid.UUID("8d0c2a6e-52f5-5f0a-9a52-6b6a3c1d7e10")


class No(StrEnum):
    """Why nothing is imported at all; labels.py says it."""

    NOT_EMPTY = "not_empty"  # our own export goes only where nothing else is
    NOT_OURS = "not_ours"  # what was said to be our own export is not
    OTHER_KIND = "other_kind"  # the same name was used for our own export, or for somebody else's


@dataclass(frozen=True, slots=True)
class Known:
    """What the last import of a source left of one row."""

    record: uuid.UUID
    row: uuid.UUID
    digest: str
    missing: bool


@dataclass
class Importing:
    """One import under way. Sets of row ids are by table; `refused` holds ids of the source that other origins own."""

    work: Work
    package: Prepared
    source: ImportSource
    fill: Fill
    report: ImportReport
    first: bool
    known: dict[str, dict[str, Known]] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    refused: dict[str, set[str]] = field(default_factory=lambda: {table: set() for table in TABLES})
    edited: set[uuid.UUID] = field(default_factory=set)
    fresh: set[uuid.UUID] = field(default_factory=set)  # services of this very import
    services: set[uuid.UUID] = field(default_factory=set)  # whose card must be drawn again
    fresh_places: set[uuid.UUID] = field(default_factory=set)  # made with their address
    places: set[uuid.UUID] = field(default_factory=set)  # older places whose address may have changed
    unmapped: Unmapped = field(default_factory=Unmapped)

    @property
    def session(self) -> Session:
        """The session of the work."""
        return self.work.session

    def table(self, table: str) -> None:
        """Bring one table."""
        spec, count = SPECS[table], self.report.tables.setdefault(table, TableCount())
        known = self.known[table] = self._last_time(table)
        seen = self.seen[table] = set()
        for rows in _chunks(self.package.rows(table), CHUNK):
            fresh: list[CleanRow] = []
            changed: list[CleanRow] = []
            back: list[uuid.UUID] = []
            for row in rows:
                if not self._belongs(row):
                    continue
                self.unmapped.see(row)
                last = known.get(row.ident)
                if last is not None:
                    seen.add(row.ident)
                    back += [last.record] if last.missing else []
                if last is None:
                    fresh.append(row)
                elif last.digest != row.digest:
                    changed.append(row)
                else:
                    count.unchanged += 1
            self._back(table, back)
            count.added += self._insert(spec, self._free(spec, self._not_edited(fresh)))
            touched = self._update(spec, self._not_edited(changed))
            count.changed += touched
            count.unchanged += len(changed) - touched

    def _last_time(self, table: str) -> dict[str, Known]:
        if self.first:
            return {}
        records = select(
            ImportedRow.external_id, ImportedRow.id, ImportedRow.row_id, ImportedRow.digest, ImportedRow.missing_on
        ).where(ImportedRow.source_id == self.source.id, ImportedRow.table_name == table)
        return {
            row.external_id: Known(row.id, row.row_id, row.digest, row.missing_on is not None)
            for row in self.session.execute(records)
        }

    def _belongs(self, row: CleanRow) -> bool:
        """Whether none of its parents belongs to somebody else; a lesser link to such a one is let go."""
        parents = {name: known for name, known in FIELDS[row.table].items() if known.refers and name in row.values}
        strange = [name for name, known in parents.items() if row.values[name] in self.refused[known.refers]]
        if row.table in LINKS:
            link, entity = LINKS[row.table]
            if row.values[link] in self.refused[row.values[entity]]:
                strange.append(link)
        needed = any(FIELDS[row.table][name].tabular for name in strange) or len(strange) == len(parents)
        if strange and needed:
            note(self.report, row, Reason.OTHER_ORIGIN, strange[0])
            self.refused[row.table].add(row.ident)
            return False
        for name in strange:
            note(self.report, row, Reason.LOST_LINK, name, row.values.pop(name))
        return True

    def _not_edited(self, rows: list[CleanRow]) -> list[CleanRow]:
        """Without the rows of services that the desk has edited since; each import tells them again."""
        if not self.edited:
            return rows
        kept = []
        for row in rows:
            ident = row.ident if row.table == "service" else row.values.get("service_id", "")
            if ident and self.fill.ref("service", ident) in self.edited:
                note(self.report, row, Reason.DESK_EDITED)
            else:
                kept.append(row)
        return kept

    def _free(self, spec: Spec, rows: list[CleanRow]) -> list[CleanRow]:
        """Without the rows whose id is already in the directory, from another origin."""
        refs = {self.fill.ref(row.table, row.ident): row for row in rows}
        for some in _chunks(iter(refs), IN_ONE_QUERY):
            for ref in self.session.scalars(select(spec.rows.c.id).where(spec.rows.c.id.in_(some))):
                row = refs[ref]
                note(self.report, row, Reason.OTHER_ORIGIN)
                self.refused[row.table].add(row.ident)
        return [row for row in rows if row.ident not in self.refused[row.table]]

    def _insert(self, spec: Spec, rows: list[CleanRow]) -> int:
        if not rows:
            return 0
        made = [self.fill.new(spec, row) for row in rows]
        self.session.execute(insert(spec.rows), made)
        self.session.execute(
            insert(ImportedRow.__table__),  # type: ignore[arg-type]
            [
                {
                    "id": new_ref(),
                    "source_id": self.source.id,
                    "table_name": spec.table,
                    "external_id": row.ident,
                    "row_id": values["id"],
                    "digest": row.digest,
                    "missing_on": None,
                }
                for row, values in zip(rows, made, strict=True)
            ],
        )
        if spec.model.__audited__:
            self.session.execute(insert(AuditEntry.__table__), [_entry(self.work, spec, one) for one in made])  # type: ignore[arg-type]
        for values in made:
            if spec.table == "service":
                self.fresh.add(values["id"])
            if spec.table == "location":
                self.fresh_places.add(values["id"])
            self.touch(spec.table, values)
        return len(made)

    def _update(self, spec: Spec, rows: list[CleanRow]) -> int:
        known = self.known[spec.table]
        by_row = {known[row.ident].row: row for row in rows}
        done = 0
        for refs in _chunks(iter(by_row), IN_ONE_QUERY):
            found = {one.id: one for one in self.session.scalars(select(spec.model).where(spec.model.id.in_(refs)))}
            for ref in refs:
                row, entry = by_row[ref], found.get(ref)
                if entry is None:  # the desk took it out
                    note(self.report, row, Reason.DESK_EDITED)
                    continue
                self.touch(spec.table, {name: getattr(entry, name) for name in spec.rows.c.keys()})  # noqa: SIM118
                values = self.fill.update(spec, row)
                for name, value in values.items():
                    setattr(entry, name, value)
                self.touch(spec.table, {"id": ref, **values})
                self.session.get_one(ImportedRow, known[row.ident].record).digest = row.digest
                done += 1
            self.session.flush()
        return done

    def _back(self, table: str, records: list[uuid.UUID]) -> None:
        for some in _chunks(iter(records), IN_ONE_QUERY):
            for record in self.session.scalars(select(ImportedRow).where(ImportedRow.id.in_(some))):
                record.missing_on = None
                if table == "service" and record.row_id not in self.edited:
                    self.session.get_one(Service, record.row_id).source_missing_on = None
                self.report.tables[table].changed += 1

    def touch(self, table: str, values: Values) -> None:
        """Note which cards and places must be drawn again because of a row."""
        if table == "service":
            self.services.add(values["id"])
        elif values.get("service_id"):
            self.services.add(values["service_id"])
        if table == "attribute" and values.get("link_entity") == "service":
            self.services.add(values["link_id"])
        if table in {"address", "location"}:
            place = values["id" if table == "location" else "location_id"]
            self.places |= {place} - self.fresh_places


class _Undo(Exception):
    """Ends the transaction of a rehearsal."""


def import_package_once(package: Prepared, *, name: str, dry_run: bool = False) -> ImportReport:
    """`import_package` in a transaction of its own, which a dry run takes back after doing everything."""
    report = ImportReport(name)
    try:
        with unit_of_work("hsds.import") as work:
            report = import_package(work, package, name=name)
            report.dry_run = dry_run
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    return report


def import_package(work: Work, package: Prepared, *, name: str) -> ImportReport:
    """Bring a package of the source `name`. Its entries stay out of referrals until somebody of the desk says so.

    Refused(No...) when our own export would meet another directory, or the name is of another kind of source.
    """
    source = work.session.scalar(select(ImportSource).where(ImportSource.name == name))
    if source is not None and source.own != package.own:
        raise Refused(No.OTHER_KIND, name=name)
    if package.own and not all("x_key" in row.values for table in _KEYED for row in package.rows(table)):
        raise Refused(No.NOT_OURS, name=name)
    first = source is None
    if source is None:
        source = ImportSource(name=name, own=package.own, imported_at=work.now)
        work.session.add(source)
        work.session.flush()
    if package.own and _others(work.session, source):
        raise Refused(No.NOT_EMPTY, name=name)
    report = ImportReport(source=name, findings=list(package.findings))
    fill = Fill(uuid.uuid5(_NAMESPACE, name), name, package.own, work.now, work.today, _addresses(package))
    doing = Importing(work, package, source, fill, report, first)
    if not first and not package.own:
        doing.edited = _edited(work.session, source)
    for table in TABLES:
        doing.table(table)
    if not first:
        gone.settle(doing)
        at_places = select(ServiceAtLocation.service_id)
        for places in _chunks(iter(doing.places), IN_ONE_QUERY):
            doing.services.update(work.session.scalars(at_places.where(ServiceAtLocation.location_id.in_(places))))
    map_needs(doing)
    finishing.draw_places(doing)
    finishing.draw_cards(doing)
    if report.changes:
        source.imported_at = work.now
    return report


def _addresses(package: Prepared) -> dict[str, Values]:
    """The first street address of each place, by the place's id in the source; `alcaldia` is told from it."""
    found: dict[str, Values] = {}
    for row in package.rows("address"):
        place = row.values["location_id"]
        if row.values.get("address_type") == "physical" and place not in found:
            found[place] = {
                "address_1": row.values.get("address_1", ""),
                "postal_code": str(row.values.get("postal_code", ""))[:10],
                "alcaldia": alcaldia_of(row.values),
            }
    return found


def _edited(session: Session, source: ImportSource) -> set[uuid.UUID]:
    """Services of the source that the desk edited, or that anybody changed since its last import."""
    ours = select(ImportedRow.row_id).where(ImportedRow.source_id == source.id, ImportedRow.table_name == "service")
    changed = or_(Service.digest == EDITED, Service.last_modified > source.imported_at)
    return set(session.scalars(select(Service.id).where(Service.id.in_(ours), changed)))


def _others(session: Session, source: ImportSource) -> bool:
    """Whether the directory holds anything that did not come from this source."""
    ours = select(ImportedRow.row_id).where(ImportedRow.source_id == source.id)
    return any(
        session.scalar(select(exists().where(model.id.not_in(ours)))) for model in (Organization, Service, Taxonomy)
    )


def _entry(work: Work, spec: Spec, values: dict[str, Any]) -> dict[str, Any]:
    """What the session's listener would write for a row; rows of an import go in by the thousand, past the listener."""
    identity = work.identity
    return {
        "id": new_ref(),
        "at": work.now,
        "staff_id": identity.staff if identity else None,
        "desk_id": identity.desk if identity else None,
        "role": identity.role.value if identity else "system",
        "action": work.action,
        "verb": "insert",
        "table_name": spec.rows.name,
        "row_id": str(values["id"]),
        "person_id": None,
        "fields": sorted(name for name, value in values.items() if value not in (None, "")),
    }


def _chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while some := list(islice(rows, size)):
        yield some

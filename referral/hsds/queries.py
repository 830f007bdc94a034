"""Reads of the room: the directory as rows and as full objects of HSDS 3.1, without confidential places.

Used by the export and, for the public API, by `answers`.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from referral.directory.facts import PROVISIONAL
from referral.directory.models import Location, Service, ServiceAtLocation, Taxonomy
from referral.directory.own_terms import is_own_taxonomy
from referral.hsds.facts import Values
from referral.hsds.rules.nesting import compile_object
from referral.hsds.rules.public import WITHHELD, WITHHELD_TABLES
from referral.hsds.rules.standard import FIELDS, LINKS, LISTS, SINGLES, TABLES
from referral.hsds.tables import BLANKS, SPECS, told

AT_ONCE = 200
_STOPGAP = {
    "country": "MX",
    "postal_code": "00000",
    "address_type": "physical",
    "identifier_type": "id",
    "last_action_date": "1900-01-01",
}


@dataclass(frozen=True)
class Export:
    """What an export may tell. `hidden` are ids of confidential places and of what belongs to them alone.

    A `public` one hides confidential and unreviewed services too, and what rules.public withholds.
    """

    session: Session
    hidden: frozenset[uuid.UUID]
    taxonomies: dict[uuid.UUID, tuple[str, str]]  # our name and the title of each
    public: bool = False
    _fixed: dict[str, Any] = field(default_factory=dict)


def open_export(session: Session, *, public: bool = False) -> Export:
    """Find out what must stay inside: places of confidential services, and confidential places."""
    of_refuges = (
        select(ServiceAtLocation.location_id)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .where(Service.confidential.is_(True))
    )
    places = set(session.scalars(select(Location.id).where(or_(Location.confidential, Location.id.in_(of_refuges)))))
    hidden = set(places)
    if public:
        apart = or_(Service.confidential.is_(True), Service.source == PROVISIONAL)
        hidden.update(session.scalars(select(Service.id).where(apart)))
    # What belongs to nothing but hidden rows is hidden with them: first links to services, then contacts, phones.
    for table in TABLES:
        parents = [name for name, known in FIELDS[table].items() if known.refers]
        if table in _APART or not parents:
            continue
        above = [SPECS[table].rows.c[name] for name in parents]
        for some in _some(sorted(hidden)):
            near = select(SPECS[table].rows.c.id, *above).where(or_(*(one.in_(some) for one in above)))
            for ref, *held_by in session.execute(near):
                if table in _OF_PLACE or all(one is None or one in hidden for one in held_by):
                    hidden.add(ref)
    names = {
        row.id: (row.name, row.title) for row in session.execute(select(Taxonomy.id, Taxonomy.name, Taxonomy.title))
    }
    return Export(session, frozenset(hidden), names, public)


_APART = {"organization", "program", "service", "taxonomy", "taxonomy_term", "unit"}
_OF_PLACE = {"service_at_location", "address", "accessibility"}


def rows(export: Export, table: str) -> Iterator[Values]:
    """Every row of a table in the form of the standard, by id, with our own fields as `x_...`."""
    spec = SPECS[table]
    statement = select(spec.rows).order_by(spec.rows.c.id).execution_options(yield_per=1000)
    yield from _told(export, table, statement)


def objects(export: Export, table: str, refs: Collection[uuid.UUID]) -> list[Values]:
    """Some hundreds of full objects of a table, everything inside them, in the order of `refs`."""
    found = _Found(export)
    spec = SPECS[table]
    found.add(table, select(spec.rows).where(spec.rows.c.id.in_(list(refs))))
    found.gather()
    return found.compiled(table, refs)


def briefs(export: Export, table: str, refs: Collection[uuid.UUID]) -> list[Values]:
    """The same with only what each object points at (its institution, its place), none of its lists."""
    found = _Found(export)
    spec = SPECS[table]
    found.add(table, select(spec.rows).where(spec.rows.c.id.in_(list(refs))))
    found.beside(table)
    return found.compiled(table, refs)


def links(export: Export, refs: Collection[uuid.UUID]) -> list[Values]:
    """Full service_at_location objects: as `objects`, with their services too."""
    found = _Found(export)
    rows_of = SPECS["service_at_location"].rows
    found.add("service_at_location", select(rows_of).where(rows_of.c.id.in_(list(refs))))
    found.gather()
    found.beside("service_at_location")
    return found.compiled("service_at_location", refs)


def all_objects(export: Export, table: str) -> Iterator[Values]:
    """Full objects of a whole table, by id, some hundreds at a time."""
    ids = SPECS[table].rows.c.id
    refs = [ref for ref in export.session.scalars(select(ids).order_by(ids)) if ref not in export.hidden]
    for some in _some(refs):
        yield from objects(export, table, some)


def _told(export: Export, table: str, statement: Select[Any]) -> Iterator[Values]:
    spec = SPECS[table]
    names = {**spec.columns, **spec.own}
    for row in export.session.execute(statement).mappings():
        if row["id"] in export.hidden:
            continue
        if table in LINKS and row[LINKS[table][0]] in export.hidden:
            continue
        values = {
            name: None if row[attribute] in export.hidden else told(row[attribute])
            for name, attribute in names.items()
            if not isinstance(row[attribute], list) and not (export.public and (table, name) in WITHHELD)
        }
        yield _finished(export, table, row, values)


def _finished(export: Export, table: str, row: Any, values: Values) -> Values:
    if table == "taxonomy_term":
        name, title = export.taxonomies[row["taxonomy_id"]]
        values["taxonomy"] = title or name
        if is_own_taxonomy(name) and row["code"]:  # a code must be the only one of the package
            values["code"] = f"{name}:{row['code']}"
    if table == "schedule":
        for name in ("opens_at", "closes_at"):
            values[name] = f"{values[name]}:00" if len(str(values[name])) == 5 else values[name]
    blank = [
        name
        for name, known in FIELDS[table].items()
        if known.tabular and not known.refers and values.get(name) in (None, "")
    ]
    for name in blank:  # the standard wants them filled
        values[name] = _STOPGAP.get(name) or values.get("name") or values.get("code") or "-"
    values[BLANKS] = " ".join(blank)
    return {name: value for name, value in values.items() if value is not None}


class _Found:
    """Rows around some objects: lists inside them, what they point at, and so on inwards."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self.rows: dict[str, list[Values]] = defaultdict(list)
        self._seen: set[tuple[str, str]] = set()
        self._index: dict[tuple[str, str], dict[str, list[Values]]] = {}
        self._todo: list[tuple[str, list[Values]]] = []

    def add(self, table: str, statement: Select[Any]) -> None:
        """Fetch rows, leaving out those fetched before."""
        fresh = []
        for row in _told(self._export, table, statement.order_by(SPECS[table].rows.c.id)):
            if (table, row["id"]) not in self._seen:
                self._seen.add((table, row["id"]))
                fresh.append(row)
        self.rows[table] += fresh
        if fresh:
            self._todo.append((table, fresh))

    def gather(self, depth: int = 6) -> None:
        """Everything inside the rows added, level by level."""
        for _level in range(depth):
            todo, self._todo = self._todo, []
            for table, found in todo:
                self._inside(table, found)
            if not self._todo:
                return

    def beside(self, table: str, depth: int = 2) -> None:
        """What the rows of a table point at, and what those point at; no lists."""
        for _level in range(depth):
            for (owner, _name), (child, column) in SINGLES.items():
                if owner == table or (owner, table) == ("service", "service_at_location"):
                    self._pointed_at(child, column, self.rows[owner])

    def compiled(self, table: str, refs: Collection[uuid.UUID]) -> list[Values]:
        """Objects of what was found, in the order of `refs`."""
        by_id = {row["id"]: row for row in self.rows[table]}
        return [compile_object(table, by_id[str(ref)], self.look_up) for ref in refs if str(ref) in by_id]

    def _pointed_at(self, child: str, column: str, found: list[Values]) -> None:
        wanted = [uuid.UUID(row[column]) for row in found if row.get(column)]
        wanted = [ref for ref in dict.fromkeys(wanted) if (child, str(ref)) not in self._seen]
        if wanted:
            self.add(child, select(SPECS[child].rows).where(SPECS[child].rows.c.id.in_(wanted)))

    def _inside(self, table: str, found: list[Values]) -> None:
        refs = [uuid.UUID(row["id"]) for row in found]
        for (owner, _name), (child, column) in LISTS.items():
            if owner == table:
                self.add(child, select(SPECS[child].rows).where(SPECS[child].rows.c[column].in_(refs)))
        for (owner, _name), (child, column) in SINGLES.items():
            if owner == table and child != "service":
                self._pointed_at(child, column, found)
        for child, (link, entity) in LINKS.items():
            if child != table and not (self._export.public and child in WITHHELD_TABLES):
                rows_of = SPECS[child].rows.c
                self.add(
                    child, select(SPECS[child].rows).where(and_(rows_of[link].in_(refs), rows_of[entity] == table))
                )

    def look_up(self, table: str, column: str, value: str) -> list[Values]:
        """Rows of `table` whose `column` is `value`."""
        if (table, column) not in self._index:
            index: dict[str, list[Values]] = defaultdict(list)
            for row in self.rows[table]:
                if row.get(column):
                    index[row[column]].append(row)
            self._index[table, column] = index
        return self._index[table, column].get(value, [])


def _some(refs: list[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    for start in range(0, len(refs), AT_ONCE):
        yield refs[start : start + AT_ONCE]

"""From a clean row of a package to the columns of ours. Used by importing."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Uuid

from referral.directory.facts import Referrable
from referral.hsds.facts import Finding, ImportReport, Values
from referral.hsds.rules.cleaning import CleanRow
from referral.hsds.rules.reasons import Reason, grade
from referral.hsds.rules.standard import FIELDS, LINKS
from referral.hsds.rules.values import entry_ref
from referral.hsds.tables import BLANKS, SPECS, Spec, stored
from referral.kernel.codes import ALCALDIAS
from referral.kernel.names import normalise

IMPORTED = "import"  # provenance of what came with a package


@dataclass
class Fill:
    """Makes column values. `own` takes our own fields as they are; else an entry starts as information only."""

    namespace: uuid.UUID
    source: str
    own: bool
    now: datetime
    today: date
    addresses: dict[str, Values]
    _documents: Counter[str] = field(default_factory=Counter)

    def ref(self, table: str, ident: str) -> uuid.UUID:
        """Our id of an id of the source."""
        return entry_ref(self.namespace, table, ident)

    def new(self, spec: Spec, row: CleanRow) -> dict[str, Any]:
        """Every column of a new row."""
        ident = self.ref(spec.table, row.ident)
        values = _empty(spec.table) | self._given(spec, row) | {"id": ident}
        if not self.own:
            values |= self._strangers(spec.table, row, values, ident)
        if spec.table == "location":
            values |= self._place(row)
        if spec.table == "service":
            values |= {"card": {}, "version": 1, "last_modified": values["last_modified"] or self.now}
            values["search_text"] = _search_text(values)
        if spec.table == "required_document":
            values["accepts"] = []
        return values

    def update(self, spec: Spec, row: CleanRow) -> dict[str, Any]:
        """The columns that a package may change in a row it brought before; what it no longer says is emptied."""
        values = self._given(spec, row, emptied=True)
        if spec.table == "service":
            values |= {"last_modified": self.now, "source_missing_on": None, "search_text": _search_text(values)}
            if not self.own:
                values |= {"as_of": _as_of(row, self.today)}
                del values["assured_date"]
        if spec.table == "location":
            values |= self._place(row)
        return values

    def _given(self, spec: Spec, row: CleanRow, *, emptied: bool = False) -> dict[str, Any]:
        """What the row says; with `emptied` also the fields that it leaves out."""
        blank = set(str(row.values.get(BLANKS, "")).split()) if self.own else set()
        made = {}
        for name, attribute in {**spec.columns, **spec.own}.items():
            if name == "id" or (name not in row.values and not (emptied and (name in spec.columns or self.own))):
                continue
            column = spec.column(attribute)
            value = None if name in blank else row.values.get(name)
            if value is not None and isinstance(column.type, Uuid):
                value = self.ref(_table_of(row, name), str(value))
            made[attribute] = stored(column, value)
        if "name_en" in spec.rows.c and "name_es" in made and not made.get("name_en") and not self.own:
            made["name_en"] = made["name_es"]
        return made

    def _strangers(self, table: str, row: CleanRow, values: dict[str, Any], ident: uuid.UUID) -> dict[str, Any]:
        """What we say of an entry of somebody else's: whence it came, and that nobody of the desk has checked it."""
        if table in {"organization", "program"}:
            return {"key": str(ident)} | ({"origin": self.source} if table == "organization" else {})
        if table == "service":
            return {
                "key": str(ident),
                "kind": "service",
                "referrable": Referrable.NO.value,
                "origin": self.source,
                "source": self.source,
                "as_of": _as_of(row, self.today),
                "assured_date": None,
                "last_modified": self.now,
            }
        if table == "location":
            return {"key": str(ident), "provenance": IMPORTED}
        if table in {"phone", "schedule"}:
            return {"provenance": IMPORTED}
        if table == "taxonomy":
            return {"name": str(ident)}
        if table == "required_document":
            self._documents[row.values["service_id"]] += 1
            return {"position": self._documents[row.values["service_id"]] - 1}
        return {}

    def _place(self, row: CleanRow) -> dict[str, Any]:
        address = dict(self.addresses.get(row.ident, {"address_1": "", "postal_code": "", "alcaldia": ""}))
        said = row.values.get("x_alcaldia", "")
        return address | ({"alcaldia": said} if said in ALCALDIAS or self.own else {})


@cache
def _empty(table: str) -> dict[str, Any]:
    """A row about which nothing is known."""
    return {column.name: stored(column, None) for column in SPECS[table].rows.columns}


def note(report: ImportReport, row: CleanRow, reason: Reason, field: str = "", value: str = "") -> None:
    """Tell one more finding."""
    report.findings.append(Finding(grade(reason), reason, row.file, row.line, row.table, row.ident, field, value))


def _table_of(row: CleanRow, name: str) -> str:
    known = FIELDS[row.table][name]
    return known.refers or str(row.values[LINKS[row.table][1]])


def _as_of(row: CleanRow, today: date) -> str:
    """The day the source vouches for: when it last checked, else changed, else when we got it."""
    said = str(row.values.get("assured_date") or row.values.get("last_modified") or "")[:10]
    return min(said, today.isoformat()) if said else today.isoformat()


def _search_text(values: dict[str, Any]) -> str:
    names = ("name_es", "name_en", "gives_es", "gives_en", "eligibility_description_es", "eligibility_description_en")
    key = values.get("key", "")
    words = [str(values.get(name) or "") for name in names]
    return normalise(" ".join([*words, "" if "-" in key else key]).strip())

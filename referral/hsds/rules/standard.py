"""What HSDS 3.1 says of its tables, as compact data (content/): fields, kinds, what must be there, how objects nest."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `required` in both forms, `tabular` only where rows stand in tables; `refers` names a table."""

    table: str
    name: str
    kind: str
    required: bool
    tabular: bool
    refers: str
    codes: tuple[str, ...]


def _rows(name: str) -> list[dict[str, str]]:
    text = files("referral.hsds").joinpath("content", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _fields() -> dict[str, dict[str, Field]]:
    tables: dict[str, dict[str, Field]] = {}
    for row in _rows("fields.csv"):
        codes = tuple(row["codes"].split("|")) if row["codes"] else ()
        tables.setdefault(row["table"], {})[row["field"]] = Field(
            row["table"], row["field"], row["kind"], bool(row["required"]), bool(row["tabular"]), row["refers"], codes
        )
    return tables


# Parents before the tables that point at them.
FIELDS: Mapping[str, Mapping[str, Field]] = _fields()
TABLES = tuple(FIELDS)
FILES: Mapping[str, str] = {row["table"]: row["file"] for row in _rows("files.csv")}
# What a row says about other rows of any table.
LINKS = {"attribute": ("link_id", "link_entity"), "metadata": ("resource_id", "resource_type")}

# JSON: (table, property) -> table of the nested objects, and their column that points back.
LISTS: Mapping[tuple[str, str], tuple[str, str]] = {
    (row["table"], row["property"]): (row["nested"], row["column"]) for row in _rows("nesting.csv") if row["many"]
}
# JSON: (table, property) -> table of the one nested object, and our column that points at it.
SINGLES: Mapping[tuple[str, str], tuple[str, str]] = {
    (row["table"], row["property"]): (row["nested"], row["column"]) for row in _rows("nesting.csv") if not row["many"]
}


def without_attributes(table: str) -> bool:
    """Tables that the standard gives no attributes."""
    return table in {"attribute", "metadata", "taxonomy", "taxonomy_term"}

"""Between nested JSON objects and rows of tables, both ways. Used by the reader and by the export."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from referral.hsds.facts import Values
from referral.hsds.rules.standard import FIELDS, LINKS, LISTS, SINGLES, without_attributes

_GUESSES = (
    ("service", {"service_at_locations", "application_process", "eligibility_description", "assured_date"}),
    ("organization", {"organization_identifiers", "programs", "tax_status", "legal_status", "year_incorporated"}),
    ("service_at_location", {"location", "service_id"}),
    ("location", {"location_type", "addresses", "transportation"}),
    ("taxonomy_term", {"taxonomy_detail", "term_uri", "parent_id"}),
    ("service", {"organization", "organization_id", "status"}),
    ("taxonomy", {"version", "uri"}),
)
MADE = "made:"  # start of the id given to a nested object that has none


def guess_table(found: Values) -> str:
    """The table of a top-level object that no file name tells; empty when nothing tells."""
    return next((table for table, signs in _GUESSES if signs & found.keys()), "")


def flatten(table: str, found: Values, *, nested: bool = False) -> Iterator[tuple[str, Values, bool]]:
    """(table, row, nested) of an object and of all inside it, children with the ids of their parents."""
    row: Values = {}
    inside: list[tuple[str, Values]] = []
    ident = found.get("id") or _made_id(found)
    for name, value in found.items():
        if (table, name) in LISTS and isinstance(value, list):
            child, column = LISTS[table, name]
            inside += [(child, {column: ident, **part}) for part in value if isinstance(part, dict)]
        elif (table, name) in SINGLES and isinstance(value, dict):
            child, column = SINGLES[table, name]
            part = {"id": value.get("id") or _made_id(value), **{k: v for k, v in value.items() if k != "id"}}
            row.setdefault(column, part["id"])
            if (table, child) == ("service", "program"):  # a programme belongs to the institution of its services
                above = found.get("organization_id") or (found.get("organization") or {}).get("id")
                part.setdefault("organization_id", above)
            inside.append((child, part))
        elif name in {"attributes", "metadata"} and isinstance(value, list):
            child = "attribute" if name == "attributes" else "metadata"
            link, entity = LINKS[child]
            given = [part for part in value if isinstance(part, dict)]
            inside += [(child, {link: ident, entity: table, **part}) for part in given]
        elif value is not None:
            row[name] = value
    if inside or nested:
        row["id"] = ident
    yield table, row, nested
    for child, part in inside:
        yield from flatten(child, part, nested=True)


def _made_id(found: Values) -> str:
    return MADE + sha256(json.dumps(found, sort_keys=True, default=str).encode()).hexdigest()[:40]


# Rows of a table whose column `column` is `value`, in a settled order.
Lookup = Callable[[str, str, str], list[Values]]


def compile_object(
    table: str, row: Values, lookup: Lookup, *, above: tuple[str, ...] = (), brief: bool = False
) -> dict[str, Any]:
    """One object with everything inside it, as the standard's full form. Columns that only point upwards are left out.

    An object is never put inside another of its own table (`above`), which keeps every branch finite; a `brief` one
    shows its own fields only.
    """
    made: dict[str, Any] = {}
    singles = {column: (name, child) for (owner, name), (child, column) in SINGLES.items() if owner == table}
    inside = (*above, table)
    for name, value in row.items():
        single = singles.get(name)
        found = lookup(single[1], "id", value) if single and value and single[1] not in above else []
        if single and found:
            made[single[0]] = compile_object(single[1], found[0], lookup, above=inside, brief=single[1] in _BRIEF)
        elif name != _column_above(above) and (value not in (None, "") or _required(table, name)):
            made[name] = value
    if brief:
        return made
    lists = [(name, child, column) for (owner, name), (child, column) in LISTS.items() if owner == table]
    lists += [(name, child, LINKS[child][0]) for child, name in _ABOUT.items() if not _bare(table, child)]
    for name, child, column in lists:
        if child not in above and (rows := lookup(child, column, row["id"])):
            made[name] = [compile_object(child, part, lookup, above=inside) for part in rows]
    return made


def _bare(table: str, child: str) -> bool:
    """Whether the standard gives objects of this table no such list."""
    return child == "attribute" and without_attributes(table)


def _required(table: str, name: str) -> bool:
    return name in FIELDS[table] and FIELDS[table][name].required


_ABOUT = {"attribute": "attributes", "metadata": "metadata"}
_BRIEF = {"organization", "program", "service"}  # inside another object: they have pages of their own


def _column_above(above: tuple[str, ...]) -> str:
    return f"{above[-1]}_id" if above else ""

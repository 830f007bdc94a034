"""Write the directory as a package of HSDS 3.1: CSV files with datapackage.json, and JSON. Used by the command."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from referral.hsds.facts import Values
from referral.hsds.queries import Export, all_objects, open_export, rows
from referral.hsds.rules.standard import FIELDS, FILES, TABLES, Field
from referral.hsds.tables import BLANKS, SPECS

# Full objects, from the roots of the standard; what no service mentions hangs from its organisation or stands alone.
JSON_FILES = {
    "organization": "organizations.json",
    "service": "services.json",
    "location": "locations.json",
    "taxonomy": "taxonomies.json",
    "taxonomy_term": "taxonomy_terms.json",
    "unit": "units.json",
}
_KINDS = {
    "id": ("string", "uuid"),
    "ref": ("string", "uuid"),
    "link": ("string", "uuid"),
    "email": ("string", "email"),
    "url": ("string", "uri"),
    "date": ("date", ""),
    "datetime": ("datetime", ""),
    "time": ("time", ""),
    "number": ("number", ""),
}


def write_package(session: Session, folder: Path) -> dict[str, int]:
    """Write the whole package into `folder`, which is made; how many rows each table has. Confidential places stay out.

    Files are written beside their place and then moved, so that a stopped export leaves no half file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "json").mkdir(exist_ok=True)
    export = open_export(session)
    counts = Counter[str]()
    for table in TABLES:
        counts[table] = _write_csv(export, table, folder / FILES[table])
    for table, name in JSON_FILES.items():
        _write_json(all_objects(export, table), folder / "json" / name)
    _settle(folder / "datapackage.json", json.dumps(data_package(), ensure_ascii=False, indent=1))
    return dict(counts)


def columns(table: str) -> list[str]:
    """The columns of a table's file: the standard's that we hold, then ours."""
    spec = SPECS[table]
    standard = [
        name for name in FIELDS[table] if name in spec.columns or (table, name) == ("taxonomy_term", "taxonomy")
    ]
    return [*standard, *spec.own, BLANKS]


def data_package() -> dict[str, Any]:
    """The description of the tabular package."""
    return {
        "name": "ventanilla_directory",
        "title": "Ventanilla",
        "profile": "tabular-data-package",
        "version": "3.1",
        "resources": [
            {
                "name": table,
                "path": FILES[table],
                "format": "csv",
                "mediatype": "text/csv",
                "profile": "tabular-data-resource",
                "schema": {
                    "primaryKey": "id",
                    "fields": [_described(FIELDS[table].get(name), name) for name in columns(table)],
                    "foreignKeys": [
                        {"fields": name, "reference": {"resource": known.refers, "fields": "id"}}
                        for name, known in FIELDS[table].items()
                        if known.refers and known.refers != table
                    ],
                },
            }
            for table in TABLES
        ],
    }


def _described(known: Field | None, name: str) -> dict[str, Any]:
    if known is None:
        return {"name": name, "type": "string"}
    kind, form = _KINDS.get(known.kind, ("string", ""))
    described: dict[str, Any] = {"name": name, "type": kind}
    if form:
        described["format"] = form
    constraints = {"required": known.tabular, "unique": known.kind == "id"}
    described["constraints"] = constraints | ({"enum": list(known.codes)} if known.codes else {})
    return described


def _write_csv(export: Export, table: str, path: Path) -> int:
    part = path.with_suffix(".part")
    written = 0
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns(table), restval="", lineterminator="\r\n")
        writer.writeheader()
        for row in rows(export, table):
            writer.writerow(row)
            written += 1
    part.replace(path)
    return written


def _write_json(found: Iterable[Values], path: Path) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        file.write("[")
        for number, one in enumerate(found):
            file.write(("," if number else "") + "\n" + json.dumps(one, ensure_ascii=False))
        file.write("\n]\n")
    part.replace(path)


def _settle(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)

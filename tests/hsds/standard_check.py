"""Holds an export to what the standard asks: a compact copy of its schemas' constraints, for CI. Used by tests here.

The full schemas are not part of this repository; content/fields.csv was drawn from them.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from referral.hsds.exporting import JSON_FILES, data_package
from referral.hsds.rules.standard import FIELDS, FILES, LINKS, LISTS, SINGLES, TABLES, Field
from tests.hsds.packages import read_csv

_FORMS: Mapping[str, Callable[[str], object]] = {
    "id": uuid.UUID,
    "ref": uuid.UUID,
    "link": uuid.UUID,
    "date": date.fromisoformat,
    "datetime": lambda text: datetime.fromisoformat(text).astimezone(),
    "time": time.fromisoformat,
    "number": float,
}


def check_package(folder: Path) -> None:
    """Fails at the first value that the standard would not take."""
    ids: dict[str, set[str]] = defaultdict(set)
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert described == json.loads(json.dumps(data_package()))
    columns = {one["path"]: [field["name"] for field in one["schema"]["fields"]] for one in described["resources"]}
    for table in TABLES:
        header = (folder / FILES[table]).read_bytes().decode().split("\r\n", 1)[0].split(",")
        assert header == columns[FILES[table]]
        missing = {name for name in FIELDS[table] if name not in header}
        assert all(not FIELDS[table][name].required for name in missing)
        rows = read_csv(folder / FILES[table])
        for row in rows:
            assert row["id"] not in ids[table], f"{table} {row['id']} twice"
            ids[table].add(row["id"])
            for known in FIELDS[table].values():
                _check_cell(known, row.get(known.name, ""))
        for row in rows:
            for known in FIELDS[table].values():
                if known.refers and row.get(known.name):
                    assert row[known.name] in ids[known.refers], f"{table}.{known.name} leads nowhere"
            if table in LINKS:
                link, entity = LINKS[table]
                assert row[link] in ids[row[entity]]
    codes = [row["code"] for row in read_csv(folder / FILES["taxonomy_term"]) if row["code"]]
    assert len(codes) == len(set(codes))
    for table, name in JSON_FILES.items():
        for found in json.loads((folder / "json" / name).read_text("utf-8")):
            check_object(table, found)


def _check_cell(known: Field, text: str) -> None:
    if not text:
        assert not known.tabular, f"{known.table}.{known.name} is empty"
        return
    if known.codes:
        assert text in known.codes
    if known.kind in _FORMS:
        _FORMS[known.kind](text)


def check_object(table: str, found: Mapping[str, Any]) -> None:
    """One JSON object and all inside it."""
    for known in FIELDS[table].values():
        value = found.get(known.name)
        if value is None:
            inside = (table, known.name.removesuffix("_id")) in SINGLES
            assert not known.required or inside, f"{table}.{known.name} is missing"
            assert known.name not in found, f"{table}.{known.name} is null"
        elif known.kind == "number":
            assert isinstance(value, int | float)
            assert not isinstance(value, bool)
        else:
            assert isinstance(value, str), f"{table}.{known.name} is {value!r}"
            if value and (known.codes or known.kind in _FORMS):
                _check_cell(known, value)
    for name, value in found.items():
        if isinstance(value, list):
            child = {"attributes": "attribute", "metadata": "metadata"}.get(name) or LISTS[table, name][0]
            for part in value:
                check_object(child, part)
        elif isinstance(value, dict):
            check_object(SINGLES[table, name][0], value)
        else:
            assert name in FIELDS[table] or re.fullmatch(r"x_[a-z_]+", name), f"{table}.{name} is not of the standard"

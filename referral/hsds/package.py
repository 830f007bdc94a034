"""Packages as they lie on disk: a folder, zip or file, of CSV or JSON, in whatever encoding. Read by preparing."""

from __future__ import annotations

import codecs
import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from referral.hsds.facts import Finding, RawRow
from referral.hsds.rules.nesting import flatten, guess_table
from referral.hsds.rules.older import table_of
from referral.hsds.rules.reasons import Reason, grade
from referral.hsds.rules.upgrade import TURN

LARGEST_FILE = 400_000_000  # bytes, unpacked: more is no directory of services
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ASIDE = {"datapackage.json", "package.json", "readme", "license"}
Tell = Callable[[Finding], None]


class NotAPackage(Exception):
    """Nothing at the path can be read as a directory; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a package, read when asked for."""

    name: str
    size: int
    read: Callable[[], bytes]


def entries(path: Path) -> list[Entry]:
    """The CSV and JSON files of a package, those that others need first."""
    if path.is_dir():
        found = [
            Entry(str(file.relative_to(path)), file.stat().st_size, file.read_bytes)
            for file in sorted(path.rglob("*"))
            if file.is_file()
        ]
    elif zipfile.is_zipfile(path):
        found = _zipped(path)
    elif path.is_file():
        found = [Entry(path.name, path.stat().st_size, path.read_bytes)]
    else:
        raise NotAPackage(f"No hay nada que leer en {path}.")
    wanted = [one for one in found if _wanted(PurePosixPath(one.name))]
    if any(PurePosixPath(one.name).name == "datapackage.json" for one in found):
        # A tabular package may carry the same directory once more as JSON, as our own export does.
        wanted = [one for one in wanted if one.name.lower().endswith(".csv")] or wanted
    if not wanted:
        raise NotAPackage(f"En {path} no hay archivos CSV ni JSON.")
    return sorted(wanted, key=lambda one: (_turn(one.name), one.name))


def _zipped(path: Path) -> list[Entry]:
    def reader(name: str) -> Callable[[], bytes]:
        def read() -> bytes:
            with zipfile.ZipFile(path) as archive, archive.open(name) as file:
                return file.read(LARGEST_FILE + 1)

        return read

    with zipfile.ZipFile(path) as archive:
        return [
            Entry(one.filename, one.file_size, reader(one.filename)) for one in archive.infolist() if not one.is_dir()
        ]


def _wanted(name: PurePosixPath) -> bool:
    hidden = any(part.startswith((".", "__")) for part in name.parts)
    return name.suffix.lower() in {".csv", ".json"} and name.name.lower() not in _ASIDE and not hidden


def _turn(name: str) -> int:
    table = table_of(PurePosixPath(name).stem, ["parent_id"])
    return TURN.index(table) if table in TURN else len(TURN)


def raw_rows(entry: Entry, tell: Tell) -> Iterator[RawRow]:
    """Every row of a file; what the file as a whole has wrong is told."""
    if entry.size > LARGEST_FILE:
        tell(_about(entry.name, Reason.UNREADABLE_FILE))
        return
    data = entry.read()
    text, encoding = _decoded(data)
    if encoding != "utf-8":
        tell(_about(entry.name, Reason.ENCODING, encoding))
    reader = _json_rows if entry.name.lower().endswith(".json") else _csv_rows
    yield from reader(entry.name, text, tell)


def _about(file: str, reason: Reason, value: str = "", *, line: int = 0, field: str = "") -> Finding:
    return Finding(grade(reason), reason, file, line, field=field, value=value)


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            # UTF-8 with its mark is UTF-8: nothing had to be guessed.
            return data.decode(encoding, errors="replace"), "utf-8" if encoding == "utf-8-sig" else encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def _csv_rows(file: str, text: str, tell: Tell) -> Iterator[RawRow]:
    csv.field_size_limit(10_000_000)
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip().strip("\ufeff").casefold().replace(" ", "_") for name in next(reader, [])]
        table = table_of(PurePosixPath(file).stem, header)
        if not table:
            tell(_about(file, Reason.UNKNOWN_FILE))
            return
        line = reader.line_num + 1
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                tell(_about(file, Reason.EMPTY_ROW, line=line))
            else:
                if len(cells) != len(header):
                    tell(_about(file, Reason.ROW_LENGTH, f"{len(cells)} / {len(header)}", line=line))
                yield RawRow(file, line, table, dict(zip(header, cells, strict=False)))
            line = reader.line_num + 1
    except csv.Error as error:
        tell(_about(file, Reason.UNREADABLE_FILE, str(error), line=reader.line_num))


def _json_rows(file: str, text: str, tell: Tell) -> Iterator[RawRow]:
    try:
        named = table_of(PurePosixPath(file).stem)
        for number, (table, found) in enumerate(_objects(text, named), 1):
            if not table:
                tell(_about(file, Reason.UNKNOWN_FILE, line=number))
                continue
            for owner, row, nested in flatten(table, found):
                yield RawRow(file, number, owner, row, nested)
    except (ValueError, RecursionError) as error:
        tell(_about(file, Reason.UNREADABLE_FILE, str(error)[:200]))


def _objects(text: str, named: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(table, object) of each; those of a list come one by one, so that not all stand in memory as objects."""
    if text.lstrip()[:1] == "[":
        yield from _named(_array(text, text.index("[")), named)
        return
    whole = json.loads(text)
    if not isinstance(whole, dict):
        return
    tables = {name: table_of(name.removesuffix(".csv")) for name, value in whole.items() if isinstance(value, list)}
    if isinstance(whole.get("contents"), list):
        yield from _named(whole["contents"], named)
    elif any(tables.values()) and "id" not in whole:  # tables by name: {"services.csv": [...]}
        for name, table in tables.items():
            yield from _named(whole[name], table)
    else:
        yield from _named([whole], named)


def _named(found: Iterable[Any], named: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in found:
        if isinstance(one, dict):
            yield named or guess_table(one), one


def _array(text: str, start: int) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    at = start + 1
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at >= len(text):
            raise ValueError("la lista no termina")
        if text[at] == "]":
            return
        found, at = decoder.raw_decode(text, at)
        yield found

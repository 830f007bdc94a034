"""A spreadsheet as rows of text: CSV of any usual writing, or XLSX. Called by the upload page and by the command.

Refused with a Reason when it cannot be read, holds more than it may, or hides what it does.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from referral.intake.facts import LARGEST_FILE, MOST_ROWS, Table
from referral.intake.rules.columns import heading_row
from referral.intake.rules.reading import FORMULA, TWO_WAYS, clean_cell
from referral.intake.rules.reasons import Reason
from referral.kernel.refusal import Refused

MOST_UNPACKED = 60 * 1024 * 1024  # bytes
_MOST_PARTS = 500
_MOST_COLUMNS = 120
_HEADINGS_WITHIN = 10  # rows: a title or two may stand above
_MEGABYTE = 1024 * 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # also a workbook with a password
_ZIP = b"PK\x03\x04"
_DELIMITERS = ",;\t"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_COMPUTED = re.compile(rb"<(?:\w+:)?f[ >/]")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


def read_table(data: bytes) -> Table:
    """The rows of a file. What it is called says nothing: its first bytes do."""
    if len(data) > LARGEST_FILE:
        raise Refused(Reason.TOO_LARGE, field="sheet", megabytes=LARGEST_FILE // _MEGABYTE)
    if not data.strip():
        raise Refused(Reason.EMPTY, field="sheet")
    if data.startswith(_OLD_OFFICE):
        raise Refused(Reason.OLD_FORMAT, field="sheet")
    return _workbook(data) if data.startswith(_ZIP) else _table(_csv_rows(data))


def _table(rows: Iterable[Sequence[str]], merged: Sequence[tuple[str, int, int]] = ()) -> Table:
    """`merged`: ranges of merged cells, with their first and last row."""
    numbered = _filled(rows)
    if not numbered:
        raise Refused(Reason.EMPTY, field="sheet")
    at, places, unknown = heading_row([cells for _number, cells in numbered[:_HEADINGS_WITHIN]])
    top = numbered[at][0]
    for name, _first, last in merged:
        if last >= top:  # a title merged above the headings does no harm
            raise Refused(Reason.MERGED, field="sheet", cells=name)
    found = []
    for number, cells in numbered[at + 1 :]:
        named = {code: cells[place] for place, code in places.items() if place < len(cells) and cells[place]}
        if named:
            found.append((number, named))
    if not found:
        raise Refused(Reason.EMPTY, field="sheet")
    if len(found) > MOST_ROWS:
        raise Refused(Reason.TOO_MANY_ROWS, field="sheet", most=MOST_ROWS)
    return Table(tuple(_sexes(found)), unknown)


def _filled(rows: Iterable[Sequence[str]]) -> list[tuple[int, list[str]]]:
    """Rows with anything in them, by their numbers in the file."""
    found: list[tuple[int, list[str]]] = []
    for number, cells in enumerate(rows, start=1):
        cleaned = [clean_cell(cell) for cell in cells]
        if any(cleaned):
            found.append((number, cleaned))
            if len(found) > MOST_ROWS + _HEADINGS_WITHIN + 1:
                raise Refused(Reason.TOO_MANY_ROWS, field="sheet", most=MOST_ROWS)
    return found


def _sexes(rows: list[tuple[int, dict[str, str]]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Where F stands for a woman M is a man, and elsewhere M is a woman: a sheet that says F leaves its M in doubt."""
    letters = {cells.get("sex_document", "").casefold() for _number, cells in rows}
    for number, cells in rows:
        if "f" in letters and cells.get("sex_document", "").casefold() == "m":
            cells["sex_document"] = TWO_WAYS
        yield number, cells


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    first, _end, rest = text.partition("\n")
    if first.strip().casefold() in {f"sep={each}" for each in _DELIMITERS}:
        yield []  # so that rows keep the numbers they have in the file
        delimiter, text = first.strip()[-1], rest
    else:
        head = text[:4000]
        delimiter = max(_DELIMITERS, key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error:
        raise Refused(Reason.UNREADABLE, field="sheet") from None


def _decoded(data: bytes) -> str:
    encodings = ["utf-8-sig", "cp1252"]
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(Reason.UNREADABLE, field="sheet")


def _workbook(data: bytes) -> Table:
    try:
        _check_archive(data)
        sheets = list(_sheets(data))
    except _BROKEN:
        raise Refused(Reason.UNREADABLE, field="sheet") from None
    refusal: Refused | None = None
    for rows, merged in sheets:
        try:
            return _table(rows, merged)
        except Refused as no:
            if refusal is None or refusal.reason is Reason.EMPTY:
                refusal = no
            if no.reason is not Reason.NO_HEADINGS and no.reason is not Reason.EMPTY:
                raise
    raise refusal or Refused(Reason.EMPTY, field="sheet")


def _check_archive(data: bytes) -> None:
    """Before anything is unpacked: how much it would be, and whether there is what runs or refers elsewhere."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise Refused(Reason.BOMB, field="sheet")
        names = {part.filename.casefold() for part in parts}
        if any(part.flag_bits & 1 for part in parts) or "xl/workbook.xml" not in names:
            raise Refused(Reason.OLD_FORMAT, field="sheet")
        if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
            raise Refused(Reason.MACROS, field="sheet")
        for part in parts:
            if part.filename.casefold().endswith((".xml", ".rels")):
                with archive.open(part) as opened:
                    head = opened.read(4096).replace(b"\0", b"")  # also in UTF-16
                if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                    raise Refused(Reason.UNREADABLE, field="sheet")


def _sheets(data: bytes) -> Iterator[tuple[list[list[str]], list[tuple[str, int, int]]]]:
    """Rows of each visible sheet, in order, with its merged cells."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    formulas = None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    continue
                raw = archive.read(sheet._worksheet_path.lstrip("/"))
                rows = _values(sheet)
                if _COMPUTED.search(raw):
                    formulas = formulas or openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
                    _mark_formulas(rows, _values(formulas[sheet.title]))
                yield rows, _merged(raw)
    finally:
        book.close()
        if formulas is not None:
            formulas.close()


def _values(sheet: Any) -> list[list[str]]:
    sheet.reset_dimensions()  # what a sheet says of its size may be anything
    found: list[list[str]] = []
    filled = 0
    for cells in sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS):
        texts = [_text(cell) for cell in cells]
        found.append(texts)
        filled += any(texts)
        if filled > MOST_ROWS + _HEADINGS_WITHIN + 1 or len(found) > 100 * MOST_ROWS:
            break
    return found


def _mark_formulas(rows: list[list[str]], formulas: list[list[str]]) -> None:
    """A formula counts by the result that was saved with it; one without a result is told, not left out."""
    for values, written in zip(rows, formulas, strict=False):
        for place, text in enumerate(written):
            if text.startswith("=") and place < len(values) and not values[place]:
                values[place] = FORMULA


def _merged(raw: bytes) -> list[tuple[str, int, int]]:
    return [
        (f"{left.decode()}{top.decode()}:{right.decode()}{bottom.decode()}", int(top), int(bottom))
        for left, top, right, bottom in _MERGED.findall(raw)
    ]


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "sí" if cell else "no"
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case time():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell)

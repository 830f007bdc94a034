"""The rows of an XLSX workbook, as text. Called by sheets.py alone, which imports it when the first workbook comes."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, TypeAlias
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from referral.intake.facts import MOST_ROWS
from referral.intake.rules.reading import FORMULA
from referral.intake.rules.reasons import Reason
from referral.kernel.refusal import Refused

Merged: TypeAlias = tuple[str, int, int]  # a range of merged cells, with its first and last row

MOST_UNPACKED = 60 * 1024 * 1024  # bytes
_MOST_PARTS = 500
_MOST_COLUMNS = 120
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


def read_sheets(data: bytes, *, filled: int) -> list[tuple[list[list[str]], list[Merged]]]:
    """Rows of each visible sheet, in order, until more than `filled` hold anything, and its merged cells."""
    try:
        _check_archive(data)
        return list(_sheets(data, filled))
    except _BROKEN:
        raise Refused(Reason.UNREADABLE, field="sheet") from None


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


def _sheets(data: bytes, filled: int) -> Iterator[tuple[list[list[str]], list[Merged]]]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    formulas = None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for sheet in book.worksheets:
                if sheet.sheet_state != "visible":
                    continue
                raw = archive.read(sheet._worksheet_path.lstrip("/"))
                rows = _values(sheet, filled)
                if _COMPUTED.search(raw):
                    formulas = formulas or openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
                    _mark_formulas(rows, _values(formulas[sheet.title], filled))
                yield rows, _merged(raw)
    finally:
        book.close()
        if formulas is not None:
            formulas.close()


def _values(sheet: Any, most: int) -> list[list[str]]:
    sheet.reset_dimensions()  # what a sheet says of its size may be anything
    found: list[list[str]] = []
    filled = 0
    for cells in sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS):
        texts = [_text(cell) for cell in cells]
        found.append(texts)
        filled += any(texts)
        if filled > most or len(found) > 100 * MOST_ROWS:
            break
    return found


def _mark_formulas(rows: list[list[str]], formulas: list[list[str]]) -> None:
    """A formula counts by the result that was saved with it; one without a result is told, not left out."""
    for values, written in zip(rows, formulas, strict=False):
        for place, text in enumerate(written):
            if text.startswith("=") and place < len(values) and not values[place]:
                values[place] = FORMULA


def _merged(raw: bytes) -> list[Merged]:
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

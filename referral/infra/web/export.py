"""Tables as files for a spreadsheet: CSV and XLSX in which no cell can run as a formula. Called by views."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from flask import Response

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

Cell: TypeAlias = str | int | float | None

# What makes a spreadsheet read text as a formula, also written wide, and also after white space.
_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n", "|")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans("", "", "[]:*?/\\'")


def csv_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A CSV to download as `name`.csv: UTF-8 with the mark by which spreadsheets know it, text made harmless."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([harmless(heading) for heading in headings])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return _attachment(b"\xef\xbb\xbf" + out.getvalue().encode(), f"{name}.csv", "text/csv; charset=utf-8")


def xlsx_file(name: str, sheet: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """An XLSX to download as `name`.xlsx, with one sheet. Rows are written as they come; numbers stay numbers."""
    import xlsxwriter  # noqa: PLC0415 - no server should hold it that nobody asks for a spreadsheet

    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(sheet.translate(_NOT_IN_SHEET_NAMES)[:_LONGEST_SHEET_NAME])
        page.freeze_panes(1, 0)
        page.set_column(0, 0, 48)
        page.set_column(1, max(1, len(headings) - 1), 14)
        bold = book.add_format({"bold": True, "text_wrap": True})
        for column, heading in enumerate(headings):
            page.write_string(0, column, harmless(heading), bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(page, number, column, cell)
    return _attachment(out.getvalue(), f"{name}.xlsx", _XLSX)


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before what would start one."""
    return f"'{text}" if text.lstrip(" \u00a0\ufeff\u200b").startswith(_FORMULA_STARTS) else text


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    return harmless(cell) if isinstance(cell, str) else cell


def _write(page: Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, harmless(cell))
    elif cell is not None:
        page.write_number(row, column, cell)


def _attachment(body: bytes, name: str, kind: str) -> Response:
    # `name` is ours and plain ASCII: no part of it comes from a person.
    response = Response(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

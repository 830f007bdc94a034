"""A spreadsheet as rows of text: CSV of any usual writing, or XLSX. Called by the upload page and by the command.

Refused with a Reason when it cannot be read, holds more than it may, or hides what it does.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from referral.intake.facts import LARGEST_FILE, MOST_ROWS, Table
from referral.intake.rules.columns import heading_row
from referral.intake.rules.reading import TWO_WAYS, clean_cell
from referral.intake.rules.reasons import Reason
from referral.kernel.refusal import Refused

_HEADINGS_WITHIN = 10  # rows: a title or two may stand above
_MOST_FILLED = MOST_ROWS + _HEADINGS_WITHIN + 1  # rows; reading stops there
_MEGABYTE = 1024 * 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # also a workbook with a password
_ZIP = b"PK\x03\x04"
_DELIMITERS = ",;\t"


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
            if len(found) > _MOST_FILLED:
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
    # Taken here: reading XLSX is rare, and its library weighs a tenth of the server.
    from referral.intake.workbooks import read_sheets  # noqa: PLC0415

    refusal: Refused | None = None
    for rows, merged in read_sheets(data, filled=_MOST_FILLED):
        try:
            return _table(rows, merged)
        except Refused as no:
            if refusal is None or refusal.reason is Reason.EMPTY:
                refusal = no
            if no.reason is not Reason.NO_HEADINGS and no.reason is not Reason.EMPTY:
                raise
    raise refusal or Refused(Reason.EMPTY, field="sheet")

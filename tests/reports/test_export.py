"""Files for a spreadsheet: nothing in them runs, numbers stay numbers."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from referral.infra.web.export import Cell, csv_file, harmless, xlsx_file

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd|' /C calc'!A0", "＝1", "|calc"]


def read_csv(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def sheet(body: bytes) -> list[list[tuple[str, str]]]:
    """Rows of (type, text) of the only sheet; a formula would have a type of its own."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        tree = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(tree.iter(f"{_S}f")), "a formula got into the sheet"
    return [[(cell.get("t", "n"), "".join(cell.itertext())) for cell in row] for row in tree.iter(f"{_S}row")]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_would_run_is_kept_as_text(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert read_csv(csv_file("a", [text], [[text]]).get_data()) == [[f"'{text}"]] * 2
    rows = sheet(xlsx_file("a", "Hoja", ["x"], [[text]]).get_data())
    assert rows[1][0][0] != "n"


@pytest.mark.parametrize("text", ["Atención médica", "C-7K3M9Q", "", "1-2", "a=b"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert harmless(text) == text


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), min_size=1, max_size=4))
def test_no_cell_of_a_csv_starts_a_formula(cells: list[str]) -> None:
    read = read_csv(csv_file("a", ["x"], [cells]).get_data())[1]
    assert not any(cell.strip()[:1] in {"=", "+", "-", "@"} for cell in read if cell)
    assert [cell.removeprefix("'") for cell in read] == [cell.removeprefix("'") for cell in cells]


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    rows: list[list[Cell]] = [["Servicio", 12, 2.5, None, -3]]
    assert read_csv(csv_file("a", list("abcde"), rows).get_data())[1] == ["Servicio", "12", "2.5", "", "-3"]
    found = sheet(xlsx_file("a", "Hoja", list("abcde"), rows).get_data())[1]
    assert [(kind, text) for kind, text in found if kind == "n"] == [("n", "12"), ("n", "2.5"), ("n", "-3")]


def test_they_are_downloads_with_a_plain_name() -> None:
    answer = xlsx_file("resultados-2026-10-01", "Un nombre de hoja: [largo] con signos/que no caben", ["a"], [])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="resultados-2026-10-01.xlsx"'
    assert csv_file("b", ["a"], []).mimetype == "text/csv"

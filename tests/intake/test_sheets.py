"""Files as people send them: usual writings of CSV, workbooks, and whatever cannot or must not be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from referral.intake.blank import blank_csv, blank_xlsx
from referral.intake.facts import LARGEST_FILE, MOST_ROWS, Table
from referral.intake.rules.columns import columns
from referral.intake.rules.reading import FORMULA, TWO_WAYS
from referral.intake.rules.reasons import Reason
from referral.intake.sheets import read_table
from referral.kernel.refusal import Refused
from tests.factories.lists import HONDURAN, sheet

SPANISH = "Nombre;Primer apellido;Teléfono\nMaría José;Muñoz;5555550123\n"


def refused(data: bytes) -> Reason:
    with pytest.raises(Refused) as no:
        read_table(data)
    assert no.value.field == "sheet"
    return Reason(no.value.reason)


def _table_or_reason(data: bytes) -> Table | Reason:
    try:
        return read_table(data)
    except Refused as no:
        return Reason(no.reason)


def book(fill: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    made = openpyxl.Workbook()
    assert made.active is not None
    fill(made.active)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def people(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
    page.append(["Nombre", "Fecha de nacimiento", "Teléfono", "Edad"])
    page.append(["Ana", datetime(1994, 3, 27), 5555550123, 32.0])


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_every_usual_writing_is_read(self, encoding: str, delimiter: str) -> None:
        found = read_table(SPANISH.replace(";", delimiter).encode(encoding))
        assert found.rows == ((2, {"given": "María José", "surname1": "Muñoz", "phone": "5555550123"}),)

    def test_a_line_that_names_the_separator_is_not_a_row(self) -> None:
        assert read_table(f"sep=;\n{SPANISH}".encode()).rows[0][0] == 3

    def test_headings_of_people_who_never_saw_the_template(self) -> None:
        found = read_table("NOMBRES,Apellido Paterno,país,celular,color favorito\nAna,Paz,HN,1,verde\n".encode())
        assert found.rows[0][1] == {"given": "Ana", "surname1": "Paz", "nationality": "HN", "phone": "1"}
        assert found.unknown == ("color favorito",)

    def test_a_title_above_the_headings_and_empty_rows_below(self) -> None:
        found = read_table(f"BRIGADA 20 NOV;;\n;;\n{SPANISH};;\nPedro;Paz;\n".encode())
        assert [number for number, _cells in found.rows] == [4, 6]

    def test_a_cell_made_harmless_comes_back_as_it_was(self) -> None:
        assert read_table("Nombre,Teléfono\nAna,'+525555550123\n".encode()).rows[0][1]["phone"] == "+525555550123"

    def test_a_sheet_with_f_and_m_leaves_its_m_in_doubt(self) -> None:
        found = read_table(b"Nombre,Sexo\nAna,F\nLuis,M\n")
        assert [cells["sex_document"] for _number, cells in found.rows] == ["F", TWO_WAYS]

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", Reason.EMPTY),
            (b" \r\n\r\n ", Reason.EMPTY),
            (b"Nombre,Apellido\n", Reason.EMPTY),
            (b"Nombre,Apellido\n,,\n,,\n", Reason.EMPTY),
            (b"hola,que tal\n1,2\n", Reason.NO_HEADINGS),
            ("Teléfono,Correo\n1,2\n".encode(), Reason.NO_HEADINGS),
            (b"Nombre,Nombres,Edad\nAna,Eva,3\n", Reason.TWICE),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Reason.UNREADABLE),
            (b'Nombre,Edad\n"Ana,3\n', Reason.UNREADABLE),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, Reason.OLD_FORMAT),
            (b"PK\x03\x04" + b"garbage" * 20, Reason.UNREADABLE),
            (b"x" * (LARGEST_FILE + 1), Reason.TOO_LARGE),
            (sheet([HONDURAN] * (MOST_ROWS + 1)), Reason.TOO_MANY_ROWS),
            (sheet([HONDURAN] * (MOST_ROWS * 3)), Reason.TOO_MANY_ROWS),
        ],
    )
    def test_what_cannot_be_read_has_its_reason(self, data: bytes, reason: Reason) -> None:
        assert refused(data) is reason

    def test_as_many_rows_as_are_promised(self) -> None:
        assert len(read_table(sheet([HONDURAN] * MOST_ROWS)).rows) == MOST_ROWS

    @given(st.binary(max_size=400))
    def test_no_bytes_break_it(self, data: bytes) -> None:
        assert _table_or_reason(data)

    @given(st.text(max_size=300))
    def test_no_text_below_headings_breaks_it(self, text: str) -> None:
        assert _table_or_reason(f"Nombre,Edad\n{text}".encode("utf-8", "surrogatepass"))


class TestWorkbook:
    def test_dates_and_numbers_become_what_was_meant(self) -> None:
        found = read_table(book(people))
        assert found.rows == ((2, {"given": "Ana", "birth": "1994-03-27", "phone": "5555550123", "age": "32"}),)

    def test_a_formula_counts_by_its_result_and_is_told_without_one(self) -> None:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as made:
            page = made.add_worksheet()
            page.write_row(0, 0, ["Nombre", "Edad", "Alcaldía"])
            page.write_string(1, 0, "Ana")
            page.write_formula(1, 1, "=30+2", None, 32)
            page.write_formula(1, 2, '=CONCATENATE("a","b")', None, "")
        assert read_table(out.getvalue()).rows[0][1] == {"given": "Ana", "age": "32", "alcaldia": FORMULA}

    def test_another_sheet_than_the_first(self) -> None:
        made = openpyxl.Workbook()
        assert made.active is not None
        made.active.append(["Instrucciones"])
        people(made.create_sheet("Lista"))
        out = io.BytesIO()
        made.save(out)
        assert read_table(out.getvalue()).rows[0][1]["given"] == "Ana"

    def test_merged_cells_among_people_are_refused_with_their_place(self) -> None:
        def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
            people(page)
            page.merge_cells("A2:A3")

        with pytest.raises(Refused) as no:
            read_table(book(fill))
        assert (no.value.reason, no.value.values["cells"]) == (Reason.MERGED, "A2:A3")

    def test_merged_headings_are_refused(self) -> None:
        def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
            people(page)
            page.merge_cells("B1:C1")

        assert refused(book(fill)) in {Reason.MERGED, Reason.NO_HEADINGS}

    def test_a_merged_title_above_does_no_harm(self) -> None:
        def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
            page.append(["Brigada"])
            page.merge_cells("A1:D1")
            people(page)

        assert read_table(book(fill)).rows[0][0] == 3

    def test_an_empty_workbook(self) -> None:
        assert refused(book(lambda _page: None)) is Reason.EMPTY

    def test_macros_are_refused(self) -> None:
        assert refused(_with(book(people), "xl/vbaProject.bin", b"x")) is Reason.MACROS

    def test_what_would_unpack_to_too_much_is_not_unpacked(self) -> None:
        assert refused(_with(book(people), "xl/media/bomb.xml", b"0" * (61 * 1024 * 1024))) is Reason.BOMB

    def test_entities_are_refused(self) -> None:
        hostile = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
        assert refused(_with(book(people), "xl/other.xml", hostile)) is Reason.UNREADABLE

    def test_another_kind_of_archive(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", "<a/>")
        assert refused(out.getvalue()) is Reason.OLD_FORMAT

    @pytest.mark.parametrize("cut", [100, 1000, 3000])
    def test_a_file_cut_off_while_it_was_copied(self, cut: int) -> None:
        assert refused(book(people)[:-cut]) is Reason.UNREADABLE

    def test_a_cell_at_the_far_corner_costs_nothing(self) -> None:
        def fill(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
            people(page)
            page["XFD2"] = "x"

        assert len(read_table(book(fill)).rows) == 1


def _with(data: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize("language", ["es", "en"])
class TestTemplate:
    def test_its_headings_are_ours_in_both_kinds(self, language: str) -> None:
        words = [column.label(language) for column in columns().values()]
        assert blank_csv(language).decode("utf-8-sig").splitlines()[0].count(",") >= len(words) - 1
        made = openpyxl.load_workbook(io.BytesIO(blank_xlsx(language)))
        assert [cell.value for cell in next(made.worksheets[0].iter_rows())] == words
        assert len(made.worksheets[0].data_validations.dataValidation) >= 8
        assert made.worksheets[1].max_row > 100

    def test_filled_in_it_is_read_whole(self, language: str) -> None:
        made = openpyxl.load_workbook(io.BytesIO(blank_xlsx(language)))
        page = made.worksheets[0]
        for place, column in enumerate(columns().values(), start=1):
            choices = column.choices(language)
            page.cell(2, place, choices[0][1] if choices else date(1994, 3, 27) if column.code == "birth" else "x")
        out = io.BytesIO()
        made.save(out)
        found = read_table(out.getvalue())
        assert set(found.rows[0][1]) == set(columns())
        assert found.unknown == ()

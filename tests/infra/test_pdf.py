"""Paper: no letter is lost, no line leaves its column, equal papers are equal bytes, and the file is archivable."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.ttfonts import TTFontFace
from reportlab.pdfgen.canvas import Canvas

from referral.infra.pdf.fonts import (
    REPLACEMENT,
    FontsMissing,
    clean,
    drawable,
    load_fonts,
    missing_letters,
    shaped,
    unbroken,
    width_of,
)
from referral.infra.pdf.frame import INNER, MARGIN, Sheet
from referral.infra.pdf.text import Run, even, filled, fit, lay
from tests.paper_reading import read_paper, structure

FONTS = load_fonts()
MOMENT = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
SPANISH = "La inscripción es voluntaria y no depende de la situación migratoria."


def _sheet(text: str = SPANISH, *, qr: str = "https://ventanilla.example.org/v/7KQ2") -> bytes:
    sheet = Sheet(FONTS, title="Prueba", author="Mesa", lang="es-MX", created=MOMENT)
    sheet.write(lay(FONTS, text, width=INNER, size=12), MARGIN, 700, tag="H1")
    with sheet.group("Sect", lang="en"):
        sheet.write(lay(FONTS, "Some words", width=INNER, size=12), MARGIN, 600)
    sheet.qr(qr, x=400, y=100, size=120, alt="QR")
    return sheet.finish()


class TestLetters:
    @pytest.mark.parametrize(
        "name",
        ["Nguyễn Thị Phương Thảo", "Ò̱tö̱mi Ma̱ya̱t", "Jean-Étienne Désamours", "Олена Ковальчук", "Ñuhu Ŵelsh Šťastný"],
    )
    def test_people_s_letters_print(self, name: str) -> None:
        assert missing_letters(name, FONTS) == ()
        assert drawable(name, FONTS) == clean(name)

    def test_a_letter_the_faces_lack_is_named_once_and_drawn_as_a_mark(self) -> None:
        assert missing_letters("Li 王小王", FONTS) == ("王", "小")
        assert drawable("Li 王小王", FONTS) == f"Li {REPLACEMENT * 3}"

    def test_letters_that_cannot_be_seen_do_not_vanish(self) -> None:
        assert drawable("a\u0007b\u202ec", FONTS).count(REPLACEMENT) == 2
        assert missing_letters("a\u0007b\u202ec", FONTS) == ("U+0007", "U+202E")

    def test_marks_are_moved_under_their_letter(self) -> None:
        places = shaped("M\u0331", FONTS.bold, 20).__shapeData__  # type: ignore[attr-defined]
        assert places[1].x_offset < 0, "the line stands under the letter, not after it"

    def test_a_folder_without_fonts_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(FontsMissing, match="build the assets"):
            load_fonts(tmp_path)


class TestLines:
    @given(text=st.text(max_size=300), width=st.floats(60, 500), size=st.sampled_from([7.5, 11.0, 23.0]))
    def test_no_line_leaves_its_column_and_no_letter_is_lost(self, text: str, width: float, size: float) -> None:
        block = lay(FONTS, text, width=width, size=size)
        assert all(line.width <= width + 0.01 for line in block.lines)
        said = "".join(run.text for line in block.lines for run in line.runs)
        assert said.replace(" ", "") == drawable(text, FONTS).replace(" ", "")

    def test_a_word_of_128_letters_is_broken_not_cut(self) -> None:
        block = lay(FONTS, "X" * 128, width=200, size=12)
        assert len(block.lines) > 4
        assert "".join(run.text for line in block.lines for run in line.runs) == "X" * 128

    def test_lines_end_with_a_space_so_that_copied_words_stay_apart(self) -> None:
        assert SPANISH in read_paper(_sheet(f"{SPANISH} {SPANISH}")).text
        block = lay(FONTS, SPANISH, width=150, size=12)
        assert "".join(run.text for line in block.lines for run in line.runs) == SPANISH

    def test_values_are_bold_and_never_read_as_places_to_fill(self) -> None:
        runs = filled("con el folio {folio}, desde", folio="{date} <b>7</b>")
        assert runs == (Run("con el folio "), Run("{date} <b>7</b>", bold=True), Run(", desde"))

    def test_a_comma_after_a_bold_value_stays_with_it(self) -> None:
        width = width_of("PHM-2026", FONTS.bold, 10) + 1
        lines = lay(FONTS, filled("x {folio}, y", folio="PHM-2026"), width=width, size=10).lines
        assert "," in lines[-1].runs[0].text

    def test_a_telephone_number_is_not_split(self) -> None:
        lines = lay(FONTS, f"Llame al {unbroken('55 5555 0100')}", width=90, size=10).lines
        assert len(lines) == 2
        assert lines[1].runs[0].text == unbroken("55 5555 0100")

    def test_fit_takes_the_largest_size_that_holds(self) -> None:
        assert fit(FONTS, "Ana", width=300, sizes=(20, 10), lines=1).size == 20
        assert fit(FONTS, "Ana " * 12, width=300, sizes=(20, 10), lines=1).size == 10
        assert len(fit(FONTS, "Ana " * 90, width=300, sizes=(20, 10), lines=1).lines) > 1

    def test_even_lines_do_not_leave_one_word_alone(self) -> None:
        text = "Mexico City’s Register of Guests and Returning Migrants"
        first, second = even(FONTS, text, width=238, size=9.5).lines
        assert second.width > first.width * 0.6


class TestFile:
    def test_it_is_archivable(self, tmp_path: Path) -> None:
        path = tmp_path / "paper.pdf"
        path.write_bytes(_sheet("Ò̱tö̱mi ﬁn Nguyễn 王"))
        report = pikepdf.pdfa.validate_written(path, "2b")
        assert report.passed, report.findings

    def test_the_check_can_fail(self, tmp_path: Path) -> None:
        path = tmp_path / "plain.pdf"
        canvas = Canvas(str(path))
        canvas.drawString(72, 700, "sin incrustar")
        canvas.save()
        assert not pikepdf.pdfa.validate_written(path, "2b").passed

    def test_every_mark_is_in_the_structure_or_an_artifact(self) -> None:
        data = _sheet()
        assert structure(data) == [
            ("Document", "es-MX"),
            ("H1", "es-MX"),
            ("Sect", "en"),
            ("P", "en"),
            ("Figure", "es-MX"),
        ]
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert pdf.Root.ViewerPreferences.DisplayDocTitle
            page = pdf.pages[0]
            depth, shown_outside, numbers = 0, 0, []
            for step in pikepdf.parse_content_stream(page):
                operator = str(step.operator)
                if operator in {"BDC", "BMC"}:
                    depth += 1
                    if operator == "BDC" and "/MCID" in step.operands[1]:
                        numbers.append(int(step.operands[1].MCID))
                elif operator == "EMC":
                    depth -= 1
                elif operator in {"Tj", "TJ", "f", "f*", "S", "B"} and not depth:
                    shown_outside += 1
            owners = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
            assert shown_outside == 0
            assert numbers == list(range(len(owners)))

    def test_the_dates_are_those_passed_in(self) -> None:
        with pikepdf.open(io.BytesIO(_sheet())) as pdf:
            assert str(pdf.docinfo.CreationDate).startswith("D:20261121180000")
            assert b"<xmp:CreateDate>2026-11-21T18:00:00+00:00" in pdf.Root.Metadata.read_bytes()

    def test_equal_papers_are_equal_bytes_whatever_was_printed_before(self) -> None:
        first = _sheet()
        _sheet("Ĝ̱ fi ffi J̌ i̇́ Ĵ̣ Ṩ̈")
        assert _sheet() == first
        assert _sheet("Otro") != first

    def test_two_papers_never_cut_the_same_face_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The library reads a face through one shared position: together, two threads embed each other's letters."""
        inside, most = 0, 0
        cut = TTFontFace.makeSubset

        def watched(face: TTFontFace, subset: list[int]) -> bytes:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            time.sleep(0.005)
            made: bytes = cut(face, subset)
            inside -= 1
            return made

        expected = _sheet()
        monkeypatch.setattr(TTFontFace, "makeSubset", watched)
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(_sheet, [SPANISH] * 8)) == [expected] * 8
        assert most == 1

    def test_text_can_be_found_and_copied(self) -> None:
        assert "fin Ma\u0331ya\u0331t Nguyễn" in read_paper(_sheet("fin Ma\u0331ya\u0331t Nguyễn")).text

    @pytest.mark.parametrize("text", ["https://v.example.org/v/7", "https://ventanilla.example.org/v/" + "aZ9_" * 40])
    def test_the_qr_is_read_back(self, text: str) -> None:
        assert read_paper(_sheet(qr=text)).codes == (text,)

"""`ventanilla papers sample`: every paper in every language is written, as a paper that readers accept."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from referral.demo.samples import write_samples
from referral.referrals.slip_words import WORDS


def test_every_paper_in_every_language_is_written(tmp_path: Path) -> None:
    written = write_samples(tmp_path / "papers")
    names = {path.name for path in written}
    assert {f"hoja-{language}.pdf" for language in WORDS} | {"constancia.pdf", "constancia-menor.pdf"} <= names
    for path in written:
        with pikepdf.open(path) as paper:
            assert len(paper.pages) == 1, path.name
            assert "/StructTreeRoot" in paper.Root, f"{path.name} is not tagged"
            assert paper.pages[0].MediaBox[2:] == [612, 792], f"{path.name} is not Letter"

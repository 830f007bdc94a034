"""The Letter page every paper is drawn on: colours, mark, rules, bands, text. Used by each room's paper.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from unicodedata import combining

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import ImageReader

from referral.infra.pdf.fonts import Fonts, drawable, shaped, width_of
from referral.infra.pdf.qr import draw_qr
from referral.infra.pdf.tagged import TaggedCanvas
from referral.infra.pdf.text import Block, fit, lay

WIDTH, HEIGHT = 612.0, 792.0  # Letter, in points
MARGIN = 54.0
INNER = WIDTH - 2 * MARGIN
BRAND, JADE, INK, SOFT = HexColor("#7A1748"), HexColor("#0B5D52"), HexColor("#1B1B1B"), HexColor("#5A5A5A")
RULE, TINT, WHITE = HexColor("#D9D3CB"), HexColor("#F8F3EF"), HexColor("#FFFFFF")
WARN, WARN_TINT, WATERMARK = HexColor("#5C3B00"), HexColor("#FFF0CC"), HexColor("#F6EDF1")
BAND = 22.0
EXAMPLE_WORDS = "EJEMPLO / SAMPLE"


class PaperOverflow(Exception):
    """The facts do not fit on one page at any readable size; a setting (the legal basis, as a rule) is too long."""


class Sheet:
    """One Letter page. y is measured from the bottom, as in PDF; text is placed by the top of its first line."""

    def __init__(self, fonts: Fonts, *, title: str, author: str, lang: str, created: datetime) -> None:
        self.fonts = fonts
        self.canvas = TaggedCanvas(
            pagesize=(WIDTH, HEIGHT), face=fonts.regular, title=title, author=author, lang=lang, created=created
        )

    def finish(self) -> bytes:
        return self.canvas.archived()

    @contextmanager
    def group(self, tag: str, *, lang: str | None = None) -> Iterator[None]:
        with self.canvas.group(tag, lang=lang):
            yield

    def write(
        self,
        block: Block,
        x: float,
        top: float,
        *,
        tag: str = "P",
        lang: str | None = None,
        scope: str | None = None,
        colour: Color = INK,
        right: bool = False,
    ) -> float:
        """Places laid-out text as one tagged element; answers the y below it. `right` reads x as the right edge."""
        with self.canvas.leaf(tag, lang=lang, scope=scope):
            self._lines(block, x, top, colour, right)
        return top - block.height

    def rule(self, x: float, y: float, width: float, *, colour: Color = RULE, weight: float = 0.75) -> None:
        with self.canvas.artifact():
            self.canvas.setFillColor(colour)
            self.canvas.rect(x, y, width, weight, stroke=0, fill=1)

    def panel(self, x: float, y: float, width: float, height: float, *, edge: Color = BRAND) -> None:
        """A tinted ground with a coloured edge on its left."""
        with self.canvas.artifact():
            self.canvas.setFillColor(TINT)
            self.canvas.rect(x, y, width, height, stroke=0, fill=1)
            self.canvas.setFillColor(edge)
            self.canvas.rect(x, y, 3, height, stroke=0, fill=1)

    def mark(self, x: float, y: float, size: float) -> None:
        """The window: a rounded square in four panes over a sill, lower left corner at (x, y)."""
        canvas, step = self.canvas, size / 24
        with canvas.artifact():
            canvas.setStrokeColor(BRAND)
            canvas.setFillColor(BRAND)
            canvas.setLineWidth(2 * step)
            canvas.roundRect(x + 4 * step, y + 5 * step, 16 * step, 17 * step, 3 * step, stroke=1, fill=0)
            canvas.setLineWidth(1.5 * step)
            canvas.line(x + 12 * step, y + 5 * step, x + 12 * step, y + 22 * step)
            canvas.line(x + 4 * step, y + 13.5 * step, x + 20 * step, y + 13.5 * step)
            canvas.roundRect(x + 1 * step, y + 2 * step, 22 * step, 3 * step, 1.2 * step, stroke=0, fill=1)

    def band(self, words: str, *, behind: tuple[str, str]) -> None:
        """A warning across head and foot, and two pale words behind the text. It is read aloud once, at the head."""
        with self.canvas.artifact():
            self._slanted(behind[0], 360)
            self._slanted(behind[1], 190)
            self.canvas.setFillColor(WARN_TINT)
            self.canvas.rect(0, HEIGHT - BAND, WIDTH, BAND, stroke=0, fill=1)
            self.canvas.rect(0, 0, WIDTH, BAND, stroke=0, fill=1)
        block = fit(self.fonts, words, width=INNER, sizes=(9.5, 8.5, 7.5), lines=1, bold=True)
        x = (WIDTH - block.width) / 2
        self.write(block, x, HEIGHT - (BAND - block.height) / 2, colour=WARN)
        with self.canvas.artifact():
            self._lines(block, x, BAND - (BAND - block.height) / 2, WARN, False)

    def chip(self, x: float, middle: float) -> float:
        """The mark of an example value, centred on the height `middle`; answers its right edge."""
        words = lay(self.fonts, EXAMPLE_WORDS, width=INNER, size=5.8, bold=True)
        width = words.width + 8
        with self.canvas.artifact():
            self.canvas.setFillColor(WARN_TINT)
            self.canvas.setStrokeColor(WARN)
            self.canvas.setLineWidth(0.5)
            self.canvas.roundRect(x, middle - 5, width, 10, 2, stroke=1, fill=1)
        self.write(words, x + 4, middle + words.height / 2, tag="Span", colour=WARN)
        return x + width

    def qr(self, text: str, *, x: float, y: float, size: float, alt: str) -> None:
        with self.canvas.leaf("Figure", alt=alt):
            draw_qr(self.canvas, text, x=x, y=y, size=size)

    def photo(self, data: bytes, *, x: float, y: float, width: float, height: float, alt: str) -> None:
        """A JPEG with its lower left corner at (x, y)."""
        with self.canvas.leaf("Figure", alt=alt):
            self.canvas.drawImage(ImageReader(BytesIO(data)), x, y, width=width, height=height)

    def _lines(self, block: Block, x: float, top: float, colour: Color, right: bool) -> None:
        # The first baseline leaves room for capitals with marks; 0.31 and 1.0 em are the face's own descent and ascent.
        baseline = top - (block.leading - block.size) / 2 - block.size * 0.845
        for line in block.lines:
            start = x - line.width if right else x
            for run in line.runs:
                face = self.fonts.face(run.bold)
                text = shaped(run.text, face, block.size)
                if any(combining(letter) for letter in run.text):
                    # A mark moved under its letter looks to a reader's software like the start of another word.
                    with self.canvas.spoken(run.text):
                        self._put(text, start, baseline, face, block.size, colour)
                else:
                    self._put(text, start, baseline, face, block.size, colour)
                start += width_of(text, face, block.size)
            baseline -= block.leading

    def _slanted(self, words: str, y: float) -> None:
        canvas, face = self.canvas, self.fonts.bold
        size = 440 / width_of(words, face, 1)
        canvas.saveState()
        canvas.translate(WIDTH / 2, y)
        canvas.rotate(32)
        self._put(drawable(words, self.fonts), -220, -size / 3, face, size, WATERMARK)
        canvas.restoreState()

    def _put(self, text: str, x: float, baseline: float, face: str, size: float, colour: Color) -> None:
        placed = self.canvas.beginText(x, baseline)
        placed.setFont(face, size)
        placed.setFillColor(colour)
        placed.textOut(text)
        self.canvas.drawText(placed)

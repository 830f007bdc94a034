"""The privacy notice and the receipt of a conversation about it, one Letter page each. Called by this room's views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date

from referral.consent.notice import NoticeText, NoticeValues, filled
from referral.infra.pdf.fonts import Fonts, load_fonts
from referral.infra.pdf.frame import BRAND, HEIGHT, INNER, MARGIN, SOFT, WARN, PaperOverflow, Sheet
from referral.infra.pdf.text import even, lay
from referral.infra.settings import EXAMPLE

DEMONSTRATION = "DEMOSTRACIÓN: TEXTO DE EJEMPLO / DEMONSTRATION: SAMPLE TEXT"
BOTTOM = 46.0
SCALES = (1.15, 1.05, 1.0, 0.94, 0.88, 0.82, 0.76, 0.7)
SPOKEN, SIMPLIFIED, FULL = "spoken", "simplified", "full"
_DATES = {
    "es": ("es_MX", "d 'de' MMMM 'de' y"),
    "en": ("en", "d MMMM y"),
    "fr": ("fr", "d MMMM y"),
    "pt": ("pt_BR", "d 'de' MMMM 'de' y"),
}
# The date library has no Haitian Creole and would answer in French.
_MONTHS_HT = ("janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePaper:
    """What a printed notice needs besides its words. `checked`: a native speaker has read this language's text."""

    layer: str  # SIMPLIFIED or FULL
    version: str
    since: date
    values: NoticeValues
    checked: bool
    sample: bool
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPaper:
    """A receipt, which names no need, no answer and no institution. `folio` is left out where she has none."""

    on: date
    desk_name: str
    folio: str | None
    version: str
    values: NoticeValues
    sample: bool
    issued_at: datetime


def notice_pdf(text: NoticeText, paper: NoticePaper, *, spanish: NoticeText, fonts: Fonts | None = None) -> bytes:
    """One layer in one language, tagged, PDF/A-2b. Equal facts give equal bytes.

    PaperOverflow if the settings' texts are too long for one page.
    """
    fonts = fonts or load_fonts()
    for scale in SCALES:
        page = _Page(fonts, scale, text, title=text.titles[paper.layer], paper=paper)
        _draw_notice(page, text, paper, spanish)
        if page.top >= BOTTOM:
            return page.sheet.finish()
    raise PaperOverflow


def receipt_pdf(texts: Sequence[NoticeText], paper: ReceiptPaper, *, fonts: Fonts | None = None) -> bytes:
    """The receipt in each of these languages, one under the other, the person's own first."""
    fonts = fonts or load_fonts()
    for scale in SCALES:
        title = " / ".join(text.receipt["title"] for text in texts)
        page = _Page(fonts, scale, texts[0], title=title, paper=paper)
        for text in texts:
            _draw_receipt(page, text, paper)
        if page.top >= BOTTOM:
            return page.sheet.finish()
    raise PaperOverflow


class _Page:
    """A sheet filled from the top at one scale; `top` is where the next line goes."""

    def __init__(
        self, fonts: Fonts, scale: float, text: NoticeText, *, title: str, paper: NoticePaper | ReceiptPaper
    ) -> None:
        self.fonts, self.scale = fonts, scale
        self.sheet = Sheet(
            fonts, title=title, author=plain(paper.values.unit), lang=text.language, created=paper.issued_at
        )
        self.top = HEIGHT - 48
        if paper.sample:
            self.sheet.band(DEMONSTRATION, behind=("DEMOSTRACIÓN", "DEMONSTRATION"))
            self.top -= 12
        self.sheet.mark(MARGIN, self.top - 26, 26)
        unit = lay(fonts, plain(paper.values.unit), width=INNER - 40, size=9.5, bold=True)
        below = self.sheet.write(unit, MARGIN + 34, self.top - 6, colour=SOFT)
        if _example(paper.values):
            self.sheet.chip(MARGIN + 34 + unit.width + 8, self.top - 6 - unit.height / 2)
        self.top = min(below, self.top - 30) - 8
        self.sheet.rule(MARGIN, self.top, INNER, colour=BRAND, weight=2)
        self.top -= 12

    def write(
        self, words: str, size: float, *, tag: str = "P", bold: bool = False, soft: bool = False, gap: float = 4
    ) -> None:
        lay_out = even if tag == "H1" else lay
        block = lay_out(self.fonts, words, width=INNER, size=size * self.scale, bold=bold)
        colour = SOFT if soft else BRAND if tag.startswith("H") else None
        below = (
            self.sheet.write(block, MARGIN, self.top, tag=tag, colour=colour)
            if colour is not None
            else self.sheet.write(block, MARGIN, self.top, tag=tag)
        )
        self.top = below - gap * self.scale

    def warn(self, words: str) -> None:
        block = lay(self.fonts, words, width=INNER, size=9 * self.scale, bold=True)
        self.top = self.sheet.write(block, MARGIN, self.top, colour=WARN) - 6 * self.scale


def plain(setting: str) -> str:
    """A setting without the word that marks it as an example: the mark itself is drawn beside the unit's name."""
    return setting.removeprefix(EXAMPLE).lstrip(": ") if setting.startswith(EXAMPLE) else setting


def plain_values(values: NoticeValues) -> NoticeValues:
    """The values as they stand inside a sentence."""
    return NoticeValues(
        unit=plain(values.unit),
        contact=plain(values.contact),
        address=plain(values.address),
        complaints=plain(values.complaints),
        laws=tuple(plain(law) for law in values.laws),
    )


def _example(values: NoticeValues) -> bool:
    told = (values.unit, values.contact, values.address, values.complaints, *values.laws)
    return any(value.startswith(EXAMPLE) for value in told)


def _draw_notice(page: _Page, text: NoticeText, paper: NoticePaper, spanish: NoticeText) -> None:
    page.write(text.titles[paper.layer], 19, tag="H1", bold=True, gap=6)
    if not paper.checked:
        page.warn(" / ".join(dict.fromkeys((spanish.titles["unchecked"], text.titles["unchecked"]))))
    if paper.layer == SIMPLIFIED:
        for line in text.spoken:
            page.write(line, 11, bold=True, gap=3)
        page.top -= 6 * page.scale
    parts = text.simplified if paper.layer == SIMPLIFIED else text.full
    for part in filled(parts, text, plain_values(paper.values)):
        page.write(part.title, 12, tag="H2", bold=True, gap=2)
        for line in part.paragraphs:
            page.write(line, 10, gap=3)
        page.top -= 4 * page.scale
    since = day_words(paper.since, text.language)
    page.write(text.titles["version"].format(version=paper.version, date=since), 8.5, soft=True)


def _draw_receipt(page: _Page, text: NoticeText, paper: ReceiptPaper) -> None:
    receipt, values = text.receipt, plain_values(paper.values)
    with page.sheet.group("Sect", lang=text.language):
        page.write(receipt["title"], 17, tag="H1", bold=True, gap=6)
        rows = [(receipt["date"], day_words(paper.on, text.language)), (receipt["desk"], paper.desk_name)]
        if paper.folio:
            rows.append((receipt["folio"], paper.folio))
        for label, value in rows:
            page.write(f"{label}: {value}", 11, bold=True, gap=2)
        page.top -= 6 * page.scale
        for key in ("body", "change", "where", "keep"):
            page.write(receipt[key].format(version=paper.version, contact=values.contact), 10.5, gap=5)
    page.top -= 18 * page.scale


def day_words(day: date, language: str) -> str:
    """A day in the words of any of the notice's languages."""
    if language == "ht":
        return f"{day.day} {_MONTHS_HT[day.month - 1]} {day.year}"
    locale, pattern = _DATES[language]
    return format_date(day, pattern, locale=locale)

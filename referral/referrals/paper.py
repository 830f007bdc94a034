"""The referral slip as a one-page PDF in the person's language and Spanish. Called by this room's views."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from babel.dates import format_date
from reportlab.lib.colors import Color

from referral.infra.pdf.fonts import NO_BREAK, Fonts, load_fonts, unbroken
from referral.infra.pdf.frame import BRAND, HEIGHT, INK, INNER, MARGIN, SOFT, PaperOverflow, Sheet
from referral.infra.pdf.text import Block, even, fit, lay
from referral.kernel.clock import LOCAL_ZONE, local_day
from referral.referrals.facts import Phrase, SlipFacts
from referral.referrals.slip_words import DATES, DAYS_HT, MONTHS_HT, WORDS

DEMONSTRATION = "DEMOSTRACIÓN: DATOS INVENTADOS / DEMONSTRATION: INVENTED DATA"
GUTTER, TOP, BOTTOM = 28.0, HEIGHT - 56, 48.0
SCALES = (1.0, 0.92, 0.84, 0.76, 0.68)


def referral_slip_pdf(facts: SlipFacts, *, fonts: Fonts | None = None) -> bytes:
    """One Letter page, tagged, PDF/A-2b. Equal facts give equal bytes.

    A language without sentences of its own gets English beside the Spanish. Letters the faces lack are drawn as a
    visible mark. PaperOverflow if the texts are too long for one page.
    """
    fonts = fonts or load_fonts()
    for scale in SCALES:
        slip = _Slip(facts, fonts, scale)
        if slip.draw() >= BOTTOM:
            return slip.sheet.finish()
    raise PaperOverflow


def slip_languages(language: str) -> tuple[str, ...]:
    """The languages a slip is printed in, the person's first."""
    if language == "es":
        return ("es",)
    return (language if language in WORDS else "en", "es")


class Cell(NamedTuple):
    """Laid-out text and what it is."""

    block: Block
    tag: str
    colour: Color


class _Slip:
    """One attempt at a size."""

    def __init__(self, facts: SlipFacts, fonts: Fonts, scale: float) -> None:
        self.facts, self.fonts, self.scale = facts, fonts, scale
        self.languages = slip_languages(facts.language)
        self.column = (INNER - GUTTER * (len(self.languages) - 1)) / len(self.languages)
        title = " / ".join(WORDS[language]["title"] for language in self.languages)
        self.sheet = Sheet(fonts, title=title, author=facts.desk_name, lang=self.languages[0], created=facts.issued_at)

    def draw(self) -> float:
        """Draws the page; answers how far down it came."""
        facts = self.facts
        if facts.sample:
            self.sheet.band(DEMONSTRATION, behind=("DEMOSTRACIÓN", "DEMONSTRATION"))
        top = self._head(TOP)
        top = self._both([[self._cell(self._say(lang, "title"), 17, tag="H1")] for lang in self.languages], top)
        top = self._place(top - 12)
        if facts.appointment is not None:
            moments = [(self._moment(facts.appointment, lang),) for lang in self.languages]
            top = self._section("appointment", moments, top, bold=True)
        if facts.hours is not None:
            top = self._section("hours", self._phrases((facts.hours,)), top)
        if facts.directions is not None:
            top = self._section("directions", self._phrases((facts.directions,)), top)
        if facts.bring is not None:
            items = self._phrases(facts.bring) or [(self._say(lang, "nothing"),) for lang in self.languages]
            top = self._section("bring", items, top, listed=bool(facts.bring))
        arrive = [(self._say(lang, "show"), self._say(lang, "copy")) for lang in self.languages]
        top = self._section("arrive", arrive, top)
        told = [self._after(lang) for lang in self.languages]
        if facts.after or facts.next_step:
            top = self._section("next", told, top)
        back = "back_phone" if facts.desk_phone else "back"
        values = {"desk": facts.desk_name, "phone": unbroken(facts.desk_phone or "")}
        top = self._section("trouble", [(self._say(lang, back).format(**values),) for lang in self.languages], top)
        self.sheet.rule(MARGIN, top, INNER)
        issued = local_day(facts.issued_at)
        notes = [self._say(lang, "private").format(date=_day(issued, lang)) for lang in self.languages]
        return self._both([[self._cell(note, 8.5)] for note in notes], top - 8)

    def _after(self, lang: str) -> tuple[str, ...]:
        """What happens next, in one language: what is promised, who tells her, and the door's own words."""
        facts = self.facts
        day = _day(facts.answer_by, lang) if facts.answer_by else ""
        said = [self._say(lang, key).format(desk=facts.desk_name, date=day) for key in facts.after]
        own = self._phrases((facts.next_step,))[self.languages.index(lang)] if facts.next_step else ()
        return (*said, *own)

    def _head(self, top: float) -> float:
        desk = lay(self.fonts, self.facts.desk_name, width=INNER / 2 - 34, size=9.5, bold=True)
        label = lay(self.fonts, self._label("code"), width=INNER / 2, size=9)
        code = fit(self.fonts, self.facts.code, width=INNER / 2, sizes=(24, 21, 18, 15, 12), lines=1, bold=True)
        height = max(desk.height, label.height + code.height, 32) + 8
        self.sheet.mark(MARGIN - 2, top - 30, 30)
        self.sheet.write(desk, MARGIN + 36, top, colour=SOFT)
        below = self.sheet.write(label, MARGIN + INNER, top, colour=SOFT, right=True)
        self.sheet.write(code, MARGIN + INNER, below, colour=BRAND, right=True)
        self.sheet.rule(MARGIN, top - height, INNER, colour=BRAND, weight=2)
        return top - height - 18

    def _place(self, top: float) -> float:
        """Where to go, in one panel: names, addresses and phones read the same in every language."""
        lines: list[tuple[Block, bool]] = []
        sizes = [size * self.scale for size in (19, 17, 15, 13)]
        if not self.facts.discreet:
            lines.append(
                (fit(self.fonts, self.facts.door_name, width=INNER - 32, sizes=sizes, lines=2, bold=True), False)
            )
        for key, value in (("address", self.facts.address), ("phone", self.facts.phone)):
            if value:
                lines.append((lay(self.fonts, self._label(key), width=INNER - 32, size=8.5 * self.scale), True))
                lines.append((lay(self.fonts, value, width=INNER - 32, size=13 * self.scale), False))
        if not lines:
            lines.append((lay(self.fonts, self._label("ask"), width=INNER - 32, size=13 * self.scale), False))
        height = sum(block.height + (5 if soft else 0) for block, soft in lines) + 18
        self.sheet.panel(MARGIN, top - height, INNER, height)
        place = top - 9
        for block, soft in lines:
            place = self.sheet.write(block, MARGIN + 18, place - (5 if soft else 0), colour=SOFT if soft else INK)
        return top - height - 18

    def _section(
        self, key: str, columns: Sequence[Sequence[str]], top: float, *, bold: bool = False, listed: bool = False
    ) -> float:
        dot = f"•{NO_BREAK}" if listed else ""
        cells = [
            [
                self._cell(self._say(lang, key), 10, tag="H2"),
                *(self._cell(dot + text, 11.5, bold=bold) for text in texts),
            ]
            for lang, texts in zip(self.languages, columns, strict=True)
        ]
        return self._both(cells, top) - 12 * self.scale

    def _cell(self, text: str, size: float, *, tag: str = "P", bold: bool = False) -> Cell:
        """A heading in brand colour, a note under 9 points in grey, other text in ink."""
        width, size_now, heavy = self.column, size * self.scale, bold or tag != "P"
        if tag == "H1":
            block = even(self.fonts, text, width=width, size=size_now, bold=heavy)
        else:
            block = lay(self.fonts, text, width=width, size=size_now, bold=heavy)
        return Cell(block, tag, BRAND if tag != "P" else SOFT if size < 9 else INK)

    def _both(self, columns: Sequence[Sequence[Cell]], top: float) -> float:
        """The same cells in each language, level with each other; read aloud one language after the other."""
        heights: list[float] = [max(cell.block.height for cell in row) + 2 for row in zip(*columns, strict=True)]
        for place, (lang, cells) in enumerate(zip(self.languages, columns, strict=True)):
            y = top
            for cell, height in zip(cells, heights, strict=True):
                x = MARGIN + place * (self.column + GUTTER)
                self.sheet.write(cell.block, x, y, tag=cell.tag, lang=lang, colour=cell.colour)
                y -= height
        return top - sum(heights)

    def _phrases(self, phrases: Sequence[Phrase]) -> list[tuple[str, ...]]:
        if not phrases:
            return []
        return [tuple(_words(phrase, lang) for phrase in phrases) for lang in self.languages]

    def _say(self, lang: str, key: str) -> str:
        return WORDS[lang][key]

    def _label(self, key: str) -> str:
        return " / ".join(dict.fromkeys(self._say(lang, key) for lang in self.languages))

    def _moment(self, moment: datetime, lang: str) -> str:
        local = moment.astimezone(LOCAL_ZONE)
        return f"{_day(local.date(), lang, weekday=True)}, {local:%H:%M}"


def _words(phrase: Phrase, lang: str) -> str:
    return phrase.es if lang == "es" else phrase.own or phrase.es


def _day(day: date, lang: str, *, weekday: bool = False) -> str:
    if lang == "ht":  # the date library has no Haitian Creole and would answer in French
        words = f"{day.day} {MONTHS_HT[day.month - 1]} {day.year}"
        return f"{DAYS_HT[day.weekday()]} {words}" if weekday else words
    locale, pattern = DATES[lang]
    return format_date(day, f"EEEE {pattern}" if weekday else pattern, locale=locale)

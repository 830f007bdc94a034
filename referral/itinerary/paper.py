"""The itinerary as a one-page PDF: big numbers, pictograms, large type. Called by this room's views and the samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from referral.infra.pdf.fonts import Fonts, load_fonts, unbroken
from referral.infra.pdf.frame import BRAND, HEIGHT, INK, INNER, MARGIN, SOFT, WHITE, PaperOverflow, Sheet
from referral.infra.pdf.text import even, fit, lay
from referral.itinerary.facts import Bring, ItineraryFacts, Stop
from referral.itinerary.pictograms import clock, paper, pin, telephone
from referral.itinerary.words import WORDS
from referral.kernel.clock import local_day
from referral.referrals.facts import Phrase
from referral.referrals.slip_words import DATES, MONTHS_HT

DEMONSTRATION = "DEMOSTRACIÓN: DATOS INVENTADOS / DEMONSTRATION: INVENTED DATA"
TOP, BOTTOM, INDENT, GUTTER = HEIGHT - 50, 40.0, 52.0, 16.0
LARGEST = 14.0  # points of what is read on the way; the scales below are tried until the page holds every stop
OWN_SHARE = 0.56  # of a row in two languages: the person's is the larger type
SCALES = (1.0, 0.93, 0.86, 0.8, 0.74)


def itinerary_pdf(facts: ItineraryFacts, *, fonts: Fonts | None = None) -> bytes:
    """One Letter page, tagged, PDF/A-2b. Equal facts give equal bytes. PaperOverflow when the doors do not fit."""
    fonts = fonts or load_fonts()
    for scale in SCALES:
        page = _Page(facts, fonts, scale)
        if page.draw() >= BOTTOM:
            return page.sheet.finish()
    raise PaperOverflow


def spoken_languages(language: str) -> tuple[str, ...]:
    """The languages of the page, the person's first; English for one that has no sentences here."""
    return ("es",) if language == "es" else (language if language in WORDS else "en", "es")


class _Page:
    """One attempt at a size."""

    def __init__(self, facts: ItineraryFacts, fonts: Fonts, scale: float) -> None:
        self.facts, self.fonts, self.size = facts, fonts, LARGEST * scale
        self.languages = spoken_languages(facts.language)
        title = self._both("title")
        self.sheet = Sheet(fonts, title=title, author=facts.desk_name, lang=self.languages[0], created=facts.issued_at)

    def draw(self) -> float:
        """Draws the page; answers how far down it came."""
        if self.facts.sample:
            self.sheet.band(DEMONSTRATION, behind=("DEMOSTRACIÓN", "DEMONSTRATION"))
        top = self._head()
        for number, stop in enumerate(self.facts.stops, start=1):
            top = self._stop(number, stop, top - 8)
        self.sheet.rule(MARGIN, top - 6, INNER)
        top -= 10
        for place, language in enumerate(self.languages):
            top = self._line(self._say(language, "back"), top, language, size=self.size - 2 * bool(place), x=0.0)
        day = local_day(self.facts.issued_at)
        for language in self.languages:
            words = self._say(language, "private", date=_day(day, language))
            top = self._line(words, top - 2, language, size=8.5, x=0.0, soft=True)
        if not self.facts.checked:
            top = self._line(self._both("unchecked"), top - 2, None, size=8.5, x=0.0, soft=True)
        return top

    def _head(self) -> float:
        self.sheet.mark(MARGIN - 2, TOP - 30, 28)
        desk = lay(self.fonts, self.facts.desk_name, width=INNER - 40, size=9.5, bold=True)
        self.sheet.write(desk, MARGIN + 36, TOP - 2, colour=SOFT)
        top = TOP - 36
        title = even(self.fonts, self._both("title"), width=INNER, size=20, bold=True)
        top = self.sheet.write(title, MARGIN, top, tag="H1", colour=BRAND) - 2
        for place, language in enumerate(self.languages):
            top = self._line(self._say(language, "say"), top, language, size=self.size - 2 * bool(place), x=0.0)
        return top

    def _stop(self, number: int, stop: Stop, top: float) -> float:
        """One door: its number and code, its name or only which visit it is, then a line for each thing to know."""
        self.sheet.rule(MARGIN, top, INNER, colour=BRAND, weight=1.2)
        top -= 8
        code = lay(self.fonts, stop.code, width=150, size=self.size + 1, bold=True)
        self.sheet.write(code, MARGIN + INNER, top, colour=BRAND, right=True)
        name = stop.name or self._both("visit", number=str(number))
        sizes = [self.size + more for more in (4, 2, 0)]
        title = fit(self.fonts, name, width=INNER - INDENT - code.width - 12, sizes=sizes, lines=2, bold=True)
        self._number(number, top)
        with self.sheet.group("Sect"):
            top = self.sheet.write(title, MARGIN + INDENT, top, tag="H2", lang="es" if stop.name else None) - 3
            if stop.address:
                top = self._row(pin, [(stop.address, "es")], top)
            if stop.directions or not stop.address:
                top = self._known(None if stop.address else pin, stop.directions, "ask", top)
            top = self._known(clock, stop.hours, "no_hours", top)
            if stop.phone:
                top = self._row(telephone, [(unbroken(stop.phone), "es")], top)
            if stop.bring:
                top = self._row(paper, self._bring(stop.bring), top)
        return top

    def _known(self, picture: Callable[..., None] | None, phrase: Phrase | None, unknown: str, top: float) -> float:
        """A row of what the directory says, or the sentence that says what to do when it says nothing."""
        said = self._phrase(phrase) if phrase else [(self._say(each, unknown), each) for each in self.languages]
        return self._row(picture, said, top)

    def _bring(self, items: Sequence[Bring]) -> list[tuple[str, str]]:
        """What to bring, in one breath; marked where a paper on her file will do."""
        own = any(item.words.own for item in items) and self.languages[0] != "es"
        said = []
        for language in self.languages if own else ("es",):
            parts = []
            for item in items:
                words = item.words.es if language == "es" else item.words.own or item.words.es
                parts.append(f"{words} ({self._say(language, 'has')})" if item.has else words)
            said.append((f"{self._say(language, 'bring')}: {'; '.join(parts)}", language))
        return said

    def _row(self, picture: Callable[..., None] | None, said: Sequence[tuple[str, str]], top: float) -> float:
        """What is said once goes across; what is said in two languages goes side by side, Spanish smaller."""
        if picture is not None:
            with self.sheet.canvas.artifact():
                picture(self.sheet.canvas, MARGIN + INDENT, top - self.size * 1.18, self.size)
        shift = INDENT + self.size + 10
        whole = INNER - shift - GUTTER * (len(said) - 1)
        widths = (whole,) if len(said) == 1 else (whole * OWN_SHARE, whole * (1 - OWN_SHARE))
        below = top
        for place, ((text, language), width) in enumerate(zip(said, widths, strict=True)):
            size = self.size - 2 * bool(place)
            x = shift + place * (widths[0] + GUTTER)
            after = self._line(text, top, language, size=size, x=x, width=width, soft=bool(place))
            below = min(below, after)
        return below - 1

    def _line(
        self,
        text: str,
        top: float,
        language: str | None,
        *,
        size: float,
        x: float,
        width: float | None = None,
        soft: bool = False,
    ) -> float:
        block = lay(self.fonts, text, width=width or INNER - x, size=size, spacing=1.24)
        return self.sheet.write(block, MARGIN + x, top, lang=language, colour=SOFT if soft else INK)

    def _number(self, number: int, top: float) -> None:
        """The number in a disc: what somebody who does not read goes by."""
        middle, radius = MARGIN + 19, 17.0
        canvas: Any = self.sheet.canvas
        with canvas.artifact():
            canvas.setFillColor(INK)
            canvas.circle(middle, top - radius, radius, stroke=0, fill=1)
        digit = lay(self.fonts, str(number), width=40, size=21, bold=True)
        self.sheet.write(digit, middle - digit.width / 2, top - radius + digit.height / 2, tag="Span", colour=WHITE)

    def _phrase(self, phrase: Phrase) -> list[tuple[str, str]]:
        own = self.languages[0]
        if own == "es" or not phrase.own:
            return [(phrase.es, "es")]
        return [(phrase.own, own), (phrase.es, "es")]

    def _say(self, language: str, key: str, **values: str) -> str:
        return WORDS[language][key].format(desk=self.facts.desk_name, **values)

    def _both(self, key: str, **values: str) -> str:
        return " / ".join(dict.fromkeys(self._say(language, key, **values) for language in self.languages))


def _day(day: date, language: str) -> str:
    if language == "ht":  # the date library has no Haitian Creole and would answer in French
        return f"{day.day} {MONTHS_HT[day.month - 1]} {day.year}"
    locale, pattern = DATES[language]
    return format_date(day, pattern, locale=locale)

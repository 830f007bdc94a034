"""Words into lines that fit a width, with bold where a value stands. Called by frame.py and each room's paper.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from unicodedata import combining

from referral.infra.pdf.fonts import Fonts, drawable, width_of


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Runs side by side. The width is that of the letters unkerned: shaping waits until a line is drawn, since most
    lines laid out while looking for a size that fits never are.
    """

    runs: tuple[Run, ...]
    width: float


@dataclass(frozen=True, slots=True)
class Block:
    """Laid-out lines of one size."""

    lines: tuple[Line, ...]
    size: float
    leading: float

    @property
    def height(self) -> float:
        return self.leading * len(self.lines)

    @property
    def width(self) -> float:
        return max((line.width for line in self.lines), default=0.0)


def filled(sentence: str, **values: str) -> tuple[Run, ...]:
    """A sentence with {named} places filled; what fills them is set in bold. Values are never read as markup."""
    runs: list[Run] = []
    for literal, name, _spec, _conversion in Formatter().parse(sentence):
        if literal:
            runs.append(Run(literal))
        if name is not None:
            runs.append(Run(values[name], bold=True))
    return tuple(runs)


def lay(
    fonts: Fonts, text: str | Sequence[Run], *, width: float, size: float, bold: bool = False, spacing: float = 1.36
) -> Block:
    """Lines no wider than `width` points. A word wider than a line is broken between letters, never cut off."""
    runs = (Run(text, bold),) if isinstance(text, str) else text
    lines: list[Line] = []
    current: list[list[Run]] = []
    used = 0.0
    gap = width_of(" ", fonts.regular, size)
    for word in _words(fonts, runs):
        for place, (part, part_width) in enumerate(_parts(fonts, word, width, size)):
            if current and (place or used + gap + part_width > width):
                lines.append(_set(fonts, current, size, ends_word=not place))
                current, used = [], 0.0
            used += part_width + (gap if current else 0.0)
            current.append(part)
    if current:
        lines.append(_set(fonts, current, size, ends_word=False))
    return Block(tuple(lines), size, size * spacing)


def fit(fonts: Fonts, text: str, *, width: float, sizes: Sequence[float], lines: int, bold: bool = False) -> Block:
    """The first of `sizes` (largest first) at which the text takes at most `lines` lines; the last if none does."""
    blocks = (lay(fonts, text, width=width, size=size, bold=bold, spacing=1.24) for size in sizes[:-1])
    fitting = next((block for block in blocks if len(block.lines) <= lines), None)
    return fitting or lay(fonts, text, width=width, size=sizes[-1], bold=bold, spacing=1.24)


@lru_cache(maxsize=64)  # titles are few, and hold nothing about a person
def even(fonts: Fonts, text: str, *, width: float, size: float, bold: bool = False) -> Block:
    """As lay, with lines of about equal length: for titles, where a last line of one word looks like a mistake."""
    best = lay(fonts, text, width=width, size=size, bold=bold)
    low, high = width / 2, width
    for _ in range(6):
        middle = (low + high) / 2
        block = lay(fonts, text, width=middle, size=size, bold=bold)
        if len(block.lines) > len(best.lines):
            low = middle
        else:
            best, high = block, middle
    return best


def _words(fonts: Fonts, runs: Iterable[Run]) -> list[list[Run]]:
    """Words, each a list of runs: a bold value and the comma after it are one word."""
    words: list[list[Run]] = []
    apart = True
    for run in runs:
        text = drawable(run.text, fonts)
        if run.text[:1].isspace():
            apart = True
        for index, word in enumerate(text.split(" ") if text else ()):
            if apart or index:
                words.append([])
            words[-1].append(Run(word, run.bold))
            apart = False
        if run.text[-1:].isspace():
            apart = True
    return words


def _parts(fonts: Fonts, word: list[Run], width: float, size: float) -> list[tuple[list[Run], float]]:
    whole = _width(fonts, word, size)
    if whole <= width:
        return [(word, whole)]
    parts: list[tuple[list[Run], float]] = []
    current: list[Run] = []
    for run in word:
        for letter in run.text:
            longer = _joined(current, Run(letter, run.bold))
            if current and _width(fonts, longer, size) > width and not combining(letter):
                parts.append((current, _width(fonts, current, size)))
                longer = [Run(letter, run.bold)]
            current = longer
    parts.append((current, _width(fonts, current, size)))
    return parts


def _joined(runs: list[Run], more: Run) -> list[Run]:
    if runs and runs[-1].bold == more.bold:
        return [*runs[:-1], Run(runs[-1].text + more.text, more.bold)]
    return [*runs, more]


def _width(fonts: Fonts, runs: Iterable[Run], size: float) -> float:
    return sum(width_of(run.text, fonts.face(run.bold), size) for run in runs)


def _set(fonts: Fonts, words: list[list[Run]], size: float, *, ends_word: bool) -> Line:
    joined: list[Run] = []
    for index, word in enumerate(words):
        for place, run in enumerate(word):
            joined = _joined(joined, Run(f" {run.text}" if index and not place else run.text, run.bold))
    width = _width(fonts, joined, size)
    if ends_word:
        # Beyond the measured width and not seen; without it, what is read aloud or copied runs two words together.
        joined = _joined(joined, Run(" ", joined[-1].bold))
    return Line(tuple(joined), width)

"""The two faces every paper is set in, and which letters they have. Called by layout and each room's paper.py."""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont, shapeStr

from referral.infra.settings import static_folder

REPLACEMENT = "\ufffd"  # drawn in place of a letter the face lacks: a visible mark, never nothing
NO_BREAK = "\u00a0"
KERNED_FROM = 12.0  # in points; kerning smaller text is not seen on paper and doubles the time to make it
_SPACES = re.compile(r"[ \t\n\r\f\v\u2028\u2029]+")
_PRIVATE = range(0xE000, 0xF900)
_lock = threading.Lock()


class FontsMissing(Exception):
    """The folder holds no NotoSans-Regular.ttf and NotoSans-Bold.ttf; the build has not run."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """Registered names of both faces and the code points that both can draw."""

    regular: str
    bold: str
    letters: frozenset[int]

    def face(self, bold: bool) -> str:
        return self.bold if bold else self.regular


def load_fonts(folder: Path | None = None) -> Fonts:
    """The faces in `folder` (default: what the build wrote), read once per process."""
    with _lock:
        return _load((folder or static_folder() / "fonts").resolve())


@lru_cache(maxsize=8)
def _load(folder: Path) -> Fonts:
    mark = hashlib.blake2b(str(folder).encode(), digest_size=6).hexdigest()
    names: list[str] = []
    covered: list[frozenset[int]] = []
    for weight in ("Regular", "Bold"):
        path = folder / f"NotoSans-{weight}.ttf"
        if not path.is_file():
            raise FontsMissing(f"{path.name} is not in {folder}; build the assets first.")
        name = f"Noto-{weight}-{mark}"
        # Not ASCII-readable: each paper then embeds only the letters it shows, and is smaller for it.
        font = TTFont(name, str(path), shapable=True, asciiReadable=False)
        pdfmetrics.registerFont(font)
        font.hbFace  # noqa: B018 - made on first use by the library, which two threads must not both do
        names.append(name)
        # Taken now: shaping later adds private code points of its own to the face's table.
        covered.append(frozenset(point for point in font.face.charToGlyph if _visible(chr(point))))
    return Fonts(regular=names[0], bold=names[1], letters=(covered[0] & covered[1]) | {ord(NO_BREAK)})


def _visible(letter: str) -> bool:
    # A face has empty glyphs for controls that turn the reading direction or join nothing: on paper they would vanish.
    return unicodedata.category(letter)[0] != "C"


def clean(text: str) -> str:
    """One line of composed text: NFC, every run of white space one space, unbreakable ones kept."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def unbroken(text: str) -> str:
    """The same words, never split over two lines: for a telephone number, a date."""
    return clean(text).replace(" ", NO_BREAK)


def missing_letters(text: str, fonts: Fonts) -> tuple[str, ...]:
    """Letters of `text` that the faces cannot draw, each once, in order; one that cannot be seen as U+ and its number.

    Empty: the text prints whole.
    """
    lacking = dict.fromkeys(letter for letter in clean(text) if ord(letter) not in fonts.letters)
    return tuple(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in lacking)


def drawable(text: str, fonts: Fonts) -> str:
    """`text` with a visible mark in place of each letter the faces lack, so that none disappears unnoticed."""
    mark = REPLACEMENT if ord(REPLACEMENT) in fonts.letters else "?"
    return "".join(letter if ord(letter) in fonts.letters else mark for letter in clean(text))


def shaped(text: str, face: str, size: float) -> str:
    """`text` with marks placed and, from KERNED_FROM points on, pairs kerned: plain, or a str carrying positions."""
    if size < KERNED_FROM and not any(unicodedata.combining(letter) for letter in text):
        return text
    result: str = shapeStr(text, face, size)
    if any(ord(letter) in _PRIVATE for letter in result):
        # A glyph without a code point would get one by order of arrival in this process: the same paper would differ
        # from run to run and copy as nonsense. Unshaped, the mark sits where the face puts it by default.
        return text
    return result


def width_of(text: str, face: str, size: float) -> float:
    """Width in points of plain or shaped text."""
    places = getattr(text, "__shapeData__", None)
    if places is None:
        plain: float = pdfmetrics.stringWidth(text, face, size)
        return plain
    return float(sum(place.x_advance for place in places)) * size / 1000

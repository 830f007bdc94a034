"""A person's names as people have them: one or many, in any script. Used by people, padron, papers and search."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from referral.kernel.refusal import Refused

LONGEST_NAME = 128
MOST_OTHER_NAMES = 20

# Persian and the scripts of India need these two to join letters rightly; every other invisible mark is refused.
_WITHOUT_JOINERS = str.maketrans("", "", "\u200c\u200d")
# Letters by the book that show nothing at all.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")
_APOSTROPHES = str.maketrans("", "", "'’‘ʼʻ`´ʹ＇")
# Letters that carry no separable accent.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_PARTICLES = frozenset(
    ("de", "del", "la", "las", "los", "da", "das", "do", "dos", "du", "des", "le", "van", "von", "y")
)


class NameProblem(StrEnum):
    """Why a name cannot be kept. `longest` comes with TOO_LONG, `most` with TOO_MANY."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    INVISIBLE_CHARACTERS = "invisible_characters"
    NO_LETTERS = "no_letters"


@dataclass(frozen=True, slots=True)
class PersonNames:
    """Cleaned on creation; Refused(NameProblem, field=...) when a name cannot be kept. Any one name is enough.

    `given`, `surname1`, `surname2` as on the document; `chosen` is the name the person uses, in full, as it is to be
    shown; `others` other names and spellings, for search; `native` the name in its own script.
    """

    given: str = ""
    surname1: str = ""
    surname2: str = ""
    chosen: str = ""
    others: tuple[str, ...] = ()
    native: str = ""

    def __post_init__(self) -> None:
        for name in ("given", "surname1", "surname2", "chosen", "native"):
            object.__setattr__(self, name, _cleaned(getattr(self, name), name))
        others = tuple(dict.fromkeys(cleaned for other in self.others if (cleaned := _cleaned(other, "others"))))
        if len(others) > MOST_OTHER_NAMES:
            raise Refused(NameProblem.TOO_MANY, field="others", most=MOST_OTHER_NAMES)
        object.__setattr__(self, "others", others)
        if not (self.given or self.surname1 or self.surname2 or self.chosen or self.native):
            raise Refused(NameProblem.EMPTY, field="given")

    @property
    def display(self) -> str:
        """The name to show and to call: the chosen one if there is one."""
        return self.chosen or self.document_name or self.native

    @property
    def document_name(self) -> str:
        """Given names and surnames in the document's order; empty for someone known only by an alias."""
        return " ".join(part for part in (self.given, self.surname1, self.surname2) if part)

    @property
    def initials(self) -> str:
        """First letters of the document name (else of the name shown), particles such as "de la" left out: "MFPG"."""
        words = (self.document_name or self.display).split()
        letters = [_first_letter(word) for word in words if word.casefold() not in _PARTICLES or len(words) == 1]
        return "".join(letters).upper()

    @property
    def sort_key(self) -> tuple[str, str]:
        """Orders a list as a Mexican reader expects: surnames, then given names; ñ after n."""
        surnames = " ".join(part for part in (self.surname1, self.surname2) if part)
        return (sorting_key(surnames or self.display), sorting_key(self.given))


def clean_name(text: str) -> str:
    """One name as it is kept: NFC, single spaces. Refused(NameProblem) when it cannot be."""
    cleaned = " ".join(unicodedata.normalize("NFC", text).split())
    if not cleaned:
        raise Refused(NameProblem.EMPTY)
    if len(cleaned) > LONGEST_NAME:
        raise Refused(NameProblem.TOO_LONG, longest=LONGEST_NAME)
    # Not printable: control and direction marks, lone surrogates, private and unassigned code points.
    if not cleaned.translate(_WITHOUT_JOINERS).isprintable() or not _BLANK_LETTERS.isdisjoint(cleaned):
        raise Refused(NameProblem.INVISIBLE_CHARACTERS)
    if not any(c.isalpha() for c in cleaned):
        raise Refused(NameProblem.NO_LETTERS)
    return cleaned


def normalise(text: str) -> str:
    """Text for search, never for show: lower case, no accents or apostrophes, ñ as n, other signs as spaces.

    Idempotent. "  D’Ángelo-Muñoz " and "dangelo munoz" come out equal.
    """
    text = text.translate(_APOSTROPHES)
    # Nearly every name here has letters of Western Europe alone: known beforehand, at a tenth of the cost.
    western = text.translate(_WESTERN_LETTERS)
    return " ".join((western if western.isascii() else _plain(text)).split())


def _plain(text: str) -> str:
    plain = _without_marks(text.casefold()).casefold().translate(_PLAIN_LETTERS)
    return "".join(c if c.isalnum() else " " for c in _without_marks(plain))


def sorting_key(text: str) -> str:
    """Orders labels and names the Spanish way in any list: accents and case ignored, ñ after n."""
    # ʒ is a letter, so it passes normalise(); it sorts after z and is in nobody's name here.
    return normalise(unicodedata.normalize("NFC", text).casefold().replace("ñ", "nʒ"))


def _cleaned(text: str, field: str) -> str:
    if not text or text.isspace():
        return ""
    try:
        return clean_name(text)
    except Refused as refused:
        raise refused.on(field) from None


def _first_letter(word: str) -> str:
    return next((c for c in word if c.isalpha()), "")


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))


_WESTERN_LETTERS = {code: _plain(chr(code)) for code in range(0x180) if code < 0x80 or chr(code).isalpha()}

"""The columns of a list of people and the words their cells take, from content/*.csv. For reading and for templates."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from referral.intake.facts import LEADER, NO, NOT_ASKED, YES
from referral.intake.rules.reasons import Reason
from referral.kernel import codes
from referral.kernel.names import normalise
from referral.kernel.refusal import Refused
from referral.visits.facts import FirstAnswer

SEVERAL = frozenset({"needs", "first"})  # columns that hold several codes
_CONTENT = Path(__file__).parents[1] / "content"
_LEADERS = ("referencia", "persona de referencia", "titular", "jefa", "jefe", "cabeza", "reference", "head", LEADER)
FIRST_WORDS = MappingProxyType(
    {
        FirstAnswer.ALONE: ("Menor sin adulto", "Without an adult"),
        FirstAnswer.VIOLENCE: ("Violencia", "Violence"),
        FirstAnswer.TRAFFICKING: ("Trata", "Trafficking"),
        FirstAnswer.THREAT: ("Amenaza", "Threat"),
        FirstAnswer.OTHER_DANGER: ("Peligro", "Danger"),
        FirstAnswer.NO_BED: ("Sin dónde dormir", "Nowhere to sleep"),
        FirstAnswer.MEDICAL: ("Emergencia médica", "Medical emergency"),
    }
)
_ASKED = {YES: ("Sí", "Yes"), NO: ("No", "No"), NOT_ASKED: ("No se preguntó", "Not asked")}
# Of the ways to say yes, those that a list can prove or its brigade heard.
_YES_BY = MappingProxyType({"sensitive_how": ("signed", "thumbprint"), "care_how": ("verbal", "signed", "thumbprint")})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `list_name`: the code list its cells are of ("first" for the first answers, "asked" for an answer to
    a question of consent), "" for free text.
    """

    code: str
    es: str
    en: str
    list_name: str
    about_es: str
    about_en: str
    aliases: tuple[str, ...]

    def label(self, locale: str) -> str:
        return self.en if locale.startswith("en") else self.es

    def about(self, locale: str) -> str:
        """A line that explains it; empty when its name says it all."""
        return self.about_en if locale.startswith("en") else self.about_es

    def choices(self, locale: str) -> list[tuple[str, str]]:
        """(code, word) of what its cells may say; [] for free text."""
        if not self.list_name:
            return []
        english = locale.startswith("en")
        if self.list_name == "first":
            return [(code.value, words[english]) for code, words in FIRST_WORDS.items()]
        asked = [(code, words[english]) for code, words in _ASKED.items()]
        if self.list_name == "asked":
            return asked
        found = codes.code_list(self.list_name).choices(locale)
        if self.code in _YES_BY:
            found = [pair for pair in found if pair[0] in _YES_BY[self.code]]
        if self.code == "sensitive_how":
            found = [*found, *(pair for pair in asked if pair[0] != YES)]
        if self.code == "relation":
            found = [(LEADER, "Reference" if english else "Referencia"), *found]
        return found


@cache
def columns() -> Mapping[str, Column]:
    """Every column by its code, in the order of the template."""
    with (_CONTENT / "columns.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Column(code, es, en, known, about_es, about_en, tuple(filter(None, aliases.split("|"))))
            for code, es, en, known, about_es, about_en, aliases in list(csv.reader(file))[1:]
        ]
    return MappingProxyType({row.code: row for row in rows})


@cache
def _headings() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for column in columns().values():
        for words in (column.code, column.es, column.en, *column.aliases):
            found.setdefault(normalise(words.replace("_", " ")), column.code)
    return found


@cache
def _words(code: str) -> Mapping[str, str]:
    """Normalised word -> code, for one column: codes first, then the words of both languages, then ours."""
    found: dict[str, str] = {}
    for word, value in _spoken(columns()[code]):
        found.setdefault(normalise(word), value)
    found.pop("", None)
    return found


def _spoken(column: Column) -> Iterator[tuple[str, str]]:
    if column.code == "relation":
        yield from ((word, LEADER) for word in _LEADERS)
    if column.list_name == "first":
        yield from ((entry.value.replace("_", " "), entry.value) for entry in FIRST_WORDS)
    elif column.list_name == "asked":
        yield from ((code.replace("_", " "), code) for code in _ASKED)
        yield from (("x", YES), ("no preguntado", NOT_ASKED), ("sin preguntar", NOT_ASKED))
    else:
        entries = tuple(codes.code_list(column.list_name))
        yield from ((entry.code, entry.code) for entry in entries)
        yield from ((words, entry.code) for entry in entries for words in (entry.es, entry.en))
    for locale in ("es", "en"):
        yield from ((words, value) for value, words in column.choices(locale))
    if column.list_name == "countries":
        yield from ((entry.extra["alpha3"], entry.code) for entry in codes.COUNTRIES)
    with (_CONTENT / "words.csv").open(encoding="utf-8", newline="") as file:
        yield from ((row["word"], row["code"]) for row in csv.DictReader(file) if row["list"] == column.list_name)


def code_of(column: str, word: str) -> str | None:
    """The code a cell means, by code or word in either language, without accents; None when it is none."""
    return _words(column).get(normalise(word))


def heading_row(rows: Sequence[Sequence[str]]) -> tuple[int, dict[int, str], tuple[str, ...]]:
    """Which of the first rows holds the headings, the column code at each place, headings that are not ours.

    Refused without two known headings of which one is a name, or when one column stands twice.
    """
    best: tuple[int, dict[int, str]] = (-1, {})
    for at, cells in enumerate(rows):
        found = {place: code for place, cell in enumerate(cells) if (code := _headings().get(normalise(cell)))}
        if len(found) > len(best[1]):
            best = (at, found)
    at, found = best
    named = {"given", "surname1", "chosen"} & set(found.values())
    if len(found) < 2 or not named:
        first = next((cells for cells in rows if any(cells)), ())
        shown = ", ".join(cell for cell in first if cell)[:200]
        raise Refused(Reason.NO_HEADINGS, field="sheet", found=shown or "—")
    for code in found.values():
        if list(found.values()).count(code) > 1:
            raise Refused(Reason.TWICE, field="sheet", heading=columns()[code].es)
    unknown = tuple(cell for place, cell in enumerate(rows[at]) if cell and place not in found)
    return at, found, unknown

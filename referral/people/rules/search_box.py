"""Reads the one search box: folio, phone, CURP, document number, birth date or year, and words of a name, in any order.

Called by people.queries (and by desk through it). Never fails: what it cannot read is a word of a name.
"""

import re
from dataclasses import dataclass
from datetime import date

from referral.kernel.date_boxes import date_from_boxes
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.rules.keys import (
    OPENING_LETTERS,
    PAIR_LETTERS,
    ExactId,
    ExactKind,
    NameForm,
    birth_times,
    day_keys,
    form_keys,
    pair_key,
    time_key,
)
from referral.people.rules.matching import Query
from referral.people.rules.name_agreement import words_of
from referral.people.rules.phonetics import Token, opening_codes, tokens

LONGEST_SEARCH = 200

_CURP = re.compile(r"\b[a-z]{4}\d{6}[a-z]{6}[a-z0-9]\d\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b"
    r"|\b(?P<day2>\d{1,2})[-/.](?P<month2>\d{1,2})[-/.](?P<year2>\d{4})\b"
    r"|\b(?P<day3>\d{1,2})\s+(?:de\s+)?(?P<month3>[a-z]{3,10})\.?\s+(?:del?\s+)?(?P<year3>\d{4})\b",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w/-])\+?\(?\d[\d\s().-]{5,18}\d(?![\w/-])")
_YEAR = re.compile(r"(?<![\w/-])(\d{4})(?![\w/-])")
# A run of letters and digits with at least one digit, dashes inside allowed: folios and document numbers.
_NUMBERED = re.compile(r"(?<!\w)(?=[\w/-]*\d)\w[\w/-]{3,38}\w(?!\w)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search box says. `exact` may read one number in several ways; `query` and `keys` hold all of it."""

    exact: tuple[ExactId, ...]
    births: tuple[PartialDate, ...]
    words: tuple[Token, ...]
    keys: frozenset[str]
    query: Query


def query_keys(text: str, *, today: date) -> Asked:
    """Reads at most LONGEST_SEARCH characters. A last word with nothing after it counts as still being typed."""
    rest = text[:LONGEST_SEARCH]
    exact = [ExactId(ExactKind.CURP, found) for found in _CURP.findall(rest)]
    births, rest = _take_births(_CURP.sub(" ", rest), today)
    rest, numbers = _take_numbers(rest)
    exact += numbers
    words = tokens(rest)
    open_word = words[-1].text if words and rest[-1:].isalpha() else ""
    form = words_of(NameForm(loose=words))
    exact_keys = frozenset(filter(None, (identifier.key for identifier in exact)))
    query = Query(forms=(form,) if form else (), births=births, exact=exact_keys, open_word=open_word)
    return Asked(tuple(exact), births, words, exact_keys | _name_keys(words, births, open_word), query)


def _name_keys(words: tuple[Token, ...], births: tuple[PartialDate, ...], open_word: str) -> set[str]:
    times = [time for birth in births for time in birth_times(birth)]
    complete = words if len(words) == 1 else tuple(word for word in words if word.text != open_word)
    keys = {f"n:{word.code}" for word in complete}
    keys |= {key for key in form_keys(words, times) if not key.startswith("n:")}
    keys |= {key for birth in births for key in day_keys(birth)}
    return keys | _open_keys(open_word, words[:-1], times) if open_word else keys


def _open_keys(beginning: str, others: tuple[Token, ...], times: list[str]) -> set[str]:
    """Keys of the words that the one being typed may become."""
    keys = set() if others else {f"n:{opening}" for opening in opening_codes(beginning, OPENING_LETTERS)}
    for stem in opening_codes(beginning, PAIR_LETTERS):
        keys |= {pair_key(stem, other.code) for other in others}
        keys |= {time_key(stem, time) for time in times}
    return keys


def _take_births(text: str, today: date) -> tuple[tuple[PartialDate, ...], str]:
    """Whole dates, then years; what is no possible birth stays in the text."""
    births: list[PartialDate] = []

    def take(match: re.Match[str]) -> str:
        birth = _read_date(match, today) if match.re is _DATE else _read_boxes("", "", match[1], today)
        if birth is None:
            return match[0]
        births.append(birth)
        return " "

    text = _YEAR.sub(take, _DATE.sub(take, text))
    return tuple(births), text


def _take_numbers(text: str) -> tuple[str, list[ExactId]]:
    """Phones first, since spaces may stand inside them; then everything that mixes letters and digits."""
    found: list[ExactId] = []
    for match in _PHONE.finditer(text):
        found.append(ExactId(ExactKind.PHONE, match[0]))
        found.append(ExactId(ExactKind.DOCUMENT, match[0]))
    text = _PHONE.sub(" ", text)
    for match in _NUMBERED.finditer(text):
        found += [ExactId(kind, match[0]) for kind in (ExactKind.FOLIO, ExactKind.DOCUMENT)]
    return _NUMBERED.sub(" ", text), found


def _read_date(match: re.Match[str], today: date) -> PartialDate | None:
    day, month, year = (match[part] or match[f"{part}2"] or match[f"{part}3"] for part in ("day", "month", "year"))
    return _read_boxes(day, month, year, today) or _read_boxes(month, day, year, today)


def _read_boxes(day: str, month: str, year: str, today: date) -> PartialDate | None:
    try:
        return date_from_boxes(day, month, year, today=today)
    except Refused:
        return None

"""Reads the one search box: folio, phone, CURP, document number, birth date or year, and words of a name, in any order.

Called by people.queries (and by desk through it). Never fails: what it cannot read is a word of a name.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from referral.kernel.date_boxes import date_from_boxes
from referral.kernel.partial_dates import OLDEST_AGE, PartialDate
from referral.kernel.refusal import Refused
from referral.people.rules.keys import (
    PAIR_LETTERS,
    TIME_KEYS,
    ExactId,
    ExactKind,
    NameForm,
    birth_months,
    birth_times,
    day_keys,
    form_keys,
    near_years,
    pair_key,
    time_key,
)
from referral.people.rules.matching import Query
from referral.people.rules.name_agreement import words_of
from referral.people.rules.phonetics import OPENING_LETTERS, Token, opening_codes, tokens

LONGEST_SEARCH = 200
MOST_OPEN_WORDS = 4  # whose continuations are tried together
MOST_ASKED = (
    400  # of names that a database is asked for at once; beginnings of words, in several readings, have some 300
)

_CURP = re.compile(r"\b[a-z]{4}\d{6}[a-z]{6}[a-z0-9]\d\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b"
    r"|\b(?P<day2>\d{1,2})[-/.](?P<month2>\d{1,2})[-/.](?P<year2>\d{4})\b"
    r"|\b(?P<day3>\d{1,2})\s+(?:de\s+)?(?P<month3>[a-z]{3,10})\.?\s+(?:del?\s+)?(?P<year3>\d{4})\b"
    r"|(?<![\w/-])(?P<month4>\d{1,2})[-/](?P<year4>\d{4})(?![\w/-])",
    re.IGNORECASE,
)
_AGE = re.compile(r"(?<![\w/-])(\d{1,3})\s*(?:años|anos|ans|years?)\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w/-])\+?\(?\d[\d\s().-]{5,18}\d(?![\w/-])")
_YEAR = re.compile(r"(?<![\w/-])(\d{4})(?![\w/-])")
# A run of letters and digits with at least one digit, dashes inside allowed: folios and document numbers.
_NUMBERED = re.compile(r"(?<!\w)(?=[\w/-]*\d)\w[\w/-]{3,38}\w(?!\w)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search box says. `exact` may read one number in several ways; `query` and `keys` hold all of it.

    `near`: those of `keys` that are of a year beside the one typed.
    """

    exact: tuple[ExactId, ...]
    births: tuple[PartialDate, ...]
    words: tuple[Token, ...]
    keys: frozenset[str]
    near: frozenset[str]
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
    keys = exact_keys | _most_telling(_name_keys(words, births, open_word))
    told = {time for birth in births for time in (*birth_months(birth), str(birth.birth_year_guess))}
    near = {time for birth in births for time in near_years(birth)} - told
    return Asked(
        exact=tuple(exact),
        births=births,
        words=words,
        keys=keys,
        near=frozenset(key for key in keys if key.startswith(TIME_KEYS) and key.rpartition(":")[2] in near),
        query=query,
    )


def _most_telling(keys: set[str]) -> set[str]:
    """No more than the database is asked for at once. A longer key says more, so the shortest go first."""
    return keys if len(keys) <= MOST_ASKED else set(sorted(keys, key=lambda key: (-len(key), key))[:MOST_ASKED])


def _name_keys(words: tuple[Token, ...], births: tuple[PartialDate, ...], open_word: str) -> set[str]:
    times = [time for birth in births for time in birth_times(birth)]
    complete = words if len(words) == 1 else tuple(word for word in words if word.text != open_word)
    keys = {f"n:{word.code}" for word in complete}
    keys |= {key for key in form_keys(words, times) if not key.startswith("n:")}
    keys |= {key for birth in births for key in day_keys(birth)}
    return keys | _open_keys(words, open_word, times)


def _open_keys(words: tuple[Token, ...], open_word: str, times: list[str]) -> set[str]:
    """Keys of what the words may begin: the last one while it is being typed, and very short ones ("mar lop")."""
    if len(words) == 1 and open_word:
        keys = {f"n:{opening}" for opening in opening_codes(open_word, OPENING_LETTERS)}
    else:
        keys = set()
    stems = [
        opening_codes(word.text, PAIR_LETTERS) | {word.code[:PAIR_LETTERS]}
        if word.text == open_word or OPENING_LETTERS <= len(word.text) <= PAIR_LETTERS
        else frozenset({word.code[:PAIR_LETTERS]})
        for word in words[:MOST_OPEN_WORDS]
    ]
    for one, other in combinations(stems, 2):
        keys |= {pair_key(this, that) for this in one for that in other}
    return keys | {time_key(stem, time) for some in stems if len(some) > 1 for stem in some for time in times}


def _take_births(text: str, today: date) -> tuple[tuple[PartialDate, ...], str]:
    """Whole dates and months, then years, then ages; what is no possible birth stays in the text."""
    births: list[PartialDate] = []

    def take(match: re.Match[str]) -> str:
        birth = _read_date(match, today) if match.re is _DATE else _read_boxes("", "", match[1], today)
        if birth is None:
            return match[0]
        births.append(birth)
        return " "

    def take_age(match: re.Match[str]) -> str:
        if int(match[1]) > OLDEST_AGE:
            return match[0]
        births.append(PartialDate.of_age(int(match[1]), today))
        return " "

    text = _AGE.sub(take_age, _YEAR.sub(take, _DATE.sub(take, text)))
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
    if match["year4"]:
        return _read_boxes("", match["month4"], match["year4"], today)
    day, month, year = (match[part] or match[f"{part}2"] or match[f"{part}3"] for part in ("day", "month", "year"))
    return _read_boxes(day, month, year, today) or _read_boxes(month, day, year, today)


def _read_boxes(day: str, month: str, year: str, today: date) -> PartialDate | None:
    try:
        return date_from_boxes(day, month, year, today=today)
    except Refused:
        return None

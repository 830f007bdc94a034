"""Reads the one search box: folio, phone, CURP, document number, birth date or year, and words of a name, in any order.

Called by people.queries (and by desk through it). Never fails: what it cannot read is a word of a name.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice, permutations, product

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
    near_form_keys,
    near_years,
    pair_key,
    pair_time_key,
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

_CODE_LETTERS = "abdefgijklmnoprstux"  # of phonetics.sound_code, but for the rare ones that no rule turns into another

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

    `near`: those of `keys` that are of a year beside the one typed. `alike`: those of what the last word may become,
    each with the key of the word as it stands.
    """

    exact: tuple[ExactId, ...]
    births: tuple[PartialDate, ...]
    words: tuple[Token, ...]
    keys: frozenset[str]
    near: frozenset[str]
    alike: Mapping[str, str]
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
    plain = _name_keys(words, births)
    alike = {key: own for key, own in _longer(words, births, {open_word}).items() if key not in plain}
    keys = exact_keys | frozenset(islice(dict.fromkeys((*plain, *alike)), MOST_ASKED))
    told = {str(birth.birth_year_guess) for birth in births}
    near = {time for birth in births for time in near_years(birth)} - told
    return Asked(
        exact=tuple(exact),
        births=births,
        words=words,
        keys=keys,
        near=frozenset(key for key in keys if key.startswith(TIME_KEYS) and key.rpartition(":")[2] in near),
        alike={key: own for key, own in alike.items() if key in keys},
        query=query,
    )


def _name_keys(words: tuple[Token, ...], births: tuple[PartialDate, ...]) -> list[str]:
    """Of the words as they stand."""
    told = [time for birth in births for time in (*birth_months(birth), str(birth.birth_year_guess))]
    beside = [time for birth in births for time in near_years(birth)]
    keys = [f"n:{word.code}" for word in words]
    keys += [key for birth in births for key in day_keys(birth)]
    keys += [key for key in form_keys(words, told) if not key.startswith("n:")]
    return keys + near_form_keys(words, beside)


def _longer(words: tuple[Token, ...], births: tuple[PartialDate, ...], unfinished: Collection[str]) -> dict[str, str]:
    """Keys of what the unfinished words may begin, each with the key that the word as it stands has in its place."""
    if len(words) == 1 and words[0].text in unfinished:
        opening = f"n:{words[0].code}"
        return {f"n:{code}": opening for code in sorted(opening_codes(words[0].text, OPENING_LETTERS))}
    told = [str(birth.birth_year_guess) for birth in births if birth.is_known]
    times = [time for birth in births for time in birth_times(birth)]
    own = [word.code[:PAIR_LETTERS] for word in words[:MOST_OPEN_WORDS]]
    longer = [
        sorted(opening_codes(word.text, PAIR_LETTERS)) if word.text in unfinished else []
        for word in words[:MOST_OPEN_WORDS]
    ]
    found: dict[str, str] = {}
    for one, other in permutations(range(len(own)), 2):
        for stem in longer[one]:
            found[pair_key(stem, own[other])] = pair_key(own[one], own[other])
            for year in told:
                found[pair_time_key(stem, own[other], year)] = pair_time_key(own[one], own[other], year)
    for one, stems in enumerate(longer):
        found |= {time_key(stem, time): time_key(own[one], time) for stem in stems for time in times}
    for one, other in combinations(range(len(own)), 2):
        both = pair_key(own[one], own[other])
        for stem, that in product(longer[one], longer[other]):
            found.setdefault(pair_key(stem, that), both)
    return found


def second_keys(asked: Asked) -> dict[str, str]:
    """For a second look, when nobody has the words as typed: keys as if short words were beginnings ("mar lop"), or one
    letter of one word were wrong; each with the key of the word as it stands.
    """
    short = {word.text for word in asked.words if OPENING_LETTERS <= len(word.text) <= PAIR_LETTERS}
    last = {asked.query.open_word} - {""}
    found = _longer(asked.words, asked.births, short | last) if short else {}
    found = dict(islice(found.items(), MOST_ASKED)) | _slips(asked)
    return {key: beside for key, beside in found.items() if key not in asked.keys}


def _slips(asked: Asked) -> dict[str, str]:
    """Not of many words: two that are right, or one and the birth, have led to her already."""
    own = [word.code[:PAIR_LETTERS] for word in asked.words]
    years = [str(birth.birth_year_guess) for birth in asked.births if birth.is_known]
    found: dict[str, str] = {}
    most = 2 if years else 3
    for at, word in enumerate(asked.words if len(own) <= most else ()):
        for stem in sorted(slipped_stems(word.code)):
            for other in own[:at] + own[at + 1 :]:
                # With a year where one was told: half the keys, and hardly anybody is mistyped in both.
                if not years:
                    found[pair_key(stem, other)] = pair_key(own[at], other)
                for year in years:
                    found[pair_time_key(stem, other, year)] = pair_time_key(own[at], other, year)
            if len(own) == 1:
                found |= {time_key(stem, year): time_key(own[at], year) for year in years}
    return found


def slipped_stems(code: str) -> set[str]:
    """How the code of a name may begin of which this one is a letter short, long or off, or has two changed over."""
    head = code[: PAIR_LETTERS + 1]
    stems = set()
    for at in range(min(len(head), PAIR_LETTERS)):
        before, after = head[:at], head[at + 1 :]
        stems.add(before + after)
        stems.add(before + after[:1] + head[at] + after[1:])
        for letter in _CODE_LETTERS:
            stems |= {before + letter + after, before + letter + head[at:]}
    return {stem[:PAIR_LETTERS] for stem in stems} - {code[:PAIR_LETTERS], ""}


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

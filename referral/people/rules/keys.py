"""Under which plain keys a person is filed, and under which a search looks. Callers store keyed numbers.

Stored on every save (search_keys); asked for by the duplicate check (match_keys) and by the search box (search_box.py).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, combinations
from math import log2

from referral.kernel.names import PersonNames, normalise
from referral.kernel.partial_dates import PartialDate, Precision
from referral.people.rules.phonetics import OPENING_LETTERS, PARTICLES, Token, tokens

# How a search uses keys: rarest first, and none under which more people than this stand.
MOST_PER_KEY = 1_500
# A key made of others says again what they say: this part of its rarity is left.
_SAID_AGAIN = {"nnt": 0.3, "nt": 0.6, "bt": 0.5, "bb": 0.5}
# A key of a year beside the one told says less than its rarity: whoever has the year itself comes first.
NEAR_YEAR_LOSS = 3.0

# Pairs are of the beginnings of two codes: they find while the second word is being typed, and forgive what follows.
PAIR_LETTERS = 4
BONE_LETTERS, SHORTEST_BONE = 4, 3
YEAR_LETTERS = 4
MOST_NAME_TOKENS = 7
MOST_KEYS = 96

PHONE_TAIL = 8
_SHORTEST_EXACT = 5
_LONGEST_EXACT = 40
_VOWELS = re.compile("[aeiou]+")
TIME_KEYS = ("nt:", "nnt:", "bt:")  # beginnings of the keys with a year or month of birth
# O and 0, I and 1 are the confusions of people who copy from a card.
_COPIED = str.maketrans({"o": "0", "i": "1"})


class ExactKind(StrEnum):
    """Identifiers compared whole."""

    CURP = "curp"
    DOCUMENT = "doc"
    PHONE = "tel"
    FOLIO = "folio"


@dataclass(frozen=True, slots=True)
class ExactId:
    """An identifier as typed or printed; `key` is "" when there is too little of it to tell two people apart."""

    kind: ExactKind
    value: str

    @property
    def key(self) -> str:
        """ "doc:ab123456": no spaces, dashes or accents; O as 0 and I as 1. Phones by their last eight digits."""
        plain = normalise(self.value).replace(" ", "")
        if self.kind is ExactKind.PHONE:
            plain = "".join(c for c in plain if c.isdecimal())[-PHONE_TAIL:]
            return f"{self.kind}:{plain}" if len(plain) >= PHONE_TAIL - 1 else ""
        plain = plain.translate(_COPIED)[:_LONGEST_EXACT]
        return f"{self.kind}:{plain}" if len(plain) >= _SHORTEST_EXACT else ""


@dataclass(frozen=True, slots=True)
class NameForm:
    """One way a person is named, in words: by the document, as she calls herself, or another spelling."""

    given: tuple[Token, ...] = ()
    surname1: tuple[Token, ...] = ()
    surname2: tuple[Token, ...] = ()
    loose: tuple[Token, ...] = ()  # words whose place is not known

    @property
    def all(self) -> tuple[Token, ...]:
        return self.given + self.surname1 + self.surname2 + self.loose


def name_forms(names: PersonNames) -> tuple[NameForm, ...]:
    """The document's form first (if any), then the chosen name, other names and the native script."""
    given, first, second = tokens(names.given), tokens(names.surname1), tokens(names.surname2)
    document = NameForm(given, first, second)
    forms = [document] if document.all else []
    for other in (names.chosen, *names.others, names.native):
        words = tokens(other)
        if not words:
            continue
        # A short name such as "Lupita" is said together with the surnames of the document.
        form = NameForm(words, first, second) if len(words) == 1 and (first or second) else NameForm(loose=words)
        if form not in forms:
            forms.append(form)
    return tuple(forms)


def search_keys(names: PersonNames, birth: PartialDate, *, exact: Iterable[ExactId] = ()) -> frozenset[str]:
    """The keys to store for a person, at most MOST_KEYS; empty strings never among them."""
    keys = sorted(filter(None, {identifier.key for identifier in exact}))
    keys += day_keys(birth)
    middle = birth.birth_year_guess
    times = [str(middle), *birth_months(birth)] if middle is not None else []
    for form in name_forms(names):
        keys += form_keys(form.all, times)
    return frozenset(list(dict.fromkeys(keys))[:MOST_KEYS])


def match_keys(names: PersonNames, birth: PartialDate, *, exact: Iterable[ExactId] = ()) -> frozenset[str]:
    """The keys to ask for when looking for people like this one: what is stored, and the years beside the one told."""
    return search_keys(names, birth, exact=exact) | near_keys(names, birth)


def near_keys(names: PersonNames, birth: PartialDate) -> frozenset[str]:
    """The keys of the years beside the one told."""
    times = near_years(birth)
    return frozenset(chain.from_iterable(near_form_keys(form.all, times) for form in name_forms(names)))


def near_form_keys(words: Iterable[Token], times: Sequence[str]) -> list[str]:
    """Of one name form. Of one word as it sounds and such a year there are too many people: pairs lead to her."""
    keys = [key for key in form_keys(words, times) if key.startswith(TIME_KEYS)]
    return [key for key in keys if not key.startswith("nt:")] or keys


def form_keys(words: Iterable[Token], times: Sequence[str]) -> list[str]:
    """Keys of one name form: each code, its beginning, every unordered pair; each word with each year or month of
    birth, and each pair with each year, which keeps apart people of common names.
    """
    codes = _telling(words)
    openings = sorted({code[:OPENING_LETTERS] for code in codes})
    stems = sorted({code[:PAIR_LETTERS] for code in codes})
    keys = [f"n:{code}" for code in codes]
    keys += [f"n:{opening}" for opening in openings]
    pairs = list(combinations(stems, 2))
    years = [time for time in times if len(time) == YEAR_LETTERS]
    keys += [pair_key(one, other) for one, other in pairs]
    keys += [time_key(stem, time) for time in times for stem in stems]
    keys += [pair_time_key(one, other, year) for year in years for one, other in pairs]
    bones = _bones(codes)
    keys += [f"bt:{bone}:{year}" for year in years for bone in bones]
    keys += [f"bb:{one}+{other}" for one, other in combinations(bones, 2)]
    return keys


def _bones(codes: Iterable[str]) -> list[str]:
    """First consonants of each code with enough of them: a slip in a vowel or two letters changed over leave them."""
    bones = {_VOWELS.sub("", code)[:BONE_LETTERS] for code in codes}
    return sorted(bone for bone in bones if len(bone) >= SHORTEST_BONE)


def _telling(words: Iterable[Token]) -> list[str]:
    every = {word.text: word.code for word in words}
    # A particle alone in its field ("Van") names somebody, but must not make the keys depend on the field.
    telling = {code for text, code in every.items() if text not in PARTICLES} or set(every.values())
    return sorted(telling)[:MOST_NAME_TOKENS]


def time_key(code: str, time: str) -> str:
    """Of the beginning of a name code and a year ("1994") or month ("1994-03") of birth."""
    return f"nt:{code[:PAIR_LETTERS]}:{time}"


def pair_key(one: str, other: str) -> str:
    """Of two code beginnings, in either order."""
    first, second = sorted((one[:PAIR_LETTERS], other[:PAIR_LETTERS]))
    return f"nn:{first}+{second}"


def pair_time_key(one: str, other: str, year: str) -> str:
    """Of two code beginnings, in either order, and a year of birth."""
    return f"nnt{pair_key(one, other)[2:]}:{year}"


def birth_times(birth: PartialDate) -> tuple[str, ...]:
    """The month and the year told, and the years beside it."""
    middle = birth.birth_year_guess
    return () if middle is None else (*birth_months(birth), str(middle), *near_years(birth))


def near_years(birth: PartialDate) -> tuple[str, ...]:
    """The years to either side of the one told that are worth looking at; two each of a told age."""
    middle = birth.birth_year_guess
    if middle is None:
        return ()
    reach = 2 if birth.precision is Precision.AGE else 1
    return tuple(str(year) for year in range(middle - reach, middle + reach + 1) if year != middle)


def birth_months(birth: PartialDate) -> tuple[str, ...]:
    """The month of birth, if it is known: not from 1 January, which stands for "I only know the year"."""
    if birth.month is None or (birth.exact is not None and is_placeholder(birth.exact)):
        return ()
    return (f"{birth.year}-{birth.month:02d}",)


def key_weight(people_with_key: int, people: int) -> float:
    """How much a shared key says, in bits: log2(N / frequency). Candidates are ranked by the sum over shared keys."""
    return log2(max(people, 2) / max(people_with_key, 1))


def key_share(key: str) -> float:
    """How much of its weight counts beside the keys that come with it."""
    return _SAID_AGAIN.get(key.partition(":")[0], 1.0)


def day_keys(birth: PartialDate) -> list[str]:
    """The full date, the same for 3 April and 4 March. Not for 1 January, which stands for "I only know the year"."""
    day = birth.exact
    if day is None or is_placeholder(day):
        return []
    low, high = sorted((day.month, day.day))
    return [f"d:{day.year}-{low:02d}-{high:02d}"]


def is_placeholder(day: date) -> bool:
    """1 January: on many papers it means that only the year is known."""
    return (day - timedelta(days=1)).year != day.year

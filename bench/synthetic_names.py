"""Invented people, and the same people as another desk would have written them. Used by bench/match.py.

Nobody real: names are drawn from short lists of common names per origin (invented_names.csv, our own), ordered roughly
from common to rare, and from long tails of rare ones put together from syllables. How concentrated they are follows
public figures, because namesakes are what makes somebody hard to find. Surnames have weights (rank + 4)^-1.15 over
34,000: Hernández is then 4.0 % of first surnames, the ten commonest are 22 %, the 21st is 0.6 %; the electoral roll of
Mexico has 4.1 % (INE, 3.4 of 83 million, 2016), the births of 2020 (INEGI) 34,000 different surnames, some 24 % in the
ten commonest and 0.6 % for the 21st. Given names have weights (rank + 1)^-1.1 over 2,000 of each sex: 14.6 % of men
then have José among theirs (14.71 % in a study of those who send money to Mexico, CEMLA, 2015), and 815,000 boys have
162,000 different names (INEGI counted 160,000 among the boys born in 2020; of girls 260,000, so women here have more
namesakes than in life). No such figure was at hand for Haiti or English-speaking countries: the same weights stand for
them, over 8,000 surnames. Brazilian surnames have weights 1 / (rank + 1) over 400: 15 % have Silva among theirs (IBGE,
census of 2022: 17 %). An earlier version drew from short lists alone, 97 women's names for a million people.

Origins: Central America, Mexico and South America 70 %, Haiti 20 %, Brazil 4 %, English-speaking 6 %. Two given names:
60 % of Spanish speakers, 45 % of Haitians; a second surname: 80 % of Spanish speakers. One in eight belongs to a family
already drawn (a brother or sister with the same surnames, 1 in 12 a twin; 1 in 12 a parent and child of one name).
Birth: 80 % a whole date (6 % of these the first of January), 4 % a month, 10 % a year, 4 % a told age, 2 % unknown.

A second writing (`rewritten`) has one to three of: a typing slip, a spelling by ear (b/v, s/z/c, h, y/ll, g/j, French
endings as Spanish hears them), surnames swapped, one of two surnames or given names left out, a given name written as a
surname, given names in the other order, an abbreviation, a birth date that is partial, off by a digit or a year, with
day and month changed over, or told as an age. Shares and slips are ours: recall measured on them is optimistic.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate, Precision

TOLD_ON = date(2026, 1, 15)

with (Path(__file__).parent / "invented_names.csv").open(encoding="utf-8", newline="") as _file:
    _LISTS = {(row["origin"], row["part"]): row["names"].split() for row in csv.DictReader(_file)}

# fmt: off
_BY_EAR = (
    ("v", "b"), ("b", "v"), ("z", "s"), ("s", "z"), ("ce", "se"), ("ci", "si"), ("h", ""), ("ll", "y"), ("y", "ll"),
    ("j", "g"), ("ge", "je"), ("gi", "ji"), ("ph", "f"), ("th", "t"), ("qu", "k"), ("c", "k"), ("ou", "u"),
    ("oi", "ua"), ("x", "j"), ("eau", "o"), ("au", "o"), ("ñ", "n"), ("nn", "n"), ("rr", "r"), ("ie", "i"),
    ("jo", "yo"), ("je", "ye"), ("mb", "nb"),
)
# fmt: on
_ABBREVIATIONS = {"María": "Ma.", "Francisco": "Fco.", "Guadalupe": "Gpe.", "Hernández": "Hdez.", "González": "Glez."}
_KEYBOARD = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Invented:
    """A name and a birth, as one desk wrote them."""

    names: PersonNames
    birth: PartialDate


class _Names:
    """Names from common to rare, drawn with weights (rank + offset)^-steepness."""

    def __init__(self, names: list[str], *, offset: float, steepness: float) -> None:
        self.names = names
        self.weights = list(accumulate((rank + offset) ** -steepness for rank in range(1, len(names) + 1)))

    def draw(self, chance: Random) -> str:
        return chance.choices(self.names, cum_weights=self.weights)[0]


class _Pools(NamedTuple):
    women: _Names
    men: _Names
    surnames: _Names


@cache
def _pools(origin: str) -> _Pools:
    """The same for every seed, as in a real population."""
    women, men = ("given", "given") if (origin, "given") in _LISTS else ("women", "men")
    if origin == "brazilian":
        surnames = _Names(_lengthened(origin, "surnames", 400), offset=1, steepness=1)
    else:
        surnames = _Names(_lengthened(origin, "surnames", _SURNAMES[origin]), offset=4, steepness=1.15)
    given = [_Names(_lengthened(origin, part, 2_000), offset=1, steepness=1.1) for part in (women, men)]
    return _Pools(given[0], given[1], surnames)


_SURNAMES = {"spanish": 34_000, "haitian": 8_000, "english": 8_000}


def _lengthened(origin: str, part: str, many: int) -> list[str]:
    """The list, and after it so many rare names from syllables that there are `many`."""
    tail = Random(f"{origin} {part}")
    starts, middles = _LISTS["syllables", "starts"], _LISTS["syllables", "middles"]
    ends = _LISTS.get(("syllables", f"{origin} {part}")) or _LISTS["syllables", part]
    names = dict.fromkeys(_LISTS[origin, part])
    while len(names) < many:
        between = "".join(tail.choices(middles, k=tail.choice((0, 1, 1, 1, 2))))
        names[tail.choice(starts) + between + tail.choice(ends)] = None
    return list(names)


class Population:
    """An endless line of invented people; the same seed gives the same line."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._seen: list[Invented] = []

    def draw(self) -> Invented:
        """The next person; one in eight a relative of somebody drawn before."""
        chance = self._chance
        if self._seen and chance.random() < 0.125:
            return self._relative(chance.choice(self._seen))
        person = self._stranger()
        if len(self._seen) < 20_000:
            self._seen.append(person)
        return person

    def relatives_of(self, people: list[Invented]) -> None:
        """From now on the relatives drawn are of these people: new arrivals with family already registered."""
        self._seen = people[:20_000]

    def _stranger(self) -> Invented:
        chance = self._chance
        origin = chance.random()
        if origin < 0.70:
            pools, two_given, two_surnames = _pools("spanish"), 0.6, 0.8
        elif origin < 0.90:
            pools, two_given, two_surnames = _pools("haitian"), 0.45, 0.03
        elif origin < 0.94:
            pools, two_given, two_surnames = _pools("brazilian"), 0.4, 0.7
        else:
            pools, two_given, two_surnames = _pools("english"), 0.3, 0.02
        given = pools[chance.random() < 0.5]
        first, second = given.draw(chance), given.draw(chance)
        names = PersonNames(
            given=f"{first} {second}" if second != first and chance.random() < two_given else first,
            surname1=pools.surnames.draw(chance),
            surname2=pools.surnames.draw(chance) if chance.random() < two_surnames else "",
        )
        return Invented(names, self._birth())

    def _relative(self, other: Invented) -> Invented:
        chance = self._chance
        if chance.random() < 1 / 12:  # parent and child of one name
            return Invented(other.names, self._birth())
        given = self._stranger().names.given
        birth = other.birth if chance.random() < 1 / 12 else self._birth()
        return Invented(replace(other.names, given=given), birth)

    def _birth(self) -> PartialDate:
        chance = self._chance
        years_old = min(max(chance.triangular(0, 75, 26), 0.1), 90)
        day = TOLD_ON - timedelta(days=int(years_old * 365.25))
        kind = chance.random()
        if kind < 0.80:
            return PartialDate.of_day(day.replace(month=1, day=1) if chance.random() < 0.06 else day)
        if kind < 0.84:
            return PartialDate.of_month(day.year, day.month)
        if kind < 0.94:
            return PartialDate.of_year(day.year)
        return PartialDate.of_age(int(years_old), TOLD_ON) if kind < 0.98 else PartialDate.unknown()


def rewritten(person: Invented, chance: Random) -> Invented:
    """The same person as another desk would write her: one to three changes, each of which changes something."""
    for _ in range(chance.choice((1, 1, 2, 2, 3))):
        before = person
        while person == before:
            person = chance.choice(_CHANGES)(before, chance)
    return person


def _slip(person: Invented, chance: Random) -> Invented:
    def slipped(word: str) -> str:
        if len(word) < 3:
            return word
        at = chance.randrange(1, len(word))
        return chance.choice(
            (
                word[:at] + word[at + 1 :],
                word[:at] + chance.choice(_KEYBOARD) + word[at:],
                word[:at] + chance.choice(_KEYBOARD) + word[at + 1 :],
                word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
            )
        )

    return _in_one_word(person, chance, slipped)


def _by_ear(person: Invented, chance: Random) -> Invented:
    def heard(word: str) -> str:
        fitting = [(old, new) for old, new in _BY_EAR if old in word.lower()]
        if not fitting:
            return word
        old, new = chance.choice(fitting)
        return word.lower().replace(old, new, 1).capitalize()

    return _in_one_word(person, chance, heard)


def _in_one_word(person: Invented, chance: Random, change: Callable[[str], str]) -> Invented:
    field = chance.choice([name for name in ("given", "surname1", "surname2") if getattr(person.names, name)])
    words = getattr(person.names, field).split()
    at = chance.randrange(len(words))
    words[at] = change(words[at]) or words[at]
    return _renamed(person, **{field: " ".join(words)})


def _surnames_swapped(person: Invented, _chance: Random) -> Invented:
    return _renamed(person, surname1=person.names.surname2, surname2=person.names.surname1)


def _surname_dropped(person: Invented, chance: Random) -> Invented:
    if not (person.names.surname1 and person.names.surname2):
        return person
    kept = person.names.surname1 if chance.random() < 0.7 else person.names.surname2
    return _renamed(person, surname1=kept, surname2="")


def _given_dropped(person: Invented, chance: Random) -> Invented:
    words = person.names.given.split()
    if len(words) < 2:
        return person
    return _renamed(person, given=words[0] if chance.random() < 0.75 else " ".join(words[1:]))


def _given_turned(person: Invented, _chance: Random) -> Invented:
    return _renamed(person, given=" ".join(reversed(person.names.given.split())))


def _given_as_surname(person: Invented, _chance: Random) -> Invented:
    words = person.names.given.split()
    if len(words) < 2:
        return _renamed(person, given=person.names.surname1 or person.names.given, surname1=person.names.given)
    return _renamed(person, given=words[0], surname1=f"{words[1]} {person.names.surname1}".strip())


def _abbreviated(person: Invented, _chance: Random) -> Invented:
    def short(text: str) -> str:
        return " ".join(_ABBREVIATIONS.get(word, word) for word in text.split())

    names = person.names
    return _renamed(person, given=short(names.given), surname1=short(names.surname1), surname2=short(names.surname2))


def _renamed(person: Invented, **parts: str) -> Invented:
    return replace(person, names=replace(person.names, **parts))  # type: ignore[arg-type]  # only the str fields are named


def _birth_changed(person: Invented, chance: Random) -> Invented:
    birth = person.birth
    day = birth.exact
    if day is None:
        if birth.precision is Precision.YEAR and birth.year is not None and chance.random() < 0.5:
            return replace(person, birth=PartialDate.of_year(birth.year + chance.choice((-1, 1))))
        return person
    kind = chance.randrange(7)
    if kind == 0:
        return replace(person, birth=PartialDate.of_year(day.year))
    if kind == 1:
        return replace(person, birth=PartialDate.of_month(day.year, day.month))
    if kind == 2 and day.day <= 12:
        return replace(person, birth=PartialDate.of_day(day.replace(day=day.month, month=day.day)))
    if kind == 3:
        return replace(
            person,
            birth=PartialDate.of_day(day.replace(year=day.year + chance.choice((-10, -1, 1)), day=min(day.day, 28))),
        )
    if kind == 4:
        age = max(0, TOLD_ON.year - day.year + chance.choice((-2, -1, 0, 1)))
        return replace(person, birth=PartialDate.of_age(age, TOLD_ON))
    if kind == 5:
        return replace(person, birth=PartialDate.of_day(day.replace(month=1, day=1)))
    return replace(person, birth=PartialDate.of_day(day.replace(day=chance.randint(1, 28))))


_CHANGES: tuple[Callable[[Invented, Random], Invented], ...] = (
    _slip,
    _slip,
    _by_ear,
    _by_ear,
    _surnames_swapped,
    _surname_dropped,
    _given_dropped,
    _given_turned,
    _given_as_surname,
    _abbreviated,
    _birth_changed,
    _birth_changed,
)

"""Invented people, and the same people as another desk would have written them. Used by bench/match.py.

Nobody real: names are drawn from short lists of common names per origin (invented_names.csv, our own), ordered roughly
from common to rare, with Zipf weights (1/rank), and a long tail of rare surnames put together from syllables. Origins:
Central America, Mexico and South America 70 %, Haiti 20 %, Brazil 4 %, English-speaking 6 %. Two given names: 60 % of
Spanish speakers, 45 % of Haitians; a second surname: 80 % of Spanish speakers. One in eight belongs to a family already
drawn (a brother or sister with the same surnames, 1 in 12 a twin; 1 in 12 a parent and child of one name). Birth:
80 % a whole date (6 % of these the first of January), 4 % a month, 10 % a year, 4 % a told age, 2 % unknown.

A second writing (`rewritten`) has one to three of: a typing slip, a spelling by ear (b/v, s/z/c, h, y/ll, g/j, French
endings as Spanish hears them), surnames swapped, one of two surnames or given names left out, a given name written as a
surname, given names in the other order, an abbreviation, a birth date that is partial, off by a digit or a year, with
day and month changed over, or told as an age. Lists, shares and slips are ours: recall measured on them is optimistic.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

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


class _Zipf:
    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(len(names))))

    def draw(self, chance: Random) -> str:
        return chance.choices(self.names, cum_weights=self.weights)[0]


def _pools(origin: str, women: str, men: str, rare: list[str]) -> tuple[_Zipf, _Zipf, _Zipf]:
    return _Zipf(_LISTS[origin, women]), _Zipf(_LISTS[origin, men]), _Zipf(_LISTS[origin, "surnames"] + rare)


class Population:
    """An endless line of invented people; the same seed gives the same line."""

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        tail = Random(7)  # the rare surnames are the same for every seed, as in a real population
        starts, middles, ends = (_LISTS["syllables", part] for part in ("starts", "middles", "ends"))
        rare = ["".join((tail.choice(starts), tail.choice(middles), tail.choice(ends))) for _ in range(2_500)]
        french_ends = ("us", "ond", "ier", "eau", "ille")
        rare_french = [
            "".join((tail.choice(starts), tail.choice(middles), tail.choice(french_ends))) for _ in range(900)
        ]
        self._spanish = _pools("spanish", "women", "men", rare)
        self._haitian = _pools("haitian", "women", "men", rare_french)
        self._brazilian = _pools("brazilian", "given", "given", rare[:300])
        self._english = _pools("english", "given", "given", rare[300:700])
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
            pools, two_given, two_surnames = self._spanish, 0.6, 0.8
        elif origin < 0.90:
            pools, two_given, two_surnames = self._haitian, 0.45, 0.03
        elif origin < 0.94:
            pools, two_given, two_surnames = self._brazilian, 0.4, 0.7
        else:
            pools, two_given, two_surnames = self._english, 0.3, 0.02
        given = pools[chance.random() < 0.5]
        first, second = given.draw(chance), given.draw(chance)
        names = PersonNames(
            given=f"{first} {second}" if second != first and chance.random() < two_given else first,
            surname1=pools[2].draw(chance),
            surname2=pools[2].draw(chance) if chance.random() < two_surnames else "",
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

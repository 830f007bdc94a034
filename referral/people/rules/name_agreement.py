"""Lays the words of one name beside those of another, whatever their order, and weighs what agrees. Used by matching.

Weights are bits, set by reasoning and tried on the development split of bench/match.py.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from referral.kernel.names import PersonNames
from referral.people.rules.keys import NameForm, name_forms
from referral.people.rules.phonetics import tokens
from referral.people.rules.rarity import Rarity

CLOSE_LIKENESS, NEAR_LIKENESS = 0.93, 0.85  # Jaro-Winkler
MOST_WORDS = 8
MOST_WORD_BITS = 13.0
SOUND_LOSS = 1.0
CLOSE_SHARE, CLOSE_MOST = 0.7, 7.5  # a slip makes a common name look rare, hence the ceiling
NEAR_SHARE, NEAR_MOST = 0.4, 3.5
INITIAL_BITS = 2.5
OPENING_BITS = 3.0
SECOND_WORD_SHARE = 0.4  # of one compound surname
CROSSED_LOSS = 1.5  # a given name found among the surnames
LEFT_ON_ONE_SIDE = -0.7
LEFT_ON_BOTH = -4.5
NO_GIVEN_IN_COMMON = -7.5  # brothers and sisters share everything else
NO_SURNAME_IN_COMMON = -3.0
WORD_NOT_FOUND = -5.0  # of a search box


class Part(StrEnum):
    """Where a word stands in a name."""

    GIVEN = "given"
    SURNAME1 = "surname1"
    SURNAME2 = "surname2"
    LOOSE = "loose"  # its place is not known


_SURNAMES = frozenset({Part.SURNAME1, Part.SURNAME2})


class Likeness(IntEnum):
    """From worst to best."""

    NEAR = 1
    INITIAL = 2
    OPENING = 3
    CLOSE = 4
    SOUND = 5
    SAME = 6


class Word(NamedTuple):
    """A token and the part of the name it stands in."""

    text: str
    code: str
    part: Part
    surname: bool = False
    shown: str = ""  # as it was written


class Pairing(NamedTuple):
    """A word of the one name beside a word of the other."""

    bits: float
    likeness: Likeness
    asked: Word
    found: Word

    @property
    def crossed(self) -> bool:
        """A given name on one side, a surname on the other."""
        return _crossed(self.asked, self.found)


@dataclass(frozen=True, slots=True)
class NameAgreement:
    """The pairs that agree (best first) and the words left over on either side."""

    bits: float
    pairings: tuple[Pairing, ...]
    asked_left: tuple[Word, ...]
    found_left: tuple[Word, ...]

    @property
    def swapped(self) -> bool:
        """A first surname beside a second one."""
        return any({p.asked.part, p.found.part} == {Part.SURNAME1, Part.SURNAME2} for p in self.pairings)


def words_of(form: NameForm) -> tuple[Word, ...]:
    """The words of a name with their parts; beyond the eighth they are left out."""
    parts = (
        (Part.GIVEN, form.given),
        (Part.SURNAME1, form.surname1),
        (Part.SURNAME2, form.surname2),
        (Part.LOOSE, form.loose),
    )
    return tuple(
        Word(token.text, token.code, part, part in _SURNAMES, token.shown) for part, some in parts for token in some
    )[:MOST_WORDS]


def word_forms(names: PersonNames) -> tuple[tuple[Word, ...], ...]:
    """The words of every way a person is named, the document's first; the same as words_of each of name_forms."""
    if names.chosen or names.others or names.native:
        return tuple(words_of(form) for form in name_forms(names))
    # Nearly everybody, and some hundred people for each search: from words that were read before.
    form = (
        _part_words(names.given, Part.GIVEN)
        + _part_words(names.surname1, Part.SURNAME1)
        + _part_words(names.surname2, Part.SURNAME2)
    )
    return (form[:MOST_WORDS],) if form else ()


# 0.6 KB each. Four times as many found one name in a hundred more, among 100,000 people.
@lru_cache(maxsize=2_048)
def _part_words(text: str, part: Part) -> tuple[Word, ...]:
    surname = part in _SURNAMES
    return tuple(Word(token.text, token.code, part, surname, token.shown) for token in tokens(text)) if text else ()


class Laid(NamedTuple):
    """What compares best, by the places of the words: (bits, likeness, asked place, found place), best pair first."""

    bits: float
    pairs: tuple[tuple[float, Likeness, int, int], ...]


class Comparer:
    """One asked name against many found ones. What two words have in common is worked out once."""

    def __init__(self, asked: tuple[Word, ...], rarity: Rarity, *, open_word: str = "") -> None:
        self._asked = asked
        self._open_word = open_word
        self._rare = [min(rarity.bits(word.code), MOST_WORD_BITS) for word in asked]
        self._known: dict[str, tuple[tuple[float, Likeness, int], ...]] = {}
        self._sides = [_side(word) for word in asked]
        self._counts = [self._sides.count(side) for side in range(3)]

    @property
    def whole(self) -> float:
        """Bits of a name that has each asked word as it was asked."""
        return sum(self._rare)

    def lay(self, found: tuple[Word, ...]) -> Laid:
        """Best pairs first, each word used once."""
        possible = []
        asked = self._asked
        for place, word in enumerate(found):
            known = self._known.get(word.text)
            if known is None:
                known = self._known[word.text] = self._alike(word)
            for bits, likeness, at in known:
                one = asked[at]
                crossed = one.surname != word.surname and one.part is not Part.LOOSE and word.part is not Part.LOOSE
                # Ordered by what the words are, never by where they stand: swapped surnames must give the same bits.
                possible.append(
                    (
                        CROSSED_LOSS - bits if crossed else -bits,
                        one.text,
                        word.text,
                        one.surname,
                        word.surname,
                        at,
                        place,
                        likeness,
                    )
                )
        possible.sort()
        return self._greedy(possible, found)

    def compare(self, found: tuple[Word, ...]) -> NameAgreement:
        """The same with the words themselves, for telling why."""
        laid = self.lay(found)
        pairings = tuple(
            Pairing(bits, likeness, self._asked[at], found[place]) for bits, likeness, at, place in laid.pairs
        )
        asked_used, found_used = {pair[2] for pair in laid.pairs}, {pair[3] for pair in laid.pairs}
        return NameAgreement(
            laid.bits,
            pairings,
            tuple(word for place, word in enumerate(self._asked) if place not in asked_used),
            tuple(word for place, word in enumerate(found) if place not in found_used),
        )

    def _greedy(
        self, possible: list[tuple[float, str, str, bool, bool, int, int, Likeness]], found: tuple[Word, ...]
    ) -> Laid:
        asked_used = found_used = 0
        asked_left, total = self._counts.copy(), 0.0
        found_counts = [0, 0, 0]
        for word in found:
            found_counts[_side(word)] += 1
        found_left = found_counts.copy()
        shared = [False, False]  # given names, surnames
        surnames_paired: list[tuple[Part, Part]] = []
        pairs = []
        for loss, _one, _other, one_surname, other_surname, at, place, likeness in possible:
            if asked_used >> at & 1 or found_used >> place & 1:
                continue
            asked_used |= 1 << at
            found_used |= 1 << place
            bits = -loss
            if one_surname and other_surname:
                # Jean-Baptiste is one surname: its second word goes with the first and says little more.
                parts = (self._asked[at].part, found[place].part)
                if parts in surnames_paired:
                    bits *= SECOND_WORD_SHARE
                surnames_paired.append(parts)
            one_side, other_side = self._sides[at], _side(found[place])
            asked_left[one_side] -= 1
            found_left[other_side] -= 1
            for side in (0, 1):
                shared[side] = shared[side] or one_side in (side, 2) or other_side in (side, 2)
            total += bits
            pairs.append((bits, likeness, at, place))
        for side, nothing in ((0, NO_GIVEN_IN_COMMON), (1, NO_SURNAME_IN_COMMON)):
            one_left, other_left = asked_left[side], found_left[side]
            if one_left or other_left:
                total += LEFT_ON_BOTH * min(one_left, other_left) + LEFT_ON_ONE_SIDE * abs(one_left - other_left)
                if not shared[side] and self._counts[side] and found_counts[side]:
                    total += nothing
        return Laid(total + WORD_NOT_FOUND * asked_left[2], tuple(pairs))

    def _alike(self, word: Word) -> tuple[tuple[float, Likeness, int], ...]:
        """The asked words that a found one is like: bits before any loss, and their places."""
        alike = []
        for at, one in enumerate(self._asked):
            likeness = _likeness(one, word)
            if likeness is None and self._open_word and one.text == self._open_word and word.text.startswith(one.text):
                likeness = Likeness.OPENING
            if likeness is not None:
                alike.append((_bits(likeness, self._rare[at]), likeness, at))
        return tuple(alike)


def _side(word: Word) -> int:
    """0 a given name, 1 a surname, 2 unknown."""
    return 1 if word.surname else 2 if word.part is Part.LOOSE else 0


def _crossed(one: Word, other: Word) -> bool:
    return one.surname != other.surname and one.part is not Part.LOOSE and other.part is not Part.LOOSE


def _likeness(one: Word, other: Word) -> Likeness | None:
    this, that = one.text, other.text
    if this == that:
        return Likeness.SAME
    if one.code == other.code:
        return Likeness.SOUND
    if len(this) == 1 or len(that) == 1:
        return Likeness.INITIAL if this[0] == that[0] else None
    # Most pairs are of different names: those with another first letter can only be one slip apart.
    alike = JaroWinkler.similarity(this, that, score_cutoff=NEAR_LIKENESS) if this[0] == that[0] else 0.0
    slip = abs(len(this) - len(that)) <= 1 and OSA.distance(this, that, score_cutoff=1) == 1
    # One slip is what Jaro-Winkler undervalues in a short word or in the first letter. Of three letters it is a third.
    if alike >= CLOSE_LIKENESS or (slip and min(len(this), len(that)) >= 4):
        return Likeness.CLOSE
    return Likeness.NEAR if alike >= NEAR_LIKENESS or slip else None


def _bits(likeness: Likeness, rare: float) -> float:
    match likeness:
        case Likeness.SAME:
            return rare
        case Likeness.SOUND:
            return rare - SOUND_LOSS
        case Likeness.CLOSE:
            return min(rare * CLOSE_SHARE, CLOSE_MOST)
        case Likeness.NEAR:
            return min(rare * NEAR_SHARE, NEAR_MOST)
        case Likeness.INITIAL:
            return INITIAL_BITS
        case Likeness.OPENING:
            return OPENING_BITS

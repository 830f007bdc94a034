"""Lays the words of one name beside those of another, whatever their order, and weighs what agrees. Used by matching.

Weights are bits, set by reasoning and tried on the tuning split of bench/name_search.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from referral.people.rules.keys import NameForm
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


def compare_names(
    asked: tuple[Word, ...], found: tuple[Word, ...], rarity: Rarity, *, open_word: str = ""
) -> NameAgreement:
    """Best pairs first, each word used once. `open_word`: the asked word still being typed, perhaps a beginning."""
    possible = [p for one in asked for other in found if (p := _pair(one, other, rarity, open_word)) is not None]
    # Ordered by what the words are, never by where they stand: swapped surnames must give the same bits.
    possible.sort(key=_best_first)
    asked_left, found_left = list(asked), list(found)
    pairings: list[Pairing] = []
    for pairing in possible:
        if pairing.asked in asked_left and pairing.found in found_left:
            asked_left.remove(pairing.asked)
            found_left.remove(pairing.found)
            pairings.append(_once_per_surname(pairing, pairings))
    bits = sum(p.bits for p in pairings) + _left_over(asked, found, asked_left, found_left, pairings)
    return NameAgreement(bits, tuple(pairings), tuple(asked_left), tuple(found_left))


def _once_per_surname(pairing: Pairing, before: list[Pairing]) -> Pairing:
    """Jean-Baptiste is one surname: its second word goes with the first and says little more."""
    parts = (pairing.asked.part, pairing.found.part)
    if pairing.asked.surname and pairing.found.surname and any(parts == (p.asked.part, p.found.part) for p in before):
        return pairing._replace(bits=pairing.bits * SECOND_WORD_SHARE)
    return pairing


def _best_first(pairing: Pairing) -> tuple[float, str, str, bool, bool]:
    return -pairing.bits, pairing.asked.text, pairing.found.text, pairing.asked.surname, pairing.found.surname


def _pair(one: Word, other: Word, rarity: Rarity, open_word: str) -> Pairing | None:
    likeness = _likeness(one, other)
    if likeness is None and open_word and one.text == open_word and other.text.startswith(one.text):
        likeness = Likeness.OPENING
    if likeness is None:
        return None
    bits = _bits(likeness, min(rarity.bits(one.code), MOST_WORD_BITS))
    return Pairing(bits - CROSSED_LOSS if _crossed(one, other) else bits, likeness, one, other)


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
    if alike >= CLOSE_LIKENESS or _one_slip_apart(this, that):
        return Likeness.CLOSE
    return Likeness.NEAR if alike >= NEAR_LIKENESS else None


def _one_slip_apart(this: str, that: str) -> bool:
    """Which Jaro-Winkler undervalues in a short word or in the first letter."""
    lengths = len(this), len(that)
    return max(lengths) - min(lengths) <= 1 and min(lengths) >= 4 and OSA.distance(this, that, score_cutoff=1) == 1


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


def _left_over(
    asked: Iterable[Word],
    found: Iterable[Word],
    asked_left: list[Word],
    found_left: list[Word],
    pairings: list[Pairing],
) -> float:
    """What the words without a partner say against."""
    bits = 0.0
    for surnames in (False, True):
        one, other = _count(asked_left, surnames), _count(found_left, surnames)
        if one or other:
            bits += LEFT_ON_BOTH * min(one, other) + LEFT_ON_ONE_SIDE * abs(one - other)
            if not _shared(pairings, surnames) and _count(asked, surnames) and _count(found, surnames):
                bits += NO_SURNAME_IN_COMMON if surnames else NO_GIVEN_IN_COMMON
    return bits + sum(WORD_NOT_FOUND for word in asked_left if word.part is Part.LOOSE)


def _count(words: Iterable[Word], surnames: bool) -> int:
    return len([word for word in words if word.surname == surnames and word.part is not Part.LOOSE])


def _shared(pairings: Iterable[Pairing], surnames: bool) -> bool:
    """Whether some given name (or some surname) of either side has a partner."""
    return any(
        surnames in (p.asked.surname, p.found.surname) or Part.LOOSE in (p.asked.part, p.found.part) for p in pairings
    )

"""How likely two files, or a search and a file, are of one person, and why in terms a caseworker can check.

Called by people.queries on the few candidates that share keys (keys.py). The reasons are worded in people.labels.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.people.rules.birth_agreement import BirthAgreement, BirthScore, compare_births
from referral.people.rules.keys import ExactId, ExactKind
from referral.people.rules.name_agreement import Comparer, Likeness, NameAgreement, Part, Word, word_forms
from referral.people.rules.rarity import Rarity

# Bits beyond rarity.bits_to_stand_out (log2 of the people in the padron), chosen on a development register of 1,000,000
# people (bench/match.py). At 2 bits 88 % of people written differently interrupt, and 1.6 % of truly new ones; at 1 bit
# 90 % and 2.6 %. 3.5 % is the most allowed. docs/bench-match.md has the numbers of the evaluation register.
STRONG_MARGIN = 2.0
WEAK_MARGIN = -4.0

# Somebody who has nearly all that was typed, and whose birth does not speak against it, answers a search.
MOSTLY = 0.7

EXACT_BITS: Mapping[ExactKind, float] = {
    ExactKind.CURP: 40.0,
    ExactKind.FOLIO: 40.0,
    ExactKind.DOCUMENT: 26.0,
    ExactKind.PHONE: 8.0,  # a household shares its phone
}


class Strength(StrEnum):
    """STRONG interrupts a registration, WEAK is shown beside it, NONE is not shown unless somebody searches for it."""

    STRONG = "strong"
    WEAK = "weak"
    NONE = "none"


class MatchReason(StrEnum):
    """Why two are taken for one. The values that come with a reason are named beside it."""

    SAME_CURP = "same_curp"
    SAME_DOCUMENT = "same_document"
    SAME_PHONE = "same_phone"
    FOLIO = "folio"
    SAME_NAME = "same_name"
    SAME_WORDS = "same_words"  # words
    OTHER_NAME = "other_name"  # the agreement is with the chosen or another name, not the document's
    SOUNDS_ALIKE = "sounds_alike"  # asked, found
    ONE_LETTER_OFF = "one_letter_off"  # asked, found
    SPELLED_ALIKE = "spelled_alike"  # asked, found
    SAME_INITIAL = "same_initial"  # asked, found
    SURNAMES_SWAPPED = "surnames_swapped"
    GIVEN_AS_SURNAME = "given_as_surname"  # words
    SURNAME_MISSING = "surname_missing"  # words
    GIVEN_MISSING = "given_missing"  # words
    SURNAME_DIFFERS = "surname_differs"  # asked, found
    GIVEN_DIFFERS = "given_differs"  # asked, found
    SAME_BIRTH_DATE = "same_birth_date"
    SAME_BIRTH_MONTH = "same_birth_month"
    SAME_BIRTH_YEAR = "same_birth_year"
    DAY_MONTH_SWAPPED = "day_month_swapped"
    BIRTH_ONE_DIGIT_OFF = "birth_one_digit_off"
    BIRTH_YEAR_DIFFERS = "birth_year_differs"  # same day and month
    AGE_NEAR = "age_near"
    BIRTH_DIFFERS = "birth_differs"


_EXACT_REASONS = {
    ExactKind.CURP: MatchReason.SAME_CURP,
    ExactKind.FOLIO: MatchReason.FOLIO,
    ExactKind.DOCUMENT: MatchReason.SAME_DOCUMENT,
    ExactKind.PHONE: MatchReason.SAME_PHONE,
}
_BIRTH_REASONS = {
    BirthAgreement.SAME_DATE: MatchReason.SAME_BIRTH_DATE,
    BirthAgreement.SAME_MONTH: MatchReason.SAME_BIRTH_MONTH,
    BirthAgreement.SAME_YEAR: MatchReason.SAME_BIRTH_YEAR,
    BirthAgreement.DAY_MONTH_SWAPPED: MatchReason.DAY_MONTH_SWAPPED,
    BirthAgreement.ONE_DIGIT_OFF: MatchReason.BIRTH_ONE_DIGIT_OFF,
    BirthAgreement.OTHER_YEAR: MatchReason.BIRTH_YEAR_DIFFERS,
    BirthAgreement.AGE_NEAR: MatchReason.AGE_NEAR,
    BirthAgreement.DIFFERS: MatchReason.BIRTH_DIFFERS,
}
_LIKENESS_REASONS = {
    Likeness.SOUND: MatchReason.SOUNDS_ALIKE,
    Likeness.CLOSE: MatchReason.ONE_LETTER_OFF,
    Likeness.NEAR: MatchReason.SPELLED_ALIKE,
    Likeness.INITIAL: MatchReason.SAME_INITIAL,
}


_NO_BIRTH = BirthScore(0.0, BirthAgreement.UNKNOWN)
_NO_NAMES = NameAgreement(0.0, (), (), ())


@dataclass(frozen=True, slots=True)
class Because:
    """One reason with the words it speaks of, as they were written on either side."""

    reason: MatchReason
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A registered person as compared. `exact`: the keys of her identifiers (ExactId.key)."""

    ref: UUID
    names: PersonNames
    birth: PartialDate
    exact: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: a person about to be registered (of_person), or the words of a search box (Asked.query)."""

    forms: tuple[tuple[Word, ...], ...]
    births: tuple[PartialDate, ...] = ()
    exact: frozenset[str] = frozenset()
    open_word: str = ""  # still being typed

    @classmethod
    def of_person(cls, names: PersonNames, birth: PartialDate, exact: Iterable[ExactId] = ()) -> "Query":
        keys = frozenset(filter(None, (identifier.key for identifier in exact)))
        return cls(word_forms(names), (birth,), keys)

    @property
    def codes(self) -> frozenset[str]:
        """The name codes whose counts the Rarity must know."""
        return frozenset(word.code for form in self.forms for word in form)


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate's place in the list: `score` in bits, comparable only within one padron."""

    ref: UUID
    score: float
    strength: Strength
    reasons: tuple[Because, ...]


def score(query: Query, candidate: Candidate, rarity: Rarity) -> Match:
    """The best agreement over every way either of them is named."""
    scorer = Scorer(query, rarity)
    return scorer.match(scorer.weigh(candidate))


def rank(query: Query, candidates: Iterable[Candidate], rarity: Rarity, *, most: int = 20) -> list[Match]:
    """The likeliest first; never one of whom nothing agrees more than it differs."""
    scorer = Scorer(query, rarity)
    return scorer.likeliest(map(scorer.weigh, candidates), most)


class Weighed(NamedTuple):
    """A candidate's bits; what they come from is worked out again for the few that are shown."""

    bits: float
    name_bits: float
    candidate: Candidate
    forms: tuple[int, int]  # which of the asked and of the candidate's names agree best; -1 without any
    birth: BirthScore
    shared: tuple[ExactKind, ...]

    @property
    def ref(self) -> UUID:
        return self.candidate.ref


class Scorer:
    """One question, to be laid beside many candidates."""

    def __init__(self, query: Query, rarity: Rarity) -> None:
        self._query = query
        self._rarity = rarity
        self._comparers = [Comparer(form, rarity, open_word=query.open_word) for form in query.forms]
        self._whole = max((comparer.whole for comparer in self._comparers), default=0.0)
        self._births: dict[PartialDate, BirthScore] = {}

    def weigh(self, candidate: Candidate) -> Weighed:
        """How much speaks for the two being one person."""
        name_bits, best = 0.0, (-1, -1)
        for place, found in enumerate(word_forms(candidate.names)):
            for at, comparer in enumerate(self._comparers):
                bits = comparer.lay(found).bits
                if best[0] < 0 or bits > name_bits:
                    name_bits, best = bits, (at, place)
        birth = self._births.get(candidate.birth)
        if birth is None:
            asked = self._query.births
            birth = max((compare_births(one, candidate.birth) for one in asked), default=_NO_BIRTH)
            self._births[candidate.birth] = birth
        same = self._query.exact & candidate.exact
        shared = tuple(kind for kind in ExactKind if _shares(kind, same)) if same else ()
        bits = name_bits + birth.bits + sum(EXACT_BITS[kind] for kind in shared)
        return Weighed(bits, name_bits, candidate, best, birth, shared)

    def answers(self, weighed: Weighed) -> bool:
        """Whether nearly everything that was asked for agrees, so that nobody need look further."""
        return weighed.birth.bits >= 0 and weighed.name_bits >= MOSTLY * self._whole

    def likeliest(self, weighed: Iterable[Weighed], most: int) -> list[Match]:
        """At most so many, best first, and why."""
        found = sorted((each for each in weighed if each.bits > 0), key=lambda each: (-each.bits, each.ref))
        return [self.match(each) for each in found[:most]]

    def match(self, weighed: Weighed) -> Match:
        """With strength and reasons."""
        names, by_document_name = _NO_NAMES, True
        at, place = weighed.forms
        if at >= 0:
            names = self._comparers[at].compare(word_forms(weighed.candidate.names)[place])
            by_document_name = place == 0 and bool(weighed.candidate.names.document_name)
        reasons = [Because(_EXACT_REASONS[kind]) for kind in weighed.shared]
        reasons += name_reasons(names)
        if names.pairings and not by_document_name:
            reasons.append(Because(MatchReason.OTHER_NAME))
        if weighed.birth.agreement in _BIRTH_REASONS:
            reasons.append(Because(_BIRTH_REASONS[weighed.birth.agreement]))
        return Match(weighed.candidate.ref, round(weighed.bits, 2), self.strength(weighed), tuple(reasons))

    def strength(self, weighed: Weighed) -> Strength:
        """Whether it interrupts a registration."""
        if any(kind is not ExactKind.PHONE for kind in weighed.shared):
            return Strength.STRONG
        beyond = weighed.bits - self._rarity.bits_to_stand_out
        # A birth date, or a household's phone, is never enough without a name.
        if beyond >= STRONG_MARGIN and weighed.name_bits > 0:
            return Strength.STRONG
        return Strength.WEAK if beyond >= WEAK_MARGIN or weighed.shared else Strength.NONE


def name_reasons(names: NameAgreement) -> list[Because]:
    """What agrees, then what is swapped, missing or different."""
    reasons = _word_reasons(names)
    if names.swapped:
        reasons.append(Because(MatchReason.SURNAMES_SWAPPED))
    crossed = [p.asked for p in names.pairings if p.crossed]
    if crossed:
        reasons.append(Because(MatchReason.GIVEN_AS_SURNAME, {"words": _texts(crossed)}))
    for surnames, differs, missing in (
        (False, MatchReason.GIVEN_DIFFERS, MatchReason.GIVEN_MISSING),
        (True, MatchReason.SURNAME_DIFFERS, MatchReason.SURNAME_MISSING),
    ):
        asked = [w for w in names.asked_left if w.part is not Part.LOOSE and w.surname == surnames]
        found = [w for w in names.found_left if w.part is not Part.LOOSE and w.surname == surnames]
        if asked and found:
            reasons.append(Because(differs, {"asked": _texts(asked), "found": _texts(found)}))
        elif names.pairings and (asked or found):
            reasons.append(Because(missing, {"words": _texts(asked or found)}))
    return reasons


def _word_reasons(names: NameAgreement) -> list[Because]:
    same = [p.asked for p in names.pairings if p.likeness in (Likeness.SAME, Likeness.OPENING)]
    if same and len(same) == len(names.pairings) and not names.asked_left and not names.found_left:
        return [Because(MatchReason.SAME_NAME)]
    reasons = [Because(MatchReason.SAME_WORDS, {"words": _texts(same)})] if same else []
    return reasons + [
        Because(_LIKENESS_REASONS[p.likeness], {"asked": p.asked.shown, "found": p.found.shown})
        for p in names.pairings
        if p.likeness in _LIKENESS_REASONS
    ]


def _shares(kind: ExactKind, keys: frozenset[str]) -> bool:
    return any(key.startswith(f"{kind}:") for key in keys)


def _texts(words: Iterable[Word]) -> str:
    return " ".join(word.shown for word in words)

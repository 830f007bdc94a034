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
from referral.people.rules.keys import ExactId, ExactKind, name_forms
from referral.people.rules.name_agreement import Likeness, NameAgreement, Part, Word, compare_names, words_of
from referral.people.rules.rarity import Rarity

# Bits beyond rarity.bits_to_stand_out (log2 of the people in the padron), chosen on the tuning split of
# bench/name_search.py. At 3 bits 92.2 % of people written differently interrupt, and 1.5 % of truly new ones, among
# 100,000 people (88.6 % and 1.3 % among 300,000). 2 bits gives 93.4 % and 2.2 % (91.2 % and 3.4 %); 3.5 % is the most
# allowed. At -4 bits 98.5 % (97.8 %) are at least shown, and so is somebody beside 23 % (25 %) of new people.
STRONG_MARGIN = 3.0
WEAK_MARGIN = -4.0

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
        return cls(tuple(words_of(form) for form in name_forms(names)), (birth,), keys)

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
    return _match(_weigh(query, candidate, rarity), rarity)


def rank(query: Query, candidates: Iterable[Candidate], rarity: Rarity, *, most: int = 20) -> list[Match]:
    """The likeliest first; never one of whom nothing agrees more than it differs."""
    weighed = [weighed for candidate in candidates if (weighed := _weigh(query, candidate, rarity)).bits > 0]
    weighed.sort(key=lambda each: (-each.bits, each.ref))
    return [_match(each, rarity) for each in weighed[:most]]


class _Weighed(NamedTuple):
    ref: UUID
    bits: float
    names: NameAgreement
    by_document_name: bool
    birth: BirthScore
    shared: tuple[ExactKind, ...]


def _weigh(query: Query, candidate: Candidate, rarity: Rarity) -> _Weighed:
    names, by_document_name = _best_names(query, candidate.names, rarity)
    birth = max((compare_births(asked, candidate.birth) for asked in query.births), default=_NO_BIRTH)
    same = query.exact & candidate.exact
    shared = tuple(kind for kind in ExactKind if _shares(kind, same)) if same else ()
    bits = names.bits + birth.bits + sum(EXACT_BITS[kind] for kind in shared)
    return _Weighed(candidate.ref, bits, names, by_document_name, birth, shared)


def _match(weighed: _Weighed, rarity: Rarity) -> Match:
    reasons = [Because(_EXACT_REASONS[kind]) for kind in weighed.shared]
    reasons += name_reasons(weighed.names)
    if weighed.names.pairings and not weighed.by_document_name:
        reasons.append(Because(MatchReason.OTHER_NAME))
    if weighed.birth.agreement in _BIRTH_REASONS:
        reasons.append(Because(_BIRTH_REASONS[weighed.birth.agreement]))
    return Match(weighed.ref, round(weighed.bits, 2), _strength(weighed, rarity), tuple(reasons))


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


def _best_names(query: Query, names: PersonNames, rarity: Rarity) -> tuple[NameAgreement, bool]:
    """The best of all forms, and whether it is the document's."""
    best, by_document_name = _NO_NAMES, True
    for place, form in enumerate(name_forms(names)):
        found = words_of(form)
        for asked in query.forms:
            agreement = compare_names(asked, found, rarity, open_word=query.open_word)
            if best is _NO_NAMES or agreement.bits > best.bits:
                best, by_document_name = agreement, place == 0 and bool(names.document_name)
    return best, by_document_name


def _strength(weighed: _Weighed, rarity: Rarity) -> Strength:
    if any(kind is not ExactKind.PHONE for kind in weighed.shared):
        return Strength.STRONG
    beyond = weighed.bits - rarity.bits_to_stand_out
    # A birth date, or a household's phone, is never enough without a name.
    if beyond >= STRONG_MARGIN and weighed.names.bits > 0:
        return Strength.STRONG
    return Strength.WEAK if beyond >= WEAK_MARGIN or weighed.shared else Strength.NONE


def _shares(kind: ExactKind, keys: frozenset[str]) -> bool:
    return any(key.startswith(f"{kind}:") for key in keys)


def _texts(words: Iterable[Word]) -> str:
    return " ".join(word.shown for word in words)

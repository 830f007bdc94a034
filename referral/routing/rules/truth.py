"""Three-valued truth about a person: yes, no, not known. Rules' conditions are read and answered here.

A condition is clauses joined by " & "; a clause is terms joined by " | "; a term may start with "!".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from referral.kernel.partial_dates import AgeRange
from referral.routing.facts import GROUPS_OPEN, Circumstance, Fact, FactName, Known, Missing, NeedFacts, PersonFacts


class Truth(Enum):
    """The answer to one condition."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class BadCondition(Exception):
    """A rule's condition cannot be read; raised when the book is opened, never while a person waits."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A truth and, when it is unknown, the facts that would settle it (FactName or Circumstance values)."""

    truth: Truth
    asks: tuple[str, ...] = ()


YES, NO = Answer(Truth.YES), Answer(Truth.NO)
Term = Callable[[PersonFacts, NeedFacts], Answer]


def age_between(age: Fact[AgeRange], low: int | None, high: int | None) -> Truth:
    """Whether an age lies within limits, both included; unknown when the range straddles one."""
    if isinstance(age, Missing):
        return Truth.UNKNOWN
    if (low is not None and age.value.high < low) or (high is not None and age.value.low > high):
        return Truth.NO
    inside = (low is None or age.value.low >= low) and (high is None or age.value.high <= high)
    return Truth.YES if inside else Truth.UNKNOWN


def mexican(nationalities: Fact[frozenset[str]]) -> Truth:
    """Whether the person holds Mexican nationality; "XX" (not determined) leaves it open."""
    return _nationality(nationalities, lambda code: code == "MX")


def foreign(nationalities: Fact[frozenset[str]]) -> Truth:
    """Whether the person holds another nationality, or none ("XA"); people with two may be both."""
    return _nationality(nationalities, lambda code: code not in {"MX", "XX"})


def of_fact(fact: Fact[bool]) -> Truth:
    """A yes-or-no fact as truth."""
    if isinstance(fact, Missing):
        return Truth.UNKNOWN
    return Truth.YES if fact.value else Truth.NO


def holds_any(person: PersonFacts, codes: Iterable[str]) -> Truth:
    """Whether the person holds any of these documents; the CURP has a fact of its own besides the list."""
    codes = frozenset(codes)
    listed = person.documents.value if isinstance(person.documents, Known) else frozenset()
    if codes & listed:
        return Truth.YES
    curp = of_fact(person.has_curp)
    if "CURP" in codes and curp is Truth.YES:
        return Truth.YES
    # Who has no CURP has no temporary one either.
    doubtful = codes - ({"CURP", "CURP_TEMP"} if curp is Truth.NO else {"CURP"})
    open_doubts = not isinstance(person.documents, Known) and bool(doubtful)
    open_doubts = open_doubts or ("CURP" in codes and curp is Truth.UNKNOWN)
    return Truth.UNKNOWN if open_doubts else Truth.NO


def need_in(code: str, globs: Iterable[str]) -> bool:
    """Whether a need is named by codes or by category wildcards such as "HEALTH_*"."""
    return any(code == glob or (glob.endswith("*") and code.startswith(glob[:-1])) for glob in globs)


def read_term(text: str) -> Term:
    """A term of a condition as a function. BadCondition when it is not in the vocabulary."""
    negated, text = text.startswith("!"), text.removeprefix("!")
    name, _, rest = text.partition(":")
    codes = tuple(code for code in rest.split(",") if code)
    maker = _TERMS.get(name)
    if maker is None:
        raise BadCondition(f"{text!r} is not a condition that rules know")
    term = maker(codes)
    return (lambda person, need: _not(term(person, need))) if negated else term


def _always(_codes: tuple[str, ...]) -> Term:
    return lambda _person, _need: YES


def _need(codes: tuple[str, ...]) -> Term:
    exact, begins = frozenset(codes), tuple(code[:-1] for code in codes if code.endswith("*"))
    return lambda _person, need: YES if need.code in exact or need.code.startswith(begins) else NO


def _profile(codes: tuple[str, ...]) -> Term:
    return lambda person, _need: _shares(person.profiles, codes, FactName.PROFILE, open_code="UNKNOWN")


def _group(codes: tuple[str, ...]) -> Term:
    return lambda person, _need: _shares(person.groups, codes, FactName.GROUPS, open_code=GROUPS_OPEN)


def _age(codes: tuple[str, ...]) -> Term:
    low, dash, high = codes[0].partition("-") if codes else ("", "", "")
    if not dash:
        raise BadCondition(f"an age is written 0-17 or 60-, not {codes}")
    limits = int(low) if low else None, int(high) if high else None
    return lambda person, _need: _answer(age_between(person.age, *limits), FactName.AGE)


def _with(codes: tuple[str, ...]) -> Term:
    def term(person: PersonFacts, _need: NeedFacts) -> Answer:
        if isinstance(person.accompaniment, Missing):
            return Answer(Truth.UNKNOWN, (FactName.ACCOMPANIMENT,))
        return YES if person.accompaniment.value in codes else NO

    return term


def _has(codes: tuple[str, ...]) -> Term:
    asks = FactName.CURP if "CURP" in codes else FactName.DOCUMENTS
    return lambda person, _need: _answer(holds_any(person, codes), asks)


def _is(codes: tuple[str, ...]) -> Term:
    try:
        which = Circumstance(codes[0])
    except (IndexError, ValueError):
        raise BadCondition(f"{codes} is not a circumstance") from None
    return lambda person, _need: _answer(of_fact(person.circumstance(which)), which)


def _mexican(_codes: tuple[str, ...]) -> Term:
    return lambda person, _need: _answer(mexican(person.nationalities), FactName.NATIONALITY)


def _language(codes: tuple[str, ...]) -> Term:
    return lambda person, _need: _one_of(person.language, codes, FactName.LANGUAGE)


def _reads(codes: tuple[str, ...]) -> Term:
    return lambda person, _need: _one_of(person.reads, codes, FactName.READING)


_TERMS: dict[str, Callable[[tuple[str, ...]], Term]] = {
    "always": _always,
    "need": _need,
    "profile": _profile,
    "group": _group,
    "age": _age,
    "with": _with,
    "has": _has,
    "is": _is,
    "mexican": _mexican,
    "language": _language,
    "reads": _reads,
}


def _answer(truth: Truth, asks: str) -> Answer:
    return Answer(truth, (asks,)) if truth is Truth.UNKNOWN else Answer(truth)


def _not(answer: Answer) -> Answer:
    return {Truth.YES: NO, Truth.NO: YES}.get(answer.truth, answer)


def _shares(fact: Fact[frozenset[str]], codes: tuple[str, ...], asks: FactName, open_code: str = "") -> Answer:
    if isinstance(fact, Missing):
        return Answer(Truth.UNKNOWN, (asks,))
    if fact.value.intersection(codes):
        return YES
    return Answer(Truth.UNKNOWN, (asks,)) if open_code in fact.value else NO


def _one_of(fact: Fact[str], codes: tuple[str, ...], asks: FactName) -> Answer:
    if isinstance(fact, Missing):
        return Answer(Truth.UNKNOWN, (asks,))
    return YES if fact.value in codes else NO


def _nationality(nationalities: Fact[frozenset[str]], matches: Callable[[str], bool]) -> Truth:
    if isinstance(nationalities, Missing) or not nationalities.value:
        return Truth.UNKNOWN
    if any(matches(code) for code in nationalities.value):
        return Truth.YES
    return Truth.UNKNOWN if "XX" in nationalities.value else Truth.NO

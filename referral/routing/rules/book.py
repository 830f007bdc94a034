"""The rules as data: content/rules.csv read once into rules that answer for a person and a need. Used by offers.

A city lays its own file over it (setting `rules`): switches a rule off, changes or adds one; no code changes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from referral.directory.facts import Words
from referral.kernel.codes import NEEDS, URGENCY_LEVELS
from referral.routing.facts import NeedFacts, PersonFacts
from referral.routing.rules.truth import NO, YES, Answer, BadCondition, Term, Truth, age_between, need_in, read_term

_CODE = re.compile(r"[A-Z]{1,4}[0-9]{1,4}")
_GUARDED = frozenset({"when", "effect", "doors", "after", "consent"})
ALWAYS_ON = frozenset({"R01", "R02", "R12", "R13"})  # a child alone, the consulate, the migration institute
Clauses: TypeAlias = tuple[tuple[Term, ...], ...]


class Effect(StrEnum):
    """What a rule does when it applies."""

    FIRST = "first"  # its doors come first
    STEP = "step"  # its doors come before the others can open
    ONLY = "only"  # no other door, but those it lets in afterwards
    BLOCK = "block"  # its doors stay shut without the consent it names
    NOTE = "note"  # tells the caseworker something
    GAP = "gap"  # no door exists: count it


@dataclass(frozen=True, slots=True)
class Door:
    """A service a rule names, perhaps only for some needs or only for minors."""

    key: str
    needs: tuple[str, ...] = ()
    minors_only: bool = False

    def opens(self, person: PersonFacts, need: NeedFacts) -> bool:
        """Whether the rule means this door here; an unknown age keeps a door for minors out."""
        if self.minors_only:
            return age_between(person.age, 0, 17) is Truth.YES
        return not self.needs or need_in(need.code, self.needs)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the book."""

    code: str
    kind: str
    effect: Effect
    clauses: Clauses
    doors: tuple[Door, ...]
    after: frozenset[str]
    consent: str
    opens: tuple[str, ...]
    urgency: str
    condition: Words
    advice: Words
    basis: str
    papers: tuple[str, ...]  # those whose lack makes the rule apply
    circumstances: tuple[str, ...]  # those it speaks of
    when: str  # the condition as it is written
    on: bool
    own: bool = False  # of the city, or changed by it

    def answer(self, person: PersonFacts, need: NeedFacts) -> Answer:
        """Whether the rule applies: no if any clause is no, yes if all are yes, else unknown with what to ask."""
        return holds(self.clauses, person, need)

    def leans(self, person: PersonFacts, need: NeedFacts) -> bool:
        """Part of the condition is known to hold: enough to ask for the rest before opening a door."""
        return any(_any(clause, person, need).truth is Truth.YES for clause in self.clauses)

    def named(self, person: PersonFacts, need: NeedFacts) -> tuple[str, ...]:
        """Keys of its doors for this person and need, in order."""
        return tuple(door.key for door in self.doors if door.opens(person, need))


def read_clauses(condition: str) -> Clauses:
    """A condition as terms, any of each clause. BadCondition when it is not in the vocabulary."""
    clauses = (clause.split(" | ") for clause in condition.split(" & "))
    return tuple(tuple(read_term(term.strip()) for term in clause) for clause in clauses)


def holds(clauses: Clauses, person: PersonFacts, need: NeedFacts) -> Answer:
    """No if any clause is no, yes if all are yes, else unknown with what to ask."""
    asks: tuple[str, ...] = ()
    for clause in clauses:
        answer = _any(clause, person, need)
        if answer.truth is Truth.NO:
            return NO
        asks += answer.asks
    return Answer(Truth.UNKNOWN, tuple(dict.fromkeys(asks))) if asks else YES


class BadRules(Exception):
    """The city's own rules cannot be used; the message is one sentence: the file, the line and what is wrong."""


def rule_book() -> Mapping[str, Rule]:
    """The rules that are on, by code, in the order of the file."""
    return _books()[1]


def every_rule() -> Mapping[str, Rule]:
    """The same with those that are off."""
    return _books()[0]


def rules_about(code: str) -> tuple[Rule, ...]:
    """The rules that are on and may apply to somebody with this need, in the order of the file.

    The others say no of a person of whom nothing is known, so nothing that is learnt of one can make them apply.
    """
    return _about(code)


def lay_over(path: Path | None) -> None:
    """Lay the city's own rules over those that come with the desk, from now on; None for those alone.

    The file has the columns of content/rules.csv. A row with the id of a rule changes the cells that it fills in; a new
    id is a new rule and needs all but doors, after, consent, opens and basis. BadRules when a row cannot be used.
    """
    kept = _own[0]
    _use(path)
    try:
        _books()
    except BadRules:
        _use(kept)
        raise


def _use(path: Path | None) -> None:
    _own[0] = path
    _books.cache_clear()
    _about.cache_clear()


_own: list[Path | None] = [None]  # the file laid over; set once, when an installation is opened
_MAY_BE_EMPTY = frozenset({"doors", "after", "consent", "opens", "basis"})


@cache
def _books() -> tuple[Mapping[str, Rule], Mapping[str, Rule]]:
    """Every rule, and those that are on."""
    text = files("referral.routing").joinpath("content", "rules.csv").read_text(encoding="utf-8")
    rows = {row["id"]: row for row in csv.DictReader(text.splitlines())}
    rules = {code: _rule(row) for code, row in rows.items()}
    if _own[0] is not None:
        _lay_over(rows, rules, _own[0])
    return MappingProxyType(rules), MappingProxyType({code: rule for code, rule in rules.items() if rule.on})


@lru_cache(maxsize=256)
def _about(code: str) -> tuple[Rule, ...]:
    nobody, need = PersonFacts(), NeedFacts(code)
    return tuple(rule for rule in rule_book().values() if rule.answer(nobody, need).truth is not Truth.NO)


def _lay_over(rows: dict[str, dict[str, str]], rules: dict[str, Rule], path: Path) -> None:
    columns = list(next(iter(rows.values())))
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise BadRules(f"{path} cannot be read as the city's own rules: {error}.") from None
    if unknown := set(reader.fieldnames or ["nothing"]) - set(columns):
        raise BadRules(f"{path} has columns that rules do not have: {', '.join(sorted(unknown))}.")
    for number, own in enumerate(reader, start=2):
        cells = {name: value.strip() for name, value in own.items() if name in columns and value and value.strip()}
        code = cells.get("id", "")
        row = {**dict.fromkeys(columns, ""), **rows.get(code, {}), **cells}
        missing = [name for name in columns if not row[name] and name not in _MAY_BE_EMPTY]
        if missing or not _CODE.fullmatch(code):
            raise BadRules(f"{path}, line {number}: a rule needs {', '.join(missing) or 'an id such as R41'}.")
        if row["on"] not in {"yes", "no"} or row["urgency"] not in URGENCY_LEVELS:
            levels = ", ".join(URGENCY_LEVELS.codes())
            raise BadRules(f"{path}, line {number}: on is yes or no, urgency one of {levels}.")
        if code in ALWAYS_ON and (row["on"] != "yes" or not _GUARDED.isdisjoint(cells)):
            raise BadRules(f"{path}, line {number}: rule {code} protects people; only its words may be changed here.")
        try:
            rules[code] = replace(_rule(row), own=True)
        except (BadCondition, ValueError) as error:
            raise BadRules(f"{path}, line {number}, rule {code}: {error}.") from None
        _check_names(rules[code], path, number)
        rows[code] = row


def _check_names(rule: Rule, path: Path, number: int) -> None:
    unknown = [code for code in rule.opens if code not in NEEDS]
    if unknown:
        raise BadRules(f"{path}, line {number}, rule {rule.code}: {', '.join(unknown)} is no need of the list.")
    if bool(rule.doors) is (rule.effect in {Effect.NOTE, Effect.GAP}):
        raise BadRules(f"{path}, line {number}, rule {rule.code}: {rule.effect} and its doors do not go together.")


def _rule(row: Mapping[str, str]) -> Rule:
    return Rule(
        code=row["id"],
        kind=row["kind"],
        effect=Effect(row["effect"]),
        clauses=read_clauses(row["when"]),
        doors=tuple(_door(text) for text in row["doors"].split(";") if text),
        after=frozenset(key for key in row["after"].split(";") if key),
        consent=row["consent"],
        opens=tuple(code for code in row["opens"].split(";") if code),
        urgency=row["urgency"],
        condition=Words(row["condition_es"], row["condition_en"]),
        advice=Words(row["do_es"], row["do_en"]),
        basis=row["basis"],
        papers=_codes_of("!has", row["when"]),
        circumstances=_codes_of("is", row["when"]),
        when=row["when"],
        on=row["on"] == "yes",
    )


def may_be_gap(code: str) -> bool:
    """Whether a rule says, of somebody at least, that there is no door for this need."""
    return any(rule.effect is Effect.GAP for rule in rules_about(code))


def _codes_of(name: str, condition: str) -> tuple[str, ...]:
    """Codes of the terms that begin so."""
    terms = (term.strip().partition(":") for clause in condition.split(" & ") for term in clause.split(" | "))
    return tuple(code for term, _colon, codes in terms if term == name for code in codes.split(","))


def _door(text: str) -> Door:
    key, _, limit = text.partition("?")
    if not key:
        raise BadCondition(f"{text!r} names no door")
    if limit == "minor":
        return Door(key, minors_only=True)
    return Door(key, tuple(glob for glob in limit.split(",") if glob))


def _any(clause: Iterable[Term], person: PersonFacts, need: NeedFacts) -> Answer:
    asks: tuple[str, ...] = ()
    for term in clause:
        answer = term(person, need)
        if answer.truth is Truth.YES:
            return YES
        asks += answer.asks
    return Answer(Truth.UNKNOWN, asks) if asks else NO

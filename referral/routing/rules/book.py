"""The rules as data: content/rules.csv read once into rules that answer for a person and a need. Used by offers.

A city switches a rule off in its `on` column or adds a row; no code changes. BadCondition when a row cannot be read.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from referral.directory.facts import Words
from referral.routing.facts import NeedFacts, PersonFacts
from referral.routing.rules.truth import NO, YES, Answer, BadCondition, Term, Truth, age_between, need_in, read_term


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
    clauses: tuple[tuple[Term, ...], ...]
    doors: tuple[Door, ...]
    after: frozenset[str]
    consent: str
    opens: tuple[str, ...]
    urgency: str
    condition: Words
    advice: Words
    basis: str

    def answer(self, person: PersonFacts, need: NeedFacts) -> Answer:
        """Whether the rule applies: no if any clause is no, yes if all are yes, else unknown with what to ask."""
        answers = [_any(term(person, need) for term in clause) for clause in self.clauses]
        if any(answer.truth is Truth.NO for answer in answers):
            return NO
        asks = tuple(dict.fromkeys(ask for answer in answers for ask in answer.asks))
        return Answer(Truth.UNKNOWN, asks) if asks else YES

    def leans(self, person: PersonFacts, need: NeedFacts) -> bool:
        """Part of the condition is known to hold: enough to ask for the rest before opening a door."""
        return any(_any(term(person, need) for term in clause).truth is Truth.YES for clause in self.clauses)

    def named(self, person: PersonFacts, need: NeedFacts) -> tuple[str, ...]:
        """Keys of its doors for this person and need, in order."""
        return tuple(door.key for door in self.doors if door.opens(person, need))


@cache
def rule_book() -> Mapping[str, Rule]:
    """The rules that are on, by code, in the order of the file."""
    text = files("referral.routing").joinpath("content", "rules.csv").read_text(encoding="utf-8")
    return {row["id"]: _rule(row) for row in csv.DictReader(text.splitlines()) if row["on"] == "yes"}


def _rule(row: Mapping[str, str]) -> Rule:
    clauses = (clause.split(" | ") for clause in row["when"].split(" & "))
    return Rule(
        code=row["id"],
        kind=row["kind"],
        effect=Effect(row["effect"]),
        clauses=tuple(tuple(read_term(term.strip()) for term in clause) for clause in clauses),
        doors=tuple(_door(text) for text in row["doors"].split(";") if text),
        after=frozenset(key for key in row["after"].split(";") if key),
        consent=row["consent"],
        opens=tuple(code for code in row["opens"].split(";") if code),
        urgency=row["urgency"],
        condition=Words(row["condition_es"], row["condition_en"]),
        advice=Words(row["do_es"], row["do_en"]),
        basis=row["basis"],
    )


def _door(text: str) -> Door:
    key, _, limit = text.partition("?")
    if not key:
        raise BadCondition(f"{text!r} names no door")
    if limit == "minor":
        return Door(key, minors_only=True)
    return Door(key, tuple(glob for glob in limit.split(",") if glob))


def _any(answers: Iterable[Answer]) -> Answer:
    asks: tuple[str, ...] = ()
    for answer in answers:
        if answer.truth is Truth.YES:
            return YES
        asks += answer.asks
    return Answer(Truth.UNKNOWN, asks) if asks else NO

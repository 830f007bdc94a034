"""The plan of a person: which step unlocks which, which papers would open the most doors. Pure; for the plan query.

content/papers.csv says by which need a paper is got, which paper that asks for, and for whom.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from referral.directory.facts import Referrable
from referral.directory.rules.listings import documents_of
from referral.routing.facts import (
    NeedFacts,
    Offer,
    PaperWorth,
    PersonFacts,
    PlanStep,
    Polarity,
    ReasonCode,
    Routing,
    Verdict,
)
from referral.routing.rules.book import Clauses, Rule, holds, read_clauses, rule_book
from referral.routing.rules.truth import Truth, holds_any

TASK = "task"  # a kind of rule
_ANY_NEED = NeedFacts("")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a paper: the need to note, the paper that is asked for first ("" for none), and for whom."""

    paper: str
    need: str
    asks: str
    clauses: Clauses


@cache
def ways() -> Mapping[str, tuple[Way, ...]]:
    """Ways to each paper, in the order of the file."""
    text = files("referral.routing").joinpath("content", "papers.csv").read_text(encoding="utf-8")
    found: defaultdict[str, list[Way]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines()):
        found[row["paper"]].append(Way(row["paper"], row["need"], row["asks"], read_clauses(row["when"])))
    return {paper: tuple(some) for paper, some in found.items()}


def steps_before(person: PersonFacts, code: str) -> tuple[PlanStep, ...]:
    """What comes before the doors that wait for this rule, the first step first. Empty for a rule not in the book."""
    rule = rule_book().get(code)
    if rule is None:
        return ()
    if not rule.papers:
        return tuple(PlanStep((), (need,), done=False) for need in rule.opens)
    return _to_paper(person, rule)


def tasks_for(person: PersonFacts) -> tuple[Rule, ...]:
    """Rules that set the desk a task for this person, whatever she asks for."""
    return tuple(
        rule
        for rule in rule_book().values()
        if rule.kind == TASK and holds(rule.clauses, person, _ANY_NEED).truth is Truth.YES
    )


def _to_paper(person: PersonFacts, rule: Rule) -> tuple[PlanStep, ...]:
    steps: list[PlanStep] = []
    wanted, papers = rule.papers[0], rule.papers
    while wanted and all(wanted not in step.papers for step in steps):
        open_ways = ways_for(person, wanted)
        held = holds_any(person, frozenset[str]().union(*(documents_of(paper) for paper in papers)))
        needs = tuple(dict.fromkeys(way.need for way in open_ways))
        steps.append(PlanStep(papers, needs, done=held is Truth.YES, known=held is not Truth.UNKNOWN))
        wanted = next((way.asks for way in open_ways if way.asks), "")
        papers = (wanted,)
    return tuple(reversed(steps))


def ways_for(person: PersonFacts, paper: str) -> tuple[Way, ...]:
    """Ways to a paper that are known to be open to this person: nobody in doubt is sent to a consulate."""
    return tuple(way for way in ways().get(paper, ()) if holds(way.clauses, person, _ANY_NEED).truth is Truth.YES)


def papers_worth(person: PersonFacts, routings: Mapping[str, Routing]) -> tuple[PaperWorth, ...]:
    """Each missing paper with the doors it would open by itself, by need; those that open most come first.

    A paper that opens nothing but what another one opens too is left out, so that the list stays short.
    """
    opened: defaultdict[str, dict[tuple[str, str], Offer]] = defaultdict(dict)
    for need, routing in routings.items():
        for offer in routing.offers:
            for paper in _opened_by(offer):
                opened[paper][need, offer.service.key] = offer
    # What can be got comes before what nobody knows how to get.
    found = sorted(
        opened,
        key=lambda paper: (not ways_for(person, paper), -_needs(opened[paper]), -len(opened[paper]), paper),
    )
    kept: list[str] = []
    for paper in found:
        if not any(opened[paper].keys() <= opened[other].keys() for other in kept):
            kept.append(paper)
    return tuple(_worth(person, paper, opened[paper]) for paper in kept)


def _worth(person: PersonFacts, paper: str, doors: Mapping[tuple[str, str], Offer]) -> PaperWorth:
    by_need: defaultdict[str, list[Offer]] = defaultdict(list)
    for (need, _key), offer in doors.items():
        by_need[need].append(offer)
    got_by = tuple(dict.fromkeys(way.need for way in ways_for(person, paper)))
    return PaperWorth(paper, tuple((need, tuple(offers)) for need, offers in by_need.items()), got_by)


def _needs(doors: Iterable[tuple[str, str]]) -> int:
    return len({need for need, _key in doors})


def _opened_by(offer: Offer) -> frozenset[str]:
    """Papers (or sets of papers) each of which alone would let the person in, as far as is known."""
    if offer.verdict not in {Verdict.FITS, Verdict.FITS_IF} or offer.service.referrable is Referrable.HOST:
        return frozenset()
    lacking = [item for item in offer.reasons if item.polarity is Polarity.LACKS]
    if any(item.code is not ReasonCode.LACKS_DOCUMENT for item in lacking):
        return frozenset()
    groups: list[Sequence[str]] = [_papers(item.value("documents")) for item in lacking]
    rule = rule_book().get(offer.waits_for)
    if rule is not None and rule.papers:
        groups.append(rule.papers)
    if not groups:
        return frozenset()
    named = frozenset[str]().union(*groups)
    return frozenset(paper for paper in named if all(_serves(paper, group) for group in groups))


def _papers(documents: object) -> tuple[str, ...]:
    return documents if isinstance(documents, tuple) else ()


def _serves(paper: str, group: Sequence[str]) -> bool:
    return any(paper == code or paper in documents_of(code) for code in group)


def unasked_papers(routings: Iterable[Routing]) -> tuple[tuple[str, ...], ...]:
    """Groups of papers of which nobody knows whether she has one, the most asked for first."""
    times: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for routing in routings:
        for offer in routing.offers:
            for item in offer.reasons:
                if item.code is ReasonCode.CONFIRM_DOCUMENT:
                    times[_papers(item.value("documents"))] += 1
    return tuple(sorted(times, key=lambda group: (-times[group], group)))

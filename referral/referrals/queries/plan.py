"""The plan of one person: her open needs with their doors and the steps before them, and what her papers would open."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.needs.facts import NeedLine
from referral.needs.queries import needs_of
from referral.people.facts import PersonRecord
from referral.referrals.facts import ReferralLine, Status
from referral.referrals.queries.doors import RankingTerms, known_person
from referral.referrals.queries.lists import referrals_of
from referral.routing.facts import NeedFacts, Offer, PaperWorth, PlanStep, Polarity, Verdict
from referral.routing.queries import routings_for_needs
from referral.routing.rules.plan import papers_worth, steps_before, tasks_for, unasked_papers
from referral.routing.rules.told import told_by_needs

_GOOD = {Verdict.FITS, Verdict.FITS_IF}


@dataclass(frozen=True, slots=True)
class PlannedNeed:
    """One open need: how many doors are open now, how many wait, the rule they wait for and the steps before it."""

    need: NeedLine
    open_doors: int
    held_doors: int
    rule: str
    steps: tuple[PlanStep, ...]
    waiting: tuple[ReferralLine, ...]
    gap: bool


@dataclass(frozen=True, slots=True)
class PlanTask:
    """A task that a rule sets the desk, and the needs by which it is done."""

    rule: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the plan page shows. `live`: codes of her open needs; `unasked`: groups of papers nobody asked about."""

    record: PersonRecord
    needs: tuple[PlannedNeed, ...]
    papers: tuple[PaperWorth, ...]
    unasked: tuple[tuple[str, ...], ...]
    live: frozenset[str]
    tasks: tuple[PlanTask, ...] = ()


def _lacks(offer: Offer) -> bool:
    return any(item.polarity is Polarity.LACKS for item in offer.reasons)


def plan_of(
    session: Session, reach: Reach, person: uuid.UUID, *, today: date, terms: RankingTerms | None = None
) -> Plan:
    """The plan of a person, whatever the number of her needs in as many statements. OutOfReach for another desk's
    file.
    """
    renew_days = (terms or RankingTerms()).renew_days
    record, facts, _state = known_person(session, reach, person, today=today, renew_days=renew_days)
    lines = [need for need in needs_of(session, person) if need.live]
    live = frozenset(need.code for need in lines)
    referrals = referrals_of(session, person, today=today)
    routings = routings_for_needs(
        session, person_facts=facts, needs=[NeedFacts(need.code, need.urgency) for need in lines], today=today
    )
    told = told_by_needs(facts, live)
    planned = []
    for need in lines:
        routing = routings[need.code]
        good = [offer for offer in routing.offers if offer.verdict in _GOOD]
        held = [offer for offer in good if offer.waits_for]
        lacking = [offer for offer in good if not offer.waits_for and _lacks(offer)]
        rule = held[0].waits_for if held else ""
        waiting = tuple(line for line in referrals if line.need == need.ref and line.status is Status.WAITING)
        planned.append(
            PlannedNeed(
                need,
                len(good) - len(held) - len(lacking),
                len(held),
                rule,
                steps_before(told, rule),
                waiting,
                routing.gap,
            )
        )
    tasks = tuple(PlanTask(rule.code, rule.opens) for rule in tasks_for(told))
    papers, unasked = papers_worth(told, routings), unasked_papers(routings.values())
    return Plan(record, tuple(planned), papers, unasked, live, tasks)

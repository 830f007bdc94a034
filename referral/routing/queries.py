"""Offers for a need: rules are read first, then every candidate service comes in one query, then rules judge."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from referral.directory.queries import candidates_for_need
from referral.kernel.codes import NEEDS
from referral.routing.facts import NeedFacts, Offer, PersonFacts, Routing, Weights
from referral.routing.rules.offers import read_rules, route


def routing_for_need(
    session: Session,
    *,
    person_facts: PersonFacts,
    need_code: str,
    today: date,
    urgency: str = "",
    also_needs: Collection[str] = (),
    weights: Weights | None = None,
) -> Routing:
    """Offers, notes of the rules that apply, and whether this need is a gap. One query; KeyError for an unknown need.

    `urgency` is the one recorded for the need; empty means the need's own default. `also_needs` are the codes of the
    person's other open needs, which may shut doors here.
    """
    need = NeedFacts(need_code, urgency or NEEDS[need_code].default_urgency)
    reading = read_rules(person_facts, need, also_needs)
    services = candidates_for_need(session, need_code=need_code, keys=reading.doors)
    return route(reading, services, today=today, weights=weights)


def offers_for_need(
    session: Session, *, person_facts: PersonFacts, need_code: str, today: date, urgency: str = ""
) -> tuple[Offer, ...]:
    """The offers alone, best first."""
    found = routing_for_need(session, person_facts=person_facts, need_code=need_code, today=today, urgency=urgency)
    return found.offers

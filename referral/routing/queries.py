"""Offers for a need: rules are read first, then every candidate service comes in one query, then rules judge."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from referral.directory.facts import ServiceFacts
from referral.directory.queries.candidates import candidates_for_need, candidates_for_needs
from referral.directory.rules.listings import STALE_AFTER_DAYS, any_of_category
from referral.kernel.codes import NEEDS
from referral.routing.facts import NeedFacts, Offer, PersonFacts, Routing, Signals, Track, Weights
from referral.routing.rules.offers import read_rules, route
from referral.routing.rules.ranking import NO_TRACK


def routing_for_need(
    session: Session,
    *,
    person_facts: PersonFacts,
    need_code: str,
    today: date,
    urgency: str = "",
    also_needs: Collection[str] = (),
    weights: Weights | None = None,
    look: Callable[[Sequence[ServiceFacts]], Mapping[uuid.UUID, Signals]] | None = None,
    mean: Track = NO_TRACK,
    stale_days: int = STALE_AFTER_DAYS,
) -> Routing:
    """Offers, notes of the rules that apply, and whether this need is a gap. One query; KeyError for an unknown need.

    `look` tells what is known today of the services that are candidates; `mean` is the track of all services;
    `stale_days` after which a verified listing counts less.

    `urgency` is the one recorded for the need; empty means the need's own default. `also_needs` are the codes of the
    person's other open needs, which may shut doors here.
    """
    need = NeedFacts(need_code, urgency or NEEDS[need_code].default_urgency)
    reading = read_rules(person_facts, need, also_needs)
    services = candidates_for_need(session, need_code=need_code, keys=reading.doors)
    signals = look(services) if look else {}
    return route(reading, services, today=today, weights=weights, signals=signals, mean=mean, stale_days=stale_days)


def routings_for_needs(
    session: Session,
    *,
    person_facts: PersonFacts,
    needs: Sequence[NeedFacts],
    today: date,
    weights: Weights | None = None,
) -> dict[str, Routing]:
    """Offers for every open need of a person, by its code, each in sight of the others. One query for all of them."""
    codes = [need.code for need in needs]
    readings = {
        need.code: read_rules(person_facts, need, [code for code in codes if code != need.code]) for need in needs
    }
    keys = frozenset[str]().union(*(reading.doors for reading in readings.values()))
    services = candidates_for_needs(session, need_codes=codes, keys=keys) if codes else ()
    return {
        code: route(reading, _serving(services, code, reading.doors), today=today, weights=weights)
        for code, reading in readings.items()
    }


def _serving(services: Collection[ServiceFacts], code: str, keys: frozenset[str]) -> list[ServiceFacts]:
    wanted = {code, any_of_category(code)}
    return [one for one in services if not wanted.isdisjoint(one.needs) or one.key in keys]


def offers_for_need(
    session: Session, *, person_facts: PersonFacts, need_code: str, today: date, urgency: str = ""
) -> tuple[Offer, ...]:
    """The offers alone, best first."""
    found = routing_for_need(session, person_facts=person_facts, need_code=need_code, today=today, urgency=urgency)
    return found.offers

"""A made service and its judgement for one person and need, told in the short form of cases.csv."""

from __future__ import annotations

from datetime import date

from referral.directory.facts import Referrable, Requirements, ServiceFacts, Words
from referral.kernel.codes import NEEDS
from referral.kernel.refs import new_ref
from referral.routing.facts import NeedFacts, Offer, Verdict
from referral.routing.rules.offers import read_rules, route
from tests.routing.test_cases import person_of

TODAY = date(2026, 11, 20)


def made(requirements: Requirements | None = None, needs: str = "LEGAL_ADVICE", key: str = "ANY") -> ServiceFacts:
    return ServiceFacts(
        ref=new_ref(),
        key=key,
        name=Words("Servicio", "Service"),
        organization=Words("Institución", "Institution"),
        organization_ref=new_ref(),
        gives=Words("", ""),
        kind="service",
        referrable=Referrable.YES,
        needs=frozenset({needs}),
        requirements=requirements or Requirements(),
        as_of="2026",
    )


def judged(facts: str, service: ServiceFacts, need: str = "LEGAL_ADVICE") -> Offer:
    reading = read_rules(person_of(facts), NeedFacts(need, NEEDS[need].default_urgency))
    return route(reading, [service], today=TODAY).offers[0]


FITS, WAITS, NOT, SHUT = Verdict.FITS, Verdict.FITS_IF, Verdict.DOES_NOT_FIT, Verdict.BLOCKED

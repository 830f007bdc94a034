"""cases.csv, a table a caseworker can read: person, need, doors expected first, doors that wait or are shut."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from referral.kernel.codes import NEEDS
from referral.kernel.partial_dates import AgeRange
from referral.routing.facts import REFUSED, UNKNOWN, Circumstance, Fact, Known, NeedFacts, PersonFacts, Routing, Verdict
from referral.routing.rules.book import rule_book
from referral.routing.rules.offers import read_rules, route
from tests.routing.catalogue import candidates

TODAY = date(2026, 11, 20)
CASES = list(csv.DictReader((Path(__file__).parent / "cases.csv").read_text(encoding="utf-8").splitlines()))


def person_of(text: str) -> PersonFacts:
    """ "age=15; with=alone; is=FEARS_RETURN" as facts. "?" is unknown, "refused" refused, "none" an empty set."""
    told = dict(part.split("=", 1) for part in text.split("; ") if part)
    circumstances: dict[Circumstance, Fact[bool]] = {}
    for name, value in (("is", True), ("is_not", False)):
        circumstances.update({Circumstance(code): Known(value) for code in told.pop(name, "").split()})
    consents = frozenset(told.pop("consents", "").split())
    facts = {_FIELDS[name]: _fact(name, value) for name, value in told.items()}
    return PersonFacts(**facts, circumstances=MappingProxyType(circumstances), consents=consents)  # type: ignore[arg-type]


_FIELDS: Mapping[str, str] = {
    "age": "age",
    "with": "accompaniment",
    "gender": "gender",
    "companions": "companions",
    "profiles": "profiles",
    "nationalities": "nationalities",
    "documents": "documents",
    "curp": "has_curp",
    "groups": "groups",
    "lives_in_city": "lives_in_city",
    "language": "language",
    "reads": "reads",
}


def _fact(name: str, value: str) -> object:
    if value in {"?", "refused"}:
        return UNKNOWN if value == "?" else REFUSED
    if name == "age":
        return Known(AgeRange(int(value), int(value)))
    if name in {"curp", "lives_in_city"}:
        return Known(value == "yes")
    if name in {"with", "gender", "language", "reads"}:
        return Known(value)
    return Known(frozenset() if value == "none" else frozenset(value.split()))


def routing_of(case: Mapping[str, str]) -> Routing:
    need = NeedFacts(case["need"], NEEDS[case["need"]].default_urgency)
    reading = read_rules(person_of(case["facts"]), need)
    return route(reading, candidates(need.code, reading.doors), today=TODAY)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['case']} {case['person']}")
def test_case(case: dict[str, str]) -> None:
    routing = routing_of(case)
    verdicts = {offer.service.key: offer.verdict for offer in routing.offers}
    open_doors = [offer.service.key for offer in routing.offers if offer.verdict is Verdict.FITS]
    expected = [door for door in case["first_doors"].split(" > ") if door]
    assert open_doors[: len(expected)] == expected
    for column, verdict in (
        ("fits", Verdict.FITS),
        ("waits", Verdict.FITS_IF),
        ("does_not_fit", Verdict.DOES_NOT_FIT),
        ("blocked", Verdict.BLOCKED),
    ):
        assert {key: verdicts.get(key) for key in case[column].split()} == dict.fromkeys(case[column].split(), verdict)


def test_cases_quote_rules_that_exist() -> None:
    quoted = {rule for case in CASES for rule in case["rules"].split()}
    assert quoted <= rule_book().keys()
    assert len(CASES) >= 30

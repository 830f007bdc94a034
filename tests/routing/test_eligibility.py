"""Eligibility: one requirement at a time, facts in, verdict and reason out."""

from __future__ import annotations

import pytest

from referral.directory.facts import Requirements
from referral.routing.facts import (
    Known,
    ReasonCode,
    Verdict,
)
from referral.routing.rules.truth import Truth, foreign, holds_any, mexican
from tests.routing.judging import FITS, NOT, WAITS, judged, made
from tests.routing.test_cases import person_of


@pytest.mark.parametrize(
    ("asks", "facts", "verdict"),
    [
        ({"age_min": 18}, "age=18", FITS),
        ({"age_min": 18}, "age=17; with=mother", NOT),
        ({"age_max": 17}, "age=17; with=mother", FITS),
        ({"age_max": 17}, "age=18", NOT),
        ({"age_min": 18}, "", WAITS),
        ({"age_min": 18}, "age=refused", WAITS),
        ({"gender": "women"}, "gender=women", FITS),
        ({"gender": "women"}, "gender=men", NOT),
        ({"gender": "women"}, "gender=other", WAITS),
        ({"gender": "women"}, "", WAITS),
        ({"gender": "men"}, "gender=women", NOT),
        ({"nationality": "mexican"}, "nationalities=MX", FITS),
        ({"nationality": "mexican"}, "nationalities=US MX", FITS),
        ({"nationality": "mexican"}, "nationalities=US", NOT),
        ({"nationality": "mexican"}, "nationalities=XX", WAITS),
        ({"nationality": "foreign"}, "nationalities=MX", NOT),
        ({"nationality": "foreign"}, "nationalities=US MX", FITS),
        ({"nationality": "foreign"}, "", WAITS),
        ({"profiles": ("IDP",)}, "profiles=IDP TRANSIT", FITS),
        ({"profiles": ("IDP",)}, "profiles=TRANSIT", NOT),
        ({"profiles": ("IDP",)}, "profiles=UNKNOWN", WAITS),
        ({"profiles": ("IDP",)}, "", WAITS),
        ({"profiles": ("IDP",), "also": ("TORTURE",)}, "profiles=TRANSIT; is=TORTURE", FITS),
        ({"profiles": ("IDP",), "also": ("TORTURE",)}, "profiles=TRANSIT", WAITS),
        ({"profiles": ("IDP",), "also": ("TORTURE",)}, "profiles=TRANSIT; is_not=TORTURE", NOT),
        ({"groups": ("AFRO",)}, "groups=AFRO", FITS),
        ({"groups": ("AFRO",)}, "groups=none", NOT),
        ({"groups": ("AFRO",)}, "", WAITS),
        ({"groups": ("AFRO",)}, "groups=UNKNOWN", WAITS),
        ({"lives_in_city": True}, "lives_in_city=yes", FITS),
        ({"lives_in_city": True}, "lives_in_city=no", NOT),
        ({"lives_in_city": True}, "", WAITS),
        ({"conditions": ("OWN_BUSINESS",)}, "is=OWN_BUSINESS", FITS),
        ({"conditions": ("OWN_BUSINESS",)}, "is_not=OWN_BUSINESS", WAITS),
        ({"conditions": ("OWN_BUSINESS",)}, "", WAITS),
        ({"documents": (("CURP", "INE"),)}, "documents=INE; curp=no", FITS),
        ({"documents": (("CURP", "INE"),)}, "curp=yes", FITS),
        ({"documents": (("CURP", "INE"),)}, "documents=PASSPORT; curp=no", WAITS),
        ({"documents": (("CURP", "INE"),)}, "", WAITS),
        ({"documents": (("ANY_ID",),)}, "documents=FOREIGN_ID", FITS),
        ({"documents": (("PHOTO_ID",), ("ADDRESS_PROOF",))}, "documents=PASSPORT", WAITS),
        ({"documents": (("PHOTO_ID",), ("ADDRESS_PROOF",))}, "documents=PASSPORT LEASE", FITS),
    ],
)
def test_one_requirement(asks: dict[str, object], facts: str, verdict: Verdict) -> None:
    assert judged(facts, made(Requirements(**asks))).verdict is verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("takes", "facts", "verdict"),
    [
        (("men",), "age=30; gender=men; companions=none", FITS),
        (("men",), "age=30; gender=women; companions=none", NOT),
        (("men",), "age=30; gender=men; companions=children", NOT),
        (("men",), "age=30; gender=men", WAITS),
        (("women", "families"), "age=30; gender=men; companions=women children", FITS),
        (("women", "families"), "age=30; gender=men; companions=none", NOT),
        (("women", "families"), "age=30; gender=men", WAITS),
        (("women", "families"), "age=30; gender=women", FITS),
        (("women", "families"), "age=16; gender=women", WAITS),
        (("women", "children"), "age=30; gender=women; companions=children", FITS),
        (("women", "children"), "age=30; gender=women; companions=men", NOT),
        (("men",), "companions=none", WAITS),
    ],
)
def test_R19_a_shelter_takes_everybody_or_nobody(takes: tuple[str, ...], facts: str, verdict: Verdict) -> None:
    service = made(Requirements(takes=takes), needs="SHELTER_TEMP")
    assert judged(facts, service, "SHELTER_TEMP").verdict is verdict


def test_missing_papers_are_told_apart_from_unknown_ones() -> None:
    service = made(Requirements(documents=(("CURP",),)))
    assert [reason.code for reason in judged("curp=no", service).reasons] == [
        ReasonCode.LACKS_DOCUMENT,
        ReasonCode.VERIFY_LISTING,
    ]
    assert [reason.code for reason in judged("", service).reasons][:1] == [ReasonCode.CONFIRM_DOCUMENT]


def test_nationality_and_papers_three_ways() -> None:
    assert mexican(Known(frozenset({"XA"}))) is Truth.NO
    assert foreign(Known(frozenset({"XA"}))) is Truth.YES
    assert foreign(Known(frozenset({"XX"}))) is Truth.UNKNOWN
    assert holds_any(person_of("documents=PASSPORT"), ["CURP"]) is Truth.UNKNOWN
    assert holds_any(person_of("curp=no"), ["INE"]) is Truth.UNKNOWN


@pytest.mark.parametrize(
    ("asks", "facts", "code"),
    [
        ({}, "", "asks_nothing"),
        ({"age_min": 18, "age_max": 29}, "age=18", "age_fits"),
        ({"age_min": 18}, "age=17; with=mother", "too_young"),
        ({"age_min": 18, "age_max": 29}, "age=30", "too_old"),
        ({"gender": "women"}, "gender=men", "women_only"),
        ({"gender": "men"}, "gender=women", "men_only"),
        ({"nationality": "mexican"}, "nationalities=US", "mexicans_only"),
        ({"nationality": "foreign"}, "nationalities=MX", "foreigners_only"),
        ({"profiles": ("IDP",)}, "profiles=IDP", "serves_profile"),
        ({"conditions": ("OWN_BUSINESS",)}, "is_not=OWN_BUSINESS", "lacks_condition"),
    ],
)
def test_the_reason_is_the_one_a_caseworker_would_give(asks: dict[str, object], facts: str, code: str) -> None:
    assert judged(facts, made(Requirements(**asks))).reasons[0].code == code  # type: ignore[arg-type]


def test_no_claim_of_asking_nothing_beside_a_requirement() -> None:
    silent = made(Requirements(gender="women"))
    assert ReasonCode.ASKS_NOTHING not in [reason.code for reason in judged("gender=women", silent).reasons]


@pytest.mark.parametrize(
    ("asks", "fact"),
    [({"age_min": 18}, "age"), ({"documents": (("INE",),)}, "documents"), ({"gender": "women"}, "gender")],
)
def test_what_was_kept_back_is_marked_so(asks: dict[str, object], fact: str) -> None:
    service = made(Requirements(**asks))  # type: ignore[arg-type]
    assert judged(f"{fact}=refused", service).reasons[0].value("refused") is True
    assert judged("", service).reasons[0].value("refused") is False


def test_the_paper_that_opens_the_door_is_named() -> None:
    service = made(Requirements(documents=(("PHOTO_ID",),)))
    assert judged("documents=TVRH UTILITY", service).reasons[0].value("document") == "TVRH"
    assert judged("curp=yes", made(Requirements(documents=(("CURP",),)))).reasons[0].value("document") == "CURP"


def test_R19_two_women_together_enter_where_women_do() -> None:
    service = made(Requirements(takes=("women",)), needs="SHELTER_TEMP")
    assert judged("age=30; gender=women; companions=women", service, "SHELTER_TEMP").verdict is FITS
    assert judged("age=30; gender=other; companions=none", service, "SHELTER_TEMP").verdict is WAITS

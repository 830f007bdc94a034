"""Steps that come before, papers that open doors, tasks: facts in, plan out. No database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referral.directory.facts import Referrable, Requirements
from referral.routing.facts import NeedFacts, Routing
from referral.routing.rules.book import may_be_gap
from referral.routing.rules.offers import read_rules, route
from referral.routing.rules.plan import papers_worth, steps_before, tasks_for, unasked_papers, ways, ways_for
from tests.routing.catalogue import candidates, services
from tests.routing.judging import TODAY, judged, made
from tests.routing.test_cases import person_of


def routing(facts: str, need: str, also: tuple[str, ...] = ()) -> Routing:
    reading = read_rules(person_of(facts), NeedFacts(need), also)
    return route(reading, candidates(need, reading.doors), today=TODAY)


def waiting(facts: str, need: str, also: tuple[str, ...] = ()) -> dict[str, str]:
    return {offer.service.key: offer.waits_for for offer in routing(facts, need, also).offers}


def test_R14_every_job_waits_and_the_step_itself_does_not() -> None:
    found = waiting("curp=no; documents=PASSPORT", "WORK_PLACE")
    own = {key for key, service in services().items() if service.referrable is Referrable.HOST}
    assert {found[key] for key in {"RENAPO", *own} & found.keys()} == {""}
    assert {code for key, code in found.items() if key not in {"RENAPO", *own}} == {"R14"}
    assert set(waiting("curp=yes", "WORK_PLACE").values()) == {""}
    assert set(waiting("", "WORK_PLACE").values()) == {""}


def test_R14_a_need_of_a_curp_tells_that_there_is_none() -> None:
    assert waiting("", "WORK_PLACE", ("IDENT_CURP",))["SNE"] == "R14"
    assert waiting("curp=yes", "WORK_PLACE", ("IDENT_CURP",))["SNE"] == ""


@pytest.mark.parametrize(
    ("facts", "waits"),
    [
        ("is_not=REGULAR_STAY FORMAL_JOB SOCIAL_SECURITY", "R20"),
        ("is=REGULAR_STAY FORMAL_JOB; is_not=SOCIAL_SECURITY", "R20"),
        ("is=REGULAR_STAY FORMAL_JOB SOCIAL_SECURITY", ""),
        ("", ""),
    ],
)
def test_R20_housing_waits_for_what_is_known_to_be_lacking(facts: str, waits: str) -> None:
    assert waiting(facts, "SHELTER_SOCIAL")["INFONAVIT"] == waits


def test_the_chain_runs_from_the_document_to_the_curp() -> None:
    steps = steps_before(person_of("documents=NONE; curp=no"), "R14")
    assert [step.papers for step in steps] == [("ANY_ID",), ("CURP", "CURP_TEMP")]
    assert [(step.done, step.known) for step in steps] == [(False, True), (False, True)]
    assert [step.needs for step in steps] == [("IDENT_LOST",), ("IDENT_CURP",)]
    held = steps_before(person_of("documents=PASSPORT; curp=no"), "R14")
    assert [step.done for step in held] == [True, False]
    unknown = steps_before(person_of("curp=no"), "R14")
    assert [(step.done, step.known) for step in unknown] == [(False, False), (False, True)]
    assert steps_before(person_of(""), "R99") == ()
    assert [step.needs for step in steps_before(person_of(""), "R20")] == [("MIGR_REGUL",), ("WORK_PLACE",)]


def consular(facts: str) -> bool:
    return "IDENT_CONSUL" in [way.need for way in ways_for(person_of(facts), "ANY_ID")]


def test_nobody_in_doubt_is_sent_to_a_consulate_for_a_paper() -> None:
    assert not consular("")
    assert not consular("nationalities=HN; profiles=TRANSIT")
    assert not consular("nationalities=HN; profiles=TRANSIT; is=FEARS_RETURN")
    assert not consular("nationalities=HN; profiles=REFUGEE; is_not=FEARS_RETURN")
    assert not consular("nationalities=MX; profiles=RETURN_VOL; is_not=FEARS_RETURN")
    assert consular("nationalities=HN; profiles=TRANSIT; is_not=FEARS_RETURN")
    assert ways_for(person_of(""), "NO_SUCH_PAPER") == ()
    assert set(ways()) >= {"CURP", "ANY_ID"}


def test_the_curp_opens_most_and_what_it_opens_is_not_told_twice() -> None:
    person = person_of("documents=NONE; curp=no; age=30")
    found = papers_worth(
        person, {need: routing("documents=NONE; curp=no; age=30", need) for need in ("WORK_PLACE", "WORK_TRAIN")}
    )
    assert found[0].paper == "CURP"
    assert {need for need, _offers in found[0].opens} >= {"WORK_PLACE"}
    assert found[0].got_by == ("IDENT_CURP",)
    assert found[0].doors == len({offer.service.key for _need, some in found[0].opens for offer in some})
    assert "CURP_TEMP" not in [one.paper for one in found]


def worth(facts: str, asks: Requirements) -> list[str]:
    offer = judged(facts, made(asks))
    return [one.paper for one in papers_worth(person_of(facts), {"LEGAL_ADVICE": Routing((offer,), (), gap=False)})]


def test_a_paper_counts_only_when_it_opens_the_door_by_itself() -> None:
    none = "documents=NONE; curp=no"
    assert worth(none, Requirements(documents=(("CURP",),))) == ["CURP"]
    assert worth(none, Requirements(documents=(("CURP",), ("BIRTH_CERT",)))) == []
    assert worth(none, Requirements(documents=(("CURP",), ("CURP", "INE")))) == ["CURP"]
    assert worth(f"{none}; is_not=FORMAL_JOB", Requirements(documents=(("CURP",),), conditions=("FORMAL_JOB",))) == []
    assert worth(f"{none}; age=40", Requirements(documents=(("CURP",),), age_max=17)) == []
    assert worth(none, Requirements()) == []
    assert worth(none, Requirements(documents=(("ANY_ID",),))) == ["ANY_ID"]
    assert worth(none, Requirements(documents=(("ANY_ID",), ("PASSPORT",)))) == ["PASSPORT"]
    assert worth("", Requirements(documents=(("CURP",),))) == []


def test_papers_nobody_asked_about_come_most_asked_for_first() -> None:
    offers = tuple(
        judged("", made(Requirements(documents=groups)))
        for groups in ((("INE",), ("CURP",)), (("CURP",),), (("BIRTH_CERT",),))
    )
    found = unasked_papers([Routing(offers, (), gap=False)])
    assert found == (("CURP",), ("BIRTH_CERT",), ("INE",))


def test_R30_and_R40_are_tasks_whatever_is_asked_for() -> None:
    def codes(facts: str) -> list[str]:
        return [rule.code for rule in tasks_for(person_of(facts))]

    assert codes("language=ht; reads=yes") == ["R30"]
    assert codes("language=es; reads=no") == ["R30"]
    assert codes("language=es; reads=yes; is=CARD_EXPIRING") == ["R40"]
    assert codes("language=es; reads=yes") == []
    assert codes("") == []


def test_R31_is_the_only_rule_that_may_say_that_there_is_no_door() -> None:
    assert may_be_gap("ECON_BANK")
    assert not may_be_gap("BASIC_FOOD")
    assert services()["RENAPO"].key == "RENAPO"


def test_a_paper_that_nobody_knows_how_to_get_comes_last() -> None:
    person = "documents=NONE; curp=no; nationalities=HN"
    offers = {
        need: Routing((judged(person, made(Requirements(documents=((paper,),)), key=need)),), (), gap=False)
        for need, paper in (("WORK_PLACE", "INE"), ("WORK_TRAIN", "INE"), ("LEGAL_ADVICE", "BIRTH_CERT"))
    }
    assert [one.paper for one in papers_worth(person_of(person), offers)] == ["BIRTH_CERT", "INE"]


def test_the_desk_itself_is_no_door_that_a_paper_opens() -> None:
    own = replace(made(Requirements(documents=(("CURP",),))), referrable=Referrable.HOST)
    offer = judged("curp=no; documents=NONE", own)
    assert papers_worth(person_of(""), {"LEGAL_ADVICE": Routing((offer,), (), gap=False)}) == ()

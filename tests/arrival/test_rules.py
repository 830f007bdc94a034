"""First questions, alerts that stay, the term for asking for refuge, the return visit: facts in, judgement out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.arrival.facts import AnswerCode, AsylumTerm, NewAnswer, Paper, RunsOut, Triage
from referral.arrival.rules import alerts as alert_rules
from referral.arrival.rules.alerts import answers_for, check_answer, raised, staying_rules
from referral.arrival.rules.deadline import after_working_days, asylum_deadline, working_days_left
from referral.arrival.rules.return_visit import questions, runs_out
from referral.arrival.rules.triage import NEED_OF, Reason, cannot_wait, check_triage, identity_told, needs_told
from referral.kernel.codes import NEEDS
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refs import new_ref
from referral.kernel.refusal import Refused
from referral.needs.facts import NeedLine, NeedStatus
from referral.people.facts import IdentityFacts
from referral.routing.facts import FactName
from referral.visits.facts import FirstAnswer
from tests.routing.test_cases import person_of

TODAY = date(2026, 11, 20)  # a Friday
NOBODY = new_ref()


def need(code: str, status: NeedStatus = NeedStatus.OPEN) -> NeedLine:
    entry = NEEDS[code]
    return NeedLine(
        ref=new_ref(),
        person=NOBODY,
        code=code,
        category=entry.category,
        urgency=entry.default_urgency,
        status=status,
        outcome=None,
        note="",
        raised_at=datetime(2026, 11, 20, tzinfo=UTC),
        closed_at=None,
        version=1,
    )


def rules_of(facts: str, *codes: str) -> set[str]:
    return {one.rule for one in raised(person_of(facts), [need(code) for code in codes])}


def test_the_alerts_that_stay_are_the_hard_ones_and_a_missing_relative() -> None:
    assert list(staying_rules()) == ["R01", "R02", "R06", "R07", "R09", "R10", "R21"]


@pytest.mark.parametrize(
    ("facts", "codes", "expected"),
    [
        ("age=15; with=alone", (), {"R01"}),
        ("age=15; with=unrelated_adult", (), {"R02"}),
        ("age=15; with=other_relative", ("EDUC_BASIC",), {"R02"}),
        ("age=15; with=mother", ("EDUC_BASIC",), set()),
        ("age=18; with=alone", (), set()),
        ("", ("PROTECT_UASC",), {"R01"}),
        ("", ("PROTECT_TRAFF",), {"R06"}),
        ("is=TRAFFICKING", (), {"R06"}),
        ("", ("PROTECT_GBV",), {"R07"}),
        ("", ("SHELTER_SAFE",), {"R07"}),
        ("is=GENDER_VIOLENCE", ("INFO_GENERAL",), {"R07"}),
        ("", ("LEGAL_MISSING",), {"R09"}),
        ("", ("FAMILY_DEATH",), {"R09"}),
        ("", ("MIGR_ASYLUM",), {"R10"}),
        ("is=FEARS_RETURN; profiles=TRANSIT", (), {"R10"}),
        ("is=FEARS_RETURN; profiles=ASYLUM_SEEKER", (), set()),
        ("", ("HEALTH_EMERG",), {"R21"}),
        ("", ("HEALTH_RAPE",), {"R07", "R21"}),
        ("", ("HEALTH_GENERAL", "WORK_PLACE", "PROTECT_THREAT"), set()),
        ("age=15; with=alone", ("HEALTH_EMERG", "MIGR_ASYLUM"), {"R01", "R10", "R21"}),
    ],
)
def test_which_alerts_stand(facts: str, codes: tuple[str, ...], expected: set[str]) -> None:
    assert rules_of(facts, *codes) == expected


def test_R01_stands_with_a_doubt_while_only_the_age_is_not_known() -> None:
    [one] = raised(person_of("with=alone"), [])
    assert (one.rule, one.doubt) == ("R01", True)
    [sure] = raised(person_of("age=15; with=alone"), [])
    assert (sure.doubt, sure.basis != one.basis) == (False, True)
    assert raised(person_of("age=15"), []) == ()  # what is missing then is asked for, not alarmed about


def test_a_need_that_ended_raises_nothing_and_a_new_one_is_a_new_alert() -> None:
    assert raised(person_of(""), [need("HEALTH_EMERG", NeedStatus.MET)]) == ()
    person = person_of("")
    before, after = (raised(person, [need("HEALTH_EMERG")])[0] for _twice in range(2))
    assert before.basis != after.basis
    referred = need("HEALTH_EMERG", NeedStatus.REFERRED)
    assert raised(person, [referred])[0].rule == "R21"


def test_other_facts_do_not_reopen_an_answered_alert() -> None:
    emergency = need("HEALTH_EMERG")
    alone = raised(person_of("nationalities=HN"), [emergency, need("WORK_PLACE")])[0]
    assert alone.basis == raised(person_of("age=30"), [emergency])[0].basis


@pytest.mark.parametrize("rule", ["R01", "R02"])
def test_nobody_refuses_for_a_child(rule: str) -> None:
    assert AnswerCode.PERSON_REFUSED not in answers_for(rule)
    standing = raised(person_of(f"age=15; with={'alone' if rule == 'R01' else 'unrelated_adult'}"), [])
    with pytest.raises(Refused) as refused:
        check_answer(NewAnswer(rule, AnswerCode.PERSON_REFUSED, "no quiso"), standing)
    assert refused.value.reason is alert_rules.Reason.CHILD_CANNOT_REFUSE


def test_an_answer_needs_a_standing_alert_and_not_applicable_its_reason() -> None:
    standing = raised(person_of(""), [need("HEALTH_EMERG")])
    assert check_answer(NewAnswer("R21", AnswerCode.PERSON_REFUSED), standing).rule == "R21"
    for answer, reason in (
        (NewAnswer("R07", AnswerCode.DONE_CALLED), alert_rules.Reason.NOT_STANDING),
        (NewAnswer("R21", AnswerCode.NOT_APPLICABLE), alert_rules.Reason.REASON_MISSING),
        (NewAnswer("R21", AnswerCode.DONE_CALLED, "x" * 2001), alert_rules.Reason.NOTE_TOO_LONG),
    ):
        with pytest.raises(Refused) as refused:
            check_answer(answer, standing)
        assert refused.value.reason is reason


def test_each_first_answer_opens_an_immediate_need_once() -> None:
    every = Triage(tuple(FirstAnswer))
    opened = list(needs_told(every))
    assert [one.urgency for one in opened] == ["immediate"] * len(opened)
    assert {one.code for one in opened} == set(NEED_OF.values())
    assert [one.code for one in needs_told(every, live_codes={"HEALTH_EMERG"})] == [
        one.code for one in opened if one.code != "HEALTH_EMERG"
    ]
    assert list(needs_told(Triage())) == []


@pytest.mark.parametrize("answer", FirstAnswer)
def test_for_every_first_answer_the_file_says_what_to_do_now(answer: FirstAnswer) -> None:
    told = identity_told(Triage((answer,)), identity()).accompaniment
    needs = [need(NEED_OF[answer])]
    alerts = raised(person_of(f"with={told}" if told else ""), needs)
    assert bool(alerts) != bool(cannot_wait(needs))
    assert cannot_wait([need(NEED_OF[answer], NeedStatus.REFERRED)]) == ()


def identity(birth: str = "", accompaniment: str = "") -> IdentityFacts:
    when = PartialDate.from_text(birth) if birth else PartialDate.unknown()
    return IdentityFacts(PersonNames(given="Ana"), when, accompaniment=accompaniment)


def test_alone_and_under_18_is_put_on_the_file_and_contradictions_are_said() -> None:
    alone = Triage((FirstAnswer.ALONE,))
    assert identity_told(alone, identity("2011-02-03")).accompaniment == "alone"
    assert identity_told(Triage((FirstAnswer.MEDICAL,)), identity()).accompaniment == ""
    for who in (identity(), identity("2011-02-03"), identity("2008"), identity("2011-02-03", "alone")):
        check_triage(alone, who, today=TODAY)
    check_triage(Triage((FirstAnswer.NO_BED,)), identity("1990", "mother"), today=TODAY)
    for who, reason in (
        (identity("1990-01-01"), Reason.ALONE_BUT_ADULT),
        (identity("2011-02-03", "mother"), Reason.ALONE_BUT_ACCOMPANIED),
    ):
        with pytest.raises(Refused) as refused:
            check_triage(alone, who, today=TODAY)
        assert (refused.value.reason, refused.value.field) == (reason, "alone")


def test_R10_counts_thirty_working_days_from_the_entry() -> None:
    term = AsylumTerm(30)
    found = asylum_deadline(PartialDate.from_text("2026-10-26"), today=TODAY, term=term)  # a Monday
    assert found is not None
    assert (found.first, found.last, found.left, found.passed) == (date(2026, 12, 7), date(2026, 12, 7), 11, False)
    holiday = asylum_deadline(
        PartialDate.from_text("2026-10-26"), today=TODAY, term=AsylumTerm(30, frozenset({date(2026, 11, 16)}))
    )
    assert holiday is not None
    assert (holiday.first, holiday.left) == (date(2026, 12, 8), 12)
    assert asylum_deadline(PartialDate.unknown(), today=TODAY, term=term) is None


def test_a_term_that_passed_says_so_and_a_vague_entry_gives_a_range() -> None:
    term = AsylumTerm(30)
    passed = asylum_deadline(PartialDate.from_text("2026-08"), today=TODAY, term=term)
    assert passed is not None
    assert passed.passed
    assert passed.first < passed.last < TODAY
    vague = asylum_deadline(PartialDate.from_text("2026-11"), today=TODAY, term=term)
    assert vague is not None
    assert vague.first == after_working_days(date(2026, 11, 1), 30)
    assert vague.last == after_working_days(TODAY, 30)  # nobody enters tomorrow
    last_day = asylum_deadline(PartialDate.of_day(date(2026, 10, 9)), today=TODAY, term=term)
    assert last_day is not None
    assert (last_day.first, last_day.left, last_day.passed) == (TODAY, 0, False)
    one_day_over = asylum_deadline(PartialDate.of_day(date(2026, 10, 8)), today=TODAY, term=term)
    assert one_day_over is not None
    assert one_day_over.passed


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 120), st.sets(st.integers(0, 200), max_size=8))
def test_working_days_counted_forward_are_the_days_left(day: date, count: int, off: set[int]) -> None:
    holidays = frozenset(day + timedelta(days=step) for step in off)
    last = after_working_days(day, count, holidays)
    assert last.weekday() < 5
    assert last not in holidays
    assert working_days_left(day, last, holidays) == count
    assert working_days_left(last + timedelta(days=1), last, holidays) < 0


def test_what_ran_out_since_last_time_or_soon_will() -> None:
    papers = [
        RunsOut(Paper.INSCRIPTION, TODAY + timedelta(days=30)),
        RunsOut(Paper.DOCUMENT, TODAY + timedelta(days=31), "PASSPORT"),
        RunsOut(Paper.CONSENT, TODAY - timedelta(days=3)),
        RunsOut(Paper.CERTIFICATE, TODAY - timedelta(days=40)),
    ]
    assert [one.what for one in runs_out(papers, since=TODAY - timedelta(days=10), today=TODAY)] == [
        Paper.CONSENT,
        Paper.INSCRIPTION,
    ]
    assert [one.what for one in runs_out(papers, since=None, today=TODAY)] == [Paper.INSCRIPTION]


def test_what_to_ask_is_what_doors_of_her_needs_wait_for() -> None:
    assert questions(person_of("age=30"), []) == ()
    asked = [one.asks for one in questions(person_of("nationalities=HN"), [need("WORK_PLACE"), need("WORK_TRAIN")])]
    assert FactName.CURP in asked
    assert FactName.AGE in asked
    known = questions(person_of("age=30; curp=yes; nationalities=HN"), [need("WORK_PLACE")])
    assert FactName.AGE not in [one.asks for one in known]
    assert questions(person_of(""), [need("WORK_PLACE", NeedStatus.MET)]) == ()


@pytest.mark.parametrize("code", ["HEALTH_GENERAL", "PROTECT_THREAT", "SHELTER_TONIGHT", "ECON_CASH"])
def test_violence_is_never_a_question_for_the_counter(code: str) -> None:
    asked = {one.asks for one in questions(person_of(""), [need(code)])}
    assert asked.isdisjoint({"GENDER_VIOLENCE", "TRAFFICKING", "TORTURE"})

"""The transition table, reasons, due days, closing, packet and codes: facts in, verdict out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.kernel.codes import NEED_CATEGORIES, OUTCOMES
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refs import new_ref
from referral.kernel.refusal import Refused
from referral.needs.facts import NeedStatus
from referral.people.facts import ContactFacts, HealthFacts, IdentityFacts, MobilityFacts, PersonCard, PersonRecord
from referral.referrals.facts import OPEN, TERMINAL, AnswerDays, Party, Status
from referral.referrals.labels import METHODS
from referral.referrals.rules.closing import need_after
from referral.referrals.rules.codes import ALPHABET, new_code, read_code
from referral.referrals.rules.due import add_working_days, due_day, is_overdue
from referral.referrals.rules.moves import TABLE, Stamps, allowed_moves, needs_how, rule_for, stamped
from referral.referrals.rules.packet import Field, check_fields, packet_choices, packet_values
from referral.referrals.rules.reasons import COMPLETED_OUTCOMES, REASONS, check_outcome, check_reason, reasons_for
from referral.referrals.rules.refusals import Reason
from referral.referrals.rules.slip import after_sending, is_discreet
from referral.referrals.slip_words import WORDS

S = Status
NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)

# Written by hand from the vocabulary of states, apart from the table in the code: the two must agree.
EXPECTED: dict[Status, set[Status]] = {
    S.DRAFT: {S.REQUESTED, S.CANCELLED, S.ENTERED_IN_ERROR},
    S.WAITING: {S.CANCELLED, S.ENTERED_IN_ERROR},
    S.REQUESTED: {S.RECEIVED, S.ACCEPTED, S.REJECTED, S.FAILED, S.CANCELLED, S.ENTERED_IN_ERROR},
    S.RECEIVED: {S.ACCEPTED, S.REJECTED, S.FAILED, S.CANCELLED, S.ENTERED_IN_ERROR},
    S.ACCEPTED: {S.IN_PROGRESS, S.ON_HOLD, S.COMPLETED, S.FAILED, S.CANCELLED, S.ENTERED_IN_ERROR},
    S.IN_PROGRESS: {S.ON_HOLD, S.COMPLETED, S.FAILED, S.CANCELLED, S.ENTERED_IN_ERROR},
    S.ON_HOLD: {S.IN_PROGRESS, S.COMPLETED, S.FAILED, S.CANCELLED, S.ENTERED_IN_ERROR},
    S.REJECTED: {S.ENTERED_IN_ERROR},
    S.COMPLETED: {S.ENTERED_IN_ERROR},
    S.FAILED: {S.ENTERED_IN_ERROR},
    S.CANCELLED: {S.ENTERED_IN_ERROR},
    S.ENTERED_IN_ERROR: set(),
}
RECEIVER_NEVER = {S.DRAFT, S.REQUESTED, S.ENTERED_IN_ERROR}


@pytest.mark.parametrize("start", list(Status))
def test_what_may_follow_each_state(start: Status) -> None:
    assert set(allowed_moves(start, Party.DESK)) == EXPECTED[start]
    receiver = set() if start in {S.DRAFT, S.WAITING} else EXPECTED[start] - RECEIVER_NEVER
    assert set(allowed_moves(start, Party.RECEIVER)) == receiver


@pytest.mark.parametrize("start", list(Status))
@pytest.mark.parametrize("to", list(Status))
def test_a_step_outside_the_table_is_refused(start: Status, to: Status) -> None:
    for party in Party:
        if to in allowed_moves(start, party):
            assert rule_for(start, to, party).to is to
        else:
            with pytest.raises(Refused) as no:
                rule_for(start, to, party)
            assert no.value.reason is Reason.MOVE_NOT_ALLOWED


def test_each_step_stands_once_and_every_state_is_reached() -> None:
    steps = [(rule.start, rule.to) for rule in TABLE]
    assert len(steps) == len(set(steps))
    assert {rule.to for rule in TABLE} | {S.DRAFT} == set(Status)
    assert OPEN | TERMINAL | {S.DRAFT, S.WAITING} == set(Status)
    by_facts = {(rule.start, rule.to) for rule in TABLE if rule.by_facts}
    assert by_facts == {(S.DRAFT, S.WAITING), (S.WAITING, S.DRAFT)}
    assert not OPEN & TERMINAL


def test_rejecting_holding_failing_and_cancelling_need_a_reason_and_completing_an_outcome() -> None:
    for rule in TABLE:
        assert rule.reason_required == (rule.to in {S.REJECTED, S.ON_HOLD, S.FAILED, S.CANCELLED})
        assert rule.outcome_required == (rule.to is S.COMPLETED)
        if rule.reason_required and rule.start is not S.DRAFT:
            for party in rule.said_by:
                assert reasons_for(rule.to, party), "a reason is asked for and none is offered"


def test_the_desk_says_how_it_learnt_the_institutions_words_and_nobody_else_does() -> None:
    for rule in TABLE:
        own_words = rule.to in {S.RECEIVED, S.ACCEPTED, S.REJECTED, S.IN_PROGRESS, S.ON_HOLD}
        assert needs_how(rule, Party.DESK) == own_words
        assert not needs_how(rule, Party.RECEIVER)


@given(st.lists(st.tuples(st.sampled_from(list(Status)), st.sampled_from(list(Party)))))
def test_random_walks_stay_in_the_table_and_close_exactly_at_the_end(walk: list[tuple[Status, Party]]) -> None:
    status, stamps, now = S.DRAFT, Stamps(), NOW
    accepted = False
    for to, party in walk:
        now += timedelta(hours=1)
        try:
            rule_for(status, to, party)
        except Refused:
            continue
        assert to in EXPECTED[status]
        before, stamps = stamps, stamped(stamps, to, now)
        status = to
        accepted = accepted or status is S.ACCEPTED
        assert (stamps.accepted_at is not None) == accepted
        assert (stamps.closed_at is not None) == (status in TERMINAL)
        assert before.sent_at in {None, stamps.sent_at}
        assert before.answered_at in {None, stamps.answered_at}
        if status in OPEN:
            assert stamps.sent_at is not None
        if stamps.answered_at is not None:
            assert stamps.received_at is not None
            assert stamps.received_at <= stamps.answered_at


def test_every_reason_amounts_to_an_outcome_of_the_list() -> None:
    for reason in REASONS.values():
        assert reason.outcome in OUTCOMES
        assert OUTCOMES[reason.outcome].counts_as != "partial"
        assert reason.moves
    assert all(code in OUTCOMES for code in COMPLETED_OUTCOMES)
    reached = {reason.outcome for reason in REASONS.values()} | set(COMPLETED_OUTCOMES)
    assert reached == set(OUTCOMES.codes()), "an outcome of the list cannot be reached"


def test_a_partner_cannot_accuse_itself_nor_declare_the_desks_reasons() -> None:
    offered = {reason.code for to in Status for reason in reasons_for(to, Party.RECEIVER)}
    assert offered.isdisjoint({"discrimination", "no_reply", "consent_withdrawn", "solved_at_desk", "better_door"})


@pytest.mark.parametrize(
    ("code", "to", "party", "expected"),
    [
        ("", S.REJECTED, Party.DESK, Reason.REASON_MISSING),
        ("nonsense", S.REJECTED, Party.DESK, Reason.REASON_UNKNOWN),
        ("no_show", S.REJECTED, Party.DESK, Reason.REASON_UNKNOWN),
        ("no_reply", S.FAILED, Party.RECEIVER, Reason.REASON_UNKNOWN),
    ],
)
def test_reasons_that_do_not_explain_the_move(code: str, to: Status, party: Party, expected: Reason) -> None:
    with pytest.raises(Refused) as no:
        check_reason(code, to, party)
    assert no.value.reason is expected


def test_part_of_a_service_asks_why() -> None:
    assert check_outcome("provided", "") == "provided"
    assert check_outcome("partly_provided", "no_capacity") == "partly_provided"
    for outcome, reason in (("", ""), ("partly_provided", ""), ("no_reply", "no_reply"), ("nonsense", "")):
        with pytest.raises(Refused):
            check_outcome(outcome, reason)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-20", 0, "2026-11-20"),  # a Friday
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-20", 3, "2026-11-25"),
        ("2026-11-20", 10, "2026-12-04"),
        ("2026-11-21", 0, "2026-11-23"),  # a Saturday
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-22", 3, "2026-11-25"),  # a Sunday
        ("2026-11-23", 5, "2026-11-30"),
    ],
)
def test_working_days(start: str, days: int, end: str) -> None:
    assert add_working_days(date.fromisoformat(start), days) == date.fromisoformat(end)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 90))
def test_working_days_count_each_weekday_once(start: date, days: int) -> None:
    end = add_working_days(start, days)
    assert end.weekday() < 5
    between = (start + timedelta(days=step) for step in range(1, (end - start).days + 1))
    counted = sum(day.weekday() < 5 for day in between)
    assert counted == (days if days or start.weekday() < 5 else 1)


def test_due_day_follows_the_urgency() -> None:
    friday, days = date(2026, 11, 20), AnswerDays()
    assert due_day("immediate", friday, days) == date(2026, 11, 21)
    assert due_day("urgent", friday, days) == date(2026, 11, 21)
    assert due_day("soon", friday, days) == date(2026, 11, 25)
    assert due_day("normal", friday, days) == date(2026, 12, 4)


def test_only_what_nobody_answered_is_overdue() -> None:
    yesterday, today = date(2026, 11, 19), date(2026, 11, 20)
    assert {status for status in Status if is_overdue(status, yesterday, today)} == {S.REQUESTED, S.RECEIVED}
    assert not is_overdue(S.REQUESTED, today, today)
    assert not is_overdue(S.REQUESTED, None, today)


@pytest.mark.parametrize(
    ("outcome", "others", "after"),
    [
        ("provided", False, NeedStatus.MET),
        ("provided_by_desk", True, NeedStatus.MET),
        ("partly_provided", False, NeedStatus.OPEN),
        ("unavailable", False, NeedStatus.OPEN),
        ("unavailable", True, NeedStatus.REFERRED),
        ("refused_discrimination", False, NeedStatus.OPEN),
        ("no_reply", False, NeedStatus.OPEN),
        ("no_show", False, NeedStatus.OPEN),
        ("already_received", False, NeedStatus.MET),
        ("declined", False, NeedStatus.WITHDRAWN),
        ("declined", True, NeedStatus.REFERRED),
        ("moved", False, NeedStatus.UNMET),
        ("unreachable", False, NeedStatus.UNMET),
        ("deceased", False, NeedStatus.WITHDRAWN),
        ("not_applicable", False, NeedStatus.OPEN),
        ("", False, NeedStatus.OPEN),
        ("", True, NeedStatus.REFERRED),
    ],
)
def test_what_an_ending_does_to_the_need(outcome: str, others: bool, after: NeedStatus) -> None:
    assert need_after(outcome, others_under_way=others) is after


@given(st.sampled_from(OUTCOMES.codes()))
def test_no_closed_door_is_forgotten(outcome: str) -> None:
    if OUTCOMES[outcome].counts_as in {"failure", "partial"}:
        assert need_after(outcome, others_under_way=False) is NeedStatus.OPEN


def _record(safe_contact: str = "") -> PersonRecord:
    card = PersonCard(
        new_ref(), "Angie", "Marie-Ange Joseph", PartialDate.of_year(1994), ("HT",), "ht", True, "PHM-2026-000001-4",
        new_ref(), "Mesa Centro", NOW, False,
    )  # fmt: skip
    return PersonRecord(
        card=card,
        identity=IdentityFacts(
            PersonNames(given="Marie-Ange", surname1="Joseph", chosen="Angie"),
            PartialDate.of_year(1994),
            nationalities=("HT",),
            curp="BOXW310820HNERXN09",
        ),
        contact=ContactFacts(
            language="ht",
            interpreter=True,
            phone="+525555550123",
            email="angie@example.org",
            safe_contact=safe_contact,
            alcaldia="09015",
            street="Calle de Ejemplo 101",
            contact_phone="+525555550124",
        ),
        mobility=MobilityFacts(profiles=("ASYLUM_SEEKER",), status_self="irregular"),
        health=HealthFacts(pregnant="pregnant"),
        notes="lo que contó",
        documents=(),
        record_kind="padron",
        sensitive_basis="consent",
        created_at=NOW,
        version=1,
        identity_version=1,
        contact_version=1,
        mobility_version=1,
    )


def test_every_category_has_its_packet_and_none_carries_more_than_it_may() -> None:
    for category in NEED_CATEGORIES:
        offered = {choice.field for choice in packet_choices(category.code)}
        assert {Field.NAME, Field.LANGUAGE} <= offered
        assert (Field.PROFILES in offered) <= (category.code in {"MIGR", "LEGAL"})
        assert (Field.PREGNANT in offered) <= (category.code == "HEALTH")
    ticked = {choice.field for code in NEED_CATEGORIES.codes() for choice in packet_choices(code) if choice.ticked}
    assert ticked.isdisjoint({Field.PROFILES, Field.PREGNANT, Field.DIFFICULTIES, Field.CURP, Field.EMAIL})


def test_a_packet_never_holds_a_street_a_status_or_a_note() -> None:
    text = repr(packet_values(_record(), date(2026, 11, 20)))
    for secret in ("Calle", "irregular", "lo que contó", "+525555550124"):
        assert secret not in text


@pytest.mark.parametrize(
    ("safe", "phone", "email"),
    [
        ("", True, True),
        ("any", True, True),
        ("phone_only", True, False),
        ("in_person_only", False, False),
        ("via_shelter_only", False, False),
        ("none", False, False),
    ],
)
def test_a_way_that_is_not_safe_is_not_told(safe: str, phone: bool, email: bool) -> None:
    values = packet_values(_record(safe), date(2026, 11, 20))
    assert ("phone" in values, "email" in values) == (phone, email)


def test_a_field_that_the_need_does_not_call_for_is_refused() -> None:
    check_fields("HEALTH", ["name", "pregnant"])
    with pytest.raises(Refused) as no:
        check_fields("WORK", ["name", "pregnant"])
    assert no.value.reason is Reason.PACKET_FIELD_UNKNOWN


def test_codes_are_read_as_people_type_them() -> None:
    code = new_code()
    assert read_code(code) == code
    assert read_code(f"  {code.lower().replace('-', ' ')} ") == code
    assert set(code[2:]) <= set(ALPHABET)
    assert read_code("C-7K3M9") is None
    assert read_code("C-0O1IL5") is None
    assert len({new_code() for _ in range(500)}) == 500


@given(st.text())
def test_no_text_breaks_the_reading_of_a_code(text: str) -> None:
    assert read_code(text) is None or len(read_code(text) or "") == 8


def test_the_slip_hides_doors_that_tell_too_much() -> None:
    assert is_discreet("PROTECT", "PROTECT_GBV", confidential=False)
    assert is_discreet("SHELTER", "SHELTER_SAFE", confidential=False)
    assert is_discreet("BASIC", "BASIC_FOOD", confidential=True)
    assert not is_discreet("EDUC", "EDUC_BASIC", confidential=False)


def test_the_slip_says_what_happens_next_as_far_as_it_is_known() -> None:
    assert after_sending(Status.REQUESTED, "email", promised=True, due=True) == ("way_sent", "promised", "tells")
    assert after_sending(Status.RECEIVED, "walk_in", promised=False, due=True) == ("way_walk_in", "expected", "tells")
    assert after_sending(Status.REQUESTED, "", promised=False, due=False) == ("tells",)
    assert after_sending(Status.ON_HOLD, "paper", promised=True, due=True) == ("way_paper", "tells")
    for status in (Status.ACCEPTED, Status.IN_PROGRESS):
        assert after_sending(status, "paper", promised=True, due=True) == ("accepted",)
    for status in (Status.DRAFT, Status.WAITING, *TERMINAL):
        assert after_sending(status, "email", promised=True, due=True) == ()


@given(st.sampled_from(list(Status)), st.text(), st.booleans(), st.booleans())
def test_every_sentence_of_what_comes_next_is_written(status: Status, method: str, promised: bool, due: bool) -> None:
    for way in (method, *METHODS):
        assert set(after_sending(status, way, promised=promised, due=due)) <= WORDS["es"].keys()


def test_what_the_institution_promised_counts_but_never_delays_an_emergency() -> None:
    friday = date(2026, 11, 20)
    assert due_day("normal", friday, AnswerDays(promised=2)) == date(2026, 11, 24)
    assert due_day("soon", friday, AnswerDays(promised=20)) == date(2026, 12, 18)
    assert due_day("urgent", friday, AnswerDays(promised=20)) == date(2026, 11, 21)
    assert due_day("immediate", friday, AnswerDays(promised=0)) == friday

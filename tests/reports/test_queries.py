"""The counts against a recount by hand, on both engines; lists and counts say the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.table import reach_of
from referral.infra.db import Database
from referral.kernel.clock import local_day
from referral.kernel.codes import OUTCOMES
from referral.referrals.facts import OPEN, TERMINAL, UNANSWERED, Status
from referral.referrals.rules.reasons import REASONS
from referral.reports.facts import Asked, Grouping, ListAsked, Outcomes, Period, Slice
from referral.reports.queries import outcomes as queries
from tests.reports.rows import Scene, Sent, scene

MakeIdentity = Callable[..., Identity]
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
NOON = datetime(2026, 10, 10, 18, tzinfo=UTC)


@pytest.fixture
def desk(database: Database, make_identity: MakeIdentity) -> Scene:
    return scene(database, make_identity(database))


def report(desk: Scene, asked: Asked | None = None, identity: Identity | None = None) -> Outcomes:
    reach = reach_of(identity or desk.identity, Permission.REPORT_VIEW)
    with desk.database.session(writing=False) as session:
        return queries.outcomes(session, reach, asked or Asked(OCTOBER), today=TODAY)


def counts_as(sent: Sent) -> set[Slice]:
    """The definitions of the report, written a second time from their words."""
    found = {Slice.SENT}
    accepted = sent.status in {Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED} or (
        sent.status in {Status.FAILED, Status.CANCELLED} and sent.accepted_once
    )
    refused = sent.status is Status.REJECTED
    found |= {Slice.ACCEPTED} if accepted else set()
    found |= {Slice.REFUSED} if refused else set()
    found |= {Slice.ANSWERED} if accepted or refused else set()
    due_on = (sent.at + timedelta(days=sent.due_days)).date()
    good = sent.status is Status.COMPLETED and OUTCOMES[sent.outcome].counts_as in {"success", "partial"}
    if good:
        found.add(Slice.SERVED)
    elif (sent.status in UNANSWERED and due_on < TODAY) or (sent.status is Status.FAILED and sent.reason == "no_reply"):
        found.add(Slice.NO_REPLY)
    elif sent.status in TERMINAL:
        found.add(Slice.UNSERVED)
    else:
        assert sent.status in OPEN
        found.add(Slice.OPEN)
    return found


def drawn(dice: random.Random) -> Sent:
    status = dice.choice([each for each in Status if each not in {Status.DRAFT, Status.WAITING}])
    reasons = [code for code, reason in REASONS.items() if status in reason.moves]
    answered = status in {Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED, Status.REJECTED}
    accepted_once = status in {Status.FAILED, Status.CANCELLED} and dice.random() < 0.5
    answered = answered or accepted_once
    answer = dice.randrange(20) if answered or dice.random() < 0.2 else None
    return Sent(
        at=NOON + timedelta(days=dice.randrange(-14, 25), hours=dice.randrange(24)),
        status=status,
        service=dice.choice(["SEDESA", "COMAR", "LOCATEL"]),
        category=dice.choice(["HEALTH", "FOOD", "LEGAL"]),
        outcome=dice.choice([each.code for each in OUTCOMES]) if status is Status.COMPLETED else "",
        reason=dice.choice(reasons) if reasons else "",
        answer_days=answer,
        close_days=(answer or 0) + dice.randrange(30),
        due_days=dice.randrange(60),
        accepted_once=accepted_once,
    )


@pytest.mark.parametrize("grouping", list(Grouping))
def test_the_report_is_what_a_recount_gives(desk: Scene, grouping: Grouping) -> None:
    dice = random.Random(7)
    sent = [drawn(dice) for _count in range(300)]
    desk.add(*sent)
    found = report(desk, Asked(OCTOBER, grouping))
    counted = [
        each
        for each in sent
        if OCTOBER.first <= local_day(each.at) <= OCTOBER.last and each.status is not Status.ENTERED_IN_ERROR
    ]
    assert 100 < len(counted) < 300
    keys: dict[object, str] = {service: key for key, (service, _organization) in desk.services.items()}
    for line in (*found.lines, found.total):
        of_line = [each for each in counted if line.key in {None, each.category} or keys.get(line.key) == each.service]
        slices = [counts_as(each) for each in of_line]
        assert line.counts == {which: sum(which in each for each in slices) for which in Slice}
        answered = [
            local_day(each.at + timedelta(days=each.answer_days)) - local_day(each.at)
            for each in of_line
            if each.answer_days is not None and Slice.ANSWERED in counts_as(each)
        ]
        closed = [each.close_days or 0 for each in of_line if each.status in TERMINAL]
        assert line.answer_days == (median(days.days for days in answered) if answered else None)
        assert line.close_days == (median(closed) if closed else None)
        assert sum(line.refusals.values()) == line.counts[Slice.REFUSED]
    counts = found.total.counts
    ends = counts[Slice.SERVED] + counts[Slice.UNSERVED] + counts[Slice.NO_REPLY] + counts[Slice.OPEN]
    assert counts[Slice.SENT] == ends
    assert counts[Slice.ANSWERED] == counts[Slice.ACCEPTED] + counts[Slice.REFUSED]


def test_each_list_holds_as_many_as_its_number_says(desk: Scene) -> None:
    dice = random.Random(11)
    desk.add(*(drawn(dice) for _count in range(200)))
    asked = Asked(OCTOBER)
    found = report(desk, asked)
    reach = reach_of(desk.identity, Permission.REPORT_VIEW)
    with desk.database.session(writing=False) as session:
        for line in (*found.lines, found.total):
            narrowed = asked if line.key is None else asked.of_group(line.key)
            for which in Slice:
                listed: list[str] = []
                page, more = 1, True
                while more:
                    some, more = queries.outcome_list(
                        session, reach, reach, ListAsked(narrowed, which), now=NOW, today=TODAY, page=page
                    )
                    listed += [each.line.code for each in some]
                    page += 1
                assert len(set(listed)) == line.counts[which]
        for reason, times in found.total.refusals.items():
            of_reason = ListAsked(asked, Slice.REFUSED, reason)
            some, _more = queries.outcome_list(session, reach, None, of_reason, now=NOW, today=TODAY, page=1)
            assert len(some) == times
            assert not any(each.reachable for each in some)


def test_days_are_those_of_the_city(desk: Scene) -> None:
    late_evening = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # 31 October, 23:30 in Mexico City
    desk.add(
        Sent(late_evening, Status.REJECTED, reason="no_capacity", answer_days=0, close_days=0),
        Sent(late_evening + timedelta(hours=1), Status.REQUESTED),
    )
    found = report(desk)
    assert found.total.sent == 1
    assert found.total.answer_days == 0
    assert report(desk, Asked(Period(date(2026, 11, 1), date(2026, 11, 1)))).total.sent == 1


def test_what_was_closed_for_no_reply_is_no_answer(desk: Scene) -> None:
    # The move to "failed" stamps an instant of answer; nobody answered.
    desk.add(Sent(NOON, Status.FAILED, reason="no_reply", outcome="no_reply", answer_days=20, close_days=20))
    counts = report(desk).total.counts
    assert (counts[Slice.ANSWERED], counts[Slice.NO_REPLY]) == (0, 1)
    assert report(desk).total.answer_days is None


def test_an_institution_counts_its_own_alone(desk: Scene, make_identity: MakeIdentity) -> None:
    desk.add(Sent(NOON, Status.REQUESTED), Sent(NOON, Status.REQUESTED, service="COMAR"))
    house = desk.services["SEDESA"][1]
    partner = make_identity(desk.database, Role.PARTNER, username="salud", organization=house)
    found = report(desk, identity=partner)
    assert [line.key for line in found.lines] == [desk.services["SEDESA"][0]]
    others = Asked(OCTOBER, organization=desk.services["COMAR"][1])
    assert report(desk, others, partner).total.sent == 0


def test_nothing_sent_is_no_line(desk: Scene) -> None:
    found = report(desk)
    assert found.lines == ()
    assert found.total.counts == dict.fromkeys(Slice, 0)
    assert found.total.answer_days is None


def test_the_first_lines_stand_beside_the_total_of_all(desk: Scene) -> None:
    for service, times in (("SEDESA", 3), ("COMAR", 2), ("LOCATEL", 1)):
        for _ in range(times):
            desk.add(Sent(at=NOON, service=service, status=Status.REJECTED, reason="no_capacity", answer_days=times))
    reach = reach_of(desk.identity, Permission.REPORT_VIEW)
    with desk.database.session(writing=False) as session:
        whole = queries.outcomes(session, reach, Asked(OCTOBER), today=TODAY)
        first = queries.outcomes(session, reach, Asked(OCTOBER), today=TODAY, most=2)
    assert [line.sent for line in whole.lines] == [3, 2, 1]
    assert first.lines == whole.lines[:2]
    assert first.total == whole.total
    assert (first.length, first.total.sent, first.total.answer_days) == (3, 6, 2.5)

"""The next best step as a table: what is on the file, what comes first."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from referral.certificates.rules import Missing
from referral.consent.facts import ConsentState, Decision, NoticeChannel, NoticeLine, Purpose, Recorded
from referral.desk.facts import Happening, Step
from referral.desk.rules import FileState, needs_without_door, news_since, next_step, visit_before
from referral.directory.facts import Words
from referral.needs.facts import NeedLine, NeedStatus
from referral.padron.facts import InscriptionLine
from referral.padron.rules import Eligibility
from referral.referrals.facts import ReferralLine, Status

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
PERSON, DOOR, HOUSE = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()


def answer(purpose: Purpose, decision: Decision = Decision.YES, *, withdrawn: bool = False) -> Recorded:
    return Recorded(purpose, None, decision, "spoken", "es", False, "1", NOW, None, NOW if withdrawn else None)


def consent(*answers: Recorded, notice: bool = True) -> ConsentState:
    return ConsentState(NoticeLine("1", NoticeChannel.READ_ALOUD, "es", False, NOW) if notice else None, answers)


def need(code: str = "FOOD_TODAY", urgency: str = "normal", status: NeedStatus = NeedStatus.OPEN) -> NeedLine:
    closed = None if status in {NeedStatus.OPEN, NeedStatus.REFERRED} else NOW
    return NeedLine(uuid.uuid4(), PERSON, code, code.partition("_")[0], urgency, status, None, "", NOW, closed, 1)


def referral(status: Status, *, of: NeedLine | None = None, due: date | None = None, **days: int) -> ReferralLine:
    """A referral; sent, answered, closed: how many days ago."""
    at = {name: NOW - timedelta(days=ago) for name, ago in days.items()}
    return ReferralLine(
        ref=uuid.uuid4(),
        code="C-7K3M9Q",
        person=PERSON,
        name="",
        need=(of or need()).ref,
        need_code="FOOD_TODAY",
        category="FOOD",
        service=DOOR,
        service_name=Words("Comedor", "Canteen"),
        organization=HOUSE,
        organization_name=Words("Casa", "House"),
        status=status,
        urgency="normal",
        reason="",
        outcome="",
        created_at=NOW,
        sent_at=at.get("sent"),
        answered_at=at.get("answered"),
        closed_at=at.get("closed"),
        due_on=due,
        overdue=due is not None and due < TODAY and status in {Status.REQUESTED, Status.RECEIVED},
    )


def inscription(valid_to: date = date(2027, 11, 1), ended: date | None = None) -> InscriptionLine:
    start = date(2026, 1, 1)
    return InscriptionLine(uuid.uuid4(), PERSON, "PHM-2026-000001-A", start, "Mesa Centro", start, valid_to, ended)


MET = need(status=NeedStatus.MET)
GONE = need("PROTECT_UASC", "immediate", NeedStatus.REFERRED)
ALL_DONE = FileState(
    child_alone=False,
    record_kind="padron",
    eligible=Eligibility.OPEN,
    consent=consent(answer(Purpose.CARE), answer(Purpose.CERTIFICATE)),
    needs=(MET,),
    referrals=(),
    inscription=inscription(),
    certified=True,
    missing=(),
    renew_from_days=30,
    today=TODAY,
)
LATE = referral(Status.REQUESTED, sent=9, due=date(2026, 11, 18))
DRAFTED = need("HEALTH_EMERG", "immediate")

TABLE: Mapping[str, tuple[Step, FileState]] = {
    "nothing left": (Step.NOTHING, ALL_DONE),
    "a child alone, before the notice": (
        Step.CHILD_ALONE,
        replace(ALL_DONE, child_alone=True, consent=consent(notice=False)),
    ),
    "a child alone, already referred": (Step.NOTHING, replace(ALL_DONE, child_alone=True, needs=(GONE,))),
    "a life at risk, before the notice": (
        Step.URGENT_NEED,
        replace(ALL_DONE, needs=(need(urgency="immediate"),), consent=consent(notice=False)),
    ),
    "a life at risk with a draft": (
        Step.DRAFT,
        replace(ALL_DONE, needs=(DRAFTED,), referrals=(referral(Status.DRAFT, of=DRAFTED),)),
    ),
    "no notice": (Step.NOTICE, replace(ALL_DONE, consent=consent(answer(Purpose.CARE), notice=False))),
    "never asked": (Step.NOTICE, replace(ALL_DONE, consent=consent())),
    "she said no: not asked again": (
        Step.NEEDS,
        replace(ALL_DONE, consent=consent(answer(Purpose.CARE, Decision.NO)), needs=()),
    ),
    "late answer before new needs": (Step.LATE, replace(ALL_DONE, needs=(), referrals=(LATE,))),
    "no needs": (Step.NEEDS, replace(ALL_DONE, needs=())),
    "open need": (Step.OPEN_NEED, replace(ALL_DONE, needs=(need(),))),
    "open need before result": (
        Step.OPEN_NEED,
        replace(ALL_DONE, needs=(need(),), referrals=(referral(Status.ACCEPTED, of=MET, sent=5, answered=2),)),
    ),
    "accepted": (Step.ASK_RESULT, replace(ALL_DONE, referrals=(referral(Status.ACCEPTED, sent=5, answered=2),))),
    "not inscribed": (Step.INSCRIBE, replace(ALL_DONE, inscription=None, certified=False)),
    "not inscribed, only served": (Step.NOTHING, replace(ALL_DONE, inscription=None, record_kind="service_only")),
    "not inscribed, not for her": (Step.NOTHING, replace(ALL_DONE, inscription=None, eligible=Eligibility.SERVED_ONLY)),
    "not inscribed, she said no": (
        Step.NOTHING,
        replace(ALL_DONE, inscription=None, consent=consent(answer(Purpose.CARE, Decision.NO))),
    ),
    "not inscribed, she took it back": (
        Step.NOTHING,
        replace(ALL_DONE, inscription=None, consent=consent(answer(Purpose.CARE, withdrawn=True))),
    ),
    "ends in 30 days": (Step.RENEW, replace(ALL_DONE, inscription=inscription(TODAY + timedelta(days=30)))),
    "ends in 31 days": (Step.NOTHING, replace(ALL_DONE, inscription=inscription(TODAY + timedelta(days=31)))),
    "ends in 60 days, where 60 are told": (
        Step.RENEW,
        replace(ALL_DONE, renew_from_days=60, inscription=inscription(TODAY + timedelta(days=60))),
    ),
    "lapsed": (Step.RENEW, replace(ALL_DONE, inscription=inscription(date(2026, 1, 31)), certified=False)),
    "left the register": (
        Step.NOTHING,
        replace(ALL_DONE, inscription=inscription(ended=date(2026, 5, 1)), certified=False),
    ),
    "no constancia": (Step.CERTIFICATE, replace(ALL_DONE, certified=False, missing=(Missing.IDENTITY_PROOF,))),
    "no constancia wanted": (
        Step.NOTHING,
        replace(
            ALL_DONE, certified=False, consent=consent(answer(Purpose.CARE), answer(Purpose.CERTIFICATE, Decision.NO))
        ),
    ),
    "waiting": (Step.WAIT, replace(ALL_DONE, referrals=(referral(Status.REQUESTED, sent=1, due=date(2026, 11, 30)),))),
}


@pytest.mark.parametrize("name", TABLE)
def test_next_step(name: str) -> None:
    step, file = TABLE[name]
    assert next_step(file).step is step


def test_the_step_names_what_it_is_about() -> None:
    urgent = need(urgency="immediate")
    assert next_step(replace(ALL_DONE, needs=(need(), urgent))).need == urgent
    assert next_step(replace(ALL_DONE, referrals=(LATE,))).referral == LATE
    missing = (Missing.IDENTITY_PROOF, Missing.CONSENT)
    assert next_step(replace(ALL_DONE, certified=False, missing=missing)).missing == missing


def test_a_draft_is_a_door_on_its_way() -> None:
    one, other = need(), need()
    assert needs_without_door([one, other, MET], [referral(Status.DRAFT, of=one)]) == [other]


def test_news_are_what_happened_since_the_last_visit() -> None:
    closed = referral(Status.COMPLETED, sent=20, answered=15, closed=3)
    answered = referral(Status.ACCEPTED, sent=10, answered=5)
    before = referral(Status.COMPLETED, sent=60, answered=50, closed=40)
    sent_that_day = referral(Status.REQUESTED, sent=10, due=date(2026, 12, 1))
    found = news_since(date(2026, 11, 10), [closed, answered, before, sent_that_day, LATE], today=TODAY)
    assert [(news.what, news.on) for news in found] == [
        (Happening.LATE, date(2026, 11, 18)),
        (Happening.CLOSED, date(2026, 11, 17)),
        (Happening.ANSWERED, date(2026, 11, 15)),
        (Happening.SENT, date(2026, 11, 11)),
    ]


def test_a_first_visit_has_no_news() -> None:
    assert news_since(None, [LATE], today=TODAY) == ()


def test_the_visit_before_is_not_todays() -> None:
    late_yesterday = datetime(2026, 11, 20, 5, 30, tzinfo=UTC)  # still the 19th in Mexico City
    assert visit_before([NOW, late_yesterday], TODAY) == date(2026, 11, 19)
    assert visit_before([NOW], TODAY) is None

"""Merging and the alerts: what was answered on one file is not asked again, and undoing gives it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.arrival.actions.alerts import answer_alert
from referral.arrival.facts import Alert, AnswerCode, AsylumTerm, NewAnswer
from referral.arrival.queries import alerts_of, open_rules
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.needs.actions import add_need
from referral.needs.facts import NewNeed
from referral.needs.queries import needs_of
from referral.people.queries.cards import person_record
from tests.desk_browser import DeskBrowser
from tests.duplicates.files import join, part
from tests.factories import referrals as make
from tests.factories.people import new_person, register

MakeIdentity = Callable[..., Identity]
NOTE = "Fue con ella a urgencias la doctora de guardia"


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    make.load_directory(database)
    return make_identity(database, Role.CASEWORKER)


def note(database: Database, identity: Identity, person: uuid.UUID, code: str) -> None:
    with serving(database, identity), unit_of_work("needs.add") as work:
        add_need(work, person=person, new=NewNeed(code, "immediate"))


def answer(database: Database, identity: Identity, person: uuid.UUID, rule: str) -> None:
    with serving(database, identity), unit_of_work("arrival.answer_alert") as work:
        answer_alert(work, person=person, new=NewAnswer(rule, AnswerCode.DONE_REFERRED, NOTE))


def alerts(database: Database, identity: Identity, person: uuid.UUID) -> dict[str, Alert]:
    with serving(database, identity, read_only=True), reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.NEED_RECORD), person, today=desk.today)
        found = alerts_of(
            desk.session, record, needs_of(desk.session, person), today=desk.today, term=AsylumTerm(days=30)
        )
    return {alert.rule: alert for alert in found}


def still_open(database: Database, person: uuid.UUID) -> tuple[str, ...]:
    with serving(database, read_only=True), reading() as desk:
        return open_rules(desk.session, person)


def two(database: Database, caso: Identity) -> tuple[uuid.UUID, uuid.UUID]:
    return register(database, caso), register(database, caso, new_person("Mari Ange", "Josef", phone="+525555550199"))


@pytest.mark.parametrize("both_told", [False, True])
def test_an_alert_answered_on_the_file_that_goes_is_not_asked_again(
    database: Database, caso: Identity, both_told: bool
) -> None:
    kept, other = two(database, caso)
    note(database, caso, other, "HEALTH_EMERG")
    if both_told:
        note(database, caso, kept, "HEALTH_EMERG")
    answer(database, caso, other, "R21")
    assert still_open(database, kept) == (("R21",) if both_told else ())
    ref = join(database, caso, kept, other)
    assert still_open(database, kept) == ()
    answered = alerts(database, caso, kept)["R21"].answered
    assert answered is not None
    assert (answered.staff_name, answered.desk_name, answered.note) == (caso.name, caso.desk_name, NOTE)
    part(database, caso, ref)
    assert still_open(database, kept) == (("R21",) if both_told else ())
    assert still_open(database, other) == ()
    given = alerts(database, caso, other)["R21"].answered
    assert given is not None
    assert given.note == NOTE


def test_an_answer_on_the_file_that_stays_stays_and_undoing_does_not_lose_it(
    database: Database, caso: Identity, clock: FixedClock
) -> None:
    kept, other = two(database, caso)
    for person in (kept, other):
        clock.set(clock.now() + timedelta(minutes=5))
        note(database, caso, person, "PROTECT_GBV")
    answer(database, caso, kept, "R07")
    ref = join(database, caso, kept, other)
    assert still_open(database, kept) == ()
    part(database, caso, ref)
    assert still_open(database, kept) == ()
    assert still_open(database, other) == ("R07",)


def test_what_rests_on_something_else_is_asked(database: Database, caso: Identity) -> None:
    kept, other = two(database, caso)
    note(database, caso, other, "HEALTH_EMERG")
    note(database, caso, kept, "PROTECT_GBV")
    answer(database, caso, other, "R21")
    ref = join(database, caso, kept, other)
    assert still_open(database, kept) == ("R07",)
    assert alerts(database, caso, kept)["R21"].answered is not None
    part(database, caso, ref)
    assert (still_open(database, kept), still_open(database, other)) == (("R07",), ())


def test_a_need_of_the_other_file_that_raises_nothing_does_not_ask_again(database: Database, caso: Identity) -> None:
    kept, other = two(database, caso)
    note(database, caso, kept, "HEALTH_GENERAL")
    note(database, caso, other, "PROTECT_GBV")
    answer(database, caso, other, "R07")
    join(database, caso, kept, other)
    assert still_open(database, kept) == ()


def test_the_page_says_who_answered_and_where(
    database: Database, caso: Identity, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    kept, other = two(database, caso)
    note(database, caso, other, "HEALTH_EMERG")
    answer(database, caso, other, "R21")
    join(database, caso, kept, other)
    page = sign_in(caso).get(f"/personas/{kept}/alertas")
    assert f"{caso.name}, {caso.desk_name}. {NOTE}" in page.text

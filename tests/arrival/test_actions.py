"""Arriving and answering alerts: what is written, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.arrival.actions.alerts import answer_alert
from referral.arrival.actions.arrive import come_again, come_first, register_arrival, register_family_arrival
from referral.arrival.facts import Alert, AnswerCode, AsylumTerm, NewAnswer, Triage
from referral.arrival.models import AlertAnswer
from referral.arrival.queries import alerts_of, open_alerts, open_rules, who_cannot_wait
from referral.arrival.rules.triage import Reason
from referral.infra.db import Database
from referral.infra.work import NotPermitted, OutOfReach, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.needs.actions import add_need, settle_need
from referral.needs.facts import NeedStatus, NewNeed
from referral.needs.queries import needs_of
from referral.people.actions import correct_identity
from referral.people.queries.cards import person_record
from referral.people.queries.reserved import StillReserved
from referral.visits.facts import FirstAnswer, NewVisit
from referral.visits.models import Visit
from referral.visits.queries import first_answers, visits_of
from tests.factories.families import haitian_family
from tests.factories.glass import break_glass
from tests.factories.people import new_person, register

MakeIdentity = Callable[..., Identity]
ALONE, MEDICAL = Triage((FirstAnswer.ALONE,)), Triage((FirstAnswer.MEDICAL,))
CALLED = NewAnswer("R21", AnswerCode.DONE_CALLED, "Vino la ambulancia")


def alerts(database: Database, identity: Identity, person: uuid.UUID) -> list[Alert]:
    with serving(database, identity, read_only=True), reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.NEED_RECORD), person, today=desk.today)
        needs = needs_of(desk.session, person)
        return list(alerts_of(desk.session, record, needs, today=desk.today, term=AsylumTerm()))


def rules_open(database: Database, person: uuid.UUID) -> tuple[str, ...]:
    with serving(database), reading() as desk:
        return open_rules(desk.session, person)


def again(database: Database, identity: Identity, person: uuid.UUID, triage: Triage) -> None:
    with serving(database, identity), unit_of_work("arrival.again") as work:
        come_again(work, NewVisit(person), triage)


def answer(database: Database, identity: Identity, person: uuid.UUID, new: NewAnswer) -> None:
    with serving(database, identity), unit_of_work("arrival.answer_alert") as work:
        answer_alert(work, person=person, new=new)


def test_the_first_answers_become_needs_a_childs_company_and_alerts(
    database: Database, make_identity: MakeIdentity
) -> None:
    caso = make_identity(database)
    told = Triage((FirstAnswer.ALONE, FirstAnswer.THREAT, FirstAnswer.NO_BED, FirstAnswer.MEDICAL))
    with serving(database, caso), unit_of_work("people.register") as work:
        person = register_arrival(work, new_person(birth="2011-05-02"), told)
    with serving(database, caso), reading() as desk:
        needs = {need.code: need.urgency for need in needs_of(desk.session, person)}
        record = person_record(desk.session, desk.reach(Permission.PERSON_VIEW), person)
    assert needs == dict.fromkeys(("PROTECT_UASC", "PROTECT_THREAT", "SHELTER_TONIGHT", "HEALTH_EMERG"), "immediate")
    assert record.identity.accompaniment == "alone"
    assert {one.rule for one in alerts(database, caso, person)} == {"R01", "R21"}
    assert set(rules_open(database, person)) == {"R01", "R21"}


def test_a_visit_before_any_name_becomes_hers(
    database: Database, make_identity: MakeIdentity, clock: FixedClock
) -> None:
    caso, north = make_identity(database), make_identity(database, username="norte", desk="Mesa Norte")
    with serving(database, caso), unit_of_work("arrival.first") as work:
        visit = come_first(work, MEDICAL)
    with serving(database, north), reading() as desk, pytest.raises(OutOfReach):
        first_answers(desk.session, desk.reach(Permission.PERSON_REGISTER), visit, today=desk.today)
    with serving(database, caso), reading() as desk:
        told = first_answers(desk.session, desk.reach(Permission.PERSON_REGISTER), visit, today=desk.today)
    assert told == (FirstAnswer.MEDICAL,)
    with serving(database, caso), unit_of_work("people.register") as work:
        person = register_arrival(work, new_person(), Triage(told), visit=visit)
    with serving(database, caso), reading() as desk:
        [line] = visits_of(desk.session, person)
        assert line.ref == visit
        with pytest.raises(OutOfReach):  # it is somebody's now
            first_answers(desk.session, desk.reach(Permission.PERSON_REGISTER), visit, today=desk.today)
    with serving(database, caso), unit_of_work("arrival.first") as work:
        old = come_first(work, MEDICAL)
    clock.advance(days=1)
    with serving(database, caso), unit_of_work("people.register") as work, pytest.raises(OutOfReach):
        register_arrival(work, new_person("Otra"), MEDICAL, visit=old)


def test_on_a_return_visit_nothing_is_noted_twice(database: Database, make_identity: MakeIdentity) -> None:
    caso = make_identity(database)
    person = register(database, caso, new_person(birth="2011-05-02"))
    again(database, caso, person, Triage((FirstAnswer.ALONE, FirstAnswer.NO_BED)))
    again(database, caso, person, Triage((FirstAnswer.ALONE, FirstAnswer.NO_BED)))
    with serving(database, caso), reading() as desk:
        assert sorted(need.code for need in needs_of(desk.session, person)) == ["PROTECT_UASC", "SHELTER_TONIGHT"]
        assert len(visits_of(desk.session, person)) == 2
    adult = register(database, caso, new_person("Rosa", birth="1990-01-01"))
    with pytest.raises(Refused) as refused:
        again(database, caso, adult, ALONE)
    assert refused.value.reason is Reason.ALONE_BUT_ADULT
    with serving(database, caso), reading() as desk:
        assert visits_of(desk.session, adult) == ()


def test_an_alert_stays_until_answered_and_comes_back_when_the_facts_change(
    database: Database, make_identity: MakeIdentity, clock: FixedClock
) -> None:
    caso = make_identity(database)
    person = register(database, caso)
    again(database, caso, person, MEDICAL)
    [open_one] = alerts(database, caso, person)
    assert open_one.answered is None
    answer(database, caso, person, CALLED)
    [one] = alerts(database, caso, person)
    assert one.answered is not None
    assert (one.answered.answer, one.answered.note, one.answered.staff_name) == (
        AnswerCode.DONE_CALLED,
        "Vino la ambulancia",
        "Prueba caso",
    )
    assert rules_open(database, person) == ()
    again(database, caso, person, MEDICAL)  # the need is open already: nothing changed
    assert rules_open(database, person) == ()
    with serving(database, caso), unit_of_work("needs.settle") as work:
        [need] = needs_of(work.session, person)
        settle_need(work, ref=need.ref, to=NeedStatus.MET, outcome="provided_by_desk")
    assert alerts(database, caso, person) == []
    clock.advance(days=30)
    again(database, caso, person, MEDICAL)
    [back] = alerts(database, caso, person)
    assert (back.answered, rules_open(database, person)) == (None, ("R21",))
    with serving(database), reading() as desk:
        rows = list(desk.session.scalars(select(AlertAnswer).order_by(AlertAnswer.raised_at)))
        assert [(row.answer, row.lapsed_at is not None) for row in rows] == [("done_called", True), (None, False)]


def test_whoever_writes_the_facts_the_alert_is_written_too(database: Database, make_identity: MakeIdentity) -> None:
    caso = make_identity(database)
    person = register(database, caso, new_person(birth="2011-05-02"))
    assert rules_open(database, person) == ()
    with serving(database, caso), unit_of_work("needs.add") as work:
        add_need(work, person=person, new=NewNeed("LEGAL_MISSING"))
    assert rules_open(database, person) == ("R09",)
    with serving(database, caso), unit_of_work("people.correct_identity") as work:
        identity = new_person(birth="2011-05-02").identity
        told = type(identity)(identity.names, PartialDate.from_text("2011-05-02"), accompaniment="unrelated_adult")
        correct_identity(work, person=person, identity=told, version=1)
    assert set(rules_open(database, person)) == {"R09", "R02"}
    with serving(database, caso), reading() as desk:
        found, count = open_alerts(desk.session, desk.reach(Permission.PERSON_VIEW), most=1)
    assert (len(found), count) == (1, 2)
    other = make_identity(database, username="norte", desk="Mesa Norte")
    with serving(database, other), reading() as desk:
        assert open_alerts(desk.session, desk.reach(Permission.PERSON_VIEW), most=5) == ([], 0)


def test_who_may_answer(database: Database, make_identity: MakeIdentity) -> None:
    caso = make_identity(database)
    person = register(database, caso)
    again(database, caso, person, MEDICAL)
    with pytest.raises(OutOfReach):
        answer(database, make_identity(database, username="norte", desk="Mesa Norte"), person, CALLED)
    with pytest.raises(NotPermitted):
        answer(database, make_identity(database, Role.AUDITOR, username="auditora"), person, CALLED)
    boss = make_identity(database, Role.SUPERVISOR, username="jefa")
    with pytest.raises(StillReserved):
        answer(database, boss, person, CALLED)
    break_glass(database, boss, person)
    answer(database, boss, person, CALLED)
    assert rules_open(database, person) == ()


def test_first_answers_of_nobody_are_only_counted(database: Database, make_identity: MakeIdentity) -> None:
    caso = make_identity(database)
    with serving(database, caso), unit_of_work("arrival.first") as work:
        come_first(work, Triage((FirstAnswer.TRAFFICKING, FirstAnswer.NO_BED)))
    with serving(database), reading() as desk:
        [row] = desk.session.scalars(select(Visit))
        assert (row.person_id, row.first, row.note_sealed) == (None, "trafficking no_bed", None)


def test_of_a_family_each_has_her_own_answers(database: Database, make_identity: MakeIdentity) -> None:
    caso = make_identity(database)
    told = [Triage(), Triage(), Triage((FirstAnswer.THREAT,)), Triage((FirstAnswer.MEDICAL,)), Triage()]
    with serving(database, caso), unit_of_work("households.register") as work:
        refs = register_family_arrival(work, haitian_family(), told)
    with serving(database, caso, read_only=True), reading() as desk:
        assert who_cannot_wait(desk.session, refs) == {refs[2], refs[3]}
        assert who_cannot_wait(desk.session, refs[:2]) == frozenset()
    assert rules_open(database, refs[3]) == ("R21",)


def test_a_child_with_her_mother_is_not_alone_and_nobody_of_the_family_is_saved(
    database: Database, make_identity: MakeIdentity
) -> None:
    caso = make_identity(database)
    told = [Triage(), Triage(), Triage((FirstAnswer.ALONE,)), Triage(), Triage()]
    with pytest.raises(Refused) as refused, serving(database, caso), unit_of_work("households.register") as work:
        register_family_arrival(work, haitian_family(), told)
    assert (refused.value.reason, refused.value.field) == (Reason.ALONE_BUT_ACCOMPANIED, "row-3")
    with serving(database, caso, read_only=True), reading() as desk:
        assert desk.session.scalars(select(Visit.id)).all() == []

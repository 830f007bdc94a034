"""Lists, counts, one referral as each reader may know it, and what judging one costs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.consent.actions import withdraw
from referral.consent.facts import Purpose
from referral.infra.db import Database
from referral.infra.work import OutOfReach, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.needs.queries import needs_of
from referral.people.actions import touch_served
from referral.referrals.facts import Group, ReferralFilter, ReferralList, ReferralPage, Status
from referral.referrals.models import Referral
from referral.referrals.queries.doors import doors_for_need
from referral.referrals.queries.lists import open_counts, referral_by_code, referral_list, referrals_of
from referral.referrals.queries.one import referral
from referral.referrals.rules.due import is_overdue
from tests.factories import referrals as make
from tests.factories.people import new_person
from tests.referrals.conftest import Scene


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def listed(scene: Scene, identity: Identity, asked: ReferralFilter | None = None, **page: int) -> ReferralList:
    with serving(scene.database, identity), reading() as desk:
        reach = desk.reach(Permission.REFERRAL_LIST)
        return referral_list(desk.session, reach, asked or ReferralFilter(), now=desk.now, today=desk.today, **page)


def opened(scene: Scene, identity: Identity, ref: uuid.UUID) -> ReferralPage:
    with serving(scene.database, identity), reading() as desk:
        return referral(desk.session, desk.reach(Permission.REFERRAL_VIEW), ref, now=desk.now, today=desk.today)


def test_groups_show_what_they_say(scene: Scene, clock: FixedClock) -> None:
    sent = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    kept = make.prepare(scene.database, scene.desk, scene.person, scene.need, "IMSS", consent="no")
    vaccine = make.note_need(scene.database, scene.desk, scene.person, "HEALTH_VACC")
    closed = make.prepare(scene.database, scene.desk, scene.person, vaccine)
    make.moved(scene.database, scene.desk, closed, Status.REJECTED, reason="no_capacity")

    def refs(group: Group | None) -> set[uuid.UUID]:
        return {line.ref for line in listed(scene, scene.desk, ReferralFilter(group=group)).lines}

    assert refs(Group.OPEN) == refs(Group.UNANSWERED) == {sent}
    assert refs(Group.OVERDUE) == set()
    assert refs(Group.DRAFTS) == {kept}
    assert refs(Group.CLOSED) == {closed}
    assert refs(None) == {sent, kept, closed}
    clock.advance(days=30)
    assert refs(Group.OVERDUE) == {sent}
    line = next(line for line in listed(scene, scene.desk).lines if line.ref == sent)
    assert line.overdue
    assert (line.name, line.need_code, line.status) == ("Marie-Ange Joseph", "HEALTH_GENERAL", Status.REQUESTED)


def test_filters_narrow_the_list(scene: Scene, make_identity: Callable[..., Identity]) -> None:
    sent = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    organization, health = make.organization_of(scene.database, "SEDESA"), make.service(scene.database, "SEDESA")
    other = make.organization_of(scene.database, "IMSS")
    colleague = make_identity(scene.database, username="colega")
    for asked, found in (
        (ReferralFilter(organization=organization), True),
        (ReferralFilter(organization=other), False),
        (ReferralFilter(service=health), True),
        (ReferralFilter(staff=scene.desk.staff), True),
        (ReferralFilter(staff=colleague.staff), False),
        (ReferralFilter(category="HEALTH"), True),
        (ReferralFilter(category="WORK"), False),
        (ReferralFilter(statuses=(Status.REQUESTED,)), True),
        (ReferralFilter(statuses=(Status.ACCEPTED,)), False),
        (ReferralFilter(outcomes=("provided",)), False),
    ):
        assert bool(listed(scene, scene.desk, asked).lines) == found, asked
    with scene.database.session(writing=False) as session:
        day = session.get_one(Referral, sent).sent_at
    assert day is not None
    assert listed(scene, scene.desk, ReferralFilter(sent_from=day.date(), sent_to=day.date())).lines


def test_the_list_and_the_rule_agree_on_what_is_late(scene: Scene, clock: FixedClock) -> None:
    for step, code in enumerate(("HEALTH_VACC", "HEALTH_PREG", "HEALTH_MEDS", "HEALTH_CHRONIC")):
        need = make.note_need(scene.database, scene.desk, scene.person, code)
        ref = make.prepare(scene.database, scene.desk, scene.person, need)
        if step == 1:
            make.moved(scene.database, scene.desk, ref, Status.RECEIVED)
        if step == 2:
            make.moved(scene.database, scene.desk, ref, Status.ACCEPTED)
    for days in (0, 1, 2, 3, 20):
        clock.advance(days=days)
        late = {line.ref for line in listed(scene, scene.desk, ReferralFilter(group=Group.OVERDUE)).lines}
        with scene.database.session(writing=False) as session:
            rows = session.scalars(select(Referral)).all()
        assert late == {row.id for row in rows if is_overdue(Status(row.status), row.due_on, clock.today())}
        with serving(scene.database, scene.desk), reading() as desk:
            reach = desk.reach(Permission.REFERRAL_LIST)
            counts = open_counts(desk.session, reach, now=desk.now, today=desk.today)
        assert counts.overdue == len(late)
        assert (counts.open, counts.unanswered, counts.drafts) == (4, 3, 0)


def test_pages_follow_without_counting(scene: Scene) -> None:
    for code in ("HEALTH_VACC", "HEALTH_PREG", "HEALTH_MEDS"):
        need = make.note_need(scene.database, scene.desk, scene.person, code)
        make.prepare(scene.database, scene.desk, scene.person, need)
    first = listed(scene, scene.desk, page=1, per_page=2)
    second = listed(scene, scene.desk, page=2, per_page=2)
    assert (len(first.lines), first.more, len(second.lines), second.more) == (2, True, 1, False)
    assert not {line.ref for line in first.lines} & {line.ref for line in second.lines}


def test_a_partner_reads_the_packet_and_nothing_else(scene: Scene) -> None:
    ref = make.prepare(
        scene.database,
        scene.desk,
        scene.person,
        scene.need,
        fields=("name", "language"),
        note="Prefiere por la mañana",
    )
    make.moved(scene.database, scene.desk, ref, Status.RECEIVED, note="nota nuestra")
    make.moved(scene.database, scene.partner, ref, Status.ACCEPTED, how=None, note="nota de ellos")
    seen = opened(scene, scene.partner, ref)
    assert seen.packet == {"name": "Marie-Ange Joseph", "language": "ht"}
    assert seen.note == "Prefiere por la mañana"
    assert seen.line.name == "Marie-Ange Joseph"
    assert seen.person_language == ""
    assert [event.note for event in seen.events] == ["", "", "nota de ellos"]
    assert [event.staff_name for event in seen.events] == ["", "", scene.partner.name]
    assert "nota nuestra" not in repr(seen)
    assert listed(scene, scene.partner).lines[0].name == "Marie-Ange Joseph"
    ours = opened(scene, scene.desk, ref)
    assert [event.note for event in ours.events] == ["", "", "nota nuestra", "nota de ellos"]


def test_a_name_left_out_of_the_packet_is_not_told(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need, fields=("language",))
    assert opened(scene, scene.partner, ref).line.name == ""
    assert listed(scene, scene.partner).lines[0].name == ""


def test_a_partner_sees_neither_drafts_nor_the_referrals_of_others(scene: Scene) -> None:
    draft = make.prepare(scene.database, scene.desk, scene.person, scene.need, consent="no")
    for identity in (scene.partner, scene.stranger):
        assert listed(scene, identity).lines == ()
        with pytest.raises(OutOfReach):
            opened(scene, identity, draft)
    need = make.note_need(scene.database, scene.desk, scene.person, "HEALTH_VACC")
    sent = make.prepare(scene.database, scene.desk, scene.person, need)
    assert [line.ref for line in listed(scene, scene.partner).lines] == [sent]
    assert listed(scene, scene.stranger).lines == ()
    with pytest.raises(OutOfReach):
        opened(scene, scene.stranger, sent)


def test_a_withdrawal_takes_the_packet_from_the_partner_and_warns_the_desk(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    assert opened(scene, scene.desk, ref).consented
    with serving(scene.database, scene.desk), unit_of_work("consent.withdraw") as work:
        withdraw(
            work,
            person=scene.person,
            purpose=Purpose.REFERRAL,
            organization=make.organization_of(scene.database, "SEDESA"),
        )
    assert listed(scene, scene.partner).lines == ()
    with pytest.raises(OutOfReach):
        opened(scene, scene.partner, ref)
    assert not opened(scene, scene.desk, ref).consented


def test_data_protection_sees_that_there_is_one_and_nothing_of_the_person(
    scene: Scene, make_identity: Callable[..., Identity]
) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need, note="Prefiere por la mañana")
    dpo = make_identity(scene.database, Role.DPO, username="datos")
    seen = opened(scene, dpo, ref)
    assert (seen.line.name, dict(seen.packet), seen.note, seen.person_language) == ("", {}, "", "")
    assert "Marie" not in repr(seen)


def test_the_desk_that_keeps_the_file_now_follows_the_referral(
    scene: Scene, make_identity: Callable[..., Identity]
) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    north = make_identity(scene.database, username="norte", desk="Mesa Norte")
    with pytest.raises(OutOfReach):
        opened(scene, north, ref)
    move_file(scene, north)
    assert opened(scene, north, ref).line.ref == ref
    make.moved(scene.database, north, ref, Status.ACCEPTED)


def move_file(scene: Scene, identity: Identity) -> None:
    with serving(scene.database, identity), unit_of_work("visits.record") as work:
        assert identity.desk is not None
        touch_served(work, person=scene.person, desk=identity.desk)


def test_a_code_finds_its_referral_within_reach_only(scene: Scene) -> None:
    ref = make.prepare(scene.database, scene.desk, scene.person, scene.need)
    code = opened(scene, scene.desk, ref).line.code
    for identity, found in ((scene.desk, ref), (scene.partner, ref), (scene.stranger, None)):
        with serving(scene.database, identity), reading() as desk:
            reach = desk.reach(Permission.REFERRAL_VIEW)
            assert referral_by_code(desk.session, reach, code, now=desk.now) == found


def test_statements_do_not_grow_with_the_rows(scene: Scene) -> None:
    people = [make.served_person(scene.database, scene.desk, new_person(f"Ana{n}", "Paz")) for n in range(4)]
    for person in people:
        for code in ("HEALTH_VACC", "HEALTH_PREG"):
            make.prepare(scene.database, scene.desk, person, make.note_need(scene.database, scene.desk, person, code))
    with counted(scene.database) as said:
        assert len(listed(scene, scene.desk).lines) == 8
    assert len(said) == 1, said
    with counted(scene.database) as said:
        assert len(listed(scene, scene.partner).lines) == 8
    assert len(said) == 2, said
    with serving(scene.database, scene.desk), reading() as desk:
        with counted(scene.database) as said:
            assert len(needs_of(desk.session, people[0])) == 2
            assert len(referrals_of(desk.session, people[0], today=desk.today)) == 2
            open_counts(desk.session, desk.reach(Permission.REFERRAL_LIST), now=desk.now, today=desk.today)
        assert len(said) == 3, said
        need = needs_of(desk.session, people[0])[0].ref
        with counted(scene.database) as said:
            found = doors_for_need(
                desk.session,
                desk.reach(Permission.OFFERS_VIEW),
                person=people[0],
                need=need,
                now=desk.now,
                today=desk.today,
            )
        assert found.routing.offers
        assert len(said) <= 14, said  # one of them for the household

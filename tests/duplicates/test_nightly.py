"""The work list of likely pairs, filled while nobody looks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.duplicates.actions import look_around
from referral.duplicates.models import DuplicatePair
from referral.duplicates.queries import changed_people, pair_lines
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.people.actions import correct_identity, mark_not_same
from referral.people.queries.cards import person_record
from tests.conftest import NOW
from tests.duplicates.files import join
from tests.factories.people import new_person, register

MakeIdentity = Callable[..., Identity]
NIGHT = timedelta(days=1)
OTHER = new_person("Mari Ange", "Josef", phone="+525555550199", alcaldia="09007")


def night(database: Database) -> int:
    """What the command does, by the system itself."""
    with serving(database, read_only=True), reading() as held:
        people = changed_people(held.session, since=held.now - NIGHT)
    pairs = 0
    for person in people:
        with serving(database), unit_of_work("duplicates.look") as work:
            pairs += look_around(work, person)
    return pairs


def listed(database: Database) -> list[tuple[uuid.UUID, uuid.UUID, uuid.UUID | None]]:
    with database.session(writing=False) as session:
        return [(row.person_a, row.person_b, row.staff_id) for row in session.scalars(select(DuplicatePair))]


def test_files_of_two_desks_come_on_the_list_once_and_nobody_is_named(
    database: Database, make_identity: MakeIdentity
) -> None:
    caso, norte = make_identity(database), make_identity(database, username="norte", desk="Mesa Norte")
    one, other = register(database, caso), register(database, norte, OTHER)
    register(database, caso, new_person("Elena", "Ríos", birth="1970-01-01", phone="+525555550188"))
    assert night(database) == 1
    assert listed(database) == [(min(one, other), max(one, other), None)]
    assert night(database) == 0
    with serving(database, caso, read_only=True), reading() as desk:
        [line] = pair_lines(desk.session, desk.reach(Permission.PERSON_MERGE))
        assert {line.one.ref, line.other.ref} == {one, other}


def test_who_was_said_to_be_somebody_else_or_is_merged_is_left_alone(
    database: Database, make_identity: MakeIdentity
) -> None:
    caso = make_identity(database)
    one, other = register(database, caso), register(database, caso, OTHER)
    with serving(database, caso), unit_of_work("test.apart") as work:
        mark_not_same(work, person=one, others=[other])
    assert night(database) == 0
    third = register(database, caso, new_person("Wilner", "Pierre", birth="1986-05-01", phone="+525555550177"))
    fourth = register(database, caso, new_person("Wilner", "Pierre", birth="1986-05-01", phone="+525555550177"))
    join(database, caso, third, fourth)
    assert night(database) == 0
    with serving(database), unit_of_work("duplicates.look") as work:
        assert look_around(work, fourth) == 0


def test_an_old_file_counts_again_once_it_is_corrected(
    database: Database, make_identity: MakeIdentity, clock: FixedClock
) -> None:
    caso = make_identity(database)
    one = register(database, caso)
    other = register(database, caso, new_person("Elena", "Ríos", birth="1970-01-01", phone="+525555550188"))
    clock.advance(days=30)
    assert night(database) == 0
    with serving(database, caso), unit_of_work("people.correct_identity") as work:
        record = person_record(work.session, work.reach(Permission.PERSON_EDIT), other, today=work.today)
        names = new_person().identity
        correct_identity(work, person=other, identity=replace(names), version=record.identity_version)
    assert clock.now() > NOW
    assert night(database) == 1
    assert [pair[:2] for pair in listed(database)] == [(min(one, other), max(one, other))]

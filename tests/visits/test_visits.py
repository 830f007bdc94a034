"""Recording visits, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from referral.access.identity import Identity, Role
from referral.infra.db import Database
from referral.infra.work import NotPermitted, OutOfReach, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refs import new_ref
from referral.kernel.refusal import Refused
from referral.people.models import Person
from referral.visits.actions import record_visit
from referral.visits.facts import NewVisit, VisitLine, VisitReason, VisitRecorded
from referral.visits.models import Visit
from referral.visits.queries import visits_of
from referral.visits.rules import Reason
from tests.factories.people import register

MakeIdentity = Callable[..., Identity]


def visit(database: Database, identity: Identity, new: NewVisit) -> VisitRecorded:
    with serving(database, identity), unit_of_work("visits.record") as work:
        return record_visit(work, new)


def lines(database: Database, person: uuid.UUID) -> tuple[VisitLine, ...]:
    with serving(database), reading() as desk:
        return visits_of(desk.session, person)


def test_a_visit_moves_the_file_to_the_desk_that_serves(
    database: Database, make_identity: MakeIdentity, clock: FixedClock
) -> None:
    centre, north = make_identity(database), make_identity(database, username="norte", desk="Mesa Norte")
    ref = register(database, centre)
    clock.advance(days=3)
    assert visit(database, north, NewVisit(ref, VisitReason.NEED, note="Pide albergue.")).moved
    with serving(database), reading() as desk:
        row = desk.session.get_one(Person, ref)
        assert (row.desk_id, row.last_served_at) == (north.desk, clock.now())
    [line] = lines(database, ref)
    assert (line.reason, line.note, line.desk_name, line.staff_name, line.channel) == (
        VisitReason.NEED,
        "Pide albergue.",
        "Mesa Norte",
        "Prueba norte",
        "in_person",
    )


def test_a_second_click_is_the_same_visit_and_another_day_is_not(
    database: Database, make_identity: MakeIdentity, clock: FixedClock
) -> None:
    caso = make_identity(database)
    ref = register(database, caso)
    first = visit(database, caso, NewVisit(ref))
    assert visit(database, caso, NewVisit(ref)) == first
    assert visit(database, caso, NewVisit(ref, note="Olvidé decir algo")).ref != first.ref
    clock.advance(days=1)
    assert visit(database, caso, NewVisit(ref)).ref != first.ref
    assert len(lines(database, ref)) == 3


def test_somebody_without_a_name_is_counted_and_leaves_no_note(database: Database, make_identity: MakeIdentity) -> None:
    caso = make_identity(database)
    visit(database, caso, NewVisit(None, VisitReason.INFORMATION, "phone"))
    with pytest.raises(Refused) as refused:
        visit(database, caso, NewVisit(None, note="Dijo llamarse Ana"))
    assert refused.value.reason is Reason.NOTE_OF_NOBODY
    with serving(database), reading() as desk:
        assert desk.session.scalar(select(func.count()).select_from(Visit)) == 1


def test_only_a_caseworker_records_and_only_of_people_on_file(database: Database, make_identity: MakeIdentity) -> None:
    caso, boss = make_identity(database), make_identity(database, Role.SUPERVISOR, username="jefa")
    ref = register(database, caso)
    with pytest.raises(NotPermitted):
        visit(database, boss, NewVisit(ref))
    with pytest.raises(OutOfReach):
        visit(database, caso, NewVisit(new_ref()))
    with pytest.raises(Refused):
        visit(database, caso, NewVisit(ref, channel="fax"))
    assert lines(database, ref) == ()

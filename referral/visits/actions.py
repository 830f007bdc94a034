"""Writes of the visits room: recording that somebody came."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from referral.access.permissions import Permission
from referral.infra.work import OutOfReach, Work
from referral.kernel.clock import local_day
from referral.kernel.refusal import Refused
from referral.people.actions import touch_served
from referral.people.models import Person
from referral.visits.facts import Done, NewVisit, VisitRecorded
from referral.visits.models import Visit
from referral.visits.rules import SAME_VISIT_WITHIN, Reason, check_visit


def record_visit(work: Work, new: NewVisit, *, desk: uuid.UUID | None = None) -> VisitRecorded:
    """Record an attendance at the caller's desk (`desk` for commands). The person's file moves to it, whoever had it.

    Any caseworker may serve whoever stands at the window; that the file was opened here is what the trail shows.
    """
    place = desk or (work.identity.desk if work.identity else None)
    if place is None:
        raise Refused(Reason.NO_DESK)
    work.require(Permission.VISIT_RECORD, desk=place)
    check_visit(new)
    moved = False
    if new.person is not None:
        moved = touch_served(work, person=new.person, desk=place)
        known = None if moved or new.note or new.done or new.first else _just_recorded(work, new, place)
        if known is not None:
            return VisitRecorded(known, moved=False)
    visit = Visit(
        person_id=new.person,
        desk_id=place,
        staff_id=work.identity.staff if work.identity else None,
        at=work.now,
        reason=new.reason.value,
        channel=new.channel,
        done=" ".join(new.done),
        first=" ".join(new.first),
        age_band=new.facets.age.value if new.facets.age else None,
        sex=new.facets.sex or None,
        nationality=new.facets.nationality or None,
        language=new.facets.language or None,
    )
    work.session.add(visit)
    if new.note:
        visit.person = work.session.get_one(Person, new.person)
        visit.note = {"text": new.note}
    return VisitRecorded(visit.id, moved)


def attach_visit(work: Work, *, visit: uuid.UUID, person: uuid.UUID) -> None:
    """Somebody who was attended without a name a while ago has been registered: it was her visit. OutOfReach when it
    is another desk's, of another day, or already somebody's.
    """
    row = work.session.get(Visit, visit, with_for_update=True)
    if row is None or row.person_id is not None or local_day(row.at) != work.today:
        raise OutOfReach
    work.require(Permission.PERSON_REGISTER, desk=row.desk_id)
    row.person_id = person
    row.done = " ".join(dict.fromkeys((*row.done.split(), Done.REGISTERED.value)))
    # They were for counting somebody who had no file.
    row.age_band = row.sex = row.nationality = row.language = None


def _just_recorded(work: Work, new: NewVisit, desk: uuid.UUID) -> uuid.UUID | None:
    return work.session.scalar(
        select(Visit.id)
        .where(
            Visit.person_id == new.person,
            Visit.desk_id == desk,
            Visit.staff_id == (work.identity.staff if work.identity else None),
            Visit.reason == new.reason.value,
            Visit.at > work.now - SAME_VISIT_WITHIN,
        )
        .limit(1)
    )

"""Answering an alert. Called by this room's pages."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from referral.access.permissions import Permission
from referral.arrival.actions.watch import refresh_alerts
from referral.arrival.facts import NewAnswer
from referral.arrival.models import AlertAnswer
from referral.arrival.queries import basis_number, standing
from referral.arrival.rules.alerts import check_answer
from referral.infra.work import OutOfReach, Work
from referral.needs.queries import needs_of
from referral.people.models import Person
from referral.people.queries.reserved import whole_record


def answer_alert(work: Work, *, person: uuid.UUID, new: NewAnswer) -> None:
    """Note how an alert was answered; a later answer to the same alert takes its place. Refused as rules.check_answer.

    OutOfReach for another desk's file. The alert rises again when what it rests on changes.
    """
    holder = work.session.scalar(select(Person).where(Person.id == person).with_for_update())
    if holder is None:
        raise OutOfReach
    work.require(Permission.NEED_RECORD, desk=holder.desk_id)
    record = whole_record(work.session, work.reach(Permission.NEED_RECORD), person, today=work.today)
    now = standing(record, needs_of(work.session, person), today=work.today)
    one = check_answer(new, now)
    refresh_alerts(work, person)  # so that there is a row to answer, also on files written before the alerts were
    row = work.session.scalars(
        select(AlertAnswer).where(
            AlertAnswer.person_id == person,
            AlertAnswer.rule == one.rule,
            AlertAnswer.basis == basis_number(work.session, person, one),
            AlertAnswer.lapsed_at.is_(None),
        )
    ).one()
    row.answered_at, row.answer = work.now, new.answer.value
    row.staff_id = work.identity.staff if work.identity else None
    row.note = {"text": new.note}

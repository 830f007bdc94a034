"""The one place where a referral changes state: row, event, need and outbox move together. Used by prepare.py and
move.py.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from referral.infra.work import OutOfReach, Work
from referral.kernel.clock import local_day
from referral.needs.actions import mark_referred, reopen_need, settle_need
from referral.needs.facts import LIVE, NeedStatus
from referral.needs.models import Need
from referral.people.models import Person
from referral.referrals.facts import OPEN, TERMINAL, AnswerDays, How, Party, Status
from referral.referrals.models import OutboxMessage, Referral, ReferralEvent
from referral.referrals.rules.closing import need_after
from referral.referrals.rules.due import due_day
from referral.referrals.rules.moves import Stamps, days_taken, stamped
from referral.referrals.rules.reasons import REASONS


class Stale(Exception):
    """Somebody moved the referral after the page was opened; nothing was written. `status` is where it stands now."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.value)
        self.status = status


@dataclass(frozen=True, slots=True)
class Step:
    """One step to take: already allowed by the rules."""

    to: Status
    party: Party
    how: How | None = None
    reason: str = ""
    outcome: str = ""
    note: str = ""
    waits_for: str = ""  # the rule, for a step to WAITING


def locked(work: Work, ref: uuid.UUID) -> Referral:
    """The row, held until the work ends, so that two answers come one after the other. OutOfReach when there is
    none.
    """
    row = work.session.scalar(
        select(Referral)
        .where(Referral.id == ref)
        .options(joinedload(Referral.person).load_only(Person.data_key, Person.desk_id))
        .with_for_update(of=Referral)
    )
    if row is None:
        raise OutOfReach
    return work.keep(row)


def standing(work: Work, ref: uuid.UUID) -> Status:
    """Where a referral stands in this work; no statement for one that the work itself wrote."""
    return Status(work.hold(Referral, ref).status)


def take(work: Work, row: Referral, step: Step, *, days: AnswerDays | None = None) -> None:
    """Move `row` and everything that follows from it. `days` is needed to send."""
    before = Status(row.status)
    advance(work, row, step, days=days)
    note_step(work, row, before, step)
    if step.to in TERMINAL:
        _settle(work, row, before)


def advance(work: Work, row: Referral, step: Step, *, days: AnswerDays | None = None) -> None:
    """Move `row`, and what sending brings with it; its event is still to be written with note_step."""
    stamps = stamped(
        Stamps(
            sent_at=row.sent_at,
            received_at=row.received_at,
            answered_at=row.answered_at,
            accepted_at=row.accepted_at,
            closed_at=row.closed_at,
        ),
        step.to,
        work.now,
    )
    row.status = step.to.value
    row.sent_at, row.received_at = stamps.sent_at, stamps.received_at
    row.answered_at, row.accepted_at, row.closed_at = stamps.answered_at, stamps.accepted_at, stamps.closed_at
    taken = days_taken(stamps, step.to)
    row.answer_days, row.close_days = taken.answer, taken.close
    row.reason, row.outcome = step.reason, step.outcome
    row.waits_for = step.waits_for
    row.reason_party = REASONS[step.reason].party.value if step.reason else ""
    if step.to is Status.REQUESTED:
        row.due_on = due_day(row.urgency, local_day(work.now), days or AnswerDays())
        work.session.add(
            OutboxMessage(
                kind="referral_sent", organization_id=row.organization_id, referral_code=row.code, created_at=work.now
            )
        )
        mark_referred(work, ref=row.need_id)


def note_step(work: Work, row: Referral, before: Status | None, step: Step, *, number: int | None = None) -> None:
    """Write the event of a step. `number` is its place in the story; None: the one after the last that is written."""
    if number is None:
        last = work.session.scalar(select(func.max(ReferralEvent.step)).where(ReferralEvent.referral_id == row.id))
        number = (last or 0) + 1
    event = ReferralEvent(
        referral_id=row.id,
        referral=row,
        person_id=row.person_id,
        person=row.person,
        at=work.now,
        step=number,
        from_status=None if before is None else before.value,
        to_status=step.to.value,
        staff_id=work.identity.staff if work.identity else None,
        party=step.party.value,
        how=step.how.value if step.how else "",
        reason=step.reason,
        outcome=step.outcome,
    )
    work.session.add(event)
    if step.note:
        event.note = {"text": step.note}


def _settle(work: Work, row: Referral, before: Status) -> None:
    work.session.flush()
    others = select(
        exists().where(
            Referral.need_id == row.need_id,
            Referral.id != row.id,
            Referral.status.in_([status.value for status in OPEN]),
        )
    )
    need_status = NeedStatus(work.session.scalars(select(Need.status).where(Need.id == row.need_id)).one())
    if row.status == Status.ENTERED_IN_ERROR and before in TERMINAL:
        if need_status not in LIVE and not _settled_by_another(work, row):
            reopen_need(work, ref=row.need_id)
        return
    if need_status not in LIVE:
        return  # another referral, or the desk, settled it before
    after = need_after(row.outcome, others_under_way=bool(work.session.scalar(others)))
    outcome = row.outcome or None
    if after is NeedStatus.OPEN:
        reopen_need(work, ref=row.need_id, outcome=outcome)
    elif after is NeedStatus.REFERRED:
        mark_referred(work, ref=row.need_id)
    else:
        settle_need(work, ref=row.need_id, to=after, outcome=outcome)


def _settled_by_another(work: Work, row: Referral) -> bool:
    outcomes = work.session.scalars(
        select(Referral.outcome).where(
            Referral.need_id == row.need_id,
            Referral.id != row.id,
            Referral.closed_at.is_not(None),
            Referral.status != Status.ENTERED_IN_ERROR.value,
        )
    )
    return any(outcome and need_after(outcome, others_under_way=False) not in LIVE for outcome in outcomes)

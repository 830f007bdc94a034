"""Keeping an uploaded list, and forgetting it. Called by the upload page and by the command."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import delete, or_, select

from referral.access.permissions import Permission
from referral.infra.sealed import new_data_key
from referral.infra.work import NotPermitted, Work
from referral.intake.facts import NewBatch, RowState, Table
from referral.intake.models import IntakeBatch, IntakeRow
from referral.intake.opened import batch_of, facts_of, reach_of_lists
from referral.intake.rules.families import family_numbers


def keep_batch(work: Work, new: NewBatch, table: Table, *, keep_days: int, desk: uuid.UUID | None = None) -> uuid.UUID:
    """Keep the rows of a file, sealed, for so many days; its ref. Nobody is registered yet. Old lists are forgotten."""
    place = desk or (work.identity.desk if work.identity else None)
    if place is None:
        raise NotPermitted(Permission.INTAKE_PREPARE)
    work.require(Permission.INTAKE_PREPARE, desk=place)
    forget_expired(work)
    batch = IntakeBatch(
        desk_id=place,
        staff_id=work.identity.staff if work.identity else None,
        at=work.now,
        expires_on=work.today + timedelta(days=keep_days),
        channel=new.channel,
        notice=new.notice.value,
        notice_language=new.notice_language,
    )
    work.session.add(batch)
    batch.data_key = new_data_key(batch)
    batch.info = {"label": new.label, "unknown": list(table.unknown)}
    work.session.flush()
    families = family_numbers(table.rows)
    rows = []
    for number, cells in table.rows:
        row = IntakeRow(
            batch_id=batch.id, batch=batch, number=number, state=RowState.NEW.value, family=families.get(number)
        )
        work.session.add(row)
        row.content = {"cells": dict(cells)}
        rows.append(row)
    facts = facts_of(batch, rows)
    for row in rows:
        row.leads = facts[row.number].leads
        if facts[row.number].wrong:
            row.state = RowState.WRONG.value
    work.session.flush()
    return batch.id


def discard_batch(work: Work, *, batch: uuid.UUID) -> None:
    """Delete every row that was not registered, for good. Whoever was registered stays."""
    row = batch_of(work.session, reach_of_lists(work), batch, today=work.today, lock=True)
    row.edits += 1
    work.session.execute(
        delete(IntakeRow).where(IntakeRow.batch_id == batch, IntakeRow.state != RowState.REGISTERED.value)
    )


def forget_expired(work: Work) -> int:
    """Delete the rows of lists whose days are over, and what the list was called; how many lists. Of every desk."""
    old = work.session.scalars(
        select(IntakeBatch).where(
            IntakeBatch.expires_on < work.today,
            or_(
                IntakeBatch.info_sealed.is_not(None),
                select(IntakeRow.id).where(IntakeRow.batch_id == IntakeBatch.id).exists(),
            ),
        )
    ).all()
    for batch in old:
        batch.info_sealed = None
        work.session.execute(delete(IntakeRow).where(IntakeRow.batch_id == batch.id))
    work.session.flush()
    return len(old)

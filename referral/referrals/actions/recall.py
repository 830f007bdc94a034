"""Calling back what was sent to an institution, once a person took back her permission. Called by privacy.actions."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from referral.infra.work import Work
from referral.people.models import Person
from referral.referrals.actions.steps import Step, take
from referral.referrals.facts import TERMINAL, Party, Status
from referral.referrals.models import OutboxMessage, Referral
from referral.referrals.rules.protection import CHILD_PROTECTION
from referral.referrals.rules.reasons import REASONS

RECALLED = "referral_recalled"  # the message that goes to the institution
_REASON = REASONS["consent_withdrawn"]


def recall_from(work: Work, *, person: uuid.UUID, organization: uuid.UUID) -> list[str]:
    """Cancel every referral of hers to this institution that is not over, drafts too, with a message to it for each
    that was sent. Their codes. No permission is asked here: taking back was permitted already.
    """
    rows = work.session.scalars(
        select(Referral)
        .where(
            Referral.person_id == person,
            Referral.organization_id == organization,
            Referral.status.not_in([status.value for status in TERMINAL]),
            Referral.basis != CHILD_PROTECTION,  # a child's protection notice never rested on that permission
        )
        .options(joinedload(Referral.person).load_only(Person.data_key, Person.desk_id))
        .order_by(Referral.created_at, Referral.id)
        .with_for_update(of=Referral)
    ).all()
    for row in rows:
        take(work, row, Step(Status.CANCELLED, Party.DESK, None, _REASON.code, _REASON.outcome))
        if row.sent_at is not None:
            work.session.add(
                OutboxMessage(kind=RECALLED, organization_id=organization, referral_code=row.code, created_at=work.now)
            )
    return [row.code for row in rows]

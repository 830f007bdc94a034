"""Reads of the consent room: what stands for a person. Asked by every room before it uses or sends anything of hers."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.consent.facts import ConsentState, Decision, NoticeChannel, NoticeLine, Purpose, Recorded
from referral.consent.models import Consent, NoticeGiven


def consent_state(session: Session, person: uuid.UUID) -> ConsentState:
    """The last notice and every answer in force, in two statements."""
    rows = session.scalars(
        select(Consent)
        .where(Consent.person_id == person, Consent.replaced_at.is_(None))
        .order_by(Consent.at, Consent.id)
    )
    return ConsentState(last_notice(session, person), tuple(_recorded(row) for row in rows))


def has_consent(
    session: Session, person: uuid.UUID, purpose: Purpose, organization: uuid.UUID | None = None, *, today: date
) -> bool:
    """Whether she allows this today. A purpose never asked is not allowed."""
    row = session.scalar(
        select(Consent).where(
            Consent.person_id == person,
            Consent.purpose == purpose.value,
            Consent.organization_id == organization,
            Consent.replaced_at.is_(None),
        )
    )
    return row is not None and _recorded(row).allows(today)


def people_allowing(
    session: Session, people: Collection[uuid.UUID], purpose: Purpose, *, today: date
) -> frozenset[uuid.UUID]:
    """Which of these people allow it today, in one statement; for reports. Not for referrals, asked by institution."""
    rows = session.scalars(
        select(Consent).where(
            Consent.person_id.in_(people), Consent.purpose == purpose.value, Consent.replaced_at.is_(None)
        )
    )
    return frozenset(row.person_id for row in rows if _recorded(row).allows(today))


def last_notice(session: Session, person: uuid.UUID) -> NoticeLine | None:
    """The last time the notice was given to her."""
    row = session.scalar(
        select(NoticeGiven)
        .where(NoticeGiven.person_id == person)
        .order_by(NoticeGiven.at.desc(), NoticeGiven.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    return NoticeLine(row.version, NoticeChannel(row.channel), row.language, row.interpreter, row.at)


def _recorded(row: Consent) -> Recorded:
    return Recorded(
        purpose=Purpose(row.purpose),
        organization=row.organization_id,
        decision=Decision(row.decision),
        how=row.how,
        language=row.language,
        interpreter=row.interpreter,
        notice_version=row.notice_version,
        at=row.at,
        expires_on=row.expires_on,
        withdrawn_at=row.withdrawn_at,
    )

"""Reads of the consent room: what stands for a person. Asked by every room before it uses or sends anything of hers."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from referral.consent.facts import ConsentState, Decision, NoticeChannel, NoticeLine, Purpose, Recorded
from referral.consent.models import Consent, NoticeGiven


# Bare columns, asked in statements made once: every step with a person asks these, and none changes a row. Columns of
# the mapped classes, so that what the same work changed is flushed before; made on first use, when every table that
# they point at is known and has given them their types.
@cache
def _in_force() -> Select[*tuple[Any, ...]]:
    columns = (
        Consent.purpose,
        Consent.organization_id,
        Consent.decision,
        Consent.how,
        Consent.language,
        Consent.interpreter,
        Consent.notice_version,
        Consent.at,
        Consent.expires_on,
        Consent.withdrawn_at,
    )
    every = select(*columns).where(Consent.person_id == bindparam("person", type_=Uuid), Consent.replaced_at.is_(None))
    return every.order_by(Consent.at, Consent.id)


@cache
def _one_in_force(*, partner: bool) -> Select[*tuple[Any, ...]]:
    asked = Consent.organization_id == bindparam("organization", type_=Uuid)
    organization = asked if partner else Consent.organization_id.is_(None)
    return _in_force().where(Consent.purpose == bindparam("purpose"), organization)


@cache
def _notices() -> Select[*tuple[Any, ...]]:
    return (
        select(NoticeGiven.version, NoticeGiven.channel, NoticeGiven.language, NoticeGiven.interpreter, NoticeGiven.at)
        .where(NoticeGiven.person_id == bindparam("person", type_=Uuid))
        .order_by(NoticeGiven.at.desc(), NoticeGiven.id.desc())
        .limit(1)
    )


def consent_state(session: Session, person: uuid.UUID) -> ConsentState:
    """The last notice and every answer in force, in two statements."""
    rows = session.execute(_in_force(), {"person": person})
    return ConsentState(last_notice(session, person), tuple(_recorded(row) for row in rows))


def has_consent(
    session: Session, person: uuid.UUID, purpose: Purpose, organization: uuid.UUID | None = None, *, today: date
) -> bool:
    """Whether she allows this today. A purpose never asked is not allowed."""
    asked = {"person": person, "purpose": purpose.value, "organization": organization}
    if organization is None:
        del asked["organization"]
    row = session.execute(_one_in_force(partner=organization is not None), asked).first()
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
    row = session.execute(_notices(), {"person": person}).first()
    if row is None:
        return None
    return NoticeLine(row.version, NoticeChannel(row.channel), row.language, row.interpreter, row.at)


def _recorded(row: Any) -> Recorded:
    """Of a row, or of its bare columns."""
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

"""Reads of the staff room: who a cookie belongs to, the list of accounts."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.access.identity import Identity, Role
from referral.access.reach import Reach
from referral.infra.db import within
from referral.staff.facts import StaffLine
from referral.staff.models import Desk, SignInFailure, Staff, StaffSession
from referral.staff.rules import FAILURE_WINDOW


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as stored, with the identity it gives."""

    token_hash: bytes
    identity: Identity
    started_at: datetime
    seen_at: datetime
    ended: bool


def token_hash(token: str) -> bytes:
    """What is stored of a session cookie."""
    return hashlib.sha256(token.encode()).digest()


def signed_in(session: Session, token: str) -> SignedIn | None:
    """The session of a cookie, living or not; None when there is none or the account is switched off."""
    row = session.execute(
        select(
            StaffSession.token_hash,
            StaffSession.started_at,
            StaffSession.seen_at,
            StaffSession.ended_at,
            Staff.id,
            Staff.role,
            Staff.name,
            Staff.username,
            Staff.desk_id,
            Staff.organization_id,
            Staff.locale,
            Desk.name.label("desk_name"),
        )
        .join(Staff, Staff.id == StaffSession.staff_id)
        .outerjoin(Desk, Desk.id == Staff.desk_id)
        .where(StaffSession.token_hash == token_hash(token), Staff.active)
    ).one_or_none()
    if row is None:
        return None
    identity = Identity(
        staff=row.id,
        role=Role(row.role),
        name=row.name,
        username=row.username,
        desk=row.desk_id,
        desk_name=row.desk_name or "",
        organization=row.organization_id,
        locale=row.locale,
    )
    return SignedIn(row.token_hash, identity, row.started_at, row.seen_at, row.ended_at is not None)


def recent_failures(session: Session, *, account: int, source: int, now: datetime) -> tuple[int, int]:
    """Failed sign-ins of the last minute for this account name and for this source."""
    since = SignInFailure.at > now - FAILURE_WINDOW
    counts = [
        session.scalar(select(func.count()).select_from(SignInFailure).where(condition, since)) or 0
        for condition in (SignInFailure.account == account, SignInFailure.source == source)
    ]
    return counts[0], counts[1]


def staff_list(session: Session, reach: Reach) -> list[StaffLine]:
    """Accounts within reach, by name."""
    rows = session.execute(
        select(Staff, Desk.name)
        .outerjoin(Desk, Desk.id == Staff.desk_id)
        .where(within(reach, desk=Staff.desk_id, staff=Staff.id, organization=Staff.organization_id))
        .order_by(Staff.name)
    )
    return [StaffLine(row.id, row.username, row.name, Role(row.role), desk or "", row.active) for row, desk in rows]


def staff_names(session: Session, refs: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of accounts by ref, for pages that say who did what."""
    if not refs:
        return {}
    return dict(session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(refs))).tuples().all())


def desk_by_name(session: Session, name: str) -> uuid.UUID | None:
    """The ref of a desk."""
    return session.scalar(select(Desk.id).where(Desk.name == name))


def desk_names(session: Session) -> dict[uuid.UUID, str]:
    """All desks by ref; there are few."""
    return dict(session.execute(select(Desk.id, Desk.name)).tuples().all())

"""Reads of the staff room: who a cookie belongs to, the list of accounts."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select
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


# Asked before every page: put together once, over bare columns.
_SESSION, _STAFF, _DESK = StaffSession.__table__.c, Staff.__table__.c, Desk.__table__.c
_SIGNED_IN = (
    select(
        _SESSION.token_hash,
        _SESSION.started_at,
        _SESSION.seen_at,
        _SESSION.ended_at,
        _STAFF.id,
        _STAFF.role,
        _STAFF.name,
        _STAFF.username,
        _STAFF.desk_id,
        _STAFF.organization_id,
        _STAFF.locale,
        _DESK.name.label("desk_name"),
    )
    .join_from(StaffSession.__table__, Staff.__table__, _STAFF.id == _SESSION.staff_id)
    .outerjoin(Desk.__table__, _DESK.id == _STAFF.desk_id)
    .where(_SESSION.token_hash == bindparam("hashed"), _STAFF.active)
)


def token_hash(token: str) -> bytes:
    """What is stored of a session cookie."""
    return hashlib.sha256(token.encode()).digest()


def signed_in(session: Session | Connection, token: str) -> SignedIn | None:
    """The session of a cookie, living or not; None when there is none or the account is switched off."""
    row = session.execute(_SIGNED_IN, {"hashed": token_hash(token)}).one_or_none()
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

"""Writes of the staff room: desks, accounts, signing in and out."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from referral.infra.db import Database
from referral.infra.work import Work
from referral.kernel.refusal import Refused
from referral.staff.facts import Credentials, NewStaff
from referral.staff.models import Desk, SignInFailure, Staff, StaffSession
from referral.staff.queries import recent_failures, token_hash
from referral.staff.rules import TOUCH_EVERY, Reason, check_password, check_place, must_wait

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # measured: 37 ms


@cache
def _nobody() -> str:
    """A hash to compare with when the account does not exist, so that both answers take equally long."""
    return _HASHER.hash(secrets.token_urlsafe(20))


def open_desk(work: Work, *, name: str, alcaldia: str | None = None) -> uuid.UUID:
    """Add a desk, or return the one that has this name."""
    known = work.session.scalar(select(Desk.id).where(Desk.name == name))
    if known is not None:
        return known
    desk = Desk(name=name, alcaldia=alcaldia)
    work.session.add(desk)
    work.session.flush()
    return desk.id


def add_staff(work: Work, new: NewStaff) -> uuid.UUID:
    """Create an account. Refused for a weak password, a name in use, or a role without its desk or organisation."""
    check_password(new.password)
    check_place(new.role, has_desk=new.desk is not None, has_organization=new.organization is not None)
    person = Staff(
        username=new.username.strip().lower(),
        name=new.name,
        role=new.role.value,
        desk_id=new.desk,
        organization_id=new.organization,
        password_hash=_HASHER.hash(new.password),
        active=True,
        created_at=work.now,
    )
    work.session.add(person)
    try:
        work.session.flush()
    except IntegrityError:
        raise Refused(Reason.USERNAME_TAKEN, username=new.username) from None
    return person.id


def sign_in(work: Work, credentials: Credentials) -> str | None:
    """The cookie of a new session; None when name and password do not match or too many tries failed.

    A failed try is counted, so the caller must let the work commit and refuse afterwards.
    """
    vault = work.session.info["vault"]
    username = credentials.username.strip().lower()
    account, source = vault.token(f"account:{username}"), vault.token(f"source:{credentials.source}")
    failures = recent_failures(work.session, account=account, source=source, now=work.now)
    if must_wait(account_failures=failures[0], source_failures=failures[1]):
        return None
    person = work.session.scalar(select(Staff).where(Staff.username == username, Staff.active))
    if not _password_matches(person.password_hash if person else _nobody(), credentials.password) or person is None:
        work.session.add(SignInFailure(account=account, source=source, at=work.now))
        return None
    token = secrets.token_urlsafe(32)
    work.session.add(
        StaffSession(token_hash=token_hash(token), staff_id=person.id, started_at=work.now, seen_at=work.now)
    )
    return token


def own_password(work: Work, password: str) -> bool:
    """Whether this is the password of who is asking, for what asks it again. Failures count as those of signing in, so
    the caller must let the work commit and refuse afterwards.
    """
    if work.identity is None:
        return False
    vault = work.session.info["vault"]
    account, source = vault.token(f"account:{work.identity.username}"), vault.token("source:again")
    failures = recent_failures(work.session, account=account, source=source, now=work.now)
    if must_wait(account_failures=failures[0], source_failures=0):
        return False
    person = work.session.get_one(Staff, work.identity.staff)
    if _password_matches(person.password_hash, password):
        return True
    work.session.add(SignInFailure(account=account, source=source, at=work.now))
    return False


def sign_out(work: Work, *, token: str) -> None:
    """End the session on the server; the cookie is worth nothing afterwards."""
    row = work.session.get(StaffSession, token_hash(token))
    if row is not None:
        row.ended_at = work.now


def touch(database: Database, *, hashed: bytes, seen_before: timedelta) -> None:
    """Move a session's idle clock, once a minute at most. A technical write: it changes no record."""
    if seen_before < TOUCH_EVERY:
        return
    with database.technical() as connection:
        connection.execute(
            update(StaffSession.__table__)  # type: ignore[arg-type]
            .where(StaffSession.token_hash == hashed)
            .values(seen_at=database.clock.now())
        )


def _password_matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False

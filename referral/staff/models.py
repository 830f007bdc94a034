"""Tables of the staff room: desks, accounts, sessions, failed sign-ins."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from referral.infra.db import Base, Keyed


class Desk(Keyed):
    """A site where people are attended."""

    __tablename__ = "desk"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    alcaldia: Mapped[str | None] = mapped_column(String(5))


class Staff(Keyed):
    """An account. Caseworkers and supervisors have a desk, partner users an organisation of the directory."""

    __tablename__ = "staff"

    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(128))
    role: Mapped[str] = mapped_column(String(20))
    desk_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("desk.id"))
    # The directory stands above this room, so the organisation is named by its id without a foreign key.
    organization_id: Mapped[uuid.UUID | None]
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str | None] = mapped_column(String(5))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class StaffSession(Base):
    """A signed-in browser. Only the hash of its cookie is kept; the second factor will fill `second_factor_at`."""

    __tablename__ = "staff_session"
    __audited__ = False

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]


class SignInFailure(Keyed):
    """One failed sign-in, counted by keyed hashes of the account name and of the source address."""

    __tablename__ = "sign_in_failure"
    __audited__ = False
    __table_args__ = (
        Index("ix_sign_in_failure_account_at", "account", "at"),
        Index("ix_sign_in_failure_source_at", "source", "at"),
    )

    account: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]

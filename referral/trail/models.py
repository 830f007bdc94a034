"""Tables that let the audit trail prove itself: seals, the digest of each row they close, each check.

Nothing in them is ever changed: see infra.audit.append_only. Written by trail.actions.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from referral.infra.audit import append_only
from referral.infra.db import Base, Keyed

DIGEST = 32  # bytes of a SHA-256


class AuditSeal(Base):
    """A few thousand rows of one table of the trail, closed for good. `number` counts from 1 without a gap."""

    __tablename__ = "audit_seal"
    __audited__ = False
    __table_args__ = (Index("ix_audit_seal_kind_number", "kind", "number"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))  # the table whose rows it closes
    at: Mapped[datetime]
    count: Mapped[int] = mapped_column(Integer)
    first_row: Mapped[uuid.UUID]  # the lowest and the highest ref among them
    last_row: Mapped[uuid.UUID]
    reached: Mapped[datetime]  # the latest time among them
    previous: Mapped[bytes] = mapped_column(LargeBinary(DIGEST))  # digest of the seal before; zeros for the first
    digest: Mapped[bytes] = mapped_column(LargeBinary(DIGEST))


class AuditLeaf(Base):
    """What one row of the trail came to when a seal closed it. Without it no check could name the row that changed."""

    __tablename__ = "audit_leaf"
    __audited__ = False
    __table_args__ = (Index("ix_audit_leaf_seal", "seal"), {"sqlite_with_rowid": False})

    row: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seal: Mapped[int] = mapped_column(ForeignKey("audit_seal.number"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(DIGEST))


class AuditCheck(Keyed):
    """The trail was checked against its seals. `fault`: a code of trail.facts.Fault, "" when it is whole."""

    __tablename__ = "audit_check"
    __audited__ = False
    __table_args__ = (Index("ix_audit_check_at", "at"),)

    at: Mapped[datetime]
    seals: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(Integer)
    fault: Mapped[str] = mapped_column(String(20))
    seal: Mapped[int | None] = mapped_column(Integer)
    row: Mapped[uuid.UUID | None]


for _model in (AuditSeal, AuditLeaf, AuditCheck):
    append_only(_model)

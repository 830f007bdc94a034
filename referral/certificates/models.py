"""Tables of the certificates room: the constancias issued, and two counts of how often they are verified."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Base, Keyed
from referral.infra.sealed import Drawer, sealed_column
from referral.people.models import Person


class Certificate(Keyed):
    """One constancia. What it says is sealed as it was on the day, so that a reprint is the same paper."""

    __tablename__ = "certificate"
    __table_args__ = (Index("ix_certificate_person_id", "person_id"), Index("ix_certificate_issued_at", "issued_at"))

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    inscription_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inscription.id"))
    code: Mapped[str] = mapped_column(String(26), unique=True)
    folio: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[datetime]
    valid_to: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(20))
    revoked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    replaced_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("certificate.id"))
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column()
    snapshot_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(lazy="select")
    snapshot = Drawer("snapshot_sealed", holder="person")

    __mapper_args__ = {"version_id_col": version}


class VerifySource(Base):
    """How often one source asked in its current minute. Keyed hashes, thrown away a minute later: limits, not logs."""

    __tablename__ = "verify_source"
    __audited__ = False

    source: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    minute: Mapped[int] = mapped_column(BigInteger, index=True)  # since 1970
    asked: Mapped[int]


class VerifyDay(Base):
    """How many constancias were verified on a day: all that is kept of who checks them."""

    __tablename__ = "verify_day"
    __audited__ = False

    day: Mapped[date] = mapped_column(primary_key=True)
    asked: Mapped[int]

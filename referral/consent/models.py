"""Tables of the consent room: the notice that was given, and one row for each answer, kept when it is replaced."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.infra.db import Keyed


class NoticeGiven(Keyed):
    """The privacy notice was read, handed over or shown to a person."""

    __tablename__ = "notice_given"
    __table_args__ = (Index("ix_notice_given_person_id_at", "person_id", "at"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    version: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    interpreter: Mapped[bool]


class Consent(Keyed):
    """One answer. A new one for the same purpose and institution replaces it; it stays as proof of what was said."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("(purpose = 'referral') = (organization_id IS NOT NULL)", name="organization"),
        # By person alone too: the two below hold only part of the answers, so that no list of hers could use them.
        Index("ix_consent_person_id", "person_id"),
        # One answer in force: twice, because a NULL institution never equals another.
        Index(
            "uq_consent_person_id_purpose_live",
            "person_id",
            "purpose",
            unique=True,
            sqlite_where=text("replaced_at IS NULL AND organization_id IS NULL"),
            postgresql_where=text("replaced_at IS NULL AND organization_id IS NULL"),
        ),
        Index(
            "uq_consent_person_id_organization_id_live",
            "person_id",
            "organization_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL AND organization_id IS NOT NULL"),
            postgresql_where=text("replaced_at IS NULL AND organization_id IS NOT NULL"),
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"))
    decision: Mapped[str] = mapped_column(String(10))
    how: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    interpreter: Mapped[bool]
    notice_version: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    expires_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]

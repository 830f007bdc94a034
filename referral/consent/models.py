"""Tables of the consent room: the notice that was given, and one row for each answer, kept when it is replaced."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Keyed
from referral.infra.sealed import Drawer, sealed_column
from referral.people.models import Person


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
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_how: Mapped[str | None] = mapped_column(String(12))
    given_by: Mapped[str] = mapped_column(String(20), default="self", server_default="self")
    assent: Mapped[bool | None]
    detail_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(lazy="select")
    detail = Drawer("detail_sealed", holder="person")  # adult, witness, channels, hours


class BasisUse(Keyed):
    """Sensitive data kept on another basis than her consent, until somebody has reviewed it and after."""

    __tablename__ = "basis_use"
    __table_args__ = (
        Index("ix_basis_use_person_id", "person_id"),
        Index("ix_basis_use_reviewed_at_due_on", "reviewed_at", "due_on"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    basis: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    due_on: Mapped[date] = mapped_column(Date)
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    upheld: Mapped[bool | None]
    reason_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(lazy="select")
    reason = Drawer("reason_sealed", holder="person")  # text, and the reviewer's note


class WrittenConsent(Keyed):
    """An express, written consent to one referral through a door that a rule shuts. Two accounts open it; one referral
    uses it up.
    """

    __tablename__ = "written_consent"
    __table_args__ = (
        Index("ix_written_consent_person_id", "person_id"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> staff_id", name="two_people"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organization.id"))
    rule: Mapped[str] = mapped_column(String(10))
    seen: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    expires_on: Mapped[date] = mapped_column(Date)
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    paper_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(lazy="select")
    paper = Drawer("paper_sealed", holder="person")  # reference, reason

"""Tables of the people room: the person with her sealed drawers, her search tokens, her documents."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Base, Keyed
from referral.infra.sealed import Drawer, sealed_column

_MERGED = text("merged_into IS NOT NULL")


class Person(Keyed):
    """A person who came to the window. What she told is in drawers sealed with her own data key; the rest is desk data.

    A new row needs its `data_key` (infra.sealed.new_data_key) before its first drawer is filled.
    """

    __tablename__ = "person"
    __table_args__ = (
        # Sensitive facts are never held without a basis for holding them, whoever writes the row.
        CheckConstraint(
            "(status_sealed IS NULL AND health_sealed IS NULL AND protected_sealed IS NULL)"
            " OR sensitive_basis IS NOT NULL",
            name="sensitive_basis",
        ),
        Index("ix_person_desk_id_last_served_at", "desk_id", "last_served_at"),
        # Whose desk somebody is, without her row: what all desks wait for is counted for one of them (desk/queries.py).
        Index("ix_person_id_desk_id", "id", "desk_id"),
        # Of the few that were merged, not of all: an index of everybody's nothing is one a planner can fall for.
        Index("ix_person_merged_into", "merged_into", sqlite_where=_MERGED, postgresql_where=_MERGED),
    )

    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))  # the desk that last served her
    record_kind: Mapped[str] = mapped_column(String(20))
    folio: Mapped[str | None] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime]
    last_served_at: Mapped[datetime]
    sensitive_basis: Mapped[str | None] = mapped_column(String(20))
    version: Mapped[int] = mapped_column()
    # One count per section, so that a visit recorded meanwhile does not make somebody's typing stale: these three here,
    # the others in PersonSection.
    identity_version: Mapped[int] = mapped_column(default=1)
    contact_version: Mapped[int] = mapped_column(default=1)
    mobility_version: Mapped[int] = mapped_column(default=1)
    data_key: Mapped[bytes] = mapped_column(LargeBinary)
    identity_sealed: Mapped[bytes | None] = sealed_column()
    contact_sealed: Mapped[bytes | None] = sealed_column()
    status_sealed: Mapped[bytes | None] = sealed_column()
    health_sealed: Mapped[bytes | None] = sealed_column()
    notes_sealed: Mapped[bytes | None] = sealed_column()
    protected_sealed: Mapped[bytes | None] = sealed_column()
    life_sealed: Mapped[bytes | None] = sealed_column()
    # Her file was one of two: all that hung on it is at this one, and so does whoever asks for it find it there.
    merged_into: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))

    identity = Drawer("identity_sealed")
    contact = Drawer("contact_sealed")
    status = Drawer("status_sealed")
    health = Drawer("health_sealed")
    notes = Drawer("notes_sealed")
    protected = Drawer("protected_sealed")
    life = Drawer("life_sealed")

    __mapper_args__ = {"version_id_col": version}


class PersonSection(Base):
    """A section that somebody saved: how often, when last, by whom (None: a command). Says nothing of the answers."""

    __tablename__ = "person_section"
    __audited__ = False  # the drawers of the same save are
    __table_args__ = {"sqlite_with_rowid": False}

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    section: Mapped[str] = mapped_column(String(30), primary_key=True)
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))


class PersonToken(Base):
    """A search key as a keyed number: says that two people share something, never what."""

    __tablename__ = "person_token"
    __audited__ = False
    __table_args__ = (Index("ix_person_token_person_id", "person_id"), {"sqlite_with_rowid": False})

    token: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)


class PersonNotSame(Keyed):
    """Two files that look alike and were said to be of two people; `person_a` is the smaller ref. Never asked again."""

    __tablename__ = "person_not_same"
    __table_args__ = (
        CheckConstraint("person_a < person_b", name="order"),
        UniqueConstraint("person_a", "person_b"),
        Index("ix_person_not_same_person_b", "person_b"),
    )

    person_a: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    person_b: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))  # None: a command


class BreakGlass(Keyed):
    """The reserved part of one file, opened by somebody who does not serve the person, for a while and with a reason.

    It stands in this room because every read of a file asks it (queries/cards.py). Opened and reviewed by privacy.
    """

    __tablename__ = "break_glass"
    __table_args__ = (
        CheckConstraint("until > at", name="ends"),
        CheckConstraint("(reviewed_at IS NULL) = (justified IS NULL)", name="reviewed"),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> staff_id", name="two_people"),
        Index("ix_break_glass_person_id_staff_id_until", "person_id", "staff_id", "until"),
        Index("ix_break_glass_reviewed_at_due_on", "reviewed_at", "due_on"),
        Index("ix_break_glass_staff_id_reviewed_at_due_on", "staff_id", "reviewed_at", "due_on"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    at: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date] = mapped_column(Date)  # of its review
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    justified: Mapped[bool | None]
    words_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(lazy="select")
    words = Drawer("words_sealed", holder="person")  # text, and the reviewer's note


class GuardedOpening(Keyed):
    """What is protected of one file, asked for by who has broken the glass and decided by a second person.

    It stands here for the same reason as BreakGlass; written by privacy.
    """

    __tablename__ = "guarded_opening"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (granted IS NULL)", name="decided"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by"),
        CheckConstraint("decided_by IS NULL OR decided_by <> staff_id", name="two_people"),
        CheckConstraint("until IS NULL OR (granted AND until > decided_at)", name="ends"),
        Index("ix_guarded_opening_person_id_staff_id_asked_at", "person_id", "staff_id", "asked_at"),
        Index("ix_guarded_opening_decided_at_asked_at", "decided_at", "asked_at"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    granted: Mapped[bool | None]
    until: Mapped[datetime | None]  # of one that was granted
    words_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(lazy="select")
    words = Drawer("words_sealed", holder="person")  # text, and the second person's note


class PersonDocument(Keyed):
    """A paper she showed or told of. What it says is sealed; that there is one is not."""

    __tablename__ = "person_document"
    __table_args__ = (Index("ix_person_document_person_id", "person_id"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    document_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(lazy="select")
    document = Drawer("document_sealed", holder="person")

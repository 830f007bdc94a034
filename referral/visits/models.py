"""Table of the visits room."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Keyed
from referral.infra.sealed import Drawer, sealed_column
from referral.people.models import Person


class Visit(Keyed):
    """An attendance. Without a person there is nobody's key, and so no note; the facets are only for counting.

    `done` and `first` are codes joined by spaces.
    """

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("note_sealed IS NULL OR person_id IS NOT NULL", name="note_of_somebody"),
        CheckConstraint(
            "person_id IS NULL OR (age_band IS NULL AND sex IS NULL AND nationality IS NULL AND language IS NULL)",
            name="facets_of_nobody",
        ),
        Index("ix_visit_person_id_at", "person_id", "at"),
        Index("ix_visit_desk_id_at", "desk_id", "at"),
    )

    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    done: Mapped[str] = mapped_column(String(160), default="", server_default="")
    first: Mapped[str] = mapped_column(String(80), default="", server_default="")
    age_band: Mapped[str | None] = mapped_column(String(8))
    sex: Mapped[str | None] = mapped_column(String(12))
    nationality: Mapped[str | None] = mapped_column(String(4))
    language: Mapped[str | None] = mapped_column(String(20))
    note_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person | None] = relationship(lazy="select")
    note = Drawer("note_sealed", holder="person")

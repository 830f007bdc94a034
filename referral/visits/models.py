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
    """An attendance. Without a person there is nobody's key, and so no note."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("note_sealed IS NULL OR person_id IS NOT NULL", name="note_of_somebody"),
        Index("ix_visit_person_id_at", "person_id", "at"),
        Index("ix_visit_desk_id_at", "desk_id", "at"),
    )

    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    note_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person | None] = relationship(lazy="select")
    note = Drawer("note_sealed", holder="person")

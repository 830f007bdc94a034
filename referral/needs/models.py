"""The table of needs. The code and its category stand in clear, for reports; what was said about it is sealed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Keyed
from referral.infra.sealed import Drawer, sealed_column
from referral.people.models import Person


class Need(Keyed):
    """Something a person asks for. `outcome` is how it ended; `note` a drawer with the key "text"."""

    __tablename__ = "need"
    __table_args__ = (
        Index("ix_need_person_id_status", "person_id", "status"),
        # What cannot wait, of everybody.
        Index("ix_need_status_urgency_raised_at_person_id", "status", "urgency", "raised_at", "person_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(20))
    urgency: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str | None] = mapped_column(String(30))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    note_sealed: Mapped[bytes | None] = sealed_column()
    version: Mapped[int] = mapped_column()

    person: Mapped[Person] = relationship()
    note = Drawer("note_sealed", holder="person")

    __mapper_args__ = {"version_id_col": version}

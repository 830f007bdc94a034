"""The table of alerts: one row for each time a rule came to stand on a file, and how it was answered."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Keyed
from referral.infra.sealed import Drawer, sealed_column
from referral.people.models import Person


class AlertAnswer(Keyed):
    """An alert and its answer. `basis` is a keyed number of what it rests on; `lapsed_at` is when that changed.

    Open: neither answered nor lapsed. `note` is a drawer with the key "text".
    """

    __tablename__ = "alert_answer"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answer_with_time"),
        Index("ix_alert_answer_person_id", "person_id"),
        Index("ix_alert_answer_open", "answered_at", "lapsed_at", "raised_at"),  # the open ones, of everybody
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    rule: Mapped[str] = mapped_column(String(12))
    basis: Mapped[int] = mapped_column(BigInteger)
    raised_at: Mapped[datetime]
    lapsed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    answer: Mapped[str | None] = mapped_column(String(20))
    note_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(lazy="select")
    note = Drawer("note_sealed", holder="person")

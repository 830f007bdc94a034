"""Table of what was suggested for the directory and how it was decided. Nothing of a person stands in it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from referral.infra.db import Keyed


class Suggestion(Keyed):
    """One field of one listing that somebody says is wrong or wants changed; or a new entry to be reviewed.

    `old` and `new` are {"value": ...}; `new` is empty when nothing could be written from it.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        Index("ix_suggestion_service_state", "service_id", "state"),
        Index("ix_suggestion_author_at", "author_id", "at"),
    )

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    kind: Mapped[str] = mapped_column(String(10))
    field: Mapped[str] = mapped_column(String(40))
    old: Mapped[dict[str, Any]] = mapped_column(JSON)
    new: Mapped[dict[str, Any]] = mapped_column(JSON)
    said: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

"""Tables of the intake room: a list that was uploaded, and its rows until somebody registers or leaves them.

There is no person yet, so the rows are sealed with a data key of the list, wrapped as a person's is.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Keyed
from referral.infra.sealed import Drawer, sealed_column


class IntakeBatch(Keyed):
    """A list. `info` holds "label" and "unknown" (headings not read). `edits` counts what was done to its rows."""

    __tablename__ = "intake_batch"
    __table_args__ = (Index("ix_intake_batch_desk_id_at", "desk_id", "at"),)

    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    expires_on: Mapped[date]  # the last day on which its rows can be read
    channel: Mapped[str] = mapped_column(String(20))
    notice: Mapped[str] = mapped_column(String(20))
    notice_language: Mapped[str] = mapped_column(String(10))
    edits: Mapped[int] = mapped_column(default=0)  # so that the trail names the list, and never what a row says
    data_key: Mapped[bytes] = mapped_column(LargeBinary)
    info_sealed: Mapped[bytes | None] = sealed_column()

    info = Drawer("info_sealed")


class IntakeRow(Keyed):
    """One row. `content` holds "cells", what was decided ("same_as", "apart", "apart_rows") and "refused"; it is
    emptied once the row is registered. `alike` holds "found".
    """

    __tablename__ = "intake_row"
    __audited__ = False  # the list is, and so is each person it becomes
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        Index("ix_intake_row_batch_id_state", "batch_id", "state"),
        Index("ix_intake_row_batch_id_family", "batch_id", "family"),
    )

    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("intake_batch.id"))
    number: Mapped[int]  # of the row in the file
    state: Mapped[str] = mapped_column(String(12))
    family: Mapped[int | None]  # the number of the family's first row
    leads: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    # No foreign key: it says what came of a row, also when two files were joined since.
    person_ref: Mapped[uuid.UUID | None]
    content_sealed: Mapped[bytes | None] = sealed_column()
    alike_sealed: Mapped[bytes | None] = sealed_column()

    batch: Mapped[IntakeBatch] = relationship(lazy="select")
    content = Drawer("content_sealed", holder="batch")
    alike = Drawer("alike_sealed", holder="batch")

    __mapper_args__ = {"version_id_col": version}

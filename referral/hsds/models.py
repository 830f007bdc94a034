"""Tables of imports: each source, and for each of its rows which of ours it became and what it said last time."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.infra.db import Keyed


class ImportSource(Keyed):
    """A directory of somebody else (or our own, brought back). Packages of the same name are versions of it."""

    __tablename__ = "import_source"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    own: Mapped[bool]
    imported_at: Mapped[datetime]


class ImportedRow(Keyed):
    """One row of a source. `digest` is of its values as cleaned; `missing_on` the day a newer package lacked it."""

    __tablename__ = "imported_row"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("source_id", "table_name", "external_id"),
        Index("ix_imported_row_row_id", "row_id"),
    )

    source_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import_source.id"))
    table_name: Mapped[str] = mapped_column(String(30))
    external_id: Mapped[str] = mapped_column(String(130))
    row_id: Mapped[uuid.UUID]
    digest: Mapped[str] = mapped_column(String(32))
    missing_on: Mapped[date | None]

"""Tables of the documents room: the files of a person's papers and her photograph, each sealed with her own data key.

The papers themselves are people.models.PersonDocument: search reads their numbers.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from referral.infra.db import Keyed

SCAN, PHOTO = "scan", "photo"


class PersonScan(Keyed):
    """One file. The bytes come last and are fetched only when asked for: a list never reads them."""

    __tablename__ = "person_scan"
    __table_args__ = (
        CheckConstraint("kind = 'scan' OR document_id IS NULL", name="photo_of_nothing"),
        Index("ix_person_scan_person_id", "person_id"),
        Index("ix_person_scan_document_id", "document_id"),
        Index(
            "uq_person_scan_person_id_photo",
            "person_id",
            unique=True,
            sqlite_where=text("kind = 'photo'"),
            postgresql_where=text("kind = 'photo'"),
        ),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person_document.id"))
    kind: Mapped[str] = mapped_column(String(10))
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]  # bytes, before they were sealed; of a photograph both pictures
    width: Mapped[int]
    height: Mapped[int]
    pages: Mapped[int]
    added_at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    small_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    bytes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

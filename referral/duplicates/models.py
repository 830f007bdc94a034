"""Tables of the duplicates room: pairs to look at, and what each merge did, so that it can be undone."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Keyed
from referral.infra.sealed import Drawer, sealed_column
from referral.people.models import Person


class DuplicatePair(Keyed):
    """Two files that somebody, or the search, put on the work list. `person_a` is the smaller ref."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        CheckConstraint("person_a < person_b", name="order"),
        UniqueConstraint("person_a", "person_b"),
        Index("ix_duplicate_pair_person_b", "person_b"),
        Index("ix_duplicate_pair_noted_at", "noted_at"),
    )

    person_a: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    person_b: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))


class PersonMerge(Keyed):
    """One merge. `changes` lists, in order, every row it touched, in clear columns; `before` holds the facts of the
    kept file that changed, each with what it was and what it became, and is emptied when it can no longer be undone.
    What the other file said stays sealed in its own drawers until then.
    """

    __tablename__ = "person_merge"
    __names_tombstones__ = True
    __table_args__ = (
        CheckConstraint("kept_id <> other_id", name="two_files"),
        Index("ix_person_merge_kept_id", "kept_id"),
        Index("ix_person_merge_other_id", "other_id"),
        Index("ix_person_merge_at", "at"),
    )

    kept_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    other_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    forgotten_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes | None] = sealed_column()
    before_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(foreign_keys=[kept_id], lazy="select")
    reason = Drawer("reason_sealed", holder="person")  # text
    before = Drawer("before_sealed", holder="person")  # drawer -> key -> [before, after]

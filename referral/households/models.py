"""Tables of the households room: a household, who belongs to it from when to when, who answers for a child."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Keyed
from referral.infra.sealed import Drawer, sealed_column
from referral.people.models import Person

_STILL = text("left_at IS NULL")
_HEAD = text("is_head AND left_at IS NULL")


class Household(Keyed):
    """People who go together. It has no name of its own: it is called after its head."""

    __tablename__ = "household"

    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    created_at: Mapped[datetime]


class HouseholdMember(Keyed):
    """One person's time in one household. A correction ends the row and begins another: the story stays."""

    __tablename__ = "household_member"
    __table_args__ = (
        # One household at a time, one head at a time: also when two desks save in the same second.
        Index("uq_household_member_person", "person_id", unique=True, sqlite_where=_STILL, postgresql_where=_STILL),
        Index("uq_household_member_head", "household_id", unique=True, sqlite_where=_HEAD, postgresql_where=_HEAD),
        Index("ix_household_member_household_id", "household_id"),
        Index("ix_household_member_person_id", "person_id"),
    )

    household_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("household.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[str] = mapped_column(String(20), default="")  # what she is to the head, a code of RELATIONS
    is_head: Mapped[bool] = mapped_column(default=False)
    goes_with: Mapped[bool] = mapped_column(default=True)  # sleeps and travels with the others
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    left_because: Mapped[str] = mapped_column(String(20), default="")


class Guardianship(Keyed):
    """An adult who answers for a child: a registered person, or somebody named in the child's own drawer.

    `adult` holds "name", "phone" and "note".
    """

    __tablename__ = "guardianship"
    __table_args__ = (
        CheckConstraint("guardian_id IS NOT NULL OR adult_sealed IS NOT NULL", name="somebody"),
        CheckConstraint("guardian_id IS NULL OR guardian_id <> person_id", name="somebody_else"),
        Index("ix_guardianship_person_id", "person_id"),
        Index("ix_guardianship_guardian_id", "guardian_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))  # the child
    guardian_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    proof: Mapped[str] = mapped_column(String(12))
    accompanies: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    adult_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="select")
    adult = Drawer("adult_sealed", holder="person")

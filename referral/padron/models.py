"""Tables of the padron room: a person's inscription, each step of it, and the counter that folios are taken from."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referral.infra.db import Base, Keyed
from referral.infra.sealed import Drawer, sealed_column
from referral.people.models import Person


class Inscription(Keyed):
    """A person's place in the register: one for life, with one folio; renewing moves its term."""

    __tablename__ = "inscription"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        Index("ix_inscription_inscribed_on", "inscribed_on"),
        Index("ix_inscription_valid_to_ended_on_person_id", "valid_to", "ended_on", "person_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    folio: Mapped[str] = mapped_column(String(40), unique=True)
    year: Mapped[int]
    number: Mapped[int]
    inscribed_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))
    confirmed: Mapped[bool] = mapped_column(default=False)  # the authority's word was asked where a profile needs it
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class InscriptionStep(Keyed):
    """One step of an inscription: a term given, a correction, an end. `detail` holds what was said before and after."""

    __tablename__ = "inscription_step"
    __table_args__ = (Index("ix_inscription_step_inscription_id_at", "inscription_id", "at"),)

    inscription_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("inscription.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(20), default="")
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    detail_sealed: Mapped[bytes | None] = sealed_column()

    person: Mapped[Person] = relationship(lazy="select")
    detail = Drawer("detail_sealed", holder="person")


class FolioCounter(Base):
    """The last number given in a year. A number whose inscription was rolled back goes back with it."""

    __tablename__ = "folio_counter"
    __audited__ = False

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]

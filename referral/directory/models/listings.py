"""Tables of what is given: services, what they ask for, cost, area, places free; and the languages they speak."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.directory.models.columns import place_in_list, words
from referral.infra.db import Keyed


class Service(Keyed):
    """Something people can be sent to, or a listing kept for information (`referrable` says which).

    `origin` names the source it was imported from (empty: the catalogue or the desk); `source_missing_on` is the day
    a newer package of that source came without it. Whoever edits a service sets `last_modified`: an import leaves
    alone what the desk has edited since.
    """

    __tablename__ = "service"
    __table_args__ = (
        Index("ix_service_organization", "organization_id"),
        # The marks of candidates, without reading the long rows that hold them.
        Index("ix_service_mark", "id", "status", "referrable", "version", "organization_id"),
    )

    key: Mapped[str] = mapped_column(String(40), unique=True)
    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organization.id"))
    program_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("program.id"))
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    referrable: Mapped[str] = mapped_column(String(12))
    name_es: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    alternate_name: Mapped[str] = words(200)
    gives_es: Mapped[str] = mapped_column(Text)
    gives_en: Mapped[str] = mapped_column(Text)
    eligibility_description_es: Mapped[str] = mapped_column(Text, default="")
    eligibility_description_en: Mapped[str] = mapped_column(Text, default="")
    bring_es: Mapped[str] = mapped_column(Text, default="")
    bring_en: Mapped[str] = mapped_column(Text, default="")
    alert_es: Mapped[str] = mapped_column(Text, default="")
    alert_en: Mapped[str] = mapped_column(Text, default="")
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    url: Mapped[str] = words(500)
    email: Mapped[str] = words(254)
    interpretation_services: Mapped[str] = words()
    application_process: Mapped[str] = words()
    fees: Mapped[str] = words()
    fees_description: Mapped[str] = words()
    wait_time: Mapped[str] = words()
    accreditations: Mapped[str] = words()
    licenses: Mapped[str] = words()
    since: Mapped[str] = mapped_column(String(20), default="")
    source: Mapped[str] = mapped_column(String(40), default="")
    as_of: Mapped[str] = mapped_column(
        String(10), default=""
    )  # date of the source, "2022" or "2025-10"; empty: undated
    assured_date: Mapped[date | None]  # set only when somebody of the desk verifies the listing
    assurer_email: Mapped[str] = words(254)
    assured_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    confidential: Mapped[bool] = mapped_column(default=False)
    # How to refer: link, email, phone, paper or walk_in; the address or number for it; what happens next; the days in
    # which they promise an answer; whether they tell how it went (None: nobody has said).
    referral_method: Mapped[str] = mapped_column(String(20), default="")
    referral_target: Mapped[str] = words(500)
    next_step_es: Mapped[str] = words()
    next_step_en: Mapped[str] = words()
    answer_days: Mapped[int | None]
    gives_feedback: Mapped[bool | None]
    search_text: Mapped[str] = mapped_column(Text, default="")
    card: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64), default="")  # of the catalogue row last loaded
    origin: Mapped[str] = words(40)
    source_missing_on: Mapped[date | None]
    last_modified: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Language(Keyed):
    """A language a service, place or phone is attended in. `code` is None when only its name is known."""

    __tablename__ = "language"
    __audited__ = False
    __table_args__ = (UniqueConstraint("service_id", "code"),)

    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"))
    location_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    phone_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("phone.id"), index=True)
    code: Mapped[str | None] = mapped_column(String(12))
    name: Mapped[str] = words(100)
    note: Mapped[str] = words()
    position: Mapped[int] = place_in_list()


class RequiredDocument(Keyed):
    """One group of documents a service asks for; any of `accepts` will do. `document` says it in words."""

    __tablename__ = "required_document"
    __audited__ = False

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int]
    accepts: Mapped[list[str]] = mapped_column(JSON)
    document: Mapped[str] = words()
    uri: Mapped[str] = words(500)


class CostOption(Keyed):
    """What one kind of person pays."""

    __tablename__ = "cost_option"
    __audited__ = False

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    option: Mapped[str] = words()
    currency: Mapped[str] = words(3)
    amount: Mapped[float | None]
    amount_description: Mapped[str] = words()


class Funding(Keyed):
    """Who pays for an institution or a service."""

    __tablename__ = "funding"
    __audited__ = False

    organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    source: Mapped[str] = words()


class ServiceArea(Keyed):
    """Where the people live whom a service attends."""

    __tablename__ = "service_area"
    __audited__ = False

    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    service_at_location_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    name: Mapped[str] = words()
    description: Mapped[str] = words()
    extent: Mapped[str] = words()
    extent_type: Mapped[str] = words(40)
    uri: Mapped[str] = words(500)


class Unit(Keyed):
    """What a capacity counts: beds, places in a course."""

    __tablename__ = "unit"
    __audited__ = False

    name: Mapped[str] = words(200)
    scheme: Mapped[str] = words(200)
    identifier: Mapped[str] = words(200)
    uri: Mapped[str] = words(500)


class ServiceCapacity(Keyed):
    """How much is free, as last told."""

    __tablename__ = "service_capacity"
    __audited__ = False

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("unit.id"))
    available: Mapped[float]
    maximum: Mapped[float | None]
    description: Mapped[str] = words()
    updated: Mapped[datetime]

"""Tables of where and when: places, their addresses and access, services given there, whom to ask, hours."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.directory.models.columns import flag, words
from referral.infra.db import Keyed


class Location(Keyed):
    """A place. `address_1`, `alcaldia` and `postal_code` repeat its first address, so that pages save a join."""

    __tablename__ = "location"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    location_type: Mapped[str] = mapped_column(String(10), default="physical")
    name: Mapped[str] = words(200)
    alternate_name: Mapped[str] = words(200)
    description_es: Mapped[str] = mapped_column(Text, default="")
    description_en: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = words(500)
    transportation: Mapped[str] = words()
    address_1: Mapped[str] = mapped_column(String(200), default="")
    alcaldia: Mapped[str] = mapped_column(String(5), default="", index=True)
    postal_code: Mapped[str] = mapped_column(String(10), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    external_identifier: Mapped[str] = words(200)
    external_identifier_type: Mapped[str] = words(200)
    confidential: Mapped[bool] = flag()  # never exported nor shown outside, whatever is given there
    provenance: Mapped[str] = mapped_column(String(20), default="")


class Address(Keyed):
    """A postal or street address of a place."""

    __tablename__ = "address"

    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("location.id"), index=True)
    address_type: Mapped[str] = mapped_column(String(10), default="physical")
    attention: Mapped[str] = words(200)
    address_1: Mapped[str] = words(200)
    address_2: Mapped[str] = words(200)
    city: Mapped[str] = words(100)
    region: Mapped[str] = words(100)
    state_province: Mapped[str] = words(100)
    postal_code: Mapped[str] = words(20)
    country: Mapped[str] = words(60)


class Accessibility(Keyed):
    """How a place can be reached and used by people with disabilities."""

    __tablename__ = "accessibility"
    __audited__ = False

    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("location.id"), index=True)
    description: Mapped[str] = words()
    details: Mapped[str] = words()
    url: Mapped[str] = words(500)


class ServiceAtLocation(Keyed):
    """A service given at a place."""

    __tablename__ = "service_at_location"
    __table_args__ = (UniqueConstraint("service_id", "location_id"),)

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("location.id"), index=True)
    description: Mapped[str] = words()


class Contact(Keyed):
    """Whom to ask for, at an institution, service or place."""

    __tablename__ = "contact"

    organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    service_at_location_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    location_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    name: Mapped[str] = words(200)
    title: Mapped[str] = words(200)
    department: Mapped[str] = words(200)
    email: Mapped[str] = words(254)


class Phone(Keyed):
    """A number of a service, place, institution or contact: of as many of them as are filled."""

    __tablename__ = "phone"

    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    service_at_location_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    extension: Mapped[int | None]
    type: Mapped[str] = mapped_column(String(10), default="voice")
    description: Mapped[str] = words()
    provenance: Mapped[str] = mapped_column(String(20), default="")


class Schedule(Keyed):
    """When a service or place is open, as in iCal; `closed` marks days on which it is not. Times are "09:00".

    A row without `byday` and times holds hours that nobody could read as such: its `description` says them in words.
    """

    __tablename__ = "schedule"

    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    location_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("location.id"), index=True)
    service_at_location_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service_at_location.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    dtstart: Mapped[date | None]
    until: Mapped[date | None]
    timezone: Mapped[float | None]
    count: Mapped[int | None]
    wkst: Mapped[str] = words(2)
    freq: Mapped[str] = mapped_column(String(10), default="WEEKLY")
    interval: Mapped[int | None]
    byday: Mapped[str] = mapped_column(String(30))
    byweekno: Mapped[str] = words(200)
    bymonthday: Mapped[str] = words(200)
    byyearday: Mapped[str] = words(200)
    opens_at: Mapped[str] = mapped_column(String(5))
    closes_at: Mapped[str] = mapped_column(String(5))
    closed: Mapped[bool] = flag()
    description: Mapped[str] = words()
    notes: Mapped[str] = words()
    schedule_link: Mapped[str] = words(500)
    attending_type: Mapped[str] = words(200)
    provenance: Mapped[str] = mapped_column(String(20), default="")

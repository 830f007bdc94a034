"""Tables of the directory, named as in HSDS 3.1; both languages and who is eligible are ours, the standard lacks them.

Eligibility lives in attributes over our own taxonomies, for export; `Service.card` repeats in one JSON what routing
reads, so that the candidates for a need load in one query. Actions rewrite both together; the audit follows the
service's own row and leaves out the tables drawn from it (`__audited__ = False`).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.infra.db import Keyed

DEMO = "demo"  # provenance of invented values; shown as "valor de demostración"


class Organization(Keyed):
    """An institution. `key` is ours: the same entry of the catalogue keeps it from load to load."""

    __tablename__ = "organization"

    key: Mapped[str] = mapped_column(String(40), unique=True)
    name_es: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(20))
    parent_organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"))


class Program(Keyed):
    """A programme that groups services of one organisation."""

    __tablename__ = "program"

    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name_es: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))


class Service(Keyed):
    """Something people can be sent to, or a listing kept for information (`referrable` says which)."""

    __tablename__ = "service"
    __table_args__ = (Index("ix_service_organization", "organization_id"),)

    key: Mapped[str] = mapped_column(String(40), unique=True)
    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organization.id"))
    program_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("program.id"))
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    referrable: Mapped[str] = mapped_column(String(12))
    name_es: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
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
    since: Mapped[str] = mapped_column(String(20), default="")
    source: Mapped[str] = mapped_column(String(40), default="")
    as_of: Mapped[str] = mapped_column(
        String(10), default=""
    )  # date of the source, "2022" or "2025-10"; empty: undated
    assured_date: Mapped[date | None]  # set only when somebody of the desk verifies the listing
    confidential: Mapped[bool] = mapped_column(default=False)
    referral_method: Mapped[str] = mapped_column(String(20), default="")
    answer_days: Mapped[int | None]
    search_text: Mapped[str] = mapped_column(Text, default="")
    card: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64), default="")  # of the catalogue row last loaded
    last_modified: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Location(Keyed):
    """A place, with its address in the same row: nearly every place has one, and a join is saved."""

    __tablename__ = "location"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    location_type: Mapped[str] = mapped_column(String(10), default="physical")
    description_es: Mapped[str] = mapped_column(String(300), default="")
    description_en: Mapped[str] = mapped_column(String(300), default="")
    address_1: Mapped[str] = mapped_column(String(200), default="")
    alcaldia: Mapped[str] = mapped_column(String(5), default="", index=True)
    postal_code: Mapped[str] = mapped_column(String(10), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    provenance: Mapped[str] = mapped_column(String(20), default="")


class ServiceAtLocation(Keyed):
    """A service given at a place."""

    __tablename__ = "service_at_location"
    __table_args__ = (UniqueConstraint("service_id", "location_id"),)

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("location.id"), index=True)


class Phone(Keyed):
    """A number of a service."""

    __tablename__ = "phone"

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(10), default="voice")
    provenance: Mapped[str] = mapped_column(String(20), default="")


class Schedule(Keyed):
    """Weekly hours of a service, iCal-like."""

    __tablename__ = "schedule"

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    freq: Mapped[str] = mapped_column(String(10), default="WEEKLY")
    byday: Mapped[str] = mapped_column(String(30))
    opens_at: Mapped[str] = mapped_column(String(5))
    closes_at: Mapped[str] = mapped_column(String(5))
    provenance: Mapped[str] = mapped_column(String(20), default="")


class Language(Keyed):
    """A language a service is given in."""

    __tablename__ = "language"
    __audited__ = False
    __table_args__ = (UniqueConstraint("service_id", "code"),)

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    code: Mapped[str] = mapped_column(String(12))


class RequiredDocument(Keyed):
    """One group of documents a service asks for; any of `accepts` will do."""

    __tablename__ = "required_document"
    __audited__ = False

    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int]
    accepts: Mapped[list[str]] = mapped_column(JSON)


class Taxonomy(Keyed):
    """One of our own taxonomies: need, profile, gender, nationality, circumstance and so on."""

    __tablename__ = "taxonomy"
    __audited__ = False

    name: Mapped[str] = mapped_column(String(40), unique=True)


class TaxonomyTerm(Keyed):
    """A code of a taxonomy; its words are in the code lists."""

    __tablename__ = "taxonomy_term"
    __audited__ = False
    __table_args__ = (UniqueConstraint("taxonomy_id", "code"),)

    taxonomy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("taxonomy.id"))
    code: Mapped[str] = mapped_column(String(40), index=True)


class Attribute(Keyed):
    """A term applied to a service (`link_id`)."""

    __tablename__ = "attribute"
    __audited__ = False
    __table_args__ = (UniqueConstraint("taxonomy_term_id", "link_id"),)

    link_id: Mapped[uuid.UUID] = mapped_column(index=True)
    link_entity: Mapped[str] = mapped_column(String(20), default="service")
    taxonomy_term_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("taxonomy_term.id"))

"""Tables of who gives services: institutions, their other numbers and addresses on the web, their programmes."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from referral.directory.models.columns import words
from referral.infra.db import Keyed


class Organization(Keyed):
    """An institution. `key` is ours: the same entry of the catalogue keeps it from load to load.

    `origin` names the source it was imported from; empty: the catalogue or the desk.
    """

    __tablename__ = "organization"

    key: Mapped[str] = mapped_column(String(40), unique=True)
    name_es: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    alternate_name: Mapped[str] = words(200)
    description_es: Mapped[str] = words()
    description_en: Mapped[str] = words()
    level: Mapped[str] = mapped_column(String(20))
    parent_organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"))
    email: Mapped[str] = words(254)
    website: Mapped[str] = words(500)
    uri: Mapped[str] = words(500)
    tax_status: Mapped[str] = words(200)
    tax_id: Mapped[str] = words(60)
    legal_status: Mapped[str] = words(200)
    year_incorporated: Mapped[int | None]
    origin: Mapped[str] = words(40)


class OrganizationIdentifier(Keyed):
    """A number that somebody else's register gave to an institution."""

    __tablename__ = "organization_identifier"
    __audited__ = False

    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    identifier_scheme: Mapped[str] = words(60)
    identifier_type: Mapped[str] = words(200)
    identifier: Mapped[str] = words(200)


class Url(Keyed):
    """One more address on the web, of an institution or of a service."""

    __tablename__ = "url"
    __audited__ = False

    organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"), index=True)
    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    label: Mapped[str] = words(200)
    url: Mapped[str] = words(500)


class Program(Keyed):
    """A programme that groups services of one organisation."""

    __tablename__ = "program"

    organization_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name_es: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    alternate_name: Mapped[str] = words(200)
    description_es: Mapped[str] = words()
    description_en: Mapped[str] = words()

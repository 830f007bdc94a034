"""Tables of codes and what they are applied to: taxonomies, terms, attributes; and what others changed before us."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referral.directory.models.columns import place_in_list, words
from referral.infra.db import Keyed


class Taxonomy(Keyed):
    """One of our own (`name` is need, profile, gender and so on), or an imported one (`name` is its id).

    Routing reads only our own; `title` says what it is about.
    """

    __tablename__ = "taxonomy"
    __audited__ = False

    name: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = words()
    description: Mapped[str] = words()
    uri: Mapped[str] = words(500)
    version: Mapped[str] = words(60)


class TaxonomyTerm(Keyed):
    """A code of a taxonomy; the words of our own are also in the code lists. An imported term may have no code."""

    __tablename__ = "taxonomy_term"
    __audited__ = False
    __table_args__ = (UniqueConstraint("taxonomy_id", "code"),)

    taxonomy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("taxonomy.id"))
    code: Mapped[str | None] = mapped_column(String(40), index=True)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("taxonomy_term.id"))
    name_es: Mapped[str] = words()
    name_en: Mapped[str] = words()
    description: Mapped[str] = words()
    language: Mapped[str] = words(20)
    term_uri: Mapped[str] = words(500)


class Attribute(Keyed):
    """A term applied to the row `link_id` of the table `link_entity`, mostly a service."""

    __tablename__ = "attribute"
    __audited__ = False
    __table_args__ = (UniqueConstraint("taxonomy_term_id", "link_id"),)

    link_id: Mapped[uuid.UUID] = mapped_column(index=True)
    link_entity: Mapped[str] = mapped_column(String(30), default="service")
    link_type: Mapped[str] = words(100)
    taxonomy_term_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("taxonomy_term.id"))
    value: Mapped[str] = words()
    label: Mapped[str] = words()
    position: Mapped[int] = place_in_list()


class Metadata(Keyed):
    """A change that the source says it made to an entry before we got it."""

    __tablename__ = "metadata"
    __audited__ = False

    resource_id: Mapped[uuid.UUID] = mapped_column(index=True)
    resource_type: Mapped[str] = words(60)
    last_action_date: Mapped[date | None]
    last_action_type: Mapped[str] = words(60)
    field_name: Mapped[str] = words(100)
    previous_value: Mapped[str] = words()
    replacement_value: Mapped[str] = words()
    updated_by: Mapped[str] = words(200)

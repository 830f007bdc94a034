"""Reads of a file's sections: who saved which and when, and an address that is protected."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.infra.db import within
from referral.infra.work import OutOfReach
from referral.kernel.partial_dates import PartialDate
from referral.people import drawers
from referral.people.facts import ContactFacts, PersonRecord, Section
from referral.people.models import Person, PersonSection
from referral.people.rules.registration import has_active_basis
from referral.staff.models import Staff


@dataclass(frozen=True, slots=True)
class SectionSave:
    """The last time a section was saved. `staff_name` is empty when a command did it."""

    version: int
    at: datetime
    staff_name: str


def section_saves(session: Session, ref: uuid.UUID) -> dict[Section, SectionSave]:
    """The sections that somebody saved, in one statement."""
    rows = session.execute(
        select(PersonSection.section, PersonSection.version, PersonSection.saved_at, Staff.name)
        .join(Staff, Staff.id == PersonSection.saved_by, isouter=True)
        .where(PersonSection.person_id == ref)
    )
    return {Section(row.section): SectionSave(row.version, row.saved_at, row.name or "") for row in rows}


def version_of(record: PersonRecord, section: Section, saves: dict[Section, SectionSave]) -> int:
    """What a form of this section carries; its save is stale when it has moved on."""
    match section:
        case Section.IDENTITY:
            return record.identity_version
        case Section.CONTACT:
            return record.contact_version
        case Section.MOBILITY:
            return record.mobility_version
        case _:
            return saves[section].version if section in saves else 1


def entries_of(session: Session, reach: Reach, people: Collection[uuid.UUID]) -> dict[uuid.UUID, PartialDate | None]:
    """When each of these people entered Mexico, of those within reach; None while her consent to keep it is missing.

    One statement. For whoever serves them: the caller's reach is that of person.edit.
    """
    rows = session.scalars(select(Person).where(Person.id.in_(people), within(reach, desk=Person.desk_id)))
    return {
        row.id: drawers.mobility_facts(row.status).entry if has_active_basis(row.sensitive_basis) else None
        for row in rows
    }


def shown_address(session: Session, reach: Reach, ref: uuid.UUID) -> ContactFacts:
    """All of her contact, the protected address too: for the page that shows it, which notes that it did."""
    here = (Person.id == ref, Person.merged_into.is_(None), within(reach, desk=Person.desk_id))
    row = session.scalar(select(Person).where(*here))
    if row is None:
        raise OutOfReach
    return drawers.contact_facts(row.contact)

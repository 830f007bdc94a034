"""One listing with all that can be edited, drawn from its rows. Invented demonstration values count as unknown."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.directory.facts import PROVISIONAL, Words
from referral.directory.models import (
    DEMO,
    Accessibility,
    Attribute,
    Language,
    Location,
    Organization,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
)
from referral.infra.work import OutOfReach
from referral.upkeep.facts import Listing
from referral.upkeep.rules import DAYS

COLUMNS = (
    "name_es", "name_en", "gives_es", "gives_en", "alert_es", "alert_en", "kind", "status", "referrable",
    "eligibility_description_es", "eligibility_description_en", "bring_es", "bring_en", "minimum_age", "maximum_age",
    "referral_method", "referral_target", "email", "url", "next_step_es", "next_step_en", "fees_description",
    "answer_days", "gives_feedback", "confidential",
)  # fmt: skip
ORGANIZATION_COLUMNS = {
    "org_name_es": "name_es",
    "org_name_en": "name_en",
    "org_email": "email",
    "org_website": "website",
    "org_description_es": "description_es",
    "org_description_en": "description_en",
}
TAXONOMIES = ("need", "profile", "circumstance", "condition", "priority_group", "takes", "residence")
SINGLE_TERMS = {"gender": "any", "nationality": "any"}


def listing(session: Session, ref: uuid.UUID) -> Listing:
    """The listing of a service; OutOfReach when there is none. Nine statements."""
    row = session.execute(
        select(Service, Organization)
        .join(Organization, Organization.id == Service.organization_id)
        .where(Service.id == ref)
    ).one_or_none()
    if row is None:
        raise OutOfReach
    service, organization = row
    values: dict[str, Any] = {name: getattr(service, name) for name in COLUMNS}
    values |= {name: getattr(organization, column) for name, column in ORGANIZATION_COLUMNS.items()}
    values |= _terms(session, ref)
    values["documents"] = [list(document.accepts) for document in documents_of(session, ref) if document.accepts]
    spoken = select(Language.code).where(Language.service_id == ref, Language.code.is_not(None))
    values["languages"] = list(session.scalars(spoken.order_by(Language.position, Language.code)))
    values["phones"] = [phone.number for phone in phones_of(session, ref) if phone.provenance != DEMO]
    values |= _place(session, ref) | _hours(schedules_of(session, ref))
    return Listing(
        ref=service.id,
        name=Words(service.name_es, service.name_en),
        organization=Words(organization.name_es, organization.name_en),
        organization_ref=organization.id,
        version=service.version,
        values=values,
        provisional=service.source == PROVISIONAL,
    )


def phones_of(session: Session, ref: uuid.UUID) -> list[Phone]:
    """Its own numbers, in the order in which every page shows them."""
    mine = select(Phone).where(Phone.service_id == ref, Phone.contact_id.is_(None), Phone.type == "voice")
    return list(session.scalars(mine.order_by(Phone.number)))


def documents_of(session: Session, ref: uuid.UUID) -> list[RequiredDocument]:
    """What it asks for, in order; also what is only said in words."""
    mine = select(RequiredDocument).where(RequiredDocument.service_id == ref)
    return list(session.scalars(mine.order_by(RequiredDocument.position, RequiredDocument.id)))


def schedules_of(session: Session, ref: uuid.UUID) -> list[Schedule]:
    """Every schedule of its own."""
    return list(
        session.scalars(select(Schedule).where(Schedule.service_id == ref).order_by(Schedule.opens_at, Schedule.id))
    )


def first_place(session: Session, ref: uuid.UUID) -> Location | None:
    """The place that the desk edits: the first by key."""
    here = select(Location).join(ServiceAtLocation).where(ServiceAtLocation.service_id == ref)
    return session.scalars(here.order_by(Location.key).limit(1)).first()


def is_weekly(schedule: Schedule) -> bool:
    """Hours that one line a day can say: the same each week, without an end."""
    days = schedule.byday.split(",")
    return (
        schedule.freq == "WEEKLY"
        and not schedule.closed
        and bool(schedule.opens_at and schedule.closes_at)
        and all(day in DAYS for day in days)
        and (schedule.interval or 1) == 1
        and not any((schedule.valid_from, schedule.valid_to, schedule.dtstart, schedule.until))
    )


def is_exception(schedule: Schedule) -> bool:
    """A stretch of days that is closed, or that has hours of its own."""
    return schedule.freq == "DAILY" and schedule.dtstart is not None and schedule.until is not None


def is_said(schedule: Schedule) -> bool:
    """Hours that are only said in words."""
    return not schedule.byday and not schedule.opens_at and bool(schedule.description) and not is_exception(schedule)


def _terms(session: Session, ref: uuid.UUID) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for taxonomy, code in session.execute(
        select(Taxonomy.name, TaxonomyTerm.code)
        .join(TaxonomyTerm, TaxonomyTerm.taxonomy_id == Taxonomy.id)
        .join(Attribute, Attribute.taxonomy_term_id == TaxonomyTerm.id)
        .where(Attribute.link_id == ref, TaxonomyTerm.code.is_not(None))
        .order_by(Attribute.position, Attribute.id)
    ):
        found.setdefault(taxonomy, []).append(code or "")
    single = {name: next(iter(found.get(name, ())), usual) for name, usual in SINGLE_TERMS.items()}
    return {**{name: found.get(name, []) for name in TAXONOMIES}, **single}


def _place(session: Session, ref: uuid.UUID) -> dict[str, Any]:
    place = first_place(session, ref)
    if place is None or place.provenance == DEMO:
        return dict.fromkeys(("address_1", "alcaldia", "postal_code", "transportation", "accessibility"), "")
    access = session.scalars(
        select(Accessibility).where(Accessibility.location_id == place.id).order_by(Accessibility.id)
    )
    return {
        "address_1": place.address_1,
        "alcaldia": place.alcaldia,
        "postal_code": place.postal_code,
        "transportation": place.transportation,
        "accessibility": "\n".join(one.description or one.details for one in access),
    }


def _hours(schedules: Iterable[Schedule]) -> dict[str, Any]:
    known = [one for one in schedules if one.provenance != DEMO]
    weekly: dict[str, list[list[str]]] = {}
    for one in filter(is_weekly, known):
        for day in one.byday.split(","):
            weekly.setdefault(day, []).append([one.opens_at, one.closes_at])
    return {
        "hours": {day: sorted(weekly[day]) for day in DAYS if day in weekly},
        "hours_said": "\n".join(one.description for one in known if is_said(one)),
        "closures": sorted(
            [_iso(one.dtstart), _iso(one.until), "" if one.closed else f"{one.opens_at}-{one.closes_at}", one.notes]
            for one in known
            if is_exception(one)
        ),
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""

"""Reads one service with all that its page shows. Called by views, public_pages and upkeep."""

from __future__ import annotations

import uuid

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from referral.directory.facts import PhoneFact, ScheduleFact, ServicePage, Words
from referral.directory.models import (
    DEMO,
    Organization,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
)
from referral.directory.queries.places import places_by_service
from referral.directory.queries.service_facts import facts_of
from referral.staff.models import Staff

# Hours that can be said in one line: the same each week, without an end, and not a day off.
_WEEKLY = and_(
    Schedule.freq == "WEEKLY",
    Schedule.byday != "",
    Schedule.opens_at != "",
    Schedule.closes_at != "",
    Schedule.closed.is_(False),
    Schedule.valid_from.is_(None),
    Schedule.valid_to.is_(None),
)


def service_page(session: Session, ref: uuid.UUID) -> ServicePage | None:
    """One service with its phones, hours and places; None when there is none. Six queries."""
    row = session.execute(
        select(Service, Organization.id, Organization.name_es, Organization.name_en, Staff.name)
        .join(Organization)
        .outerjoin(Staff, Staff.id == Service.assured_by)
        .where(Service.id == ref)
    ).one_or_none()
    if row is None:
        return None
    service, organization, spanish, english, assured_by = row
    phones = session.scalars(select(Phone).where(Phone.service_id == ref).order_by(Phone.number))
    schedules = session.scalars(select(Schedule).where(Schedule.service_id == ref, _WEEKLY).order_by(Schedule.opens_at))
    documents = session.scalars(
        select(RequiredDocument).where(RequiredDocument.service_id == ref).order_by(RequiredDocument.position)
    )
    said = select(Schedule.description).where(
        Schedule.service_id == ref, Schedule.byday == "", Schedule.opens_at == "", Schedule.description != ""
    )
    return ServicePage(
        facts=facts_of(service, organization, Words(spanish, english)),
        status=service.status,
        serves=Words(service.eligibility_description_es, service.eligibility_description_en),
        bring=Words(service.bring_es, service.bring_en),
        note=Words(service.alert_es, service.alert_en),
        since=service.since,
        source=service.source,
        phones=tuple(PhoneFact(phone.number, phone.provenance == DEMO) for phone in phones),
        schedules=tuple(
            ScheduleFact(hours.byday, hours.opens_at, hours.closes_at, hours.provenance == DEMO) for hours in schedules
        ),
        places=places_by_service(session, [ref]).get(ref, ()),
        asks=tuple(one.document for one in documents if one.document and not one.accepts),
        hours_in_words=tuple(session.scalars(said.order_by(Schedule.id))),
        missing_on=service.source_missing_on,
        assured_by=assured_by or "",
        version=service.version,
    )

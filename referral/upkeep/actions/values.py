"""Writes fields of a listing to the rows that hold them, and draws its card again. Called by this room's actions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from referral.directory import own_terms
from referral.directory.actions import EDITED, own_term
from referral.directory.cards import cards_of
from referral.directory.models import (
    DEMO,
    Accessibility,
    Address,
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
from referral.infra.work import Work
from referral.kernel.codes import LANGUAGES
from referral.kernel.names import normalise
from referral.upkeep.facts import Values
from referral.upkeep.queries import listing as rows
from referral.upkeep.rules import DAYS

DESK = "desk"  # provenance of what the desk itself wrote
_AT_PLACE = ("address_1", "alcaldia", "postal_code", "transportation")


def write_values(work: Work, service: Service, changes: Values) -> None:
    """Put these fields on file. The service's version rises, so that every kept card of it is read anew."""
    session = work.session
    _write_columns(session, service, changes)
    for name in (*rows.TAXONOMIES, *rows.SINGLE_TERMS):
        if name in changes:
            value = changes[name]
            set_terms(session, service.id, name, [value] if isinstance(value, str) else value)
    for name, taxonomy in (("referrable", "referral"), ("kind", "kind")):
        if name in changes:
            set_terms(session, service.id, taxonomy, [changes[name]])
    if "documents" in changes:
        _write_documents(session, service.id, changes["documents"])
    if "languages" in changes:
        _write_languages(session, service.id, changes["languages"])
    if "phones" in changes:
        _write_phones(session, service.id, changes["phones"])
    if {*_AT_PLACE, "accessibility"} & changes.keys():
        _write_place(work, service, changes)
    if {"hours", "hours_said", "closures"} & changes.keys():
        _write_hours(session, service.id, changes)
    touch(work, service)


def touch(work: Work, service: Service) -> None:
    """Draw the card again, and mark the listing as the desk's own: imports and the catalogue leave it alone."""
    work.session.flush()
    service.card = cards_of(work.session, [service.id])[service.id]
    texts = (service.name_es, service.name_en, service.gives_es, service.gives_en)
    words = " ".join((*texts, service.eligibility_description_es, service.eligibility_description_en))
    service.search_text = normalise(f"{words} {service.key}")
    service.digest = EDITED
    service.last_modified = work.now
    flag_modified(service, "last_modified")  # a second change within the same instant still makes a new version
    work.session.flush()


def set_terms(session: Session, link: uuid.UUID, taxonomy: str, codes: Iterable[str], entity: str = "service") -> None:
    """Make these codes the only ones of our taxonomy on this row."""
    ours = select(TaxonomyTerm.id).join(Taxonomy).where(Taxonomy.name == taxonomy)
    session.execute(delete(Attribute).where(Attribute.link_id == link, Attribute.taxonomy_term_id.in_(ours)))
    for position, code in enumerate(dict.fromkeys(codes)):
        term = own_term(session, taxonomy, code)
        session.add(Attribute(link_id=link, link_entity=entity, taxonomy_term_id=term, position=position))
    session.flush()


def _write_columns(session: Session, service: Service, changes: Values) -> None:
    for name in rows.COLUMNS:
        if name in changes:
            setattr(service, name, changes[name])
    if rows.ORGANIZATION_COLUMNS.keys() & changes.keys():
        organization = session.get_one(Organization, service.organization_id)
        for name, column in rows.ORGANIZATION_COLUMNS.items():
            if name in changes:
                setattr(organization, column, changes[name])


def _write_documents(session: Session, ref: uuid.UUID, groups: Iterable[list[str]]) -> None:
    for document in rows.documents_of(session, ref):
        if document.accepts:  # what is said in words alone stays
            session.execute(delete(Attribute).where(Attribute.link_id == document.id))
            session.delete(document)
    session.flush()
    for position, accepts in enumerate(groups):
        names = [own_terms.term_words(own_terms.ACCEPTED_DOCUMENT, code).es for code in accepts]
        asked = RequiredDocument(service_id=ref, position=position, accepts=list(accepts), document=" / ".join(names))
        session.add(asked)
        session.flush()
        set_terms(session, asked.id, own_terms.ACCEPTED_DOCUMENT, accepts, "required_document")


def _write_languages(session: Session, ref: uuid.UUID, codes: Iterable[str]) -> None:
    session.execute(delete(Language).where(Language.service_id == ref, Language.code.is_not(None)))
    for position, code in enumerate(codes):
        session.add(Language(service_id=ref, code=code, name=LANGUAGES.label(code, "es"), position=position))


def _write_phones(session: Session, ref: uuid.UUID, numbers: list[str]) -> None:
    known = rows.phones_of(session, ref)
    for phone in known:
        if phone.number not in numbers or phone.provenance == DEMO:
            session.execute(delete(Language).where(Language.phone_id == phone.id))
            session.delete(phone)
    kept = {phone.number for phone in known if phone.provenance != DEMO}
    session.add_all(
        Phone(service_id=ref, number=number, type="voice", provenance=DESK) for number in numbers if number not in kept
    )


def _write_place(work: Work, service: Service, changes: Values) -> None:
    session = work.session
    place = rows.first_place(session, service.id)
    if place is None:
        place = Location(
            key=f"desk:{service.id.hex}", organization_id=service.organization_id, location_type="physical"
        )
        session.add(place)
        session.flush()
        session.add(ServiceAtLocation(service_id=service.id, location_id=place.id))
    if place.provenance == DEMO:  # nothing invented may stay beside what is true
        place.address_1 = place.alcaldia = place.postal_code = place.transportation = ""
        place.description_es = place.description_en = ""
    place.provenance = DESK
    for name in _AT_PLACE:
        if name in changes:
            setattr(place, name, changes[name])
    _write_address(session, place)
    if "accessibility" in changes:
        session.execute(delete(Accessibility).where(Accessibility.location_id == place.id))
        if changes["accessibility"]:
            session.add(Accessibility(location_id=place.id, description=changes["accessibility"]))
    session.flush()
    shared = select(ServiceAtLocation.service_id).where(
        ServiceAtLocation.location_id == place.id, ServiceAtLocation.service_id != service.id
    )
    for other in session.scalars(select(Service).where(Service.id.in_(shared))):
        touch(work, other)


def _write_address(session: Session, place: Location) -> None:
    address = session.scalars(select(Address).where(Address.location_id == place.id).order_by(Address.id)).first()
    if address is None:
        if not place.address_1:
            return
        address = Address(location_id=place.id, state_province="Ciudad de México", country="MX")
        session.add(address)
    address.address_1, address.postal_code = place.address_1, place.postal_code


def _write_hours(session: Session, ref: uuid.UUID, changes: Values) -> None:
    schedules = rows.schedules_of(session, ref)
    replaced = {"hours": rows.is_weekly, "hours_said": rows.is_said, "closures": rows.is_exception}
    for one in schedules:
        if one.provenance == DEMO or any(name in changes and judge(one) for name, judge in replaced.items()):
            session.delete(one)
    days_of: dict[tuple[str, str], list[str]] = {}
    for day in DAYS:
        for opens, closes in changes.get("hours", {}).get(day, ()):
            days_of.setdefault((opens, closes), []).append(day)
    for (opens, closes), days in days_of.items():
        session.add(_schedule(ref, byday=",".join(days), opens_at=opens, closes_at=closes))
    if changes.get("hours_said"):
        session.add(_schedule(ref, byday="", opens_at="", closes_at="", description=changes["hours_said"]))
    for first, last, hours, why in changes.get("closures", ()):
        opens, _dash, closes = hours.partition("-")
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        span: dict[str, Any] = {"dtstart": start, "until": end, "valid_from": start, "valid_to": end}
        exception = _schedule(ref, byday="", opens_at=opens, closes_at=closes, freq="DAILY", notes=why, **span)
        exception.closed = not hours
        session.add(exception)


def _schedule(ref: uuid.UUID, **values: Any) -> Schedule:
    return Schedule(service_id=ref, provenance=DESK, **values)

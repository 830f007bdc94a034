"""Writes of the directory: load the catalogue, and fill the demo with places that are plainly invented."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from zlib import crc32

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from referral.directory import catalogue, own_terms
from referral.directory.cards import cards_of
from referral.directory.catalogue import CatalogueService, requirements_to_json
from referral.directory.facts import LoadReport, Referrable
from referral.directory.models import (
    DEMO,
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
from referral.kernel.codes import ALCALDIAS, LANGUAGES
from referral.kernel.names import normalise

_CATALOGUE = "catalogue"
_CARDS_AT_ONCE = 300
EDITED = "desk"  # Service.digest of an entry that the desk has edited: a load leaves it alone


def load_catalogue(work: Work) -> LoadReport:
    """Bring organisations and services to what content/ says, by key; an entry that has not changed is not touched.

    What the catalogue does not know stays empty. Entries added at the desk are left alone.
    """
    organizations = _load_organizations(work.session)
    entries = catalogue.services()
    ours = select(Service).where(Service.key.in_([entry.key for entry in entries]))
    known = {service.key: service for service in work.session.scalars(ours)}
    added = changed = unchanged = 0
    fresh: list[tuple[Service, CatalogueService]] = []
    for entry in entries:
        service = known.get(entry.key)
        if service is not None and service.digest in (entry.digest, EDITED):
            unchanged += 1
            continue
        if service is None:
            added += 1
            service = Service(key=entry.key)
            work.session.add(service)
        else:
            changed += 1
        _fill(service, entry, organizations[entry.organization])
        service.last_modified = work.now
        fresh.append((service, entry))
    # No relationship ties the tables, so the services must be there before the rows that point at them.
    work.session.flush()
    terms = _terms(work.session, [entry for _, entry in fresh])
    for service, entry in fresh:
        _replace_details(work.session, service, entry, terms)
    return LoadReport(added, changed, unchanged)


def redraw_cards(work: Work) -> int:
    """Draw every card anew from the rows it repeats; how many changed. A newer version may draw them in another way."""
    refs = list(work.session.scalars(select(Service.id).order_by(Service.id)))
    changed = 0
    for some in (refs[start : start + _CARDS_AT_ONCE] for start in range(0, len(refs), _CARDS_AT_ONCE)):
        cards = cards_of(work.session, some)
        for service in work.session.scalars(select(Service).where(Service.id.in_(some))):
            if service.card != cards[service.id]:
                service.card = cards[service.id]
                changed += 1
    return changed


def demo_places(work: Work) -> int:
    """Give every service people are sent to a phone, hours and a place, marked as demonstration. How many it filled.

    Only what is missing is filled, and always the same way for the same catalogue.
    """
    numbers = [f"55 5555 01{last:02d}" for last in range(100)]  # a range kept for invented numbers
    alcaldias = ALCALDIAS.codes()
    with_phone = set(work.session.scalars(select(Phone.service_id)))
    with_hours = set(work.session.scalars(select(Schedule.service_id)))
    somewhere = select(ServiceAtLocation.service_id).join(Location).where(Location.alcaldia != "")
    with_place = set(work.session.scalars(somewhere))
    filled = 0
    wanted = (Referrable.YES, Referrable.VERIFY, Referrable.CONDITIONAL, Referrable.HOST)
    for service in work.session.scalars(select(Service).where(Service.referrable.in_(wanted)).order_by(Service.key)):
        before = (service.id in with_phone, service.id in with_hours, service.id in with_place)
        if all(before):
            continue
        filled += 1
        card = dict(service.card)
        if service.id not in with_phone:
            number = _pick(service.key, "phone", numbers)
            work.session.add(Phone(service_id=service.id, number=number, type="voice", provenance=DEMO))
            card["phone"] = card["phone"] or number
        if service.id not in with_hours:
            work.session.add(_demo_hours(service))
        if service.id not in with_place:
            place = _demo_place(service, _pick(service.key, "place", alcaldias))
            work.session.add(place)
            work.session.flush()
            work.session.add(ServiceAtLocation(service_id=service.id, location_id=place.id))
            if place.address_1:
                work.session.add(_demo_address(place))
            if not service.confidential:
                card |= {"alcaldias": [place.alcaldia], "demo_place": True}
        service.card = card
    return filled


def _pick(key: str, what: str, options: Sequence[str]) -> str:
    """Always the same option for the same service, so that two demo installs look alike."""
    return options[crc32(f"{key}:{what}".encode()) % len(options)]


def _demo_hours(service: Service) -> Schedule:
    always = service.kind in {"hotline", "shelter"}
    days, opens, closes = (
        ("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")
        if always
        else (
            "MO,TU,WE,TH,FR",
            _pick(service.key, "opens", ("08:00", "09:00", "10:00")),
            _pick(service.key, "closes", ("15:00", "17:00", "18:00")),
        )
    )
    return Schedule(service_id=service.id, freq="WEEKLY", byday=days, opens_at=opens, closes_at=closes, provenance=DEMO)


def _demo_place(service: Service, alcaldia: str) -> Location:
    number = 100 + crc32(service.key.encode()) % 100
    return Location(
        key=f"demo:{service.key}",
        organization_id=service.organization_id,
        location_type="physical",
        description_es="",
        description_en="",
        address_1="" if service.confidential else f"Calle de Ejemplo {number}",
        alcaldia=alcaldia,
        postal_code="",
        provenance=DEMO,
    )


def _demo_address(place: Location) -> Address:
    alcaldia = ALCALDIAS.label(place.alcaldia, "es")
    city = "Ciudad de México"
    return Address(location_id=place.id, address_1=place.address_1, city=alcaldia, state_province=city, country="MX")


def _load_organizations(session: Session) -> dict[str, uuid.UUID]:
    entries = catalogue.organizations()
    ours = select(Organization).where(Organization.key.in_([entry.key for entry in entries]))
    known = {organization.key: organization for organization in session.scalars(ours)}
    for entry in entries:
        organization = known.get(entry.key)
        if organization is None:
            organization = known[entry.key] = Organization(key=entry.key)
            session.add(organization)
        organization.level = entry.level
        organization.name_es, organization.name_en = entry.name.es, entry.name.en
        organization.parent_organization_id = known[entry.parent].id if entry.parent else None
    session.flush()
    return {key: organization.id for key, organization in known.items()}


def _fill(service: Service, entry: CatalogueService, organization: uuid.UUID) -> None:
    texts = entry.texts
    service.organization_id = organization
    service.kind, service.status, service.referrable = entry.kind, entry.status, entry.referrable
    service.name_es, service.name_en = texts["name"].es, texts["name"].en
    service.gives_es, service.gives_en = texts["gives"].es, texts["gives"].en
    service.eligibility_description_es = texts["serves"].es
    service.eligibility_description_en = texts["serves"].en
    service.bring_es, service.bring_en = texts["bring"].es, texts["bring"].en
    service.alert_es, service.alert_en = texts["note"].es, texts["note"].en
    service.minimum_age, service.maximum_age = entry.requirements.age_min, entry.requirements.age_max
    service.since, service.as_of, service.source = entry.since, entry.as_of, entry.source
    service.confidential = entry.confidential
    words = " ".join(f"{texts[name].es} {texts[name].en}" for name in ("name", "gives", "serves"))
    service.search_text = normalise(f"{words} {entry.key}")
    service.card = {
        "needs": list(entry.needs),
        "requirements": requirements_to_json(entry.requirements),
        "alcaldias": [entry.alcaldia] if entry.alcaldia and not entry.confidential else [],
        "languages": list(entry.languages),
        "phone": entry.phone,
    }
    service.digest = entry.digest


def _attributes(entry: CatalogueService) -> list[tuple[str, str]]:
    """(taxonomy, code) pairs of an entry: eligibility in the standard's terms. `cards` reads them back."""
    asks = entry.requirements
    single = [
        ("gender", asks.gender),
        ("nationality", asks.nationality),
        ("referral", entry.referrable),
        ("kind", entry.kind),
    ]
    many = {
        "need": entry.needs,
        "profile": asks.profiles,
        "circumstance": asks.also,
        "condition": asks.conditions,
        "priority_group": asks.groups,
        "takes": asks.takes,
        "residence": ("city",) if asks.lives_in_city else (),
    }
    return [*single, *((name, code) for name, codes in many.items() for code in dict.fromkeys(codes))]


def _terms(session: Session, entries: list[CatalogueService]) -> dict[tuple[str, str], uuid.UUID]:
    wanted = {pair for entry in entries for pair in _attributes(entry)}
    wanted |= {
        (own_terms.ACCEPTED_DOCUMENT, code)
        for entry in entries
        for group in entry.requirements.documents
        for code in group
    }
    taxonomies = {taxonomy.name: taxonomy for taxonomy in session.scalars(select(Taxonomy))}
    for name in sorted({name for name, _ in wanted}):
        if name not in taxonomies:
            taxonomies[name] = Taxonomy(name=name)
            session.add(taxonomies[name])
        words = own_terms.taxonomy_words(name)
        taxonomies[name].title, taxonomies[name].description = words.es, words.en
    session.flush()
    names = {taxonomy.id: name for name, taxonomy in taxonomies.items()}
    terms = {(names[term.taxonomy_id], term.code): term for term in session.scalars(select(TaxonomyTerm))}
    for pair in sorted(wanted):
        if pair not in terms:
            terms[pair] = TaxonomyTerm(taxonomy_id=taxonomies[pair[0]].id, code=pair[1])
            session.add(terms[pair])
        words = own_terms.term_words(*pair)
        terms[pair].name_es, terms[pair].name_en = words.es, words.en
    session.flush()
    return {pair: terms[pair].id for pair in wanted}


def own_term(session: Session, taxonomy: str, code: str) -> uuid.UUID:
    """A term of one of our taxonomies, made with its words when nobody used it before. KeyError for a strange one."""
    holder = session.scalar(select(Taxonomy).where(Taxonomy.name == taxonomy))
    if holder is None:
        words = own_terms.taxonomy_words(taxonomy)
        holder = Taxonomy(name=taxonomy, title=words.es, description=words.en)
        session.add(holder)
        session.flush()
    term = session.scalar(select(TaxonomyTerm).where(TaxonomyTerm.taxonomy_id == holder.id, TaxonomyTerm.code == code))
    if term is None:
        words = own_terms.term_words(taxonomy, code)
        term = TaxonomyTerm(taxonomy_id=holder.id, code=code, name_es=words.es, name_en=words.en)
        session.add(term)
        session.flush()
    return term.id


def _replace_details(
    session: Session, service: Service, entry: CatalogueService, terms: dict[tuple[str, str], uuid.UUID]
) -> None:
    asked = select(RequiredDocument.id).where(RequiredDocument.service_id == service.id)
    session.execute(delete(Attribute).where(or_(Attribute.link_id == service.id, Attribute.link_id.in_(asked))))
    session.execute(delete(RequiredDocument).where(RequiredDocument.service_id == service.id))
    session.execute(delete(Language).where(Language.service_id == service.id))
    for position, pair in enumerate(_attributes(entry)):
        session.add(Attribute(link_id=service.id, taxonomy_term_id=terms[pair], position=position))
    for position, accepts in enumerate(entry.requirements.documents):
        names = [own_terms.term_words(own_terms.ACCEPTED_DOCUMENT, code).es for code in accepts]
        asked_for = RequiredDocument(
            service_id=service.id, position=position, accepts=list(accepts), document=" / ".join(names)
        )
        session.add(asked_for)
        for place, code in enumerate(accepts):
            term = terms[own_terms.ACCEPTED_DOCUMENT, code]
            session.add(
                Attribute(link_id=asked_for.id, link_entity="required_document", taxonomy_term_id=term, position=place)
            )
    for position, code in enumerate(entry.languages):
        name = LANGUAGES.label(code, "es")
        session.add(Language(service_id=service.id, code=code, name=name, position=position))
    for phone in session.scalars(select(Phone).where(Phone.service_id == service.id, Phone.provenance == _CATALOGUE)):
        session.delete(phone)
    if entry.phone:
        session.add(Phone(service_id=service.id, number=entry.phone, type="voice", provenance=_CATALOGUE))
    if entry.alcaldia or entry.texts["place"].es:
        _place(session, service, entry)


def _place(session: Session, service: Service, entry: CatalogueService) -> None:
    key = f"{_CATALOGUE}:{entry.key}"
    place = session.scalar(select(Location).where(Location.key == key))
    if place is None:
        place = Location(key=key, organization_id=service.organization_id, provenance=_CATALOGUE)
        session.add(place)
        session.flush()
        session.add(ServiceAtLocation(service_id=service.id, location_id=place.id))
    place.alcaldia = entry.alcaldia
    place.description_es, place.description_en = entry.texts["place"].es, entry.texts["place"].en

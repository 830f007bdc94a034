"""Reads of the people room: cards for lists, the record, pages of people, likely duplicates and the one search box."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, load_only

from referral.access.reach import Reach
from referral.infra.audit import AuditEntry
from referral.infra.db import within
from referral.infra.work import OutOfReach, served_today
from referral.people import drawers, token_index
from referral.people.facts import (
    ContactFacts,
    DocumentLine,
    HealthFacts,
    IdentityFacts,
    MinimalCard,
    MobilityFacts,
    PersonCard,
    PersonPage,
    PersonRecord,
)
from referral.people.models import Person, PersonDocument
from referral.people.rules.keys import ExactId, ExactKind, match_keys
from referral.people.rules.matching import Because, Candidate, Match, Query, Strength, rank
from referral.people.rules.registration import has_active_basis
from referral.people.rules.search_box import query_keys
from referral.staff.models import Desk, Staff

MOST_MATCHES = 5  # shown beside a registration
MOST_HITS = 20  # shown for a search

_CARD = load_only(
    Person.data_key, Person.identity_sealed, Person.contact_sealed, Person.folio, Person.desk_id, Person.last_served_at
)


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody found. `card` is None when another desk keeps the file: then only `minimal` may be shown."""

    minimal: MinimalCard
    card: PersonCard | None
    score: float
    strength: Strength
    reasons: tuple[Because, ...]

    @property
    def ref(self) -> uuid.UUID:
        return self.minimal.ref


class Saved(NamedTuple):
    """Who changed a file last, and when."""

    staff_name: str
    at: datetime


@dataclass(slots=True)
class _Opened:
    """A row with its name drawer opened; the other one only when it is asked for, since a search opens 150 files."""

    person: Person
    desk_name: str
    identity: IdentityFacts

    @property
    def contact(self) -> ContactFacts:
        return drawers.contact_facts(self.person.contact)


def person_cards(
    session: Session, refs: Collection[uuid.UUID], *, today: date | None = None
) -> dict[uuid.UUID, PersonCard]:
    """Cards by ref in one statement. The caller has already decided that these people are within reach."""
    if not refs:
        return {}
    rows = session.execute(_with_desk().where(Person.id.in_(refs)))
    day = today or served_today()
    return {person.id: _card(_open(person, desk_name), day) for person, desk_name in rows}


def person_card(session: Session, ref: uuid.UUID, *, today: date | None = None) -> PersonCard:
    """One card; OutOfReach when there is no such person."""
    cards = person_cards(session, [ref], today=today)
    if ref not in cards:
        raise OutOfReach
    return cards[ref]


def require_person(session: Session, reach: Reach, ref: uuid.UUID) -> None:
    """OutOfReach unless the person exists within reach. For rooms that hang things on a person."""
    if session.scalar(select(Person.id).where(Person.id == ref, within(reach, desk=Person.desk_id))) is None:
        raise OutOfReach


def person_record(session: Session, reach: Reach, ref: uuid.UUID, *, today: date | None = None) -> PersonRecord:
    """The whole file, in two statements. OutOfReach when it does not exist or another desk keeps it."""
    row = session.execute(
        select(Person, Desk.name)
        .join(Desk, Desk.id == Person.desk_id)
        .where(Person.id == ref, within(reach, desk=Person.desk_id))
    ).one_or_none()
    if row is None:
        raise OutOfReach
    person, desk_name = row
    opened = _open(person, desk_name)
    active = has_active_basis(person.sensitive_basis)
    return PersonRecord(
        card=_card(opened, today or served_today()),
        identity=opened.identity,
        contact=opened.contact,
        mobility=drawers.mobility_facts(person.status) if active else MobilityFacts(),
        health=drawers.health_facts(person.health) if active else HealthFacts(),
        notes=person.notes.get("text", ""),
        documents=tuple(documents_of(session, ref)),
        record_kind=person.record_kind,
        sensitive_basis=person.sensitive_basis if active else None,
        created_at=person.created_at,
        version=person.version,
        identity_version=person.identity_version,
        contact_version=person.contact_version,
        mobility_version=person.mobility_version,
    )


def documents_of(session: Session, person: uuid.UUID) -> list[DocumentLine]:
    """The papers on file, oldest first."""
    rows = session.scalars(
        select(PersonDocument)
        .where(PersonDocument.person_id == person)
        .order_by(PersonDocument.added_at, PersonDocument.id)
    )
    lines = []
    for row in rows:
        paper = drawers.paper_facts(row.document)
        lines.append(
            DocumentLine(
                ref=row.id,
                kind=paper.kind,
                number=paper.number,
                country=paper.country,
                expires=paper.expires,
                name_on_document=paper.name_on_document,
                seen=paper.seen,
                added_at=row.added_at,
            )
        )
    return lines


def person_page(
    session: Session, reach: Reach, *, page: int = 1, per_page: int = 50, today: date | None = None
) -> PersonPage:
    """People within reach, last served first, in one statement; one row more than shown tells if a page follows."""
    rows = session.execute(
        _with_desk()
        .where(within(reach, desk=Person.desk_id))
        .order_by(Person.last_served_at.desc(), Person.id.desc())
        .offset((page - 1) * per_page)
        .limit(per_page + 1)
    ).all()
    day = today or served_today()
    cards = tuple(_card(_open(person, desk_name), day) for person, desk_name in rows[:per_page])
    return PersonPage(cards, page, has_more=len(rows) > per_page)


def near_matches(
    session: Session,
    reach: Reach,
    identity: IdentityFacts,
    *,
    today: date,
    phone: str = "",
    but: uuid.UUID | None = None,
) -> list[Hit]:
    """Registered people who may be this one, likeliest first; `but` leaves out the file being corrected."""
    exact = exact_ids(identity, (phone,))
    query = Query.of_person(identity.names, identity.birth, exact)
    keys = match_keys(identity.names, identity.birth, exact=exact)
    hits = _ranked(session, reach, query, keys, today=today)
    return [hit for hit in hits if hit.strength is not Strength.NONE and hit.ref != but][:MOST_MATCHES]


def search(session: Session, reach: Reach, text: str, *, today: date, most: int = MOST_HITS) -> list[Hit]:
    """People for the words of the search box, at every desk, likeliest first."""
    asked = query_keys(text, today=today)
    return _ranked(session, reach, asked.query, asked.keys, today=today)[:most]


def last_saved(session: Session, person: uuid.UUID) -> Saved | None:
    """Who changed the file itself last, for the page of a stale save."""
    row = session.execute(
        select(Staff.name, AuditEntry.at)
        .join(Staff, Staff.id == AuditEntry.staff_id)
        .where(AuditEntry.person_id == person, AuditEntry.table_name == "person", AuditEntry.verb == "update")
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return Saved(row[0], row[1]) if row else None


def person_by_folio(session: Session, folio: str) -> uuid.UUID | None:
    """Who has this folio, written exactly as it was given."""
    return session.scalar(select(Person.id).where(Person.folio == folio))


def exact_ids(identity: IdentityFacts, phones: Iterable[str], others: Iterable[ExactId] = ()) -> tuple[ExactId, ...]:
    """Identifiers that are compared whole."""
    found = [ExactId(ExactKind.PHONE, phone) for phone in phones if phone]
    if identity.curp:
        found.append(ExactId(ExactKind.CURP, identity.curp))
    return (*found, *others)


def _ranked(session: Session, reach: Reach, query: Query, keys: Iterable[str], *, today: date) -> list[Hit]:
    known = token_index.rarity(session, query.codes)
    refs = token_index.candidates(session, keys, people=known.people)
    if not refs:
        return []
    rows = session.execute(_with_desk().where(Person.id.in_(refs)))
    opened = {person.id: _open(person, desk_name) for person, desk_name in rows}
    papers = _document_keys(session, opened) if query.exact else {}
    found = [_candidate(one, papers.get(ref, ()), with_exact=bool(query.exact)) for ref, one in opened.items()]
    return [_hit(match, opened[match.ref], reach, today) for match in rank(query, found, known)]


def _candidate(opened: _Opened, papers: Iterable[ExactId], *, with_exact: bool) -> Candidate:
    identity = opened.identity
    if not with_exact:
        return Candidate(opened.person.id, identity.names, identity.birth)
    contact = opened.contact
    exact = exact_ids(identity, (contact.phone, contact.contact_phone), papers)
    keys = {identifier.key for identifier in exact}
    if opened.person.folio:
        keys.add(ExactId(ExactKind.FOLIO, opened.person.folio).key)
    return Candidate(opened.person.id, identity.names, identity.birth, frozenset(keys - {""}))


def _document_keys(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, list[ExactId]]:
    rows = session.scalars(select(PersonDocument).where(PersonDocument.person_id.in_(people)))
    found: dict[uuid.UUID, list[ExactId]] = {}
    for row in rows:
        number = row.document.get("number", "")
        found.setdefault(row.person_id, []).append(ExactId(ExactKind.DOCUMENT, number))
    return found


def _hit(match: Match, opened: _Opened, reach: Reach, today: date) -> Hit:
    person = opened.person
    minimal = MinimalCard(
        person.id, opened.identity.names.display, opened.identity.birth.birth_year_guess, person.folio, opened.desk_name
    )
    card = _card(opened, today) if reach.covers(desk=person.desk_id) else None
    return Hit(minimal, card, match.score, match.strength, match.reasons)


def _with_desk() -> Select[Person, str]:
    return select(Person, Desk.name).join(Desk, Desk.id == Person.desk_id).options(_CARD)


def _open(person: Person, desk_name: str) -> _Opened:
    return _Opened(person, desk_name, drawers.identity_facts(person.identity))


def _card(opened: _Opened, today: date) -> PersonCard:
    person, identity, contact = opened.person, opened.identity, opened.contact
    return PersonCard(
        ref=person.id,
        name=identity.names.display,
        document_name=identity.names.document_name,
        birth=identity.birth,
        nationalities=identity.nationalities,
        language=contact.language,
        interpreter=contact.interpreter,
        folio=person.folio,
        desk=person.desk_id,
        desk_name=opened.desk_name,
        last_served_at=person.last_served_at,
        minor=identity.birth.is_minor(today),
    )

"""Reads of the people room: cards for lists, the record, pages of people, likely duplicates and the one search box."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.infra.audit import AuditEntry
from referral.infra.db import within
from referral.infra.sealed import open_own
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

# Bare columns and not rows to be changed: a list shows fifty people and changes none.
_CARD = (
    select(
        Person.id,
        Person.data_key,
        Person.identity_sealed,
        Person.contact_sealed,
        Person.folio,
        Person.desk_id,
        Person.last_served_at,
        Desk.name.label("desk_name"),
    )
    .join(Desk, Desk.id == Person.desk_id)
)  # fmt: skip


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


class _Opened(NamedTuple):
    """A person's row, or her bare columns, with the two drawers that a card shows."""

    person: Any
    desk_name: str
    identity: IdentityFacts
    contact: ContactFacts


def person_cards(
    session: Session, refs: Collection[uuid.UUID], *, today: date | None = None
) -> dict[uuid.UUID, PersonCard]:
    """Cards by ref in one statement. The caller has already decided that these people are within reach."""
    if not refs:
        return {}
    rows = session.execute(_CARD.where(Person.id.in_(refs)))
    day = today or served_today()
    return {row.id: _card(_open(session, row), day) for row in rows}


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
    opened = _Opened(person, desk_name, drawers.identity_facts(person.identity), drawers.contact_facts(person.contact))
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
    session: Session, reach: Reach, *, page: int = 1, per_page: int = 25, today: date | None = None
) -> PersonPage:
    """People within reach, last served first, in one statement; one row more than shown tells if a page follows."""
    rows = session.execute(
        _CARD.where(within(reach, desk=Person.desk_id))
        .order_by(Person.last_served_at.desc(), Person.id.desc())
        .offset((page - 1) * per_page)
        .limit(per_page + 1)
    ).all()
    day = today or served_today()
    cards = tuple(_card(_open(session, row), day) for row in rows[:per_page])
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
    found = [match for match in _ranked(session, query, keys) if match.strength is not Strength.NONE]
    return _hits(session, [match for match in found if match.ref != but][:MOST_MATCHES], reach, today)


def search(session: Session, reach: Reach, text: str, *, today: date, most: int = MOST_HITS) -> list[Hit]:
    """People for the words of the search box, at every desk, likeliest first."""
    asked = query_keys(text, today=today)
    return _hits(session, _ranked(session, asked.query, asked.keys)[:most], reach, today)


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


def _ranked(session: Session, query: Query, keys: Iterable[str]) -> list[Match]:
    """The likeliest people, from their names alone: of many files only one drawer is opened, of the few shown two."""
    known = token_index.counts(session, codes=query.codes, keys=keys)
    rows = token_index.candidates(session, known)
    refs = [row[0] for row in rows]
    exact = token_index.sharing_exactly(session, known, refs, query.exact)
    found = []
    for ref, data_key, sealed in rows:
        identity = open_own(session, Person.__tablename__, "identity_sealed", ref, data_key=data_key, sealed=sealed)
        names, birth = drawers.names_in(identity), drawers.birth_in(identity)
        found.append(Candidate(ref, names, birth, frozenset(exact.get(ref, ()))))
    return rank(query, found, known.rarity, most=MOST_HITS)


def _hits(session: Session, matches: Sequence[Match], reach: Reach, today: date) -> list[Hit]:
    if not matches:
        return []
    rows = session.execute(_CARD.where(Person.id.in_([match.ref for match in matches])))
    opened = {row.id: _open(session, row) for row in rows}
    return [_hit(match, opened[match.ref], reach, today) for match in matches]


def _hit(match: Match, opened: _Opened, reach: Reach, today: date) -> Hit:
    person = opened.person
    minimal = MinimalCard(
        person.id, opened.identity.names.display, opened.identity.birth.birth_year_guess, person.folio, opened.desk_name
    )
    card = _card(opened, today) if reach.covers(desk=person.desk_id) else None
    return Hit(minimal, card, match.score, match.strength, match.reasons)


def _open(session: Session, row: Row[*tuple[Any, ...]]) -> _Opened:
    sealed = {"identity_sealed": row.identity_sealed, "contact_sealed": row.contact_sealed}
    identity, contact = (
        open_own(session, Person.__tablename__, column, row.id, data_key=row.data_key, sealed=found)
        for column, found in sealed.items()
    )
    return _Opened(row, row.desk_name, drawers.identity_facts(identity), drawers.contact_facts(contact))


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

"""Reads of files: cards for lists, the whole record, a page of people, who saved last."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Uuid, bindparam, exists, func, select
from sqlalchemy.orm import Session

from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import reach_of
from referral.infra.audit import AuditEntry
from referral.infra.db import bare, within
from referral.infra.sealed import open_held, open_own
from referral.infra.work import OutOfReach, served_now, served_today
from referral.people import drawers
from referral.people.facts import (
    MASKED,
    WITHHELD,
    ContactFacts,
    DocumentLine,
    HealthFacts,
    IdentityFacts,
    LifeFacts,
    PersonCard,
    PersonName,
    PersonPage,
    PersonRecord,
    ProtectedFacts,
    StandingFacts,
)
from referral.people.models import BreakGlass, Person, PersonDocument
from referral.people.queries.guarded import guarded_of
from referral.people.rules.registration import has_active_basis
from referral.staff.models import Desk, Staff

# Bare columns and not rows to be changed: a list shows fifty people and changes none.
CARD = (
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
    .where(Person.merged_into.is_(None))
)  # fmt: skip

# What a list reads of each person to name her with `named`, instead of asking for the names of all apart.
NAMED = (Person.id.label("who"), Person.data_key, Person.identity_sealed)

_PAPER = (PersonDocument.id.label("document"), PersonDocument.added_at, PersonDocument.document_sealed)


class Saved(NamedTuple):
    """Who changed a file last, and when."""

    staff_name: str
    at: datetime


class Opened(NamedTuple):
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
    rows = bare(session, cards_of(), {"people": list(refs)})
    day = today or served_today()
    return {row.id: card_of(opened_row(session, row), day) for row in rows}


@cache
def cards_of() -> Select[*tuple[Any, ...]]:
    """For `bare`, with the refs as `people`; a row goes to opened_row."""
    return CARD.where(Person.id.in_(bindparam("people", expanding=True, type_=Uuid)))


def person_names(session: Session, refs: Collection[uuid.UUID]) -> dict[uuid.UUID, PersonName]:
    """The names on their cards, and nothing else of them: half the cost. Reach and statement as person_cards."""
    if not refs:
        return {}
    return {row.who: named(session, row) for row in bare(session, _identities(), {"people": list(refs)})}


def named(session: Session, row: Row[*tuple[Any, ...]]) -> PersonName:
    """Whom a row that holds the columns NAMED is about. No statement; the caller has decided the reach."""
    ref, key, sealed = row.who, row.data_key, row.identity_sealed
    identity = open_own(session, Person.__tablename__, "identity_sealed", ref, data_key=key, sealed=sealed)
    return PersonName(ref, drawers.names_in(identity).display)


@cache
def _identities() -> Select[*tuple[Any, ...]]:
    return select(*NAMED).where(Person.id.in_(bindparam("people", expanding=True, type_=Uuid)))


def person_card(session: Session, ref: uuid.UUID, *, today: date | None = None) -> PersonCard:
    """One card; OutOfReach when there is no such person."""
    cards = person_cards(session, [ref], today=today)
    if ref not in cards:
        raise OutOfReach
    return cards[ref]


def require_person(session: Session, reach: Reach, ref: uuid.UUID) -> None:
    """OutOfReach unless the person exists within reach. For rooms that hang things on a person."""
    found = select(Person.id).where(Person.id == ref, Person.merged_into.is_(None), within(reach, desk=Person.desk_id))
    if session.scalar(found) is None:
        raise OutOfReach


def person_record(session: Session, reach: Reach, ref: uuid.UUID, *, today: date | None = None) -> PersonRecord:
    """The whole file, in one statement. OutOfReach when it does not exist or another desk keeps it.

    A protected address is left out: see sections.shown_address. Who does not serve her and has not broken the glass
    reads neither her journey, her health, what is protected nor the notes, and of her contact only a mask. What is
    protected takes a second person besides the glass: one statement more for who has broken it.
    """
    rows = bare(session, _whole(), {"person": ref, "reader": reach.identity.staff}).all()
    row = rows[0] if rows else None
    if row is None or not reach.covers(desk=row.desk_id):
        raise OutOfReach

    def drawer(name: str) -> dict[str, Any]:
        sealed = getattr(row, f"{name}_sealed")
        return open_own(session, Person.__tablename__, f"{name}_sealed", ref, data_key=row.data_key, sealed=sealed)

    contact = drawers.contact_facts(drawer("contact"))
    if contact.protected_address:
        contact = withheld(contact)
    serves = reach_of(reach.identity, Permission.PERSON_PROTECTED).covers(desk=row.desk_id)
    broken = row.open_until is not None and glass_is_broken(reach, row.open_until, desk=row.desk_id)
    trusted = serves or broken
    asked = guarded_of(session, ref, reach.identity.staff) if broken and not serves else None
    guarded = serves or (asked is not None and asked.is_open(served_now()))
    who = drawers.identity_facts(drawer("identity"))
    opened = Opened(row, row.desk_name, who, contact if trusted else masked(contact))
    active = has_active_basis(row.sensitive_basis)
    status = drawer("status") if active and trusted else {}
    protected = drawer("protected") if active and trusted else {}
    return PersonRecord(
        card=card_of(opened, today or served_today()),
        identity=opened.identity,
        contact=opened.contact,
        mobility=drawers.mobility_facts(status),
        health=drawers.plain_facts(HealthFacts, drawer("health") if active and trusted else {}),
        notes=drawer("notes").get("text", "") if trusted else "",
        documents=tuple(_document_line(session, ref, one) for one in rows if one.document is not None),
        record_kind=row.record_kind,
        sensitive_basis=row.sensitive_basis if active else None,
        created_at=row.created_at,
        version=row.version,
        identity_version=row.identity_version,
        contact_version=row.contact_version,
        mobility_version=row.mobility_version,
        standing=drawers.plain_facts(StandingFacts, status),
        protected=drawers.plain_facts(ProtectedFacts, protected if guarded else {}),
        life=drawers.plain_facts(LifeFacts, drawer("life")),
        reads_protected=trusted,
        open_until=row.open_until if broken and not serves else None,
        opened_before=row.opened_before,
        reads_guarded=guarded,
        guards=bool(protected) and not guarded,
        guarded=asked,
    )


def glass_is_broken(reach: Reach, until: datetime, *, desk: uuid.UUID) -> bool:
    """Whether what this account opened until then is still open to it, at the desk that keeps the file now."""
    return until > served_now() and reach_of(reach.identity, Permission.BREAK_GLASS).covers(desk=desk)


@cache
def _whole() -> Select[*tuple[Any, ...]]:
    hers = BreakGlass.person_id == Person.id
    until = select(func.max(BreakGlass.until)).where(hers, BreakGlass.staff_id == bindparam("reader", type_=Uuid))
    glass = (until.scalar_subquery().label("open_until"), exists().where(hers).label("opened_before"))
    columns = (*Person.__table__.columns, Desk.name.label("desk_name"), *glass, *_PAPER)
    joined = select(*columns).join(Desk, Desk.id == Person.desk_id)
    joined = joined.outerjoin(PersonDocument, PersonDocument.person_id == Person.id)  # a row for each of her papers
    whole = joined.where(Person.id == bindparam("person", type_=Uuid), Person.merged_into.is_(None))
    return whole.order_by(PersonDocument.added_at, PersonDocument.id)


def withheld(contact: ContactFacts) -> ContactFacts:
    """The same without what leads to her door."""
    nothing: dict[str, Any] = dict.fromkeys(WITHHELD, "")
    return replace(contact, **nothing)


def masked(contact: ContactFacts) -> ContactFacts:
    """The same for who oversees the desk: the end of the telephone, and nothing that leads to her or to her people."""
    nothing: dict[str, Any] = dict.fromkeys((*WITHHELD, *MASKED), "")
    return replace(contact, **nothing, phone=f"•••• {contact.phone[-4:]}" if contact.phone else "")


def documents_of(session: Session, person: uuid.UUID) -> list[DocumentLine]:
    """The papers on file, oldest first."""
    return [_document_line(session, person, row) for row in bare(session, _papers(), {"person": person})]


def _document_line(session: Session, person: uuid.UUID, row: Row[*tuple[Any, ...]]) -> DocumentLine:
    holder, table = f"{Person.__tablename__}|{person}", PersonDocument.__tablename__
    key, sealed = row.data_key, row.document_sealed
    document = open_held(session, table, "document_sealed", row.document, holder=holder, data_key=key, sealed=sealed)
    paper = drawers.paper_facts(document)
    return DocumentLine(
        ref=row.document,
        kind=paper.kind,
        number=paper.number,
        country=paper.country,
        expires=paper.expires,
        name_on_document=paper.name_on_document,
        seen=paper.seen,
        added_at=row.added_at,
        issued=paper.issued,
        verified_by=paper.verified_by,
        verified_on=paper.verified_on,
    )


def person_page(
    session: Session, reach: Reach, *, page: int = 1, per_page: int = 25, today: date | None = None
) -> PersonPage:
    """People within reach, last served first, in one statement; one row more than shown tells if a page follows."""
    rows = bare(session, _page_of(reach), {"skipped": (page - 1) * per_page, "most": per_page + 1}).all()
    day = today or served_today()
    cards = tuple(card_of(opened_row(session, row), day) for row in rows[:per_page])
    return PersonPage(cards, page, has_more=len(rows) > per_page)


@cache
def _papers() -> Select[*tuple[Any, ...]]:
    joined = select(*_PAPER, Person.data_key).join(Person, Person.id == PersonDocument.person_id)
    hers = joined.where(PersonDocument.person_id == bindparam("person", type_=Uuid))
    return hers.order_by(PersonDocument.added_at, PersonDocument.id)


@lru_cache(maxsize=64)
def _page_of(reach: Reach) -> Select[*tuple[Any, ...]]:
    """Put together once for each account."""
    hers = CARD.where(within(reach, desk=Person.desk_id)).order_by(Person.last_served_at.desc(), Person.id.desc())
    return hers.offset(bindparam("skipped")).limit(bindparam("most"))


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


def opened_row(session: Session, row: Row[*tuple[Any, ...]]) -> Opened:
    table, ref, key = Person.__tablename__, row.id, row.data_key
    identity = open_own(session, table, "identity_sealed", ref, data_key=key, sealed=row.identity_sealed)
    contact = open_own(session, table, "contact_sealed", ref, data_key=key, sealed=row.contact_sealed)
    return Opened(row, row.desk_name, shown_identity(identity), shown_contact(contact))


def shown_identity(drawer: Mapping[str, Any]) -> IdentityFacts:
    """Only what a card shows: reading everything takes four times as long."""
    return IdentityFacts(drawers.names_in(drawer), drawers.birth_in(drawer), tuple(drawer.get("nationalities", ())))


def shown_contact(drawer: Mapping[str, Any]) -> ContactFacts:
    """The same of the contact."""
    return ContactFacts(
        language=drawer.get("language", ""),
        language_name=drawer.get("language_name", ""),
        interpreter=bool(drawer.get("interpreter")),
        phone=drawer.get("phone", ""),
    )


def card_of(opened: Opened, today: date) -> PersonCard:
    person, identity, contact = opened.person, opened.identity, opened.contact
    return PersonCard(
        ref=person.id,
        name=identity.names.display,
        document_name=identity.names.document_name,
        birth=identity.birth,
        nationalities=identity.nationalities,
        language=contact.language,
        language_name=contact.language_name,
        interpreter=contact.interpreter,
        folio=person.folio,
        desk=person.desk_id,
        desk_name=opened.desk_name,
        last_served_at=person.last_served_at,
        minor=identity.birth.is_minor(today),
    )


def person_refs(session: Session) -> list[uuid.UUID]:
    """Every file that was not merged into another. For commands, which have no reach."""
    return list(session.scalars(select(Person.id).where(Person.merged_into.is_(None)).order_by(Person.id)))

"""Writes of the people room: register, correct, papers, and what other rooms call (folio, sensitive basis, service)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referral.access.permissions import Permission
from referral.infra.sealed import new_data_key
from referral.infra.work import NotPermitted, OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.people import (
    drawers,
    token_index,
    tombstones,  # noqa: F401 - listens: nothing new is hung on a file that was merged into another
)
from referral.people.facts import (
    WITHHELD,
    ContactFacts,
    HealthFacts,
    IdentityFacts,
    LifeFacts,
    MobilityFacts,
    NewDocument,
    NewPerson,
    ProtectedFacts,
    Section,
    StandingFacts,
)
from referral.people.models import Person, PersonDocument, PersonNotSame, PersonSection
from referral.people.queries.search import exact_ids
from referral.people.rules import registration as rules
from referral.people.rules.keys import ExactId, ExactKind, search_keys
from referral.people.rules.registration import Reason


class Stale(Exception):
    """Somebody saved this section after the page was opened; nothing was written. `version` is the section's now."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


def register_person(work: Work, new: NewPerson, *, desk: uuid.UUID | None = None) -> uuid.UUID:
    """Open a file at the caller's desk (`desk` for commands, which have none); its ref. Refused without a way back."""
    place = desk or (work.identity.desk if work.identity else None)
    if place is None:
        raise NotPermitted(Permission.PERSON_REGISTER)
    work.require(Permission.PERSON_REGISTER, desk=place)
    rules.check_registration(new)
    person = Person(desk_id=place, record_kind=new.record_kind, created_at=work.now, last_served_at=work.now)
    work.session.add(work.keep(person))
    person.data_key = new_data_key(person)
    person.identity = drawers.identity_document(new.identity)
    person.contact = drawers.contact_document(new.contact)
    work.session.flush()  # what points at her by her ref alone may follow at once
    exact = exact_ids(new.identity, (new.contact.phone, new.contact.contact_phone), ())
    token_index.file_new(work.session, person.id, search_keys(new.identity.names, new.identity.birth, exact=exact))
    return person.id


def mark_not_same(work: Work, *, person: uuid.UUID, others: Iterable[uuid.UUID]) -> None:
    """Remember that none of `others` is this person: they are not shown as duplicates of each other again."""
    _editable(work, person)
    pairs = {(min(person, other), max(person, other)) for other in others if other != person}
    if not pairs:
        return
    people = {ref for pair in pairs for ref in pair}
    if len(set(work.session.scalars(select(Person.id).where(Person.id.in_(people))))) != len(people):
        raise OutOfReach
    known = work.session.execute(
        select(PersonNotSame.person_a, PersonNotSame.person_b).where(
            or_(PersonNotSame.person_a == person, PersonNotSame.person_b == person)
        )
    )
    staff = work.identity.staff if work.identity else None
    for one, other in sorted(pairs - {(row[0], row[1]) for row in known}):
        work.session.add(PersonNotSame(person_a=one, person_b=other, at=work.now, staff_id=staff))


def correct_identity(work: Work, *, person: uuid.UUID, identity: IdentityFacts, version: int) -> None:
    """Replace what is on file about who she is. Stale when `version` is not the section's."""
    row = _editable(work, person)
    if row.identity_version != version:
        raise Stale(row.identity_version)
    rules.check_identity(identity)
    row.identity = drawers.identity_document(identity)
    row.identity_version += 1
    _note_saved(work, row, Section.IDENTITY, row.identity_version)
    _index(work, row)


def save_contact(work: Work, *, person: uuid.UUID, contact: ContactFacts, version: int) -> None:
    """Replace what is on file about reaching her. Refused when nothing would lead back to her; Stale as above."""
    row = _editable(work, person)
    if row.contact_version != version:
        raise Stale(row.contact_version)
    before = drawers.contact_facts(row.contact)
    if before.protected_address:  # nobody saw it, so what came empty is as it was
        kept: dict[str, Any] = {name: getattr(contact, name) or getattr(before, name) for name in WITHHELD}
        contact = replace(contact, **kept)
    rules.check_contact(contact)
    row.contact = drawers.contact_document(contact)
    row.contact_version += 1
    _note_saved(work, row, Section.CONTACT, row.contact_version)
    _index(work, row)


def save_mobility(
    work: Work, *, person: uuid.UUID, mobility: MobilityFacts, version: int, health: HealthFacts | None = None
) -> None:
    """Replace what is on file about her journey and, if given, her health. Refused without a sensitive basis; Stale.

    What is asked in other sections and sealed beside it stays.
    """
    row = _editable(work, person)
    if row.mobility_version != version:
        raise Stale(row.mobility_version)
    rules.check_mobility(mobility, basis=row.sensitive_basis)
    row.status = row.status | drawers.mobility_document(mobility)
    if health is not None:
        rules.check_health(health, basis=row.sensitive_basis)
        row.health = drawers.plain_document(health)
    row.mobility_version += 1
    _note_saved(work, row, Section.MOBILITY, row.mobility_version)


def save_section(work: Work, *, person: uuid.UUID, section: Section, answers: Mapping[str, Any], version: int) -> None:
    """Write the answers given (by Question.path) and leave every other one as it is. Stale as above.

    Refused without a sensitive basis when any of them is sensitive, OutOfReach when it is not this account's to write.
    """
    row = _editable(work, person)
    now = section_version(work.session, row, section)
    if now != version:
        raise Stale(now)
    by_fact: dict[str, dict[str, Any]] = {}
    for path, value in answers.items():
        fact, _dot, name = path.partition(".")
        by_fact.setdefault(fact, {})[name] = value
    for fact, values in by_fact.items():
        _write_fact(work, row, fact, values)
    match section:
        case Section.IDENTITY:
            row.identity_version += 1
        case Section.CONTACT:
            row.contact_version += 1
        case Section.MOBILITY:
            row.mobility_version += 1
    _note_saved(work, row, section, now + 1)
    if not {"identity", "contact"}.isdisjoint(by_fact):
        _index(work, row)


def _move_protected_health(row: Person) -> None:
    """Needs that were noted among the others, before what tells of violence stood with what is protected."""
    if not rules.has_active_basis(row.sensitive_basis):
        return
    health = drawers.plain_facts(HealthFacts, row.health)
    moving = [code for code in health.health_needs if code in rules.PROTECTED_HEALTH]
    if not moving:
        return
    protected = drawers.plain_facts(ProtectedFacts, row.protected)
    stays = tuple(code for code in health.health_needs if code not in moving)
    joined = tuple(dict.fromkeys((*protected.health_needs, *moving)))
    row.health = drawers.plain_document(replace(health, health_needs=stays))
    row.protected = drawers.plain_document(replace(protected, health_needs=joined))


def _write_fact(work: Work, row: Person, fact: str, values: dict[str, Any]) -> None:
    basis = row.sensitive_basis
    if fact in {"health", "protected"}:
        _move_protected_health(row)
    match fact:
        case "notes":
            rules.check_account(values[""])
            row.notes = {"text": values[""]}
        case "identity":
            identity = replace(drawers.identity_facts(row.identity), **values)
            rules.check_identity(identity)
            row.identity = drawers.identity_document(identity)
        case "contact":
            contact = replace(drawers.contact_facts(row.contact), **values)
            rules.check_contact(contact)
            row.contact = drawers.contact_document(contact)
        case "mobility":
            mobility = replace(drawers.mobility_facts(row.status), **values)
            rules.check_mobility(mobility, basis=basis)
            row.status = row.status | drawers.mobility_document(mobility)
        case "standing":
            standing = replace(drawers.plain_facts(StandingFacts, row.status), **values)
            rules.check_standing(standing, basis=basis)
            row.status = row.status | drawers.plain_document(standing)
        case "health":
            health = replace(drawers.plain_facts(HealthFacts, row.health), **values)
            rules.check_health(health, basis=basis)
            row.health = drawers.plain_document(health)
        case "protected":
            work.require(Permission.PERSON_PROTECTED, desk=row.desk_id)
            protected = replace(drawers.plain_facts(ProtectedFacts, row.protected), **values)
            rules.check_protected(protected, basis=basis)
            row.protected = drawers.plain_document(protected)
        case "life":
            life = replace(drawers.plain_facts(LifeFacts, row.life), **values)
            rules.check_life(life)
            row.life = drawers.plain_document(life)
        case _:
            raise KeyError(fact)


def section_version(session: Session, row: Person, section: Section) -> int:
    """How often a section was saved, plus one: what a form must have read."""
    match section:
        case Section.IDENTITY:
            return row.identity_version
        case Section.CONTACT:
            return row.contact_version
        case Section.MOBILITY:
            return row.mobility_version
    saved = session.get(PersonSection, (row.id, section.value))
    return 1 if saved is None else saved.version


def save_notes(work: Work, *, person: uuid.UUID, text: str) -> None:
    """Replace the file's short note."""
    rules.check_account(text)
    _editable(work, person).notes = {"text": text}


def add_document(work: Work, *, person: uuid.UUID, new: NewDocument) -> uuid.UUID:
    """Note a paper she showed or told of."""
    row = _editable(work, person)
    already = work.session.scalar(
        select(func.count()).select_from(PersonDocument).where(PersonDocument.person_id == person)
    )
    rules.check_document(new, already=already or 0)
    paper = PersonDocument(person_id=person, person=row, added_at=work.now)
    work.session.add(paper)
    paper.document = drawers.paper_document(new)
    work.session.flush()
    _index(work, row)
    return paper.id


def change_document(work: Work, *, person: uuid.UUID, document: uuid.UUID, new: NewDocument) -> None:
    """Replace what is noted of a paper; OutOfReach when it is not one of hers."""
    row = _editable(work, person)
    paper = work.session.get(PersonDocument, document)
    if paper is None or paper.person_id != person:
        raise OutOfReach
    rules.check_document(new, already=0)
    paper.document = drawers.paper_document(new)
    work.session.flush()
    _index(work, row)


def remove_document(work: Work, *, person: uuid.UUID, document: uuid.UUID) -> None:
    """Take a paper off the file; OutOfReach when it is not one of hers."""
    row = _editable(work, person)
    paper = work.session.get(PersonDocument, document)
    if paper is None or paper.person_id != person:
        raise OutOfReach
    work.session.delete(paper)
    work.session.flush()
    _index(work, row)


def set_folio(work: Work, *, person: uuid.UUID, folio: str) -> None:
    """Give the folio, once and for all. Called by padron. Refused when she has another or it is somebody else's."""
    row = _locked(work, person)
    if row.folio == folio:
        return
    if row.folio is not None:
        raise Refused(Reason.FOLIO_FIXED, folio=row.folio)
    try:
        with work.session.begin_nested():
            row.folio = folio
    except IntegrityError:
        raise Refused(Reason.FOLIO_TAKEN) from None
    _index(work, row)


def set_sensitive_basis(work: Work, *, person: uuid.UUID, basis: str | None) -> None:
    """Under what basis sensitive facts are held ("consent"...); None when it ends. Called by consent.

    An ended basis closes what was sealed under it: it is neither shown nor changed until a basis is given again.
    """
    row = _locked(work, person)
    row.sensitive_basis = rules.basis_after(basis, before=row.sensitive_basis)


def touch_served(work: Work, *, person: uuid.UUID, desk: uuid.UUID) -> bool:
    """She is being served at `desk` now: her file moves there. Whether another kept it. Called by visits."""
    row = _locked(work, person)
    moved = row.desk_id != desk
    row.desk_id = desk
    row.last_served_at = max(row.last_served_at, work.now)
    return moved


def reindex(work: Work, *, person: uuid.UUID) -> None:
    """File her anew under what she is searched by; a file that was merged into another, under nothing. What an older
    version kept in another drawer moves to its own.

    Called by duplicates and the command line.
    """
    row = work.session.get_one(Person, person)
    _move_protected_health(row)
    if row.merged_into is None:
        _index(work, row)
    else:
        token_index.file_under(work.session, person, ())


def renew_sections(work: Work, *, person: uuid.UUID, sections: Iterable[Section]) -> None:
    """Count these sections as saved now, so that a form opened before does not save over it. Called by duplicates."""
    row = work.session.get_one(Person, person)
    for section in sections:
        version = section_version(work.session, row, section) + 1
        match section:
            case Section.IDENTITY:
                row.identity_version = version
            case Section.CONTACT:
                row.contact_version = version
            case Section.MOBILITY:
                row.mobility_version = version
        _note_saved(work, row, section, version)


def _editable(work: Work, person: uuid.UUID) -> Person:
    row = _locked(work, person)
    work.require(Permission.PERSON_EDIT, desk=row.desk_id)
    return row


def _note_saved(work: Work, row: Person, section: Section, version: int) -> None:
    saved = work.session.get(PersonSection, (row.id, section.value))
    if saved is None:
        saved = PersonSection(person_id=row.id, section=section.value)
        work.session.add(saved)
    saved.version, saved.saved_at = version, work.now
    saved.saved_by = work.identity.staff if work.identity else None


def _locked(work: Work, person: uuid.UUID) -> Person:
    # Locked on PostgreSQL, so that two saves of different sections wait for each other instead of failing.
    return work.hold(Person, person)


def _index(work: Work, person: Person) -> None:
    identity = drawers.identity_facts(person.identity)
    contact: dict[str, Any] = person.contact
    papers = work.session.scalars(select(PersonDocument).where(PersonDocument.person_id == person.id))
    others = [ExactId(ExactKind.DOCUMENT, paper.document.get("number", "")) for paper in papers]
    if person.folio:
        others.append(ExactId(ExactKind.FOLIO, person.folio))
    former = select(Person.folio).where(Person.merged_into == person.id, Person.folio.is_not(None))
    others += [ExactId(ExactKind.FOLIO, folio) for folio in work.session.scalars(former) if folio]
    exact = exact_ids(identity, (contact.get("phone", ""), contact.get("contact_phone", "")), others)
    token_index.file_under(work.session, person.id, search_keys(identity.names, identity.birth, exact=exact))

"""Writes of the people room: register, correct, papers, and what other rooms call (folio, sensitive basis, service)."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from referral.access.permissions import Permission
from referral.infra.sealed import new_data_key
from referral.infra.work import NotPermitted, OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.people import drawers, token_index
from referral.people.facts import ContactFacts, HealthFacts, IdentityFacts, MobilityFacts, NewDocument, NewPerson
from referral.people.models import Person, PersonDocument
from referral.people.queries import exact_ids
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
    work.session.add(person)
    person.data_key = new_data_key(person)
    person.identity = drawers.identity_document(new.identity)
    person.contact = drawers.contact_document(new.contact)
    work.session.flush()
    _index(work, person)
    return person.id


def correct_identity(work: Work, *, person: uuid.UUID, identity: IdentityFacts, version: int) -> None:
    """Replace what is on file about who she is. Stale when `version` is not the section's."""
    row = _editable(work, person)
    if row.identity_version != version:
        raise Stale(row.identity_version)
    rules.check_identity(identity)
    row.identity = drawers.identity_document(identity)
    row.identity_version += 1
    _index(work, row)


def save_contact(work: Work, *, person: uuid.UUID, contact: ContactFacts, version: int) -> None:
    """Replace what is on file about reaching her. Refused when nothing would lead back to her; Stale as above."""
    row = _editable(work, person)
    if row.contact_version != version:
        raise Stale(row.contact_version)
    rules.check_contact(contact)
    row.contact = drawers.contact_document(contact)
    row.contact_version += 1
    _index(work, row)


def save_mobility(
    work: Work, *, person: uuid.UUID, mobility: MobilityFacts, version: int, health: HealthFacts | None = None
) -> None:
    """Replace what is on file about her journey and, if given, her health. Refused without a sensitive basis; Stale."""
    row = _editable(work, person)
    if row.mobility_version != version:
        raise Stale(row.mobility_version)
    rules.check_mobility(mobility, basis=row.sensitive_basis)
    row.status = drawers.mobility_document(mobility)
    if health is not None:
        row.health = drawers.health_document(health)
    row.mobility_version += 1


def save_notes(work: Work, *, person: uuid.UUID, text: str) -> None:
    """Replace the file's short note."""
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


def touch_served(work: Work, *, person: uuid.UUID, desk: uuid.UUID) -> None:
    """She is being served at `desk` now: her file moves there. Called by visits."""
    row = _locked(work, person)
    row.desk_id = desk
    row.last_served_at = max(row.last_served_at, work.now)


def _editable(work: Work, person: uuid.UUID) -> Person:
    row = _locked(work, person)
    work.require(Permission.PERSON_EDIT, desk=row.desk_id)
    return row


def _locked(work: Work, person: uuid.UUID) -> Person:
    # Locked on PostgreSQL, so that two saves of different sections wait for each other instead of failing.
    row = work.session.scalar(select(Person).where(Person.id == person).with_for_update())
    if row is None:
        raise OutOfReach
    return row


def _index(work: Work, person: Person) -> None:
    identity = drawers.identity_facts(person.identity)
    contact: dict[str, Any] = person.contact
    papers = work.session.scalars(select(PersonDocument).where(PersonDocument.person_id == person.id))
    others = [ExactId(ExactKind.DOCUMENT, paper.document.get("number", "")) for paper in papers]
    if person.folio:
        others.append(ExactId(ExactKind.FOLIO, person.folio))
    exact = exact_ids(identity, (contact.get("phone", ""), contact.get("contact_phone", "")), others)
    token_index.file_under(work.session, person.id, search_keys(identity.names, identity.birth, exact=exact))

"""Writes of the documents room: papers noted, corrected, taken off; their files; the photograph and its permission."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import func, select

from referral.access.permissions import Permission
from referral.consent.actions import record_decision, withdraw
from referral.consent.facts import Decision, NewDecision, Purpose
from referral.consent.queries import has_consent
from referral.documents import photo_permission  # noqa: F401 - listens: the photograph goes with its permission
from referral.documents.facts import Cleaned
from referral.documents.models import PHOTO, SCAN, PersonScan
from referral.documents.queries import bytes_kept
from referral.documents.rules import files, papers
from referral.infra.sealed import seal_bytes
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.people import actions as people
from referral.people.actions import Stale
from referral.people.drawers import paper_facts
from referral.people.facts import NewDocument
from referral.people.models import Person, PersonDocument


def note_paper(work: Work, *, person: uuid.UUID, new: NewDocument) -> uuid.UUID:
    """Note a paper she showed or told of; who saw it and when is taken from the work. Its ref."""
    papers.check_paper(new, today=work.today)
    return people.add_document(work, person=person, new=_verified(work, new))


def change_paper(work: Work, *, person: uuid.UUID, document: uuid.UUID, new: NewDocument, edition: int) -> None:
    """Correct what is noted of a paper. OutOfReach when it is not hers; Stale when `edition` is not its own any more.

    Who saw it first stays, unless it was seen in another way now.
    """
    _editable(work, person)
    before = paper_facts(_own_paper(work, person, document).document)
    now = papers.edition(before)
    if edition != now:
        raise Stale(now)
    papers.check_paper(new, today=work.today)
    if new.seen == before.seen:
        new = replace(new, verified_by=before.verified_by, verified_on=before.verified_on)
    people.change_document(work, person=person, document=document, new=_verified(work, new))


def remove_paper(work: Work, *, person: uuid.UUID, document: uuid.UUID) -> None:
    """Take a paper and its files off; OutOfReach when it is not hers."""
    _editable(work, person)
    _own_paper(work, person, document)
    for scan in work.session.scalars(select(PersonScan).where(PersonScan.document_id == document)):
        work.session.delete(scan)
    work.session.flush()
    people.remove_document(work, person=person, document=document)


def keep_scans(
    work: Work, *, person: uuid.UUID, document: uuid.UUID | None, found: Iterable[Cleaned], most_megabytes: int
) -> list[uuid.UUID]:
    """Keep clean files with a paper, or (None) waiting for theirs to be noted. Refused past her quota; their refs."""
    row = _editable(work, person)
    if document is not None:
        _own_paper(work, person, document)
    kept = []
    for each in found:
        already = work.session.scalar(
            select(func.count())
            .select_from(PersonScan)
            .where(
                PersonScan.person_id == person,
                PersonScan.kind == SCAN,
                PersonScan.document_id.is_not_distinct_from(document),
            )
        )
        files.check_count(already or 0)
        files.check_room(bytes_kept(work.session, person), len(each.data), most_megabytes=most_megabytes)
        kept.append(_keep(work, row, SCAN, each, document).id)
    return kept


def attach_scans(work: Work, *, person: uuid.UUID, document: uuid.UUID, scans: Collection[uuid.UUID]) -> None:
    """Give waiting files to their paper. Refs that are not hers, or that have a paper already, are left alone."""
    _editable(work, person)
    _own_paper(work, person, document)
    if not scans:
        return
    waiting = work.session.scalars(
        select(PersonScan).where(
            PersonScan.id.in_(scans),
            PersonScan.person_id == person,
            PersonScan.kind == SCAN,
            PersonScan.document_id.is_(None),
        )
    )
    for scan in waiting:
        scan.document_id = document
    work.session.flush()


def remove_scan(work: Work, *, person: uuid.UUID, scan: uuid.UUID) -> None:
    """Delete one file for good; OutOfReach when it is not hers."""
    _editable(work, person)
    row = work.session.get(PersonScan, scan)
    if row is None or row.person_id != person or row.kind != SCAN:
        raise OutOfReach
    work.session.delete(row)


def keep_photo(work: Work, *, person: uuid.UUID, found: Cleaned, most_megabytes: int) -> uuid.UUID:
    """Keep her photograph in place of the one before. Refused without her permission, or past her quota."""
    row = _editable(work, person)
    if not has_consent(work.session, person, Purpose.PHOTO, today=work.today):
        raise Refused(files.Reason.PHOTO_WITHOUT_CONSENT, field="allows")
    used = bytes_kept(work.session, person, but_photo=True)
    files.check_room(used, len(found.data) + len(found.small), most_megabytes=most_megabytes)
    forget_photo(work, person=person)
    return _keep(work, row, PHOTO, found, None).id


def forget_photo(work: Work, *, person: uuid.UUID) -> None:
    """Delete her photograph for good. The caller has already decided that it may."""
    row = work.session.scalar(select(PersonScan).where(PersonScan.person_id == person, PersonScan.kind == PHOTO))
    if row is not None:
        work.session.delete(row)
        work.session.flush()


def answer_photo(work: Work, *, person: uuid.UUID, decision: Decision, how: str = "") -> None:
    """Record whether she allows a photograph. Anything but a yes deletes the one on file. Refused as consent does."""
    record_decision(work, person=person, new=NewDecision(Purpose.PHOTO, decision, how=how))


def withdraw_photo(work: Work, *, person: uuid.UUID) -> None:
    """End her permission and delete the photograph, in one work. The permission's row stays as proof that she asked."""
    _editable(work, person)
    if has_consent(work.session, person, Purpose.PHOTO, today=work.today):
        withdraw(work, person=person, purpose=Purpose.PHOTO)
    forget_photo(work, person=person)


def _keep(work: Work, person: Person, kind: str, found: Cleaned, document: uuid.UUID | None) -> PersonScan:
    row = PersonScan(
        person_id=person.id,
        document_id=document,
        kind=kind,
        media_type=found.media_type,
        size=len(found.data) + len(found.small),
        width=found.width,
        height=found.height,
        pages=found.pages,
        added_at=work.now,
        staff_id=work.identity.staff if work.identity else None,
    )
    work.session.add(row)
    seal_bytes(row, "bytes_sealed", found.data, holder=person)
    if found.small:
        seal_bytes(row, "small_sealed", found.small, holder=person)
    work.session.flush()
    return row


def _verified(work: Work, new: NewDocument) -> NewDocument:
    if not new.seen:
        return replace(new, verified_by=None, verified_on=None)
    if new.verified_by is not None:
        return new
    staff = work.identity.staff if work.identity else None
    return replace(new, verified_by=staff, verified_on=work.today)


def _own_paper(work: Work, person: uuid.UUID, document: uuid.UUID) -> PersonDocument:
    paper = work.session.get(PersonDocument, document)
    if paper is None or paper.person_id != person:
        raise OutOfReach
    return paper


def _editable(work: Work, person: uuid.UUID) -> Person:
    row = work.session.scalar(select(Person).where(Person.id == person).with_for_update())
    if row is None:
        raise OutOfReach
    work.require(Permission.PERSON_EDIT, desk=row.desk_id)
    return row

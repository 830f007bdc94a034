"""Reads of the documents room: papers with their files, one file's bytes, the photograph if she allows it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import holds
from referral.consent.facts import Purpose
from referral.consent.queries import has_consent, people_allowing
from referral.documents.facts import FileSent, PaperOnFile, ScanLine
from referral.documents.models import PHOTO, SCAN, PersonScan
from referral.infra.db import bare, within
from referral.infra.sealed import open_bytes
from referral.infra.work import OutOfReach
from referral.people.facts import DocumentLine
from referral.people.models import Person
from referral.staff.models import Staff


def papers_of(session: Session, lines: Sequence[DocumentLine], scans: Iterable[ScanLine]) -> list[PaperOnFile]:
    """The papers of her record (people.queries) with their files (scans_of) and who saw them, in one statement."""
    files: dict[uuid.UUID | None, list[ScanLine]] = defaultdict(list)
    for scan in scans:
        files[scan.document].append(scan)
    seen = [line.verified_by for line in lines if line.verified_by is not None]
    names: dict[uuid.UUID, str] = {}
    if seen:
        names = {row.id: row.name for row in session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(seen)))}
    return [
        PaperOnFile(line, tuple(files[line.ref]), names.get(line.verified_by, "") if line.verified_by else "")
        for line in lines
    ]


def scans_of(session: Session, person: uuid.UUID, *, document: uuid.UUID | None = None) -> list[ScanLine]:
    """Her files without their bytes, oldest first; of one paper when it is named. No photograph among them."""
    asked = select(
        PersonScan.id,
        PersonScan.document_id,
        PersonScan.media_type,
        PersonScan.size,
        PersonScan.pages,
        PersonScan.added_at,
    ).where(PersonScan.person_id == person, PersonScan.kind == SCAN)
    if document is not None:
        asked = asked.where(PersonScan.document_id == document)
    rows = session.execute(asked.order_by(PersonScan.added_at, PersonScan.id))
    return [ScanLine(row.id, row.document_id, row.media_type, row.size, row.pages, row.added_at) for row in rows]


def bytes_kept(session: Session, person: uuid.UUID, *, but_photo: bool = False) -> int:
    """How much of her quota is used."""
    total = select(func.coalesce(func.sum(PersonScan.size), 0)).where(PersonScan.person_id == person)
    return int(session.scalar(total.where(PersonScan.kind != PHOTO) if but_photo else total) or 0)


def scan_file(session: Session, reach: Reach, *, person: uuid.UUID, scan: uuid.UUID) -> FileSent:
    """One file of a paper. OutOfReach when it is not hers, or another desk keeps her file."""
    return _opened(session, PersonScan.bytes_sealed, _row(session, reach, PersonScan.bytes_sealed, person, scan))


def photo_of(session: Session, person: uuid.UUID, *, today: date) -> uuid.UUID | None:
    """Her photograph's ref, while she allows it to be kept; one statement where there is none, two where there is.

    The caller has already decided that the person is within reach.
    """
    ref = session.scalar(select(PersonScan.id).where(PersonScan.person_id == person, PersonScan.kind == PHOTO))
    if ref is None or not has_consent(session, person, Purpose.PHOTO, today=today):
        return None
    return ref


def photos_among(
    session: Session, identity: Identity, people: Collection[uuid.UUID], *, today: date
) -> frozenset[uuid.UUID]:
    """Who of these people, each of this account's desk, has a photograph that it may see.

    One statement where nobody has one, two where somebody does.
    """
    if not people or not holds(identity, Permission.SCAN_VIEW):
        return frozenset()
    found = [row.person_id for row in bare(session, _with_photo(), {"people": list(people)})]
    return people_allowing(session, found, Purpose.PHOTO, today=today) if found else frozenset()


def has_photo(session: Session, person: uuid.UUID) -> bool:
    """Whether one is kept, for a caller who knows that she allows it."""
    return bare(session, _with_photo(), {"people": [person]}).first() is not None


@cache
def _with_photo() -> Select[*tuple[Any, ...]]:
    among = PersonScan.person_id.in_(bindparam("people", expanding=True))
    return select(PersonScan.person_id).where(among, PersonScan.kind == PHOTO)


def photo_bytes(session: Session, person: uuid.UUID, *, today: date, small: bool = False) -> bytes | None:
    """Her photograph as JPEG (480 by 640, or 120 by 160 when `small`), while she allows it. For papers too."""
    ref = photo_of(session, person, today=today)
    if ref is None:
        return None
    column = PersonScan.small_sealed if small else PersonScan.bytes_sealed
    row = session.execute(_with_key(column).where(PersonScan.id == ref)).one()
    return _opened(session, column, row).data


def photo_file(session: Session, reach: Reach, person: uuid.UUID, *, today: date, small: bool) -> FileSent:
    """The photograph for a page. OutOfReach when there is none that may be shown to this account."""
    ref = photo_of(session, person, today=today)
    if ref is None:
        raise OutOfReach
    column = PersonScan.small_sealed if small else PersonScan.bytes_sealed
    return _opened(session, column, _row(session, reach, column, person, ref, kind=PHOTO))


def _with_key(column: InstrumentedAttribute[Any]) -> Any:
    return select(
        PersonScan.id, PersonScan.media_type, column.label("sealed"), Person.id.label("person"), Person.data_key
    ).join(Person, Person.id == PersonScan.person_id)


def _row(
    session: Session,
    reach: Reach,
    column: InstrumentedAttribute[Any],
    person: uuid.UUID,
    scan: uuid.UUID,
    *,
    kind: str = SCAN,
) -> Row[Any]:
    row: Row[Any] | None = session.execute(
        _with_key(column).where(
            PersonScan.id == scan,
            PersonScan.person_id == person,
            PersonScan.kind == kind,
            within(reach, desk=Person.desk_id),
        )
    ).one_or_none()
    if row is None:
        raise OutOfReach
    return row


def _opened(session: Session, column: InstrumentedAttribute[Any], row: Row[Any]) -> FileSent:
    data = open_bytes(
        session,
        PersonScan.__tablename__,
        column.key,
        row.id,
        holder=f"{Person.__tablename__}|{row.person}",
        data_key=row.data_key,
        sealed=row.sealed,
    )
    return FileSent(row.media_type, data)

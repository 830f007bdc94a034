"""Reads of the audit trail: changes and readings together, newest first, as far as the reader's reach goes."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    cast,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from referral.access.permissions import Permission
from referral.access.reach import Reach, Scope
from referral.access.table import holds, reach_of
from referral.infra.audit import AccessEntry, AuditEntry
from referral.infra.work import OutOfReach
from referral.kernel.clock import day_start
from referral.people.queries.cards import person_by_folio, require_person
from referral.staff.models import Staff
from referral.trail.facts import Kind, TrailFilter, TrailLine, TrailPage


def trail_page(session: Session, reach: Reach, asked: TrailFilter, *, page: int, per_page: int) -> TrailPage:
    """A page of what was changed and read, in one statement. `reach`: own acts, those of a desk's accounts, or all."""
    most = page * per_page + 1
    parts = [
        part
        for kind, part in ((Kind.CHANGE, _changes(reach, asked)), (Kind.READING, _readings(reach, asked)))
        if asked.kind in {None, kind}
    ]
    # Each part is cut before they are laid together, so that its index serves.
    cut = [_newest(part, most) for part in parts]
    whole = union_all(*cut).subquery()
    found = (
        select(whole, Staff.name.label("staff_name"), Staff.role.label("role_now"))
        .outerjoin(Staff, Staff.id == whole.c.staff_id)
        .order_by(whole.c.at.desc(), whole.c.id.desc())
        .offset((page - 1) * per_page)
        .limit(per_page + 1)
    )
    rows = session.execute(found).all()
    return TrailPage(tuple(map(_line, rows[:per_page])), page, has_more=len(rows) > per_page)


def person_of_folio(session: Session, reach: Reach, folio: str) -> uuid.UUID | None:
    """Whose file has this folio, for who may know it: data protection, and the desk that keeps the file.

    Others read the trail by pseudonyms, and a folio would tell whose they are.
    """
    person = person_by_folio(session, folio)
    if person is None or holds(reach.identity, Permission.PRIVACY_REVIEW):
        return person
    try:
        require_person(session, reach_of(reach.identity, Permission.PERSON_VIEW), person)
    except OutOfReach:
        return None
    return person


def _changes(reach: Reach, asked: TrailFilter) -> Select[*tuple[Any, ...]]:
    entry = AuditEntry
    columns = (entry.id, entry.at, entry.staff_id, entry.role, entry.action, entry.verb, entry.table_name)
    wanted = select(*columns, entry.person_id, entry.fields).where(
        *_limits(asked, entry.at, entry.staff_id, entry.person_id), _within(reach, entry.staff_id)
    )
    return wanted.where(entry.action == asked.action) if asked.action else wanted


def _readings(reach: Reach, asked: TrailFilter) -> Select[*tuple[Any, ...]]:
    entry = AccessEntry
    nothing = literal("", String)
    columns = (
        entry.id,
        entry.at,
        entry.staff_id,
        nothing.label("role"),
        entry.what.label("action"),
        nothing.label("verb"),
        nothing.label("table_name"),
        entry.person_id,
        cast(null(), JSON).label("fields"),
    )
    wanted = select(*columns).where(
        *_limits(asked, entry.at, entry.staff_id, entry.person_id), _within(reach, entry.staff_id)
    )
    return wanted.where(entry.what == asked.action) if asked.action else wanted


def _limits(
    asked: TrailFilter,
    at: InstrumentedAttribute[Any],
    staff: InstrumentedAttribute[Any],
    person: InstrumentedAttribute[Any],
) -> list[ColumnElement[bool]]:
    limits = [at >= day_start(asked.first), at < day_start(asked.last + timedelta(days=1))]
    if asked.staff is not None:
        limits.append(staff == asked.staff)
    if asked.person is not None:
        limits.append(person == asked.person)
    return limits


def _within(reach: Reach, staff: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    match reach.scope:
        case Scope.ALL:
            return true()
        case Scope.OWN:
            return and_(true(), staff == reach.identity.staff)
        case Scope.DESK if reach.identity.desk is not None:
            return and_(true(), staff.in_(select(Staff.id).where(Staff.desk_id == reach.identity.desk)))
        case _:
            raise OutOfReach


def _newest(part: Select[*tuple[Any, ...]], most: int) -> Select[*tuple[Any, ...]]:
    columns = part.selected_columns
    return select(part.order_by(columns.at.desc(), columns.id.desc()).limit(most).subquery())


def _line(row: Row[*tuple[Any, ...]]) -> TrailLine:
    return TrailLine(
        ref=row.id,
        at=row.at,
        kind=Kind.CHANGE if row.verb else Kind.READING,
        staff=row.staff_id,
        staff_name=row.staff_name or "",
        role=row.role or row.role_now or "",
        action=row.action,
        verb=row.verb,
        table=row.table_name,
        person=row.person_id,
        fields=tuple(row.fields or ()),
    )

"""Reads of the seals: what is not closed yet, what a seal closes, what entered behind it, when all was last checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from referral.infra.audit import AccessEntry, AuditEntry
from referral.kernel.clock import local_day
from referral.trail.facts import Broken, Fault, Leaf, Seal, Sealable, Standing
from referral.trail.models import AuditCheck, AuditLeaf, AuditSeal
from referral.trail.rules.digests import LATE, row_digest

_TABLES: dict[Sealable, Any] = {Sealable.CHANGES: AuditEntry.__table__, Sealable.READINGS: AccessEntry.__table__}
# What a digest is of, in this order: changing either breaks every seal ever made. The id and the time come first.
SEALED: dict[Sealable, str] = {
    Sealable.CHANGES: "id at staff_id desk_id role action verb table_name row_id person_id fields",
    Sealable.READINGS: "id at staff_id person_id what",
}


def alone(session: Session) -> None:
    """Wait for another run that is sealing. On SQLite whoever writes is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("LOCK TABLE audit_seal IN EXCLUSIVE MODE")


def open_rows(session: Session, kind: Sealable, *, since: datetime, most: int) -> list[Leaf]:
    """The oldest rows under no seal, of this time or later."""
    table = _TABLES[kind]
    wanted = (
        _unsealed(select(*_columns(kind)), table)
        .where(table.c.at >= since)
        .order_by(table.c.at, table.c.id)
        .limit(most)
    )
    return [Leaf(row.id, row.at, row_digest(kind, tuple(row))) for row in session.connection().execute(wanted)]


def last_seal(session: Session, kind: Sealable | None = None) -> Seal | None:
    """The newest seal, of one table or of all."""
    newest = select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)
    row = session.scalars(newest if kind is None else newest.where(AuditSeal.kind == kind)).one_or_none()
    return None if row is None else _seal(row)


def oldest_open(session: Session, kind: Sealable) -> datetime | None:
    """The time of the oldest row under no seal. It looks at every row of the table: not for a page."""
    table = _TABLES[kind]
    found: datetime | None = session.scalar(_unsealed(select(func.min(table.c.at)), table))
    return found


def seals_after(session: Session, number: int, *, most: int) -> list[Seal]:
    """The next seals, in their order."""
    wanted = select(AuditSeal).where(AuditSeal.number > number).order_by(AuditSeal.number).limit(most)
    return [_seal(row) for row in session.scalars(wanted)]


def leaves_of(session: Session, seal: Seal) -> list[Leaf]:
    """Every row that a seal closed, as it was and as it is. One statement."""
    table = _TABLES[seal.kind]
    joined = (
        select(*_columns(seal.kind), AuditLeaf.row, AuditLeaf.digest)
        .select_from(AuditLeaf)
        .outerjoin(table, table.c.id == AuditLeaf.row)
    )
    rows = session.connection().execute(joined.where(AuditLeaf.seal == seal.number))
    return [
        Leaf(ref, values[1], then, None if values[0] is None else row_digest(seal.kind, values))
        for *values, ref, then in rows
    ]


def rows_behind(session: Session, kind: Sealable, *, most: int) -> Iterator[Broken]:
    """Rows under no seal that entered too late for any. It looks at every older row: not for a page."""
    table, last = _TABLES[kind], last_seal(session, kind)
    if last is None:
        return
    wanted = _unsealed(select(table.c.id, table.c.at), table).where(table.c.at < last.reached - LATE)
    for ref, at in session.connection().execute(wanted.order_by(table.c.at, table.c.id).limit(most)):
        yield Broken(Fault.ROW_ADDED, row=ref, day=local_day(at))


def standing(session: Session) -> Standing:
    """When the trail was last sealed and checked. Two statements."""
    sealed_at = session.scalar(select(func.max(AuditSeal.at)))
    row = session.scalars(select(AuditCheck).order_by(AuditCheck.at.desc(), AuditCheck.id.desc()).limit(1)).first()
    if row is None:
        return Standing(sealed_at, None, None)
    return Standing(sealed_at, row.at, Broken(Fault(row.fault), row.seal, row.row) if row.fault else None)


def _columns(kind: Sealable) -> list[Any]:
    return [_TABLES[kind].c[name] for name in SEALED[kind].split()]


def _unsealed(rows: Select[*tuple[Any, ...]], table: Table) -> Select[*tuple[Any, ...]]:
    return rows.outerjoin_from(table, AuditLeaf.__table__, AuditLeaf.row == table.c.id).where(AuditLeaf.row.is_(None))


def _seal(row: AuditSeal) -> Seal:
    return Seal(
        row.number,
        Sealable(row.kind),
        row.at,
        row.count,
        row.first_row,
        row.last_row,
        row.reached,
        row.previous,
        row.digest,
    )

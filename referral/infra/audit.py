"""The audit trail: each change of an audited row leaves an entry in its transaction. Field names, never values."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, JSON, Index, String, event, insert, inspect
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column

from referral.infra.db import Base, DeskSession, Keyed
from referral.infra.sealed import CHANGED
from referral.kernel.refs import new_ref


class OutsideWork(Exception):
    """Something tried to change or commit rows outside a unit of work; open one at the edge."""


class AuditEntry(Keyed):
    """One row changed: who, when, in which named action, which row, which fields. Append only."""

    __tablename__ = "audit_entry"
    __audited__ = False
    __table_args__ = (
        Index("ix_audit_entry_person_at", "person_id", "at"),
        Index("ix_audit_entry_staff_at", "staff_id", "at"),
        Index("ix_audit_entry_at", "at"),  # the page of the trail, for who reads everybody's
    )

    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID | None]
    desk_id: Mapped[uuid.UUID | None]
    role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(60))
    verb: Mapped[str] = mapped_column(String(10))
    table_name: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[uuid.UUID | None]
    fields: Mapped[list[str]] = mapped_column(JSON)


_ENTRIES = insert(AuditEntry.__table__)  # type: ignore[arg-type]


class AccessEntry(Keyed):
    """Somebody opened a person's record: who, whose, what part. Written before the page is answered."""

    __tablename__ = "access_entry"
    __audited__ = False
    __table_args__ = (
        Index("ix_access_entry_person_at", "person_id", "at"),
        Index("ix_access_entry_staff_at", "staff_id", "at"),
        Index("ix_access_entry_at", "at"),
    )

    at: Mapped[datetime]
    staff_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    what: Mapped[str] = mapped_column(String(40))


_REFUSAL = "rows of the audit trail are never changed"
_ON_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
_ON_POSTGRESQL = (
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
)
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
$body$ BEGIN RAISE EXCEPTION '{refusal}'; END $body$
"""


def append_only(model: type[Base]) -> None:
    """Let the database itself refuse to change or delete rows of a table, whoever asks. For tables of the trail.

    What has to be forgotten one day hangs elsewhere: a row of the trail holds refs and names of fields, never a value.
    """
    for dialect, statements in triggers(model.__tablename__).items():
        for statement in statements:
            made = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
            event.listen(model.__table__, "after_create", made)


def triggers(table: str) -> dict[str, tuple[str, ...]]:
    """The statements that make a table append only, by dialect; migrations run the same."""
    words = {"table": table, "name": "audit_stays", "refusal": _REFUSAL}
    sqlite = (_ON_SQLITE.format(verb=verb, act=verb.upper(), **words).strip() for verb in ("update", "delete"))
    postgresql = (_FUNCTION.format(**words).strip(), _ON_POSTGRESQL.format(**words))
    return {"sqlite": tuple(sqlite), "postgresql": postgresql}


append_only(AuditEntry)
append_only(AccessEntry)


def _changed_fields(row: Any) -> list[str]:
    state = inspect(row)
    columns, attributes = state.mapper.column_attrs, state.attrs
    # What was never set has no history to ask for: most columns of most rows.
    names = {key for key in state.committed_state if key in columns and attributes[key].history.has_changes()}
    return sorted(names | state.info.pop(CHANGED, set()))


@event.listens_for(DeskSession, "before_flush")
def _only_inside_work(session: Session, _context: UOWTransaction, _rows: object) -> None:
    if "work" not in session.info and (session.new or session.deleted or any(map(session.is_modified, session.dirty))):
        raise OutsideWork("a row changed outside a unit of work")


@event.listens_for(DeskSession, "after_flush")
def _write_entries(session: Session, _context: UOWTransaction) -> None:
    # after_flush and not before: client-side keys and defaults are in place, and attribute history is still there.
    work = session.info["work"]
    entries = []
    for verb, rows in (("insert", session.new), ("update", session.dirty), ("delete", session.deleted)):
        for row in rows:
            if not row.__audited__ or (verb == "update" and not session.is_modified(row)):
                continue
            key = inspect(row).identity or inspect(row).mapper.primary_key_from_instance(row)
            entries.append(
                {
                    "id": new_ref(),
                    "at": work.now,
                    "staff_id": work.identity.staff if work.identity else None,
                    "desk_id": work.identity.desk if work.identity else None,
                    "role": work.identity.role.value if work.identity else "system",
                    "action": work.action,
                    "verb": verb,
                    "table_name": row.__tablename__,
                    "row_id": "|".join(map(str, key)),
                    "person_id": row.id if row.__tablename__ == "person" else getattr(row, "person_id", None),
                    "fields": [] if verb == "delete" else _changed_fields(row),
                }
            )
    if entries:
        session.connection().execute(_ENTRIES, entries)


@event.listens_for(DeskSession, "before_commit")
def _commit_belongs_to_work(session: Session) -> None:
    if "work" not in session.info:
        raise OutsideWork("commit outside a unit of work")


@event.listens_for(DeskSession, "do_orm_execute")
def _no_bulk_writes(state: ORMExecuteState) -> None:
    # Bulk UPDATE and DELETE pass by the listener above, so they would leave no entry.
    if (state.is_update or state.is_delete) and state.bind_mapper is not None and state.bind_mapper.class_.__audited__:
        raise OutsideWork(
            f"bulk change of {state.bind_mapper.class_.__tablename__}; load the rows and change them one by one"
        )

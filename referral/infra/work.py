"""Reading and writing: reading() and unit_of_work() are opened by a view, a command or a job. Nothing else commits."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Insert, Select, String, Uuid, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import reach_of, scope_of
from referral.infra.audit import AccessEntry
from referral.infra.db import Base, Database, Keyed
from referral.infra.readings import Seen
from referral.kernel.refs import new_ref

Row = TypeVar("Row", bound=Keyed)


class NoDatabase(LookupError):
    """No database is being served here: open one with serving(...) first."""


class WorkInsideWork(Exception):
    """A unit of work inside another one: the inner one would commit half of the outer."""


class WorkWhileReading(Exception):
    """A GET tried to write."""


class OutOfReach(Exception):
    """The row does not exist or is not this account's to see; both look the same from outside (404)."""


class NotPermitted(Exception):
    """The account's role does not hold the permission (403)."""


class AlreadyDone(Exception):
    """The same form was sent twice; `location` is where the first answer led."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


class TokenReused(Exception):
    """A one-use form token came back with other contents (409)."""


class OnceToken(Base):
    """A form that creates something carries a one-use token; this remembers it and where its answer led."""

    __tablename__ = "once_token"
    __audited__ = False

    token: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime]
    body_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(300), default="")


@dataclass(frozen=True, slots=True)
class OnceKey:
    """The token of a form and a hash of what was typed in it (hex)."""

    token: uuid.UUID
    body_hash: str


@dataclass(slots=True)
class Reading:
    """What a page needs to read: session, who asks, the time. `saw` notes that a person's record was opened."""

    session: Session
    identity: Identity | None
    now: datetime
    today: date
    _seen: set[Seen] = field(default_factory=set)

    def reach(self, permission: Permission) -> Reach:
        """The rows this account may touch with `permission`."""
        if self.identity is None:
            raise NotPermitted(permission)
        return reach_of(self.identity, permission)

    def saw(self, person: uuid.UUID, what: str) -> None:
        """Log that this account read this part of this person's record."""
        self._seen.add((person, what))


@dataclass(slots=True)
class Work(Reading):
    """One transaction: a named action by one account. `location` is where its answer leads, kept for double submits."""

    action: str = ""
    location: str = ""
    _after: list[Callable[[], None]] = field(default_factory=list)
    # The session alone would forget a row as soon as nobody points at it, and ask for it again.
    _held: dict[tuple[type[Keyed], uuid.UUID], Any] = field(default_factory=dict)

    def after_commit(self, job: Callable[[], None]) -> None:
        """Run `job` once the transaction is on disk; never when it is rolled back."""
        self._after.append(job)

    def hold(self, model: type[Row], ref: uuid.UUID) -> Row:
        """The row as it stands, locked until the work ends; asked for once a work. OutOfReach when there is none."""
        row: Row | None = self.held(model, ref)
        if row is not None:
            return row
        row = self.session.scalar(_locking(model), {"ref": ref})
        if row is None:
            raise OutOfReach
        return self.keep(row)

    def held(self, model: type[Row], ref: uuid.UUID) -> Row | None:
        """The row if this work holds it already. No statement."""
        row: Row | None = self._held.get((model, ref))
        return row

    def keep(self, row: Row) -> Row:
        """Count a row as held that this work has made, so that nobody else can have it, or has locked itself."""
        self._held[type(row), row.id] = row
        return row

    def require(self, permission: Permission, **row: uuid.UUID | None) -> None:
        """Check the permission with the row's real desk, staff or organization. NotPermitted or OutOfReach."""
        if self.identity is None:  # a command or a job: the system itself
            return
        if scope_of(self.identity.role, permission) is None:
            raise NotPermitted(permission)
        if not reach_of(self.identity, permission).covers(**row):
            raise OutOfReach


@dataclass(frozen=True, slots=True)
class _Served:
    database: Database
    identity: Identity | None
    read_only: bool


_served: ContextVar[_Served | None] = ContextVar("served", default=None)
_open_work: ContextVar[Work | None] = ContextVar("open_work", default=None)
_NOTED = insert(AccessEntry.__table__)  # type: ignore[arg-type]
_ONCE: Any = OnceToken.__table__
_CLAIM: dict[str, Insert] = {
    "sqlite": sqlite.insert(_ONCE).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_ONCE).on_conflict_do_nothing(),
}
_COUNTED = {"preserve_rowcount": True}
_CLAIMED = select(_ONCE.c.staff_id, _ONCE.c.body_hash, _ONCE.c.location).where(_ONCE.c.token == bindparam("asked"))
_LED_TO = update(_ONCE).where(_ONCE.c.token == bindparam("asked")).values(location=bindparam("location"))


@contextmanager
def serving(database: Database, identity: Identity | None = None, *, read_only: bool = False) -> Iterator[None]:
    """Make `database` the one that reading() and unit_of_work() open, on behalf of `identity` (None: the system)."""
    token = _served.set(_Served(database, identity, read_only))
    try:
        yield
    finally:
        _served.reset(token)


@contextmanager
def reading() -> Iterator[Reading]:
    """A read-only transaction. Readings noted with `saw` are written as the block ends, before anything is answered."""
    served = _get_served()
    clock = served.database.clock
    with served.database.session(writing=False) as session:
        desk = Reading(session, served.identity, clock.now(), clock.today())
        yield desk
    if desk._seen and served.identity is not None:
        _note_readings(served.database, served.identity.staff, desk)


@contextmanager
def unit_of_work(action: str, *, once: OnceKey | None = None) -> Iterator[Work]:
    """One transaction for one named action ("people.register"). Commits on leaving, rolls back on any exception.

    With `once`, a second submit of the same form raises AlreadyDone instead of doing it twice.
    """
    served = _get_served()
    if _open_work.get() is not None:
        raise WorkInsideWork(action)
    if served.read_only:
        raise WorkWhileReading(action)
    clock = served.database.clock
    with served.database.session(writing=True) as session:
        work = Work(session, served.identity, clock.now(), clock.today(), action=action)
        session.info["work"] = work
        marker = _open_work.set(work)
        try:
            if once is not None:
                _claim(work, once)
            yield work
            if once is not None:
                session.connection().execute(_LED_TO, {"asked": once.token, "location": work.location})
            session.flush()
            if work._seen and work.identity is not None:
                session.connection().execute(_NOTED, _access_rows(work.identity.staff, sorted(work._seen), work.now))
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            _open_work.reset(marker)
    for job in work._after:
        job()


def _get_served() -> _Served:
    served = _served.get()
    if served is None:
        raise NoDatabase
    return served


@cache
def _locking(model: type[Row]) -> Select[Row]:
    row = select(model).where(model.id == bindparam("ref", type_=Uuid)).with_for_update()
    return row.execution_options(populate_existing=True)  # over what this session read before it had the lock


def _claim(work: Work, once: OnceKey) -> None:
    staff = work.identity.staff if work.identity else None
    connection = work.session.connection()
    token = {"token": once.token, "staff_id": staff, "at": work.now, "body_hash": once.body_hash, "location": ""}
    # On PostgreSQL this waits for another submit of the same form, as the whole work does on SQLite.
    if connection.execute(_CLAIM[connection.dialect.name], token, execution_options=_COUNTED).rowcount:
        return
    known = connection.execute(_CLAIMED, {"asked": once.token}).one()
    if known.body_hash != once.body_hash or known.staff_id != staff:
        raise TokenReused
    raise AlreadyDone(known.location)


def _access_rows(staff: uuid.UUID, seen: Iterable[Seen], at: datetime) -> list[dict[str, object]]:
    return [{"id": new_ref(), "at": at, "staff_id": staff, "person_id": person, "what": what} for person, what in seen]


def _note_readings(database: Database, staff: uuid.UUID, desk: Reading) -> None:
    """Put on disk what this account has not read lately."""
    fresh = database.readings.fresh(staff, desk._seen, desk.now)
    if fresh:
        with database.technical() as connection:
            connection.execute(_NOTED, _access_rows(staff, fresh, desk.now))
        database.readings.noted(staff, fresh, desk.now)


def served_now() -> datetime:
    """The instant by the served clock: for what is open only for a while."""
    return _get_served().database.clock.now()


def served_today() -> date:
    """Today in the city by the served clock: for forms, which judge dates before any transaction is opened."""
    return _get_served().database.clock.today()

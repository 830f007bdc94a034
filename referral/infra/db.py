"""Engine, declarative base, column types. Writing transactions start so that no update can be lost."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, TypeVarTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Select,
    TypeDecorator,
    Uuid,
    and_,
    create_engine,
    event,
    false,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, Session, mapped_column, sessionmaker

from referral.access.reach import Reach
from referral.infra.crypto import Vault
from referral.infra.readings import Readings
from referral.kernel.clock import Clock
from referral.kernel.refs import new_ref

Columns = TypeVarTuple("Columns")


class UnsafeDatabase(Exception):
    """The database would acknowledge a write before it is on disk; start-up stops."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes, stored in UTC without a zone so that both engines order them alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a naive datetime: nobody could tell which zone it meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database; take it from the clock")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back to an aware datetime."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Parent of every table. `__audited__ = False` marks the technical ones (tokens, sessions, counters)."""

    __audited__ = True
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, uuid.UUID: Uuid}


class Keyed(Base):
    """Parent of tables with a UUIDv7 key, known from the moment the row is made (the audit and the drawers need it)."""

    __abstract__ = True
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, sort_order=-10)

    def __init__(self, **values: Any) -> None:
        values.setdefault("id", new_ref())
        super().__init__(**values)


@dataclass(frozen=True, slots=True)
class Database:
    """An open database with what every session needs."""

    engine: Engine
    vault: Vault
    clock: Clock
    readings: Readings = field(init=False, repr=False, compare=False, default_factory=Readings)
    reader: Engine = field(init=False, repr=False, compare=False)  # the same, for plain transactions that only read

    def __post_init__(self) -> None:
        object.__setattr__(self, "reader", self.engine.execution_options(**_READ_ONLY))

    def session(self, *, writing: bool) -> Session:
        """A new session; one that does not write opens a plain, read-only transaction."""
        return _sessions(bind=self.engine if writing else self.reader, info={"vault": self.vault})

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """A read-only connection for one statement over bare columns: half the cost of a session."""
        with self.reader.connect() as connection:
            yield connection

    @contextmanager
    def technical(self) -> Iterator[Connection]:
        """A short transaction for technical tables (session clock, counters), outside any unit of work."""
        with self.engine.begin() as connection:
            yield connection


class DeskSession(Session):
    """A session whose commit belongs to the unit of work alone."""


# The cache is per connection, and each thread holds one. At 8 MB no page was faster, and a server held 10 MB more.
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000", "cache_size=-2000")
_READ_ONLY = {"ventanilla_read_only": True, "postgresql_readonly": True}
_sessions = sessionmaker(class_=DeskSession, expire_on_commit=False)


def open_database(url: str, vault: Vault, clock: Clock) -> Database:
    """Open the database at `url` (sqlite:/// or postgresql+psycopg://); UnsafeDatabase if it does not keep its word."""
    options: dict[str, Any] = {"connect_args": {"timeout": 20}} if url.startswith("sqlite") else {"pool_size": 8}
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        # Made here so that nobody else on the machine can read it; its journal files take the same rights.
        Path(engine.url.database or "").touch(mode=0o600)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return Database(engine, vault, clock)


def check_durable(engine: Engine) -> None:
    """Refuse a database that could lose an acknowledged write (shared/design/assurance.md, decision 1)."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            level = connection.execute(text("PRAGMA synchronous")).scalar()
            if level is None or level < 2:
                raise UnsafeDatabase("SQLite must run with synchronous=FULL; a power cut would lose saved records.")
            return
        for name in ("fsync", "synchronous_commit"):
            if connection.execute(text(f"SHOW {name}")).scalar() == "off":
                raise UnsafeDatabase(f"PostgreSQL runs with {name}=off; a power cut would lose saved records.")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # isolation_level=None hands BEGIN to us: the driver's own BEGIN is deferred, and two of those lose updates.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("ventanilla_read_only"):
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN")  # waits for nobody, so it cannot fail: SQLAlchemy need not look after it
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def bare(
    session: Session, statement: Select[*Columns] | CompoundSelect[*Columns], values: Mapping[str, Any] | None = None
) -> CursorResult[*Columns]:
    """The rows of a select of plain columns, straight from the connection: half the cost of asking the session.

    For lists and pages, with a statement made once (`lru_cache`, bindparams): putting one together costs more than
    asking it. What the same work has changed is sent first, as the session would.
    """
    if "work" in session.info:
        session.flush()
    return session.connection().execute(statement, values)


def within(reach: Reach, **columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The WHERE of a reach: `columns` maps desk, staff or organization to the column that holds it.

    The same limits decide for one row in Reach.covers; tests/laws proves that both agree.
    """
    if reach.nothing:
        return false()
    limits = reach.limits()
    missing = limits.keys() - columns.keys()
    if missing:
        raise LookupError(f"this list does not say which column holds {sorted(missing)}")
    return and_(true(), *(columns[name] == value for name, value in limits.items()))

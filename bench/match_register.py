"""A register of invented people with nothing but what search reads: files with two drawers, and their search keys.

Made once and written to SQLite and PostgreSQL at the same time. Called by bench/match.py.
"""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, Protocol

from sqlalchemy import insert

from bench.synthetic_names import Invented, Population
from referral.infra.crypto import Keys, Vault
from referral.infra.db import Database, open_database
from referral.infra.tables import metadata
from referral.kernel.clock import SystemClock
from referral.people import drawers
from referral.people.facts import ContactFacts, IdentityFacts
from referral.people.queries.search import exact_ids
from referral.people.rules.keys import search_keys
from referral.staff.models import Desk

BLOCK = 1_000
PER_BLOCK = 20  # people taken from a block when some of all are asked for
DESK = uuid.UUID(int=1)
_KEYS = Keys(wrapping=(bytes(range(32)),), index=bytes(range(32, 64)), cookie=bytes(range(64, 96)))
SINCE = datetime(2026, 1, 15, 18, tzinfo=UTC)
_FIRST_REF = 0x0197_0000_0000_7000_8000 << 48
SIGN = 1 << 63
_BUCKETS = 64
PERSON_COLUMNS = (
    "id", "desk_id", "record_kind", "created_at", "last_served_at", "version", "identity_version", "contact_version",
    "mobility_version", "data_key", "identity_sealed", "contact_sealed",
)  # fmt: skip
Drawn = tuple[uuid.UUID, bytes, bytes, bytes]  # ref, data key, identity and contact, sealed


@dataclass(frozen=True, slots=True)
class Register:
    """Which people: one seed gives the same ones, in blocks that are made apart from each other."""

    seed: int
    people: int

    def ref(self, number: int) -> uuid.UUID:
        """Of a person by her number; whoever came later has the greater ref, as in life."""
        return uuid.UUID(int=_FIRST_REF | number)

    def number(self, ref: uuid.UUID) -> int:
        """The other way round."""
        return ref.int & ((1 << 48) - 1)

    def block(self, first: int) -> list[Invented]:
        """People number `first` to `first + BLOCK`."""
        line = Population(self.seed * 1_000_003 + first)
        return [line.draw() for _ in range(min(BLOCK, self.people - first))]

    def some(self, many: int, chance: Random) -> Iterator[tuple[int, Invented]]:
        """So many of all, with their numbers."""
        for first in sorted(chance.choices(range(0, self.people, BLOCK), k=many // PER_BLOCK)):
            block = self.block(first)
            for place in chance.sample(range(len(block)), PER_BLOCK):
                yield first + place, block[place]


class Sink(Protocol):
    """Where rows go: one kind of database."""

    def people(self, rows: Sequence[Drawn]) -> None: ...
    def keys(self, pairs: Sequence[bytes]) -> None: ...
    def done(self) -> Database: ...


def fill(register: Register, sinks: Sequence[Sink], *, processes: int, tell: Callable[[str], None]) -> float:
    """Make the people and write them everywhere; how many keys each has on average."""
    started = time.monotonic()
    buckets: list[list[bytes]] = [[] for _ in range(_BUCKETS)]
    orders = [(register, first) for first in range(0, register.people, BLOCK)]
    with get_context("spawn").Pool(processes) as pool:
        for rows, keys in pool.imap_unordered(_make, orders):
            for sink in sinks:
                sink.people(rows)
            for bucket, some in zip(buckets, keys, strict=True):
                bucket.append(some)
    tell(f"    {register.people:,} people made and sealed, {time.monotonic() - started:.0f} s")
    count = 0
    for bucket in buckets:
        # In the order of the table: in any other each key would touch another page.
        joined = b"".join(bucket)
        bucket.clear()
        pairs = sorted(joined[at : at + 24] for at in range(0, len(joined), 24))
        count += len(pairs)
        for sink in sinks:
            sink.keys(pairs)
    tell(f"    {count:,} search keys written, {time.monotonic() - started:.0f} s")
    return count / register.people


@cache
def _vault() -> Vault:
    return Vault(_KEYS)


def _make(order: tuple[Register, int]) -> tuple[list[Drawn], list[bytes]]:
    register, first = order
    vault, chance = _vault(), Random(first)
    buckets = [bytearray() for _ in range(_BUCKETS)]
    rows: list[Drawn] = []
    for number, person in enumerate(register.block(first), first):
        ref = register.ref(number)
        holder = f"person|{ref}"
        key = vault.new_data_key(holder)
        identity = IdentityFacts(person.names, person.birth, ("HT" if chance.random() < 0.2 else "HN",))
        contact = ContactFacts(phone=f"+5255{chance.randrange(10**8):08d}" if chance.random() < 0.8 else "")
        sealed = [
            vault.seal(key, holder, f"person|{column}|{ref}", _plain(document))
            for column, document in (
                ("identity_sealed", drawers.identity_document(identity)),
                ("contact_sealed", drawers.contact_document(contact)),
            )
        ]
        rows.append((ref, key, sealed[0], sealed[1]))
        for word in search_keys(person.names, person.birth, exact=exact_ids(identity, (contact.phone,))):
            token = vault.token(word) + SIGN
            buckets[token * _BUCKETS >> 64] += token.to_bytes(8, "big") + ref.bytes
    return rows, [bytes(bucket) for bucket in buckets]


def _plain(document: dict[str, Any]) -> bytes:
    kept = {name: value for name, value in document.items() if value not in (None, "", [], {})}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


def prepared(url: str) -> Database:
    """An empty database with the tables of the product and one desk."""
    database = open_database(url, _vault(), SystemClock())
    metadata().create_all(database.engine)
    with database.engine.begin() as connection:
        connection.execute(insert(Desk), [{"id": DESK, "name": "Mesa del banco de pruebas"}])
    return database


class SqliteSink:
    """Writes through the driver: rows go in as they come, keys in their order, the index of people at the end."""

    def __init__(self, path: Path) -> None:
        self._database = prepared(f"sqlite:///{path}")
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("DROP INDEX ix_person_token_person_id")
        self._connection.execute("BEGIN")
        moment = SINCE.strftime("%Y-%m-%d %H:%M:%S.000000")
        self._fixed = (DESK.hex, "padron", moment, moment, 1, 1, 1, 1)
        holes = ", ".join("?" * len(PERSON_COLUMNS))
        self._insert = f"INSERT INTO person ({', '.join(PERSON_COLUMNS)}) VALUES ({holes})"  # noqa: S608  our own names

    def people(self, rows: Sequence[Drawn]) -> None:
        self._connection.executemany(self._insert, ((ref.hex, *self._fixed, *sealed) for ref, *sealed in rows))

    def keys(self, pairs: Sequence[bytes]) -> None:
        self._connection.executemany(
            "INSERT INTO person_token (token, person_id) VALUES (?, ?)",
            ((int.from_bytes(pair[:8], "big") - SIGN, pair[8:].hex()) for pair in pairs),
        )

    def done(self) -> Database:
        self._connection.execute("COMMIT")
        self._connection.execute("CREATE INDEX ix_person_token_person_id ON person_token (person_id)")
        self._connection.execute("ANALYZE")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
        return self._database

"""Writes the register of bench/match_register.py to PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from bench.match_register import DESK, PERSON_COLUMNS, SINCE, Drawn, prepared
from referral.infra.db import Database


class PostgresSink:
    """Writes by COPY; the indexes of the keys are made when all of them are in."""

    def __init__(self, url: str) -> None:
        self._database = prepared(url)
        self._connection = psycopg.connect(url.replace("postgresql+psycopg", "postgresql", 1), autocommit=True)
        for statement in (
            "SET synchronous_commit = off",
            "SET maintenance_work_mem = '512MB'",
            "ALTER TABLE person_token DROP CONSTRAINT pk_person_token",
            "ALTER TABLE person_token DROP CONSTRAINT fk_person_token_person_id",
            "DROP INDEX ix_person_token_person_id",
        ):
            self._connection.execute(statement)
        self._fixed = (DESK, "padron", SINCE.replace(tzinfo=None), SINCE.replace(tzinfo=None), 1, 1, 1, 1)

    def people(self, rows: Sequence[Drawn]) -> None:
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY person ({', '.join(PERSON_COLUMNS)}) FROM STDIN") as copy,
        ):
            for ref, *sealed in rows:
                copy.write_row((ref, *self._fixed, *sealed))

    def keys(self, pairs: Sequence[bytes]) -> None:
        # In the binary form of COPY, two columns of 8 and 16 bytes: row by row through the driver takes minutes.
        head = b"PGCOPY\n\xff\r\n\0" + bytes(8)
        two, eight, sixteen = b"\0\2", b"\0\0\0\x08", b"\0\0\0\x10"
        body = b"".join(two + eight + _signed(pair[:8]) + sixteen + pair[8:] for pair in pairs)
        with (
            self._connection.cursor() as cursor,
            cursor.copy("COPY person_token (token, person_id) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.write(head + body + b"\xff\xff")

    def done(self) -> Database:
        for statement in (
            "ALTER TABLE person_token ADD CONSTRAINT pk_person_token PRIMARY KEY (token, person_id)",
            "CREATE INDEX ix_person_token_person_id ON person_token (person_id)",
            "VACUUM ANALYZE person_token",
            "VACUUM ANALYZE person",
        ):
            self._connection.execute(statement)
        self._connection.close()
        return self._database


def _signed(token: bytes) -> bytes:
    return bytes((token[0] ^ 0x80,)) + token[1:]

"""Invented lists of people for tests: a CSV in bytes, a list kept and compared."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from referral.access.identity import Identity
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.intake.actions.batches import keep_batch
from referral.intake.facts import NewBatch, Notice, Table
from referral.intake.rules.columns import columns
from referral.intake.running import compare_some

HONDURAN: Mapping[str, str] = {
    "given": "Wendy",
    "surname1": "Mejía",
    "birth": "27/3/1994",
    "sex_document": "M",
    "nationality": "Honduras",
    "language": "Español",
    "phone": "55 5555 0199",
    "needs": "Dónde dormir esta noche",
}


# The person that tests.factories.people makes, as somebody else would write her.
ALIKE: Mapping[str, str] = {
    "given": "Marie Ange",
    "surname1": "Josef",
    "birth": "27/3/1994",
    "nationality": "Haití",
    "phone": "5555550123",
}


def sheet(rows: Iterable[Mapping[str, str]], *, language: str = "es", delimiter: str = ",") -> bytes:
    """The template filled in, as a CSV in UTF-8."""
    head = [column.label(language) for column in columns().values()]
    lines = [head, *([row.get(code, "") for code in columns()] for row in rows)]
    return "\n".join(delimiter.join(f'"{cell}"' for cell in line) for line in lines).encode()


def table(rows: Iterable[Mapping[str, str]]) -> Table:
    """Rows as they come out of a file, numbered from 2 as below their headings."""
    return Table(tuple((number, dict(row)) for number, row in enumerate(rows, start=2)))


def keep(
    database: Database,
    identity: Identity,
    rows: Iterable[Mapping[str, str]],
    *,
    label: str = "Brigada de prueba",
    notice: Notice = Notice.READ_ALOUD,
    compare: bool = True,
) -> uuid.UUID:
    """A list kept by this account, and compared."""
    with serving(database, identity):
        with unit_of_work("intake.upload") as work:
            new = NewBatch(label, notice=notice, notice_language="es")
            ref = keep_batch(work, new, table(rows), keep_days=15)
        if compare:
            compare_some(ref, seconds=60)
    return ref

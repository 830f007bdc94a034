"""What a row of the trail and a seal come to, as SHA-256. Changing anything here breaks every seal ever made."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from referral.trail.facts import Leaf, Seal

# A row bears the time at which its work began and is seen once that has committed, maybe after rows that began later.
# The next seal closes it. What says that it is older still was not written by a desk.
LATE = timedelta(hours=1)
NOTHING_BEFORE = bytes(32)  # what the first seal has as its previous one


def row_digest(kind: str, values: Sequence[object]) -> bytes:
    """Of one row: the name of its table and its columns in the order in which they are declared."""
    return hashlib.sha256(_written([kind, *values])).digest()


def closed(seal: Seal, leaves: Iterable[Leaf]) -> Seal:
    """The seal with its digest: of all that it says and of every row under it, lowest ref first."""
    head = [seal.number, seal.kind, seal.at, seal.count, seal.first_row, seal.last_row, seal.reached]
    digest = hashlib.sha256(_written(head) + seal.previous)
    for leaf in sorted(leaves, key=lambda leaf: leaf.row):
        digest.update(leaf.row.bytes)
        digest.update(leaf.then)
    return replace(seal, digest=digest.digest())


def entered_late(at: datetime, reached: datetime | None) -> bool:
    """Whether a row of this time should have stood under the seal before, which reached further by more than LATE."""
    return reached is not None and at < reached - LATE


def _written(values: list[object]) -> bytes:
    return _ENCODER.encode(values).encode()


def _plain(value: object) -> str:
    match value:
        case uuid.UUID():
            return value.hex
        case datetime():
            return value.isoformat(timespec="microseconds")
        case _:
            raise TypeError(f"the trail holds no {type(value).__name__}")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)

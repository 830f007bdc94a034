"""Identifiers of rows: UUID version 7, so that new rows land at the end of an index. Used by every model."""

import secrets
import time
import uuid
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MAX_MILLISECONDS = (1 << 48) - 1


def new_ref(at: datetime | None = None) -> uuid.UUID:
    """A fresh UUIDv7: 48 bits of milliseconds, 74 random bits. `at` (aware) sets the time part, for the demo.

    Two refs of the same millisecond are in no particular order: never sort by ref alone.
    """
    milliseconds = time.time_ns() // 1_000_000 if at is None else (at - _EPOCH) // _MILLISECOND
    if not 0 <= milliseconds <= _MAX_MILLISECONDS:
        raise ValueError("a ref needs a time between 1970 and the year 10889")
    chance = secrets.randbits(74)
    high = (milliseconds << 16) | (0x7 << 12) | (chance >> 62)
    low = (0b10 << 62) | (chance & ((1 << 62) - 1))
    return uuid.UUID(int=(high << 64) | low)


def ref_time(ref: uuid.UUID) -> datetime:
    """The UTC instant (to the millisecond) in a UUIDv7. ValueError for any other version."""
    if ref.version != 7:
        raise ValueError("only a version 7 ref carries a time")
    return _EPOCH + (ref.int >> 80) * _MILLISECOND

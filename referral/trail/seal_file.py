"""The file outside the database that repeats each seal: a line each, only ever added to. Used by trail.actions.

Whoever can rewrite the whole chain in the database cannot rewrite this one, if it is kept where they have no hand.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from referral.trail.facts import Seal

_LINE = re.compile(r"(?P<number>[1-9]\d{0,9}) \S+ [a-z_]+ \d+ (?P<digest>[0-9a-f]{64})", re.ASCII)


def add_lines(path: Path, seals: Iterable[Seal]) -> None:
    """Add a line for each seal, on disk when it returns. A file that is not there is made, for its owner alone."""
    written = "".join(
        f"{seal.number} {seal.at.isoformat(timespec='microseconds')} {seal.kind} {seal.count} {seal.digest.hex()}\n"
        for seal in seals
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
        file.write(written.encode())
        file.flush()
        os.fsync(file.fileno())


def read_lines(path: Path) -> Iterator[tuple[int, bytes] | None]:
    """Number and digest of each line; None for a line that is none of ours. FileNotFoundError when it is not there."""
    with path.open(encoding="ascii", errors="replace") as file:
        for line in file:
            found = _LINE.fullmatch(line.rstrip("\n"))
            yield (int(found["number"]), bytes.fromhex(found["digest"])) if found else None


def last_line(path: Path) -> int:
    """The number of the last seal in the file; 0 when there is none or no file."""
    try:
        return max((line[0] for line in read_lines(path) if line), default=0)
    except FileNotFoundError:
        return 0

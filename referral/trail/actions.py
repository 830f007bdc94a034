"""Sealing the trail and checking it against its seals. Called by the command, each in works of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert

from referral.infra.work import Work, reading, unit_of_work
from referral.kernel.clock import local_day
from referral.kernel.refs import new_ref
from referral.kernel.refusal import Refused
from referral.trail.facts import Broken, Check, Fault, Leaf, Seal, Sealable, Sealed
from referral.trail.models import AuditCheck, AuditLeaf, AuditSeal
from referral.trail.queries import seals as queries
from referral.trail.rules.digests import NOTHING_BEFORE, closed, entered_late
from referral.trail.seal_file import add_lines, last_line, read_lines

ROWS = 5_000  # under one seal: what is held in memory, and how long the desk cannot save on SQLite (some 0.2 s)
MOST_TOLD = 20  # of what is wrong
_SEALS = 500  # read at a time


def seal_trail(path: Path, *, new_file: bool = False, rows: int = ROWS) -> Sealed:
    """Close every row that is under no seal yet, and repeat each seal in the file.

    Refused with Fault.FILE_GONE when the file that held the former seals is not there, unless `new_file` begins another
    with all of them.
    """
    with reading() as desk:
        before = queries.last_seal(desk.session)
    number = before.number if before else 0
    if number and not path.exists() and not new_file:
        raise Refused(Fault.FILE_GONE)
    _repeat(path, last_line(path))  # what a run that was cut off did not write
    made = [seal for kind in Sealable for seal in _close(kind, path, rows)]
    return Sealed(len(made), sum(seal.count for seal in made), made[-1].number if made else number)


def check_trail(path: Path) -> Check:
    """Compare every row, every seal and the file; the first broken seal comes first. What was found is kept."""
    found: list[Broken] = []
    digests: dict[int, bytes] = {}
    reached: dict[Sealable, datetime] = {}
    rows, before = 0, None
    for seal in _all_seals():
        if len(found) < MOST_TOLD:
            found += [*_broken_link(before, seal), *_broken_under(seal, reached.get(seal.kind))]
        rows, before, reached[seal.kind] = rows + seal.count, seal, seal.reached
        digests[seal.number] = seal.digest
    seals, last = len(digests), before.number if before else 0
    found += _broken_in_file(path, digests, last)
    with reading() as desk:
        for kind in Sealable:
            found += queries.rows_behind(desk.session, kind, most=MOST_TOLD)
        at = desk.now
    found.sort(key=lambda one: one.seal or last + 1)
    check = Check(at, seals, rows, tuple(dict.fromkeys(found))[:MOST_TOLD])
    with unit_of_work("trail.check") as work:
        _note(work, check)
    return check


def _close(kind: Sealable, path: Path, most: int) -> Iterator[Seal]:
    with reading() as desk:
        since = queries.oldest_open(desk.session, kind)
    while since is not None:
        with unit_of_work("trail.seal") as work:
            queries.alone(work.session)
            leaves = queries.open_rows(work.session, kind, since=since, most=most)
            if not leaves:
                return
            seal = _add_seal(work, kind, leaves)
        add_lines(path, [seal])
        yield seal
        since = seal.reached


def _add_seal(work: Work, kind: Sealable, leaves: list[Leaf]) -> Seal:
    before = queries.last_seal(work.session)
    refs = [leaf.row for leaf in leaves]
    seal = closed(
        Seal(
            number=before.number + 1 if before else 1,
            kind=kind,
            at=work.now,
            count=len(leaves),
            first_row=min(refs),
            last_row=max(refs),
            reached=max(leaf.at for leaf in leaves if leaf.at),
            previous=before.digest if before else NOTHING_BEFORE,
        ),
        leaves,
    )
    connection = work.session.connection()
    connection.execute(insert(AuditSeal), [asdict(seal)])
    connection.execute(
        insert(AuditLeaf), [{"row": leaf.row, "seal": seal.number, "digest": leaf.then} for leaf in leaves]
    )
    return seal


def _repeat(path: Path, after: int) -> None:
    seals = list(_all_seals(after))
    if seals:
        add_lines(path, seals)


def _all_seals(after: int = 0) -> Iterator[Seal]:
    while True:
        with reading() as desk:
            seals = queries.seals_after(desk.session, after, most=_SEALS)
        if not seals:
            return
        yield from seals
        after = seals[-1].number


def _broken_link(before: Seal | None, seal: Seal) -> Iterator[Broken]:
    expected = before.number + 1 if before else 1
    if seal.number != expected:
        yield Broken(Fault.SEAL_GONE, seal=expected)
    elif seal.previous != (before.digest if before else NOTHING_BEFORE):
        yield Broken(Fault.SEAL_CHANGED, seal=before.number if before else seal.number)


def _broken_under(seal: Seal, reached: datetime | None) -> Iterator[Broken]:
    """`reached`: what the seal of the same table before it did."""
    with reading() as desk:
        leaves = queries.leaves_of(desk.session, seal)
    for leaf in leaves:
        if leaf.now is None or leaf.at is None:
            yield Broken(Fault.ROW_GONE, seal=seal.number, row=leaf.row)
        elif leaf.now != leaf.then:
            yield Broken(Fault.ROW_CHANGED, seal=seal.number, row=leaf.row)
        elif entered_late(leaf.at, reached):
            yield Broken(Fault.ROW_ADDED, seal=seal.number, row=leaf.row, day=local_day(leaf.at))
    if len(leaves) != seal.count or closed(seal, leaves).digest != seal.digest:
        yield Broken(Fault.SEAL_CHANGED, seal=seal.number)


def _broken_in_file(path: Path, digests: dict[int, bytes], last: int) -> Iterator[Broken]:
    """Read after the seals: one that was closed meanwhile stands in the file and not in `digests`."""
    told: set[int] = set()
    try:
        for line, said in enumerate(read_lines(path), start=1):
            if said is None:
                yield Broken(Fault.FILE_UNREADABLE, line=line)
                continue
            number, digest = said
            told.add(number)
            if number > last and number not in digests:
                digests |= {seal.number: seal.digest for seal in _all_seals(number - 1)}
            if number not in digests:
                yield Broken(Fault.SEAL_GONE, seal=number)
            elif digests[number] != digest:
                yield Broken(Fault.FILE_DIFFERS, seal=number)
    except FileNotFoundError:
        if digests:
            yield Broken(Fault.FILE_GONE)
        return
    for number in sorted(digests.keys() - told):
        if number <= last:
            yield Broken(Fault.NOT_IN_FILE, seal=number)


def _note(work: Work, check: Check) -> None:
    first = check.broken[0] if check.broken else None
    row = {
        "id": new_ref(),
        "at": check.at,
        "seals": check.seals,
        "rows": check.rows,
        "fault": first.fault.value if first else "",
        "seal": first.seal if first else None,
        "row": first.row if first else None,
    }
    work.session.connection().execute(insert(AuditCheck), [row])

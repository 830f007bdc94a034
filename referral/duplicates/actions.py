"""Writes of the duplicates room: note a pair, merge two files into one, part them again, forget what was before."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.reach import Reach, Scope
from referral.arrival.actions.carry import answered_on, carry_answers
from referral.arrival.actions.watch import refresh_alerts
from referral.certificates.facts import RevokeReason
from referral.certificates.models import Certificate
from referral.certificates.rules import outdated
from referral.certificates.snapshot import snapshot_facts
from referral.documents.models import PersonScan
from referral.duplicates import drawers, making_room
from referral.duplicates.facts import MergeOrder, Undone
from referral.duplicates.models import DuplicatePair, PersonMerge
from referral.duplicates.queries import added_since, pairs_with
from referral.duplicates.recording import hand_over, recorded, take_back
from referral.duplicates.rules import Reason, check_order, check_undo
from referral.duplicates.walk import KEY, moved_tables
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.people.actions import reindex, renew_sections
from referral.people.drawers import contact_facts, identity_facts
from referral.people.facts import Section
from referral.people.models import Person, PersonNotSame


def note_pairs(work: Work, pairs: Iterable[tuple[uuid.UUID, uuid.UUID]], *, found: bool = False) -> int:
    """Put pairs on the work list, each once; how many are new. One of each pair must be within this account's reach.

    `found`: the search came upon them, and nobody is named.
    """
    wanted = {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}
    people = {ref for pair in wanted for ref in pair}
    rows = {row.id: row for row in work.session.scalars(select(Person).where(Person.id.in_(people)))}
    known = {
        (one, other)
        for one, other in work.session.execute(
            select(DuplicatePair.person_a, DuplicatePair.person_b).where(DuplicatePair.person_a.in_(people))
        )
    }
    for one, other in wanted - known:
        if one not in rows or other not in rows or rows[one].merged_into or rows[other].merged_into:
            raise OutOfReach
        _require_one(work, rows[one], rows[other])
        staff = work.identity.staff if work.identity and not found else None
        work.session.add(DuplicatePair(person_a=one, person_b=other, noted_at=work.now, staff_id=staff))
    return len(wanted - known)


def look_around(work: Work, person: uuid.UUID) -> int:
    """Put on the work list whoever is very likely the same person as this one; how many pairs are new.

    For the system, every night. Nothing for a file that was merged meanwhile.
    """
    row = work.session.get(Person, person)
    if row is None or row.merged_into is not None:
        return 0
    nobody = Identity(uuid.UUID(int=0), Role.SUPERVISOR, name="", username="")
    found = pairs_with(work.session, Reach(Scope.ALL, nobody), person, today=work.today)
    return note_pairs(work, found, found=True) if found else 0


def drop_pair(work: Work, one: uuid.UUID, other: uuid.UUID) -> None:
    """Take a pair off the work list. Called where two files are said to be of two people."""
    for row in work.session.scalars(
        select(DuplicatePair).where(
            DuplicatePair.person_a == min(one, other), DuplicatePair.person_b == max(one, other)
        )
    ):
        work.session.delete(row)


def merge(work: Work, order: MergeOrder, *, undo_days: int) -> uuid.UUID:
    """Make one file of two; the merge's ref. All of `other` goes to `kept`, whose address and folio stay.

    Refused for a file merged before, for two folios of which the one in force would go, or when one of them answers
    for the other. What can no longer be undone after `undo_days` is forgotten on the way.
    """
    check_order(order)
    kept, other = _locked(work, (order.kept, order.other))
    forget_merges(work, days=undo_days)
    newer = other.last_served_at > kept.last_served_at
    before = drawers.documents_of(kept)
    answers = answered_on(work, kept.id, other.id)
    with recorded(work.session) as changes:
        making_room.settle_consents(work, kept, other)
        staying = making_room.settle_inscriptions(work, kept, other)
        making_room.settle_household(work, kept, other)
        staying |= making_room.photograph_that_waits(work, kept, other)
        _move(work, kept, other, staying)
        making_room.settle_basis(work, kept, other)
        drawers.fill(kept, other, order.choices, other_is_newer=newer)
        kept.created_at = min(kept.created_at, other.created_at)
        kept.last_served_at = max(kept.last_served_at, other.last_served_at)
        _say_apart(work, kept, other)
        work.session.flush()
        other.merged_into = kept.id  # alone and after all that moved: it is what undoing takes back before all that
        work.session.flush()
        carry_answers(work, kept.id, answers)
        _end_outdated(work, kept)
        _refile(work, kept, other)
    after = drawers.documents_of(kept)
    row = PersonMerge(
        kept_id=kept.id,
        other_id=other.id,
        person=kept,
        at=work.now,
        staff_id=work.identity.staff if work.identity else None,
        changes=changes,
    )
    work.session.add(row)
    row.reason = {"text": order.reason.strip()}
    row.before = {
        name: {
            key: [before[name].get(key), after[name].get(key)]
            for key in before[name].keys() | after[name].keys()
            if before[name].get(key) != after[name].get(key)
        }
        for name in before
    }
    work.session.flush()
    return row.id


def undo(work: Work, *, merge: uuid.UUID, undo_days: int) -> Undone:
    """Part two files again, each as it was; what came since stays with the kept one. Refused when it is too late, was
    done, or a later merge stands on it.
    """
    row = work.session.get(PersonMerge, merge)
    if row is None:
        raise OutOfReach
    kept, other = _people(work, (row.kept_id, row.other_id))
    work.session.refresh(row)
    for person in (kept, other):
        work.require(Permission.PERSON_MERGE, desk=person.desk_id)
    check_undo(at=row.at, now=work.now, days=undo_days, undone=row.undone_at is not None, later=_later(work, row))
    added = added_since(work.session, row)
    left = _restore_facts(kept, row)
    work.session.flush()
    left += take_back(work, row.changes, kept=kept, other=other)
    work.session.flush()
    row.undone_at, row.undone_by = work.now, work.identity.staff if work.identity else None
    _refile(work, kept, other)
    if other.merged_into is None:
        refresh_alerts(work, other.id)
    return Undone(added, left)


def forget_merges(work: Work, *, days: int) -> int:
    """Empty what was kept only to undo merges that can no longer be undone; how many. By command and on each merge."""
    old = select(PersonMerge).where(
        PersonMerge.forgotten_at.is_(None), PersonMerge.at < work.now - timedelta(days=days)
    )
    rows = work.session.scalars(old).all()
    for row in rows:
        row.forgotten_at, row.before_sealed = work.now, None
        if row.undone_at is None:
            _empty(work, work.session.get_one(Person, row.other_id))
    work.session.flush()
    return len(rows)


def _empty(work: Work, other: Person) -> None:
    for name in drawers.NAMES:
        setattr(other, f"{name}_sealed", None)
    other.sensitive_basis = None
    for scan in work.session.scalars(select(PersonScan).where(PersonScan.person_id == other.id)):
        work.session.delete(scan)


def _locked(work: Work, refs: Collection[uuid.UUID]) -> tuple[Person, Person]:
    kept, other = _people(work, refs)
    for person in (kept, other):
        work.require(Permission.PERSON_MERGE, desk=person.desk_id)
    if kept.merged_into or other.merged_into:
        raise Refused(Reason.ALREADY_MERGED)
    return kept, other


def _people(work: Work, refs: Collection[uuid.UUID]) -> tuple[Person, ...]:
    """Both rows, always locked in the same order: two merges of the same people wait for each other."""
    found = {}
    for ref in sorted(refs):
        held = select(Person).where(Person.id == ref).with_for_update().execution_options(populate_existing=True)
        found[ref] = work.session.scalar(held)
    rows = [found[ref] for ref in refs]
    if any(row is None for row in rows):
        raise OutOfReach
    return tuple(row for row in rows if row is not None)


def _require_one(work: Work, one: Person, other: Person) -> None:
    try:
        work.require(Permission.PERSON_MERGE, desk=one.desk_id)
    except OutOfReach:
        work.require(Permission.PERSON_MERGE, desk=other.desk_id)


def _move(work: Work, kept: Person, other: Person, staying: Collection[uuid.UUID]) -> None:
    for table in moved_tables():
        for name in table.columns:
            column = getattr(table.kind, name)
            for row in work.session.scalars(select(table.kind).where(column == other.id)):
                if row.id in staying:
                    continue
                setattr(row, name, kept.id)
                if name == KEY:
                    hand_over(row, before=other, after=kept)
    work.session.flush()


def _say_apart(work: Work, kept: Person, other: Person) -> None:
    """Whoever was said to be somebody else than the one file is somebody else than the joined one."""
    either = or_(PersonNotSame.person_a == other.id, PersonNotSame.person_b == other.id)
    said = {
        row.person_b if row.person_a == other.id else row.person_a: row
        for row in work.session.scalars(select(PersonNotSame).where(either))
    }
    if kept.id in said:  # whoever merges them has seen this on the page, and knows better now
        work.session.delete(said.pop(kept.id))
    ours = or_(PersonNotSame.person_a == kept.id, PersonNotSame.person_b == kept.id)
    known = {
        ref for row in work.session.scalars(select(PersonNotSame).where(ours)) for ref in (row.person_a, row.person_b)
    }
    for third, row in said.items():
        if third not in known:
            one, two = min(kept.id, third), max(kept.id, third)
            work.session.add(PersonNotSame(person_a=one, person_b=two, at=row.at, staff_id=row.staff_id))
    pairs = or_(DuplicatePair.person_a == other.id, DuplicatePair.person_b == other.id)
    for pair in work.session.scalars(select(DuplicatePair).where(pairs)):
        work.session.delete(pair)


def _end_outdated(work: Work, kept: Person) -> None:
    """A constancia that says something else than the joined file counts no longer."""
    identity, contact = identity_facts(kept.identity), contact_facts(kept.contact)
    for paper in work.session.scalars(
        select(Certificate).where(Certificate.person_id == kept.id, Certificate.revoked_at.is_(None))
    ):
        if outdated(snapshot_facts(paper.snapshot), identity, contact):
            paper.revoked_at, paper.revoked_reason = work.now, RevokeReason.DATA_CORRECTED.value
            paper.revoked_by = work.identity.staff if work.identity else None


def _refile(work: Work, kept: Person, other: Person) -> None:
    renew_sections(work, person=kept.id, sections=Section)
    work.session.flush()
    for person in (kept, other):
        reindex(work, person=person.id)
    refresh_alerts(work, kept.id)


def _later(work: Work, row: PersonMerge) -> bool:
    pair = (row.kept_id, row.other_id)
    found = select(PersonMerge.id).where(
        PersonMerge.id != row.id,
        PersonMerge.undone_at.is_(None),
        PersonMerge.at >= row.at,
        PersonMerge.kept_id.in_(pair) | PersonMerge.other_id.in_(pair),
    )
    return any(later > row.id for later in work.session.scalars(found))


def _restore_facts(kept: Person, row: PersonMerge) -> int:
    """Give the kept file's drawers what they said; how many facts were left because somebody changed them since."""
    left = 0
    for name, keys in row.before.items():
        now: dict[str, Any] = getattr(kept, name)
        for key, (before, after) in keys.items():
            if now.get(key) != after:
                left += 1
                continue
            now[key] = before
        full = {key: value for key, value in now.items() if value is not None}
        setattr(kept, name, full)
        if not full:
            setattr(kept, f"{name}_sealed", None)
    return left

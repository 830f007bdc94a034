"""Reads of the duplicates room: the work list, two files side by side, merges on record and what came since."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from referral.access.reach import Reach
from referral.duplicates.facts import Compared, Hanging, MergeLine, Pair, PairLine
from referral.duplicates.models import DuplicatePair, PersonMerge
from referral.duplicates.rules import ADDRESS, NOTES, ROOTS, UNITS, compare, undo_until
from referral.duplicates.walk import KEY, moved_tables
from referral.infra.db import within
from referral.infra.work import OutOfReach
from referral.padron.facts import InscriptionState
from referral.padron.queries import inscriptions_of
from referral.people.facts import MinimalCard, PersonRecord, Section
from referral.people.models import Person, PersonNotSame, PersonSection
from referral.people.queries.cards import CARD, opened_row, person_record
from referral.people.queries.search import near_people
from referral.people.rules.matching import Strength
from referral.people.rules.sections import QUESTIONS, TWO_DRAWERS, is_open
from referral.staff.models import Staff

MOST_PAIRS = 50  # shown at once
RECENT = 40  # files that one search for pairs looks at
# Tables that are no part of a file's contents, or follow another one that is counted.
_NOT_COUNTED = frozenset({"person", "inscription_step", "referral_event", "alert_answer"})


def pair_lines(session: Session, reach: Reach) -> list[PairLine]:
    """The work list, newest first: pairs with a file within reach. Two statements."""
    one, other = aliased(Person), aliased(Person)
    theirs = or_(within(reach, desk=one.desk_id), within(reach, desk=other.desk_id))
    rows = session.execute(
        select(
            DuplicatePair.person_a,
            DuplicatePair.person_b,
            DuplicatePair.noted_at,
            Staff.name,
            one.desk_id.label("desk_a"),
            other.desk_id.label("desk_b"),
        )
        .join(one, one.id == DuplicatePair.person_a)
        .join(other, other.id == DuplicatePair.person_b)
        .outerjoin(Staff, Staff.id == DuplicatePair.staff_id)
        .where(theirs)
        .order_by(DuplicatePair.noted_at.desc(), DuplicatePair.id.desc())
        .limit(MOST_PAIRS)
    ).all()
    cards = minimal_cards(session, {ref for row in rows for ref in (row.person_a, row.person_b)})
    return [
        PairLine(
            one=cards[row.person_a],
            other=cards[row.person_b],
            noted_at=row.noted_at,
            staff_name=row.name or "",
            comparable=reach.covers(desk=row.desk_a) and reach.covers(desk=row.desk_b),
        )
        for row in rows
    ]


def minimal_cards(session: Session, refs: set[uuid.UUID]) -> dict[uuid.UUID, MinimalCard]:
    """What may be shown of anybody, whatever desk keeps her. One statement."""
    if not refs:
        return {}
    opened = {row.id: opened_row(session, row) for row in session.execute(CARD.where(Person.id.in_(refs)))}
    return {
        ref: MinimalCard(
            ref,
            one.identity.names.display,
            one.identity.birth.birth_year_guess,
            one.person.folio,
            one.desk_name,
        )
        for ref, one in opened.items()
    }


def likely_pairs(session: Session, reach: Reach, *, today: date) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Pairs that are very likely one person, among the files of this desk that were opened last."""
    recent = session.scalars(
        select(Person.id)
        .where(within(reach, desk=Person.desk_id), Person.merged_into.is_(None))
        .order_by(Person.created_at.desc(), Person.id.desc())
        .limit(RECENT)
    ).all()
    return sorted({pair for ref in recent for pair in pairs_with(session, reach, ref, today=today)})


def pairs_with(session: Session, reach: Reach, ref: uuid.UUID, *, today: date) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Pairs of this file and others that are very likely of the same person. OutOfReach as near_people."""
    hits = near_people(session, reach, ref, today=today)
    return {(min(ref, hit.ref), max(ref, hit.ref)) for hit in hits if hit.strength is Strength.STRONG}


def changed_people(session: Session, *, since: datetime) -> Sequence[uuid.UUID]:
    """Files opened since then, or whose name, birth or contact were saved: those that may look like another one now."""
    sections = (Section.IDENTITY.value, Section.CONTACT.value)
    saved = select(PersonSection.person_id).where(PersonSection.section.in_(sections), PersonSection.saved_at >= since)
    fresh = or_(Person.created_at >= since, Person.id.in_(saved))
    return session.scalars(select(Person.id).where(fresh, Person.merged_into.is_(None)).order_by(Person.id)).all()


def pair(session: Session, reach: Reach, kept: uuid.UUID, other: uuid.UUID, *, today: date) -> Pair:
    """Two files, unit by unit, as far as this account may read them. OutOfReach unless both are within reach."""
    if kept == other:
        raise OutOfReach
    ours, theirs = (person_record(session, reach, ref, today=today) for ref in (kept, other))
    hanging = hanging_on(session, (kept, other), today=today)
    return Pair(
        kept=ours,
        other=theirs,
        compared=_compared(ours, theirs),
        kept_hangs=hanging[kept],
        other_hangs=hanging[other],
        said_apart=_said_apart(session, kept, other),
    )


def hanging_on(session: Session, people: Sequence[uuid.UUID], *, today: date) -> dict[uuid.UUID, Hanging]:
    """What hangs on these files. Two statements."""
    inscriptions = inscriptions_of(session, people)
    counts: dict[uuid.UUID, Counter[str]] = {ref: Counter() for ref in people}
    for table, person, count in session.execute(_counts(people)):
        counts[person][table] += count
    return {
        ref: Hanging(
            folio=inscriptions[ref].folio if ref in inscriptions else None,
            in_force=ref in inscriptions and inscriptions[ref].state(today) is InscriptionState.IN_FORCE,
            counts=counts[ref],
        )
        for ref in people
    }


def _counts(people: Sequence[uuid.UUID], since: uuid.UUID | None = None) -> Any:
    asked = []
    for moved in moved_tables():
        if moved.table in _NOT_COUNTED or KEY not in moved.columns:
            continue
        kind: Any = moved.kind
        rows = select(literal(moved.table).label("kind"), kind.person_id, func.count())
        rows = rows.where(kind.person_id.in_(people)).group_by(kind.person_id)
        asked.append(rows if since is None else rows.where(kind.id > since))
    return union_all(*asked)


def added_since(session: Session, merge: PersonMerge) -> Mapping[str, int]:
    """Rows that came to the kept file after the merge, by table. A ref carries its time. One statement."""
    return {table: count for table, _person, count in session.execute(_counts([merge.kept_id], since=merge.id))}


def merge_lines(session: Session, reach: Reach, *, days: int, most: int = 20) -> list[MergeLine]:
    """The last merges of people within reach, newest first. Two statements."""
    return _lines(session, reach, days=days, most=most)


def merge_line(session: Session, reach: Reach, ref: uuid.UUID, *, days: int) -> MergeLine:
    """One merge, with its reason and what it moved. OutOfReach when the kept file is not within reach."""
    found = _lines(session, reach, days=days, most=1, ref=ref)
    if not found:
        raise OutOfReach
    return found[0]


def _lines(session: Session, reach: Reach, *, days: int, most: int, ref: uuid.UUID | None = None) -> list[MergeLine]:
    kept, other = aliased(Person), aliased(Person)
    asked = (
        select(PersonMerge, Staff.name, other.folio)
        .join(kept, kept.id == PersonMerge.kept_id)
        .join(other, other.id == PersonMerge.other_id)
        .outerjoin(Staff, Staff.id == PersonMerge.staff_id)
        .where(within(reach, desk=kept.desk_id))
        .order_by(PersonMerge.at.desc(), PersonMerge.id.desc())
        .limit(most)
    )
    if ref is not None:
        asked = asked.where(PersonMerge.id == ref)
    rows = session.execute(asked).all()
    cards = minimal_cards(session, {row[0].kept_id for row in rows})
    return [_line(session, *row, cards=cards, days=days, whole=ref is not None) for row in rows]


def _line(
    session: Session,
    row: PersonMerge,
    staff_name: str | None,
    folio: str | None,
    *,
    cards: Mapping[uuid.UUID, MinimalCard],
    days: int,
    whole: bool,
) -> MergeLine:
    card = cards.get(row.kept_id)
    return MergeLine(
        ref=row.id,
        kept=row.kept_id,
        other=row.other_id,
        name=card.name if card else "",
        other_folio=folio,
        at=row.at,
        staff_name=staff_name or "",
        until=undo_until(row.at, days),
        undone_at=row.undone_at,
        forgotten=row.forgotten_at is not None,
        reason=row.reason.get("text", "") if whole else "",
        moved=_moved(row.changes) if whole else None,
        added=added_since(session, row) if whole and row.undone_at is None else None,
    )


def _moved(changes: Sequence[Mapping[str, Any]]) -> Mapping[str, int]:
    tables = (each["table"] for each in changes if each["verb"] == "update" and KEY in each["values"])
    return Counter(table for table in tables if table not in _NOT_COUNTED)


def _said_apart(session: Session, one: uuid.UUID, other: uuid.UUID) -> bool:
    said = select(PersonNotSame.id).where(
        PersonNotSame.person_a == min(one, other), PersonNotSame.person_b == max(one, other)
    )
    return session.scalar(said) is not None


def _compared(kept: PersonRecord, other: PersonRecord) -> tuple[Compared, ...]:
    newer = other.card.last_served_at > kept.card.last_served_at
    hidden = kept.contact.protected_address or other.contact.protected_address
    readable = _readable(kept) & _readable(other)
    return tuple(
        compare(unit, getattr(kept, unit.root), getattr(other, unit.root), other_is_newer=newer)
        for unit in UNITS
        if all((unit.root, name) in readable for name in unit.names) and not (unit.key == ADDRESS and hidden)
    )


def _readable(record: PersonRecord) -> set[tuple[str, str]]:
    """Facts that this account may read: those of the questions open to it, and what stands with them."""
    found = {(NOTES.root, "")} if record.reads_protected else set()
    for questions in QUESTIONS.values():
        for question in questions:
            root, _dot, name = question.path.partition(".")
            if root in ROOTS and is_open(record, question):
                found.add((root, name.partition(".")[0]))
    if not _attends(record):
        return found
    return found | {(root, name) for name, roots in TWO_DRAWERS.items() for root in roots}


def _attends(record: PersonRecord) -> bool:
    return record.reads_guarded and record.sensitive_basis is not None


def kept_of(session: Session, reach: Reach, ref: uuid.UUID) -> uuid.UUID | None:
    """The file that this one was merged into, when it is within reach; None when it was not merged."""
    gone, kept = aliased(Person), aliased(Person)
    leads = select(kept.id).join(gone, gone.merged_into == kept.id)
    return session.scalar(leads.where(gone.id == ref, within(reach, desk=kept.desk_id)))


def merge_of(session: Session, reach: Reach, one: uuid.UUID, other: uuid.UUID) -> uuid.UUID:
    """The merge in force that made these two one file; OutOfReach when there is none within reach."""
    found = session.scalar(
        select(PersonMerge.id)
        .join(Person, Person.id == PersonMerge.kept_id)
        .where(
            PersonMerge.kept_id.in_((one, other)),
            PersonMerge.other_id.in_((one, other)),
            PersonMerge.undone_at.is_(None),
            within(reach, desk=Person.desk_id),
        )
    )
    if found is None:
        raise OutOfReach
    return found

"""Notes the needs that have no door, in the very work that notes the need, and when a door was found after all; and
the tasks of a rule that found nobody, such as an interpreter. Imported by app; listens to every session, as the audit
does.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from functools import cache
from weakref import WeakKeyDictionary

from sqlalchemy import Select, Uuid, bindparam, event, select
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.pool import Pool

from referral.directory.catalogue import requirements_from_json
from referral.directory.facts import Referrable, Requirements
from referral.directory.models import Service
from referral.directory.rules.listings import any_of_category
from referral.infra.db import DeskSession
from referral.infra.work import Work
from referral.needs.facts import LIVE
from referral.needs.models import Need
from referral.people.models import Person, PersonDocument
from referral.referrals.actions.release import ended, keeper, learnt
from referral.referrals.models import NeedGap
from referral.referrals.queries.doors import known_person
from referral.routing.facts import NeedFacts, RuleNote
from referral.routing.queries import routings_for_needs
from referral.routing.rules.book import Effect, Rule, may_be_gap, rules_about
from referral.routing.rules.truth import Truth

# Keys in a session's info: new needs by person; people who changed; needs that ended because nobody had it.
_FRESH, _LEARNT, _NOBODY = "gaps_fresh", "gaps_learnt", "gaps_nobody"
_NOT_FOUND = "unavailable"  # the code of OUTCOMES for it
_LIVE = {status.value for status in LIVE}
_KEPT = timedelta(minutes=10)
_open_to_all: WeakKeyDictionary[Pool, tuple[datetime, frozenset[str]]] = WeakKeyDictionary()


def note_gaps(work: Work, person: uuid.UUID) -> None:
    """Judge every open need of hers: write down the gaps there are, and end those that are none any more."""
    session = work.session
    needs = {row.id: row for row in session.scalars(_needs(), {"person": person}) if row.status in _LIVE}
    rows = session.scalars(_open_gaps(), {"person": person}).all()
    gaps = _gaps(work, person, list(needs.values())) if needs else {}
    for row in rows:
        if row.need_id not in needs or needs[row.need_id].code not in gaps:
            row.lapsed_at = work.now
    known = {row.need_id for row in rows}
    desk = session.get_one(Person, person).desk_id
    for ref, need in needs.items():
        if ref not in known and need.code in gaps:
            rule = gaps[need.code]
            session.add(NeedGap(need_id=ref, person_id=person, desk_id=desk, code=need.code, rule=rule, at=work.now))
    session.flush()


@cache
def _needs() -> Select[Need]:
    return select(Need).where(Need.person_id == bindparam("person", type_=Uuid))


@cache
def _open_gaps() -> Select[NeedGap]:
    return select(NeedGap).where(NeedGap.person_id == bindparam("person", type_=Uuid), NeedGap.lapsed_at.is_(None))


def note_nobody_found(work: Work, ref: uuid.UUID) -> None:
    """A need that a rule opens as a task ended because nobody could be found (R30: no interpreter): count it.

    It is over when it is written, as a gap is whose need was closed. Nothing for a need that is counted already.
    """
    session = work.session
    need = session.get_one(Need, ref)
    tasks = _tasks(need.code)
    if not tasks or session.scalar(select(NeedGap.id).where(NeedGap.need_id == ref).limit(1)) is not None:
        return
    desk = session.get_one(Person, need.person_id).desk_id
    _record, facts, _state = known_person(session, keeper(desk), need.person_id, today=work.today)
    asked = NeedFacts(need.code, need.urgency)
    rule = next((rule.code for rule in tasks if rule.answer(facts, asked).truth is Truth.YES), None)
    if rule is not None:
        values = {"need_id": ref, "person_id": need.person_id, "desk_id": desk, "code": need.code, "rule": rule}
        session.add(NeedGap(**values, at=work.now, lapsed_at=work.now))
        session.flush()


def _tasks(code: str) -> list[Rule]:
    """The rules that ask the desk for this need as a task of its own."""
    return [rule for rule in rules_about(code) if rule.effect is Effect.NOTE and code in rule.opens]


def _gaps(work: Work, person: uuid.UUID, needs: list[Need]) -> dict[str, str]:
    """Codes of the needs without a door, each with the rule that says so."""
    desk = work.session.get_one(Person, person).desk_id
    _record, facts, _state = known_person(work.session, keeper(desk), person, today=work.today)
    asked = [NeedFacts(need.code, need.urgency) for need in needs]
    routings = routings_for_needs(work.session, person_facts=facts, needs=asked, today=work.today)
    return {
        code: next((note.rule for note in routing.notes if note.kind == "gap" or _asks_for(note, code)), "")
        for code, routing in routings.items()
        if routing.gap
    }


def _asks_for(note: RuleNote, code: str) -> bool:
    return any(rule.code == note.rule for rule in _tasks(code))


def _has_a_door(work: Work, code: str) -> bool:
    """Some institution takes anybody with this need, and no rule says that nobody does: nothing needs to be judged."""
    pool = work.session.get_bind().engine.pool
    known = _open_to_all.get(pool)
    if known is None or not timedelta(0) <= work.now - known[0] < _KEPT:
        known = _open_to_all[pool] = work.now, _codes_open_to_all(work.session)
    return not may_be_gap(code) and not known[1].isdisjoint({code, any_of_category(code)})


def _codes_open_to_all(session: Session) -> frozenset[str]:
    asked = select(Service.card).where(
        Service.status == "active", Service.referrable.not_in([Referrable.NO.value, Referrable.HOST.value])
    )
    found: set[str] = set()
    for card in session.scalars(asked):
        if requirements_from_json(card["requirements"]) == Requirements():
            found.update(card["needs"])
    return frozenset(found)


@event.listens_for(DeskSession, "before_flush")
def _note_due(session: Session, _context: UOWTransaction, _rows: object) -> None:
    fresh: set[tuple[uuid.UUID, str]] = session.info.setdefault(_FRESH, set())
    changed: set[uuid.UUID] = session.info.setdefault(_LEARNT, set())
    nobody: set[uuid.UUID] = session.info.setdefault(_NOBODY, set())
    for row in session.new:
        if isinstance(row, Need):
            fresh.add((row.person_id, row.code))
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, PersonDocument):
            changed.add(row.person_id)
        elif isinstance(row, Person) and row not in session.new and learnt(row):
            changed.add(row.id)
        elif isinstance(row, Need) and row not in session.new and ended(row):
            changed.add(row.person_id)
            if row.outcome == _NOT_FOUND:
                nobody.add(row.id)


@event.listens_for(DeskSession, "before_commit")
def _judge_due(session: Session) -> None:
    work = session.info.get("work")
    if work is None or session.in_nested_transaction():
        return
    session.flush()
    fresh, changed = session.info.pop(_FRESH, set()), session.info.pop(_LEARNT, set())
    due = {person for person, code in fresh if not _has_a_door(work, code)}
    for person in sorted(changed - due):
        if session.scalar(select(NeedGap.id).where(NeedGap.person_id == person, NeedGap.lapsed_at.is_(None)).limit(1)):
            due.add(person)
    for person in sorted(due):
        note_gaps(work, person)
    for need in sorted(session.info.pop(_NOBODY, ())):
        note_nobody_found(work, need)
    for key in (_FRESH, _LEARNT, _NOBODY):
        session.info.pop(key, None)

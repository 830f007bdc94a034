"""Lets go on the referrals that wait for a step, in the very work that writes the fact they wait for: a paper noted, a
CURP recorded, a need met. Imported by app; listens to every session, as the audit does.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, event, inspect, select
from sqlalchemy.orm import Session, UOWTransaction, joinedload

from referral.access.identity import Identity, Role
from referral.access.reach import Reach, Scope
from referral.infra.db import DeskSession
from referral.infra.sealed import CHANGED
from referral.infra.work import Work
from referral.needs.facts import LIVE
from referral.needs.models import Need
from referral.people.models import Person, PersonDocument
from referral.referrals.actions.steps import Step, take
from referral.referrals.facts import Party, Status
from referral.referrals.models import Referral
from referral.referrals.queries.doors import judge, known_person, need_among

_DUE = "waiting_due"  # key in a session's info: people of whom something was learnt
_LIVE = {status.value for status in LIVE}


def release_waiting(work: Work, person: uuid.UUID) -> list[str]:
    """Make a draft again of each referral of hers that waits for nothing any more; their codes.

    A draft is sent once she was asked: nothing leaves the desk here.
    """
    session = work.session
    rows = session.scalars(_waiting(), {"person": person}).all()
    if not rows:
        return []
    reach = keeper(rows[0].person.desk_id)
    _record, facts, _state = known_person(session, reach, person, today=work.today)
    released = []
    for row in rows:
        need, others = need_among(session, person, row.need_id)
        waits = judge(session, facts, need, row.service_id, others=others, today=work.today).waits_for
        if not waits:
            take(work, row, Step(Status.DRAFT, Party.DESK))
            released.append(row.code)
        else:
            row.waits_for = waits
    session.flush()
    return released


def _waiting() -> Select[Referral]:
    hers = Referral.person_id == bindparam("person", type_=Uuid)
    return (
        select(Referral)
        .where(hers, Referral.status == Status.WAITING.value)
        .options(joinedload(Referral.person).load_only(Person.data_key, Person.desk_id))
        .order_by(Referral.created_at, Referral.id)
        .with_for_update(of=Referral)
    )


def keeper(desk: uuid.UUID) -> Reach:
    """What a referral waits for does not depend on who asks: judged as the caseworker who keeps the file reads it."""
    return Reach(Scope.ALL, Identity(uuid.UUID(int=0), Role.CASEWORKER, name="", username="", desk=desk))


@event.listens_for(DeskSession, "before_flush")
def _note_due(session: Session, _context: UOWTransaction, _rows: object) -> None:
    due: set[uuid.UUID] = session.info.setdefault(_DUE, set())
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, PersonDocument):
            due.add(row.person_id)
        elif isinstance(row, Person) and row not in session.new and learnt(row):
            due.add(row.id)
        elif isinstance(row, Need) and row not in session.new and ended(row):
            due.add(row.person_id)


@event.listens_for(DeskSession, "before_commit")
def _release_due(session: Session) -> None:
    work = session.info.get("work")
    if work is None or session.in_nested_transaction():
        return
    session.flush()
    for person in sorted(session.info.pop(_DUE, ())):
        release_waiting(work, person)
    session.info.pop(_DUE, None)


def learnt(row: Person) -> bool:
    """Something was written in her drawers since the last flush."""
    state: Any = inspect(row)
    changed: set[str] = state.info.get(CHANGED, set())
    return bool(changed)


def ended(row: Need) -> bool:
    """The need was open before this flush and is not after it."""
    history = inspect(row).attrs.status.history
    return bool(_LIVE.intersection(history.deleted or ())) and not _LIVE.issuperset(history.added or _LIVE)

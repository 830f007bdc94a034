"""Keeps the written alerts in step with the files: whoever changes what one rests on, it is judged again before the
commit. Imported by this room's actions; listens to every session, as the audit does.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, event, inspect, select
from sqlalchemy.orm import Session, UOWTransaction

from referral.access.identity import Identity, Role
from referral.access.reach import Reach, Scope
from referral.arrival.facts import Raised
from referral.arrival.models import AlertAnswer
from referral.arrival.queries import basis_number, standing
from referral.arrival.rules.alerts import need_matters
from referral.infra.db import DeskSession, bare
from referral.infra.sealed import CHANGED
from referral.infra.work import Work
from referral.needs.facts import LIVE
from referral.needs.models import Need
from referral.needs.queries import needs_of
from referral.people.models import Person
from referral.people.queries.cards import person_record

_DUE = "alerts_due"  # key in a session's info: people whose alerts must be judged again
_LIVE = {status.value for status in LIVE}
# Changed facts that no alert can rest on: most corrections of a file cost nothing here.
_WITHOUT_ALERT = frozenset({"given", "surname1", "surname2", "chosen", "others", "native", "curp", "sex_document"})


def refresh_alerts(work: Work, person: uuid.UUID) -> None:
    """Write down the alerts that stand now, and mark as lapsed those that no longer do."""
    session = work.session
    if session.get_one(Person, person).merged_into is not None:
        return  # what stands, stands on the file that it was merged into
    now = {(one.rule, basis_number(session, person, one)) for one in standing_now(work, person)}
    kept = set()
    for ref, rule, basis in bare(session, _written(), {"person": person}).all():
        if (rule, basis) in now:
            kept.add((rule, basis))
        else:
            session.get_one(AlertAnswer, ref).lapsed_at = work.now
    for rule, basis in now - kept:
        session.add(AlertAnswer(person_id=person, rule=rule, basis=basis, raised_at=work.now))
    session.flush()


def standing_now(work: Work, person: uuid.UUID) -> tuple[Raised, ...]:
    """The alerts that her facts and needs raise, as the caseworker who keeps the file reads them; none once merged."""
    holder = work.session.get_one(Person, person)
    if holder.merged_into is not None:
        return ()
    record = person_record(work.session, _keeper(holder.desk_id), person, today=work.today)
    return standing(record, needs_of(work.session, person), today=work.today)


@cache
def _written() -> Select[uuid.UUID, str, int]:
    return select(AlertAnswer.id, AlertAnswer.rule, AlertAnswer.basis).where(
        AlertAnswer.person_id == bindparam("person", type_=Uuid), AlertAnswer.lapsed_at.is_(None)
    )


def _keeper(desk: uuid.UUID) -> Reach:
    """What stands does not depend on who asks: judged as the caseworker who keeps the file reads it."""
    return Reach(Scope.ALL, Identity(uuid.UUID(int=0), Role.CASEWORKER, name="", username="", desk=desk))


@event.listens_for(DeskSession, "before_flush")
def _note_due(session: Session, _context: UOWTransaction, _rows: object) -> None:
    due: set[uuid.UUID] = session.info.setdefault(_DUE, set())
    for row in (*session.new, *session.dirty):
        if isinstance(row, Need) and _need_matters(row):
            due.add(row.person_id)
        elif isinstance(row, Person) and _person_matters(row):
            due.add(row.id)


@event.listens_for(DeskSession, "before_commit")
def _judge_due(session: Session) -> None:
    work = session.info.get("work")
    if work is None or session.in_nested_transaction():
        return
    session.flush()
    for person in sorted(session.info.pop(_DUE, ())):
        refresh_alerts(work, person)
    session.info.pop(_DUE, None)


def _need_matters(row: Need) -> bool:
    if not need_matters(row.code):
        return False
    state: Any = inspect(row)
    if state.pending or state.transient:
        return True
    history = state.attrs.status.history
    before, after = set(history.deleted or ()), set(history.added or ())
    return history.has_changes() and bool(before & _LIVE) != bool(after & _LIVE)


def _person_matters(row: Person) -> bool:
    state: Any = inspect(row)
    changed: set[str] = state.info.get(CHANGED, set())
    if state.pending or state.transient:
        return "accompaniment" in changed  # a new file has no needs yet: only a child's company raises an alert
    basis = state.attrs.sensitive_basis.history.has_changes()
    return basis or bool(changed - _WITHOUT_ALERT)

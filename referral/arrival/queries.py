"""Reads of the arrival room: the alerts that stand on a file, and the open ones of a desk."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, Uuid, bindparam, func, select, union
from sqlalchemy.orm import Session, contains_eager

from referral.access.reach import Reach
from referral.arrival.facts import Alert, AnswerCode, Answered, AsylumTerm, Door, Raised
from referral.arrival.models import AlertAnswer
from referral.arrival.rules.alerts import ASYLUM_TERM, named_doors, raised
from referral.arrival.rules.deadline import asylum_deadline
from referral.arrival.rules.triage import NEED_OF
from referral.consent.facts import ConsentState
from referral.directory.queries.service_facts import services_by_key
from referral.infra.crypto import Vault
from referral.infra.db import bare, within
from referral.needs.facts import NeedLine, NeedStatus
from referral.needs.models import Need
from referral.people.facts import PersonName, PersonRecord
from referral.people.models import Person
from referral.people.queries.cards import NAMED, named
from referral.referrals.queries.contacts import contacts
from referral.routing.person import facts_of
from referral.routing.rules.book import rule_book
from referral.staff.models import Desk, Staff

# Consents open doors; no alert depends on one.
_NO_CONSENTS = ConsentState(None, ())


class OpenAlert(NamedTuple):
    """An open alert of somebody at the desk."""

    person: PersonName
    rule: str
    raised_at: datetime


def standing(record: PersonRecord, needs: Sequence[NeedLine], *, today: date) -> tuple[Raised, ...]:
    """The alerts that her facts and open needs raise now, answered or not. No statement."""
    return raised(facts_of(record, _NO_CONSENTS, today=today), needs)


def basis_number(session: Session, person: uuid.UUID, one: Raised) -> int:
    """What an alert rests on, as a keyed number: tells that it changed, never what it was."""
    vault: Vault = session.info["vault"]
    return vault.token(f"alert|{person}|{one.basis}")


def alerts_of(
    session: Session,
    record: PersonRecord,
    needs: Sequence[NeedLine],
    *,
    today: date,
    term: AsylumTerm,
    with_doors: bool = False,
) -> tuple[Alert, ...]:
    """The alerts on a file, those without answer first. One statement when any stands; five more `with_doors`.

    They are judged from the facts each time, so that none is missing whoever wrote the facts; only the answers are
    read.
    """
    facts = facts_of(record, _NO_CONSENTS, today=today)
    now = raised(facts, needs)
    if not now:
        return ()
    answers = _answers(session, record.ref)
    named = {one.rule: tuple(named_doors(one.rule, facts, one.needs)) for one in now if with_doors}
    doors = {door.key: door for door in doors_called(session, {key for keys in named.values() for key in keys})}
    found = []
    for one in now:
        answered = answers.get((one.rule, basis_number(session, record.ref, one)))
        deadline = None
        if one.rule in ASYLUM_TERM:
            deadline = asylum_deadline(record.mobility.entry, today=today, term=term)
        called = tuple(doors[key] for key in named.get(one.rule, ()) if key in doors)
        found.append(Alert(one.rule, one.doubt, answered, called, deadline))
    return tuple(sorted(found, key=lambda alert: alert.answered is not None))


def doors_of_rule(rule: str) -> tuple[str, ...]:
    """Keys of the services a rule names for an adult of whom nothing is known; empty when it is switched off."""
    known = rule_book().get(rule)
    return tuple(dict.fromkeys(door.key for door in known.doors if not door.minors_only)) if known else ()


def doors_called(session: Session, keys: Collection[str]) -> tuple[Door, ...]:
    """Whom to call, in the order given; services that the directory lacks are left out. Five statements."""
    if not keys:
        return ()
    services = {service.key: service for service in services_by_key(session, keys=keys)}
    known = [services[key] for key in keys if key in services]
    phones = contacts(session, [service.ref for service in known])
    return tuple(
        Door(
            key=service.key,
            ref=service.ref,
            name=service.name,
            phones=tuple(phone.number for phone in phones[service.ref].phones),
            demo_phone=phones[service.ref].demo_phone,
        )
        for service in known
    )


def open_rules(session: Session, person: uuid.UUID) -> tuple[str, ...]:
    """Rules of a person's alerts without answer, as they were last written down. One statement."""
    return tuple(bare(session, _open_rules(), {"person": person}).scalars())


def rules_at_a_glance(connection: Connection, person: uuid.UUID) -> tuple[str, ...]:
    """The same where no session is open: on the pages of lower rooms, most of whose people have none."""
    return tuple(connection.execute(_open_rules(), {"person": person}).scalars())


def who_cannot_wait(session: Session, people: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Which of these people have an alert without answer, or an open need that the first answers raise at once. One
    statement.
    """
    alerted = select(AlertAnswer.person_id).where(
        AlertAnswer.person_id.in_(people), AlertAnswer.answered_at.is_(None), AlertAnswer.lapsed_at.is_(None)
    )
    waiting = select(Need.person_id).where(
        Need.person_id.in_(people),
        Need.status == NeedStatus.OPEN.value,
        Need.urgency == "immediate",
        Need.code.in_(sorted(set(NEED_OF.values()))),
    )
    return frozenset(session.scalars(union(alerted, waiting)))


def open_alerts(session: Session, reach: Reach, *, most: int) -> tuple[list[OpenAlert], int]:
    """The alerts without answer of the files within reach, those that wait longest first, and how many there are in
    all. One statement.
    """
    rows = bare(session, _open_of_desk(reach), {"most": most}).all()
    found = [OpenAlert(named(session, row), row.rule, row.raised_at) for row in rows]
    return found, rows[0].all if rows else 0


# Put together once for each account: the home page asks it.
@lru_cache(maxsize=64)
def _open_of_desk(reach: Reach) -> Select[*tuple[Any, ...]]:
    waits = (
        AlertAnswer.answered_at.is_(None),
        AlertAnswer.lapsed_at.is_(None),
        Person.id == AlertAnswer.person_id,
        within(reach, desk=Person.desk_id),
    )
    # Counted apart: a window over them all would carry each with her name to its end.
    count = select(func.count()).where(*waits).correlate(None).scalar_subquery().label("all")
    found = select(*NAMED, AlertAnswer.rule, AlertAnswer.raised_at, count).where(*waits)
    return found.order_by(AlertAnswer.raised_at, AlertAnswer.id).limit(bindparam("most"))


@cache
def _open_rules() -> Select[str]:
    return (
        select(AlertAnswer.rule)
        .where(
            AlertAnswer.person_id == bindparam("person", type_=Uuid),
            AlertAnswer.answered_at.is_(None),
            AlertAnswer.lapsed_at.is_(None),
        )
        .order_by(AlertAnswer.raised_at, AlertAnswer.rule)
    )


@cache
def _answered() -> Select[*tuple[Any, ...]]:
    return (
        select(AlertAnswer, Staff.name, Desk.name)
        .join(AlertAnswer.person)
        .outerjoin(Staff, Staff.id == AlertAnswer.staff_id)
        .outerjoin(Desk, Desk.id == Staff.desk_id)
        .where(
            AlertAnswer.person_id == bindparam("person", type_=Uuid),
            AlertAnswer.answered_at.is_not(None),
            AlertAnswer.lapsed_at.is_(None),
        )
        .options(contains_eager(AlertAnswer.person).load_only(Person.data_key))
    )


def _answers(session: Session, person: uuid.UUID) -> dict[tuple[str, int], Answered]:
    rows = session.execute(_answered(), {"person": person})
    return {(row[0].rule, row[0].basis): _answer(row) for row in rows}


def _answer(row: Row[*tuple[Any, ...]]) -> Answered:
    alert, staff_name, desk_name = row
    note = alert.note.get("text", "")
    return Answered(alert.answered_at, AnswerCode(alert.answer), staff_name or "", note, desk_name or "")

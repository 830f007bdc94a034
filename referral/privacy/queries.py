"""Reads of the privacy room: permissions in force, doors shut by a rule, what waits for a second pair of eyes."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, contains_eager

from referral.access.reach import Reach
from referral.consent.queries import basis_uses, consent_state, unconfirmed_written, written_of
from referral.directory.facts import Words
from referral.directory.models import Service
from referral.directory.queries.organizations import organization_names
from referral.infra.db import within
from referral.infra.work import OutOfReach
from referral.people.models import BreakGlass, GuardedOpening, Person
from referral.people.queries.cards import person_card, person_cards
from referral.people.queries.guarded import guarded_of
from referral.people.queries.reserved import reads_reserved
from referral.privacy.facts import (
    GlassReason,
    GuardedLine,
    Holder,
    OpeningLine,
    Permission,
    Protected,
    Reserved,
    Review,
    ShutDoor,
    ToConfirm,
)
from referral.referrals.queries.doors import one_door
from referral.routing.facts import Offer, ReasonCode
from referral.staff.models import Desk, Staff


def holder(session: Session, reach: Reach, person: uuid.UUID, *, own: Reach, today: date) -> Holder:
    """Her permissions in force, oldest first, in at most four statements. `reach`: who may take back; `own`: whose file
    this account may read, and so whose institutions it may be told.
    """
    card = person_card(session, person, today=today)
    if not reach.covers(desk=card.desk):
        raise OutOfReach
    own_desk = own.covers(desk=card.desk)
    state = consent_state(session, person)
    live = [one for one in state.recorded if one.allows(today)]
    named = own_desk and any(one.organization for one in live)
    partners: dict[uuid.UUID, Words] = dict(organization_names(session)) if named else {}
    return Holder(
        card,
        tuple(
            Permission(
                purpose=one.purpose,
                organization=one.organization,
                partner=partners.get(one.organization) if one.organization else None,
                since=one.at,
                expires_on=one.expires_on,
            )
            for one in live
        ),
        own_desk,
    )


def shut_door(
    session: Session, reach: Reach, *, person: uuid.UUID, need: uuid.UUID, service: uuid.UUID, today: date
) -> ShutDoor:
    """One door as a rule shuts it, with the written consents about it. OutOfReach as referrals' one_door."""
    door = one_door(session, reach, person=person, need=need, service=service, today=today)
    written = tuple(line for line in written_of(session, person) if line.service == service)
    opened = any(reason.code is ReasonCode.CONSENT_RECORDED for reason in door.offer.reasons)
    return ShutDoor(door.record.card, door.offer, opening_rule(door.offer), opened, written)


def opening_rule(offer: Offer) -> str | None:
    """The rule that shuts this door unless there is a written consent; None when no consent could open it."""
    blocks = [reason for reason in offer.reasons if reason.code is ReasonCode.BLOCKED_BY_RULE]
    by_consent = [reason for reason in blocks if reason.value("consent") == offer.service.key]
    # Another rule that shuts it too cannot be opened by a paper: then nothing can.
    return str(by_consent[0].value("rule")) if by_consent and len(by_consent) == len(blocks) else None


def to_confirm(session: Session, reach: Reach, *, today: date) -> list[ToConfirm]:
    """Written consents of this desk's people that wait for a second person, in three statements."""
    waiting = unconfirmed_written(session, reach, today=today)
    if not waiting:
        return []
    cards = person_cards(session, {line.person for line in waiting}, today=today)
    rows = session.execute(
        select(Service.id, Service.name_es, Service.name_en).where(Service.id.in_({line.service for line in waiting}))
    )
    names = {row.id: Words(row.name_es, row.name_en) for row in rows}
    return [ToConfirm(cards[line.person], names[line.service], line) for line in waiting]


def reserved(session: Session, reach: Reach, person: uuid.UUID, *, now: datetime, today: date) -> Reserved:
    """Whose file it is, and whether it is open to this account. OutOfReach for another desk's. Two statements."""
    card = person_card(session, person, today=today)
    if not reach.covers(desk=card.desk):
        raise OutOfReach
    mine = select(func.max(BreakGlass.until)).where(
        BreakGlass.person_id == person, BreakGlass.staff_id == reach.identity.staff, BreakGlass.until > now
    )
    return Reserved(card, session.scalar(mine))


def openings(session: Session, *, waiting: bool, page: int, per_page: int, today: date) -> list[OpeningLine]:
    """Openings of reserved parts: those that wait for the review, soonest due first; or those reviewed, latest first.
    One row more than `per_page` tells that a further page exists. One statement.
    """
    found = (
        select(BreakGlass, Staff.name, Desk.name)
        .join(BreakGlass.person)
        .join(Staff, Staff.id == BreakGlass.staff_id)
        .join(Desk, Desk.id == BreakGlass.desk_id)
        .options(contains_eager(BreakGlass.person).load_only(Person.folio, Person.data_key))
        .offset((page - 1) * per_page)
        .limit(per_page + 1)
    )
    if waiting:
        found = found.where(BreakGlass.reviewed_at.is_(None)).order_by(BreakGlass.due_on, BreakGlass.id)
    else:
        found = found.where(BreakGlass.reviewed_at.is_not(None)).order_by(BreakGlass.reviewed_at.desc(), BreakGlass.id)
    return [_opening(row, staff_name, desk_name, today) for row, staff_name, desk_name in session.execute(found)]


def protected(session: Session, reach: Reach, person: uuid.UUID, *, today: date) -> Protected:
    """Whose file it is and what came of asking for what is protected of it. OutOfReach for another desk's."""
    card = person_card(session, person, today=today)
    if not reach.covers(desk=card.desk):
        raise OutOfReach
    broken = reads_reserved(session, reach, person)
    return Protected(card, broken, guarded_of(session, person, reach.identity.staff))


def guarded_askings(session: Session, reach: Reach, *, waiting: bool, page: int, per_page: int) -> list[GuardedLine]:
    """Askings for what is protected within reach: those that wait, first asked first; or those decided, latest first.
    One row more than `per_page` tells that a further page exists. One statement.
    """
    row = GuardedOpening
    state = row.decided_at.is_(None) if waiting else row.decided_at.is_not(None)
    order = row.asked_at if waiting else row.decided_at.desc()
    found = _askings(reach).where(state).order_by(order, row.id).offset((page - 1) * per_page).limit(per_page + 1)
    return [_asking(*each, reader=reach.identity.staff) for each in session.execute(found)]


def guarded_asking(session: Session, reach: Reach, ref: uuid.UUID) -> GuardedLine | None:
    """One of them, if it is within reach. One statement."""
    found = session.execute(_askings(reach).where(GuardedOpening.id == ref)).one_or_none()
    return None if found is None else _asking(*found, reader=reach.identity.staff)


def guarded_waiting(session: Session, reach: Reach) -> int:
    """How many askings wait for this account's word. One statement."""
    row = GuardedOpening
    waits = select(func.count()).select_from(row).where(row.decided_at.is_(None), row.staff_id != reach.identity.staff)
    return session.scalar(waits.where(within(reach, desk=row.desk_id))) or 0


def _askings(reach: Reach) -> Select[GuardedOpening, str, str, str | None]:
    row, second = GuardedOpening, aliased(Staff)
    return (
        select(row, Staff.name, Desk.name, second.name)
        .join(row.person)
        .join(Staff, Staff.id == row.staff_id)
        .join(Desk, Desk.id == row.desk_id)
        .outerjoin(second, second.id == row.decided_by)
        .options(contains_eager(row.person).load_only(Person.folio, Person.data_key))
        .where(within(reach, desk=row.desk_id))
    )


def _asking(
    row: GuardedOpening, staff_name: str, desk_name: str, decided_by: str | None, *, reader: uuid.UUID
) -> GuardedLine:
    words = row.words
    return GuardedLine(
        ref=row.id,
        person=row.person_id,
        folio=row.person.folio,
        asked_at=row.asked_at,
        staff_name=staff_name,
        desk_name=desk_name,
        words=words.get("text", ""),
        own=row.staff_id == reader,
        decided_at=row.decided_at,
        decided_by=decided_by or "",
        granted=row.granted,
        until=row.until,
        note=words.get("review", ""),
    )


def _opening(row: BreakGlass, staff_name: str, desk_name: str, today: date) -> OpeningLine:
    words = row.words
    return OpeningLine(
        ref=row.id,
        person=row.person_id,
        folio=row.person.folio,
        at=row.at,
        until=row.until,
        staff=row.staff_id,
        staff_name=staff_name,
        desk_name=desk_name,
        reason=GlassReason(row.reason),
        words=words.get("text", ""),
        due_on=row.due_on,
        late=row.reviewed_at is None and row.due_on < today,
        reviewed_at=row.reviewed_at,
        justified=row.justified,
        note=words.get("review", ""),
    )


def reviews(session: Session, *, waiting: bool, page: int, per_page: int, today: date) -> list[Review]:
    """Uses of another basis with the folio beside each, in two statements; one more than `per_page` if more follow."""
    uses = basis_uses(session, waiting=waiting, page=page, per_page=per_page)
    rows = session.execute(select(Person.id, Person.folio).where(Person.id.in_({use.person for use in uses})))
    folios = {row.id: row.folio for row in rows} if uses else {}
    return [Review(use, folios.get(use.person), use.reviewed_at is None and use.due_on < today) for use in uses]

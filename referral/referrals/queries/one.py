"""One referral with its story, as far as the reader may know it. Called by this room's pages."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.orm import Session, contains_eager

from referral.access.reach import Reach
from referral.consent.facts import Purpose
from referral.consent.queries import has_consent
from referral.infra.work import OutOfReach
from referral.people import drawers
from referral.people.models import Person
from referral.people.queries.cards import person_cards
from referral.referrals.facts import EventLine, How, Party, ReferralPage, Status
from referral.referrals.models import Referral, ReferralEvent
from referral.referrals.queries.reach import is_partner, knows_people, partner_limits
from referral.referrals.queries.rows import line, select_lines
from referral.referrals.rules.moves import allowed_moves
from referral.staff.models import Desk, Staff


# Statements made once, on first use: every table that they point at is known by then.
@cache
def _one() -> Select[*tuple[Any, ...]]:
    return (
        select_lines(Referral, Desk.id.label("desk"), Desk.name.label("desk_name"), Staff.name.label("staff_name"))
        .join(Desk, Desk.id == Referral.desk_id)
        .join(Person, Person.id == Referral.person_id)
        .outerjoin(Staff, Staff.id == Referral.staff_id)
        .options(contains_eager(Referral.person).load_only(Person.data_key, Person.desk_id, Person.contact_sealed))
        .where(Referral.id == bindparam("ref", type_=Uuid))
    )


@cache
def _story() -> Select[ReferralEvent, str, uuid.UUID | None]:
    # The person who holds the key of the notes came with the referral: the session finds her without a statement.
    return (
        select(ReferralEvent, Staff.name, Staff.organization_id)
        .outerjoin(Staff, Staff.id == ReferralEvent.staff_id)
        .where(ReferralEvent.referral_id == bindparam("ref", type_=Uuid))
        .order_by(ReferralEvent.step)
    )


def referral(session: Session, reach: Reach, ref: uuid.UUID, *, now: datetime, today: date) -> ReferralPage:
    """One referral. OutOfReach when there is none, or it is not this reader's to see.

    A partner reads the packet as it was sent, the steps, and the notes its own people wrote: nothing of the live file.
    """
    partner, names = is_partner(reach), knows_people(reach)
    wanted = _one().where(partner_limits(now)) if partner else _one()
    row = session.execute(wanted, {"ref": ref}).one_or_none()
    if row is None or not within_reach(reach, row.Referral):
        raise OutOfReach
    found: Referral = row.Referral
    packet = found.packet
    fields = packet.get("fields", {})
    party = Party.RECEIVER if partner else Party.DESK
    if partner:
        name = str(fields.get("name", ""))
    elif names:
        name = person_cards(session, [found.person_id], today=today)[found.person_id].name
    else:
        name, fields = "", {}
    return ReferralPage(
        line=line(row, today=today, name=name),
        desk=row.desk,
        desk_name=row.desk_name,
        staff_name=row.staff_name or "",
        packet=fields,
        note=packet.get("note", "") if fields else "",
        basis=found.basis,
        child_heard=bool(packet.get("child_heard")) if fields else False,
        override=found.note.get("override", "") if names and not partner else "",
        override_code=found.override_code if names and not partner else "",
        events=_events(session, reach, found),
        version=found.version,
        allowed=allowed_moves(Status(found.status), party),
        consented=has_consent(session, found.person_id, Purpose.REFERRAL, found.organization_id, today=today),
        person_language=drawers.contact_facts(found.person.contact).language if names and not partner else "",
    )


def within_reach(reach: Reach, row: Referral) -> bool:
    """Whether a referral is this reader's: her desk sent it, or her desk now keeps the person's file, or it was
    sent to her.
    """
    return reach.covers(desk=row.desk_id, organization=row.organization_id, staff=row.staff_id) or reach.covers(
        desk=row.person.desk_id, organization=row.organization_id
    )


def partner_still_reads(session: Session, ref: uuid.UUID, *, now: datetime) -> bool:
    """Whether the institution may still open this referral: sent, not long over, consent not taken back."""
    return session.scalar(select(Referral.id).where(Referral.id == ref, partner_limits(now))) is not None


def _events(session: Session, reach: Reach, found: Referral) -> tuple[EventLine, ...]:
    partner, names = is_partner(reach), knows_people(reach)
    rows = session.execute(_story(), {"ref": found.id})
    lines = []
    for event, staff_name, organization in rows:
        if partner and event.to_status in {Status.DRAFT.value, Status.WAITING.value}:
            continue  # how the desk prepared it is no affair of the institution
        own = organization is not None and organization == reach.identity.organization
        lines.append(
            EventLine(
                at=event.at,
                from_status=None if event.from_status is None else Status(event.from_status),
                to_status=Status(event.to_status),
                party=Party(event.party),
                how=How(event.how) if event.how else None,
                reason=event.reason,
                outcome=event.outcome,
                note=event.note.get("text", "") if own or (names and not partner) else "",
                staff_name=(staff_name or "") if own or not partner else "",
            )
        )
    return tuple(lines)

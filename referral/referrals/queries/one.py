"""One referral with its story, as far as the reader may know it. Called by this room's pages."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import reach_of
from referral.consent.facts import Purpose
from referral.consent.queries import has_consent
from referral.infra.db import bare
from referral.infra.sealed import open_held, open_own
from referral.infra.work import OutOfReach
from referral.people import drawers
from referral.people.models import Person
from referral.people.queries.reserved import reads_reserved
from referral.referrals.facts import EventLine, How, Party, ReferralPage, Status
from referral.referrals.models import Referral, ReferralEvent
from referral.referrals.queries.reach import is_partner, knows_people, partner_limits
from referral.referrals.queries.rows import line, select_lines
from referral.referrals.rules.moves import allowed_moves
from referral.referrals.rules.packet import RESERVED_FIELDS
from referral.staff.models import Desk, Staff


# Statements of bare columns, made once, on first use: every table that they point at is known by then.
@cache
def _one() -> Select[*tuple[Any, ...]]:
    return (
        select_lines(
            Referral.desk_id,
            Referral.staff_id,
            Referral.basis,
            Referral.override_code,
            Referral.version,
            Referral.packet_sealed,
            Referral.note_sealed,
            Desk.name.label("desk_name"),
            Staff.name.label("staff_name"),
            Person.desk_id.label("keeper"),
            Person.data_key,
            Person.identity_sealed,
            Person.contact_sealed,
        )
        .join(Desk, Desk.id == Referral.desk_id)
        .join(Person, Person.id == Referral.person_id)
        .outerjoin(Staff, Staff.id == Referral.staff_id)
        .where(Referral.id == bindparam("ref", type_=Uuid))
    )


@cache
def _story() -> Select[*tuple[Any, ...]]:
    return (
        select(
            ReferralEvent.id,
            ReferralEvent.at,
            ReferralEvent.from_status,
            ReferralEvent.to_status,
            ReferralEvent.party,
            ReferralEvent.how,
            ReferralEvent.reason,
            ReferralEvent.outcome,
            ReferralEvent.note_sealed,
            Staff.name.label("staff_name"),
            Staff.organization_id,
        )
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
    row = bare(session, wanted, {"ref": ref}).one_or_none()
    if row is None or not within_reach(reach, row):
        raise OutOfReach
    packet = _drawer(session, row, Referral.__tablename__, "packet_sealed", row)
    fields = packet.get("fields", {})
    party = Party.RECEIVER if partner else Party.DESK
    name = language = ""
    if partner:
        name = str(fields.get("name", ""))
    elif names:
        name = drawers.names_in(_of_person(session, row, "identity_sealed")).display
        language = _of_person(session, row, "contact_sealed").get("language", "")
    else:
        fields = {}
    reads = reads_reserved(session, reach, row.person_id) if names and not partner else partner
    if not reads:
        fields = {code: value for code, value in fields.items() if code not in RESERVED_FIELDS}
    return ReferralPage(
        line=line(row, today=today, name=name),
        desk=row.desk_id,
        desk_name=row.desk_name,
        staff_name=row.staff_name or "",
        packet=fields,
        note=packet.get("note", "") if fields and reads else "",
        basis=row.basis,
        child_heard=bool(packet.get("child_heard")) if fields else False,
        override=_drawer(session, row, Referral.__tablename__, "note_sealed", row).get("override", "")
        if reads and not partner
        else "",
        override_code=row.override_code if names and not partner else "",
        events=_events(session, reach, row, noted=reads and not partner),
        version=row.version,
        allowed=allowed_moves(Status(row.status), party),
        consented=has_consent(session, row.person_id, Purpose.REFERRAL, row.organization_id, today=today),
        person_language=language,
        reserved=names and not reads,
        openable=names and not reads and reach_of(reach.identity, Permission.BREAK_GLASS).covers(desk=row.keeper),
    )


def within_reach(reach: Reach, row: Row[*tuple[Any, ...]]) -> bool:
    """Whether a referral is this reader's: her desk sent it, or her desk now keeps the person's file, or it was
    sent to her.
    """
    return reach.covers(desk=row.desk_id, organization=row.organization_id, staff=row.staff_id) or reach.covers(
        desk=row.keeper, organization=row.organization_id
    )


def partner_still_reads(session: Session, ref: uuid.UUID, *, now: datetime) -> bool:
    """Whether the institution may still open this referral: sent, not long over, consent not taken back."""
    return session.scalar(select(Referral.id).where(Referral.id == ref, partner_limits(now))) is not None


def _events(session: Session, reach: Reach, found: Row[*tuple[Any, ...]], *, noted: bool) -> tuple[EventLine, ...]:
    """Its steps. `noted`: with the notes of everybody; without it, of an institution's reader with its own people's."""
    partner = is_partner(reach)
    lines = []
    for event in bare(session, _story(), {"ref": found.id}):
        if partner and event.to_status in {Status.DRAFT.value, Status.WAITING.value}:
            continue  # how the desk prepared it is no affair of the institution
        own = event.organization_id is not None and event.organization_id == reach.identity.organization
        note = _drawer(session, event, ReferralEvent.__tablename__, "note_sealed", found) if own or noted else {}
        lines.append(
            EventLine(
                at=event.at,
                from_status=None if event.from_status is None else Status(event.from_status),
                to_status=Status(event.to_status),
                party=Party(event.party),
                how=How(event.how) if event.how else None,
                reason=event.reason,
                outcome=event.outcome,
                note=note.get("text", ""),
                staff_name=(event.staff_name or "") if own or not partner else "",
            )
        )
    return tuple(lines)


def _drawer(
    session: Session, row: Row[*tuple[Any, ...]], table: str, column: str, found: Row[*tuple[Any, ...]]
) -> dict[str, Any]:
    """A drawer of the referral `found` or of one of its steps: both are sealed with the person's key."""
    holder, sealed = f"{Person.__tablename__}|{found.person_id}", getattr(row, column)
    return open_held(session, table, column, row.id, holder=holder, data_key=found.data_key, sealed=sealed)


def _of_person(session: Session, found: Row[*tuple[Any, ...]], column: str) -> dict[str, Any]:
    """A drawer of the person whom the referral `found` is about."""
    ref, sealed = found.person_id, getattr(found, column)
    return open_own(session, Person.__tablename__, column, ref, data_key=found.data_key, sealed=sealed)

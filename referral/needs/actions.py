"""Writes of the needs room. Called by its views and by the referrals room, which marks and settles needs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from referral.access.permissions import Permission
from referral.consent.queries import care_withdrawn
from referral.infra.work import OutOfReach, Work
from referral.kernel.codes import NEEDS
from referral.needs.facts import NeedStatus, NewNeed
from referral.needs.models import Need
from referral.needs.queries import live_codes
from referral.needs.rules import check_new_needs, check_settle, settled_by_desk
from referral.people.models import Person


class Stale(Exception):
    """Somebody changed the need after the page was opened; nothing was written. `status` is where it stands now."""

    def __init__(self, status: NeedStatus) -> None:
        super().__init__(status.value)
        self.status = status


def add_need(work: Work, *, person: uuid.UUID, new: NewNeed) -> uuid.UUID:
    """Note one need. Refused as rules.check_new_needs says."""
    return add_needs(work, person=person, new=[new])[0]


def add_needs(work: Work, *, person: uuid.UUID, new: Sequence[NewNeed]) -> list[uuid.UUID]:
    """Note several needs, all or none. Refused as rules.check_new_needs says; OutOfReach for another desk's file."""
    holder = work.hold(Person, person)  # two tabs must not note the same need twice
    work.require(Permission.NEED_RECORD, desk=holder.desk_id)
    check_new_needs(
        new, live_codes=live_codes(work.session, person), care_withdrawn=care_withdrawn(work.session, person)
    )
    rows = []
    for one in new:
        entry = NEEDS[one.code]
        row = Need(
            person=holder,
            person_id=holder.id,
            code=entry.code,
            category=entry.category,
            urgency=one.urgency or entry.default_urgency,
            status=NeedStatus.OPEN.value,
            staff_id=work.identity.staff if work.identity else None,
            raised_at=work.now,
        )
        work.session.add(row)
        if one.note:
            row.note = {"text": one.note}
        rows.append(row)
    return [row.id for row in rows]


def open_by_rule(work: Work, *, person: uuid.UUID, code: str, urgency: str = "") -> uuid.UUID | None:
    """A need that a rule opens by itself, whoever made it apply; None when she has it open or closed her file."""
    holder = work.session.get(Person, person, with_for_update=True)
    if holder is None or code in live_codes(work.session, person) or care_withdrawn(work.session, person):
        return None
    entry = NEEDS[code]
    row = Need(
        person=holder,
        person_id=person,
        code=code,
        category=entry.category,
        urgency=urgency or entry.default_urgency,
        status=NeedStatus.OPEN.value,
        raised_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row.id


def settle_at_desk(work: Work, *, person: uuid.UUID, ref: uuid.UUID, outcome: str, version: int) -> None:
    """The desk ends a need with one of rules.BY_DESK. Refused as rules.settled_by_desk says; Stale when it changed."""
    row = _need(work, ref)
    work.require(Permission.NEED_RECORD, desk=row.person.desk_id)
    if row.person_id != person:
        raise OutOfReach
    if row.version != version:
        raise Stale(NeedStatus(row.status))
    settle_need(work, ref=ref, to=settled_by_desk(NeedStatus(row.status), outcome), outcome=outcome)


def settle_need(work: Work, *, ref: uuid.UUID, to: NeedStatus, outcome: str | None = None) -> None:
    """End a need as met, unmet or withdrawn, with how it ended. Refused when it has ended already."""
    row = _need(work, ref)
    check_settle(NeedStatus(row.status), to, outcome)
    row.status, row.outcome, row.closed_at = to.value, outcome, work.now


def reopen_need(work: Work, *, ref: uuid.UUID, outcome: str | None = None) -> None:
    """A referral ended without settling the need: it asks for another door. `outcome` remembers how the last one
    ended.
    """
    row = _need(work, ref)
    row.status, row.outcome, row.closed_at = NeedStatus.OPEN.value, outcome, None


def mark_referred(work: Work, *, ref: uuid.UUID) -> None:
    """A referral for this need is under way."""
    row = _need(work, ref)
    if row.status != NeedStatus.REFERRED.value:
        row.status, row.closed_at = NeedStatus.REFERRED.value, None


def _need(work: Work, ref: uuid.UUID) -> Need:
    # Locked, so that two referrals of one need that end at once settle it one after the other.
    return work.hold(Need, ref)

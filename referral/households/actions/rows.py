"""What every write of this room stands on: people locked and in reach, memberships begun and ended, company told again.

Called by the other files of this package.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import select

from referral.access.permissions import Permission
from referral.households.facts import Household, Leaving, Member, Place
from referral.households.models import Household as HouseholdRow
from referral.households.models import HouseholdMember
from referral.households.queries import guardians_of, household_of
from referral.households.rules.company import accompaniment_of, company_to_write
from referral.households.rules.relations import relation_after
from referral.infra.work import OutOfReach, Work
from referral.people import drawers
from referral.people.actions import correct_identity
from referral.people.models import Person


def held(work: Work, refs: Iterable[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """People this account may edit, locked in one order: two desks that join the same families wait for each other."""
    wanted = sorted(set(refs))
    rows = {
        row.id: row
        for row in work.session.scalars(
            select(Person).where(Person.id.in_(wanted)).order_by(Person.id).with_for_update()
        )
    }
    if len(rows) != len(wanted):
        raise OutOfReach
    for row in rows.values():
        work.require(Permission.PERSON_EDIT, desk=row.desk_id)
    return rows


def new_household(work: Work, desk: uuid.UUID) -> uuid.UUID:
    """An empty household; somebody must become its head in the same work."""
    row = HouseholdRow(desk_id=desk, created_at=work.now)
    work.session.add(row)
    work.session.flush()
    return row.id


def household_for(work: Work, person: Person) -> Household:
    """The household of a person, made with her as head when she has none. Locked."""
    known = household_of(work.session, person.id, today=work.today)
    if known is None:
        begin(work, new_household(work, person.desk_id), [Place(person.id, head=True)])
    else:
        lock(work, known.ref)
    household = household_of(work.session, person.id, today=work.today)
    if household is None:
        raise OutOfReach
    return household


def lock(work: Work, household: uuid.UUID) -> None:
    """Nobody else changes this household until the work is over."""
    work.session.scalar(select(HouseholdRow.id).where(HouseholdRow.id == household).with_for_update())


def begin(work: Work, household: uuid.UUID, places: Iterable[Place]) -> None:
    """Memberships that begin now. Those that end must have ended before: one household at a time, one head."""
    for place in places:
        work.session.add(
            HouseholdMember(
                household_id=household,
                person_id=place.person,
                relation="" if place.head else place.relation,
                is_head=place.head,
                goes_with=place.goes_with,
                joined_at=work.now,
            )
        )
    work.session.flush()


def end(work: Work, people: Collection[uuid.UUID], because: Leaving) -> None:
    """The memberships these people have today end now."""
    rows = work.session.scalars(
        select(HouseholdMember).where(HouseholdMember.person_id.in_(people), HouseholdMember.left_at.is_(None))
    )
    for row in rows:
        row.left_at = work.now
        row.left_because = because.value
    work.session.flush()


def place_of(member: Member) -> Place:
    """What a member is today."""
    return Place(member.ref, member.relation, member.head, member.goes_with)


def turned(members: Iterable[Member], head: Member) -> list[Place]:
    """These members under a new head: relations that are certain are turned round, the others are left to ask."""
    return [
        Place(
            one.ref,
            relation=""
            if one.ref == head.ref
            else relation_after(one.relation, new_head=head.relation, is_old_head=one.head),
            head=one.ref == head.ref,
            goes_with=one.goes_with,
        )
        for one in members
    ]


def eldest(members: Iterable[Member]) -> Member:
    """Who becomes head when nobody says: an adult before a child, then the oldest. (They come oldest first.)"""
    return min(members, key=lambda one: one.minor is not False)


def remaining_head(work: Work, household: Household, leaving: Collection[uuid.UUID]) -> None:
    """Give those who stay a head when theirs is among the leaving, whose memberships have ended already."""
    staying = [one for one in household.members if one.ref not in leaving]
    if not staying or any(one.head for one in staying):
        return
    end(work, [one.ref for one in staying], Leaving.CORRECTED)
    begin(work, household.ref, turned(staying, eldest(staying)))


def tell_company(work: Work, people: Iterable[uuid.UUID], *, forget: Collection[uuid.UUID] = ()) -> None:
    """Write on each child's file whom she is with, where it can be told.

    `forget`: those whose company changed: what was written before no longer holds, and is asked again if need be.
    """
    work.session.flush()
    known: dict[uuid.UUID, Household | None] = {}
    for ref in dict.fromkeys(people):
        if ref not in known:
            household = household_of(work.session, ref, today=work.today)
            known.update({one.ref: household for one in household.members} if household else {ref: None})
        household = known[ref]
        member = household.member(ref) if household else None
        if member is not None and member.minor is not False:
            code = accompaniment_of(member, household, member.guardians, work.today)
            if ref not in forget:
                code = company_to_write(member.accompaniment, code, household)
            _note(work, member, code if code is not None else "" if ref in forget else member.accompaniment)


def tell_child(work: Work, child: Person, *, forget: bool = False) -> None:
    """The same for one child, who may belong to no household."""
    work.session.flush()
    if household_of(work.session, child.id, today=work.today) is not None:
        tell_company(work, [child.id], forget=[child.id] if forget else [])
        return
    identity = drawers.identity_facts(child.identity)
    alone = Member(
        ref=child.id,
        name="",
        birth=identity.birth,
        minor=identity.birth.is_minor(work.today),
        gender="",
        relation="",
        head=False,
        goes_with=True,
        accompaniment=identity.accompaniment,
        guardians=(),
        folio=None,
        desk=child.desk_id,
        since=work.now,
    )
    code = accompaniment_of(alone, None, guardians_of(work.session, child.id), work.today)
    if code is not None or forget:
        _note(work, alone, code or "")


def _note(work: Work, member: Member, code: str) -> None:
    if code == member.accompaniment:
        return
    # A brother whose file another desk keeps is that desk's to correct; his page tells the same from the family.
    if work.identity is not None and not work.reach(Permission.PERSON_EDIT).covers(desk=member.desk):
        return
    row = work.session.get_one(Person, member.ref)
    identity = replace(drawers.identity_facts(row.identity), accompaniment=code)
    correct_identity(work, person=row.id, identity=identity, version=row.identity_version)

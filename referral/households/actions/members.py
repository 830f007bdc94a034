"""Who belongs together: somebody joins, relations change, a household splits, two become one, two files are one person.

Called by this room's pages and, for merged files, by the room above that merges them.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace

from referral.households.actions import rows
from referral.households.actions.guardians import move_guardianships
from referral.households.facts import MOST_MEMBERS, Household, Leaving, NewPlace, Place
from referral.households.queries import household_of
from referral.households.rules.reasons import Reason
from referral.households.rules.relations import check_births, check_places, check_relation
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.people import drawers
from referral.people.actions import save_contact
from referral.people.models import Person


def add_member(
    work: Work,
    *,
    beside: uuid.UUID,
    person: uuid.UUID,
    relation: str = "",
    goes_with: bool = True,
    with_family: bool = False,
) -> None:
    """A registered person joins the household of `beside`, which is made when there is none.

    Somebody of another household leaves it; `with_family` brings everybody of it. `relation` is what she is to the
    head; that of the others she brings is asked later. Refused for a member already, or more than a household holds.
    """
    check_relation(relation)
    people = rows.held(work, [beside, person])
    household = rows.household_for(work, people[beside])
    if household.member(person) is not None:
        raise Refused(Reason.ALREADY_MEMBER, field="person", name=_name(people[person]))
    before = household_of(work.session, person, today=work.today)
    coming = list(before.members) if before and with_family else []
    refs = [one.ref for one in coming] or [person]
    if len(household.members) + len(refs) > MOST_MEMBERS:
        raise Refused(Reason.TOO_MANY_MEMBERS, most=MOST_MEMBERS)
    born = drawers.identity_facts(people[person].identity).birth
    if household.head is not None:
        check_births(relation, name=_name(people[person]), birth=born, head=household.head.birth)
    if before is not None:
        rows.held(work, refs)
        rows.lock(work, before.ref)
        rows.end(work, refs, Leaving.JOINED if with_family else Leaving.MOVED)
        rows.remaining_head(work, before, refs)
    goes = {one.ref: one.goes_with for one in coming}
    places = [
        Place(ref, relation if ref == person else "", goes_with=goes_with if ref == person else goes[ref])
        for ref in refs
    ]
    rows.begin(work, household.ref, places)
    stayed = [one.ref for one in before.members if one.ref not in refs] if before else []
    rows.tell_company(work, [person, beside, *stayed], forget=stayed)


def set_places(work: Work, *, beside: uuid.UUID, places: Sequence[Place]) -> None:
    """Correct relations, who goes along and who is the head. What was before stays in the household's story.

    Refused unless there is one head, the births allow the relations, and the members are still those of the page.
    """
    check_places(places)
    people = rows.held(work, [beside])
    household = _their(work, people[beside])
    if {one.person for one in places} != {one.ref for one in household.members}:
        raise Refused(Reason.CHANGED_MEANWHILE)
    head = next(one for one in places if one.head)
    new_head = household.member(head.person)
    old_head = household.head
    if new_head is None:
        raise OutOfReach
    if old_head is None or old_head.ref != new_head.ref:
        places = _turned(household, places, head)
    for place in places:
        member = household.member(place.person)
        if member is not None and not place.head:
            check_births(place.relation, name=member.name, birth=member.birth, head=new_head.birth)
    before = {one.ref: rows.place_of(one) for one in household.members}
    after = [replace(place, relation="") if place.head else place for place in places]
    changed = [place for place in after if before[place.person] != place]
    rows.end(work, [place.person for place in changed], Leaving.CORRECTED)
    rows.begin(work, household.ref, changed)
    refs = [place.person for place in changed]
    rows.tell_company(work, [one.ref for one in household.members], forget=refs)


def split(
    work: Work,
    *,
    beside: uuid.UUID,
    leaving: Collection[uuid.UUID],
    head: uuid.UUID | None = None,
    place: NewPlace | None = None,
    mistake: bool = False,
) -> None:
    """Some members go on as a household of their own, with the same address or, if given, another one.

    Those who stay keep theirs and, if their head left, take the eldest adult as head. Refused when nobody or everybody
    is chosen. `mistake`: they never belonged here.
    """
    anchor = rows.held(work, [beside])[beside]
    household = _their(work, anchor)
    going = [one for one in household.members if one.ref in set(leaving)]
    if not going:
        raise Refused(Reason.NOBODY_CHOSEN, field="leaving")
    if len(going) != len(set(leaving)):
        raise Refused(Reason.CHANGED_MEANWHILE)
    if len(going) == len(household.members):
        raise Refused(Reason.EVERYBODY_CHOSEN, field="leaving")
    refs = [one.ref for one in going]
    people = rows.held(work, refs)
    rows.end(work, refs, Leaving.MISTAKE if mistake else Leaving.SPLIT)
    rows.remaining_head(work, household, refs)
    leader = next((one for one in going if one.ref == head), None)
    leader = leader or next((one for one in going if one.head), None) or rows.eldest(going)
    places = [rows.place_of(one) for one in going] if leader.head else rows.turned(going, leader)
    rows.begin(work, rows.new_household(work, anchor.desk_id), places)
    if place is not None:
        for ref in refs:
            _move_house(work, people[ref], place)
    everybody = [one.ref for one in household.members]
    rows.tell_company(work, everybody, forget=everybody)


def move_member(work: Work, from_person: uuid.UUID, to_person: uuid.UUID) -> None:
    """Two files are one person: her household and all she is to children goes to the second file.

    When both belong to households, the second keeps its own. Called by the room that merges; it checks permissions.
    """
    before = household_of(work.session, from_person, today=work.today)
    member = before.member(from_person) if before else None
    move_guardianships(work, from_person, to_person)
    if before is None or member is None:
        return
    rows.lock(work, before.ref)
    rows.end(work, [from_person], Leaving.SAME_PERSON)
    if household_of(work.session, to_person, today=work.today) is None:
        rows.begin(work, before.ref, [replace(rows.place_of(member), person=to_person)])
    else:
        rows.remaining_head(work, before, [from_person])
    rows.tell_company(work, [to_person, *(one.ref for one in before.others(from_person))])


def _their(work: Work, person: Person) -> Household:
    household = household_of(work.session, person.id, today=work.today)
    if household is None:
        raise Refused(Reason.NOT_A_MEMBER)
    rows.lock(work, household.ref)
    # Read again: it may have changed while this work waited for the lock.
    found = household_of(work.session, person.id, today=work.today)
    if found is None or found.ref != household.ref:
        raise Refused(Reason.CHANGED_MEANWHILE)
    return found


def _turned(household: Household, places: Sequence[Place], head: Place) -> list[Place]:
    """With a new head, relations nobody touched are turned round; what was chosen on the page counts as chosen."""
    new_head = household.member(head.person)
    if new_head is None:
        raise OutOfReach
    own = {one.person: one for one in rows.turned(household.members, new_head)}
    known = {one.ref: one.relation for one in household.members}
    return [
        place
        if place.relation != known[place.person] and not place.head
        else replace(place, relation=own[place.person].relation)
        for place in places
    ]


def _move_house(work: Work, person: Person, place: NewPlace) -> None:
    contact = drawers.contact_facts(person.contact)
    moved = replace(
        contact,
        alcaldia=place.alcaldia or contact.alcaldia,
        housing=place.housing or contact.housing,
        place=place.place or contact.place,
        street="",
        colonia="",
        postcode="",
    )
    save_contact(work, person=person.id, contact=moved, version=person.contact_version)


def _name(person: Person) -> str:
    return drawers.identity_facts(person.identity).names.display

"""Registering a whole family in one work: all of it or nothing. Called by this room's pages and by arrival."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from referral.access.permissions import Permission
from referral.households.actions import rows
from referral.households.actions.guardians import answer_for
from referral.households.facts import MOST_MEMBERS, Household, Kind, Member, NewFamily, NewMember, Place
from referral.households.queries import household_of
from referral.households.rules.reasons import Reason
from referral.households.rules.relations import check_births, check_relation, first_twice, guardian_kind
from referral.infra.work import NotPermitted, Work
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people import drawers
from referral.people.actions import register_person
from referral.people.models import Person


class _Named(NamedTuple):
    name: str
    birth: PartialDate


def register_family(work: Work, new: NewFamily, *, desk: uuid.UUID | None = None) -> tuple[uuid.UUID, ...]:
    """Open a file for each new member at the caller's desk and make them one household; refs in the order given.

    With `new.into` they join the household of that person. Where the relation says it, the head answers for the child:
    as mother, father, guardian, relative or stranger. Refused with field="row-<n>" (n from 1) when it is about a row.
    """
    place = desk or (work.identity.desk if work.identity else None)
    if place is None:
        raise NotPermitted(Permission.PERSON_REGISTER)
    _check_shape(new)
    anchors = [new.into] if new.into else []
    people = rows.held(work, [*anchors, *(one.existing for one in new.members if one.existing)])
    into = None if new.into is None else rows.household_for(work, people[new.into])
    _check_rows(work, new, people, into)
    refs = []
    for number, one in enumerate(new.members, start=1):
        with _on_row(number):
            refs.append(register_person(work, one.person, desk=place) if one.person else _existing(one))
    household = into.ref if into else rows.new_household(work, place)
    places = [
        Place(ref, one.relation, head=into is None and number == 0, goes_with=one.goes_with)
        for number, (ref, one) in enumerate(zip(refs, new.members, strict=True))
    ]
    rows.begin(work, household, places)
    _answer_for_children(work, refs, partner_too=new.partner_is_parent)
    rows.tell_company(work, refs)
    return tuple(refs)


def _check_shape(new: NewFamily) -> None:
    if not new.members:
        raise Refused(Reason.NO_MEMBERS)
    if len(new.members) > MOST_MEMBERS:
        raise Refused(Reason.TOO_MANY_MEMBERS, most=MOST_MEMBERS)
    for number, one in enumerate(new.members, start=1):
        with _on_row(number):
            check_relation(one.relation)


def _check_rows(work: Work, new: NewFamily, people: Mapping[uuid.UUID, Person], into: Household | None) -> None:
    named = [_named(one, people) for one in new.members]
    others = [_Named(one.name, one.birth) for one in into.members] if into else []
    twice = first_twice([*others, *named])
    if twice is not None:
        raise Refused(Reason.TWICE_IN_FAMILY, name=twice)
    if into is not None and len(into.members) + len(named) > MOST_MEMBERS:
        raise Refused(Reason.TOO_MANY_MEMBERS, most=MOST_MEMBERS)
    head = into.head.birth if into and into.head else named[0].birth
    for number, (one, who) in enumerate(zip(new.members, named, strict=True), start=1):
        with _on_row(number):
            check_births(one.relation, name=who.name, birth=who.birth, head=head)
            if one.existing and household_of(work.session, one.existing, today=work.today) is not None:
                raise Refused(Reason.ELSEWHERE, name=who.name)


def _named(one: NewMember, people: Mapping[uuid.UUID, Person]) -> _Named:
    identity = one.person.identity if one.person else drawers.identity_facts(people[_existing(one)].identity)
    return _Named(identity.names.display, identity.birth)


def _existing(one: NewMember) -> uuid.UUID:
    if one.existing is None:
        raise Refused(Reason.NO_MEMBERS)
    return one.existing


def _answer_for_children(work: Work, refs: list[uuid.UUID], *, partner_too: bool) -> None:
    household = household_of(work.session, refs[0], today=work.today)
    if household is None or household.head is None:
        return
    head = household.head
    partner = next((one for one in household.members if one.relation == "partner"), None) if partner_too else None
    for child in household.members:
        if child.ref not in refs or child.ref == head.ref or child.minor is not True:
            continue
        _answer(work, child, head, guardian_kind(child.relation, head.gender))
        if partner is not None and child.relation == "child":
            _answer(work, child, partner, guardian_kind("child", partner.gender))


def _answer(work: Work, child: Member, adult: Member, kind: Kind | None) -> None:
    # A head whom the rules do not let answer is left out without a word: nobody said that she does.
    if kind is not None and not any(one.person == adult.ref for one in child.guardians):
        answer_for(work, child, adult, kind)


@contextmanager
def _on_row(number: int) -> Iterator[None]:
    try:
        yield
    except Refused as no:
        raise no.on(f"row-{number}") from None

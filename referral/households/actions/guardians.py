"""Who answers for a child: noted, ended. Called by this room's pages and by the other files of this package."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from referral.households.actions import rows
from referral.households.facts import Kind, Member, NewGuardian, Proof
from referral.households.models import Guardianship
from referral.households.queries import guardians_of
from referral.households.rules.guardians import check_guardian
from referral.households.rules.reasons import Doubt, Reason
from referral.infra.work import OutOfReach, Work
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people import drawers
from referral.people.models import Person

MOST_NAME = 128
MOST_NOTE = 500


def add_guardian(work: Work, *, child: uuid.UUID, new: NewGuardian) -> tuple[Doubt, ...]:
    """Note an adult who answers for a child; what to look at again.

    Refused for an adult child, somebody not older than the child, a minor who is no parent, or the same adult twice.
    """
    people = rows.held(work, {child, new.person} - {None})  # type: ignore[arg-type]
    row = people[child]
    if new.person == child:
        raise Refused(Reason.GUARDIAN_SELF, field="person")
    if new.person is None and not new.name:
        raise Refused(Reason.GUARDIAN_NAMELESS, field="name")
    name, birth = _named(people[new.person]) if new.person else (new.name, PartialDate.unknown())
    already = {one.person or one.name.casefold() for one in guardians_of(work.session, child)}
    if (new.person or new.name.casefold()) in already:
        raise Refused(Reason.GUARDIAN_TWICE, field="person" if new.person else "name", name=name)
    _, born = _named(row)
    doubts = check_guardian(new.kind, name=name, birth=birth, child=born, today=work.today)
    _note(work, row, new)
    rows.tell_child(work, row)
    return doubts


def end_guardian(work: Work, *, child: uuid.UUID, guardianship: uuid.UUID) -> None:
    """This adult answers for the child no longer; OutOfReach when it is not one of the child's."""
    row = rows.held(work, [child])[child]
    ending = work.session.get(Guardianship, guardianship)
    if ending is None or ending.person_id != child or ending.until is not None:
        raise OutOfReach
    ending.until = work.now
    rows.tell_child(work, row, forget=True)


def answer_for(work: Work, child: Member, adult: Member, kind: Kind) -> None:
    """Note a member of the household who answers for a child, as told; nothing when the dates or ages rule it out."""
    try:
        check_guardian(kind, name=adult.name, birth=adult.birth, child=child.birth, today=work.today)
    except Refused:
        return
    _note(work, work.session.get_one(Person, child.ref), NewGuardian(kind, Proof.TOLD, adult.ref))
    work.session.flush()


def move_guardianships(work: Work, from_person: uuid.UUID, to_person: uuid.UUID) -> None:
    """What these people were to others, as child or as adult, goes over to the second of them."""
    living = select(Guardianship).where(Guardianship.until.is_(None))
    to_row = work.session.get_one(Person, to_person)
    known = {one.person or one.name.casefold() for one in guardians_of(work.session, to_person)}
    for row in work.session.scalars(living.where(Guardianship.person_id == from_person)).all():
        adult = row.adult  # opened with the old key before it is sealed with the new one
        row.until = work.now
        if (row.guardian_id or adult.get("name", "").casefold()) not in known and row.guardian_id != to_person:
            _copy(work, row, to_row, row.guardian_id, adult)
    for row in work.session.scalars(living.where(Guardianship.guardian_id == from_person)).all():
        row.until = work.now
        theirs = {one.person for one in guardians_of(work.session, row.person_id)}
        if to_person not in theirs and row.person_id != to_person:
            _copy(work, row, row.person, to_person, {})
    work.session.flush()


def _copy(work: Work, row: Guardianship, child: Person, guardian: uuid.UUID | None, adult: dict[str, str]) -> None:
    new = NewGuardian(
        Kind(row.kind),
        Proof(row.proof),
        guardian,
        name=adult.get("name", ""),
        phone=adult.get("phone", ""),
        note=adult.get("note", ""),
        accompanies=row.accompanies,
    )
    _note(work, child, new)


def _note(work: Work, child: Person, new: NewGuardian) -> None:
    row = Guardianship(
        person=child,
        person_id=child.id,
        guardian_id=new.person,
        kind=new.kind.value,
        proof=new.proof.value,
        accompanies=new.accompanies,
        since=work.now,
    )
    work.session.add(row)
    words = {"name": "" if new.person else new.name[:MOST_NAME], "phone": new.phone, "note": new.note[:MOST_NOTE]}
    if any(words.values()):
        row.adult = words


def _named(row: Person) -> tuple[str, PartialDate]:
    identity = drawers.identity_facts(row.identity)
    return identity.names.display, identity.birth

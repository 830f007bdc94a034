"""Some of the demonstration's people registered a second time, as another desk heard their names. For year.py."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from referral.access.permissions import Permission
from referral.demo.case import Stage
from referral.demo.facts import Guest
from referral.duplicates.actions import note_pairs
from referral.duplicates.queries import likely_pairs
from referral.infra.work import serving, unit_of_work
from referral.people.actions import register_person
from referral.people.facts import NewPerson
from referral.visits.actions import record_visit
from referral.visits.facts import NewVisit, VisitReason

TIMES = 3
DAYS_BEFORE_THE_END = 4  # so that the work list is not from today alone
_BY_EAR = ((r"z", "s"), (r"v", "b"), (r"h(?=[aeiouáéíóú])", ""), (r"ll", "y"), (r"th", "t"), (r"y$", "i"))


def register_again(stage: Stage, everybody: Iterable[Guest]) -> None:
    """The first grown people whose name another ear spells differently, each at the other desk.

    The search for duplicates then puts the pairs on the work list.
    """
    stage.clock.set(stage.recipe.until - timedelta(days=DAYS_BEFORE_THE_END))
    came = (guest for guest in everybody if guest.arrives < stage.clock.now() and not guest.withdraws)
    heard = ((guest, by_ear(guest.new)) for guest in came if _grown(stage, guest.new))
    for guest, new in islice((pair for pair in heard if pair[0].new != pair[1]), TIMES):
        worker = stage.house.at_desk[1 - guest.desk]
        with stage.work("people.register", worker, minutes=5) as work:
            person = register_person(work, new)
        with stage.work("visits.record", worker) as work:
            record_visit(work, NewVisit(person, VisitReason.NEED))
        stage.told.people += 1
    with serving(stage.database, stage.house.supervisor), unit_of_work("duplicates.look") as work:
        pairs = likely_pairs(work.session, work.reach(Permission.PERSON_MERGE), today=work.today)
        stage.told.twice = note_pairs(work, pairs, found=True)


def by_ear(new: NewPerson) -> NewPerson:
    """The same person with her surnames written by ear and no telephone."""
    names = new.identity.names
    heard = replace(names, surname1=_heard(names.surname1), surname2=_heard(names.surname2))
    if heard == names:
        return new
    contact = replace(new.contact, phone="", email="", will_return=True)
    return replace(new, identity=replace(new.identity, names=heard, curp=""), contact=contact)


def _heard(name: str) -> str:
    for written, said in _BY_EAR:
        name = re.sub(written, said, name)
    return name


def _grown(stage: Stage, new: NewPerson) -> bool:
    return new.identity.birth.is_minor(stage.clock.today()) is False

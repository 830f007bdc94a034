"""A family arrives: the pages that register it, with the first questions of each person, and who of it cannot wait."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from flask import g
from flask.typing import ResponseReturnValue

from referral.access.permissions import Permission
from referral.access.table import holds
from referral.arrival import queries
from referral.arrival.actions.arrive import register_family_arrival
from referral.arrival.family_form import FamilyArrivalForm
from referral.households import family_flow
from referral.households.facts import NewFamily
from referral.households.forms.family import FamilyForm
from referral.infra.web.guard import permits
from referral.infra.work import Work, reading


@permits(Permission.PERSON_REGISTER)
def family() -> ResponseReturnValue:
    """Register a whole family: what is shared typed once, a file and a visit for each, all or nothing."""
    return family_flow.family_flow(FamilyArrivalForm, _save)


@permits(Permission.PERSON_REGISTER)
def family_more(ref: uuid.UUID) -> ResponseReturnValue:
    """Register people who belong to the family of somebody on file."""
    return family_flow.family_flow(FamilyArrivalForm, _save, beside=ref)


@permits(Permission.PERSON_REGISTER)
def family_near() -> ResponseReturnValue:
    """People like the one being typed in one row, as a fragment."""
    return family_flow.family_near(FamilyArrivalForm)


def cannot_wait_here(people: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """For the family's page: who has an alert or an urgent need without answer. Not which: the family reads along."""
    if not people or not holds(g.get("identity"), Permission.NEED_RECORD):
        return frozenset()
    with reading() as desk:
        return queries.who_cannot_wait(desk.session, people)


def _save(work: Work, new: NewFamily, form: FamilyForm) -> Sequence[uuid.UUID]:
    told = form.told() if isinstance(form, FamilyArrivalForm) else ()
    return register_family_arrival(work, new, told)

"""A person's family before the register: who may be inscribed with her and what each still lacks. Called by views."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.consent.facts import Purpose
from referral.consent.queries import people_allowing
from referral.households.facts import Member
from referral.households.queries import household_of
from referral.padron.facts import MemberStanding
from referral.padron.queries import inscriptions_of
from referral.padron.rules import eligibility, missing_for_inscription
from referral.people.drawers import identity_facts, mobility_facts
from referral.people.models import Person
from referral.people.rules.registration import has_active_basis


def family_of(session: Session, reach: Reach, person: uuid.UUID, *, today: date) -> list[MemberStanding]:
    """The others of her household, in four statements whatever their number; [] without a household."""
    household = household_of(session, person, today=today)
    others = household.others(person) if household else ()
    if not others:
        return []
    refs = [one.ref for one in others]
    inscriptions = inscriptions_of(session, refs)
    allowing = people_allowing(session, refs, Purpose.CARE, today=today)
    rows = {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(refs)))}
    return [
        _standing(rows[one.ref], one, one.ref in allowing, folio=found.folio if found else None, reach=reach)
        for one in others
        for found in (inscriptions.get(one.ref),)
    ]


def _standing(row: Person, member: Member, allowing: bool, *, folio: str | None, reach: Reach) -> MemberStanding:
    profiles = mobility_facts(row.status).profiles if has_active_basis(row.sensitive_basis) else ()
    missing = missing_for_inscription(
        has_care_consent=allowing, has_name=bool(identity_facts(row.identity).names.document_name)
    )
    return MemberStanding(
        person=row.id,
        name=member.name,
        minor=member.minor,
        adults=tuple(adult.name for adult in member.guardians),
        folio=folio,
        missing=tuple(one.value for one in missing),
        eligible=eligibility(profiles, record_kind=row.record_kind).value,
        within_reach=reach.covers(desk=row.desk_id),
    )

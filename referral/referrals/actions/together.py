"""Referring several of a household to one service in one work: all of them or none. Called by this room's pages."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from referral.access.permissions import Permission
from referral.access.table import holds
from referral.consent.actions import record_decision
from referral.consent.facts import Decision, GivenBy, NewDecision, Purpose
from referral.households.queries import household_of
from referral.households.rules.company import parted
from referral.infra.work import Work
from referral.kernel.refusal import Refused
from referral.needs.actions import add_need
from referral.needs.facts import NewNeed
from referral.needs.queries import need as one_need
from referral.referrals.actions.prepare import prepare_referral
from referral.referrals.facts import AnswerDays, NewReferral
from referral.referrals.models import Referral
from referral.referrals.queries.beside import Beside, Company, Standing, company_of
from referral.referrals.rules.refusals import Reason

_OF_A_MEMBER = {
    Reason.BLOCKED: Reason.BESIDE_BLOCKED,
    Reason.OVERRIDE_MISSING: Reason.BESIDE_DOES_NOT_FIT,
    Reason.ALREADY_REFERRED: Reason.BESIDE_UNDER_WAY,
    Reason.CONSENT_MISSING: Reason.BESIDE_NO_CONSENT,
}


def prepare_together(
    work: Work,
    new: NewReferral,
    also: Collection[uuid.UUID],
    *,
    said_yes: Collection[uuid.UUID] = (),
    days: AnswerDays,
    consent_days: int,
    child_notices: bool = False,
) -> tuple[uuid.UUID, ...]:
    """Prepare the person's referral and, when she says yes, one for each of `also`, each with a packet of her own.

    Each rests on her own yes to this institution, or on that of the mother, father or guardian at the window.
    `said_yes`: adults who go along and were asked just now, each by herself; their answers are recorded. The need is
    noted where she had none. Refused as prepare_referral, with the member's name when it is about one of them, and
    when a shelter would take only part of a household and `new.parting` does not say why. The person's ref comes first.
    """
    also = {*also, *said_yes}
    made = [prepare_referral(work, new, days=days, consent_days=consent_days, child_notices=child_notices)]
    if new.consent != Decision.YES.value or new.child_notice:
        return tuple(made)
    own = work.hold(Referral, made[0])  # made in this work: no statement
    shelter = own.need_category == "SHELTER"
    company = _company(work, new, own) if also or shelter else None
    if company is not None and shelter and not new.parting:
        _check_whole(company, new.person, also)
    if not also:
        return tuple(made)
    if company is None or not {one.ref for one in company.beside} >= set(also):
        raise Refused(Reason.BESIDE_CHANGED, field="also")
    going = [one for one in company.beside if one.ref in also]
    for one in going:
        if not one.may_go or (one.standing is Standing.ASKED and one.ref not in said_yes):
            raise Refused(Reason.BESIDE_NO_CONSENT, field="also", name=one.member.name)
        made.append(_refer(work, one, new, company, days, consent_days))
    return tuple(made)


def _company(work: Work, new: NewReferral, own: Referral) -> Company | None:
    household = household_of(work.session, new.person, today=work.today)
    if household is None:
        return None
    reach = work.reach(Permission.REFERRAL_SEND)
    need = one_need(work.session, reach, person=new.person, ref=new.need)
    return company_of(
        work.session,
        reach,
        person=new.person,
        household=household,
        need=need,
        service=own.service_id,
        organization=own.organization_id,
        may_record=holds(work.identity, Permission.CONSENT_RECORD),
        today=work.today,
    )


def _check_whole(company: Company, person: uuid.UUID, also: Collection[uuid.UUID]) -> None:
    """A shelter takes everybody who goes together, or somebody says why not: a family is never split silently."""
    own = company.household.member(person)
    if own is None or not own.goes_with:
        return
    there = {one.ref for one in company.beside if one.standing is Standing.UNDER_WAY}
    left = parted(company.household, {person, *also, *there})
    if left:
        raise Refused(Reason.FAMILY_PARTED, field="parting", names=", ".join(one.name for one in left))


def _refer(
    work: Work, one: Beside, new: NewReferral, company: Company, days: AnswerDays, consent_days: int
) -> uuid.UUID:
    need = company.need
    ref = one.need or add_need(work, person=one.ref, new=NewNeed(need.code, need.urgency))
    if one.standing in {Standing.ANSWERED_FOR, Standing.ASKED}:
        _record_answer(work, one, new, company, consent_days)
    hers = replace(new, person=one.ref, need=ref, standing=True)
    try:
        return prepare_referral(work, hers, days=days, consent_days=consent_days)
    except Refused as no:
        if no.reason not in _OF_A_MEMBER:
            raise
        raise Refused(_OF_A_MEMBER[Reason(no.reason)], field="also", name=one.member.name) from None


def _record_answer(work: Work, one: Beside, new: NewReferral, company: Company, consent_days: int) -> None:
    """Her own yes, or in a child's name that of the adult at the window; asked in the same way as the first."""
    answering = company.household.member(new.person) if one.standing is Standing.ANSWERED_FOR else None
    record_decision(
        work,
        person=one.ref,
        new=NewDecision(
            purpose=Purpose.REFERRAL,
            decision=Decision.YES,
            how=new.consent_how,
            language=new.language,
            interpreter=new.interpreter,
            organization=company.organization,
            expires_on=work.today + timedelta(days=consent_days),
            given_by=GivenBy.GUARDIAN if answering else GivenBy.SELF,
            adult=answering.name if answering else "",
        ),
    )

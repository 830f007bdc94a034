"""The others of a person's household beside a referral of hers: who may go along, who may not and why not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy import and_, literal, or_, select, union_all
from sqlalchemy.orm import Session

from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import holds
from referral.consent.facts import Decision, Purpose
from referral.consent.models import Consent, NoticeGiven
from referral.households.facts import Household, Kind, Member
from referral.needs.facts import LIVE, NeedLine
from referral.needs.models import Need
from referral.referrals.facts import TERMINAL
from referral.referrals.models import Referral
from referral.routing.facts import Offer, Verdict

_MAY_ANSWER = frozenset({Kind.MOTHER, Kind.FATHER, Kind.GUARDIAN})


class Standing(StrEnum):
    """Whether somebody may be referred together with the person at the window."""

    AGREED = "agreed"  # she said yes to this institution before
    ANSWERED_FOR = "answered_for"  # a child for whom the person at the window answers
    ASKED = "asked"  # nobody answers for her: she may say yes now, asked by herself
    NO_NOTICE = "no_notice"
    NO_CONSENT = "no_consent"
    UNDER_WAY = "under_way"
    OTHER_DESK = "other_desk"
    SHUT = "shut"  # the service does not take her: its judgement is in Beside.offer
    RESERVED = "reserved"  # this account reads only a part of her file, so that no door may be judged for her


@dataclass(frozen=True, slots=True)
class Beside:
    """One member. `need` is the ref of the same need, None when it would be noted now. `offer`: the service judged for
    her, when it does not take her.
    """

    member: Member
    standing: Standing
    need: uuid.UUID | None
    offer: Offer | None = None

    @property
    def ref(self) -> uuid.UUID:
        """The person."""
        return self.member.ref

    @property
    def may_go(self) -> bool:
        """Whether she can be ticked."""
        return self.standing in {Standing.AGREED, Standing.ANSWERED_FOR, Standing.ASKED}


@dataclass(frozen=True, slots=True)
class Company:
    """A person's household and how each of the others stands towards one institution and one need."""

    household: Household
    organization: uuid.UUID
    need: NeedLine
    beside: tuple[Beside, ...]


def company_of(
    session: Session,
    reach: Reach,
    *,
    person: uuid.UUID,
    household: Household | None,
    need: NeedLine,
    service: uuid.UUID,
    organization: uuid.UUID,
    may_record: bool,
    today: date,
) -> Company | None:
    """None for a person without others. `may_record`: this account may record an answer. Two statements."""
    own = household.member(person) if household else None
    if household is None or own is None or len(household.members) < 2:
        return None
    refs = [one.ref for one in household.others(person)]
    yes = select(Consent.person_id, literal(value=True).label("yes")).where(
        Consent.person_id.in_(refs),
        Consent.purpose == Purpose.REFERRAL.value,
        Consent.organization_id == organization,
        Consent.decision == Decision.YES.value,
        Consent.replaced_at.is_(None),
        Consent.withdrawn_at.is_(None),
        or_(Consent.expires_on.is_(None), Consent.expires_on >= today),
    )
    told = select(NoticeGiven.person_id, literal(value=False)).where(NoticeGiven.person_id.in_(refs))
    answers = session.execute(union_all(yes, told)).all()
    agreed = {row.person_id for row in answers if row.yes}
    noticed = {row.person_id for row in answers if not row.yes}
    runs = and_(
        Referral.need_id == Need.id,
        Referral.service_id == service,
        Referral.status.not_in([status.value for status in TERMINAL]),
    )
    asked = select(Need.person_id, Need.id, Referral.id.label("referral")).outerjoin(Referral, runs)
    live = [status.value for status in LIVE]
    found = session.execute(asked.where(Need.person_id.in_(refs), Need.code == need.code, Need.status.in_(live))).all()
    needs = {row.person_id: row.id for row in found}
    under_way = {row.person_id for row in found if row.referral is not None}

    def standing(one: Member) -> Standing:
        if not reach.covers(desk=one.desk):
            return Standing.OTHER_DESK
        if not holds(reach.identity, Permission.PERSON_PROTECTED):
            return Standing.RESERVED
        if one.ref in under_way:
            return Standing.UNDER_WAY
        if one.ref in agreed:
            return Standing.AGREED
        if may_record and answers_for(own, one):
            return Standing.ANSWERED_FOR if one.ref in noticed else Standing.NO_NOTICE
        if may_record and one.minor is not True:
            return Standing.ASKED if one.ref in noticed else Standing.NO_NOTICE
        return Standing.NO_CONSENT

    return Company(
        household,
        organization,
        need,
        tuple(Beside(one, standing(one), needs.get(one.ref)) for one in household.others(person)),
    )


def with_offers(company: Company, offers: Mapping[uuid.UUID, Offer], *, overridden: bool) -> Company:
    """The same once the service was judged for who may go: a door that is shut to one of them is known before saving.

    `overridden`: the page asks for a reason to go against routing, and it counts for all of them.
    """

    def judged(one: Beside) -> Beside:
        offer = offers.get(one.ref)
        if offer is None or offer.verdict not in {Verdict.BLOCKED, Verdict.DOES_NOT_FIT}:
            return one
        goes = overridden and offer.verdict is Verdict.DOES_NOT_FIT
        return replace(one, offer=offer, standing=one.standing if goes else Standing.SHUT)

    return replace(company, beside=tuple(map(judged, company.beside)))


def answers_for(adult: Member, child: Member) -> bool:
    """Whether the first may say yes in the name of the second: an adult, mother, father or guardian of a minor."""
    return (
        adult.minor is False
        and child.minor is True
        and any(one.person == adult.ref and one.kind in _MAY_ANSWER for one in child.guardians)
    )

"""What of the referrals each kind of account may read: the desk all of its own, a partner what it was sent and
while it lasts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_

from referral.access.identity import Role
from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import holds
from referral.consent.facts import Decision
from referral.consent.models import Consent
from referral.infra.db import within
from referral.referrals.facts import Status
from referral.referrals.models import Referral
from referral.referrals.rules.protection import CHILD_PROTECTION

PARTNER_KEEPS = timedelta(days=30)  # how long an institution still reads a referral that has ended (assurance, B5)


def visible(reach: Reach, now: datetime) -> ColumnElement[bool]:
    """The WHERE of the referrals within reach."""
    mine = within(reach, desk=Referral.desk_id, organization=Referral.organization_id, staff=Referral.staff_id)
    return and_(mine, partner_limits(now)) if is_partner(reach) else mine


def partner_limits(now: datetime) -> ColumnElement[bool]:
    """Sent, not ended long ago, not a mistake, and the person has not taken back her consent to this institution.

    The protection notice of a child does not rest on consent.
    """
    # Only answers in force, so that their index serves: a withdrawal stays in force until a new answer replaces it.
    taken_back = exists().where(
        Consent.person_id == Referral.person_id,
        Consent.organization_id == Referral.organization_id,
        Consent.organization_id.is_not(None),
        Consent.replaced_at.is_(None),
        or_(Consent.withdrawn_at.is_not(None), Consent.decision == Decision.NO.value),
    )
    return and_(
        Referral.sent_at.is_not(None),
        Referral.status != Status.ENTERED_IN_ERROR.value,
        or_(Referral.closed_at.is_(None), Referral.closed_at > now - PARTNER_KEEPS),
        or_(Referral.basis == CHILD_PROTECTION, ~taken_back),
    )


def is_partner(reach: Reach) -> bool:
    """Whether the reader belongs to an institution and so sees the packet alone."""
    return reach.identity.role is Role.PARTNER


def knows_people(reach: Reach) -> bool:
    """Whether the reader may see the names on the people's files."""
    return holds(reach.identity, Permission.PERSON_VIEW)

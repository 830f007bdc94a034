"""Taking a permission back, with everything that hangs on it in every room, in one work. Called by privacy.views."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from referral.access.permissions import Permission
from referral.certificates.actions import revoke_live
from referral.certificates.facts import RevokeReason
from referral.consent import actions as consent
from referral.consent.facts import Purpose
from referral.documents.actions import forget_photo
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.padron.actions import end_without_consent
from referral.people.drawers import identity_facts
from referral.people.models import Person
from referral.privacy.facts import Ended, Withdrawal
from referral.privacy.rules import Reason, check_caller
from referral.referrals.actions.recall import recall_from


def withdraw(work: Work, *, person: uuid.UUID, withdrawal: Withdrawal) -> Ended:
    """End these permissions from this moment, at whatever desk it is said, and what rests on them: sensitive data are
    closed, open referrals to the institution are called back, the constancia counts no more, she leaves the register.

    Refused when nothing was chosen, a permission was not in force, or the answer on the telephone is not hers.
    """
    held = work.session.scalar(select(Person).where(Person.id == person).with_for_update())
    if held is None:
        raise OutOfReach
    work.require(Permission.CONSENT_WITHDRAW, desk=held.desk_id)
    if not withdrawal.permissions:
        raise Refused(Reason.NOTHING_CHOSEN, field="permissions")
    birth = identity_facts(held.identity).birth
    check_caller(withdrawal.said_by, withdrawal.answer, folio=held.folio, birth=birth)
    ended = Ended()
    for purpose, organization in withdrawal.permissions:
        consent.withdraw(
            work, person=person, purpose=purpose, organization=organization, said_by=withdrawal.said_by.value
        )
        _end(work, person, purpose, organization, ended)
    work.session.flush()
    return ended


def _end(work: Work, person: uuid.UUID, purpose: Purpose, organization: uuid.UUID | None, ended: Ended) -> None:
    match purpose:
        case Purpose.SENSITIVE:
            ended.sensitive = True
        case Purpose.CERTIFICATE:
            ended.papers += revoke_live(work, person=person, reason=RevokeReason.CONSENT_WITHDRAWN)
        case Purpose.CARE:
            ended.inscription = end_without_consent(work, person=person)
            ended.papers += revoke_live(work, person=person, reason=RevokeReason.CONSENT_WITHDRAWN)
        case Purpose.PHOTO:
            ended.photos += forget_photo(work, person=person)
        case Purpose.REFERRAL if organization is not None:
            ended.referrals += recall_from(work, person=person, organization=organization)

"""Taking a permission back, with everything that hangs on it in every room, in one work; opening the reserved part of
a file, and the word of data protection on it. Called by privacy.views.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import func, select

from referral.access.permissions import Permission
from referral.access.table import reach_of
from referral.certificates.actions import revoke_live
from referral.certificates.facts import RevokeReason
from referral.consent import actions as consent
from referral.consent.facts import Purpose
from referral.consent.rules import review_due
from referral.documents.queries import has_photo
from referral.infra.work import NotPermitted, OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.padron.actions import end_without_consent
from referral.people.drawers import identity_facts
from referral.people.models import BreakGlass, GuardedOpening, Person
from referral.people.queries.guarded import guarded_of
from referral.people.queries.reserved import StillReserved, reads_reserved
from referral.privacy.facts import Ended, NewOpening, Withdrawal
from referral.privacy.rules import Reason, check_asking, check_caller, check_opening
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
    # Asked before: the photograph is deleted with its permission.
    asked = {purpose for purpose, _organization in withdrawal.permissions}
    ended.photos += Purpose.PHOTO in asked and has_photo(work.session, person)
    for purpose, organization in withdrawal.permissions:
        consent.withdraw(
            work, person=person, purpose=purpose, organization=organization, said_by=withdrawal.said_by.value
        )
        _end(work, person, purpose, organization, ended)
    work.session.flush()
    return ended


def open_reserved(work: Work, *, person: uuid.UUID, new: NewOpening, minutes: int, review_days: int) -> datetime:
    """Open the reserved part of one file to this account; until when. Refused as rules.check_opening.

    OutOfReach for another desk's file. The whole reading stands in the audit like any other.
    """
    held = work.hold(Person, person)  # locked: a second click waits, and finds it open
    if work.identity is None:
        raise NotPermitted(Permission.BREAK_GLASS)
    work.require(Permission.BREAK_GLASS, desk=held.desk_id)
    if held.merged_into is not None:
        raise OutOfReach
    own = select(func.count()).select_from(BreakGlass).where(BreakGlass.staff_id == work.identity.staff)
    late = own.where(BreakGlass.reviewed_at.is_(None), BreakGlass.due_on < work.today)
    check_opening(
        new.words,
        already_open=bool(work.session.scalar(own.where(BreakGlass.person_id == person, BreakGlass.until > work.now))),
        overdue=work.session.scalar(late) or 0,
    )
    row = BreakGlass(
        person_id=person,
        person=held,
        staff_id=work.identity.staff,
        desk_id=held.desk_id,
        at=work.now,
        until=work.now + timedelta(minutes=minutes),
        reason=new.reason.value,
        due_on=review_due(work.today, review_days),
    )
    work.session.add(row)
    row.words = {"text": new.words.strip()}
    return row.until


def review_opening(work: Work, *, opening: uuid.UUID, justified: bool, note: str = "") -> None:
    """The data protection officer's word on one opening. Refused when it was said already."""
    work.require(Permission.PRIVACY_REVIEW)
    row = work.hold(BreakGlass, opening)
    if row.reviewed_at is not None:
        raise Refused(Reason.ALREADY_REVIEWED)
    row.reviewed_at, row.justified = work.now, justified
    row.reviewed_by = work.identity.staff if work.identity else None
    if note:
        row.words = {**row.words, "review": note}


def ask_guarded(work: Work, *, person: uuid.UUID, words: str) -> None:
    """Ask a second person to open what is protected of a file whose reserved part this account has open.

    StillReserved when it has not; OutOfReach for another desk's file. Refused as rules.check_asking.
    """
    held = work.hold(Person, person)  # locked: a second click waits, and finds it asked
    if work.identity is None:
        raise NotPermitted(Permission.BREAK_GLASS)
    work.require(Permission.BREAK_GLASS, desk=held.desk_id)
    if held.merged_into is not None:
        raise OutOfReach
    if not reads_reserved(work.session, reach_of(work.identity, Permission.BREAK_GLASS), person):
        raise StillReserved(person)
    check_asking(words, before=guarded_of(work.session, person, work.identity.staff), now=work.now)
    row = GuardedOpening(
        person_id=person, person=held, staff_id=work.identity.staff, desk_id=held.desk_id, asked_at=work.now
    )
    work.session.add(row)
    row.words = {"text": words.strip()}


def decide_guarded(work: Work, *, asking: uuid.UUID, granted: bool, minutes: int, note: str = "") -> datetime | None:
    """The second person opens what is protected to who asked for it, or refuses; until when it is open.

    Refused to who asked herself, and when it was decided already. OutOfReach for what another desk asked.
    """
    row = work.hold(GuardedOpening, asking)
    if work.identity is None:
        raise NotPermitted(Permission.GUARDED_DECIDE)
    work.require(Permission.GUARDED_DECIDE, desk=row.desk_id)
    if row.staff_id == work.identity.staff:
        raise Refused(Reason.OWN_ASKING)
    if row.decided_at is not None:
        raise Refused(Reason.ALREADY_DECIDED)
    row.decided_at, row.decided_by, row.granted = work.now, work.identity.staff, granted
    row.until = work.now + timedelta(minutes=minutes) if granted else None
    if note:
        row.words = {**row.words, "review": note}
    return row.until


def _end(work: Work, person: uuid.UUID, purpose: Purpose, organization: uuid.UUID | None, ended: Ended) -> None:
    match purpose:
        case Purpose.SENSITIVE:
            ended.sensitive = True
        case Purpose.CERTIFICATE:
            ended.papers += revoke_live(work, person=person, reason=RevokeReason.CONSENT_WITHDRAWN)
        case Purpose.CARE:
            ended.inscription = end_without_consent(work, person=person)
            ended.papers += revoke_live(work, person=person, reason=RevokeReason.CONSENT_WITHDRAWN)
        case Purpose.REFERRAL if organization is not None:
            ended.referrals += recall_from(work, person=person, organization=organization)

"""Writes of the consent room: the notice, answers, answers taken back, another basis, written consents."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from referral.access.permissions import Permission
from referral.consent.facts import ConsentState, Decision, NewBasis, NewDecision, NewNotice, NewWritten, Purpose
from referral.consent.models import BasisUse, Consent, NoticeGiven, WrittenConsent
from referral.consent.notice import notice
from referral.consent.queries import consent_state, last_notice, written_of
from referral.consent.rules import (
    BASIS,
    Reason,
    check_basis,
    check_decision,
    check_hands,
    check_language,
    check_not_taking_back,
    check_written,
    review_due,
)
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.people.actions import set_sensitive_basis
from referral.people.drawers import identity_facts
from referral.people.models import Person
from referral.people.rules.registration import has_active_basis


def record_notice(work: Work, *, person: uuid.UUID, new: NewNotice, version: str = "") -> None:
    """Note that the notice in force was given to her, or another `version` of it."""
    _hold(work, person)
    check_language(new.language)
    work.session.add(
        NoticeGiven(
            person_id=person,
            at=work.now,
            staff_id=work.identity.staff if work.identity else None,
            version=version or notice().version,
            channel=new.channel.value,
            language=new.language,
            interpreter=new.interpreter,
        )
    )
    work.session.flush()


def record_decision(work: Work, *, person: uuid.UUID, new: NewDecision, known: ConsentState | None = None) -> None:
    """Record an answer in place of the one before it. Refused for a yes without notice or without how it was given.

    An answer about sensitive data opens or closes the drawers that hold it. `known`: her consents, if this work read
    them since it holds her row.
    """
    held = _hold(work, person)
    given = known.notice if known is not None else last_notice(work.session, person)
    check_decision(new, notice_given=given is not None)
    first = known is not None and known.of(new.purpose, new.organization) is None
    before = None if first else _live(work, person, new.purpose, new.organization)
    if before is not None:
        before.replaced_at = work.now
        work.session.flush()  # the index allows one answer in force: the old one steps aside first
    row = Consent(
        person_id=person,
        person=held,
        purpose=new.purpose.value,
        organization_id=new.organization,
        decision=new.decision.value,
        how=new.how,
        language=new.language,
        interpreter=new.interpreter,
        notice_version=given.version if given else "",
        at=work.now,
        staff_id=work.identity.staff if work.identity else None,
        expires_on=new.expires_on if new.decision is Decision.YES else None,
        given_by=new.given_by.value,
        assent=new.assent,
    )
    work.session.add(row)
    detail = {"adult": new.adult, "witness": new.witness, "channels": list(new.channels), "hours": new.hours}
    if any(detail.values()):
        row.detail = detail
    if new.purpose is Purpose.SENSITIVE:
        set_sensitive_basis(work, person=person, basis=BASIS if new.decision is Decision.YES else None)


def record_answers(
    work: Work, *, person: uuid.UUID, notice_given: NewNotice | None, decisions: Sequence[NewDecision]
) -> None:
    """The notice and the answers of one conversation at the desk. Refused as record_decision, and when a witness, the
    adult who answers for a child, or the child's own word is missing: those only the desk can ask for.
    """
    held = _hold(work, person)
    check_hands(decisions, minor=identity_facts(held.identity).birth.is_minor(work.today))
    check_not_taking_back(decisions, consent_state(work.session, person), today=work.today)
    if notice_given is not None:
        record_notice(work, person=person, new=notice_given)
    for decision in decisions:
        record_decision(work, person=person, new=decision)


def withdraw(
    work: Work,
    *,
    person: uuid.UUID,
    purpose: Purpose,
    organization: uuid.UUID | None = None,
    said_by: str = "in_person",
) -> None:
    """End a permission from this moment. Refused when there is none to end. The row stays: it proves she asked.

    What hangs on the permission in other rooms is ended by privacy.actions.withdraw, which calls this.
    """
    _hold(work, person, Permission.CONSENT_WITHDRAW)
    row = _live(work, person, purpose, organization)
    if row is None or row.decision != Decision.YES.value or row.withdrawn_at is not None:
        raise Refused(Reason.NOTHING_TO_WITHDRAW)
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_how = work.now, _staff(work), said_by
    if purpose is Purpose.SENSITIVE:
        set_sensitive_basis(work, person=person, basis=None)
    if organization is not None:
        for written in _unused(work, person, organization):
            written.withdrawn_at = work.now


def record_other_basis(work: Work, *, person: uuid.UUID, new: NewBasis) -> uuid.UUID:
    """Keep sensitive data on another basis than her consent, to be reviewed. Refused as rules.check_basis says."""
    held = _hold(work, person)
    asked = _live(work, person, Purpose.SENSITIVE, None)
    check_basis(
        new,
        decided=Decision(asked.decision) if asked else None,
        withdrawn=asked is not None and asked.withdrawn_at is not None,
        active=held.sensitive_basis if has_active_basis(held.sensitive_basis) else None,
    )
    row = BasisUse(
        person_id=person,
        person=held,
        basis=new.basis.value,
        at=work.now,
        staff_id=_staff(work),
        desk_id=held.desk_id,
        due_on=review_due(work.today),
    )
    work.session.add(row)
    row.reason = {"text": new.reason}
    set_sensitive_basis(work, person=person, basis=new.basis.value)
    return row.id


def review_basis(work: Work, *, use: uuid.UUID, upheld: bool, note: str = "") -> None:
    """The data protection officer's word on one use of another basis. Not upheld closes what was kept under it, unless
    she has since said yes herself.
    """
    work.require(Permission.PRIVACY_REVIEW)
    row = work.session.scalar(select(BasisUse).where(BasisUse.id == use).with_for_update())
    if row is None:
        raise OutOfReach
    if row.reviewed_at is not None:
        raise Refused(Reason.ALREADY_REVIEWED)
    row.reviewed_at, row.reviewed_by, row.upheld = work.now, _staff(work), upheld
    if note:
        row.reason = {**row.reason, "review": note}
    if not upheld and row.person.sensitive_basis == row.basis:
        set_sensitive_basis(work, person=row.person_id, basis=None)


def record_written(work: Work, new: NewWritten) -> uuid.UUID:
    """Note a signed, written consent to one referral. Its door stays shut until another account has confirmed it."""
    held = _hold(work, new.person)
    check_written(new, written_of(work.session, new.person), today=work.today)
    row = WrittenConsent(
        person_id=new.person,
        person=held,
        service_id=new.service,
        organization_id=new.organization,
        rule=new.rule,
        seen=new.seen,
        at=work.now,
        staff_id=_staff(work),
        expires_on=new.expires_on,
    )
    work.session.add(row)
    row.paper = {"reference": new.reference, "reason": new.reason}
    return row.id


def confirm_written(work: Work, *, written: uuid.UUID) -> None:
    """Open the door after a second account has seen the paper. Refused for who recorded it, or when nothing waits."""
    row = work.session.scalar(select(WrittenConsent).where(WrittenConsent.id == written).with_for_update())
    if row is None:
        raise OutOfReach
    work.require(Permission.CONSENT_CONFIRM, desk=row.person.desk_id)
    ended = row.used_at or row.withdrawn_at or row.confirmed_at
    if ended is not None or work.today > row.expires_on:
        raise Refused(Reason.NOT_TO_CONFIRM)
    if row.staff_id is not None and row.staff_id == _staff(work):
        raise Refused(Reason.SAME_PERSON_CONFIRMS)
    row.confirmed_at, row.confirmed_by = work.now, _staff(work)


def use_written(work: Work, *, person: uuid.UUID, service: uuid.UUID) -> None:
    """A referral went through: whatever written consent opened this door is used up. Called by referrals on sending."""
    for row in work.session.scalars(
        select(WrittenConsent).where(
            WrittenConsent.person_id == person,
            WrittenConsent.service_id == service,
            WrittenConsent.confirmed_at.is_not(None),
            WrittenConsent.used_at.is_(None),
        )
    ):
        row.used_at = work.now


def _unused(work: Work, person: uuid.UUID, organization: uuid.UUID) -> Sequence[WrittenConsent]:
    return work.session.scalars(
        select(WrittenConsent).where(
            WrittenConsent.person_id == person,
            WrittenConsent.organization_id == organization,
            WrittenConsent.used_at.is_(None),
            WrittenConsent.withdrawn_at.is_(None),
        )
    ).all()


def _staff(work: Work) -> uuid.UUID | None:
    return work.identity.staff if work.identity else None


def _hold(work: Work, person: uuid.UUID, permission: Permission = Permission.CONSENT_RECORD) -> Person:
    # The person's row is the lock: two answers to the same question wait for each other.
    row = work.hold(Person, person)
    work.require(permission, desk=row.desk_id)
    return row


def _live(work: Work, person: uuid.UUID, purpose: Purpose, organization: uuid.UUID | None) -> Consent | None:
    return work.session.scalar(
        select(Consent).where(
            Consent.person_id == person,
            Consent.purpose == purpose.value,
            Consent.organization_id == organization,
            Consent.replaced_at.is_(None),
        )
    )

"""Writes of the consent room: the notice given, an answer, an answer taken back."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from referral.access.permissions import Permission
from referral.consent.facts import Decision, NewDecision, NewNotice, Purpose
from referral.consent.models import Consent, NoticeGiven
from referral.consent.notice import notice
from referral.consent.queries import last_notice
from referral.consent.rules import BASIS, Reason, check_decision, check_language
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.people.actions import set_sensitive_basis
from referral.people.models import Person


def record_notice(work: Work, *, person: uuid.UUID, new: NewNotice) -> None:
    """Note that the notice in force was given to her."""
    _hold(work, person)
    check_language(new.language)
    work.session.add(
        NoticeGiven(
            person_id=person,
            at=work.now,
            staff_id=work.identity.staff if work.identity else None,
            version=notice().version,
            channel=new.channel.value,
            language=new.language,
            interpreter=new.interpreter,
        )
    )
    work.session.flush()


def record_decision(work: Work, *, person: uuid.UUID, new: NewDecision) -> None:
    """Record an answer in place of the one before it. Refused for a yes without notice or without how it was given.

    An answer about sensitive data opens or closes the drawers that hold it.
    """
    _hold(work, person)
    given = last_notice(work.session, person)
    check_decision(new, notice_given=given is not None)
    before = _live(work, person, new.purpose, new.organization)
    if before is not None:
        before.replaced_at = work.now
        work.session.flush()  # the index allows one answer in force: the old one steps aside first
    work.session.add(
        Consent(
            person_id=person,
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
        )
    )
    work.session.flush()
    if new.purpose is Purpose.SENSITIVE:
        set_sensitive_basis(work, person=person, basis=BASIS if new.decision is Decision.YES else None)


def withdraw(work: Work, *, person: uuid.UUID, purpose: Purpose, organization: uuid.UUID | None = None) -> None:
    """End a permission from this moment. Refused when there is none to end. The row stays: it proves she asked."""
    _hold(work, person)
    row = _live(work, person, purpose, organization)
    if row is None or row.decision != Decision.YES.value or row.withdrawn_at is not None:
        raise Refused(Reason.NOTHING_TO_WITHDRAW)
    row.withdrawn_at = work.now
    if purpose is Purpose.SENSITIVE:
        set_sensitive_basis(work, person=person, basis=None)


def _hold(work: Work, person: uuid.UUID) -> None:
    # The person's row is the lock: two answers to the same question wait for each other.
    desk = work.session.scalar(select(Person.desk_id).where(Person.id == person).with_for_update())
    if desk is None:
        raise OutOfReach
    work.require(Permission.CONSENT_RECORD, desk=desk)


def _live(work: Work, person: uuid.UUID, purpose: Purpose, organization: uuid.UUID | None) -> Consent | None:
    return work.session.scalar(
        select(Consent).where(
            Consent.person_id == person,
            Consent.purpose == purpose.value,
            Consent.organization_id == organization,
            Consent.replaced_at.is_(None),
        )
    )

"""Preparing and sending a referral. Consent, row, event, need and outbox are written in one work. Called by this
room's pages.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, and_, bindparam, or_, select

from referral.access.permissions import Permission
from referral.access.table import holds
from referral.consent.actions import record_decision, use_written
from referral.consent.facts import ConsentState, Decision, NewDecision, Purpose
from referral.directory.facts import Referrable
from referral.infra.db import bare
from referral.infra.work import Work
from referral.kernel.refusal import Refused
from referral.needs.facts import NeedLine
from referral.people.models import Person
from referral.referrals.actions.steps import Stale, Step, advance, locked, note_step, take
from referral.referrals.facts import TERMINAL, AnswerDays, NewReferral, Party, Status
from referral.referrals.models import Referral
from referral.referrals.queries.doors import judge, known_person, need_among
from referral.referrals.rules.codes import new_code
from referral.referrals.rules.overriding import goes_against, override_of
from referral.referrals.rules.packet import check_fields, packet_choices, packet_values
from referral.referrals.rules.protection import CHILD_PROTECTION, CONSENT, is_child_notice
from referral.referrals.rules.refusals import Reason
from referral.routing.facts import Offer, ReasonCode, Verdict


def prepare_referral(
    work: Work, new: NewReferral, *, days: AnswerDays, consent_days: int, child_notices: bool = False
) -> uuid.UUID:
    """Prepare a referral and, when the person says yes to this partner, send it; otherwise keep a draft. Its ref.

    Refused when the service is blocked or takes no referrals, does not fit and no override is given, the need is
    settled, the same door was already chosen, a packet field is not called for, or the consent question was left open.
    When a step comes before and no override is given, it waits for that step instead of being sent.
    With `child_notices` the protection notice of a child alone is sent without waiting for an answer.
    """
    person = _held(work, new.person)
    reach = work.reach(Permission.REFERRAL_SEND)
    record, facts, state = known_person(work.session, reach, new.person, today=work.today)
    need, others = need_among(work.session, new.person, new.need)
    if not need.live:
        raise Refused(Reason.NEED_SETTLED)
    _check_care(state, need)
    offer = judge(work.session, facts, need, new.service, others=others, today=work.today)
    override = override_of(new)
    _check_offer(offer, override)
    code = _free_code(work, new)
    packet = _packet(new, need, packet_values(record, work.today))
    if new.child_notice:
        _check_child_notice(offer, allowed=child_notices)
        packet["child_heard"] = new.child_heard
    agreed = new.child_notice or _consents(work, state, person.id, offer.service.organization_ref, new, consent_days)
    told = {"override": new.override, "parting": new.parting}
    waits = "" if override or new.child_notice else offer.waits_for
    draft = Step(Status.DRAFT, Party.DESK)
    then = Step(Status.WAITING if waits else Status.REQUESTED, Party.DESK, waits_for=waits)
    with work.session.no_autoflush:  # the row goes in once, as it ends up; its story tells both steps
        row = _add(work, code, person, need, offer)
        row.packet = packet
        row.basis = CHILD_PROTECTION if new.child_notice else CONSENT
        if any(told.values()):
            row.note = told
        if goes_against(offer):
            row.override_code = override
        if agreed:
            advance(work, row, then, days=replace(days, promised=offer.service.answer_days))
    note_step(work, row, None, draft, number=1)
    if agreed:
        note_step(work, row, Status.DRAFT, then, number=2)
        if not waits:
            _use_up(work, row, offer)
    return row.id


def send_draft(
    work: Work,
    *,
    ref: uuid.UUID,
    version: int,
    consent: str,
    consent_how: str,
    language: str,
    interpreter: bool = False,
    days: AnswerDays,
    consent_days: int,
) -> bool:
    """Ask again about a draft: a yes sends it (True), anything else leaves it a draft. Refused or Stale as prepare
    and move.

    The door is judged again: what was learnt of the person since may block it, or make it wait for a step.
    """
    row = locked(work, ref)
    work.require(Permission.REFERRAL_SEND, desk=row.person.desk_id)
    if row.version != version or row.status != Status.DRAFT.value:
        raise Stale(Status(row.status))
    reach = work.reach(Permission.REFERRAL_SEND)
    _record, facts, state = known_person(work.session, reach, row.person_id, today=work.today)
    need, others = need_among(work.session, row.person_id, row.need_id)
    if not need.live:
        raise Refused(Reason.NEED_SETTLED)
    _check_care(state, need)
    offer = judge(work.session, facts, need, row.service_id, others=others, today=work.today)
    _check_offer(offer, row.override_code or row.note.get("override", ""))
    asked = NewReferral(
        person=row.person_id,
        need=row.need_id,
        service=row.service_id,
        consent=consent,
        consent_how=consent_how,
        language=language,
        interpreter=interpreter,
    )
    if not _consents(work, state, row.person_id, row.organization_id, asked, consent_days):
        return False
    if offer.waits_for and not row.override_code:
        take(work, row, Step(Status.WAITING, Party.DESK, waits_for=offer.waits_for))
        return False
    take(work, row, Step(Status.REQUESTED, Party.DESK), days=replace(days, promised=offer.service.answer_days))
    _use_up(work, row, offer)
    return True


# Statements made once, on first use: every table that they point at is known by then.
@cache
def _in_the_way() -> Select[str]:
    """Codes of the referrals of this need to this door that are under way, and the asked code if somebody has it."""
    under_way = and_(
        Referral.need_id == bindparam("need", type_=Uuid),
        Referral.service_id == bindparam("service", type_=Uuid),
        Referral.status.not_in([status.value for status in TERMINAL]),
    )
    return select(Referral.code).where(or_(under_way, Referral.code == bindparam("code")))


def _held(work: Work, ref: uuid.UUID) -> Person:
    # Her row is the lock: two tabs must not send the same referral twice.
    person = work.hold(Person, ref)
    work.require(Permission.REFERRAL_SEND, desk=person.desk_id)
    return person


def _check_offer(offer: Offer, override: str) -> None:
    if offer.service.referrable in {Referrable.NO, Referrable.HOST}:
        raise Refused(Reason.SERVICE_NOT_REFERRABLE)
    if offer.verdict is Verdict.BLOCKED:
        raise Refused(Reason.BLOCKED)
    if offer.verdict is Verdict.DOES_NOT_FIT and not override:
        raise Refused(Reason.OVERRIDE_MISSING, field="override_code")


def _check_care(state: ConsentState, need: NeedLine) -> None:
    """A file that its owner closed takes no new work until she opens it again; a danger waits for nothing."""
    care = state.of(Purpose.CARE)
    if care is not None and care.withdrawn_at is not None and need.urgency != "immediate":
        raise Refused(Reason.CARE_WITHDRAWN)


def _use_up(work: Work, row: Referral, offer: Offer) -> None:
    """What a written consent opened, it opened for this referral alone."""
    if any(reason.code is ReasonCode.CONSENT_RECORDED for reason in offer.reasons):
        use_written(work, person=row.person_id, service=row.service_id)


def _check_child_notice(offer: Offer, *, allowed: bool) -> None:
    if not (allowed and is_child_notice(offer)):
        raise Refused(Reason.NOT_A_CHILD_NOTICE, field="consent")


def _packet(new: NewReferral, need: NeedLine, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the partner will see. Refused for a field that the need does not call for, or that the file no longer
    holds: the page showed another packet than the one that would go.
    """
    fields = new.fields
    if fields is None:
        proposed = (choice.field.value for choice in packet_choices(need.category) if choice.ticked)
        fields = tuple(name for name in proposed if name in values)
    check_fields(need.category, fields)
    if new.standing:  # the page showed another person's file: hers may hold less
        fields = tuple(name for name in fields if name in values)
    if not values.keys() >= set(fields):
        raise Refused(Reason.PACKET_FIELD_UNKNOWN, field="fields_sent")
    return {"fields": {name: values[name] for name in fields}, "note": new.note}


def _add(work: Work, code: str, person: Person, need: NeedLine, offer: Offer) -> Referral:
    row = Referral(
        code=code,
        person=person,
        person_id=person.id,
        need_id=need.ref,
        service_id=offer.service_ref,
        organization_id=offer.service.organization_ref,
        desk_id=person.desk_id,
        staff_id=work.identity.staff if work.identity else None,
        need_category=need.category,
        status=Status.DRAFT.value,
        waits_for="",
        override_code="",
        urgency=need.urgency,
        created_at=work.now,
    )
    work.session.add(work.keep(row))
    return row


def _free_code(work: Work, new: NewReferral) -> str:
    """A code that nobody has. Refused when the same door was chosen before and that referral is under way."""
    while True:
        code = new_code()
        asked = {"need": new.need, "service": new.service, "code": code}
        found = bare(work.session, _in_the_way(), asked).scalars().all()
        under_way = next((other for other in found if other != code), None)
        if under_way is not None:
            raise Refused(Reason.ALREADY_REFERRED, code=under_way)
        if not found:
            return code


def _consents(
    work: Work,
    state: ConsentState,
    person: uuid.UUID,
    organization: uuid.UUID,
    asked: NewReferral,
    consent_days: int,
) -> bool:
    """Record her answer about this partner; whether the packet may go. A no to one packet takes nothing back of an
    older yes.
    """
    if asked.consent not in {decision.value for decision in Decision}:
        raise Refused(Reason.ANSWER_MISSING, field="consent")
    decision = Decision(asked.consent)
    has_one = state.allows(Purpose.REFERRAL, work.today, organization)
    if asked.standing:
        if not has_one:
            raise Refused(Reason.CONSENT_MISSING)
        return True
    may_record = holds(work.identity, Permission.CONSENT_RECORD)
    if may_record and (decision is Decision.YES or not has_one):
        record_decision(
            work,
            person=person,
            new=NewDecision(
                purpose=Purpose.REFERRAL,
                decision=decision,
                how=asked.consent_how,
                language=asked.language,
                interpreter=asked.interpreter,
                organization=organization,
                expires_on=work.today + timedelta(days=consent_days),
            ),
            known=state,
        )
        return decision is Decision.YES
    if decision is Decision.YES and not has_one:
        # A supervisor may send on a consent that the desk recorded, but records none.
        raise Refused(Reason.CONSENT_MISSING)
    return decision is Decision.YES

"""A referral in the demonstration: a door chosen, consent asked, sent, answered, ended. Steps of window.py."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from referral.access.permissions import Permission
from referral.consent.actions import withdraw
from referral.consent.facts import Purpose
from referral.demo.case import Case, Stage
from referral.demo.facts import Fate, Hop
from referral.demo.fates import LEAVES_ALL
from referral.demo.hours import later
from referral.directory.facts import Referrable
from referral.infra.work import Work
from referral.kernel.refusal import Refused
from referral.needs.facts import NeedStatus
from referral.needs.models import Need
from referral.needs.queries import need as one_need
from referral.referrals.actions.move import move_referral
from referral.referrals.actions.prepare import prepare_referral, send_draft
from referral.referrals.facts import OPEN, How, Move, NewReferral, Party, Status
from referral.referrals.models import Referral
from referral.referrals.queries.doors import known_person
from referral.referrals.queries.one import partner_still_reads
from referral.referrals.rules.moves import needs_how, rule_for
from referral.referrals.rules.reasons import REASONS
from referral.routing.facts import Offer, Verdict
from referral.routing.queries import offers_for_need

FRESH = timedelta(days=24)  # a referral younger than this may still stand anywhere
HEARD = (How.PHONE, How.PHONE, How.MAIL, How.IN_PERSON)


def refer(stage: Stage, case: Case, need: uuid.UUID) -> None:
    """Choose a door that fits, ask her, and send; a draft when she does not say yes. Nothing when no door fits."""
    guest, chance = case.guest, stage.chance
    with stage.work("referrals.prepare", stage.house.at_desk[case.desk], minutes=6) as work:
        offer = _choose(stage, work, case, need)
        if offer is None:
            stage.told.gaps += 1
            return
        case.needs[need].add(offer.service.key)
        answer = guest.answers.referral if chance.random() < 0.97 else "not_now"
        new = NewReferral(
            person=case.person,
            need=need,
            service=offer.service_ref,
            consent=answer,
            consent_how=guest.answers.how if answer == "yes" else "",
            language=guest.language,
            interpreter=guest.new.contact.interpreter,
            note="Nota inventada para la institución." if chance.random() < 0.15 else "",
        )
        try:
            ref = prepare_referral(work, new, days=stage.days(), consent_days=stage.settings.consent_days)
        except Refused:
            return  # the same door for the same need
    stage.told.referrals += 1
    case.referrals.append(ref)
    if answer == "yes":
        _sent(stage, case, ref)
        return
    stage.told.drafts += 1
    what = chance.random()
    if what < 0.4:
        stage.at(later(stage.clock.now(), 3, 15, chance), lambda: _ask_again(stage, case, ref))
    elif what < 0.65:
        hop = Hop("cancelled", 5, 20, "person_declined")
        stage.at(later(stage.clock.now(), hop.low, hop.high, chance), partial(_cancel, stage, case, ref, hop))


def _cancel(stage: Stage, case: Case, ref: uuid.UUID, hop: Hop) -> None:
    _take(stage, case, ref, hop)


def _choose(stage: Stage, work: Work, case: Case, need: uuid.UUID) -> Offer | None:
    reach = work.reach(Permission.REFERRAL_SEND)
    _record, facts, _state = known_person(work.session, reach, case.person, today=work.today)
    wanted = one_need(work.session, reach, person=case.person, ref=need)
    offers = offers_for_need(
        work.session, person_facts=facts, need_code=wanted.code, today=work.today, urgency=wanted.urgency
    )
    open_doors = [
        offer
        for offer in offers
        if offer.verdict in {Verdict.FITS, Verdict.FITS_IF}
        and offer.service.referrable not in {Referrable.NO, Referrable.HOST}
        and offer.service.key not in case.needs[need]
    ]
    if not open_doors:
        return None
    return open_doors[0] if stage.chance.random() < 0.6 else stage.chance.choice(open_doors[:4])


def _ask_again(stage: Stage, case: Case, ref: uuid.UUID) -> None:
    with stage.work("referrals.send", stage.house.at_desk[case.desk]) as work:
        version, status = work.session.execute(
            select(Referral.version, Referral.status).where(Referral.id == ref)
        ).one()
        if case.gone or status != Status.DRAFT.value:
            return
        try:
            send_draft(
                work,
                ref=ref,
                version=version,
                consent="yes",
                consent_how=case.guest.answers.how,
                language=case.guest.language,
                days=stage.days(),
                consent_days=stage.settings.consent_days,
            )
        except Refused:
            return  # the need was settled meanwhile
    _sent(stage, case, ref)


def _sent(stage: Stage, case: Case, ref: uuid.UUID) -> None:
    fate = stage.fates.draw(fresh=stage.recipe.until - stage.clock.now() < FRESH)
    stage.told.fates[fate.name] = stage.told.fates.get(fate.name, 0) + 1
    _plan(stage, case, ref, fate, 0)


def _plan(stage: Stage, case: Case, ref: uuid.UUID, fate: Fate, number: int) -> None:
    if number < len(fate.hops):
        hop = fate.hops[number]
        stage.at(
            later(stage.clock.now(), hop.low, hop.high, stage.chance), lambda: _hop(stage, case, ref, fate, number)
        )


def _hop(stage: Stage, case: Case, ref: uuid.UUID, fate: Fate, number: int) -> None:
    if not _take(stage, case, ref, fate.hops[number]):
        return
    _plan(stage, case, ref, fate, number + 1)
    if number + 1 < len(fate.hops):
        return
    if fate.name in LEAVES_ALL:
        case.gone = True
        for other in case.referrals:
            _take(stage, case, other, Hop("cancelled", 0, 0, LEAVES_ALL[fate.name]))
    else:
        stage.at(later(stage.clock.now(), 0.5, 14, stage.chance), lambda: _another_door(stage, case, ref))


def _another_door(stage: Stage, case: Case, ref: uuid.UUID) -> None:
    """The need asks for a door again, and half of the people come back to look for one."""
    with stage.work("visits.record", stage.house.at_desk[case.desk]) as work:
        need, status = work.session.execute(
            select(Need.id, Need.status).join(Referral, Referral.need_id == Need.id).where(Referral.id == ref)
        ).one()
    if status == NeedStatus.OPEN.value and not case.gone and stage.chance.random() < 0.5:
        refer(stage, case, need)


def _take(stage: Stage, case: Case, ref: uuid.UUID, hop: Hop) -> bool:
    """One move, written by the institution if it has an account, else by the desk that was told. False: it was over."""
    to = Status(hop.to)
    with stage.work("referrals.move", stage.house.at_desk[case.desk], minutes=1) as work:
        found = select(Referral.version, Referral.status, Referral.organization_id).where(Referral.id == ref)
        row = work.session.execute(found).one()
        status = Status(row.status)
        if status not in OPEN and not (status is Status.DRAFT and to is Status.CANCELLED):
            return False
        rule = rule_for(status, to, Party.DESK)
        desk_only = to is Status.ENTERED_IN_ERROR or (hop.reason and Party.RECEIVER not in REASONS[hop.reason].said_by)
        by_partner = (
            row.organization_id == stage.house.partner.organization
            and not desk_only
            and status is not Status.DRAFT
            and partner_still_reads(work.session, ref, now=work.now)
        )
        if hop.reason == "consent_withdrawn":
            withdraw(work, person=case.person, purpose=Purpose.REFERRAL, organization=row.organization_id)
        how = stage.chance.choice(HEARD) if needs_how(rule, Party.DESK) else None
        move = Move(to, row.version, None if by_partner else how, hop.reason, hop.outcome, hop.note)
        if not by_partner:
            move_referral(work, ref=ref, move=move)
    if by_partner:
        with stage.work("referrals.move", stage.house.partner, minutes=0) as work:
            move_referral(work, ref=ref, move=move)
    stage.told.moves += 1
    return True

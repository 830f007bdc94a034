"""A person at the window: arrives, is registered, answers, tells her needs, is inscribed. Steps of year.py."""

from __future__ import annotations

import uuid
from datetime import timedelta
from functools import partial

from referral.arrival.actions.alerts import answer_alert
from referral.arrival.facts import AnswerCode, NewAnswer
from referral.arrival.queries import open_rules
from referral.certificates import actions as certificates
from referral.certificates.facts import RevokeReason, Wishes
from referral.certificates.rules import printable_nationalities, suggests_nationality
from referral.consent import actions as consent
from referral.consent.facts import ASKED, Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.consent.notice import notice
from referral.consent.queries import last_notice
from referral.demo.case import Case, Stage
from referral.demo.facts import Guest
from referral.demo.families import join_family
from referral.demo.hours import at_work, later
from referral.demo.sections import sections_of
from referral.demo.sent import refer
from referral.documents.actions import note_paper
from referral.infra.work import Work
from referral.kernel.clock import day_start
from referral.kernel.refusal import Refused
from referral.needs.actions import add_needs
from referral.needs.facts import NewNeed
from referral.needs.queries import live_codes
from referral.padron import actions as padron
from referral.padron.queries import inscription_of
from referral.people import actions as people
from referral.people.facts import NewDocument, Section
from referral.visits.actions import record_visit
from referral.visits.facts import NewVisit, VisitReason

INSCRIBED_AT_ONCE = 0.45
ALERT_LEFT_EVERY = 50  # needs: after these, the alerts of a file wait for somebody
NOTICE = (NoticeChannel.READ_ALOUD, NoticeChannel.PRINTED, NoticeChannel.ON_SCREEN)
EARLIER_NOTICE = "2025 (ejemplo)"  # given before the notice in force was written


def arrive(stage: Stage, guest: Guest) -> None:
    """Her first visit: file, consents, journey, papers, first needs and referrals, perhaps the inscription."""
    worker = stage.house.at_desk[guest.desk]
    with stage.work("people.register", worker, minutes=5) as work:
        person = people.register_person(work, guest.new)
    case = Case(guest, person, guest.desk)
    stage.cases.append(case)
    stage.told.people += 1
    with stage.work("visits.record", worker) as work:
        record_visit(work, NewVisit(person, VisitReason.NEED))
    with stage.work("consent.record", worker) as work:
        _answer(stage, work, case)
    if guest.answers.sensitive == "yes":
        with stage.work("people.save_section", worker) as work:
            people.save_mobility(work, person=person, mobility=guest.mobility, health=guest.health, version=1)
    with stage.work("people.save_section", worker) as work:
        for section, answers in sections_of(guest):
            version = 2 if section is Section.MOBILITY else 1  # her journey was saved a moment ago
            people.save_section(work, person=person, section=section, answers=answers, version=version)
    join_family(stage, case)
    if guest.note:
        with stage.work("people.save_section", worker) as work:
            people.save_notes(work, person=person, text=guest.note)
    _show_papers(stage, case, guest.papers_now)
    _tell_needs(stage, case, [need for need, after in guest.wants if after == 0])
    at_once = stage.chance.random() < INSCRIBED_AT_ONCE
    if guest.inscribes and at_once:
        _inscribe(stage, case)
    if guest.papers_later or (guest.inscribes and not at_once):
        stage.at(later(stage.clock.now(), 2, 25, stage.chance), lambda: come_back(stage, case, papers=True))
    for day in sorted({after for _need, after in guest.wants if after}):
        codes = [need for need, after in guest.wants if after == day]
        stage.at(later(guest.arrives, day, day + 1, stage.chance), partial(come_back, stage, case, codes=codes))
    if guest.withdraws:
        stage.at(later(stage.clock.now(), 10, 60, stage.chance), lambda: withdraw(stage, case))


def come_back(stage: Stage, case: Case, *, codes: list[str] | None = None, papers: bool = False) -> None:
    """Another visit: papers she was missing, the inscription, or new needs. Some come to the other desk."""
    if case.gone:
        return
    if case.guest.moves_desk and papers:
        case.desk = 1 - case.desk
    worker = stage.house.at_desk[case.desk]
    reason = VisitReason.PAPERS if papers else VisitReason.NEED
    with stage.work("visits.record", worker) as work:
        record_visit(work, NewVisit(case.person, reason))
        work.saw(case.person, "file")
        given = last_notice(work.session, case.person)
        if given and given.version != notice().version and work.today >= notice().since:  # it changed: she is told
            new_notice = NewNotice(NoticeChannel.READ_ALOUD, case.guest.language)
            consent.record_notice(work, person=case.person, new=new_notice)
    if papers:
        _show_papers(stage, case, case.guest.papers_later)
        if case.guest.inscribes:
            _inscribe(stage, case)
    _tell_needs(stage, case, codes or [])


def withdraw(stage: Stage, case: Case) -> None:
    """She takes back a permission, if she had given it."""
    with stage.work("consent.record", stage.house.at_desk[case.desk]) as work:
        purpose = Purpose(case.guest.withdraws)
        if getattr(case.guest.answers, case.guest.withdraws) == "yes":
            consent.withdraw(work, person=case.person, purpose=purpose)


def unknown_visitor(stage: Stage, desk: int) -> None:
    """Somebody asks something and gives no name."""
    with stage.work("visits.record", stage.house.at_desk[desk]) as work:
        record_visit(work, NewVisit(None, VisitReason.INFORMATION))


def _answer(stage: Stage, work: Work, case: Case) -> None:
    guest, interpreter = case.guest, case.guest.new.contact.interpreter and stage.chance.random() < 0.6
    channel = stage.chance.choice(NOTICE)
    version = "" if stage.clock.today() >= notice().since else EARLIER_NOTICE
    new_notice = NewNotice(channel, guest.language, interpreter)
    consent.record_notice(work, person=case.person, new=new_notice, version=version)
    for purpose in ASKED:
        decision = Decision(getattr(guest.answers, purpose.value, Decision.NOT_NOW.value))
        how = guest.answers.how if decision is Decision.YES else ""
        new = NewDecision(purpose, decision, how, guest.language, interpreter)
        consent.record_decision(work, person=case.person, new=new)


def _show_papers(stage: Stage, case: Case, papers: tuple[NewDocument, ...]) -> None:
    for paper in papers:
        with stage.work("documents.note_paper", stage.house.at_desk[case.desk], minutes=1) as work:
            note_paper(work, person=case.person, new=paper)


def _tell_needs(stage: Stage, case: Case, codes: list[str]) -> None:
    made: list[uuid.UUID] = []
    with stage.work("needs.add", stage.house.at_desk[case.desk], minutes=4) as work:
        fresh = [code for code in codes if code not in live_codes(work.session, case.person)]
        if fresh:
            new = [NewNeed(code, note="Nota inventada." if stage.chance.random() < 0.08 else "") for code in fresh]
            made = add_needs(work, person=case.person, new=new)
            stage.told.needs += len(made)
            case.needs.update((need, set()) for need in made)
    for need in made:
        refer(stage, case, need)
    if made and stage.told.needs % ALERT_LEFT_EVERY:
        _answer_alerts(stage, case)


def _answer_alerts(stage: Stage, case: Case) -> None:
    with stage.work("arrival.answer_alert", stage.house.at_desk[case.desk]) as work:
        for rule in open_rules(work.session, case.person):
            answer_alert(work, person=case.person, new=NewAnswer(rule, AnswerCode.DONE_REFERRED))


def _inscribe(stage: Stage, case: Case) -> None:
    with stage.work("padron.inscribe", stage.house.at_desk[case.desk], minutes=4) as work:
        try:
            padron.inscribe(work, person=case.person, term=stage.term(), confirmed=True)
            fresh = True
        except Refused:  # she is inscribed, or the list of what is missing stands on her file
            fresh = False
        line = inscription_of(work.session, case.person)
    if line is None:
        return
    if fresh:
        stage.told.inscriptions += 1
        if stage.chance.random() < 0.6:
            stage.at(later(day_start(line.valid_to), -20, 25, stage.chance), lambda: _renew(stage, case))
    _certify(stage, case)


def _certify(stage: Stage, case: Case, *, replace_current: bool = False) -> None:
    guest, chance = case.guest, stage.chance
    countries = printable_nationalities(guest.new.identity.nationalities)
    shows = bool(countries) and guest.answers.sensitive == "yes" and suggests_nationality(guest.mobility.profiles)
    with_parent = guest.new.identity.accompaniment in {"mother", "father", "both"}
    wishes = Wishes(
        chosen_name=bool(guest.new.identity.names.chosen),
        nationality=countries[0] if shows else None,
        alcaldia=chance.random() < 0.8,
        accompanying_adult=guest.new.contact.contact_name if with_parent else "",
        replace_current=replace_current,
    )
    with stage.work("certificates.issue", stage.house.at_desk[case.desk]) as work:
        try:
            ref = certificates.issue(work, person=case.person, wishes=wishes, office=stage.office())
        except Refused:
            return  # a proof is still to be shown, or she holds one: nothing is lost, the list says what
        work.saw(case.person, "certificate")
        stage.told.certificates += 1
    if chance.random() < 0.05:
        stage.at(later(stage.clock.now(), 20, 120, chance), lambda: _lost(stage, case))
    elif chance.random() < 0.03:
        why = chance.choice((RevokeReason.DATA_WRONG, RevokeReason.PERSON_ASKED, RevokeReason.STOLEN))
        moment = at_work(stage.clock.now() + timedelta(days=chance.uniform(5, 90)), chance)

        def revoke() -> None:
            with stage.work("certificates.revoke", stage.house.privacy) as work:
                certificates.revoke(work, certificate=ref, reason=why)

        stage.at(moment, revoke)


def _lost(stage: Stage, case: Case) -> None:
    if not case.gone:
        _certify(stage, case, replace_current=True)


def _renew(stage: Stage, case: Case) -> None:
    if case.gone:
        return
    with stage.work("padron.renew", stage.house.at_desk[case.desk]) as work:
        record_visit(work, NewVisit(case.person, VisitReason.PAPERS))
        try:
            padron.renew(work, person=case.person, term=stage.term())
        except Refused:
            return
    _certify(stage, case, replace_current=True)

"""Reads of the desk: the day's work, one person's whole file. Each has a budget of statements that a test counts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import holds, reach_of
from referral.arrival.facts import AlertOnDesk, AsylumTerm, Paper, ReturnVisit, RunsOut
from referral.arrival.queries import alerts_of, open_alerts
from referral.arrival.rules.return_visit import questions, runs_out
from referral.certificates.facts import CertificateLine
from referral.certificates.queries import certificates_of, state_of
from referral.certificates.rules import (
    CertificateState,
    missing_for_certificate,
    proves_identity,
    proves_residence,
)
from referral.consent.facts import ConsentState, Decision, Purpose
from referral.consent.queries import consent_state
from referral.desk.facts import Day, Expiring, PersonFile, UrgentNeed
from referral.desk.rules import FileState, news_since, next_step, visit_before
from referral.households.queries import companions_in, household_of
from referral.infra.db import bare, within
from referral.needs.facts import NeedStatus
from referral.needs.models import Need
from referral.needs.queries import needs_of
from referral.padron.facts import InscriptionLine, InscriptionState
from referral.padron.models import Inscription
from referral.padron.queries import inscription_of
from referral.padron.rules import eligibility
from referral.people.facts import PersonRecord
from referral.people.models import Person
from referral.people.queries.cards import person_names, person_page, person_record
from referral.people.rules.registration import Doubt, identity_doubts
from referral.people.rules.sections import readable_sections
from referral.people.rules.sections import state_of as section_state
from referral.referrals.facts import UNANSWERED, Group, OpenCounts, ReferralFilter, ReferralLine
from referral.referrals.models import Referral
from referral.referrals.queries.lists import open_counts, referral_list, referrals_of
from referral.referrals.queries.rows import line, select_lines
from referral.routing.person import facts_of
from referral.visits.queries import visits_of

SHOWN = 5
RECENT = 8
EXPIRES_WITHIN = timedelta(days=30)
WITHOUT_FAMILY = frozenset({Doubt.MINOR_ALONE, Doubt.MINOR_WITH_UNRELATED})


def day_of(session: Session, identity: Identity, *, now: datetime, today: date) -> Day:
    """What needs this account today: its desk's work, or its institution's. Six statements at most."""
    if not holds(identity, Permission.REFERRAL_LIST):
        return Day(OpenCounts())
    reach = reach_of(identity, Permission.REFERRAL_LIST)
    counts = open_counts(session, reach, now=now, today=today)
    if identity.role is Role.PARTNER:
        waiting = ReferralFilter(group=Group.UNANSWERED)
        inbox = referral_list(session, reach, waiting, now=now, today=today, per_page=SHOWN)
        return Day(counts, late=inbox.lines)
    if not holds(identity, Permission.PERSON_VIEW):
        return Day(counts)
    return _desk_day(session, identity, counts, today=today)


def _desk_day(session: Session, identity: Identity, counts: OpenCounts, *, today: date) -> Day:
    people = reach_of(identity, Permission.PERSON_VIEW)
    late = _late(session, reach_of(identity, Permission.REFERRAL_LIST), today=today) if counts.overdue else ()
    urgent = bare(session, _urgent(people)).all()
    expiring = bare(session, _expiring(people), {"first": today, "last": today + EXPIRES_WITHIN}).all()
    alerts, alert_count = open_alerts(session, people, most=SHOWN)
    named = {row.person_id for row in (*urgent, *expiring)} | {line.person for line in late}
    named |= {alert.person for alert in alerts}
    names = person_names(session, named)
    return Day(
        counts,
        urgent=tuple(UrgentNeed(names[row.person_id], row.code, row.raised_at) for row in urgent),
        urgent_count=urgent[0].all if urgent else 0,
        late=late,
        late_people={line.person: names[line.person] for line in late},
        expiring=tuple(Expiring(names[row.person_id], row.folio, row.valid_to) for row in expiring),
        expiring_count=expiring[0].all if expiring else 0,
        alerts=tuple(AlertOnDesk(names[alert.person], alert.rule, alert.raised_at) for alert in alerts),
        alert_count=alert_count,
        recent=person_page(session, people, per_page=RECENT, today=today).cards,
    )


def _late(session: Session, reach: Reach, *, today: date) -> tuple[ReferralLine, ...]:
    # Without the names: the cards of the whole page are read at once.
    rows = bare(session, _unanswered(reach), {"today": today})
    return tuple(line(row, today=today) for row in rows)


# Put together once for each account: the home page is the one opened most.
@lru_cache(maxsize=64)
def _urgent(people: Reach) -> Select[*tuple[Any, ...]]:
    waits = (Need.status == NeedStatus.OPEN.value, Need.urgency == "immediate")
    return (
        select(Need.person_id, Need.code, Need.raised_at, func.count().over().label("all"))
        .join(Person, Person.id == Need.person_id)
        .where(*waits, within(people, desk=Person.desk_id))
        .order_by(Need.raised_at)
        .limit(SHOWN)
    )


@lru_cache(maxsize=64)
def _expiring(people: Reach) -> Select[*tuple[Any, ...]]:
    soon = Inscription.valid_to.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
    return (
        select(Inscription.person_id, Inscription.folio, Inscription.valid_to, func.count().over().label("all"))
        .join(Person, Person.id == Inscription.person_id)
        .where(Inscription.ended_on.is_(None), soon, within(people, desk=Person.desk_id))
        .order_by(Inscription.valid_to, Inscription.id)
        .limit(SHOWN)
    )


@lru_cache(maxsize=64)
def _unanswered(reach: Reach) -> Select[*tuple[Any, ...]]:
    waiting = [status.value for status in UNANSWERED]
    return (
        select_lines()
        .where(
            within(reach, desk=Referral.desk_id, organization=Referral.organization_id, staff=Referral.staff_id),
            Referral.status.in_(waiting),
            Referral.due_on < bindparam("today", type_=Date),
        )
        .order_by(Referral.due_on, Referral.id)
        .limit(SHOWN)
    )


def person_with_folio(session: Session, reach: Reach, folio: str) -> uuid.UUID | None:
    """Who has this folio, when her file is within reach."""
    keeper = aliased(Person)  # of a file that was merged into another: that one
    leads = select(keeper.id).join(Person, keeper.id == func.coalesce(Person.merged_into, Person.id))
    return session.scalar(leads.where(Person.folio == folio, within(reach, desk=keeper.desk_id)))


def person_file(
    session: Session, reach: Reach, ref: uuid.UUID, *, today: date, term: AsylumTerm | None = None
) -> PersonFile:
    """One person's whole file, in ten statements, eleven when an alert stands.

    OutOfReach when it does not exist or another desk keeps it.
    """
    record = person_record(session, reach, ref, today=today)
    needs = needs_of(session, ref)
    referrals = referrals_of(session, ref, today=today)
    consent = consent_state(session, ref)
    inscription = inscription_of(session, ref)
    certificates = tuple(certificates_of(session, ref))
    visits = visits_of(session, ref)
    household = household_of(session, ref, today=today)
    together = companions_in(household, ref)
    kinds = [paper.kind for paper in record.documents]
    missing = missing_for_certificate(
        inscribed=inscription is not None,
        inscription_in_force=inscription is not None and inscription.state(today) is InscriptionState.IN_FORCE,
        has_identity_proof=proves_identity(kinds, minor=record.card.minor),
        has_residence_proof=proves_residence(kinds),
        has_consent=consent.allows(Purpose.CERTIFICATE, today),
    )
    state = FileState(
        child_alone=not WITHOUT_FAMILY.isdisjoint(identity_doubts(record.identity, today=today)),
        record_kind=record.record_kind,
        eligible=eligibility(record.mobility.profiles, record_kind=record.record_kind),
        consent=consent,
        needs=needs,
        referrals=referrals,
        inscription=inscription,
        certified=any(state_of(paper, today=today) is CertificateState.VALID for paper in certificates),
        missing=missing,
        today=today,
    )
    last_visit = visit_before([record.created_at, *(visit.at for visit in visits)], today)
    return PersonFile(
        record=record,
        needs=needs,
        referrals=referrals,
        consent=consent,
        inscription=inscription,
        certificates=certificates,
        missing=missing,
        visits=visits,
        next_step=next_step(state),
        last_visit=last_visit,
        news=news_since(last_visit, referrals, today=today),
        alerts=alerts_of(session, record, needs, today=today, term=term or AsylumTerm()),
        today=ReturnVisit(
            runs_out=runs_out(_papers(record, inscription, certificates, consent), since=last_visit, today=today),
            questions=questions(facts_of(record, consent, companions=together, today=today), needs),
            never_asked=_never_asked(record, today),
        ),
        household=household,
    )


def _papers(
    record: PersonRecord,
    inscription: InscriptionLine | None,
    certificates: Sequence[CertificateLine],
    consent: ConsentState,
) -> Iterator[RunsOut]:
    if inscription is not None and inscription.ended_on is None:
        yield RunsOut(Paper.INSCRIPTION, inscription.valid_to)
    for paper in certificates:
        if paper.valid_to is not None and paper.revoked_at is None:
            yield RunsOut(Paper.CERTIFICATE, paper.valid_to)
    for answer in consent.partners():
        if answer.expires_on is not None and answer.decision is Decision.YES and answer.withdrawn_at is None:
            yield RunsOut(Paper.CONSENT, answer.expires_on)
    for document in record.documents:
        if document.expires is not None:
            yield RunsOut(Paper.DOCUMENT, document.expires, document.kind)


def _never_asked(record: PersonRecord, today: date) -> tuple[str, ...]:
    states = (section_state(record, section, today) for section in readable_sections(record))
    return tuple(state.section.value for state in states if state.total and not state.answered and not state.closed)

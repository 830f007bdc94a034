"""Reads of the desk: the day's work, one person's whole file. Each has a budget of statements that a test counts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Label, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import holds, reach_of
from referral.arrival.facts import AlertOnDesk, AsylumTerm, Paper, ReturnVisit, RunsOut
from referral.arrival.queries import alerts_of, open_alerts, open_rules
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
from referral.desk.facts import Day, Expiring, LateAnswer, PersonFile, Served, UrgentNeed
from referral.desk.rules import FileState, news_since, next_step, visit_before
from referral.directory.facts import Words
from referral.directory.models import Service
from referral.documents.queries import has_photo, scans_of
from referral.households.queries import companions_in, household_of
from referral.infra.db import bare, within
from referral.needs.facts import NeedStatus
from referral.needs.models import Need
from referral.needs.queries import needs_of
from referral.padron.facts import InscriptionLine, InscriptionState
from referral.padron.models import Inscription
from referral.padron.queries import inscription_of
from referral.padron.rules import Eligibility, eligibility
from referral.people.facts import PersonRecord
from referral.people.models import Person
from referral.people.queries.cards import NAMED, named, person_record
from referral.people.queries.reserved import openings_of
from referral.people.rules.registration import Doubt, identity_doubts
from referral.people.rules.sections import never_asked, readable_sections
from referral.referrals.facts import UNANSWERED, Group, OpenCounts, ReferralFilter
from referral.referrals.models import Referral
from referral.referrals.queries.lists import open_counts, referral_list, referrals_of
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
        return Day(counts, inbox=inbox.lines)
    if not holds(identity, Permission.PERSON_VIEW):
        return Day(counts)
    return _desk_day(session, identity, counts, today=today)


def _desk_day(session: Session, identity: Identity, counts: OpenCounts, *, today: date) -> Day:
    people = reach_of(identity, Permission.PERSON_VIEW)
    reach = reach_of(identity, Permission.REFERRAL_LIST)
    late = bare(session, _late(reach), {"today": today}).all() if counts.overdue else ()
    urgent = bare(session, _urgent(people)).all()
    expiring = bare(session, _expiring(people), {"first": today, "last": today + EXPIRES_WITHIN}).all()
    alerts, alert_count = open_alerts(session, people, most=SHOWN)
    serves = holds(identity, Permission.PERSON_PROTECTED)  # an alert's name tells what a person told
    recent = bare(session, _last_served(people)).all()
    return Day(
        counts,
        urgent=tuple(UrgentNeed(named(session, row), row.code, row.raised_at) for row in urgent),
        urgent_count=urgent[0].all if urgent else 0,
        late=tuple(
            LateAnswer(row.id, named(session, row), Words(row.name_es, row.name_en), row.due_on) for row in late
        ),
        expiring=tuple(Expiring(named(session, row), row.folio, row.valid_to) for row in expiring),
        expiring_count=expiring[0].all if expiring else 0,
        alerts=tuple(AlertOnDesk(alert.person, alert.rule if serves else "", alert.raised_at) for alert in alerts),
        alert_count=alert_count,
        recent=tuple(Served(named(session, row), row.last_served_at) for row in recent),
    )


# Put together once for each account: the home page is the one opened most. Those it shows a few of, and counts, are
# counted apart: a window over them all would carry every row to its end before the first is known.
@lru_cache(maxsize=64)
def _urgent(people: Reach) -> Select[*tuple[Any, ...]]:
    waits = (
        Need.status == NeedStatus.OPEN.value,
        Need.urgency == "immediate",
        Person.id == Need.person_id,
        within(people, desk=Person.desk_id),
    )
    found = select(*NAMED, Need.code, Need.raised_at, _how_many(waits)).where(*waits)
    return found.order_by(Need.raised_at).limit(SHOWN)


@lru_cache(maxsize=64)
def _expiring(people: Reach) -> Select[*tuple[Any, ...]]:
    ends = (
        Inscription.ended_on.is_(None),
        Inscription.valid_to.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
        Person.id == Inscription.person_id,
        within(people, desk=Person.desk_id),
    )
    found = select(*NAMED, Inscription.folio, Inscription.valid_to, _how_many(ends)).where(*ends)
    return found.order_by(Inscription.valid_to, Inscription.id).limit(SHOWN)


def _how_many(conditions: Sequence[ColumnElement[bool]]) -> Label[int]:
    return select(func.count()).where(*conditions).correlate(None).scalar_subquery().label("all")


@lru_cache(maxsize=64)
def _last_served(people: Reach) -> Select[*tuple[Any, ...]]:
    hers = select(*NAMED, Person.last_served_at)
    hers = hers.where(Person.merged_into.is_(None), within(people, desk=Person.desk_id))
    return hers.order_by(Person.last_served_at.desc(), Person.id.desc()).limit(RECENT)


@lru_cache(maxsize=64)
def _late(reach: Reach) -> Select[*tuple[Any, ...]]:
    waiting = [status.value for status in UNANSWERED]
    return (
        select(Referral.id, *NAMED, Referral.due_on, Service.name_es, Service.name_en)
        .join(Person, Person.id == Referral.person_id)
        .join(Service, Service.id == Referral.service_id)
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
    session: Session,
    reach: Reach,
    ref: uuid.UUID,
    *,
    today: date,
    renew_from_days: int,
    term: AsylumTerm | None = None,
) -> PersonFile:
    """One person's whole file, in ten statements, one more when an alert stands, when it was
    opened once without serving her, when she allows a photograph, and for the scans of who has it open.

    OutOfReach when it does not exist or another desk keeps it.
    """
    record = person_record(session, reach, ref, today=today)
    reads, whole = record.reads_protected, record.reads_whole
    needs = needs_of(session, ref, notes=reads)
    referrals = referrals_of(session, ref, today=today)
    consent = consent_state(session, ref)
    inscription = inscription_of(session, ref)
    # A constancia is of an inscription: who was never inscribed has none.
    certificates = tuple(certificates_of(session, ref)) if inscription is not None else ()
    visits = visits_of(session, ref, notes=reads)
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
        # Who does not read her profile does not inscribe her either.
        eligible=eligibility(record.mobility.profiles, record_kind=record.record_kind)
        if reads
        else Eligibility.SERVED_ONLY,
        consent=consent,
        needs=needs,
        referrals=referrals,
        inscription=inscription,
        certified=any(state_of(paper, today=today) is CertificateState.VALID for paper in certificates),
        missing=missing,
        renew_from_days=renew_from_days,
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
        # An alert tells what it rests on, and half a file would raise half of them.
        alerts=alerts_of(session, record, needs, today=today, term=term or AsylumTerm()) if whole else (),
        today=ReturnVisit(
            runs_out=runs_out(_papers(record, inscription, certificates, consent), since=last_visit, today=today),
            questions=questions(facts_of(record, consent, companions=together, today=today), needs) if whole else (),
            never_asked=_never_asked(record, today),
        ),
        household=household,
        photo=holds(reach.identity, Permission.SCAN_VIEW)
        and consent.allows(Purpose.PHOTO, today)
        and has_photo(session, ref),
        hidden_alerts=0 if whole else len(open_rules(session, ref)),
        openings=openings_of(session, ref) if record.opened_before else (),
        scans=tuple(scans_of(session, ref)) if record.open_until else (),
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
    return tuple(section.value for section in readable_sections(record) if never_asked(record, section, today))

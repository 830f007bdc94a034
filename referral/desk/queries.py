"""Reads of the desk: the day's work, one person's whole file. Each has a budget of statements that a test counts."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.reach import Reach
from referral.access.table import holds, reach_of
from referral.certificates.queries import certificates_of, state_of
from referral.certificates.rules import (
    CertificateState,
    missing_for_certificate,
    proves_identity,
    proves_residence,
)
from referral.consent.facts import Purpose
from referral.consent.queries import consent_state
from referral.desk.facts import Day, Expiring, PersonFile, UrgentNeed
from referral.desk.rules import FileState, news_since, next_step, visit_before
from referral.infra.db import within
from referral.needs.facts import NeedStatus
from referral.needs.models import Need
from referral.needs.queries import needs_of
from referral.padron.facts import InscriptionState
from referral.padron.models import Inscription
from referral.padron.queries import inscription_of
from referral.padron.rules import eligibility
from referral.people.models import Person
from referral.people.queries import person_cards, person_page, person_record
from referral.people.rules.registration import Doubt, identity_doubts
from referral.referrals.facts import UNANSWERED, Group, OpenCounts, ReferralFilter, ReferralLine
from referral.referrals.models import Referral
from referral.referrals.queries.lists import open_counts, referral_list, referrals_of
from referral.referrals.queries.reach import visible
from referral.referrals.queries.rows import line, select_lines
from referral.visits.queries import visits_of

SHOWN = 5
RECENT = 8
EXPIRES_WITHIN = timedelta(days=30)
WITHOUT_FAMILY = frozenset({Doubt.MINOR_ALONE, Doubt.MINOR_WITH_UNRELATED})


def day_of(session: Session, identity: Identity, *, now: datetime, today: date) -> Day:
    """What needs this account today: its desk's work, or its institution's. Seven statements at most."""
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
    return _desk_day(session, identity, counts, now=now, today=today)


def _desk_day(session: Session, identity: Identity, counts: OpenCounts, *, now: datetime, today: date) -> Day:
    people = reach_of(identity, Permission.PERSON_VIEW)
    late = _late(session, reach_of(identity, Permission.REFERRAL_LIST), now=now, today=today) if counts.overdue else ()
    urgent = session.execute(
        select(Need.person_id, Need.code, Need.raised_at, func.count().over().label("all"))
        .join(Person, Person.id == Need.person_id)
        .where(Need.status == NeedStatus.OPEN.value, Need.urgency == "immediate", within(people, desk=Person.desk_id))
        .order_by(Need.raised_at)
        .limit(SHOWN)
    ).all()
    expiring = session.execute(
        select(Inscription.person_id, Inscription.folio, Inscription.valid_to, func.count().over().label("all"))
        .join(Person, Person.id == Inscription.person_id)
        .where(
            Inscription.ended_on.is_(None),
            Inscription.valid_to.between(today, today + EXPIRES_WITHIN),
            within(people, desk=Person.desk_id),
        )
        .order_by(Inscription.valid_to, Inscription.id)
        .limit(SHOWN)
    ).all()
    named = {row.person_id for row in (*urgent, *expiring)} | {line.person for line in late}
    cards = person_cards(session, named, today=today)
    return Day(
        counts,
        urgent=tuple(UrgentNeed(cards[row.person_id], row.code, row.raised_at) for row in urgent),
        urgent_count=urgent[0].all if urgent else 0,
        late=late,
        late_people={line.person: cards[line.person] for line in late},
        expiring=tuple(Expiring(cards[row.person_id], row.folio, row.valid_to) for row in expiring),
        expiring_count=expiring[0].all if expiring else 0,
        recent=person_page(session, people, per_page=RECENT, today=today).cards,
    )


def _late(session: Session, reach: Reach, *, now: datetime, today: date) -> tuple[ReferralLine, ...]:
    # Without the names: the cards of the whole page are read at once.
    waiting = [status.value for status in UNANSWERED]
    rows = session.execute(
        select_lines()
        .where(visible(reach, now), Referral.status.in_(waiting), Referral.due_on < today)
        .order_by(Referral.due_on, Referral.id)
        .limit(SHOWN)
    )
    return tuple(line(row, today=today) for row in rows)


def person_with_folio(session: Session, reach: Reach, folio: str) -> uuid.UUID | None:
    """Who has this folio, when her file is within reach."""
    return session.scalar(select(Person.id).where(Person.folio == folio, within(reach, desk=Person.desk_id)))


def person_file(session: Session, reach: Reach, ref: uuid.UUID, *, today: date) -> PersonFile:
    """One person's whole file, in nine statements. OutOfReach when it does not exist or another desk keeps it."""
    record = person_record(session, reach, ref, today=today)
    needs = needs_of(session, ref)
    referrals = referrals_of(session, ref, today=today)
    consent = consent_state(session, ref)
    inscription = inscription_of(session, ref)
    certificates = tuple(certificates_of(session, ref))
    visits = visits_of(session, ref)
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
        eligible=eligibility(record.mobility.profiles),
        consent=consent,
        needs=needs,
        referrals=referrals,
        inscription=inscription,
        certified=any(state_of(paper, today=today) is CertificateState.VALID for paper in certificates),
        missing=missing,
        today=today,
    )
    last_visit = visit_before([visit.at for visit in visits], today)
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
    )

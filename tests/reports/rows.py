"""Referrals as rows, for counting: any state, sent and ended on any day, without going through the desk's pages."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from referral.access.identity import Identity
from referral.directory.models import Service
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.kernel.refs import new_ref
from referral.needs.models import Need
from referral.referrals.facts import TERMINAL, Status
from referral.referrals.models import Referral, ReferralEvent
from referral.referrals.rules.codes import new_code
from referral.referrals.rules.moves import BEYOND_ACCEPTANCE, Stamps, days_taken
from tests.factories.referrals import load_directory, note_need, served_person


@dataclass(frozen=True)
class Sent:
    """One referral: `at` when it was sent, days until answered and closed, days until due."""

    at: datetime
    status: Status
    service: str = "SEDESA"
    category: str = "HEALTH"
    outcome: str = ""
    reason: str = ""
    answer_days: int | None = None
    close_days: int | None = None
    due_days: int = 10
    accepted_once: bool = False


@dataclass(frozen=True)
class Scene:
    """A desk with a directory, one person and one need to hang referrals on."""

    database: Database
    identity: Identity
    person: uuid.UUID
    need: uuid.UUID
    services: dict[str, tuple[uuid.UUID, uuid.UUID]]  # key -> service, organisation

    def add(self, *all_sent: Sent) -> list[uuid.UUID]:
        """Put these on file."""
        with serving(self.database), unit_of_work("test.referrals") as work:
            refs = []
            for sent in all_sent:
                row = self._row(sent)
                work.session.add(row)
                work.session.flush()
                refs.append(row.id)
                if sent.accepted_once:
                    work.session.add(
                        ReferralEvent(
                            referral_id=row.id,
                            person_id=self.person,
                            at=sent.at,
                            step=1,
                            from_status="requested",
                            to_status="accepted",
                            party="receiver",
                        )
                    )
        return refs

    def _row(self, sent: Sent) -> Referral:
        service, organization = self.services[sent.service]
        over = sent.status in TERMINAL
        accepted = sent.accepted_once or sent.status in BEYOND_ACCEPTANCE
        answered = accepted or sent.status is Status.REJECTED or sent.answer_days is not None
        stamps = Stamps(
            sent_at=None if sent.status is Status.DRAFT else sent.at,
            accepted_at=sent.at if accepted else None,
            answered_at=sent.at + timedelta(days=sent.answer_days or 0) if answered else None,
            closed_at=sent.at + timedelta(days=sent.close_days or 0) if over else None,
        )
        taken = days_taken(stamps, sent.status)
        return Referral(
            id=new_ref(),
            code=new_code(),
            person_id=self.person,
            need_id=self.need,
            service_id=service,
            organization_id=organization,
            desk_id=self.identity.desk,
            need_category=sent.category,
            status=sent.status.value,
            reason=sent.reason,
            outcome=sent.outcome,
            urgency="normal",
            created_at=sent.at,
            sent_at=stamps.sent_at,
            accepted_at=stamps.accepted_at,
            answered_at=stamps.answered_at,
            closed_at=stamps.closed_at,
            answer_days=taken.answer,
            close_days=taken.close,
            due_on=(sent.at + timedelta(days=sent.due_days)).date(),
        )


def scene(database: Database, identity: Identity) -> Scene:
    """The directory loaded and a person with a need."""
    load_directory(database)
    person = served_person(database, identity)
    need = note_need(database, identity, person)
    with database.session(writing=False) as session:
        rows = session.execute(select(Service.key, Service.id, Service.organization_id)).all()
        assert session.get(Need, need) is not None
    return Scene(database, identity, person, need, {row.key: (row.id, row.organization_id) for row in rows})

"""The demonstration year on both engines: it plays to its end, and shows all that can become of a referral."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from referral.consent.models import Consent, NoticeGiven, WrittenConsent
from referral.consent.notice import notice
from referral.demo.facts import Recipe
from referral.demo.twice import TIMES
from referral.demo.window import EARLIER_NOTICE
from referral.demo.year import play_year
from referral.directory.models import Service
from referral.infra.audit import AuditEntry
from referral.infra.db import Database, Keyed
from referral.infra.settings import Settings
from referral.intake.models import IntakeRow
from referral.kernel.codes import OUTCOMES
from referral.padron.models import Inscription
from referral.people.models import BreakGlass, GuardedOpening, Person
from referral.referrals.facts import UNANSWERED, Status
from referral.referrals.models import Referral, ReferralEvent
from referral.staff.models import Staff
from referral.upkeep.models import Suggestion
from tests.conftest import NOW

SMALL = Recipe(until=NOW, people=24, referrals=90)


def _count(session: Session, model: type[Keyed], *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


@pytest.mark.slow
def test_a_small_year_shows_every_state_and_every_outcome(database: Database, tmp_path: Path) -> None:
    told = play_year(database, Settings(home=tmp_path), SMALL)
    with database.session(writing=False) as session:
        people = session.scalar(select(func.count()).select_from(Person))
        listed = session.scalar(
            select(func.count(AuditEntry.person_id.distinct())).where(AuditEntry.action == "intake.register")
        )
        states = set(session.scalars(select(Referral.status).distinct()))
        outcomes = set(session.scalars(select(Referral.outcome).distinct()))
        late = session.scalar(
            select(func.count())
            .select_from(Referral)
            .where(Referral.status.in_(UNANSWERED), Referral.due_on < database.clock.today())
        )
        said = session.execute(select(Consent.decision, Consent.withdrawn_at.is_not(None)).distinct())
        answers = {(decision, bool(withdrawn)) for decision, withdrawn in said}
        newest = session.scalar(select(func.max(ReferralEvent.at)))
        desks = set(session.scalars(select(Referral.desk_id).distinct()))
        roles = list(session.scalars(select(Staff.role)))
        inside = session.scalar(
            select(func.count()).select_from(Referral).join(Service).where(Service.referrable.in_(["no", "host"]))
        )
    assert listed, "somebody came by a list"
    assert people == told.people == SMALL.people + TIMES + listed
    assert told.twice >= 1, "there is a pair of files to compare"
    assert states | {"waiting"} == {status.value for status in Status}  # the small year may hold nobody without papers
    assert outcomes - {""} == set(OUTCOMES.codes())
    assert late, "somebody's answer is overdue"
    assert {("yes", False), ("no", False), ("not_now", False), ("yes", True)} <= answers
    assert newest is not None
    assert timedelta(0) < SMALL.until - newest < timedelta(days=5), "the work lists are alive"
    assert len(desks) == 2
    assert len(roles) == 7
    assert inside == 0, "nobody was sent to a listing that takes no referrals"
    with database.session(writing=False) as session:
        versions = session.execute(select(NoticeGiven.version, func.min(NoticeGiven.at)).group_by(NoticeGiven.version))
        for version, first in versions.all():
            assert version == EARLIER_NOTICE or first.date() >= notice().since, (
                "nobody is given what is not written yet"
            )
        for reviewed in (True, False):
            assert _count(session, BreakGlass, BreakGlass.reviewed_at.is_not(None) == reviewed), "glass was broken"
            assert _count(session, GuardedOpening, GuardedOpening.decided_at.is_not(None) == reviewed), (
                "asked of a second"
            )
        assert not _count(session, BreakGlass, BreakGlass.reviewed_at.is_(None), BreakGlass.due_on < NOW.date())
        assert _count(session, WrittenConsent, WrittenConsent.confirmed_at.is_(None)), "a paper waits to be confirmed"
        assert _count(session, Inscription, Inscription.ended_on.is_not(None)), "somebody left the register"
        assert set(session.scalars(select(Suggestion.kind))) == {"notice", "change"}
        assert set(session.scalars(select(Suggestion.state))) == {"open", "accepted", "refused"}
        assert set(session.scalars(select(IntakeRow.state))) == {"registered", "wrong", "lookalike", "ready"}

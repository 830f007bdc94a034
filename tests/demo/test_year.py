"""The demonstration year on both engines: it plays to its end, and shows all that can become of a referral."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from referral.consent.models import Consent
from referral.demo.facts import Recipe
from referral.demo.twice import TIMES
from referral.demo.year import play_year
from referral.directory.models import Service
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.kernel.codes import OUTCOMES
from referral.people.models import Person
from referral.referrals.facts import UNANSWERED, Status
from referral.referrals.models import Referral, ReferralEvent
from referral.staff.models import Staff
from tests.conftest import NOW

SMALL = Recipe(until=NOW, people=24, referrals=90)


@pytest.mark.slow
def test_a_small_year_shows_every_state_and_every_outcome(database: Database, tmp_path: Path) -> None:
    told = play_year(database, Settings(home=tmp_path), SMALL)
    with database.session(writing=False) as session:
        people = session.scalar(select(func.count()).select_from(Person))
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
    assert people == told.people == SMALL.people + TIMES
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

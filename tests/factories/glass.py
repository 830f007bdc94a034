"""For tests in which a supervisor reads what is reserved (break_glass) or what is protected too (break_both)."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from referral.access.identity import Identity
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.people.models import GuardedOpening
from referral.privacy import actions
from referral.privacy.facts import GlassReason, NewOpening

WHY = "Quien la atiende pidió ayuda con el caso"


def break_glass(
    database: Database, boss: Identity, person: uuid.UUID, *, why: str = WHY, minutes: int = 60, review_days: int = 2
) -> datetime:
    """Open what is reserved of one file; until when."""
    new = NewOpening(GlassReason.SUPPORT, why)
    with serving(database, boss), unit_of_work("privacy.break_glass") as work:
        return actions.open_reserved(work, person=person, new=new, minutes=minutes, review_days=review_days)


def ask_guarded(database: Database, boss: Identity, person: uuid.UUID, *, why: str = WHY) -> uuid.UUID:
    """Ask for what is protected of a file that this account has open; the asking."""
    with serving(database, boss), unit_of_work("privacy.ask_guarded") as work:
        actions.ask_guarded(work, person=person, words=why)
        asked = select(GuardedOpening.id).where(GuardedOpening.person_id == person, GuardedOpening.granted.is_(None))
        return work.session.scalars(asked).one()


def decide_guarded(
    database: Database, second: Identity, asking: uuid.UUID, *, granted: bool = True, minutes: int = 60
) -> datetime | None:
    """The second person's word; until when it is open."""
    with serving(database, second), unit_of_work("privacy.decide_guarded") as work:
        return actions.decide_guarded(work, asking=asking, granted=granted, minutes=minutes)


def break_both(database: Database, boss: Identity, second: Identity, person: uuid.UUID) -> None:
    """Open what is reserved of one file, and what is protected of it with a second person."""
    break_glass(database, boss, person)
    decide_guarded(database, second, ask_guarded(database, boss, person))

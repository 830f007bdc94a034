"""For tests in which a supervisor reads what is reserved: break_glass(database, boss, person)."""

from __future__ import annotations

import uuid
from datetime import datetime

from referral.access.identity import Identity
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.privacy.actions import open_reserved
from referral.privacy.facts import GlassReason, NewOpening

WHY = "Quien la atiende pidió ayuda con el caso"


def break_glass(
    database: Database, boss: Identity, person: uuid.UUID, *, why: str = WHY, minutes: int = 60, review_days: int = 2
) -> datetime:
    """Open what is reserved of one file; until when."""
    new = NewOpening(GlassReason.SUPPORT, why)
    with serving(database, boss), unit_of_work("privacy.break_glass") as work:
        return open_reserved(work, person=person, new=new, minutes=minutes, review_days=review_days)

"""What came of asking for what is protected of a file: every read of a file needs it. Written by privacy."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from referral.infra.db import bare
from referral.people.glass_facts import Guarded
from referral.people.models import GuardedOpening


def guarded_of(session: Session, person: uuid.UUID, reader: uuid.UUID) -> Guarded | None:
    """The last time that this account asked; None when it never did. One statement."""
    row = bare(session, _last(), {"person": person, "reader": reader}).one_or_none()
    return None if row is None else Guarded(row.asked_at, row.granted, row.until)


@cache
def _last() -> Select[*tuple[Any, ...]]:
    asked = select(GuardedOpening.asked_at, GuardedOpening.granted, GuardedOpening.until).where(
        GuardedOpening.person_id == bindparam("person", type_=Uuid),
        GuardedOpening.staff_id == bindparam("reader", type_=Uuid),
    )
    return asked.order_by(GuardedOpening.asked_at.desc(), GuardedOpening.id.desc()).limit(1)

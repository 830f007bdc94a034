"""Reads of the padron room: a person's inscription and what still stands between her and one."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from referral.padron.facts import InscriptionLine
from referral.padron.models import Inscription
from referral.staff.models import Desk


def inscription_of(session: Session, person: uuid.UUID) -> InscriptionLine | None:
    """Her inscription, in force or not; None when she was never inscribed."""
    return inscriptions_of(session, [person]).get(person)


def inscriptions_of(session: Session, people: Collection[uuid.UUID]) -> dict[uuid.UUID, InscriptionLine]:
    """Inscriptions by person, in one statement."""
    rows = session.execute(
        select(Inscription, Desk.name)
        .join(Desk, Desk.id == Inscription.desk_id)
        .where(Inscription.person_id.in_(people))
    )
    return {row.person_id: _line(row, desk_name) for row, desk_name in rows}


def _line(row: Inscription, desk_name: str) -> InscriptionLine:
    return InscriptionLine(
        ref=row.id,
        person=row.person_id,
        folio=row.folio,
        inscribed_on=row.inscribed_on,
        desk_name=desk_name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        ended_on=row.ended_on,
    )

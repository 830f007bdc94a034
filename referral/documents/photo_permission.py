"""No photograph outlives its permission: whatever page or command ends it, the picture is deleted in the same work.

Imported by documents.actions; listens to every session, as people.tombstones does.
"""

from __future__ import annotations

from sqlalchemy import event, select
from sqlalchemy.orm import Session, UOWTransaction

from referral.consent.facts import Decision, Purpose
from referral.consent.models import Consent
from referral.documents.models import PHOTO, PersonScan
from referral.infra.db import DeskSession


@event.listens_for(DeskSession, "before_flush")
def _delete_with_the_permission(session: Session, _context: UOWTransaction, _rows: object) -> None:
    people = {row.person_id for row in (*session.new, *session.dirty) if isinstance(row, Consent) and _ends(row)}
    if not people:
        return
    theirs = select(PersonScan).where(PersonScan.person_id.in_(people), PersonScan.kind == PHOTO)
    with session.no_autoflush:
        for photo in session.scalars(theirs):
            session.delete(photo)


def _ends(row: Consent) -> bool:
    """Whether this is her answer of now about a photograph, and no permission."""
    allows = row.decision == Decision.YES.value and row.withdrawn_at is None
    return row.purpose == Purpose.PHOTO.value and row.replaced_at is None and not allows

"""Two files of one person, full of everything, and a dump of a file with its drawers opened; for these tests."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from sqlalchemy import select

from referral.access.identity import Identity
from referral.certificates.actions import issue
from referral.certificates.facts import Wishes
from referral.consent.actions import record_decision, record_notice
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.documents.actions import answer_photo, keep_photo, keep_scans
from referral.documents.facts import Cleaned
from referral.duplicates.actions import merge, undo
from referral.duplicates.drawers import facts_of
from referral.duplicates.facts import Choice, MergeOrder, Undone
from referral.duplicates.walk import moved_tables, sealed_columns
from referral.infra.db import Database
from referral.infra.sealed import open_bytes
from referral.infra.work import serving, unit_of_work
from referral.kernel.folio import EXAMPLE_MASK
from referral.padron.actions import inscribe
from referral.padron.facts import Term
from referral.people.actions import add_document, save_mobility
from referral.people.facts import HealthFacts, MobilityFacts, NewDocument, NewPerson
from referral.people.models import Person
from referral.visits.actions import record_visit
from referral.visits.facts import NewVisit
from tests.factories import referrals as make
from tests.factories.people import new_person, register
from tests.factories.world import OFFICE

DAYS = 30
REASON = "Es la misma persona: trajo los dos papeles."
PICTURE = Cleaned("image/jpeg", b"picture", 48, 64, 1, small=b"small")


def full_file(
    database: Database,
    identity: Identity,
    new: NewPerson | None = None,
    *,
    passport: str = "P1234567",
    inscribed: bool = True,
    door: str = "SEDESA",
) -> uuid.UUID:
    """A file with consents, papers with scans, a photograph, health, a visit, a need, a referral, a constancia."""
    person = register(database, identity, new or new_person())
    with serving(database, identity), unit_of_work("test.file") as work:
        record_notice(work, person=person, new=NewNotice(NoticeChannel.READ_ALOUD, "ht", interpreter=True))
        for purpose in (Purpose.CARE, Purpose.SENSITIVE, Purpose.CERTIFICATE):
            record_decision(work, person=person, new=NewDecision(purpose, Decision.YES, how="signed", language="ht"))
        paper = add_document(work, person=person, new=NewDocument("PASSPORT", passport, "HT", date(2031, 5, 1)))
        add_document(work, person=person, new=NewDocument("SHELTER_LETTER"))
        mobility = MobilityFacts(profiles=("REFUGEE",), intention="stay" if inscribed else "")
        save_mobility(work, person=person, mobility=mobility, version=1, health=HealthFacts(pregnant="no"))
        record_visit(work, NewVisit(person, note=f"Nota de {passport}"))
        keep_scans(work, person=person, document=paper, found=[PICTURE], most_megabytes=60)
        answer_photo(work, person=person, decision=Decision.YES, how="signed")
        keep_photo(work, person=person, found=PICTURE, most_megabytes=60)
        if inscribed:
            inscribe(work, person=person, term=Term(EXAMPLE_MASK, 12))
            issue(work, person=person, wishes=Wishes(nationality="HT"), office=OFFICE)
    need = make.note_need(database, identity, person)
    make.prepare(database, identity, person, need, door, note="Para la institución")
    return person


def join(
    database: Database, identity: Identity, kept: uuid.UUID, other: uuid.UUID, choices: dict[str, Choice] | None = None
) -> uuid.UUID:
    with serving(database, identity), unit_of_work("duplicates.merge") as work:
        return merge(work, MergeOrder(kept, other, choices or {}, REASON), undo_days=DAYS)


def part(database: Database, identity: Identity, ref: uuid.UUID) -> Undone:
    with serving(database, identity), unit_of_work("duplicates.undo") as work:
        return undo(work, merge=ref, undo_days=DAYS)


# Counts of saves and alerts judged anew are not part of what a file says.
_NO_FACT = {"version", "identity_version", "contact_version", "mobility_version", "lapsed_at"}


def dump(database: Database, person: uuid.UUID) -> dict[str, Any]:
    """All that hangs on a person: every row with its clear columns, and every sealed column opened with her key."""
    found: dict[str, Any] = {}
    with database.session(writing=False) as session:
        holder = session.get_one(Person, person)
        found["facts"] = facts_of(holder)
        for table in moved_tables():
            for name in table.columns:
                for row in session.scalars(select(table.kind).where(getattr(table.kind, name) == person)):
                    values = {
                        column.name: getattr(row, column.name)
                        for column in table.kind.__table__.columns
                        if not column.name.endswith("_sealed") and column.name not in _NO_FACT
                    }
                    if name == "person_id":
                        for column in sealed_columns(table.kind.__mapper__):
                            values[column] = _opened(session, table.table, row, column, holder)
                    found[f"{table.table} {row.id} {name}"] = values
        found["person"] = (holder.folio, holder.sensitive_basis, holder.merged_into, holder.desk_id, holder.record_kind)
    return found


def _opened(session: Any, table: str, row: Any, column: str, holder: Person) -> bytes | None:
    sealed = getattr(row, column)
    if sealed is None:
        return None
    return open_bytes(
        session, table, column, row.id, holder=f"person|{holder.id}", data_key=holder.data_key, sealed=sealed
    )

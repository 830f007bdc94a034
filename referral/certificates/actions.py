"""Writes of the certificates room: issue, replace, revoke; what ends a paper; the counts behind verification."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from referral.access.permissions import Permission
from referral.certificates.facts import ConstanciaFacts, Office, RevokeReason, Wishes
from referral.certificates.models import Certificate, VerifyDay, VerifySource
from referral.certificates.paper import unprintable
from referral.certificates.public_code import new_code, shown_code
from referral.certificates.queries import readiness
from referral.certificates.rules import Reason, check_issue, check_revoke, outdated, printable_nationalities
from referral.certificates.snapshot import snapshot_document, snapshot_facts
from referral.documents.queries import photo_of
from referral.infra.db import Database
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.padron import actions as padron
from referral.padron.facts import Correction, EndReason, InscriptionLine
from referral.people.drawers import contact_facts, identity_facts
from referral.people.models import Person
from referral.people.queries.cards import documents_of

VERIFY_LIMIT = 30  # questions a minute from one source


def issue(work: Work, *, person: uuid.UUID, wishes: Wishes, office: Office) -> uuid.UUID:
    """Issue a constancia and revoke, as replaced, any she holds. Refused(certificates Reason) when it cannot be."""
    row = work.session.scalar(select(Person).where(Person.id == person).with_for_update())  # one issue at a time
    if row is None:
        raise OutOfReach
    work.require(Permission.CERTIFICATE_ISSUE, desk=row.desk_id)
    kinds = [paper.kind for paper in documents_of(work.session, person)]
    identity = identity_facts(row.identity)
    stands = readiness(
        work.session,
        person,
        document_name=identity.names.document_name,
        kinds=kinds,
        minor=identity.birth.is_minor(work.today),
        today=work.today,
    )
    code, inscription = new_code(), stands.inscription
    facts = _facts(work, row, inscription, wishes, office, code) if inscription else None
    check_issue(
        missing=stands.missing,
        current_folio=stands.current.folio if stands.current else None,
        replaces_current=wishes.replace_current,
        valid_from=facts.valid_from if facts else work.today,
        valid_to=facts.valid_to if facts else None,
        unprintable=unprintable(facts) if facts else (),
    )
    if facts is None or inscription is None:  # check_issue has refused; this line tells the type checker
        raise Refused(Reason.NOT_READY, missing=stands.missing)
    certificate = Certificate(
        person_id=person,
        person=row,
        inscription_id=inscription.ref,
        code=code,
        folio=facts.folio,
        issued_at=work.now,
        valid_to=facts.valid_to,
        desk_id=row.desk_id,
        staff_id=_staff(work),
    )
    work.session.add(certificate)
    certificate.snapshot = snapshot_document(facts)
    work.session.flush()
    for former in work.session.scalars(
        select(Certificate).where(
            Certificate.person_id == person, Certificate.revoked_at.is_(None), Certificate.id != certificate.id
        )
    ):
        _end(work, former, RevokeReason.REPLACED)
        former.replaced_by = certificate.id
    return certificate.id


def revoke(work: Work, *, certificate: uuid.UUID, reason: RevokeReason) -> None:
    """End a constancia from the next verification on. Refused when it was already revoked."""
    found = work.session.execute(
        select(Certificate, Person.desk_id)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.id == certificate)
        .with_for_update(of=Certificate)
    ).one_or_none()
    if found is None:
        raise OutOfReach
    row, desk = found
    work.require(Permission.CERTIFICATE_REVOKE, desk=desk)
    check_revoke(revoked_at=row.revoked_at)
    _end(work, row, reason)


def revoke_live(work: Work, *, person: uuid.UUID, reason: RevokeReason) -> int:
    """End every constancia of hers that was not ended before; how many. Called inside works that were permitted:
    ending an inscription, correcting it, taking back a permission.
    """
    rows = work.session.scalars(
        select(Certificate).where(Certificate.person_id == person, Certificate.revoked_at.is_(None)).with_for_update()
    ).all()
    for row in rows:
        _end(work, row, reason)
    return len(rows)


def end_inscription(work: Work, *, person: uuid.UUID, reason: EndReason, note: str = "") -> int:
    """Take her off the register and, in the same work, end her constancia. How many papers ended; Refused as padron."""
    padron.end(work, person=person, reason=reason, note=note)
    return revoke_live(work, person=person, reason=RevokeReason.INSCRIPTION_ENDED)


def correct_inscription(work: Work, *, person: uuid.UUID, correction: Correction, version: int) -> int:
    """Correct what the register says and end, in the same work, the constancias that now say something else.

    How many ended; Refused and Stale as padron.actions.correct.
    """
    padron.correct(work, person=person, correction=correction, version=version)
    row = work.session.get_one(Person, person)
    identity, contact = identity_facts(row.identity), contact_facts(row.contact)
    ended = 0
    for paper in work.session.scalars(
        select(Certificate).where(Certificate.person_id == person, Certificate.revoked_at.is_(None)).with_for_update()
    ):
        if outdated(snapshot_facts(paper.snapshot), identity, contact):
            _end(work, paper, RevokeReason.DATA_CORRECTED)
            ended += 1
    return ended


def count_verification(database: Database, *, source: str) -> bool:
    """Count one public question; False when this source has asked VERIFY_LIMIT times in this minute.

    A technical write of its own. The source is kept as a keyed hash and only while its minute lasts.
    """
    now, token = database.clock.now(), database.vault.token(f"verify:{source}")
    minute = int(now.timestamp()) // 60
    with database.technical() as connection:
        connection.execute(delete(VerifySource).where(VerifySource.minute < minute))
        asked = _counted(connection, VerifySource, {"source": token}, {"minute": minute})
        if asked > VERIFY_LIMIT:
            return False
        _counted(connection, VerifyDay, {"day": database.clock.today()}, {})
    return True


def _counted(
    connection: Connection,
    table: type[VerifySource | VerifyDay],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
) -> int:
    count = update(table).filter_by(**key).values(asked=table.asked + 1).returning(table.asked)
    found = connection.execute(count).scalar()
    if found is not None:
        return int(found)
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(**key, **values, asked=1))
    except IntegrityError:  # PostgreSQL: another request opened the row first
        return int(connection.execute(count).scalar_one())
    return 1


def _end(work: Work, row: Certificate, reason: RevokeReason) -> None:
    row.revoked_at = work.now
    row.revoked_reason = reason.value
    row.revoked_by = _staff(work)


def _staff(work: Work) -> uuid.UUID | None:
    return work.identity.staff if work.identity else None


def _facts(
    work: Work, person: Person, inscription: InscriptionLine, wishes: Wishes, office: Office, code: str
) -> ConstanciaFacts:
    identity, contact = identity_facts(person.identity), contact_facts(person.contact)
    if wishes.nationality and wishes.nationality not in printable_nationalities(identity.nationalities):
        raise Refused(Reason.NATIONALITY_NOT_HERS, field="nationality")
    names = identity.names
    return ConstanciaFacts(
        folio=inscription.folio,
        document_name=names.document_name,
        chosen_name=names.chosen if wishes.chosen_name and names.chosen != names.document_name else None,
        birth=identity.birth,
        nationality=wishes.nationality or None,
        alcaldia=contact.alcaldia or None if wishes.alcaldia else None,
        registered_on=inscription.inscribed_on,
        registered_at=inscription.desk_name,
        valid_from=inscription.valid_from,
        valid_to=inscription.valid_to,
        validity_is_example=office.validity_is_example,
        issuing_unit=office.issuing_unit,
        signer_name=office.signer_name,
        signer_post=office.signer_post,
        legal_basis=office.legal_basis,
        verify_url=f"{office.public_url}/v/{code}",
        verify_code=shown_code(code),
        accompanying_adult=wishes.accompanying_adult or None,
        sample=office.sample,
        photo=wishes.photo and photo_of(work.session, person.id, today=work.today) is not None,
        issued_at=work.now,
    )

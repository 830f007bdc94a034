"""Reads of the certificates room: a person's constancias, what one says, what a stranger is told of one."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Uuid, bindparam, select
from sqlalchemy.orm import Session, load_only

from referral.access.reach import Reach
from referral.certificates.facts import CertificateLine, ConstanciaFacts, Printed, RevokeReason, Shown
from referral.certificates.models import Certificate
from referral.certificates.public_code import read_code
from referral.certificates.rules import (
    CertificateState,
    Missing,
    certificate_state,
    missing_for_certificate,
    proves_identity,
    proves_residence,
)
from referral.certificates.snapshot import snapshot_facts
from referral.consent.facts import Purpose
from referral.consent.queries import has_consent
from referral.infra.db import bare, within
from referral.infra.work import OutOfReach
from referral.kernel.clock import local_day
from referral.padron.facts import InscriptionLine, InscriptionState
from referral.padron.queries import inscription_of
from referral.people.models import Person

_COLUMNS = (
    Certificate.person_id,
    Certificate.folio,
    Certificate.issued_at,
    Certificate.valid_to,
    Certificate.revoked_at,
    Certificate.revoked_reason,
    Certificate.replaced_by,
)
_LINE = load_only(*_COLUMNS)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Where a person stands before a constancia. `current` is the one that still counts, if any."""

    missing: tuple[Missing, ...]
    inscription: InscriptionLine | None
    current: CertificateLine | None


def readiness(
    session: Session,
    person: uuid.UUID,
    *,
    document_name: str,
    kinds: Collection[str],
    minor: bool | None,
    today: date,
) -> Readiness:
    """What is missing for a constancia, in three statements. `kinds`: her papers (codes of IDENTITY_DOCUMENTS)."""
    inscription = inscription_of(session, person)
    missing = missing_for_certificate(
        inscribed=inscription is not None,
        inscription_in_force=inscription is not None and inscription.state(today) is InscriptionState.IN_FORCE,
        has_identity_proof=proves_identity(kinds, minor=minor),
        has_residence_proof=proves_residence(kinds),
        has_consent=has_consent(session, person, Purpose.CERTIFICATE, today=today),
        has_name=bool(document_name),
    )
    return Readiness(missing, inscription, current_certificate(session, person, today=today))


def certificates_of(session: Session, person: uuid.UUID) -> list[CertificateLine]:
    """Her constancias, newest first. The caller has already decided that she is within reach."""
    return [_line(row) for row in bare(session, _of_person(), {"person": person})]


@cache
def _of_person() -> Select[*tuple[Any, ...]]:
    hers = select(Certificate.id, *_COLUMNS).where(Certificate.person_id == bindparam("person", type_=Uuid))
    return hers.order_by(Certificate.issued_at.desc(), Certificate.id.desc())


def current_certificate(session: Session, person: uuid.UUID, *, today: date) -> CertificateLine | None:
    """The one that still counts today; None when there is none."""
    rows = session.scalars(
        select(Certificate).options(_LINE).where(Certificate.person_id == person, Certificate.revoked_at.is_(None))
    )
    lines = (_line(row) for row in rows)
    return next((line for line in lines if state_of(line, today=today) is CertificateState.VALID), None)


def current_facts(session: Session, person: uuid.UUID, *, today: date) -> ConstanciaFacts | None:
    """What the one that still counts today says; None when there is none. One statement."""
    rows = session.scalars(select(Certificate).where(Certificate.person_id == person, Certificate.revoked_at.is_(None)))
    live = (row for row in rows if state_of(_line(row), today=today) is CertificateState.VALID)
    row = next(live, None)
    return None if row is None else snapshot_facts(row.snapshot)


def certificate(session: Session, reach: Reach, ref: uuid.UUID) -> CertificateLine:
    """One constancia; OutOfReach when it does not exist or the person's file is at another desk."""
    return _line(_within_reach(session, reach, ref))


def printed(session: Session, reach: Reach, ref: uuid.UUID) -> Printed:
    """What it said on the day it was issued; OutOfReach as above."""
    row = _within_reach(session, reach, ref)
    return Printed(row.person_id, snapshot_facts(row.snapshot), row.revoked_at is not None)


def shown_to_anybody(session: Session, typed: str) -> Shown | None:
    """What a stranger who holds the code may know; None for a code that is malformed or of no constancia, alike."""
    code = read_code(typed)
    if code is None:
        return None
    row = session.execute(
        select(Certificate.id, Certificate.issued_at, Certificate.valid_to, Certificate.revoked_at).where(
            Certificate.code == code
        )
    ).one_or_none()
    return None if row is None else Shown(row.id, local_day(row.issued_at), row.valid_to, row.revoked_at)


def state_of(line: CertificateLine | Shown, *, today: date) -> CertificateState:
    """What it is worth today."""
    return certificate_state(valid_to=line.valid_to, revoked_at=line.revoked_at, today=today)


def _within_reach(session: Session, reach: Reach, ref: uuid.UUID) -> Certificate:
    row = session.scalar(
        select(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.id == ref, within(reach, desk=Person.desk_id))
    )
    if row is None:
        raise OutOfReach
    return row


def _line(row: Certificate | Row[*tuple[Any, ...]]) -> CertificateLine:
    return CertificateLine(
        ref=row.id,
        person=row.person_id,
        folio=row.folio,
        issued_at=row.issued_at,
        valid_to=row.valid_to,
        revoked_at=row.revoked_at,
        revoked_reason=RevokeReason(row.revoked_reason) if row.revoked_reason else None,
        replaced_by=row.replaced_by,
    )

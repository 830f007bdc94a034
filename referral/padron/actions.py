"""Writes of the padron room: inscribe a person with a new folio, renew her term."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from referral.access.permissions import Permission
from referral.consent.facts import Purpose
from referral.consent.queries import has_consent
from referral.infra.work import OutOfReach, Work
from referral.kernel.folio import make_folio
from referral.kernel.refusal import Refused
from referral.padron.facts import Term
from referral.padron.models import FolioCounter, Inscription
from referral.padron.queries import inscription_of
from referral.padron.rules import (
    Reason,
    check_inscribe,
    check_renew,
    eligibility,
    last_day,
    missing_for_inscription,
)
from referral.people.actions import set_folio
from referral.people.drawers import identity_facts, mobility_facts
from referral.people.models import Person
from referral.people.rules.registration import has_active_basis


def inscribe(work: Work, *, person: uuid.UUID, term: Term, confirmed: bool = False) -> str:
    """Inscribe her from today; the new folio. Refused(padron Reason) when something is missing or she already is."""
    row = _hold(work, person)
    known = inscription_of(work.session, person)
    profiles = mobility_facts(row.status).profiles if has_active_basis(row.sensitive_basis) else ()
    check_inscribe(
        missing=missing_for_inscription(
            has_care_consent=has_consent(work.session, person, Purpose.CARE, today=work.today),
            has_name=bool(identity_facts(row.identity).names.document_name),
        ),
        eligible=eligibility(profiles),
        confirmed=confirmed,
        current_folio=known.folio if known else None,
    )
    number = _next_number(work, work.today.year)
    folio = make_folio(term.folio_mask, work.today.year, number)
    inscription = Inscription(
        person_id=person,
        folio=folio,
        year=work.today.year,
        number=number,
        inscribed_on=work.today,
        valid_from=work.today,
        valid_to=last_day(work.today, term.months),
        confirmed=confirmed,
        desk_id=row.desk_id,
        staff_id=work.identity.staff if work.identity else None,
    )
    work.session.add(inscription)
    work.session.flush()
    set_folio(work, person=person, folio=folio)
    return folio


def renew(work: Work, *, person: uuid.UUID, term: Term) -> None:
    """Start a new term today under the same folio. Refused when the term would not grow."""
    _hold(work, person)
    until = check_renew(
        inscription_of(work.session, person),
        today=work.today,
        months=term.months,
        has_care_consent=has_consent(work.session, person, Purpose.CARE, today=work.today),
    )
    row = work.session.scalar(select(Inscription).where(Inscription.person_id == person))
    if row is None:
        raise Refused(Reason.NOT_INSCRIBED)
    row.valid_from, row.valid_to = work.today, until


def _hold(work: Work, person: uuid.UUID) -> Person:
    # The person's row is the lock: two clicks for the same person inscribe her once.
    row = work.session.scalar(select(Person).where(Person.id == person).with_for_update())
    if row is None:
        raise OutOfReach
    work.require(Permission.PADRON_INSCRIBE, desk=row.desk_id)
    return row


def _next_number(work: Work, year: int) -> int:
    # One statement counts and reads: no two transactions can be told the same number, and the row stays locked until
    # the inscription is on disk or undone.
    count = (
        update(FolioCounter)
        .where(FolioCounter.year == year)
        .values(last=FolioCounter.last + 1)
        .returning(FolioCounter.last)
        .execution_options(synchronize_session=False)
    )
    found = work.session.scalar(count)
    if found is not None:
        return found
    try:
        with work.session.begin_nested():
            work.session.add(FolioCounter(year=year, last=0))
    except IntegrityError:  # PostgreSQL: another desk opened the year first
        pass
    number = work.session.scalar(count)
    if number is None:
        raise LookupError(f"the folio counter of {year} cannot be opened")
    return number

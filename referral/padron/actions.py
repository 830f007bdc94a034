"""Writes of the padron room: inscribe a person with a new folio, renew, correct, end, open again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from referral.access.permissions import Permission
from referral.consent.facts import Purpose
from referral.consent.queries import has_consent
from referral.infra.work import OutOfReach, Work
from referral.kernel.folio import make_folio
from referral.kernel.refusal import Refused
from referral.padron.facts import Correction, EndReason, InscriptionState, ReopenReason, StepKind, Term
from referral.padron.models import FolioCounter, Inscription, InscriptionStep
from referral.padron.queries import inscription_of
from referral.padron.rules import (
    Reason,
    changes_of,
    check_correction,
    check_end,
    check_inscribe,
    check_kind,
    check_renew,
    check_reopen,
    eligibility,
    last_day,
    missing_for_inscription,
)
from referral.people.actions import correct_identity, set_folio
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
        eligible=eligibility(profiles, record_kind=row.record_kind),
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
    _note(work, inscription, StepKind.INSCRIBED)
    set_folio(work, person=person, folio=folio)
    return folio


def inscribe_together(
    work: Work, *, people: Sequence[uuid.UUID], term: Term, confirmed: bool = False
) -> dict[uuid.UUID, str]:
    """Inscribe a family in one work, each with her own folio: all of them or nobody.

    Refused names, as `person`, the one who cannot be inscribed.
    """
    folios: dict[uuid.UUID, str] = {}
    for person in sorted(people):  # always in the same order: two families that share a member must not wait in a ring
        try:
            folios[person] = inscribe(work, person=person, term=term, confirmed=confirmed)
        except Refused as no:
            values = {name: value for name, value in no.values.items() if name != "person"}
            raise Refused(no.reason, field=no.field, person=person, **values) from None
    return folios


def renew(work: Work, *, person: uuid.UUID, term: Term) -> None:
    """Give a new term under the same folio. Refused when it is too early or there is nothing to renew."""
    _hold(work, person)
    until = check_renew(
        inscription_of(work.session, person),
        today=work.today,
        term=term,
        has_care_consent=has_consent(work.session, person, Purpose.CARE, today=work.today),
    )
    row = _row(work, person)
    row.valid_from, row.valid_to = work.today, until
    _note(work, row, StepKind.RENEWED)


def correct(work: Work, *, person: uuid.UUID, correction: Correction, version: int) -> None:
    """Correct what the register says of her, and keep what it said before. Refused when nothing changes; people's Stale
    when somebody else corrected her identity meanwhile.

    The constancia is another room's: call certificates.actions.correct_inscription, which calls this.
    """
    held = _hold(work, person)
    identity = identity_facts(held.identity)
    changes = changes_of(identity, correction)
    check_correction(inscription_of(work.session, person), changes)
    corrected = replace(identity, names=correction.names(identity.names), birth=correction.birth)
    correct_identity(work, person=person, identity=corrected, version=version)
    step = _note(work, _row(work, person), StepKind.CORRECTED, correction.reason.value)
    step.detail = {"changes": {field.value: list(pair) for field, pair in changes.items()}, "note": correction.note}


def end(work: Work, *, person: uuid.UUID, reason: EndReason, note: str = "") -> None:
    """Take her off the register from today. Refused when she is not on it.

    The constancia is another room's: call certificates.actions.end_inscription, which calls this.
    """
    _hold(work, person, Permission.PADRON_END)
    check_end(inscription_of(work.session, person), reason, today=work.today)
    _end(work, person, reason, note)


def end_without_consent(work: Work, *, person: uuid.UUID) -> bool:
    """Take her off the register because she took back her permission; False when she is not on it.

    Called by privacy, which has checked who may take a permission back: any desk may.
    """
    found = inscription_of(work.session, person)
    if found is None or found.state(work.today) is InscriptionState.ENDED:
        return False
    _end(work, person, EndReason.CARE_WITHDRAWN, "")
    return True


def end_as_duplicate(work: Work, *, person: uuid.UUID) -> None:
    """End the inscription of a file that is merged into another one which has its own folio. Called by duplicates,
    which has checked who may merge.
    """
    _end(work, person, EndReason.DUPLICATE, "")


def reopen(work: Work, *, person: uuid.UUID, reason: ReopenReason, term: Term) -> None:
    """Open an ended inscription again, with its folio. One ended by mistake goes on with its term; whoever came back
    gets a new one. Refused as rules.check_reopen says.
    """
    _hold(work, person, Permission.PADRON_REOPEN)
    check_reopen(
        inscription_of(work.session, person),
        reason,
        today=work.today,
        has_care_consent=has_consent(work.session, person, Purpose.CARE, today=work.today),
    )
    row = _row(work, person)
    row.ended_on, row.end_reason = None, None
    if reason is ReopenReason.CAME_BACK:
        row.valid_from, row.valid_to = work.today, last_day(work.today, term.months)
    _note(work, row, StepKind.REOPENED, reason.value)


def change_record_kind(work: Work, *, person: uuid.UUID, kind: str) -> None:
    """Say whether her file is for the register or for service alone. Refused for who is inscribed: end that first."""
    held = _hold(work, person)
    check_kind(kind, inscription_of(work.session, person), today=work.today)
    held.record_kind = kind


def _end(work: Work, person: uuid.UUID, reason: EndReason, note: str) -> None:
    row = _row(work, person)
    row.ended_on, row.end_reason = work.today, reason.value
    step = _note(work, row, StepKind.ENDED, reason.value)
    if note:
        step.detail = {"note": note}


def _row(work: Work, person: uuid.UUID) -> Inscription:
    row = work.session.scalar(select(Inscription).where(Inscription.person_id == person))
    if row is None:
        raise Refused(Reason.NOT_INSCRIBED)
    return row


def _note(work: Work, row: Inscription, kind: StepKind, reason: str = "") -> InscriptionStep:
    term = kind in {StepKind.INSCRIBED, StepKind.RENEWED, StepKind.REOPENED}
    step = InscriptionStep(
        inscription_id=row.id,
        person_id=row.person_id,
        person=work.session.get_one(Person, row.person_id),  # held by this work already: what is sealed needs her key
        at=work.now,
        kind=kind.value,
        valid_from=row.valid_from if term else None,
        valid_to=row.valid_to if term else None,
        reason=reason,
        staff_id=work.identity.staff if work.identity else None,
    )
    work.session.add(step)
    return step


def _hold(work: Work, person: uuid.UUID, permission: Permission = Permission.PADRON_INSCRIBE) -> Person:
    # The person's row is the lock: two clicks for the same person inscribe her once.
    row = work.session.scalar(select(Person).where(Person.id == person).with_for_update())
    if row is None:
        raise OutOfReach
    work.require(permission, desk=row.desk_id)
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

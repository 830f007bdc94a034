"""What must step aside before the rows of one file go over to another: answers, folios, households, photographs.

Called by actions.merge, which has locked both people and checked who may.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from referral.certificates.actions import revoke_live
from referral.certificates.facts import RevokeReason
from referral.consent.facts import Purpose
from referral.consent.models import Consent
from referral.consent.queries import has_consent
from referral.documents.models import PHOTO, PersonScan
from referral.duplicates.rules import Reason, Said, basis_together, check_inscriptions, stands
from referral.households.actions import rows as households
from referral.households.facts import Leaving
from referral.households.models import Guardianship
from referral.households.queries import household_of
from referral.infra.work import Work
from referral.kernel.refusal import Refused
from referral.padron.actions import end_as_duplicate
from referral.padron.facts import InscriptionState
from referral.padron.models import Inscription, InscriptionStep
from referral.padron.queries import inscriptions_of
from referral.people.models import Person


def settle_consents(work: Work, kept: Person, other: Person) -> None:
    """Where both files answered the same question, the answer that does not stand is marked as replaced."""
    ours, theirs = (_live(work, person.id) for person in (kept, other))
    for question in sorted(ours.keys() & theirs.keys(), key=str):
        loser = theirs[question] if stands(_said(ours[question]), _said(theirs[question])) else ours[question]
        loser.replaced_at = work.now
    work.session.flush()  # the index allows one answer in force: the old one steps aside first


def settle_basis(work: Work, kept: Person, other: Person) -> None:
    """On what the sensitive facts of both rest from now on. The answers have been settled and have moved."""
    asked = _live(work, kept.id).get((Purpose.SENSITIVE.value, None))
    answer = None if asked is None else has_consent(work.session, kept.id, Purpose.SENSITIVE, today=work.today)
    kept.sensitive_basis = basis_together(kept.sensitive_basis, other.sensitive_basis, answer=answer)
    work.session.flush()


def settle_inscriptions(work: Work, kept: Person, other: Person) -> frozenset[uuid.UUID]:
    """One folio stays. Rows that stay where they are: an inscription that ends as a duplicate, and its steps."""
    found = inscriptions_of(work.session, [kept.id, other.id])
    ours, theirs = found.get(kept.id), found.get(other.id)
    if theirs is None:
        return frozenset()
    check_inscriptions(
        kept_inscribed=ours is not None,
        kept_in_force=ours is not None and ours.state(work.today) is InscriptionState.IN_FORCE,
        other_in_force=theirs.state(work.today) is InscriptionState.IN_FORCE,
    )
    if ours is None:
        folio, other.folio = other.folio, None
        work.session.flush()  # a folio is one person's: it leaves one row before it enters the other
        kept.folio, kept.record_kind = folio, other.record_kind
        work.session.flush()
        return frozenset()
    if theirs.state(work.today) is not InscriptionState.ENDED:
        end_as_duplicate(work, person=other.id)
        work.session.flush()
    revoke_live(work, person=other.id, reason=RevokeReason.INSCRIPTION_ENDED)
    work.session.flush()
    steps = select(InscriptionStep.id).where(InscriptionStep.inscription_id == theirs.ref)
    rows = select(Inscription.id).where(Inscription.id == theirs.ref)
    return frozenset((*work.session.scalars(steps), *work.session.scalars(rows)))


def settle_household(work: Work, kept: Person, other: Person) -> None:
    """One household: that of the kept file when both have one. Refused when one answers for the other as a guardian."""
    pair = (kept.id, other.id)
    between = select(Guardianship.id).where(Guardianship.person_id.in_(pair), Guardianship.guardian_id.in_(pair))
    if work.session.scalar(between) is not None:
        raise Refused(Reason.ANSWERS_FOR_OTHER)
    _guardians_once(work, kept, other)
    theirs = household_of(work.session, other.id, today=work.today)
    if theirs is None or household_of(work.session, kept.id, today=work.today) is None:
        return
    households.lock(work, theirs.ref)
    households.end(work, [other.id], Leaving.SAME_PERSON)
    households.remaining_head(work, theirs, [other.id])


def photograph_that_waits(work: Work, kept: Person, other: Person) -> frozenset[uuid.UUID]:
    """The photograph of the file that goes stays with it when the kept file has one."""
    photos = select(PersonScan.id).where(PersonScan.kind == PHOTO)
    if work.session.scalar(photos.where(PersonScan.person_id == kept.id)) is None:
        return frozenset()
    return frozenset(work.session.scalars(photos.where(PersonScan.person_id == other.id)))


def _guardians_once(work: Work, kept: Person, other: Person) -> None:
    living = _living(work, [kept.id, other.id])
    known = {(row.person_id, row.guardian_id) for row in living}
    for row in living:
        over = (
            kept.id if row.person_id == other.id else row.person_id,
            kept.id if row.guardian_id == other.id else row.guardian_id,
        )
        if row.guardian_id is not None and over != (row.person_id, row.guardian_id) and over in known:
            row.until = work.now
    work.session.flush()


def _living(work: Work, people: Sequence[uuid.UUID]) -> Sequence[Guardianship]:
    theirs = Guardianship.person_id.in_(people) | Guardianship.guardian_id.in_(people)
    return work.session.scalars(select(Guardianship).where(Guardianship.until.is_(None), theirs)).all()


def _live(work: Work, person: uuid.UUID) -> dict[tuple[str, uuid.UUID | None], Consent]:
    rows = work.session.scalars(select(Consent).where(Consent.person_id == person, Consent.replaced_at.is_(None)))
    return dict(_by_question(rows))


def _by_question(rows: Iterator[Consent] | Sequence[Consent]) -> Iterator[tuple[tuple[str, uuid.UUID | None], Consent]]:
    return (((row.purpose, row.organization_id), row) for row in rows)


def _said(row: Consent) -> Said:
    return Said(row.decision, row.at, row.withdrawn_at)

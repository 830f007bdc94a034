"""Somebody arrives: nobody's visit, a new file, a return visit, each with the first answers. Called by this room's
pages and by the family flow.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from referral.access.permissions import Permission
from referral.arrival.facts import Triage
from referral.arrival.rules.triage import check_company, check_triage, identity_told, needs_told
from referral.documents.actions import note_paper
from referral.households.actions.family import register_family
from referral.households.facts import NewFamily
from referral.infra.work import Work
from referral.kernel.refusal import Refused
from referral.needs.actions import add_needs
from referral.needs.queries import live_codes
from referral.people.actions import correct_identity, register_person
from referral.people.facts import NewDocument, NewPerson
from referral.people.queries.cards import person_record, require_person
from referral.visits.actions import attach_visit, record_visit
from referral.visits.facts import Done, NewVisit, VisitReason


def come_first(work: Work, triage: Triage) -> uuid.UUID:
    """Attend somebody before any name: a visit of nobody, with what was told. Its ref."""
    return record_visit(work, NewVisit(None, VisitReason.NEED, first=triage.told)).ref


def register_arrival(
    work: Work, new: NewPerson, triage: Triage, *, visit: uuid.UUID | None = None, paper: NewDocument | None = None
) -> uuid.UUID:
    """Open a file with the first answers on it; its ref. `visit` is the one recorded before she gave a name.

    Refused as register_person, check_triage and, for `paper`, note_paper.
    """
    check_triage(triage, new.identity, today=work.today)
    person = register_person(work, replace(new, identity=identity_told(triage, new.identity)))
    if paper is not None:
        note_paper(work, person=person, new=paper)
    if visit is not None:
        attach_visit(work, visit=visit, person=person)
    else:
        _first_visit(work, person, triage)
    _open_needs(work, person, triage)
    return person


def register_family_arrival(work: Work, new: NewFamily, told: Sequence[Triage] = ()) -> tuple[uuid.UUID, ...]:
    """Open the files of a family and record that each of them was here, with what each `told` (one for each member).

    Refs and refusals as households.register_family; check_company's with field="row-<n>".
    """
    refs = register_family(work, new)
    first = told or [Triage()] * len(refs)
    for number, (ref, triage, one) in enumerate(zip(refs, first, new.members, strict=True), start=1):
        _first_visit(work, ref, triage)
        try:
            if triage.alone and one.person is not None:
                record = person_record(work.session, work.reach(Permission.PERSON_EDIT), ref, today=work.today)
                check_company(triage, record.identity)
            first_answers_of(work, ref, triage)
        except Refused as no:
            raise no.on(f"row-{number}") from None
    return refs


def come_again(work: Work, new: NewVisit, triage: Triage) -> None:
    """Record that somebody whose file this desk keeps is here, and what she told to the first questions.

    Refused as record_visit and check_triage. A file of another desk is opened first, by visits.record.
    """
    if new.person is None:
        raise ValueError("a return visit is of somebody on file")
    require_person(work.session, work.reach(Permission.PERSON_EDIT), new.person)
    record_visit(work, replace(new, first=triage.told))
    first_answers_of(work, new.person, triage)


def first_answers_of(work: Work, person: uuid.UUID, triage: Triage) -> None:
    """Put the first answers on a file: a child's company, and the needs that do not wait."""
    if not triage.told:
        return
    if triage.alone:
        record = person_record(work.session, work.reach(Permission.PERSON_EDIT), person, today=work.today)
        # Whom she came with last time may have changed: today's answer is the one that counts.
        known = replace(record.identity, accompaniment="")
        check_triage(triage, known, today=work.today)
        told = identity_told(triage, known)
        if told != record.identity:
            correct_identity(work, person=person, identity=told, version=record.identity_version)
    _open_needs(work, person, triage)


def _first_visit(work: Work, person: uuid.UUID, triage: Triage) -> None:
    record_visit(work, NewVisit(person, VisitReason.NEED, done=(Done.REGISTERED,), first=triage.told))


def _open_needs(work: Work, person: uuid.UUID, triage: Triage) -> None:
    needs = list(needs_told(triage, live_codes=live_codes(work.session, person))) if triage.told else []
    if needs:
        add_needs(work, person=person, new=needs)

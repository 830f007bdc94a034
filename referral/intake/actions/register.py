"""From a row to a person: her file, her family, the notice, her visit and her needs, all in one work or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from referral.access.permissions import Permission
from referral.arrival.facts import Triage
from referral.arrival.rules.triage import check_triage, identity_told, needs_told
from referral.consent.actions import record_decision, record_notice
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.consent.queries import consent_state
from referral.households.actions.family import register_family
from referral.households.facts import NewFamily, NewMember
from referral.infra.work import Work
from referral.intake.facts import NO, PENDING, SURE, Notice, RowFacts, RowState
from referral.intake.models import IntakeBatch, IntakeRow
from referral.intake.opened import batch_of, became_people, facts_of, reach_of_lists, rows_of
from referral.intake.rules.reading import shared
from referral.intake.rules.reasons import Problem
from referral.kernel.refusal import Refused
from referral.needs.actions import add_needs
from referral.needs.facts import NewNeed
from referral.needs.queries import live_codes
from referral.people.actions import mark_not_same, register_person, save_mobility
from referral.people.facts import MobilityFacts, NewPerson
from referral.visits.actions import record_visit
from referral.visits.facts import Done, NewVisit, VisitReason


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row to register, with what it says; `existing` when she is on file already."""

    row: IntakeRow
    facts: RowFacts
    existing: uuid.UUID | None

    @property
    def new(self) -> NewPerson:
        if self.facts.person is None:
            raise Refused(Problem.CHANGED_MEANWHILE)
        return self.facts.person


def register_group(work: Work, *, batch: uuid.UUID, versions: Mapping[uuid.UUID, int]) -> list[uuid.UUID]:
    """Register the rows given (by ref: the version that was read), which are one person or all the open rows of one
    family; refs of the people in the order of their rows.

    Refused(CHANGED_MEANWHILE) when one of them is not as it was; and as every room below refuses.
    """
    held = batch_of(work.session, reach_of_lists(work), batch, today=work.today, lock=True)
    work.require(Permission.PERSON_REGISTER, desk=held.desk_id)
    rows = rows_of(work.session, held, families=_families(work, held, versions), also=versions)
    open_rows = [row for row in rows if row.state in PENDING]
    if {row.id: row.version for row in open_rows} != versions or any(row.state not in SURE for row in open_rows):
        raise Refused(Problem.CHANGED_MEANWHILE)
    facts = facts_of(held, rows)
    group = [_Ready(row, facts[row.number], _same(row)) for row in open_rows]
    for one in group:
        if one.existing is not None:  # before her family: her file moves to this desk
            _attend(work, held, one, one.existing)
    refs = _open_files(work, held, rows, group)
    for one, ref in zip(group, refs, strict=True):
        if one.existing is None:
            _notice(work, held, ref)
            _attend(work, held, one, ref)
        _consents(work, held, one, ref)
        _needs(work, one, ref)
    _tell_apart(work, held, group, refs)
    _leave_contact(rows, group)
    for one, ref in zip(group, refs, strict=True):
        one.row.state = RowState.REGISTERED.value
        one.row.person_ref = ref
        one.row.content_sealed = one.row.alike_sealed = None
    work.session.flush()
    return refs


def _leave_contact(rows: Sequence[IntakeRow], group: Sequence[_Ready]) -> None:
    """Rows of the family that stay out keep the contact they would have shared: its row is emptied now."""
    leader: dict[str, str] = next((one.row.content.get("cells", {}) for one in group if one.facts.leads), {})
    for row in rows if leader else ():
        if row.state == RowState.SKIPPED:
            content = row.content
            row.content = {**content, "cells": shared(content.get("cells", {}), leader)}


def _families(work: Work, batch: IntakeBatch, versions: Mapping[uuid.UUID, int]) -> set[int]:
    rows = rows_of(work.session, batch, families=(), also=versions)
    return {row.family for row in rows if row.family is not None}


def _same(row: IntakeRow) -> uuid.UUID | None:
    same = row.content.get("same_as") if row.state == RowState.SAME else ""
    return uuid.UUID(same) if same else None


def _open_files(work: Work, batch: IntakeBatch, rows: Sequence[IntakeRow], group: Sequence[_Ready]) -> list[uuid.UUID]:
    people = [None if one.existing else _told(work, one) for one in group]
    if group[0].row.family is None:
        (one,), (person,) = group, people
        return [one.existing or register_person(work, _known(person), desk=batch.desk_id)]
    leader = next((row.person_ref for row in rows if row.leads and row.state == RowState.REGISTERED), None)
    # The reference person comes first; the order of the rows is given back.
    order = sorted(range(len(group)), key=lambda at: not group[at].facts.leads)
    members = tuple(
        NewMember(people[at], existing=group[at].existing, relation=group[at].facts.relation) for at in order
    )
    try:
        refs = register_family(work, NewFamily(members, into=leader), desk=batch.desk_id)
    except Refused as no:
        raise _on_file_row(no, [group[at].row.number for at in order]) from None
    by_place = dict(zip(order, refs, strict=True))
    return [by_place[at] for at in range(len(group))]


def _on_file_row(no: Refused, numbers: Sequence[int]) -> Refused:
    """households counts the rows of a family from 1; the list has numbers of its own."""
    place = (no.field or "").removeprefix("row-")
    return no.on(f"row-{numbers[int(place) - 1]}") if place.isdecimal() and int(place) <= len(numbers) else no


def _told(work: Work, one: _Ready) -> NewPerson:
    triage = Triage(one.facts.first)
    try:
        check_triage(triage, one.new.identity, today=work.today)
    except Refused as no:
        raise no.on(f"row-{one.row.number}") from None
    return replace(one.new, identity=identity_told(triage, one.new.identity))


def _known(person: NewPerson | None) -> NewPerson:
    if person is None:
        raise Refused(Problem.CHANGED_MEANWHILE)
    return person


def _attend(work: Work, batch: IntakeBatch, one: _Ready, person: uuid.UUID) -> None:
    done = () if one.existing else (Done.REGISTERED,)
    visit = NewVisit(person, VisitReason.NEED, channel=batch.channel, done=done, first=one.facts.first)
    record_visit(work, visit, desk=batch.desk_id)
    if one.existing:
        _notice(work, batch, person)


def _notice(work: Work, batch: IntakeBatch, person: uuid.UUID) -> None:
    if batch.notice != Notice.NOT_GIVEN:
        given = NewNotice(NoticeChannel(batch.notice), language=batch.notice_language)
        record_notice(work, person=person, new=given)


def _consents(work: Work, batch: IntakeBatch, one: _Ready, person: uuid.UUID) -> None:
    """What the brigade asked of her and what she said; who heard it stands as the witness. Nothing is assumed, and an
    answer that is on file already stays.
    """
    state = consent_state(work.session, person)
    for new in _answers(one.facts, batch.notice_language):
        if state.of(new.purpose) is None:
            record_decision(work, person=person, new=new)
    if one.facts.profile and one.existing is None:
        save_mobility(work, person=person, mobility=MobilityFacts(profiles=(one.facts.profile,)), version=1)


def _answers(facts: RowFacts, language: str) -> Iterator[NewDecision]:
    if facts.care:
        how, heard_by = facts.care_how, facts.asked_by
        yield NewDecision(Purpose.CARE, Decision.YES, how=how, language=language, witness=heard_by)
    if facts.sensitive_how == NO:
        yield NewDecision(Purpose.SENSITIVE, Decision.NO, language=language, witness=facts.asked_by)
    elif facts.sensitive_how:
        how, heard_by = facts.sensitive_how, facts.asked_by
        yield NewDecision(Purpose.SENSITIVE, Decision.YES, how=how, language=language, witness=heard_by)


def _needs(work: Work, one: _Ready, person: uuid.UUID) -> None:
    live = live_codes(work.session, person) if one.existing else frozenset()
    wanted = {need.code: need for need in needs_told(Triage(one.facts.first), live_codes=live)}
    for code in one.facts.needs:
        if code not in live:
            wanted.setdefault(code, NewNeed(code))
    if wanted:
        add_needs(work, person=person, new=list(wanted.values()))


def _tell_apart(work: Work, batch: IntakeBatch, group: Sequence[_Ready], refs: Sequence[uuid.UUID]) -> None:
    """What was said on the list is remembered in the padrón: those pairs are not asked about again."""
    numbers = {number for one in group for number in one.row.content.get("apart_rows", [])}
    became = became_people(work.session, batch.id, numbers) if numbers else {}
    became |= {one.row.number: ref for one, ref in zip(group, refs, strict=True)}
    for one, ref in zip(group, refs, strict=True):
        content = one.row.content
        others = {uuid.UUID(text) for text in content.get("apart", [])}
        others |= {became[number] for number in content.get("apart_rows", []) if number in became}
        if others - {ref}:
            mark_not_same(work, person=ref, others=others - {ref})

"""When two files become one: what was answered on either is not asked again. Called by the room that merges them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select

from referral.arrival.actions.watch import refresh_alerts, standing_now
from referral.arrival.models import AlertAnswer
from referral.arrival.queries import basis_number
from referral.infra.work import Work


def answered_on(work: Work, *people: uuid.UUID) -> Mapping[str, uuid.UUID]:
    """By rule: the last answer, where each of these files on which the rule stands was answered, or rests on the same
    facts as one that was. Asked before the files become one.
    """
    answered = select(AlertAnswer).where(
        AlertAnswer.person_id.in_(people), AlertAnswer.answered_at.is_not(None), AlertAnswer.lapsed_at.is_(None)
    )
    given = {(row.person_id, row.rule, row.basis): row for row in work.session.scalars(answered)}
    stands: defaultdict[str, list[tuple[tuple[str, ...], AlertAnswer | None]]] = defaultdict(list)
    for person in people:
        for one in standing_now(work, person):
            row = given.get((person, one.rule, basis_number(work.session, person, one)))
            stands[one.rule].append((one.same_facts, row))
    found = {}
    for rule, alerts in stands.items():
        settled = {same_facts for same_facts, row in alerts if row is not None}
        rows = [(row.answered_at, row.id) for _same_facts, row in alerts if row is not None]
        if all(same_facts in settled for same_facts, _row in alerts):
            found[rule] = max(rows)[1]
    return found


def carry_answers(work: Work, person: uuid.UUID, answers: Mapping[str, uuid.UUID]) -> None:
    """The alerts of the joined file: those of these rules keep their answer and who gave it, the others are asked."""
    for one in standing_now(work, person):
        ref = answers.get(one.rule)
        if ref is not None:
            basis = basis_number(work.session, person, one)
            work.session.get_one(AlertAnswer, ref).basis = basis
            _lapse_others(work, person, one.rule, basis, ref)
    work.session.flush()
    refresh_alerts(work, person)


def _lapse_others(work: Work, person: uuid.UUID, rule: str, basis: int, answered: uuid.UUID) -> None:
    same = select(AlertAnswer).where(
        AlertAnswer.person_id == person,
        AlertAnswer.rule == rule,
        AlertAnswer.basis == basis,
        AlertAnswer.lapsed_at.is_(None),
    )
    for row in work.session.scalars(same):
        if row.id != answered:
            row.lapsed_at = work.now

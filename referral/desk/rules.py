"""Judgement of the desk's pages: the best next step on a file, what happened since last time. Pure; for queries."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from referral.certificates.rules import Missing
from referral.consent.facts import ConsentState, Decision, Purpose
from referral.desk.facts import Happening, News, NextStep, Step
from referral.kernel.clock import local_day
from referral.needs.facts import NeedLine, NeedStatus
from referral.padron.facts import InscriptionLine, InscriptionState
from referral.padron.rules import Eligibility
from referral.referrals.facts import OPEN, UNANSWERED, ReferralLine, Status

CHILD_ALONE_NEED = "PROTECT_UASC"
WAITS_FOR_NOTHING = frozenset({"immediate"})  # urgencies that come before the notice and the consent
INSCRIBED_KIND = "padron"  # a code of RECORD_KINDS: she asked to be inscribed, not only to be served
MOST_NEWS = 12
_UNDER_WAY = frozenset({Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD})


@dataclass(frozen=True, slots=True)
class FileState:
    """What the next step depends on. Needs: most urgent first. `child_alone`: perhaps a minor, without family."""

    child_alone: bool
    record_kind: str
    eligible: Eligibility
    consent: ConsentState
    needs: Sequence[NeedLine]
    referrals: Sequence[ReferralLine]
    inscription: InscriptionLine | None
    certified: bool
    missing: tuple[Missing, ...]  # for a constancia
    renew_from_days: int  # before the end: a setting
    today: date


def next_step(file: FileState) -> NextStep:
    """The first that applies, in the order of harm: a child alone, a life at risk, rights, late answers, the rest."""
    return next((step for judge in _JUDGES if (step := judge(file)) is not None), NextStep(Step.NOTHING))


def needs_without_door(needs: Sequence[NeedLine], referrals: Sequence[ReferralLine]) -> list[NeedLine]:
    """Open needs for which no referral is being prepared, or held by a step that comes before."""
    prepared = {line.need for line in referrals if line.status in {Status.DRAFT, Status.WAITING}}
    return [need for need in needs if need.status is NeedStatus.OPEN and need.ref not in prepared]


def news_since(last: date | None, referrals: Sequence[ReferralLine], *, today: date) -> tuple[News, ...]:
    """What happened to her referrals since that day (included), newest first. Nothing on a first visit."""
    if last is None:
        return ()
    found = [
        News(what, on, line)
        for line in referrals
        for what, on in _happenings(line, today)
        if last <= on and (what is not Happening.SENT or last < on)
    ]
    return tuple(sorted(found, key=lambda news: (news.on, news.referral.code), reverse=True))[:MOST_NEWS]


def visit_before(visits: Sequence[datetime], today: date) -> date | None:
    """The last day she was here before today, from her visits."""
    days = [local_day(at) for at in visits]
    return max((day for day in days if day < today), default=None)


def _child_alone(file: FileState) -> NextStep | None:
    if not file.child_alone:
        return None
    need = next((need for need in file.needs if need.code == CHILD_ALONE_NEED and need.live), None)
    if need is not None and need.status is NeedStatus.REFERRED:
        return None
    return NextStep(Step.CHILD_ALONE, need=need)


def _urgent_need(file: FileState) -> NextStep | None:
    urgent = (need for need in _without_door(file) if need.urgency in WAITS_FOR_NOTHING)
    need = next(urgent, None)
    return None if need is None else NextStep(Step.URGENT_NEED, need=need)


def _notice(file: FileState) -> NextStep | None:
    asked = file.consent.notice is not None and file.consent.of(Purpose.CARE) is not None
    return None if asked else NextStep(Step.NOTICE)


def _late(file: FileState) -> NextStep | None:
    late = sorted((line for line in file.referrals if line.overdue), key=_due)
    return NextStep(Step.LATE, referral=late[0]) if late else None


def _no_needs(file: FileState) -> NextStep | None:
    return None if file.needs else NextStep(Step.NEEDS)


def _draft(file: FileState) -> NextStep | None:
    draft = next((line for line in file.referrals if line.status is Status.DRAFT), None)
    return None if draft is None else NextStep(Step.DRAFT, referral=draft)


def _open_need(file: FileState) -> NextStep | None:
    need = next(iter(_without_door(file)), None)
    return None if need is None else NextStep(Step.OPEN_NEED, need=need)


def _ask_result(file: FileState) -> NextStep | None:
    line = next((line for line in file.referrals if line.status in _UNDER_WAY), None)
    return None if line is None else NextStep(Step.ASK_RESULT, referral=line)


def _inscribe(file: FileState) -> NextStep | None:
    care = file.consent.of(Purpose.CARE)
    refused = care is None or care.decision is Decision.NO or care.withdrawn_at is not None
    if file.record_kind != INSCRIBED_KIND or file.eligible is Eligibility.SERVED_ONLY or refused:
        return None
    if file.inscription is None:
        return NextStep(Step.INSCRIBE)
    if file.inscription.state(file.today) is InscriptionState.ENDED:
        return None
    ends_soon = (file.inscription.valid_to - file.today).days <= file.renew_from_days
    return NextStep(Step.RENEW) if ends_soon else None


def _certificate(file: FileState) -> NextStep | None:
    inscribed = file.inscription is not None and file.inscription.state(file.today) is InscriptionState.IN_FORCE
    answer = file.consent.of(Purpose.CERTIFICATE)
    declined = answer is not None and not answer.allows(file.today)
    if not inscribed or file.certified or declined:
        return None
    return NextStep(Step.CERTIFICATE, missing=file.missing)


def _wait(file: FileState) -> NextStep | None:
    waiting = sorted((line for line in file.referrals if line.status in UNANSWERED), key=_due)
    return NextStep(Step.WAIT, referral=waiting[0]) if waiting else None


_JUDGES: tuple[Callable[[FileState], NextStep | None], ...] = (
    _child_alone,
    _urgent_need,
    _notice,
    _late,
    _no_needs,
    _draft,
    _open_need,
    _ask_result,
    _inscribe,
    _certificate,
    _wait,
)


def _without_door(file: FileState) -> list[NeedLine]:
    return needs_without_door(file.needs, file.referrals)


def _due(line: ReferralLine) -> tuple[date, uuid.UUID]:
    return line.due_on or date.max, line.ref


def _happenings(line: ReferralLine, today: date) -> list[tuple[Happening, date]]:
    found = []
    if line.sent_at is not None:
        found.append((Happening.SENT, local_day(line.sent_at)))
    if line.closed_at is not None:
        found.append((Happening.CLOSED, local_day(line.closed_at)))
    elif line.answered_at is not None and line.status in OPEN:
        found.append((Happening.ANSWERED, local_day(line.answered_at)))
    elif line.overdue and line.due_on is not None and line.due_on <= today:
        found.append((Happening.LATE, line.due_on))
    return found

"""The one table of what may follow what in a referral, and who may say so. Pages, actions and tests read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from referral.kernel.clock import local_day
from referral.kernel.refusal import Refused
from referral.referrals.facts import TERMINAL, Party, Status
from referral.referrals.rules.refusals import Reason

DESK, RECEIVER = Party.DESK, Party.RECEIVER
EITHER = frozenset({DESK, RECEIVER})
ANSWERS = frozenset(
    {Status.ACCEPTED, Status.REJECTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED, Status.FAILED}
)
BEYOND_ACCEPTANCE = frozenset({Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD, Status.COMPLETED})


@dataclass(frozen=True, slots=True)
class Rule:
    """One allowed step. `said_by`: whose word it is. What the receiver says may also be written down by the desk
    that was told.
    """

    start: Status
    to: Status
    said_by: frozenset[Party]
    reason_required: bool = False
    outcome_required: bool = False
    by_facts: bool = False  # taken when what it waits for changes, and never chosen on a page


_S = Status
_RECEIVER = frozenset({RECEIVER})
_DESK = frozenset({DESK})

TABLE: tuple[Rule, ...] = (
    Rule(_S.DRAFT, _S.REQUESTED, _DESK),
    Rule(_S.DRAFT, _S.CANCELLED, _DESK, reason_required=True),
    # A step that comes before holds it, and lets it go on once the fact arrives (actions/release.py).
    Rule(_S.DRAFT, _S.WAITING, _DESK, by_facts=True),
    Rule(_S.WAITING, _S.DRAFT, _DESK, by_facts=True),
    Rule(_S.WAITING, _S.CANCELLED, _DESK, reason_required=True),
    Rule(_S.REQUESTED, _S.RECEIVED, _RECEIVER),
    *(Rule(start, _S.ACCEPTED, _RECEIVER) for start in (_S.REQUESTED, _S.RECEIVED)),
    *(Rule(start, _S.REJECTED, _RECEIVER, reason_required=True) for start in (_S.REQUESTED, _S.RECEIVED)),
    *(Rule(start, _S.IN_PROGRESS, _RECEIVER) for start in (_S.ACCEPTED, _S.ON_HOLD)),
    *(Rule(start, _S.ON_HOLD, _RECEIVER, reason_required=True) for start in (_S.ACCEPTED, _S.IN_PROGRESS)),
    *(Rule(start, _S.COMPLETED, EITHER, outcome_required=True) for start in (_S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD)),
    # A door that never answered, or a person who never got there, ends as "failed" too.
    *(
        Rule(start, _S.FAILED, EITHER, reason_required=True)
        for start in (_S.REQUESTED, _S.RECEIVED, _S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD)
    ),
    *(
        Rule(start, _S.CANCELLED, EITHER, reason_required=True)
        for start in (_S.REQUESTED, _S.RECEIVED, _S.ACCEPTED, _S.IN_PROGRESS, _S.ON_HOLD)
    ),
    *(Rule(start, _S.ENTERED_IN_ERROR, _DESK) for start in Status if start is not _S.ENTERED_IN_ERROR),
)

_BY_STEP = MappingProxyType({(rule.start, rule.to): rule for rule in TABLE})


def allowed_moves(status: Status, party: Party) -> tuple[Status, ...]:
    """Where a referral may go from here when `party` holds the pen: the desk writes for both sides, the receiver
    for itself.
    """
    chosen = (rule for rule in TABLE if rule.start is status and not rule.by_facts)
    return tuple(rule.to for rule in chosen if party is DESK or RECEIVER in rule.said_by)


def rule_for(start: Status, to: Status, party: Party) -> Rule:
    """The rule of one step; Refused when the table has none or the party may not take it."""
    rule = _BY_STEP.get((start, to))
    if rule is None or to not in allowed_moves(start, party):
        raise Refused(Reason.MOVE_NOT_ALLOWED, start=start.value, to=to.value)
    return rule


def needs_how(rule: Rule, writer: Party) -> bool:
    """Whether the desk must say how it learnt this: only for words that are the receiver's alone."""
    return writer is DESK and rule.said_by == _RECEIVER


@dataclass(frozen=True, slots=True)
class Stamps:
    """The instants of a referral that a move sets."""

    sent_at: datetime | None = None
    received_at: datetime | None = None
    answered_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None


def stamped(before: Stamps, to: Status, now: datetime) -> Stamps:
    """The instants after moving to `to`: each is set once, by the first move that implies it."""
    return Stamps(
        sent_at=before.sent_at or (now if to is Status.REQUESTED else None),
        received_at=before.received_at or (now if to is Status.RECEIVED or to in ANSWERS else None),
        answered_at=before.answered_at or (now if to in ANSWERS else None),
        accepted_at=before.accepted_at or (now if to in BEYOND_ACCEPTANCE else None),
        closed_at=now if to in TERMINAL else None,
    )


@dataclass(frozen=True, slots=True)
class Days:
    """Midnights in Mexico City between the sending of a referral and its answer, and its end; None until known."""

    answer: int | None = None
    close: int | None = None


def days_taken(stamps: Stamps, status: Status) -> Days:
    """The days of a referral that stands at `status`. Only a yes or a no is an answer: a referral that fails without
    a word has an instant of answer and no days.
    """
    answered = stamps.accepted_at is not None or status is Status.REJECTED
    return Days(
        answer=_city_days(stamps.sent_at, stamps.answered_at) if answered else None,
        close=_city_days(stamps.sent_at, stamps.closed_at),
    )


def _city_days(first: datetime | None, last: datetime | None) -> int | None:
    return None if first is None or last is None else (local_day(last) - local_day(first)).days

"""Why a referral stopped, coded with whose reason it is; and the outcome each reason amounts to. Words are in
labels.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from referral.kernel.codes import OUTCOMES
from referral.kernel.refusal import Refused
from referral.referrals.facts import Party, ReasonParty, Status
from referral.referrals.rules.refusals import Reason

_PERSON, _SERVICE, _DESK = ReasonParty.PERSON, ReasonParty.SERVICE, ReasonParty.DESK
_R, _H, _F, _C = Status.REJECTED, Status.ON_HOLD, Status.FAILED, Status.CANCELLED
_P = Status.COMPLETED  # explains why only a part was given


@dataclass(frozen=True, slots=True)
class MoveReason:
    """One reason: its party, the outcome it amounts to when it closes a referral, and the moves it may explain."""

    code: str
    party: ReasonParty
    outcome: str
    moves: frozenset[Status]
    said_by: frozenset[Party] = frozenset(Party)


def _reason(code: str, party: ReasonParty, outcome: str, *moves: Status, desk_only: bool = False) -> MoveReason:
    said_by = frozenset({Party.DESK}) if desk_only else frozenset(Party)
    return MoveReason(code, party, outcome, frozenset(moves), said_by)


# In the order in which pages offer them. Refusals for status or with discrimination are counted apart (OUTCOMES).
_ALL = (
    _reason("no_capacity", _SERVICE, "unavailable", _R, _H, _F, _P),
    _reason("waiting_list", _SERVICE, "unavailable", _R, _H, _F, _P),
    _reason("missing_document", _SERVICE, "refused_docs", _R, _H, _F, _P),
    _reason("not_eligible", _SERVICE, "refused_eligibility", _R, _F, _P),
    _reason("out_of_area", _SERVICE, "refused_eligibility", _R, _F),
    _reason("language", _SERVICE, "unavailable", _R, _H, _F, _P),
    _reason("service_closed", _SERVICE, "unavailable", _R, _F),
    _reason("migration_status", _SERVICE, "refused_status", _R, _F),
    _reason("discrimination", _SERVICE, "refused_discrimination", _R, _F, desk_only=True),
    _reason("not_applicable", _SERVICE, "not_applicable", _R, _F),
    _reason("no_reply", _SERVICE, "no_reply", _F, desk_only=True),
    _reason("no_show", _PERSON, "no_show", _H, _F, _P),
    _reason("not_located", _PERSON, "unreachable", _R, _H, _F, _C),
    _reason("person_declined", _PERSON, "declined", _R, _F, _C, _P),
    _reason("consent_withdrawn", _PERSON, "declined", _C, desk_only=True),
    _reason("has_it_already", _PERSON, "already_received", _R, _F, _C),
    _reason("moved", _PERSON, "moved", _R, _F, _C, _P),
    _reason("deceased", _PERSON, "deceased", _F, _C),
    _reason("solved_at_desk", _DESK, "provided_by_desk", _C, desk_only=True),
    _reason("better_door", _DESK, "not_applicable", _C, desk_only=True),
    _reason("duplicate", _DESK, "not_applicable", _C),
)

REASONS = MappingProxyType({reason.code: reason for reason in _ALL})

# What a completed referral may have brought; the rest of OUTCOMES is reached through a reason.
COMPLETED_OUTCOMES = ("provided", "partly_provided", "already_received")


def reasons_for(to: Status, party: Party) -> tuple[MoveReason, ...]:
    """The reasons that may explain a move to `to` when `party` writes it down."""
    return tuple(reason for reason in _ALL if to in reason.moves and party in reason.said_by)


def check_reason(code: str, to: Status, party: Party) -> MoveReason:
    """The reason named; Refused when it is missing, unknown, or explains no such move."""
    if not code:
        raise Refused(Reason.REASON_MISSING, field="reason")
    reason = REASONS.get(code)
    if reason is None or reason not in reasons_for(to, party):
        raise Refused(Reason.REASON_UNKNOWN, field="reason")
    return reason


def check_outcome(code: str, reason: str) -> str:
    """The outcome of a completed referral; Refused when it is missing, none that completing can have, or wants a
    reason.
    """
    if not code:
        raise Refused(Reason.OUTCOME_MISSING, field="outcome")
    if code not in COMPLETED_OUTCOMES or code not in OUTCOMES:
        raise Refused(Reason.OUTCOME_UNKNOWN, field="outcome")
    if OUTCOMES[code].reason_required and not reason:
        raise Refused(Reason.REASON_MISSING, field="reason")
    return code

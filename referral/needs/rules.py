"""Judgement of the needs room: what may be noted, what may still be settled."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType

from referral.kernel.codes import NEEDS, OUTCOMES, URGENCY_LEVELS
from referral.kernel.refusal import Refused
from referral.needs.facts import LIVE, NeedStatus, NewNeed

LONGEST_NOTE = 2000
MOST_AT_ONCE = 30  # nobody tells thirty needs in one visit: a page that sends more was not filled in by hand


class Reason(StrEnum):
    """Why the needs room says no."""

    NOTHING_CHOSEN = "nothing_chosen"
    TOO_MANY = "too_many"
    NEED_UNKNOWN = "need_unknown"
    URGENCY_UNKNOWN = "urgency_unknown"
    ALREADY_OPEN = "already_open"
    OUTCOME_UNKNOWN = "outcome_unknown"
    ALREADY_SETTLED = "already_settled"
    SETTLED_AS_OPEN = "settled_as_open"
    UNDER_WAY = "under_way"
    CARE_WITHDRAWN = "care_withdrawn"


def check_new_needs(needs: Iterable[NewNeed], *, live_codes: frozenset[str], care_withdrawn: bool = False) -> None:
    """Refused when nothing was chosen, a code is not of the lists, the person already has that need open, or she took
    back the permission to keep her data: then only what cannot wait is noted.
    """
    chosen = tuple(needs)
    if care_withdrawn and not all(_immediate(need) for need in chosen):
        raise Refused(Reason.CARE_WITHDRAWN)
    if not chosen:
        raise Refused(Reason.NOTHING_CHOSEN, field="needs")
    if len(chosen) > MOST_AT_ONCE:
        raise Refused(Reason.TOO_MANY, field="needs", most=MOST_AT_ONCE)
    seen = set(live_codes)
    for need in chosen:
        if need.code not in NEEDS:
            raise Refused(Reason.NEED_UNKNOWN, field="needs")
        if need.urgency is not None and need.urgency not in URGENCY_LEVELS:
            raise Refused(Reason.URGENCY_UNKNOWN, field="needs")
        if need.code in seen:
            raise Refused(Reason.ALREADY_OPEN, field="needs", need=need.code)
        seen.add(need.code)


# How the desk itself may end a need, by the outcome it notes; the rest come from referrals.
BY_DESK = MappingProxyType(
    {
        "provided_by_desk": NeedStatus.MET,
        "already_received": NeedStatus.MET,
        "declined": NeedStatus.WITHDRAWN,
        "moved": NeedStatus.UNMET,
        "unavailable": NeedStatus.UNMET,
    }
)


def settled_by_desk(current: NeedStatus, outcome: str) -> NeedStatus:
    """What a need becomes when the desk ends it so. Refused while a referral for it is under way: that one ends
    first.
    """
    if current is NeedStatus.REFERRED:
        raise Refused(Reason.UNDER_WAY)
    if outcome not in BY_DESK:
        raise Refused(Reason.OUTCOME_UNKNOWN, field="outcome")
    return BY_DESK[outcome]


def check_settle(current: NeedStatus, to: NeedStatus, outcome: str | None) -> None:
    """Refused when the need is settled already, or would be settled as something that is still open."""
    if current not in LIVE:
        raise Refused(Reason.ALREADY_SETTLED)
    if to in LIVE:
        raise Refused(Reason.SETTLED_AS_OPEN)
    if outcome is not None and outcome not in OUTCOMES:
        raise Refused(Reason.OUTCOME_UNKNOWN, field="outcome")


def _immediate(need: NewNeed) -> bool:
    urgency = need.urgency or (NEEDS[need.code].default_urgency if need.code in NEEDS else "")
    return urgency == "immediate"

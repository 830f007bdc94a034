"""What the end of a referral does to the need it was for."""

from __future__ import annotations

from referral.kernel.codes import OUTCOMES
from referral.needs.facts import NeedStatus

# Outcomes that count neither as success nor as failure say different things about the need.
_NEUTRAL = {
    "already_received": NeedStatus.MET,
    "declined": NeedStatus.WITHDRAWN,
    "moved": NeedStatus.UNMET,
    "deceased": NeedStatus.WITHDRAWN,
    "unreachable": NeedStatus.UNMET,
}


def need_after(outcome: str, *, others_under_way: bool) -> NeedStatus:
    """Where the need stands once a referral for it ended so; "" when it was cancelled or captured by mistake.

    A success settles it. A part of the service, or a closed door, leaves it open for another one, so that it is not
    forgotten.
    """
    counts_as = OUTCOMES[outcome].counts_as if outcome else "failure"
    if counts_as == "success":
        return NeedStatus.MET
    still_asks = NeedStatus.REFERRED if others_under_way else NeedStatus.OPEN
    if counts_as != "neutral":
        return still_asks
    settled = _NEUTRAL.get(outcome, NeedStatus.OPEN)
    return still_asks if settled is NeedStatus.OPEN or others_under_way else settled

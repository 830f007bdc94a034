"""What the slip leaves out: the door's name, when reading it would tell a stranger what the visit is about. And what it
says of what comes after.
"""

from __future__ import annotations

from referral.referrals.facts import Status

_CATEGORIES = frozenset({"PROTECT"})
_NEEDS = frozenset(
    {
        "MIGR_ASYLUM",
        "MIGR_ASYLUM_FU",
        "LEGAL_ASYLUM",
        "LEGAL_CRIME",
        "SHELTER_SAFE",
        "HEALTH_RAPE",
        "HEALTH_SRH",
        "HEALTH_MENTAL",
        "HEALTH_SUICIDE",
        "HEALTH_ADDICT",
        "IDENT_GENDER",
        "RIGHTS_ABUSE",
    }
)


def is_discreet(category: str, need_code: str, *, confidential: bool) -> bool:
    """Whether the slip must not name the door."""
    return confidential or category in _CATEGORIES or need_code in _NEEDS


_UNDER_WAY = frozenset({Status.REQUESTED, Status.RECEIVED, Status.ON_HOLD})
_ACCEPTED = frozenset({Status.ACCEPTED, Status.IN_PROGRESS})
# By how the door takes referrals; of a door of which nobody noted it, nothing is said.
_WAYS = {
    "link": "way_sent",
    "email": "way_sent",
    "phone": "way_sent",
    "walk_in": "way_walk_in",
    "paper": "way_paper",
}


def after_sending(status: Status, method: str, *, promised: bool, due: bool) -> tuple[str, ...]:
    """Keys of slip_words for what happens next. `promised`: the day it is due was promised by the institution."""
    if status in _ACCEPTED:
        return ("accepted",)
    if status not in _UNDER_WAY:
        return ()
    way = (_WAYS[method],) if method in _WAYS else ()
    day = ("promised" if promised else "expected",) if due and status is not Status.ON_HOLD else ()
    return (*way, *day, "tells")

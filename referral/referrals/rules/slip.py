"""What the slip leaves out: the door's name, when reading it would tell a stranger what the visit is about."""

from __future__ import annotations

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

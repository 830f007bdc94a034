"""Why a caseworker goes against what routing suggests: one code, and words where the code says too little. Pure."""

from __future__ import annotations

from enum import StrEnum

from referral.kernel.refusal import Refused
from referral.referrals.facts import NewReferral
from referral.referrals.rules.refusals import Reason
from referral.routing.facts import Offer, Verdict


class Override(StrEnum):
    """Codes that are counted."""

    DOOR_SAID_YES = "door_said_yes"  # the institution said that it takes this person
    LISTING_WRONG = "listing_wrong"
    PERSON_ASKS = "person_asks"
    NO_OTHER_DOOR = "no_other_door"
    OTHER = "other"


def goes_against(offer: Offer) -> bool:
    """Whether sending here now is not what routing suggests. A blocked door is no suggestion: no reason opens it."""
    return offer.verdict is Verdict.DOES_NOT_FIT or bool(offer.waits_for)


def override_of(new: NewReferral) -> str:
    """The code of what was answered, "" when nothing was; words alone are OTHER. Refused for a code nobody knows, and
    for OTHER without words.
    """
    if not new.override_code:
        return Override.OTHER.value if new.override.strip() else ""
    if new.override_code not in set(Override):
        raise Refused(Reason.OVERRIDE_UNKNOWN, field="override_code")
    if new.override_code == Override.OTHER and not new.override.strip():
        raise Refused(Reason.OVERRIDE_MISSING, field="override")
    return new.override_code

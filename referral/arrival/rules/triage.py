"""What the first questions mean: which needs they open and what they say about a child. Pure; for actions and views."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from referral.arrival.facts import Triage
from referral.kernel.refusal import Refused
from referral.needs.facts import NeedLine, NeedStatus, NewNeed
from referral.people.facts import IdentityFacts
from referral.visits.facts import FirstAnswer

ALONE = "alone"  # a code of CHILD_ACCOMPANIMENT

# Each first answer is a need that does not wait. A danger of no listed kind is a threat: the widest of them.
NEED_OF = MappingProxyType(
    {
        FirstAnswer.ALONE: "PROTECT_UASC",
        FirstAnswer.VIOLENCE: "PROTECT_GBV",
        FirstAnswer.TRAFFICKING: "PROTECT_TRAFF",
        FirstAnswer.THREAT: "PROTECT_THREAT",
        FirstAnswer.OTHER_DANGER: "PROTECT_THREAT",
        FirstAnswer.NO_BED: "SHELTER_TONIGHT",
        FirstAnswer.MEDICAL: "HEALTH_EMERG",
    }
)
# First answers that no rule turns into an alert: what to do now is told as long as nobody saw to their need.
_WITHOUT_ALERT = (FirstAnswer.THREAT, FirstAnswer.NO_BED)
DANGERS = (FirstAnswer.VIOLENCE, FirstAnswer.TRAFFICKING, FirstAnswer.THREAT, FirstAnswer.OTHER_DANGER)


class Reason(StrEnum):
    """Why the first answers cannot stand beside the rest."""

    ALONE_BUT_ADULT = "alone_but_adult"
    ALONE_BUT_ACCOMPANIED = "alone_but_accompanied"


def check_triage(triage: Triage, identity: IdentityFacts, *, today: date) -> None:
    """Refused when "alone and under 18" contradicts the birth date, or the answer on whom she comes with."""
    if not triage.alone:
        return
    if identity.birth.is_minor(today) is False:
        raise Refused(Reason.ALONE_BUT_ADULT, field=ALONE)
    check_company(triage, identity)


def check_company(triage: Triage, identity: IdentityFacts) -> None:
    """Refused when she is told to be alone and the file says with whom she comes."""
    if triage.alone and identity.accompaniment not in {"", ALONE}:
        raise Refused(Reason.ALONE_BUT_ACCOMPANIED, field=ALONE)


def identity_told(triage: Triage, identity: IdentityFacts) -> IdentityFacts:
    """Who she is, with what the first answers add."""
    return replace(identity, accompaniment=ALONE) if triage.alone else identity


def needs_told(triage: Triage, *, live_codes: Collection[str] = ()) -> Iterator[NewNeed]:
    """The needs that the first answers open, each once, leaving out those that are open already."""
    codes = dict.fromkeys(NEED_OF[told] for told in triage.told)
    return (NewNeed(code, "immediate") for code in codes if code not in live_codes)


def cannot_wait(needs: Sequence[NeedLine]) -> tuple[FirstAnswer, ...]:
    """First answers without an alert of their own whose need is immediate and still open."""
    waiting = {need.code for need in needs if need.status is NeedStatus.OPEN and need.urgency == "immediate"}
    return tuple(answer for answer in _WITHOUT_ALERT if NEED_OF[answer] in waiting)

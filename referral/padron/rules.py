"""Who can be inscribed, what is missing for it, how long it holds. Pure; called by padron.actions and padron.views."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from referral.kernel.codes import PROFILES
from referral.kernel.refusal import Refused
from referral.padron.facts import InscriptionLine, InscriptionState


class Eligibility(StrEnum):
    """Whether the register is for this person. Whoever is not inscribed is served all the same."""

    OPEN = "open"
    CONFIRM = "confirm"  # the rules of the register do not say: the authority does
    SERVED_ONLY = "served_only"


class Missing(StrEnum):
    """What an inscription still lacks, in the order in which the desk asks for it."""

    CARE_CONSENT = "care_consent"
    NAME = "name"


class Reason(StrEnum):
    """Why somebody is not inscribed or an inscription not renewed."""

    NOT_READY = "not_ready"  # missing
    SERVED_NOT_INSCRIBED = "served_not_inscribed"
    CONFIRMATION_MISSING = "confirmation_missing"
    ALREADY_INSCRIBED = "already_inscribed"  # folio
    NOT_INSCRIBED = "not_inscribed"
    ENDED = "ended"
    NOTHING_TO_RENEW = "nothing_to_renew"


def eligibility(profiles: Collection[str]) -> Eligibility:
    """From the codes of PROFILES told. One profile that opens the register is enough; none told opens it too."""
    answers = {PROFILES[code].registrable for code in profiles if code in PROFILES}
    if not answers or "yes" in answers:
        return Eligibility.OPEN
    return Eligibility.CONFIRM if "confirm" in answers else Eligibility.SERVED_ONLY


def missing_for_inscription(*, has_care_consent: bool, has_name: bool) -> tuple[Missing, ...]:
    """What is missing; empty when the person can be inscribed. Papers and migration status are no conditions."""
    conditions = ((Missing.CARE_CONSENT, has_care_consent), (Missing.NAME, has_name))
    return tuple(missing for missing, met in conditions if not met)


def check_inscribe(
    *, missing: Sequence[Missing], eligible: Eligibility, confirmed: bool, current_folio: str | None
) -> None:
    """Refused unless the person can be inscribed now."""
    if current_folio is not None:
        raise Refused(Reason.ALREADY_INSCRIBED, folio=current_folio)
    if eligible is Eligibility.SERVED_ONLY:
        raise Refused(Reason.SERVED_NOT_INSCRIBED)
    if missing:
        raise Refused(Reason.NOT_READY, missing=tuple(missing))
    if eligible is Eligibility.CONFIRM and not confirmed:
        raise Refused(Reason.CONFIRMATION_MISSING, field="confirmed")


def check_renew(inscription: InscriptionLine | None, *, today: date, months: int, has_care_consent: bool) -> date:
    """The new last day. Refused when there is nothing to renew or the term would not grow."""
    if inscription is None:
        raise Refused(Reason.NOT_INSCRIBED)
    if inscription.state(today) is InscriptionState.ENDED:
        raise Refused(Reason.ENDED)
    if not has_care_consent:
        raise Refused(Reason.NOT_READY, missing=(Missing.CARE_CONSENT,))
    until = last_day(today, months)
    if until <= inscription.valid_to:
        raise Refused(Reason.NOTHING_TO_RENEW)
    return until


def last_day(start: date, months: int) -> date:
    """The same day `months` later, or that month's last when it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))

"""When an answer can be recorded. Pure; called by consent.actions."""

from __future__ import annotations

from enum import StrEnum

from referral.consent.facts import Decision, NewDecision, Purpose
from referral.kernel.codes import CONSENT_METHODS, LANGUAGES
from referral.kernel.refusal import Refused

BASIS = "consent"  # what people.actions.set_sensitive_basis is told


class Reason(StrEnum):
    """Why an answer is not recorded."""

    NOTICE_NOT_GIVEN = "notice_not_given"
    HOW_MISSING = "how_missing"
    UNKNOWN_CODE = "unknown_code"  # value
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"


def check_decision(new: NewDecision, *, notice_given: bool) -> None:
    """Refused for a yes without the notice before it, or without a word on how it was given. A no needs neither."""
    if (new.purpose is Purpose.REFERRAL) != (new.organization is not None):
        raise ValueError("consent to a referral names its institution, and no other consent does")
    _check_code("how", new.how, new.how in CONSENT_METHODS)
    check_language(new.language)
    if new.decision is not Decision.YES:
        return
    if not notice_given:
        raise Refused(Reason.NOTICE_NOT_GIVEN, field="notice_channel")
    if not new.how:
        raise Refused(Reason.HOW_MISSING, field="how")


def check_language(code: str) -> None:
    """Refused for a language that is not of the list."""
    _check_code("language", code, code in LANGUAGES)


def _check_code(field: str, code: str, known: bool) -> None:
    if code and not known:
        raise Refused(Reason.UNKNOWN_CODE, field=field, value=code)

"""When an answer can be recorded. Pure; called by consent.actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from referral.consent.facts import (
    ConsentState,
    Decision,
    GivenBy,
    NewBasis,
    NewDecision,
    NewWritten,
    OtherBasis,
    Purpose,
    WrittenLine,
)
from referral.kernel.codes import CONSENT_METHODS, CONTACT_WAYS, DOCUMENT_SEEN, LANGUAGES
from referral.kernel.refusal import Refused

BASIS = "consent"  # what people.actions.set_sensitive_basis is told

# A word alone is no express consent: these ask for a signature, a fingerprint, a mark or a witness.
EXPRESS = frozenset({Purpose.SENSITIVE, Purpose.PHOTO})
SPOKEN = "verbal"
WITNESSED = frozenset({"verbal_witness", "mark"})
REVIEW_WORKING_DAYS = 2
SHORTEST_REASON = 15  # characters; "sí" or "urgente" tells the reviewer nothing


class Reason(StrEnum):
    """Why an answer is not recorded."""

    NOTICE_NOT_GIVEN = "notice_not_given"
    HOW_MISSING = "how_missing"
    UNKNOWN_CODE = "unknown_code"  # value
    NOTHING_TO_WITHDRAW = "nothing_to_withdraw"
    EXPRESS_NEEDED = "express_needed"
    WITNESS_MISSING = "witness_missing"
    ADULT_MISSING = "adult_missing"
    ASSENT_MISSING = "assent_missing"
    CHILD_ANSWERS_WITH_ADULT = "child_answers_with_adult"
    REASON_TOO_SHORT = "reason_too_short"  # least
    SHE_SAID_NO = "she_said_no"
    ALREADY_HELD = "already_held"
    WITHDRAW_INSTEAD = "withdraw_instead"
    ALREADY_REVIEWED = "already_reviewed"
    REFERENCE_MISSING = "reference_missing"
    ALREADY_OPEN = "already_open"
    NOT_TO_CONFIRM = "not_to_confirm"
    SAME_PERSON_CONFIRMS = "same_person_confirms"


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
    if new.how == SPOKEN and new.purpose in EXPRESS:
        raise Refused(Reason.EXPRESS_NEEDED, field="how")
    for channel in new.channels:
        _check_code("contact_channels", channel, channel in CONTACT_WAYS)


def check_hands(decisions: Sequence[NewDecision], *, minor: bool | None) -> None:
    """Who answered, who witnessed, whether the child was heard: for answers given at the desk. Refused when a yes lacks
    its witness, or a child's yes the adult who answers for her or what she herself said.
    """
    for new in decisions:
        if new.decision is not Decision.YES:
            continue
        if new.how in WITNESSED and not new.witness:
            raise Refused(Reason.WITNESS_MISSING, field="witness")
        if new.given_by is GivenBy.SELF:
            if minor is True:
                raise Refused(Reason.CHILD_ANSWERS_WITH_ADULT, field="given_by")
            continue
        if not new.adult:
            raise Refused(Reason.ADULT_MISSING, field="adult")
        if new.assent is None:
            raise Refused(Reason.ASSENT_MISSING, field="assent")


# A no to one of these, once it was allowed, ends things in other rooms: privacy takes it back, and not the form.
_ENDED_ELSEWHERE = frozenset({Purpose.CARE, Purpose.CERTIFICATE, Purpose.PHOTO})


def check_not_taking_back(decisions: Sequence[NewDecision], state: ConsentState, *, today: date) -> None:
    """Refused for a no, or a not now, that would take back a permission on which other rooms rest."""
    for new in decisions:
        ends = new.purpose in _ENDED_ELSEWHERE and new.decision is not Decision.YES
        if ends and state.allows(new.purpose, today):
            raise Refused(Reason.WITHDRAW_INSTEAD, field=new.purpose.value)


def check_basis(new: NewBasis, *, decided: Decision | None, withdrawn: bool, active: str | None) -> None:
    """Refused when there is a basis already, the words say nothing, or she said no: only a child's protection goes
    against that.
    """
    if active is not None:
        raise Refused(Reason.ALREADY_HELD)
    said_no = decided is Decision.NO or withdrawn
    if said_no and new.basis is not OtherBasis.CHILD_PROTECTION:
        raise Refused(Reason.SHE_SAID_NO, field="basis")
    _check_words(new.reason)


def check_written(new: NewWritten, before: Sequence[WrittenLine], *, today: date) -> None:
    """Refused without the paper seen, where it is kept and why; or while another one for this door waits or is open."""
    if new.seen not in DOCUMENT_SEEN:
        raise Refused(Reason.UNKNOWN_CODE, field="seen", value=new.seen)
    if not new.reference:
        raise Refused(Reason.REFERENCE_MISSING, field="reference")
    _check_words(new.reason)
    waiting = {"unconfirmed", "open"}
    if any(line.service == new.service and line.state(today) in waiting for line in before):
        raise Refused(Reason.ALREADY_OPEN)


def review_due(today: date, working_days: int = REVIEW_WORKING_DAYS) -> date:
    """The day by which somebody must have looked, counting Monday to Friday."""
    day = today
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < 5
    return day


def _check_words(reason: str) -> None:
    if len(reason) < SHORTEST_REASON:
        raise Refused(Reason.REASON_TOO_SHORT, field="reason", least=SHORTEST_REASON)


def check_language(code: str) -> None:
    """Refused for a language that is not of the list."""
    _check_code("language", code, code in LANGUAGES)


def _check_code(field: str, code: str, known: bool) -> None:
    if code and not known:
        raise Refused(Reason.UNKNOWN_CODE, field=field, value=code)

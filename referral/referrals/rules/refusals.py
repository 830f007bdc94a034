"""Why the referrals room says no. Raised by its rules and actions, worded in labels.py."""

from enum import StrEnum


class Reason(StrEnum):
    """Why the referrals room says no; values are named beside each."""

    ANSWER_MISSING = "answer_missing"  # the consent question was not answered
    SERVICE_NOT_REFERRABLE = "service_not_referrable"
    BLOCKED = "blocked"
    OVERRIDE_MISSING = "override_missing"
    NEED_SETTLED = "need_settled"
    ALREADY_REFERRED = "already_referred"  # code: of the referral under way
    PACKET_FIELD_UNKNOWN = "packet_field_unknown"
    CONSENT_MISSING = "consent_missing"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    REASON_MISSING = "reason_missing"
    REASON_UNKNOWN = "reason_unknown"
    OUTCOME_MISSING = "outcome_missing"
    OUTCOME_UNKNOWN = "outcome_unknown"
    HOW_MISSING = "how_missing"

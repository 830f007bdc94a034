"""Why the referrals room says no. Raised by its rules and actions, worded in labels.py."""

from enum import StrEnum


class Reason(StrEnum):
    """Why the referrals room says no; values are named beside each."""

    ANSWER_MISSING = "answer_missing"  # the consent question was not answered
    SERVICE_NOT_REFERRABLE = "service_not_referrable"
    BLOCKED = "blocked"
    OVERRIDE_MISSING = "override_missing"
    OVERRIDE_UNKNOWN = "override_unknown"
    NEED_SETTLED = "need_settled"
    ALREADY_REFERRED = "already_referred"  # code: of the referral under way
    PACKET_FIELD_UNKNOWN = "packet_field_unknown"
    NOT_A_CHILD_NOTICE = "not_a_child_notice"
    FAMILY_PARTED = "family_parted"  # names: of those who would stay behind
    BESIDE_CHANGED = "beside_changed"
    BESIDE_NO_CONSENT = "beside_no_consent"  # name
    BESIDE_BLOCKED = "beside_blocked"  # name
    BESIDE_DOES_NOT_FIT = "beside_does_not_fit"  # name
    BESIDE_UNDER_WAY = "beside_under_way"  # name
    CONSENT_MISSING = "consent_missing"
    CARE_WITHDRAWN = "care_withdrawn"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    REASON_MISSING = "reason_missing"
    REASON_UNKNOWN = "reason_unknown"
    OUTCOME_MISSING = "outcome_missing"
    OUTCOME_UNKNOWN = "outcome_unknown"
    HOW_MISSING = "how_missing"

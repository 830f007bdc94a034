"""Why a file, a row or a decision is refused. Worded in intake.labels."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a file cannot be read or a button does nothing. Values named beside it."""

    NO_FILE = "no_file"
    TOO_LARGE = "too_large"  # megabytes
    UNREADABLE = "unreadable"
    OLD_FORMAT = "old_format"
    MACROS = "macros"
    BOMB = "bomb"
    EMPTY = "empty"
    NO_HEADINGS = "no_headings"  # found
    MERGED = "merged"  # cells
    TWICE = "twice"  # heading
    TOO_MANY_ROWS = "too_many_rows"  # most
    NOT_PENDING = "not_pending"
    NOBODY = "nobody"


class Problem(StrEnum):
    """What is wrong in a row. Values named beside it."""

    UNKNOWN_WORD = "unknown_word"  # word
    ORDER_OF_DATE = "order_of_date"  # word
    DATE_UNREADABLE = "date_unreadable"  # word
    YES_OR_NO = "yes_or_no"  # word
    PHONE = "phone"  # word
    EMAIL = "email"  # word
    FORMULA = "formula"
    TOO_LONG = "too_long"  # limit
    SEX_TWO_WAYS = "sex_two_ways"
    NO_WAY_BACK = "no_way_back"
    UNSEEN = "unseen"
    RELATION_WITHOUT_FAMILY = "relation_without_family"
    NO_LEADER = "no_leader"  # family
    TWO_LEADERS = "two_leaders"  # family
    RELATION_MISSING = "relation_missing"
    FAMILY_TOO_LARGE = "family_too_large"  # most
    PROFILE_WITHOUT_CONSENT = "profile_without_consent"
    CONSENT_OF_MINOR = "consent_of_minor"
    CONSENT_WITHOUT_NOTICE = "consent_without_notice"
    CONSENT_NOT_EXPRESS = "consent_not_express"
    SAID_NO = "said_no"
    HOW_MISSING = "how_missing"
    ASKED_BY_MISSING = "asked_by_missing"
    CHANGED_MEANWHILE = "changed_meanwhile"

"""Why a row was left out, put right or kept with a doubt, each with its grade."""

from __future__ import annotations

from enum import StrEnum

from referral.hsds.facts import Grade


class Reason(StrEnum):
    """One thing that can be wrong with a package; labels.py says it in words."""

    UNKNOWN_FILE = "unknown_file"
    UNREADABLE_FILE = "unreadable_file"
    EMPTY_ROW = "empty_row"
    NO_NAME = "no_name"
    NO_VALUE = "no_value"
    NO_PARENT = "no_parent"
    ORPHAN = "orphan"
    REPEATED_ID = "repeated_id"
    REPEATED_LINK = "repeated_link"
    OTHER_ORIGIN = "other_origin"
    NO_NUMBER = "no_number"
    ENCODING = "encoding"
    BLANK_ID = "blank_id"
    HTML = "html"
    BAD_LETTERS = "bad_letters"
    REWRITTEN = "rewritten"
    ASSUMED = "assumed"
    HOURS_READ = "hours_read"
    BAD_DATE = "bad_date"
    BAD_TIME = "bad_time"
    BAD_NUMBER = "bad_number"
    BAD_URL = "bad_url"
    BAD_EMAIL = "bad_email"
    BAD_CODE = "bad_code"
    HOURS_AS_TEXT = "hours_as_text"
    SHORTENED = "shortened"
    UNKNOWN_COLUMN = "unknown_column"
    LOST_LINK = "lost_link"
    DIFFERS = "differs"
    DESK_EDITED = "desk_edited"
    ROW_LENGTH = "row_length"
    NOT_MAPPED = "not_mapped"


_DROPPED = {
    Reason.UNKNOWN_FILE,
    Reason.UNREADABLE_FILE,
    Reason.EMPTY_ROW,
    Reason.NO_NAME,
    Reason.NO_VALUE,
    Reason.NO_PARENT,
    Reason.ORPHAN,
    Reason.REPEATED_ID,
    Reason.REPEATED_LINK,
    Reason.OTHER_ORIGIN,
    Reason.NO_NUMBER,
}
_REPAIRED = {
    Reason.ENCODING,
    Reason.BLANK_ID,
    Reason.HTML,
    Reason.BAD_LETTERS,
    Reason.REWRITTEN,
    Reason.ASSUMED,
    Reason.HOURS_READ,
}


def grade(reason: Reason) -> Grade:
    """What the reason means for the row or value."""
    if reason in _DROPPED:
        return Grade.DROPPED
    return Grade.REPAIRED if reason in _REPAIRED else Grade.DOUBT

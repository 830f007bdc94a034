"""When a visit may be recorded, and when it is the one just recorded. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from referral.kernel.codes import CHANNELS
from referral.kernel.refusal import Refused
from referral.visits.facts import NewVisit

# A second click, or the same person found again by the same worker: one attendance.
SAME_VISIT_WITHIN = timedelta(minutes=10)
LONGEST_NOTE = 2_000


class Reason(StrEnum):
    """Why a visit is not recorded."""

    NO_DESK = "no_desk"
    UNKNOWN_CHANNEL = "unknown_channel"
    NOTE_TOO_LONG = "note_too_long"  # limit
    NOTE_OF_NOBODY = "note_of_nobody"


def check_visit(new: NewVisit) -> None:
    """Refused for a channel that is not of its list, or a note that cannot be kept."""
    if new.channel not in CHANNELS:
        raise Refused(Reason.UNKNOWN_CHANNEL, field="channel")
    if len(new.note) > LONGEST_NOTE:
        raise Refused(Reason.NOTE_TOO_LONG, field="note", limit=LONGEST_NOTE)
    if new.note and new.person is None:
        raise Refused(Reason.NOTE_OF_NOBODY, field="note")

"""When a visit may be recorded, and when it is the one just recorded. Pure."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from referral.kernel.codes import CHANNELS, COUNTRIES, LANGUAGES, SEXES_ON_DOCUMENT
from referral.kernel.refusal import Refused
from referral.visits.facts import NO_FACETS, NewVisit

# A second click, or the same person found again by the same worker: one attendance.
SAME_VISIT_WITHIN = timedelta(minutes=10)
LONGEST_NOTE = 2_000


class Reason(StrEnum):
    """Why a visit is not recorded."""

    NO_DESK = "no_desk"
    UNKNOWN_CHANNEL = "unknown_channel"
    NOTE_TOO_LONG = "note_too_long"  # limit
    NOTE_OF_NOBODY = "note_of_nobody"
    FACETS_OF_SOMEBODY = "facets_of_somebody"
    UNKNOWN_FACET = "unknown_facet"


def check_visit(new: NewVisit) -> None:
    """Refused for a code that is not of its list, a note that cannot be kept, or facets of somebody on file."""
    if new.channel not in CHANNELS:
        raise Refused(Reason.UNKNOWN_CHANNEL, field="channel")
    if len(new.note) > LONGEST_NOTE:
        raise Refused(Reason.NOTE_TOO_LONG, field="note", limit=LONGEST_NOTE)
    if new.note and new.person is None:
        raise Refused(Reason.NOTE_OF_NOBODY, field="note")
    _check_facets(new)


def _check_facets(new: NewVisit) -> None:
    if new.person is not None and new.facets != NO_FACETS:
        raise Refused(Reason.FACETS_OF_SOMEBODY)
    lists = (("sex", SEXES_ON_DOCUMENT), ("nationality", COUNTRIES), ("language", LANGUAGES))
    for name, known in lists:
        code = getattr(new.facets, name)
        if code and code not in known:
            raise Refused(Reason.UNKNOWN_FACET, field=name)

"""When a paper can be noted, and what its dates say. Pure; asked by documents.actions and documents.views."""

from __future__ import annotations

import zlib
from datetime import date
from enum import StrEnum

from referral.kernel.codes import DOCUMENT_SEEN
from referral.kernel.refusal import Refused
from referral.people.facts import DocumentLine, NewDocument

_NOTED = ("kind", "number", "country", "issued", "expires", "name_on_document", "seen", "verified_by", "verified_on")


class Reason(StrEnum):
    """Why a paper is not noted."""

    ISSUED_IN_FUTURE = "issued_in_future"
    EXPIRES_BEFORE_ISSUED = "expires_before_issued"
    UNKNOWN_SEEN = "unknown_seen"


def check_paper(new: NewDocument, *, today: date) -> None:
    """Refused for dates that no paper has. One long past its date, without number or without scan is as good as any."""
    if new.seen and new.seen not in DOCUMENT_SEEN:
        raise Refused(Reason.UNKNOWN_SEEN, field="seen")
    if new.issued is not None and new.issued > today:
        raise Refused(Reason.ISSUED_IN_FUTURE, field="issued")
    if new.issued is not None and new.expires is not None and new.expires < new.issued:
        raise Refused(Reason.EXPIRES_BEFORE_ISSUED, field="expires")


def edition(paper: NewDocument | DocumentLine) -> int:
    """A number that changes when anything noted of a paper does: tells a save that comes too late."""
    told = tuple(str(getattr(paper, name) or "") for name in _NOTED)
    return zlib.crc32(repr(told).encode()) % 1_000_000_000

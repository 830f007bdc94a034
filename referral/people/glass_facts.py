"""Facts of the glass before what is reserved of a file: each opening, and what came of asking for what is protected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Guarded:
    """The last time that an account asked for what is protected of a file. `granted`: None while it waits."""

    asked_at: datetime
    granted: bool | None
    until: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether it may be read now."""
        return self.until is not None and self.until > now


@dataclass(frozen=True, slots=True)
class Opening:
    """The glass broken once, as the file tells it. `reason`: a code of privacy.facts.GlassReason.

    Of what is protected `second` says who opened it with her, and there is no reason.
    """

    at: datetime
    until: datetime
    staff_name: str
    reason: str
    second: str = ""

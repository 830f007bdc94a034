"""Facts of the padron room that travel: an inscription and what it is worth on a day."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class InscriptionState(StrEnum):
    """What an inscription is worth on a day."""

    IN_FORCE = "in_force"
    LAPSED = "lapsed"  # its term ran out: it can be renewed, with the same folio
    ENDED = "ended"  # the person left the register


@dataclass(frozen=True, slots=True)
class InscriptionLine:
    """A person's inscription. `valid_to` is the last day of its term."""

    ref: uuid.UUID
    person: uuid.UUID
    folio: str
    inscribed_on: date
    desk_name: str
    valid_from: date
    valid_to: date
    ended_on: date | None

    def state(self, today: date) -> InscriptionState:
        """In force through the whole of `valid_to`."""
        if self.ended_on is not None:
            return InscriptionState.ENDED
        return InscriptionState.LAPSED if today > self.valid_to else InscriptionState.IN_FORCE


@dataclass(frozen=True, slots=True)
class Term:
    """The settings an inscription is made with: the folio's mask and how many months it holds."""

    folio_mask: str
    months: int

"""How far a permission goes: one object answers for a single row and gives the limits of a list."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from referral.access.identity import Identity


class Scope(StrEnum):
    """Whose rows a permission covers."""

    ALL = "all"
    DESK = "desk"
    OWN = "own"
    ORGANIZATION = "organization"


@dataclass(frozen=True, slots=True)
class Reach:
    """The rows one identity may touch with one permission. `scope` None means none at all."""

    scope: Scope | None
    identity: Identity

    @property
    def nothing(self) -> bool:
        """True when no row is within reach, also when the account lacks the desk or organisation its scope needs."""
        return self.scope is None or (self.scope is not Scope.ALL and None in self._wanted().values())

    def limits(self) -> dict[str, uuid.UUID]:
        """What a row must hold to be within reach: {} for all rows, else one of desk, staff, organization."""
        return {name: value for name, value in self._wanted().items() if value is not None}

    def covers(self, **row: uuid.UUID | None) -> bool:
        """Whether a row that holds these values (desk=, staff=, organization=) is within reach."""
        return not self.nothing and all(row.get(name) == value for name, value in self.limits().items())

    def _wanted(self) -> dict[str, uuid.UUID | None]:
        match self.scope:
            case Scope.DESK:
                return {"desk": self.identity.desk}
            case Scope.OWN:
                return {"staff": self.identity.staff}
            case Scope.ORGANIZATION:
                return {"organization": self.identity.organization}
            case _:
                return {}

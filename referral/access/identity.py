"""Who is asking: a frozen picture of a signed-in member of staff. Made by staff.queries, read everywhere."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Kinds of account (shared/design/assurance.md, role x field matrix)."""

    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    PARTNER = "partner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    DPO = "dpo"


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in account. `desk` is None for partner users, `organization` is None for everybody else."""

    staff: uuid.UUID
    role: Role
    name: str
    username: str
    desk: uuid.UUID | None = None
    desk_name: str = ""
    organization: uuid.UUID | None = None
    locale: str | None = None

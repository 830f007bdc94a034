"""Facts of the staff room that travel."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from referral.access.identity import Role


@dataclass(frozen=True, slots=True)
class NewStaff:
    """An account to create."""

    username: str
    name: str
    role: Role
    password: str
    desk: uuid.UUID | None = None
    organization: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One account in the list."""

    ref: uuid.UUID
    username: str
    name: str
    role: Role
    desk_name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed to sign in, and from where (the address is hashed before it is kept)."""

    username: str
    password: str
    source: str

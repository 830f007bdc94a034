"""A desk with the real directory and somebody served, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from referral.access.identity import Identity, Role
from referral.infra.db import Database
from tests.factories import referrals as make


@dataclass(frozen=True)
class Scene:
    """A caseworker, a person with notice given, a need noted; `partner` works at the institution of `key`."""

    database: Database
    desk: Identity
    partner: Identity
    stranger: Identity
    person: uuid.UUID
    need: uuid.UUID
    key: str = "SEDESA"


@pytest.fixture
def scene(database: Database, make_identity: Callable[..., Identity]) -> Scene:
    make.load_directory(database)
    desk = make_identity(database)
    organization = make.organization_of(database, "SEDESA")
    other = make.organization_of(database, "SIN_FRONTERAS")
    partner = make_identity(database, Role.PARTNER, username="salud", organization=organization)
    stranger = make_identity(database, Role.PARTNER, username="otra", organization=other)
    person = make.served_person(database, desk)
    return Scene(database, desk, partner, stranger, person, make.note_need(database, desk, person))

"""The small complete desk that laws about every page look at: built once, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from referral.app import create_app
from referral.infra.crypto import Vault
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.kernel.clock import FixedClock
from tests.conftest import NOW
from tests.factories.world import World, WorldFile


@pytest.fixture(scope="session")
def world_file(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> WorldFile:
    return WorldFile(tmp_path_factory.mktemp("world"), vault, FixedClock(NOW))


@pytest.fixture
def world(world_file: WorldFile) -> World:
    return world_file.world


@pytest.fixture
def world_database(world_file: WorldFile, tmp_path: Path) -> Iterator[Database]:
    """A copy of the world's database for this test alone."""
    with world_file.copy(tmp_path) as database:
        yield database


@pytest.fixture
def world_app(world_database: Database, settings: Settings) -> Flask:
    return create_app(settings, world_database)

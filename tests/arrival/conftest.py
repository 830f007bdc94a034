"""A caseworker of the desk where people arrive, and her browser. Each file says on which engines it runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from referral.access.identity import Identity
from referral.infra.db import Database
from tests.desk_browser import DeskBrowser


@pytest.fixture
def caso(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


@pytest.fixture
def browser(caso: Identity, sign_in: Callable[[Identity], DeskBrowser]) -> DeskBrowser:
    return sign_in(caso)

"""The boxes of a referral's steps, drawn once for everybody: each page has its own words, version and key, no more."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from referral.access.identity import Identity
from referral.referrals.facts import Status
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.referrals.conftest import Scene

SignIn = Callable[[Identity], DeskBrowser]


@pytest.fixture
def address(scene: Scene) -> str:
    return f"/canalizaciones/{make.prepare(scene.database, scene.desk, scene.person, scene.need)}"


def test_each_language_and_each_hand_keeps_its_own_boxes(scene: Scene, sign_in: SignIn, address: str) -> None:
    browser = sign_in(scene.desk)
    for language, asks in (("es", "Cómo se enteró"), ("en", "How you learnt it"), ("es", "Cómo se enteró")):
        browser.switch(language)
        assert asks in browser.get(address).text, language
    assert "Cómo se enteró" not in sign_in(scene.partner).get(address).text  # an institution answers for itself


def test_a_step_carries_the_version_of_its_own_page(scene: Scene, sign_in: SignIn, address: str) -> None:
    browser = sign_in(scene.partner)
    before = browser.get(address).form("move-rejected")
    make.moved(scene.database, scene.partner, uuid.UUID(address.rsplit("/", 1)[-1]), Status.RECEIVED)
    after = browser.get(address).form("move-rejected")
    assert (before["version"], after["version"]) == (["1"], ["2"])
    assert browser.post(f"{address}/mover", {**before, "reason": "no_capacity"}).status == 409
    assert browser.post(f"{address}/mover", {**after, "reason": "no_capacity"}).status == 303


def test_what_one_reader_typed_is_on_no_other_page(scene: Scene, sign_in: SignIn, address: str) -> None:
    refused = sign_in(scene.partner).fill(address, {"note": "Sólo para esta página"}, form="move-rejected")
    assert refused.status == 422
    assert "Sólo para esta página" in refused.html
    other = sign_in(scene.partner).get(address)
    assert "Sólo para esta página" not in other.html
    assert "Elija una opción en" not in other.text

"""Cards stay decoded between pages, and what anybody changes is seen by the very next one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from referral.directory.actions import load_catalogue
from referral.directory.models import Organization, Service
from referral.directory.queries import candidates
from referral.directory.queries.candidates import candidates_for_need
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from tests.statements import counted

NEED, KEY = "HEALTH_MENTAL", "PROC_NNA"


@pytest.fixture(autouse=True)
def loaded(database: Database) -> Iterator[Database]:
    with serving(database), unit_of_work("directory.load") as work:
        load_catalogue(work)
    with serving(database):
        yield database


def phones() -> dict[str, str]:
    with reading() as desk:
        return {one.key: one.phone for one in candidates_for_need(desk.session, need_code=NEED, keys=[KEY])}


def give_phone(number: str) -> None:
    with unit_of_work("directory.test") as work:
        row = work.session.scalars(select(Service).where(Service.key == KEY)).one()
        row.card = {**row.card, "phone": number}


def test_a_second_page_sends_one_statement_and_a_changed_card_is_seen_at_once(loaded: Database) -> None:
    before = phones()
    with counted(loaded) as statements:
        assert phones() == before
    assert len(statements) == 1
    for number in ("55 5555 0101", "55 5555 0102"):
        give_phone(number)
        assert phones() == {**before, KEY: number}


def test_a_renamed_institution_is_seen_at_once() -> None:
    phones()
    with unit_of_work("directory.test") as work:
        service = work.session.scalars(select(Service).where(Service.key == KEY)).one()
        work.session.get_one(Organization, service.organization_id).name_es = "Otro nombre"
    with reading() as desk:
        found = candidates_for_need(desk.session, need_code=NEED, keys=[KEY])
    assert {one.key: one.organization.es for one in found}[KEY] == "Otro nombre"


def test_a_service_that_closes_or_is_added_is_seen_at_once() -> None:
    before = phones()
    with unit_of_work("directory.test") as work:
        work.session.scalars(select(Service).where(Service.key == KEY)).one().status = "inactive"
    assert phones().keys() == before.keys() - {KEY}
    with unit_of_work("directory.test") as work:
        work.session.scalars(select(Service).where(Service.key == KEY)).one().status = "active"
    assert phones() == before


def test_what_was_undone_is_never_kept() -> None:
    before = phones()
    with pytest.raises(ZeroDivisionError), unit_of_work("directory.test") as work:
        row = work.session.scalars(select(Service).where(Service.key == KEY)).one()
        row.card = {**row.card, "phone": "55 5555 0199"}
        work.session.flush()
        seen = candidates_for_need(work.session, need_code=NEED, keys=[KEY])
        assert {one.key: one.phone for one in seen}[KEY] == "55 5555 0199"
        raise ZeroDivisionError
    give_phone("55 5555 0103")  # the version that was undone, with other contents
    assert phones() == {**before, KEY: "55 5555 0103"}


def test_no_more_cards_are_kept_than_the_limit(monkeypatch: pytest.MonkeyPatch, loaded: Database) -> None:
    monkeypatch.setattr(candidates, "MOST_KEPT", 30)
    shown = 0
    for round_number in range(40):
        give_phone(f"55 5555 {round_number:04d}")
        shown = len(phones())
    assert len(candidates._kept[loaded.engine.pool]) <= 30 + shown

"""Where and when doors are found, kept for a minute: what the desk edits is seen at once, what was undone never."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from referral.directory.models import Phone, Schedule, Service
from referral.directory.queries.candidates import candidates_for_need
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.referrals.queries.contacts import Contact, contacts, kept_contacts
from tests.factories import referrals as make
from tests.referrals.conftest import Scene
from tests.statements import counted

KEY = "SEDESA"


def kept(scene: Scene) -> dict[uuid.UUID, Contact]:
    with serving(scene.database, scene.desk), reading() as desk:
        services = candidates_for_need(desk.session, need_code="HEALTH_GENERAL", keys=[KEY])
        return kept_contacts(desk.session, services, now=desk.now)


def numbers(scene: Scene) -> list[str]:
    return [phone.number for phone in kept(scene)[make.service(scene.database, KEY)].phones]


def add_phone(scene: Scene, number: str, *, edited: bool) -> None:
    with serving(scene.database), unit_of_work("directory.test") as work:
        service = work.session.scalars(select(Service).where(Service.key == KEY)).one()
        work.session.add(Phone(service_id=service.id, number=number, type="voice", provenance="desk"))
        if edited:  # as upkeep does on each change
            service.last_modified = work.now
            service.bring_es = f"{service.bring_es} {number}"


def test_the_same_as_asked_anew_and_no_statement_the_second_time(scene: Scene) -> None:
    first = kept(scene)
    with serving(scene.database, scene.desk), reading() as desk:
        assert contacts(desk.session, list(first)) == first
    with counted(scene.database) as statements:
        assert kept(scene) == first
    assert len(statements) == 1, "the marks of the candidates"


def test_what_the_desk_edits_is_seen_at_once_and_the_rest_within_a_minute(scene: Scene, clock: FixedClock) -> None:
    before = numbers(scene)
    add_phone(scene, "55 5555 0101", edited=False)
    assert numbers(scene) == before
    clock.advance(minutes=1)
    assert numbers(scene) == sorted([*before, "55 5555 0101"])
    add_phone(scene, "55 5555 0102", edited=True)
    assert numbers(scene) == sorted([*before, "55 5555 0101", "55 5555 0102"])


def test_what_a_transaction_changed_and_took_back_is_not_kept(scene: Scene) -> None:
    before = numbers(scene)
    with pytest.raises(ZeroDivisionError), serving(scene.database), unit_of_work("directory.test") as work:
        service = work.session.scalars(select(Service).where(Service.key == KEY)).one()
        service.bring_es = "nada"
        work.session.add(Phone(service_id=service.id, number="55 5555 0103", type="voice", provenance="desk"))
        work.session.flush()
        services = candidates_for_need(work.session, need_code="HEALTH_GENERAL", keys=[KEY])
        seen = kept_contacts(work.session, services, now=work.now)[service.id]
        assert "55 5555 0103" in [phone.number for phone in seen.phones]
        raise ZeroDivisionError
    assert numbers(scene) == before


def test_the_hours_of_many_are_those_of_each(scene: Scene) -> None:
    with serving(scene.database), unit_of_work("directory.test") as work:
        ref = make.service(scene.database, KEY)
        work.session.add(Schedule(service_id=ref, byday="SA", opens_at="10:00", closes_at="12:00", provenance="desk"))
    with serving(scene.database, scene.desk), reading() as desk:
        one = contacts(desk.session, [ref])[ref]
        many = contacts(desk.session, [ref, make.service(scene.database, "IMSS")])[ref]
    assert one == many
    assert ("SA", "10:00", "12:00") in {(hours.byday, hours.opens_at, hours.closes_at) for hours in one.hours}

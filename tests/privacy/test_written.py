"""A door that a rule shuts, opened in writing by two people, for one referral."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from referral.access.identity import Identity, Role
from referral.consent import actions
from referral.consent.facts import Decision, NewDecision, NewWritten, Purpose, WrittenState
from referral.consent.queries import written_of
from referral.consent.rules import Reason
from referral.infra.db import Database
from referral.infra.work import NotPermitted, Work, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refusal import Refused
from referral.people.actions import save_mobility
from referral.people.facts import MobilityFacts
from referral.privacy.actions import withdraw
from referral.privacy.facts import SaidBy, Withdrawal
from referral.referrals.rules.refusals import Reason as ReferralReason
from referral.staff.actions import add_staff
from referral.staff.facts import NewStaff
from tests.conftest import PASSWORD
from tests.desk_browser import DeskBrowser
from tests.factories.referrals import load_directory, note_need, organization_of, prepare, served_person, service

WHY = "Quiere un acta de nacimiento y dice que no corre peligro"
DOORS = [("CONSULADOS", "IDENT_CONSUL", "R12"), ("INM", "MIGR_REGUL", "R13")]


@contextmanager
def working(database: Database, identity: Identity | None) -> Iterator[Work]:
    with serving(database, identity), unit_of_work("test") as work:
        yield work


@pytest.fixture
def identity(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


@pytest.fixture
def boss(database: Database, identity: Identity) -> Identity:
    with working(database, None) as work:
        staff = add_staff(work, NewStaff("jefa", "Jefa", Role.SUPERVISOR, PASSWORD, desk=identity.desk))
    return replace(identity, staff=staff, role=Role.SUPERVISOR, username="jefa")


@pytest.fixture
def person(database: Database, identity: Identity) -> uuid.UUID:
    """An asylum seeker."""
    load_directory(database)
    ref = served_person(database, identity)
    with working(database, identity) as work:
        record_yes = NewDecision(Purpose.SENSITIVE, Decision.YES, how="signed")
        actions.record_decision(work, person=ref, new=record_yes)
        save_mobility(work, person=ref, mobility=MobilityFacts(profiles=("ASYLUM_SEEKER",)), version=1)
    return ref


def states(database: Database, person: uuid.UUID) -> list[WrittenState]:
    with serving(database), reading() as desk:
        return [line.state(desk.today) for line in written_of(desk.session, person)]


def record(work: Work, database: Database, person: uuid.UUID, key: str = "CONSULADOS", rule: str = "R12") -> uuid.UUID:
    new = NewWritten(
        person=person,
        service=service(database, key),
        organization=organization_of(database, key),
        rule=rule,
        seen="original",
        reference="Carpeta 3",
        reason=WHY,
        expires_on=work.today.replace(year=work.today.year + 1),
    )
    return actions.record_written(work, new)


@pytest.mark.parametrize(("key", "code", "rule"), DOORS)
def test_the_door_stays_shut_until_a_second_person_confirms_and_opens_for_one_referral(
    key: str, code: str, rule: str, database: Database, identity: Identity, boss: Identity, person: uuid.UUID
) -> None:
    need = note_need(database, identity, person, code)

    def shut() -> None:
        with pytest.raises(Refused) as no:
            prepare(database, identity, person, need, key, override="Lo pide")
        assert no.value.reason is ReferralReason.BLOCKED

    shut()
    with working(database, identity) as work:
        ref = record(work, database, person, key, rule)
    assert states(database, person) == [WrittenState.UNCONFIRMED]
    shut()
    with working(database, boss) as work:
        actions.confirm_written(work, written=ref)
    assert states(database, person) == [WrittenState.OPEN]
    prepare(database, identity, person, need, key, override="Lo pide")
    assert states(database, person) == [WrittenState.USED]
    other = note_need(database, identity, person, "IDENT_LOST" if key == "CONSULADOS" else "MIGR_RENEW")
    with pytest.raises(Refused) as again:
        prepare(database, identity, person, other, key, override="Lo pide")
    assert again.value.reason is ReferralReason.BLOCKED


def test_a_yes_to_the_institution_alone_opens_nothing(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    need = note_need(database, identity, person, "IDENT_CONSUL")
    with working(database, identity) as work:
        new = NewDecision(
            Purpose.REFERRAL, Decision.YES, how="signed", organization=organization_of(database, "CONSULADOS")
        )
        actions.record_decision(work, person=person, new=new)
    with pytest.raises(Refused) as no:
        prepare(database, identity, person, need, "CONSULADOS", override="Lo pide")
    assert no.value.reason is ReferralReason.BLOCKED


def test_a_draft_does_not_use_it_up(database: Database, identity: Identity, boss: Identity, person: uuid.UUID) -> None:
    need = note_need(database, identity, person, "IDENT_CONSUL")
    with working(database, identity) as work:
        ref = record(work, database, person)
    with working(database, boss) as work:
        actions.confirm_written(work, written=ref)
    prepare(database, identity, person, need, "CONSULADOS", consent="not_now", override="Lo pide")
    assert states(database, person) == [WrittenState.OPEN]


def test_nobody_confirms_alone(
    database: Database, identity: Identity, boss: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with working(database, identity) as work:
        ref = record(work, database, person)
    with pytest.raises(NotPermitted), working(database, identity) as work:
        actions.confirm_written(work, written=ref)
    with pytest.raises(Refused) as same, working(database, replace(boss, staff=identity.staff)) as work:
        actions.confirm_written(work, written=ref)
    assert same.value.reason is Reason.SAME_PERSON_CONFIRMS
    with pytest.raises(Refused) as twice, working(database, identity) as work:
        record(work, database, person)
    assert twice.value.reason is Reason.ALREADY_OPEN
    clock.advance(days=400)
    with pytest.raises(Refused) as late, working(database, boss) as work:
        actions.confirm_written(work, written=ref)
    assert late.value.reason is Reason.NOT_TO_CONFIRM
    assert states(database, person) == [WrittenState.EXPIRED]


def test_taking_back_the_institution_takes_back_the_paper(
    database: Database, identity: Identity, boss: Identity, person: uuid.UUID
) -> None:
    organization = organization_of(database, "CONSULADOS")
    with working(database, identity) as work:
        ref = record(work, database, person)
        new = NewDecision(Purpose.REFERRAL, Decision.YES, how="signed", organization=organization)
        actions.record_decision(work, person=person, new=new)
    with working(database, boss) as work:
        actions.confirm_written(work, written=ref)
    with working(database, identity) as work:
        withdraw(work, person=person, withdrawal=Withdrawal(((Purpose.REFERRAL, organization),), SaidBy.IN_PERSON))
    assert states(database, person) == [WrittenState.WITHDRAWN]


def test_the_pages_record_confirm_and_show(
    database: Database,
    identity: Identity,
    boss: Identity,
    person: uuid.UUID,
    sign_in: Callable[[Identity], DeskBrowser],
) -> None:
    need = note_need(database, identity, person, "IDENT_CONSUL")
    door = f"/personas/{person}/necesidades/{need}/puertas/{service(database, 'CONSULADOS')}"
    browser, here = sign_in(identity), f"{door}/por-escrito"
    assert here in browser.get(door).links()
    empty = browser.fill(here, {})
    assert empty.status == 422
    boxes = {"seen": "original", "reference": "Carpeta 3", "reason": WHY}
    assert browser.fill(here, boxes).status == 422  # she was not told the risk
    assert browser.fill(here, {**boxes, "understood": "1"}).location == here
    assert "Espera a una segunda persona" in browser.get(here).text
    twice = browser.fill(here, {**boxes, "understood": "1"})
    assert twice.status == 422
    supervisor = sign_in(boss)
    waiting = supervisor.get("/privacidad/por-confirmar")
    assert WHY in waiting.text
    [button] = [each for each in waiting.all("button") if "Vi el papel: confirmar" in "".join(each.itertext())]
    assert "lo de Marie-Ange" in "".join(button.itertext())
    assert supervisor.fill("/privacidad/por-confirmar", {}, form="confirm-1").location == "/privacidad/por-confirmar"
    assert "No hay nada por confirmar" in supervisor.get("/privacidad/por-confirmar").text
    opened = browser.get(here)
    assert "abierto para un solo envío" in opened.text
    assert not opened.all("form", id="main-form")
    fitting = f"/personas/{person}/necesidades/{need}/puertas/{service(database, 'SEDESA')}/por-escrito"
    assert "no se abre con un consentimiento escrito" in browser.get(fitting).text
    browser.switch("en")
    assert browser.get(here).status == 200

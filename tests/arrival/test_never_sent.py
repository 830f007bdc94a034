"""The law of this desk: nobody whom it would harm is sent to INM, to an adult shelter or to her own consulate.

Rules R01 (a child alone), R12 (who asked for protection or fears to return) and R13 (anybody, to INM), walked through
everything that sends: the offers page, the prepare page, its form, and the action below it, for needs of every kind.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from referral.access.identity import Identity
from referral.app import create_app
from referral.consent.actions import record_decision
from referral.consent.facts import Decision, NewDecision, Purpose
from referral.directory.models import Service
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.codes import NEED_CATEGORIES, NEEDS
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.needs.queries import live_codes
from referral.people.actions import save_mobility
from referral.people.facts import IdentityFacts, MobilityFacts, NewPerson
from referral.referrals.actions.prepare import prepare_referral
from referral.referrals.facts import AnswerDays, NewReferral
from referral.referrals.models import Referral
from referral.referrals.rules.refusals import Reason
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.factories.people import new_person, register

CONSULATE, INM, CHILD_PROTECTION = "CONSULADOS", "INM", "PROC_NNA"


@dataclass(frozen=True, slots=True)
class Case:
    """A rule, who it guards, and which doors must stay shut to her."""

    rule: str
    birth: str
    accompaniment: str = ""
    first: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    shelters: bool = False
    consulate: bool = True

    @property
    def person(self) -> NewPerson:
        told = new_person(birth=self.birth, nationalities=("HN",))
        identity = IdentityFacts(
            told.identity.names,
            PartialDate.from_text(self.birth),
            told.identity.nationalities,
            accompaniment=self.accompaniment,
        )
        return NewPerson(identity, told.contact)


CASES = (
    Case("R01", "2011-05-02", accompaniment="alone", shelters=True),
    Case("R01-age-unknown", "unknown", accompaniment="alone", shelters=True),
    Case("R01-first-question", "unknown", first=("alone",), shelters=True),
    Case("R02", "2011-05-02", accompaniment="unrelated_adult", shelters=True),
    Case("R12-profile", "1990-01-01", profiles=("ASYLUM_SEEKER",)),
    Case("R12-need", "1990-01-01"),  # the need to ask for refuge, noted below, says that she fears to return
    Case("R13", "1990-01-01", consulate=False),
)
# One need of each kind, and those in which these doors would be looked for.
WANTED = ("IDENT_CONSUL", "SHELTER_TONIGHT", "SHELTER_TEMP", "MIGR_TVRH", "MIGR_REGUL", "RETURN_ASSIST", "LEGAL_CRIME")
ONE_OF_EACH = {next(need.code for need in NEEDS if need.category == kind.code) for kind in NEED_CATEGORIES}


@pytest.fixture
def database(sqlite: Database) -> Database:
    """One engine: what shuts a door is judged in memory."""
    make.load_directory(sqlite)
    return sqlite


def shut_doors(database: Database, case: Case) -> dict[str, uuid.UUID]:
    with serving(database), reading() as desk:
        shelters = select(Service.key, Service.id).where(Service.kind == "shelter")
        found: dict[str, uuid.UUID] = (
            {row.key: row.id for row in desk.session.execute(shelters)} if case.shelters else {}
        )
    keys = (INM, CONSULATE) if case.consulate else (INM,)
    return found | {key: make.service(database, key) for key in keys}


def arrive(database: Database, browser: DeskBrowser, caso: Identity, case: Case) -> uuid.UUID:
    person = make.served_person(database, caso, case.person)
    if case.profiles:
        with serving(database, caso), unit_of_work("consent.record") as work:
            record_decision(work, person=person, new=NewDecision(Purpose.SENSITIVE, Decision.YES, how="signed"))
            save_mobility(work, person=person, mobility=MobilityFacts(profiles=case.profiles), version=1)
    if case.first:
        browser.post(f"/personas/{person}/primero", dict.fromkeys(case.first, "1"))
    if case.rule == "R12-need":
        make.note_need(database, caso, person, "MIGR_ASYLUM")
    return person


def live(database: Database, person: uuid.UUID) -> frozenset[str]:
    with serving(database), reading() as desk:
        return live_codes(desk.session, person)


def sent(database: Database) -> int:
    with serving(database), reading() as desk:
        return desk.session.scalar(select(func.count()).select_from(Referral)) or 0


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_nothing_sends_her_there(case: Case, database: Database, browser: DeskBrowser, caso: Identity) -> None:
    person, doors = arrive(database, browser, caso, case), shut_doors(database, case)
    assert len(doors) > (3 if case.shelters else 0)
    for code in sorted({*WANTED, *ONE_OF_EACH}):
        if code in live(database, person):
            continue
        need = make.note_need(database, caso, person, code)
        base = f"/personas/{person}/necesidades/{need}/puertas"
        offered = set(browser.get(base).links())
        for key, door in doors.items():
            assert f"{base}/{door}" not in offered, f"{case.rule}: {key} is offered for {code}"
        for key, door in [*doors.items()] if code in WANTED else []:
            page = browser.get(f"{base}/{door}")
            assert not page.all("form", id="main-form"), f"{case.rule}: {key} can be prepared for {code}"
            yes = {"consent": "yes", "consent_how": "verbal_witness", "override": "urge", "child_notice": "1"}
            posted = browser.post(f"{base}/{door}", {**yes, "once": str(uuid.uuid4())})
            assert posted.status == 422, f"{case.rule}: {key} was sent for {code}"
            assert refused(database, caso, person, need, door) in {Reason.BLOCKED, Reason.SERVICE_NOT_REFERRABLE}
    assert sent(database) == 0


def refused(database: Database, caso: Identity, person: uuid.UUID, need: uuid.UUID, door: uuid.UUID) -> object:
    new = NewReferral(person, need, door, consent="yes", consent_how="signed", override="urge", child_notice=True)
    with serving(database, caso), pytest.raises(Refused) as no, unit_of_work("referrals.prepare") as work:
        prepare_referral(work, new, days=AnswerDays(), consent_days=90, child_notices=True)
    return no.value.reason


def test_R01_the_protection_notice_does_not_wait_for_consent(
    database: Database, browser: DeskBrowser, caso: Identity
) -> None:
    person = arrive(database, browser, caso, CASES[0])
    need = make.note_need(database, caso, person, "PROTECT_UASC")
    address = f"/personas/{person}/necesidades/{need}/puertas/{make.service(database, CHILD_PROTECTION)}"
    assert "Es un aviso de protección: se envía sin esperar consentimiento" in browser.get(address).text
    answer = browser.fill(address, {"child_notice": "1", "child_heard": "1"})
    assert answer.status == 303, answer.text
    page = browser.get(answer.location)
    assert "no espera consentimiento" in page.text
    assert "Se le escuchó antes de enviarlo" in page.text
    with serving(database), reading() as desk:
        row = desk.session.scalars(select(Referral)).one()
        assert (row.status, row.basis) == ("requested", "child_protection")


def test_only_the_protection_notice_goes_without_consent(
    database: Database, browser: DeskBrowser, caso: Identity
) -> None:
    person = register(database, caso)
    need = make.note_need(database, caso, person, "HEALTH_GENERAL")
    address = f"/personas/{person}/necesidades/{need}/puertas/{make.service(database, 'SEDESA')}"
    assert "aviso de protección" not in browser.get(address).text
    answer = browser.fill(address, {"child_notice": "1"})
    assert answer.status == 422
    assert "Sólo el aviso de protección" in answer.text
    assert sent(database) == 0


@pytest.fixture
def cautious(database: Database, settings: Settings) -> Flask:
    return create_app(Settings(home=settings.home, local=True, child_protection_without_consent=False), database)


def test_an_installation_may_ask_for_consent_first(
    cautious: Flask, database: Database, caso: Identity, browser: DeskBrowser
) -> None:
    person = arrive(database, browser, caso, CASES[0])
    need = make.note_need(database, caso, person, "PROTECT_UASC")
    address = f"/personas/{person}/necesidades/{need}/puertas/{make.service(database, CHILD_PROTECTION)}"
    browser.app, browser.client = cautious, _moved(cautious, browser)
    assert "Es un aviso de protección" not in browser.get(address).text
    assert browser.fill(address, {"child_notice": "1"}).status == 422


def _moved(app: Flask, browser: DeskBrowser) -> FlaskClient:
    name = app.extensions["ventanilla.cookie"].name
    cookie = browser.client.get_cookie(name)
    assert cookie is not None
    client = app.test_client()
    client.set_cookie(name, cookie.value)
    return client

"""When a family entered Mexico, asked once for all of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.consent.actions import record_decision, record_notice
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.households.actions.entry import note_entry
from referral.infra.db import Database
from referral.infra.work import OutOfReach, reading, serving, unit_of_work
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.actions import save_section
from referral.people.facts import PersonRecord, Section
from referral.people.queries.cards import person_record
from tests.desk_browser import DeskBrowser
from tests.factories.families import register_haitian_family
from tests.factories.people import register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]
Family = tuple[uuid.UUID, ...]
IN_MARCH = {"entry-month": "3", "entry-year": "2026"}


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def family(database: Database, caso: Identity) -> Family:
    """Mother, father, boy, girl, baby; the first four let the desk keep sensitive data."""
    refs = register_haitian_family(database, caso)
    with serving(database, caso), unit_of_work("test.consent") as work:
        for ref in refs[:4]:
            record_notice(work, person=ref, new=NewNotice(NoticeChannel.READ_ALOUD, "ht"))
            record_decision(work, person=ref, new=NewDecision(Purpose.SENSITIVE, Decision.YES, how="signed"))
    return refs


def record(database: Database, caso: Identity, ref: uuid.UUID) -> PersonRecord:
    with serving(database, caso, read_only=True), reading() as desk:
        return person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref)


def entries(database: Database, caso: Identity, family: Family) -> list[str]:
    told = [record(database, caso, ref).mobility.entry for ref in family]
    return [entry.to_text() if entry.is_known else "" for entry in told]


def told_before(database: Database, caso: Identity, ref: uuid.UUID, day: str) -> None:
    with serving(database, caso), unit_of_work("test.entry") as work:
        answers = {"mobility.entry": PartialDate.from_text(day)}
        save_section(work, person=ref, section=Section.MOBILITY, answers=answers, version=1)


def test_one_answer_goes_to_all_who_are_ticked(
    database: Database, caso: Identity, family: Family, sign_in: SignIn
) -> None:
    mother, father, boy, girl, baby = family
    told_before(database, caso, father, "2024-08")
    browser = sign_in(caso)
    address = f"/personas/{boy}/familia/entrada"
    assert address in browser.get(f"/personas/{boy}/familia").links()
    page = browser.get(address)
    assert page.form()["people"] == [str(ref) for ref in (mother, boy, girl)]
    assert "Wilner Joseph: agosto de 2024" in page.text.replace("Joseph :", "Joseph:")
    assert "falta su consentimiento para guardar datos sensibles" in page.text
    boxes = {**page.form(), **IN_MARCH, "people": [str(mother), str(boy)]}
    clicks = [browser.post(address, boxes) for _click in range(2)]
    assert [(click.status, click.location) for click in clicks] == [(303, f"/personas/{boy}/familia")] * 2
    assert "Quedó anotado en 2 expedientes." in browser.get(clicks[0].location).text
    assert entries(database, caso, family) == ["2026-03", "2024-08", "2026-03", "", ""]
    assert record(database, caso, mother).mobility_version == 2  # a page opened before does not save over it
    assert browser.post(address, {**page.form(), **IN_MARCH, "people": str(baby)}).status == 422


def test_what_is_missing_is_asked_and_nothing_typed_is_lost(
    database: Database, caso: Identity, family: Family, sign_in: SignIn
) -> None:
    browser = sign_in(caso)
    address = f"/personas/{family[0]}/familia/entrada"
    page = browser.fill(address, {"people": str(family[1])})
    assert page.status == 422
    assert "Escriba la fecha, el mes o el año en que entraron" in page.text
    assert page.form()["people"] == [str(family[1])]
    assert browser.fill(address, {**IN_MARCH, "people": None}).status == 422
    assert entries(database, caso, family) == [""] * 5


def test_nobody_elses_file_is_touched(
    database: Database, caso: Identity, family: Family, make_identity: MakeIdentity
) -> None:
    stranger = register(database, caso)
    north = make_identity(database, username="norte", desk="Mesa Norte")
    day = PartialDate.from_text("2026-03")
    for who, people, wrong in (
        (caso, [stranger], Refused),
        (caso, [family[4]], Refused),  # without her consent
        (north, [family[0]], OutOfReach),
    ):
        with pytest.raises(wrong), serving(database, who), unit_of_work("test") as work:
            note_entry(work, beside=family[0], people=people, entry=day)
    told_before(database, caso, family[1], "2024-08")
    with serving(database, caso), unit_of_work("test") as work:
        assert note_entry(work, beside=family[0], people=family[:2], entry=day) == 1
    assert entries(database, caso, family) == ["2026-03", "2024-08", "", "", ""]


def test_the_page_asks_no_more_for_a_larger_family(
    database: Database, caso: Identity, family: Family, sign_in: SignIn
) -> None:
    browser = sign_in(caso)
    address = f"/personas/{family[0]}/familia/entrada"
    browser.get(address)
    with counted(database) as sent:
        browser.get(address)
    assert len(sent) <= 12


def test_without_a_family_there_is_no_such_page(database: Database, caso: Identity, sign_in: SignIn) -> None:
    assert sign_in(caso).get(f"/personas/{register(database, caso)}/familia/entrada").status == 404

"""Who answers, how a yes is given, another basis when nobody can be asked, and its review."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.consent import actions, labels, queries
from referral.consent.facts import (
    ContactTerms,
    Decision,
    GivenBy,
    NewBasis,
    NewDecision,
    NewNotice,
    NoticeChannel,
    OtherBasis,
    Purpose,
    WrittenState,
)
from referral.consent.models import BasisUse, Consent
from referral.consent.rules import Reason, review_due
from referral.households.actions.guardians import add_guardian
from referral.households.facts import Kind, NewGuardian
from referral.infra.db import Database
from referral.infra.work import NotPermitted, Work, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refusal import Refused
from referral.people.actions import save_mobility
from referral.people.facts import MobilityFacts
from referral.people.models import Person
from tests.desk_browser import DeskBrowser
from tests.factories.people import new_person, register

NOTICE = NewNotice(NoticeChannel.READ_ALOUD)
WHY = "Llegó inconsciente y con heridas; viene sola"


@contextmanager
def working(database: Database, identity: Identity | None) -> Iterator[Work]:
    with serving(database, identity), unit_of_work("test") as work:
        yield work


def answer(work: Work, person: uuid.UUID, *decisions: NewDecision) -> None:
    actions.record_answers(work, person=person, notice_given=NOTICE, decisions=decisions)


def yes(purpose: Purpose, how: str = "signed") -> NewDecision:
    return NewDecision(purpose, Decision.YES, how=how)


@pytest.fixture
def identity(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


@pytest.fixture
def person(database: Database, identity: Identity) -> uuid.UUID:
    return register(database, identity)


def basis(database: Database, person: uuid.UUID) -> str | None:
    with serving(database), reading() as desk:
        return desk.session.get_one(Person, person).sensitive_basis


@pytest.mark.parametrize("purpose", [Purpose.SENSITIVE, Purpose.PHOTO])
def test_a_word_alone_is_not_enough_for_what_is_sensitive(
    purpose: Purpose, database: Database, identity: Identity, person: uuid.UUID
) -> None:
    with pytest.raises(Refused) as no, working(database, identity) as work:
        answer(work, person, yes(purpose, "verbal"))
    assert no.value.reason is Reason.EXPRESS_NEEDED
    with working(database, identity) as work:
        answer(work, person, yes(Purpose.CARE, "verbal"), yes(purpose, "thumbprint"))


@pytest.mark.parametrize("how", ["verbal_witness", "mark"])
def test_a_witness_has_a_name(how: str, database: Database, identity: Identity, person: uuid.UUID) -> None:
    with pytest.raises(Refused) as no, working(database, identity) as work:
        answer(work, person, yes(Purpose.CARE, how))
    assert (no.value.reason, no.value.field) == (Reason.WITNESS_MISSING, "witness")
    with working(database, identity) as work:
        answer(work, person, replace(yes(Purpose.CARE, how), witness="Ana Cruz"))
    with serving(database), reading() as desk:
        row = desk.session.scalars(select(Consent)).one()
        assert row.detail == {"witness": "Ana Cruz"}
        assert b"Ana" not in (row.detail_sealed or b"")


def test_a_child_is_heard_and_an_adult_or_office_answers_for_her(database: Database, identity: Identity) -> None:
    child = register(database, identity, new_person("Luz", "Paz", birth="2012-01-01"))
    alone = yes(Purpose.CARE)
    with_adult = replace(alone, given_by=GivenBy.GUARDIAN)
    named = replace(with_adult, adult="Rosa Paz")
    for new, reason in (
        (alone, Reason.CHILD_ANSWERS_WITH_ADULT),
        (with_adult, Reason.ADULT_MISSING),
        (named, Reason.ASSENT_MISSING),
    ):
        with pytest.raises(Refused) as no, working(database, identity) as work:
            answer(work, child, new)
        assert no.value.reason is reason
    with working(database, identity) as work:
        answer(work, child, replace(named, given_by=GivenBy.CHILD_OFFICE, assent=True))
        answer(work, child, NewDecision(Purpose.STATISTICS, Decision.NO))  # a child's no needs nobody
    with serving(database), reading() as desk:
        care = queries.consent_state(desk.session, child).of(Purpose.CARE)
    assert care is not None
    assert care.given_by is GivenBy.CHILD_OFFICE


def test_contact_says_by_which_ways_and_when(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    here = f"/personas/{person}/consentimiento"
    boxes = {"notice_channel": "read_aloud", "contact": "yes", "how": "verbal"}
    terms = {"contact_channels": "whatsapp", "contact_hours": "Después de las 18:00; no dejar recados"}
    browser = sign_in(identity)
    assert browser.fill(here, {**boxes, **terms}).status == 303
    with serving(database), reading() as desk:
        found = queries.contact_terms(desk.session, person, today=desk.today)
    assert found == ContactTerms(("whatsapp",), "Después de las 18:00; no dejar recados")
    page = browser.get(here)
    assert "WhatsApp" in page.text
    assert "no dejar recados" in page.text
    with working(database, identity) as work:
        actions.withdraw(work, person=person, purpose=Purpose.CONTACT)
    with serving(database), reading() as desk:
        assert queries.contact_terms(desk.session, person, today=desk.today) is None


@pytest.mark.parametrize("purpose", [Purpose.CARE, Purpose.CERTIFICATE, Purpose.PHOTO])
def test_a_no_to_what_was_allowed_is_taken_back_where_everything_ends(
    purpose: Purpose,
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    sign_in: Callable[[Identity], DeskBrowser],
) -> None:
    with working(database, identity) as work:
        answer(work, person, yes(purpose))
    refused = sign_in(identity).fill(f"/personas/{person}/consentimiento", {purpose.value: "no"})
    assert refused.status == 422
    assert "Retirar un permiso" in refused.text
    with serving(database), reading() as desk:
        assert queries.has_consent(desk.session, person, purpose, today=desk.today)


def test_nobody_can_be_asked_and_data_protection_looks_within_two_working_days(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    make_identity: Callable[..., Identity],
    sign_in: Callable[[Identity], DeskBrowser],
    clock: FixedClock,
) -> None:
    here = f"/personas/{person}/consentimiento/sin-respuesta"
    browser = sign_in(identity)
    short = browser.fill(here, {"basis": "emergency", "reason": "urge"})
    assert short.status == 422
    assert "al menos 15 letras" in short.text
    assert browser.fill(here, {"basis": "emergency", "reason": WHY}).location == f"/personas/{person}"
    assert basis(database, person) == "emergency"
    with working(database, identity) as work:
        save_mobility(work, person=person, mobility=MobilityFacts(profiles=("IDP",)), version=1)
    again = browser.fill(here, {"basis": "emergency", "reason": WHY})
    assert again.status == 422
    dpo = make_identity(database, Role.DPO, username="dpo")
    officer = sign_in(dpo)
    page = officer.get("/privacidad/revisiones")
    assert WHY in page.text
    assert "Marie" not in page.text
    assert "24 de noviembre de 2026" in page.text
    assert browser.get("/privacidad/revisiones").status == 403
    assert officer.fill("/privacidad/revisiones", {}, form="review-1").status == 303
    assert officer.fill("/privacidad/revisiones", {"verdict": "no"}, form="review-1").status == 303
    assert basis(database, person) == "withdrawn"
    assert "No hay nada por revisar" in officer.get("/privacidad/revisiones").text
    assert "Se cerró" in officer.get("/privacidad/revisiones?ver=revisadas").text
    assert "no se guardan sin su consentimiento" in browser.get(f"/personas/{person}").text


def test_her_own_yes_outlives_a_basis_that_is_not_upheld(
    database: Database, identity: Identity, person: uuid.UUID, make_identity: Callable[..., Identity]
) -> None:
    dpo = make_identity(database, Role.DPO, username="dpo")
    with working(database, identity) as work:
        use = actions.record_other_basis(work, person=person, new=NewBasis(OtherBasis.VITAL_INTEREST, WHY))
        answer(work, person, yes(Purpose.SENSITIVE))
    with pytest.raises(NotPermitted), working(database, identity) as work:
        actions.review_basis(work, use=use, upheld=True)
    with working(database, dpo) as work:
        actions.review_basis(work, use=use, upheld=False, note="Se le pudo preguntar")
    assert basis(database, person) == "consent"
    with pytest.raises(Refused) as no, working(database, dpo) as work:
        actions.review_basis(work, use=use, upheld=True)
    assert no.value.reason is Reason.ALREADY_REVIEWED
    with serving(database), reading() as desk:
        row = desk.session.scalars(select(BasisUse)).one()
        assert b"inconsciente" not in (row.reason_sealed or b"")


@pytest.mark.parametrize("decision", [Decision.NO, Decision.YES])
def test_whoever_said_no_is_respected_unless_a_child_is_in_danger(
    decision: Decision, database: Database, identity: Identity, person: uuid.UUID
) -> None:
    with working(database, identity) as work:
        answer(work, person, NewDecision(Purpose.SENSITIVE, decision, how="signed"))
        if decision is Decision.YES:
            actions.withdraw(work, person=person, purpose=Purpose.SENSITIVE)
    with pytest.raises(Refused) as no, working(database, identity) as work:
        actions.record_other_basis(work, person=person, new=NewBasis(OtherBasis.EMERGENCY, WHY))
    assert no.value.reason is Reason.SHE_SAID_NO
    with working(database, identity) as work:
        actions.record_other_basis(work, person=person, new=NewBasis(OtherBasis.CHILD_PROTECTION, WHY))


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_review_is_due_on_a_working_day_two_to_four_days_later(day: date) -> None:
    due = review_due(day)
    assert due.weekday() < 5
    assert 2 <= (due - day).days <= 4


def test_every_word_is_there() -> None:
    assert set(labels.REFUSALS) == set(Reason)
    assert set(labels.PURPOSES) == set(Purpose)
    assert set(labels.GIVEN_BY) == set(GivenBy)
    assert set(labels.OTHER_BASES) == set(OtherBasis)
    assert set(labels.WRITTEN_STATES) == set(WrittenState) == set(labels.WRITTEN_TAGS)


def test_the_adult_who_answers_for_a_child_is_proposed(
    database: Database, identity: Identity, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    child = register(database, identity, new_person("Luz", "Paz", birth="2012-01-01"))
    with working(database, identity) as work:
        add_guardian(work, child=child, new=NewGuardian(Kind.MOTHER, name="Rosa Paz"))
    page = sign_in(identity).get(f"/personas/{child}/consentimiento")
    assert page.form()["adult"] == ["Rosa Paz"]
    assert page.form()["given_by"] == ["guardian"]

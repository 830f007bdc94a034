"""Consent: what is asked and recorded, what opens and closes with it, and the page where it happens."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from referral.access.identity import Identity, Role
from referral.app import create_app
from referral.consent import actions, notice, queries
from referral.consent.facts import ASKED, ConsentState, Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.consent.models import Consent
from referral.consent.rules import Reason
from referral.directory.models import Organization
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.work import NotPermitted, OutOfReach, Work, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refusal import Refused
from referral.people.actions import save_mobility
from referral.people.facts import MobilityFacts
from referral.people.rules.registration import Reason as PeopleReason
from referral.staff.actions import sign_in as sign_in_account
from referral.staff.facts import Credentials
from tests.conftest import PASSWORD
from tests.desk_browser import DeskBrowser
from tests.factories.people import register

YES = {"how": "signed"}


@contextmanager
def working(database: Database, identity: Identity) -> Iterator[Work]:
    with serving(database, identity), unit_of_work("test") as work:
        yield work


def state(database: Database, identity: Identity, person: uuid.UUID) -> ConsentState:
    with serving(database, identity), reading() as desk:
        return queries.consent_state(desk.session, person)


def give_notice(work: Work, person: uuid.UUID) -> None:
    actions.record_notice(work, person=person, new=NewNotice(NoticeChannel.READ_ALOUD, "ht", interpreter=True))


def answer(work: Work, person: uuid.UUID, purpose: Purpose, decision: Decision = Decision.YES) -> None:
    how = "signed" if decision is Decision.YES else ""
    actions.record_decision(work, person=person, new=NewDecision(purpose, decision, how=how))


def partner(work: Work, key: str = "org") -> uuid.UUID:
    row = Organization(key=key, name_es="Casa de prueba", name_en="Test house", level="civil")
    work.session.add(row)
    work.session.flush()
    return row.id


@pytest.fixture
def identity(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


@pytest.fixture
def person(database: Database, identity: Identity) -> uuid.UUID:
    return register(database, identity)


def test_a_yes_needs_the_notice_first_and_a_no_does_not(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    with pytest.raises(Refused) as no, working(database, identity) as work:
        answer(work, person, Purpose.CARE)
    assert no.value.reason is Reason.NOTICE_NOT_GIVEN
    with working(database, identity) as work:
        answer(work, person, Purpose.CARE, Decision.NO)
    found = state(database, identity, person).of(Purpose.CARE)
    assert found is not None
    assert found.decision is Decision.NO


def test_a_written_consent_opens_its_door_until_its_last_day() -> None:
    service, last = uuid.uuid4(), date(2026, 11, 20)
    held = ConsentState(None, (), ((service, last), (uuid.uuid4(), last - timedelta(days=1))))
    assert held.opened(last) == {service}
    assert held.opened(last + timedelta(days=1)) == frozenset()


def test_a_yes_says_how_it_was_given(database: Database, identity: Identity, person: uuid.UUID) -> None:
    with pytest.raises(Refused) as no, working(database, identity) as work:
        give_notice(work, person)
        actions.record_decision(work, person=person, new=NewDecision(Purpose.CARE, Decision.YES))
    assert no.value.reason is Reason.HOW_MISSING
    assert state(database, identity, person).notice is None  # nothing was half done


def test_what_was_never_asked_is_not_allowed(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with working(database, identity) as work:
        give_notice(work, person)
        answer(work, person, Purpose.CARE)
        answer(work, person, Purpose.STATISTICS, Decision.NOT_NOW)
    found = state(database, identity, person)
    allowed = {purpose for purpose in Purpose if found.allows(purpose, clock.today())}
    assert allowed == {Purpose.CARE}
    assert found.notice is not None
    assert (found.notice.version, found.notice.interpreter) == (notice.notice().version, True)
    with serving(database, identity), reading() as desk:
        session, today = desk.session, desk.today
        assert queries.has_consent(session, person, Purpose.CARE, today=today)
        assert not queries.has_consent(session, person, Purpose.CONTACT, today=today)
        assert not queries.has_consent(session, person, Purpose.STATISTICS, today=today)
        assert queries.people_allowing(session, [person], Purpose.CARE, today=today) == {person}
        assert queries.people_allowing(session, [person], Purpose.STATISTICS, today=today) == frozenset()


def test_the_last_answer_counts_and_the_former_is_kept(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with working(database, identity) as work:
        give_notice(work, person)
        for decision in (Decision.YES, Decision.NO, Decision.YES, Decision.NOT_NOW):
            answer(work, person, Purpose.CONTACT, decision)
    assert not state(database, identity, person).allows(Purpose.CONTACT, clock.today())
    with serving(database, identity), reading() as desk:
        assert desk.session.scalar(select(func.count()).select_from(Consent)) == 4
        assert desk.session.scalar(select(func.count()).where(Consent.replaced_at.is_(None))) == 1


def test_the_database_itself_holds_one_answer_in_force(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    def row(**more: object) -> Consent:
        values = {"decision": "yes", "how": "signed", "language": "", "interpreter": False, "notice_version": "x"}
        return Consent(person_id=person, **{"purpose": "care", **values, **more})

    with pytest.raises(IntegrityError), working(database, identity) as work:
        work.session.add_all([row(at=work.now), row(at=work.now)])
        work.session.flush()
    with pytest.raises(IntegrityError), working(database, identity) as work:
        work.session.add(row(at=work.now, purpose="referral"))  # of no institution
        work.session.flush()


def test_sensitive_facts_open_with_their_own_yes_and_close_with_its_end(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    def write(version: int) -> None:
        with working(database, identity) as work:
            save_mobility(work, person=person, mobility=MobilityFacts(profiles=("TRANSIT",)), version=version)

    with working(database, identity) as work:
        give_notice(work, person)
        answer(work, person, Purpose.CARE)
    with pytest.raises(Refused) as no:
        write(1)
    assert no.value.reason is PeopleReason.SENSITIVE_CONSENT_MISSING
    with working(database, identity) as work:
        answer(work, person, Purpose.SENSITIVE)
    write(1)
    with working(database, identity) as work:
        actions.withdraw(work, person=person, purpose=Purpose.SENSITIVE)
    with pytest.raises(Refused):
        write(2)
    with working(database, identity) as work:
        answer(work, person, Purpose.SENSITIVE)
    write(2)
    with working(database, identity) as work:
        answer(work, person, Purpose.SENSITIVE, Decision.NO)
    with pytest.raises(Refused):
        write(3)


def test_a_partner_is_asked_for_alone_runs_out_and_is_taken_back_alone(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with working(database, identity) as work:
        give_notice(work, person)
        one, other = partner(work, "one"), partner(work, "other")
        for organization in (one, other):
            decision = NewDecision(
                Purpose.REFERRAL,
                Decision.YES,
                how="verbal_witness",
                organization=organization,
                expires_on=work.today + timedelta(days=90),
            )
            actions.record_decision(work, person=person, new=decision)
    today = clock.today()
    found = state(database, identity, person)
    assert found.allows(Purpose.REFERRAL, today + timedelta(days=90), one)
    assert not found.allows(Purpose.REFERRAL, today + timedelta(days=91), one)
    assert not found.allows(Purpose.REFERRAL, today)  # there is no consent to referrals at large
    with working(database, identity) as work:
        actions.withdraw(work, person=person, purpose=Purpose.REFERRAL, organization=one)
    with serving(database, identity), reading() as desk:
        allowed = [
            queries.has_consent(desk.session, person, Purpose.REFERRAL, organization, today=today)
            for organization in (one, other)
        ]
    assert allowed == [False, True]


def test_withdrawing_what_was_never_given_is_said_so(database: Database, identity: Identity, person: uuid.UUID) -> None:
    with working(database, identity) as work:
        answer(work, person, Purpose.CONTACT, Decision.NO)
    for purpose in (Purpose.CARE, Purpose.CONTACT):
        with pytest.raises(Refused) as no, working(database, identity) as work:
            actions.withdraw(work, person=person, purpose=purpose)
        assert no.value.reason is Reason.NOTHING_TO_WITHDRAW


def test_another_desk_records_nothing(
    database: Database, identity: Identity, person: uuid.UUID, make_identity: Callable[..., Identity]
) -> None:
    other = make_identity(database, username="otra", desk="Mesa Sur")
    with pytest.raises(OutOfReach), working(database, other) as work:
        answer(work, person, Purpose.CARE, Decision.NO)
    with pytest.raises(OutOfReach), working(database, identity) as work:
        answer(work, uuid.uuid4(), Purpose.CARE, Decision.NO)


def test_the_page_proposes_no_answer_and_saves_what_was_answered(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    sign_in: Callable[[Identity], DeskBrowser],
    clock: FixedClock,
) -> None:
    browser = sign_in(identity)
    page = browser.get(f"/personas/{person}/consentimiento")
    assert page.status == 200
    sent = page.form()
    assert not {"care", "sensitive", "contact", "certificate", "statistics", "how", "notice_channel"} & sent.keys()
    assert sent["language"] == ["ht"]
    boxes = {"notice_channel": "read_aloud", "care": "yes", "sensitive": "later", "statistics": "no", **YES}
    saved = browser.fill(f"/personas/{person}/consentimiento", boxes)
    assert (saved.status, saved.location) == (303, f"/personas/{person}")
    found = state(database, identity, person)
    assert {one.purpose: one.decision for one in found.recorded} == {
        Purpose.CARE: Decision.YES,
        Purpose.SENSITIVE: Decision.NOT_NOW,
        Purpose.STATISTICS: Decision.NO,
    }
    assert found.notice is not None
    assert found.notice.channel is NoticeChannel.READ_ALOUD
    again = browser.get(f"/personas/{person}/consentimiento")
    assert f"/personas/{person}/permisos/retirar" in again.links()


def test_the_page_says_what_to_do_and_keeps_the_answers(
    identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    browser, here = sign_in(identity), f"/personas/{person}/consentimiento"
    empty = browser.fill(here, {})
    assert empty.status == 422
    assert "Marque al menos una respuesta" in empty.text
    without_notice = browser.fill(here, {"care": "yes", **YES})
    assert without_notice.status == 422
    assert "dé el aviso de privacidad" in without_notice.text
    assert without_notice.form()["care"] == ["yes"]
    without_how = browser.fill(here, {"notice_channel": "printed", "care": "yes"})
    assert without_how.status == 422
    assert "Marque cómo dio su permiso" in without_how.text
    browser.switch("en")
    assert browser.get(here).status == 200


def test_the_notice_is_for_anybody_in_both_languages(nobody: DeskBrowser) -> None:
    page = nobody.get("/aviso")
    assert page.status == 200
    assert "Decir que no a algo no le quita la atención" in page.text
    assert "valores de ejemplo" in page.text
    assert "EJEMPLO" not in page.text
    assert "{" not in page.text
    nobody.switch("en")
    assert "Saying no to something does not cost you help" in nobody.get("/aviso").text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CASEWORKER])
def test_only_who_serves_records(role: Role, sqlite: Database, make_identity: Callable[..., Identity]) -> None:
    caseworker = make_identity(sqlite)
    person = register(sqlite, caseworker)
    other = make_identity(sqlite, role, username="otra", organization=uuid.uuid4() if role is Role.PARTNER else None)
    with pytest.raises(NotPermitted), working(sqlite, other) as work:
        answer(work, person, Purpose.CARE, Decision.NO)


def test_two_answers_at_once_leave_one_in_force(database: Database, identity: Identity, person: uuid.UUID) -> None:
    with working(database, identity) as work:
        give_notice(work, person)

    def say(number: int) -> None:
        with working(database, identity) as work:
            answer(work, person, Purpose.CONTACT, Decision.YES if number % 2 else Decision.NO)

    with ThreadPoolExecutor(4) as clerks:
        list(clerks.map(say, range(12)))
    with serving(database, identity), reading() as desk:
        assert desk.session.scalar(select(func.count()).select_from(Consent)) == 12
        assert desk.session.scalar(select(func.count()).where(Consent.replaced_at.is_(None))) == 1


def test_the_page_takes_few_statements_however_much_was_answered(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    with working(database, identity) as work:
        give_notice(work, person)
        for purpose in ASKED:
            answer(work, person, purpose)
        for number in range(5):
            organization = partner(work, f"org{number}")
            new = NewDecision(Purpose.REFERRAL, Decision.YES, how="signed", organization=organization)
            actions.record_decision(work, person=person, new=new)
    browser = sign_in(identity)
    browser.get(f"/personas/{person}/consentimiento")  # the reading is logged once, apart
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *parts: statements.append(parts[2]))
    page = browser.get(f"/personas/{person}/consentimiento")
    assert page.text.count("Casa de prueba") >= 5
    assert len([words for words in statements if words.lstrip().startswith("SELECT")]) <= 8


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    boxes=st.dictionaries(
        st.sampled_from(("notice_channel", "language", "interpreter", "care", "sensitive", "how", "once", "_extra")),
        st.one_of(st.text(max_size=30), st.sampled_from(("yes", "no", "later", "signed", "read_aloud", "es", "1"))),
    )
)
def test_whatever_is_sent_is_answered_in_words(
    sqlite: Database, make_identity: Callable[..., Identity], tmp_path: Path, boxes: dict[str, str]
) -> None:
    name = f"caso{uuid.uuid4().hex[:8]}"
    identity = make_identity(sqlite, username=name)
    person = register(sqlite, identity)
    app = create_app(Settings(home=tmp_path, local=True), sqlite)
    with serving(sqlite), unit_of_work("test") as work:
        token = sign_in_account(work, Credentials(name, PASSWORD, "test"))
    browser = DeskBrowser(app, token or "")
    here = f"/personas/{person}/consentimiento"
    sent = {"once": str(uuid.uuid4()), "csrf_token": browser.csrf(), **boxes}
    assert browser.post(here, sent).status in {303, 422}

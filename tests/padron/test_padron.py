"""The inscription: who, what is missing, one folio each even when many desks inscribe at once, renewing, the page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referral.access.identity import Identity
from referral.consent.actions import record_decision, record_notice
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.infra.db import Database
from referral.infra.work import OutOfReach, Work, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.codes import PROFILES
from referral.kernel.folio import EXAMPLE_MASK, FolioProblem, read_folio
from referral.kernel.names import PersonNames
from referral.kernel.refusal import Refused
from referral.padron import labels
from referral.padron.actions import inscribe, renew
from referral.padron.facts import InscriptionLine, InscriptionState, Term
from referral.padron.models import FolioCounter, Inscription
from referral.padron.queries import inscription_of
from referral.padron.rules import Eligibility, Missing, Reason, check_inscribe, eligibility, last_day
from referral.people.actions import register_person, save_mobility
from referral.people.facts import IdentityFacts, MobilityFacts
from referral.people.queries.cards import person_card
from tests.desk_browser import DeskBrowser
from tests.factories.people import new_person, register

TERM = Term(EXAMPLE_MASK, 12)


@contextmanager
def working(database: Database, identity: Identity | None) -> Iterator[Work]:
    with serving(database, identity), unit_of_work("test") as work:
        yield work


def consent(work: Work, person: uuid.UUID, *purposes: Purpose) -> None:
    record_notice(work, person=person, new=NewNotice(NoticeChannel.READ_ALOUD))
    for purpose in purposes:
        record_decision(work, person=person, new=NewDecision(purpose, Decision.YES, how="signed"))


def found(database: Database, person: uuid.UUID) -> InscriptionLine | None:
    with serving(database), reading() as desk:
        return inscription_of(desk.session, person)


@pytest.fixture
def identity(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


@pytest.fixture
def person(database: Database, identity: Identity) -> uuid.UUID:
    """Registered, and willing to be inscribed."""
    ref = register(database, identity)
    with working(database, identity) as work:
        consent(work, ref, Purpose.CARE)
    return ref


def test_the_folio_is_of_the_mask_on_the_person_and_on_the_inscription(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with working(database, identity) as work:
        folio = inscribe(work, person=person, term=TERM)
    assert (read_folio(EXAMPLE_MASK, folio).year, read_folio(EXAMPLE_MASK, folio).number) == (2026, 1)
    line = found(database, person)
    assert line is not None
    assert (line.folio, line.inscribed_on, line.valid_to) == (folio, date(2026, 11, 20), date(2027, 11, 20))
    assert line.desk_name == "Mesa Centro"
    assert line.state(clock.today()) is InscriptionState.IN_FORCE
    with serving(database), reading() as desk:
        assert person_card(desk.session, person).folio == folio


def test_without_consent_or_name_it_says_what_is_missing_and_uses_no_number(
    database: Database, identity: Identity
) -> None:
    known_by = replace(new_person(), identity=IdentityFacts(PersonNames(chosen="La Güera")))
    person = register(database, identity, known_by)
    with pytest.raises(Refused) as no, working(database, identity) as work:
        inscribe(work, person=person, term=TERM)
    assert no.value.reason is Reason.NOT_READY
    assert no.value.values["missing"] == (Missing.CARE_CONSENT, Missing.NAME)
    with serving(database), reading() as desk:
        assert desk.session.scalar(select(FolioCounter.last)) is None


def test_somebody_inscribed_keeps_her_folio(database: Database, identity: Identity, person: uuid.UUID) -> None:
    with working(database, identity) as work:
        folio = inscribe(work, person=person, term=TERM)
    with pytest.raises(Refused) as no, working(database, identity) as work:
        inscribe(work, person=person, term=TERM)
    assert (no.value.reason, no.value.values["folio"]) == (Reason.ALREADY_INSCRIBED, folio)
    with pytest.raises(OutOfReach), working(database, identity) as work:
        inscribe(work, person=uuid.uuid4(), term=TERM)


def test_a_number_goes_back_with_the_inscription_that_was_undone(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    with pytest.raises(ZeroDivisionError), working(database, identity) as work:
        inscribe(work, person=person, term=TERM)
        raise ZeroDivisionError
    with working(database, identity) as work:
        assert read_folio(EXAMPLE_MASK, inscribe(work, person=person, term=TERM)).number == 1


def test_each_year_counts_from_one(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with working(database, identity) as work:
        inscribe(work, person=person, term=TERM)
    clock.advance(days=60)
    other = register(database, identity, new_person("Otra", "Persona"))
    with working(database, identity) as work:
        consent(work, other, Purpose.CARE)
        folio = read_folio(EXAMPLE_MASK, inscribe(work, person=other, term=TERM))
    assert (folio.year, folio.number) == (2027, 1)


def test_eight_desks_at_once_give_no_folio_twice(database: Database, identity: Identity) -> None:
    """8 threads, 25 inscriptions each, from a year with no counter yet."""
    with working(database, identity) as work:
        people = [register_person(work, new_person(f"Persona{number}", "Ejemplo", phone="")) for number in range(200)]
        for person in people:
            consent(work, person, Purpose.CARE)

    def inscribe_all(mine: list[uuid.UUID]) -> list[str]:
        given = []
        for person in mine:
            with working(database, identity) as work:
                given.append(inscribe(work, person=person, term=TERM))
        return given

    with ThreadPoolExecutor(8) as desks:
        folios = [folio for given in desks.map(inscribe_all, [people[n::8] for n in range(8)]) for folio in given]
    assert len(set(folios)) == 200
    assert {read_folio(EXAMPLE_MASK, folio).number for folio in folios} == set(range(1, 201))
    with serving(database), reading() as desk:
        assert desk.session.scalar(select(FolioCounter.last)) == 200


def test_eight_clicks_for_one_person_inscribe_her_once(
    database: Database, identity: Identity, person: uuid.UUID
) -> None:
    def click(_: int) -> str | Reason:
        try:
            with working(database, identity) as work:
                return inscribe(work, person=person, term=TERM)
        except Refused as no:
            return Reason(no.reason)

    with ThreadPoolExecutor(8) as desks:
        answers = list(desks.map(click, range(8)))
    assert answers.count(Reason.ALREADY_INSCRIBED) == 7
    with serving(database), reading() as desk:
        assert len(desk.session.scalars(select(Inscription)).all()) == 1


def test_renewing_keeps_the_folio_and_moves_the_term(
    database: Database, identity: Identity, person: uuid.UUID, clock: FixedClock
) -> None:
    with pytest.raises(Refused) as early, working(database, identity) as work:
        renew(work, person=person, term=TERM)
    assert early.value.reason is Reason.NOT_INSCRIBED
    with working(database, identity) as work:
        folio = inscribe(work, person=person, term=TERM)
    with pytest.raises(Refused) as same_day, working(database, identity) as work:
        renew(work, person=person, term=TERM)
    assert (same_day.value.reason, same_day.value.values["days"]) == (Reason.TOO_EARLY, 335)
    clock.advance(days=400)
    lapsed = found(database, person)
    assert lapsed is not None
    assert lapsed.state(clock.today()) is InscriptionState.LAPSED
    with working(database, identity) as work:
        renew(work, person=person, term=TERM)
    line = found(database, person)
    assert line is not None
    assert (line.folio, line.inscribed_on, line.state(clock.today())) == (
        folio,
        date(2026, 11, 20),
        InscriptionState.IN_FORCE,
    )


def test_profiles_decide_as_the_code_list_says() -> None:
    assert eligibility(()) is Eligibility.OPEN
    for profile in PROFILES:
        expected = {"yes": Eligibility.OPEN, "confirm": Eligibility.CONFIRM, "no": Eligibility.SERVED_ONLY}
        assert eligibility([profile.code]) is expected[profile.registrable]
    assert eligibility(["FAMILY_OF_ABROAD", "RETURN_DEP"]) is Eligibility.OPEN
    assert eligibility(["FAMILY_OF_ABROAD", "IDP"]) is Eligibility.CONFIRM


@given(st.sets(st.sampled_from(PROFILES.codes())), st.booleans(), st.booleans(), st.booleans())
def test_nothing_but_profile_name_and_consent_is_a_condition(
    profiles: set[str], care: bool, name: bool, confirmed: bool
) -> None:
    eligible = eligibility(profiles)
    missing = tuple(one for one, met in ((Missing.CARE_CONSENT, care), (Missing.NAME, name)) if not met)
    open_to = eligible is Eligibility.OPEN or (eligible is Eligibility.CONFIRM and confirmed)
    try:
        check_inscribe(missing=missing, eligible=eligible, confirmed=confirmed, current_folio=None)
    except Refused:
        assert missing or not open_to
    else:
        assert open_to
        assert not missing


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 20), 12, date(2027, 11, 20)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 10, 31), 4, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_a_term_ends_on_the_same_day_or_the_month_s_last(start: date, months: int, end: date) -> None:
    assert last_day(start, months) == end


def test_the_page_lists_what_is_missing_with_a_way_to_each(
    database: Database, identity: Identity, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    known_by = replace(new_person(), identity=IdentityFacts(PersonNames(chosen="La Güera")))
    ref = register(database, identity, known_by)
    page = sign_in(identity).get(f"/personas/{ref}/padron")
    assert page.status == 200
    assert {f"/personas/{ref}/consentimiento", f"/personas/{ref}/datos/identidad"} <= set(page.links())
    assert not page.all("form", id="main-form")


def test_the_page_inscribes_shows_the_folio_and_renews(
    database: Database,
    identity: Identity,
    person: uuid.UUID,
    sign_in: Callable[[Identity], DeskBrowser],
    clock: FixedClock,
) -> None:
    browser, here = sign_in(identity), f"/personas/{person}/padron"
    saved = browser.fill(here, {})
    assert (saved.status, saved.location) == (303, here)
    line = found(database, person)
    assert line is not None
    page = browser.get(here)
    assert line.folio in page.text
    assert f"/personas/{person}/constancia" in page.links()
    assert not page.all("form", id="renew")
    again = browser.post(here, {"once": str(uuid.uuid4())})
    assert (again.status, again.location) == (303, here)
    again = browser.get(here)
    assert "La inscripción ya estaba hecha. No se hizo otra." in again.text
    assert line.folio in again.text
    assert found(database, person) == line
    clock.advance(days=390)
    browser = sign_in(identity)
    assert "Vencida" in browser.get(here).text
    assert browser.fill(here, {}, form="renew").location == here
    assert "Vigente" in browser.get(here).text


def test_a_profile_to_be_confirmed_asks_and_one_that_is_served_only_leads_on(
    database: Database, identity: Identity, person: uuid.UUID, sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    def with_profile(code: str, version: int) -> None:
        with working(database, identity) as work:
            save_mobility(work, person=person, mobility=MobilityFacts(profiles=(code,)), version=version)

    with working(database, identity) as work:
        consent(work, person, Purpose.SENSITIVE)
    browser, here = sign_in(identity), f"/personas/{person}/padron"
    with_profile("FAMILY_OF_ABROAD", 1)
    served = browser.get(here)
    assert "se le atiende y se le canaliza igual" in served.text
    assert f"/personas/{person}" in served.links()
    assert browser.post(here, {"once": str(uuid.uuid4())}).status == 422
    with_profile("IDP", 2)
    unsure = browser.fill(here, {})
    assert unsure.status == 422
    assert "Marque que ya se confirmó" in unsure.text
    assert browser.fill(here, {"confirmed": "1"}).status == 303


def test_every_folio_problem_has_words() -> None:
    assert set(labels.FOLIO_PROBLEMS) == set(FolioProblem)

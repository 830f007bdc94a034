"""The page of the audit trail: who sees whose acts, its filters, and that it never shows a value."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import referral
from referral.access.identity import Identity, Role
from referral.consent.actions import record_decision
from referral.consent.facts import Decision, NewDecision, Purpose
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.folio import EXAMPLE_MASK
from referral.padron.actions import inscribe
from referral.padron.facts import Term
from referral.people.models import Person
from referral.trail.facts import pseudonym
from referral.trail.labels.lines import ACTIONS, READINGS
from referral.trail.rules.days import NoDay, asked_days
from tests.conftest import NOW
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.factories.people import new_person, register

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]
TODAY = date(2026, 11, 20)
PAGE = "/auditoria"


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def norte(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database, username="norte", desk="Mesa Norte")


@pytest.fixture
def marie(database: Database, caso: Identity) -> uuid.UUID:
    return make.served_person(database, caso)


@pytest.fixture
def wendy(database: Database, norte: Identity) -> uuid.UUID:
    return register(database, norte, new_person("Wendy", "López"))


def rows(page: object) -> list[str]:
    return [" ".join("".join(row.itertext()).split()) for row in page.all("tr")[1:]]  # type: ignore[attr-defined]


def inscribed(database: Database, caso: Identity, person: uuid.UUID) -> str:
    with serving(database, caso), unit_of_work("padron.inscribe") as work:
        record_decision(work, person=person, new=NewDecision(Purpose.CARE, Decision.YES, how="signed"))
        inscribe(work, person=person, term=Term(EXAMPLE_MASK, 12))
        return work.session.get_one(Person, person).folio or ""


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("role", "sees"),
        [(Role.CASEWORKER, set()), (Role.SUPERVISOR, {"marie"}), (Role.AUDITOR, {"marie", "wendy"}),
         (Role.DPO, {"marie", "wendy"})],
    )  # fmt: skip
    def test_own_acts_the_desk_s_or_everybody_s(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn,
        marie: uuid.UUID, wendy: uuid.UUID, role: Role, sees: set[str],
    ) -> None:  # fmt: skip
        reader = make_identity(database, role, username="lee")
        page = sign_in(reader).get(PAGE)
        found = {name for name, ref in (("marie", marie), ("wendy", wendy)) if pseudonym(ref) in page.text}
        assert found == sees

    @pytest.mark.parametrize("role", [Role.PARTNER, Role.ADMINISTRATOR])
    def test_others_have_no_such_page(
        self, database: Database, make_identity: MakeIdentity, sign_in: SignIn, role: Role
    ) -> None:
        organization = uuid.uuid4() if role is Role.PARTNER else None
        browser = sign_in(make_identity(database, role, username="otra", organization=organization))
        assert browser.get(PAGE).status == 403
        assert PAGE not in browser.get("/").links()

    def test_a_caseworker_meets_her_own_readings(
        self, database: Database, caso: Identity, norte: Identity, marie: uuid.UUID, sign_in: SignIn
    ) -> None:
        browser = sign_in(caso)
        browser.get(f"/personas/{marie}")
        page = browser.get(PAGE)
        assert "Abrió el expediente" in page.text
        assert "Registró a una persona" in page.text
        assert not page.all("select", name="cuenta")
        assert not page.all("form", id="folio-form")
        assert "Abrió el expediente" not in sign_in(norte).get(PAGE).text.partition("Cuándo")[2]
        assert PAGE in browser.get("/").links()


class TestWhatItTells:
    def test_names_of_fields_and_never_what_they_hold(
        self, database: Database, caso: Identity, marie: uuid.UUID, sign_in: SignIn
    ) -> None:
        make.load_directory(database)
        page = sign_in(caso).get(f"{PAGE}?accion=change:people.register")
        assert "Nombre(s)" in page.text or "given" in page.text
        for value in ("Marie-Ange", "Joseph", "5555550123", "1994"):
            assert value not in page.text, value
        assert str(marie) not in page.text

    def test_every_named_action_has_words(self) -> None:
        source = "\n".join(path.read_text() for path in _sources())
        named = set(re.findall(r'unit_of_work\(\s*"([a-z_.]+)"', source))
        missing = {name for name in named if not name.startswith(("demo.", "test"))} - ACTIONS.keys()
        assert named
        assert not missing, "write them in trail/labels/lines.py"

    def test_every_reading_has_words(self) -> None:
        source = "\n".join(path.read_text() for path in _sources())
        noted = set(re.findall(r'\.saw\([^)\n]*, "([a-z_]+)"\)', source))
        assert "file" in noted
        assert not noted - READINGS.keys(), "write them in trail/labels/lines.py"


def _sources() -> Iterator[Path]:
    return Path(referral.__file__).parent.rglob("*.py")


class TestFilters:
    def test_by_file_account_and_action(
        self, database: Database, caso: Identity, marie: uuid.UUID, wendy: uuid.UUID, norte: Identity,
        make_identity: MakeIdentity, sign_in: SignIn,
    ) -> None:  # fmt: skip
        sign_in(caso).get(f"/personas/{marie}")
        browser = sign_in(make_identity(database, Role.DPO, username="datos"))

        def shown(query: str) -> str:
            return " ".join(rows(browser.get(f"{PAGE}?{query}")))

        assert pseudonym(wendy) not in shown(f"persona={marie}")
        assert pseudonym(marie) in shown(f"persona={marie}")
        assert pseudonym(marie) not in shown(f"cuenta={norte.staff}")
        assert pseudonym(wendy) in shown(f"cuenta={norte.staff}")
        assert "Registró" not in shown("accion=reading:")
        assert "Abrió el expediente" in shown("accion=reading:file")
        assert "Abrió el expediente" not in shown("accion=change:")
        assert shown("accion=change:people.register")
        assert shown("accion=reading:photo") == ""
        assert "En esos días no hay nada" in browser.get(f"{PAGE}?desde=2020-01-01&hasta=2020-01-02").text

    def test_a_period_ends_with_its_last_day(
        self, database: Database, clock: FixedClock, caso: Identity, marie: uuid.UUID, sign_in: SignIn
    ) -> None:
        clock.set(NOW + timedelta(days=10))
        browser = sign_in(caso)
        assert pseudonym(marie) not in browser.get(PAGE).text
        assert pseudonym(marie) in browser.get(f"{PAGE}?desde=20/11/2026&hasta=20/11/2026").text
        assert pseudonym(marie) not in browser.get(f"{PAGE}?desde=21/11/2026").text

    @pytest.mark.parametrize("query", ["desde=ayer", "desde=31/02/2026", "desde=20/11/2026&hasta=19/11/2026"])
    def test_days_that_cannot_be_read_say_so(self, caso: Identity, sign_in: SignIn, query: str) -> None:
        page = sign_in(caso).get(f"{PAGE}?{query}")
        assert page.status == 200
        assert "No se entienden los días" in page.text

    @pytest.mark.parametrize("query", ["persona=x", "cuenta=x", "accion=x", "accion=x:y", "p=0", "p=9999999"])
    def test_what_is_none_of_ours_is_left_out(self, caso: Identity, sign_in: SignIn, query: str) -> None:
        assert sign_in(caso).get(f"{PAGE}?{query}").status == 200

    def test_pages_follow_without_a_gap(
        self, database: Database, caso: Identity, marie: uuid.UUID, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("referral.trail.views.PER_PAGE", 3)
        make.load_directory(database)
        for _visit in range(2):
            make.note_need(database, caso, marie, ["BASIC_FOOD", "HEALTH_GENERAL"][_visit])
        browser = sign_in(caso)
        browser.get(f"/personas/{marie}")
        monkeypatch.setattr("referral.trail.views.PER_PAGE", 100)
        whole = rows(browser.get(PAGE))
        monkeypatch.setattr("referral.trail.views.PER_PAGE", 3)
        paged: list[str] = []
        address = PAGE
        while address:
            page = browser.get(address)
            paged += rows(page)
            address = next((node.get("href") for node in page.all("a", rel="next")), "")
        assert paged == whole
        assert len(whole) > 4


class TestByFolio:
    def test_data_protection_finds_a_file_by_its_folio(
        self, database: Database, caso: Identity, marie: uuid.UUID, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        folio = inscribed(database, caso, marie)
        browser = sign_in(make_identity(database, Role.DPO, username="datos"))
        sent = browser.fill(PAGE, {"folio": folio.lower()}, form="folio-form")
        assert (sent.status, sent.location) == (303, f"{PAGE}?persona={marie}")
        assert folio not in sent.location
        missing = browser.fill(PAGE, {"folio": "PHM-2026-999999-0"}, form="folio-form", follow=True)
        assert "No hay un expediente con ese folio" in missing.text

    def test_whoever_reads_pseudonyms_cannot_ask_whose_they_are(
        self, database: Database, caso: Identity, marie: uuid.UUID, make_identity: MakeIdentity, sign_in: SignIn
    ) -> None:
        folio = inscribed(database, caso, marie)
        for role, desk in ((Role.AUDITOR, ""), (Role.SUPERVISOR, "Mesa Norte")):
            browser = sign_in(make_identity(database, role, username=role.value, desk=desk))
            assert not browser.post(f"{PAGE}/persona", {"folio": folio}).location
        auditor = sign_in(make_identity(database, Role.AUDITOR, username="otra"))
        assert not auditor.get(PAGE).all("form", id="folio-form")
        boss = sign_in(make_identity(database, Role.SUPERVISOR, username="jefa"))
        assert str(marie) in boss.post(f"{PAGE}/persona", {"folio": folio}).location


class TestDays:
    def test_the_last_week_when_nothing_is_asked(self) -> None:
        assert asked_days("", " ", TODAY) == (date(2026, 11, 14), TODAY)
        assert asked_days("", "10/11/2026", TODAY) == (date(2026, 11, 4), date(2026, 11, 10))

    @given(st.dates(date(2000, 1, 1), TODAY))
    def test_both_ways_of_writing_a_day(self, day: date) -> None:
        for written in (day.isoformat(), f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}"):
            assert asked_days(written, "", TODAY) == (day, TODAY)

    @given(st.text(max_size=12))
    def test_any_text_is_days_or_none(self, text: str) -> None:
        try:
            first, last = asked_days(text, "", TODAY)
        except NoDay:
            return
        assert first <= last

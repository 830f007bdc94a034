"""What is protected of a file takes two people: one asks with the glass broken, another decides with a password."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.consent.actions import record_decision
from referral.consent.facts import Decision, NewDecision, Purpose
from referral.infra.audit import AuditEntry
from referral.infra.db import Database
from referral.infra.work import NotPermitted, OutOfReach, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refusal import Refused
from referral.people.actions import save_section
from referral.people.facts import Section
from referral.people.models import GuardedOpening
from referral.people.queries.cards import person_record
from referral.people.queries.reserved import StillReserved, whole_record
from referral.privacy.rules import Reason
from referral.staff.actions import add_staff
from referral.staff.facts import NewStaff
from tests.conftest import NOW, PASSWORD
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.factories.glass import WHY, ask_guarded, break_both, break_glass, decide_guarded

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]
ASKINGS = "/privacidad/protegido"
YES = {"verdict": "yes", "password": PASSWORD}


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


def boss(database: Database, caso: Identity, username: str) -> Identity:
    with serving(database), unit_of_work("test.staff") as work:
        staff = add_staff(work, NewStaff(username, f"Prueba {username}", Role.SUPERVISOR, PASSWORD, desk=caso.desk))
    return replace(caso, staff=staff, role=Role.SUPERVISOR, username=username, name=f"Prueba {username}")


@pytest.fixture
def jefa(database: Database, caso: Identity) -> Identity:
    return boss(database, caso, "jefa")


@pytest.fixture
def otra(database: Database, caso: Identity) -> Identity:
    return boss(database, caso, "otra")


@pytest.fixture
def datos(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database, Role.DPO, username="datos")


@pytest.fixture
def person(database: Database, caso: Identity) -> uuid.UUID:
    """Somebody who told of trafficking, with a note."""
    make.load_directory(database)
    ref = make.served_person(database, caso)
    with serving(database, caso), unit_of_work("test.told") as work:
        record_decision(work, person=ref, new=NewDecision(Purpose.SENSITIVE, Decision.YES, how="signed"))
        save_section(
            work, person=ref, section=Section.ATTENTION, answers={"protected.attention": ("LOC-TRAFF",)}, version=1
        )
    return ref


def asks(ref: uuid.UUID) -> str:
    return f"/personas/{ref}/protegido"


def reads(database: Database, who: Identity, ref: uuid.UUID) -> tuple[bool, bool]:
    """Whether this account reads the reserved part, and what is protected of it."""
    with serving(database, who), reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref)
        return record.reads_protected, bool(record.protected.attention)


class TestTwoPeople:
    @pytest.mark.parametrize("second", ["otra", "datos"])
    def test_it_opens_when_another_account_says_so_and_closes_again(
        self, database: Database, clock: FixedClock, jefa: Identity, person: uuid.UUID, sign_in: SignIn,
        request: pytest.FixtureRequest, second: str,
    ) -> None:  # fmt: skip
        break_glass(database, jefa, person)
        asker, decider = sign_in(jefa), sign_in(request.getfixturevalue(second))
        page = asker.get(f"/personas/{person}")
        assert "Lo protegido sigue cerrado" in page.text
        assert asks(person) in page.links()
        sent = asker.fill(asks(person), {"words": WHY})
        assert sent.status == 303
        assert "espera a una segunda persona" in asker.get(sent.location).text
        assert "espera a una segunda persona" in asker.get(f"/personas/{person}").text
        assert reads(database, jefa, person) == (True, False)
        assert "Necesidades de atención" not in asker.get(f"/personas/{person}/datos").text  # and not "sin preguntar"
        waiting = decider.get(ASKINGS)
        assert WHY in waiting.text
        assert "Marie-Ange" not in waiting.text
        [door] = [link for link in waiting.links() if link.startswith(f"{ASKINGS}/")]
        assert "Marie-Ange" not in decider.get(door).text
        assert decider.fill(door, YES).location == ASKINGS
        assert reads(database, jefa, person) == (True, True)
        assert "Necesidades de atención" in asker.get(f"/personas/{person}/datos").text
        assert (
            "También lo protegido está abierto para usted, hasta el 20 nov 2026, 12:00"
            in asker.get(f"/personas/{person}").text
        )
        clock.set(NOW + timedelta(minutes=61))
        assert reads(database, jefa, person) == (False, False)

    def test_the_glass_alone_judges_no_door_and_leads_to_asking(
        self, database: Database, caso: Identity, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        need = make.note_need(database, caso, person)
        wanted = f"/personas/{person}/necesidades/{need}/puertas"
        break_glass(database, jefa, person)
        browser = sign_in(jefa)
        asked = browser.get(wanted)
        assert asked.status == 303
        assert asked.location.startswith(asks(person))
        late = browser.post(f"/personas/{person}/alertas", {"rule": "R09", "answer": "done_called", "note": "Ya llamé"})
        assert late.status == 409
        assert "Ya llamé" in late.text
        assert "Falta abrir lo protegido" in late.text

    def test_a_file_with_nothing_protected_needs_no_second_person(
        self, database: Database, caso: Identity, jefa: Identity
    ) -> None:
        ref = make.served_person(database, caso)
        break_glass(database, jefa, ref)
        with serving(database, jefa), reading() as desk:
            assert whole_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref).reads_whole

    def test_it_is_for_who_asked_and_no_longer_than_the_glass(
        self, database: Database, clock: FixedClock, jefa: Identity, otra: Identity, person: uuid.UUID
    ) -> None:
        break_both(database, jefa, otra, person)
        break_glass(database, otra, person)
        assert reads(database, jefa, person) == (True, True)
        assert reads(database, otra, person) == (True, False)
        clock.set(NOW + timedelta(minutes=45))
        with pytest.raises(Refused):
            ask_guarded(database, jefa, person)
        clock.set(NOW + timedelta(minutes=61))
        with pytest.raises(StillReserved):
            ask_guarded(database, jefa, person)

    def test_who_serves_her_reads_it_as_before(self, database: Database, caso: Identity, person: uuid.UUID) -> None:
        assert reads(database, caso, person) == (True, True)


class TestDeciding:
    def test_nobody_decides_her_own(
        self, database: Database, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        break_glass(database, jefa, person)
        asking = ask_guarded(database, jefa, person)
        with pytest.raises(Refused) as no:
            decide_guarded(database, jefa, asking)
        assert no.value.reason is Reason.OWN_ASKING
        browser = sign_in(jefa)
        assert "lo decide otra persona" in browser.get(ASKINGS).text
        assert browser.get(f"{ASKINGS}/{asking}").status == 303
        with serving(database), pytest.raises(IntegrityError), unit_of_work("test") as work:
            row = work.hold(GuardedOpening, asking)
            row.decided_at, row.decided_by, row.granted = work.now, jefa.staff, True
            row.until = work.now + timedelta(hours=1)

    def test_only_who_may(
        self, database: Database, caso: Identity, jefa: Identity, person: uuid.UUID, make_identity: MakeIdentity
    ) -> None:
        break_glass(database, jefa, person)
        asking = ask_guarded(database, jefa, person)
        with pytest.raises(NotPermitted):
            decide_guarded(database, caso, asking)
        with pytest.raises(OutOfReach):
            decide_guarded(database, make_identity(database, Role.SUPERVISOR, username="sur", desk="Mesa Sur"), asking)

    def test_refusing_is_written_down_and_told(
        self, database: Database, jefa: Identity, datos: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        break_glass(database, jefa, person)
        asking = ask_guarded(database, jefa, person)
        decider = sign_in(datos)
        no = {"verdict": "no", "note": "Puede esperar al lunes", "password": PASSWORD}
        assert decider.fill(f"{ASKINGS}/{asking}", no).status == 303
        assert reads(database, jefa, person) == (True, False)
        assert "Puede esperar al lunes" in decider.get(f"{ASKINGS}?ver=decididas").text
        browser = sign_in(jefa)
        assert "La vez anterior no se concedió" in browser.get(f"/personas/{person}").text
        assert "no se concedió" in browser.get(asks(person)).text
        with pytest.raises(Refused) as again:
            decide_guarded(database, datos, asking)
        assert again.value.reason is Reason.ALREADY_DECIDED
        assert ask_guarded(database, jefa, person) != asking
        with database.session(writing=False) as session:
            entries = session.scalars(select(AuditEntry).where(AuditEntry.table_name == "guarded_opening")).all()
        told = {(entry.action, entry.staff_id) for entry in entries}
        assert {("privacy.ask_guarded", jefa.staff), ("privacy.decide_guarded", datos.staff)} <= told
        assert all(entry.person_id == person for entry in entries)
        assert WHY not in str([entry.fields for entry in entries])

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [({"password": "no es esta, seguro"}, "no es la de su cuenta"), ({"verdict": None}, "Elija una opción")],
    )
    def test_without_the_password_it_stays_shut(
        self, database: Database, jefa: Identity, datos: Identity, person: uuid.UUID, sign_in: SignIn,
        wrong: dict[str, str | None], told: str,
    ) -> None:  # fmt: skip
        break_glass(database, jefa, person)
        asking = ask_guarded(database, jefa, person)
        page = sign_in(datos).fill(f"{ASKINGS}/{asking}", {**YES, "note": "Vi el caso", **wrong})
        assert page.status == 422
        assert told in page.text
        assert "Vi el caso" in page.html
        assert reads(database, jefa, person) == (True, False)


class TestAsking:
    def test_the_glass_comes_first(
        self, database: Database, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        assert "/reservado" in sign_in(jefa).get(asks(person)).location
        with pytest.raises(StillReserved):
            ask_guarded(database, jefa, person)

    def test_a_short_reason_is_not_enough_and_a_second_click_asks_once(
        self, database: Database, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        break_glass(database, jefa, person)
        browser = sign_in(jefa)
        page = browser.fill(asks(person), {"words": "Hace falta"})
        assert page.status == 422
        assert "al menos 20" in page.text
        form = page.form()
        for _click in range(2):
            assert browser.post(asks(person), {**form, "words": WHY}).status in {200, 303}
        with database.session(writing=False) as session:
            assert len(session.scalars(select(GuardedOpening)).all()) == 1

    def test_the_desk_sees_who_read_it_and_who_let_her(
        self, database: Database, caso: Identity, jefa: Identity, datos: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        break_both(database, jefa, datos, person)
        text = sign_in(caso).get(f"/personas/{person}").text
        assert "leyó también lo protegido hasta el 20 nov 2026, 12:00. Lo concedió Prueba datos." in text
        assert "abrió lo reservado hasta" in text

    def test_data_protection_is_told_on_the_page_of_openings(
        self, database: Database, jefa: Identity, datos: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        break_glass(database, jefa, person)
        ask_guarded(database, jefa, person)
        page = sign_in(datos).get("/privacidad/aperturas")
        assert "1 petición de lo protegido espera su decisión" in page.text
        assert ASKINGS in page.links()

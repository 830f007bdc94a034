"""Breaking the glass: one file, a reason, a limited time, seen by its desk and reviewed by data protection."""

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
from referral.infra.audit import AccessEntry, AuditEntry
from referral.infra.db import Database
from referral.infra.work import NotPermitted, OutOfReach, reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refusal import Refused
from referral.people.actions import save_mobility
from referral.people.facts import MobilityFacts
from referral.people.models import BreakGlass, Person
from referral.people.queries.cards import person_record
from referral.privacy.actions import review_opening
from referral.privacy.rules import Reason
from referral.staff.actions import add_staff
from referral.staff.facts import NewStaff
from referral.visits.actions import record_visit
from referral.visits.facts import NewVisit
from tests.conftest import NOW, PASSWORD
from tests.desk_browser import DeskBrowser
from tests.factories import referrals as make
from tests.factories.glass import WHY, break_glass
from tests.factories.people import new_person, register
from tests.laws.test_statements import BUDGETS
from tests.statements import counted

SignIn = Callable[[Identity], DeskBrowser]
SAID = {"reason": "support", "words": WHY, "password": PASSWORD}
STORY = "Contó que huyó de noche"


@pytest.fixture
def caso(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database)


@pytest.fixture
def jefa(database: Database, caso: Identity) -> Identity:
    with serving(database), unit_of_work("test.staff") as work:
        staff = add_staff(work, NewStaff("jefa", "Amalia Cruz", Role.SUPERVISOR, PASSWORD, desk=caso.desk))
    return replace(caso, staff=staff, role=Role.SUPERVISOR, username="jefa", name="Amalia Cruz")


@pytest.fixture
def datos(database: Database, make_identity: Callable[..., Identity]) -> Identity:
    return make_identity(database, Role.DPO, username="datos")


@pytest.fixture
def person(database: Database, caso: Identity) -> uuid.UUID:
    """An asylum seeker with a note, a need that raises an alert and a telephone."""
    make.load_directory(database)
    ref = make.served_person(database, caso)
    with serving(database, caso), unit_of_work("test.told") as work:
        record_decision(work, person=ref, new=NewDecision(Purpose.SENSITIVE, Decision.YES, how="signed"))
        save_mobility(work, person=ref, mobility=MobilityFacts(profiles=("ASYLUM_SEEKER",)), version=1)
        record_visit(work, NewVisit(ref, note=STORY))
    make.note_need(database, caso, ref, "FAMILY_DEATH")
    return ref


def glass(ref: uuid.UUID) -> str:
    return f"/personas/{ref}/reservado"


def openings(database: Database) -> list[uuid.UUID]:
    with database.session(writing=False) as session:
        return list(session.scalars(select(BreakGlass.id).order_by(BreakGlass.at)))


class TestOpening:
    def test_a_supervisor_reads_it_for_an_hour_and_then_no_more(
        self, database: Database, clock: FixedClock, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        browser = sign_in(jefa)
        page = browser.get(f"/personas/{person}")
        assert STORY not in page.text
        assert "Solicitante" not in page.text
        assert "5555550123" not in page.html.replace(" ", "")
        assert "Lo reservado no se muestra" in page.text
        assert glass(person) in page.links()
        sent = browser.fill(glass(person), SAID)
        assert (sent.status, sent.location) == (303, f"/personas/{person}")
        page = browser.get(f"/personas/{person}")
        assert STORY in page.text
        assert "Lo reservado está abierto para usted hasta el 20 nov 2026, 12:00" in page.text
        assert "solicitante de refugio" in browser.get(f"/personas/{person}/datos").text
        clock.set(NOW + timedelta(minutes=61))
        browser = sign_in(jefa)
        assert STORY not in browser.get(f"/personas/{person}").text

    def test_what_rests_on_it_asks_for_it_first_and_then_leads_on(
        self, database: Database, caso: Identity, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        need = make.note_need(database, caso, person)
        wanted = f"/personas/{person}/necesidades/{need}/puertas"
        browser = sign_in(jefa)
        asked = browser.get(wanted)
        assert asked.status == 303
        sent = browser.fill(asked.location, SAID)
        assert sent.location == wanted
        assert browser.get(wanted).status == 200

    def test_a_form_sent_too_late_loses_nothing_typed(
        self, database: Database, caso: Identity, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        browser = sign_in(jefa)
        page = browser.post(f"/personas/{person}/alertas", {"rule": "R09", "answer": "done_called", "note": "Ya llamé"})
        assert page.status == 409
        assert "Ya llamé" in page.text
        assert glass(person) in page.links()

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"words": "Sin más"}, "al menos 20"),
            ({"reason": None}, "Elija una opción"),
            ({"password": "no es esta, seguro"}, "no es la de su cuenta"),
        ],
    )
    def test_without_a_reason_or_the_password_it_stays_shut(
        self, database: Database, jefa: Identity, person: uuid.UUID, sign_in: SignIn,
        wrong: dict[str, str | None], told: str,
    ) -> None:  # fmt: skip
        page = sign_in(jefa).fill(glass(person), {**SAID, **wrong})
        assert page.status == 422
        assert told in page.text
        assert openings(database) == []

    def test_a_password_cannot_be_guessed_here_either(
        self, database: Database, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        browser = sign_in(jefa)
        for _try in range(5):
            browser.fill(glass(person), {**SAID, "password": "no es esta, seguro"})
        assert browser.fill(glass(person), SAID).status == 422
        assert openings(database) == []

    def test_a_second_click_opens_nothing_more(
        self, database: Database, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        browser = sign_in(jefa)
        form = browser.get(glass(person)).form()
        for _click in range(2):
            assert browser.post(glass(person), {**form, **SAID}).location == f"/personas/{person}"
        assert len(openings(database)) == 1
        assert browser.get(glass(person)).status == 303

    def test_no_link_leads_elsewhere(self, jefa: Identity, person: uuid.UUID, sign_in: SignIn) -> None:
        browser = sign_in(jefa)
        sent = browser.fill(f"{glass(person)}?ir=//example.org/personas/x", SAID)
        assert sent.location == f"/personas/{person}"

    def test_one_file_does_not_open_another(
        self, database: Database, caso: Identity, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        other = register(database, caso, new_person("Wendy", "López", phone="+525555550177"))
        break_glass(database, jefa, person)
        page = sign_in(jefa).get(f"/personas/{other}")
        assert "Lo reservado no se muestra" in page.text
        assert "5555550177" not in page.html.replace(" ", "")

    def test_it_closes_when_the_file_goes_to_another_desk(
        self, database: Database, jefa: Identity, person: uuid.UUID, make_identity: Callable[..., Identity],
        sign_in: SignIn,
    ) -> None:  # fmt: skip
        break_glass(database, jefa, person)
        north = make_identity(database, username="norte", desk="Mesa Norte")
        with serving(database, north), unit_of_work("visits.record") as work:
            record_visit(work, NewVisit(person))
        browser = sign_in(jefa)
        assert browser.get(f"/personas/{person}").status == 404
        assert browser.get(glass(person)).status == 404

    def test_nobody_else_may_break_it(
        self, database: Database, caso: Identity, person: uuid.UUID, make_identity: Callable[..., Identity]
    ) -> None:
        with pytest.raises(NotPermitted):
            break_glass(database, caso, person)
        with pytest.raises(NotPermitted):
            break_glass(database, make_identity(database, Role.DPO, username="datos"), person)
        with pytest.raises(OutOfReach):
            break_glass(database, make_identity(database, Role.SUPERVISOR, username="sur", desk="Mesa Sur"), person)

    def test_alerts_are_counted_and_not_named_until_then(
        self, database: Database, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        browser = sign_in(jefa)
        pages = ["/", f"/personas/{person}", f"/personas/{person}/necesidades"]
        for address in pages:
            assert "murió en el camino" not in browser.get(address).text, address
        assert "En lo reservado de su expediente" in browser.get("/").text
        assert "Ahí hay 1 alerta sin atender" in browser.get(pages[1]).text
        assert "Hay 1 alerta sin atender en lo reservado" in browser.get(pages[2]).text
        break_glass(database, jefa, person)
        for address in pages[1:]:
            assert "murió en el camino" in browser.get(address).text, address


class TestLookedAt:
    def test_the_desk_sees_who_opened_it_and_why(
        self, database: Database, caso: Identity, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        browser = sign_in(caso)
        assert "Quién abrió lo reservado" not in browser.get(f"/personas/{person}").text
        break_glass(database, jefa, person)
        text = browser.get(f"/personas/{person}").text
        assert "La supervisión (Amalia Cruz) abrió lo reservado hasta el 20 nov 2026, 12:00" in text
        assert "pidió apoyo con el caso" in text
        assert WHY not in text  # the words are for data protection

    def test_it_stands_in_the_audit_without_its_words(
        self, database: Database, jefa: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        browser = sign_in(jefa)
        browser.fill(glass(person), SAID)
        browser.get(f"/personas/{person}")
        with database.session(writing=False) as session:
            entry = session.scalars(select(AuditEntry).where(AuditEntry.table_name == "break_glass")).one()
            assert (entry.action, entry.staff_id, entry.person_id) == ("privacy.break_glass", jefa.staff, person)
            assert "text" in entry.fields
            assert WHY not in str(entry.fields)
            read = session.scalars(select(AccessEntry.what).where(AccessEntry.staff_id == jefa.staff)).all()
        assert set(read) == {"card", "file"}

    def test_data_protection_reviews_it_once(
        self, database: Database, jefa: Identity, datos: Identity, person: uuid.UUID, sign_in: SignIn
    ) -> None:
        break_glass(database, jefa, person)
        [ref] = openings(database)
        browser = sign_in(datos)
        page = browser.get("/privacidad/aperturas")
        assert WHY in page.text
        assert "Marie-Ange" not in page.text
        assert "Guardar la revisión de lo abierto el 20 nov 2026" in " ".join(page.text.split())
        answer = browser.fill("/privacidad/aperturas", {"verdict": "no", "note": "Podía esperar"}, form="review-1")
        assert answer.status == 303
        assert "No hay nada por revisar" in browser.get("/privacidad/aperturas").text
        done = browser.get("/privacidad/aperturas?ver=revisadas").text
        assert "No se justifica" in done
        assert "Podía esperar" in done
        with serving(database, datos), pytest.raises(Refused) as no, unit_of_work("test") as work:
            review_opening(work, opening=ref, justified=True)
        assert no.value.reason is Reason.ALREADY_REVIEWED

    def test_who_is_not_reviewed_in_time_opens_no_other_file(
        self, database: Database, clock: FixedClock, caso: Identity, jefa: Identity, datos: Identity, person: uuid.UUID
    ) -> None:
        break_glass(database, jefa, person)
        other = register(database, caso, new_person("Wendy", "López"))
        clock.set(NOW + timedelta(days=4))  # two working days after that Friday: still in time
        break_glass(database, jefa, other)
        clock.set(NOW + timedelta(days=5))
        with pytest.raises(Refused) as no:
            break_glass(database, jefa, person)
        assert no.value.reason is Reason.REVIEW_OVERDUE
        with serving(database, datos), unit_of_work("test") as work:
            review_opening(work, opening=openings(database)[0], justified=True)
        break_glass(database, jefa, person)

    def test_nobody_reviews_her_own_and_none_lasts_for_ever(
        self, database: Database, jefa: Identity, person: uuid.UUID
    ) -> None:
        break_glass(database, jefa, person)
        [ref] = openings(database)
        with serving(database), pytest.raises(IntegrityError), unit_of_work("test") as work:
            row = work.hold(BreakGlass, ref)
            row.reviewed_at, row.justified, row.reviewed_by = work.now, True, jefa.staff
        with serving(database), pytest.raises(IntegrityError), unit_of_work("test") as work:
            row = work.hold(BreakGlass, ref)
            row.until = row.at


def test_pages_keep_their_budgets(
    database: Database, caso: Identity, jefa: Identity, person: uuid.UUID, sign_in: SignIn
) -> None:
    browser, serves = sign_in(jefa), sign_in(caso)
    costs = []
    for opened in (False, True):
        if opened:
            break_glass(database, jefa, person)
        for reader in (browser, serves):
            reader.get(f"/personas/{person}")
            with counted(database) as sent:
                reader.get(f"/personas/{person}")
            costs.append(len(sent))
    assert max(costs) <= BUDGETS["desk.person_file"] + 1, costs


def test_what_is_reserved_is_not_even_opened_to_who_may_not_read_it(
    database: Database, jefa: Identity, person: uuid.UUID
) -> None:
    with serving(database, jefa), reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.PERSON_VIEW), person)
    assert record.mobility == MobilityFacts()
    assert (record.notes, record.contact.phone, record.contact.alcaldia) == ("", "•••• 0123", "09015")
    assert record.sensitive_basis == "consent"  # that there is one is no secret
    with database.session(writing=False) as session:
        assert session.get_one(Person, person).status["profiles"] == ["ASYLUM_SEEKER"]

"""The pages of a list: uploading, looking, correcting in place, deciding, registering; and what each may cost."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select

from referral.access.identity import Identity, Role
from referral.infra.audit import AccessEntry
from referral.infra.db import Database
from referral.infra.work import serving, unit_of_work
from referral.intake.actions.batches import forget_expired
from referral.intake.models import IntakeBatch, IntakeRow
from referral.kernel.clock import FixedClock
from tests.desk_browser import DeskBrowser, Page
from tests.factories.lists import ALIKE, HONDURAN, keep, sheet
from tests.factories.people import register
from tests.intake.test_register import people_count, rows_in, states
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]


def send(browser: DeskBrowser, data: bytes, name: str = "lista.csv", **boxes: str) -> Page:
    told = {"label": "Brigada", "channel": "outreach", "notice": "read_aloud", "notice_language": "es", **boxes}
    return browser.fill("/brigadas/nueva", {**told, "sheet": (io.BytesIO(data), name)}, follow=False)


def press(browser: DeskBrowser, batch: uuid.UUID, row: IntakeRow, button: str) -> Page:
    here = f"/brigadas/{batch}/filas/{row.id}"
    return browser.post(f"{here}/decidir", {"version": str(row.version), "do": button})


@pytest.fixture
def desk(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


def test_from_the_file_to_people_on_file(database: Database, desk: Identity, sign_in: SignIn) -> None:
    browser = sign_in(desk)
    answer = send(browser, sheet([HONDURAN, {**HONDURAN, "given": "Ana", "birth": "31/2/1990", "phone": "5555550888"}]))
    assert answer.status == 303
    page = browser.get(answer.location)
    assert "Ese mes termina el día 28" in page.text
    assert page.title.startswith("Brigada")
    batch = uuid.UUID(answer.location.rsplit("/", 1)[1])
    registered = browser.fill(answer.location, {}, form="register-form", follow=True)
    assert "Quedó registrada 1 persona" in registered.text
    wrong = rows_in(database, batch)[1]
    here = f"/brigadas/{batch}/filas/{wrong.id}"
    row = browser.get(here)
    assert "birth-error" in row.ids()
    assert row.form()["birth"] == ["31/2/1990"]
    assert browser.fill(here, {"birth": "28/2/1990"}).status == 303
    assert states(database, batch) == ["registered", "ready"]
    browser.fill(answer.location, {}, form="register-form")
    assert people_count(database) == 2
    done = browser.get(answer.location)
    assert "No queda nada por revisar" in done.text
    assert "Wendy" not in done.text  # nothing of a registered row is kept with the list


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_file_that_cannot_be_read_gets_its_sentence_and_nothing_typed_is_lost(
    sqlite: Database, desk: Identity, sign_in: SignIn, language: str
) -> None:
    browser = sign_in(desk)
    browser.switch(language)
    answer = send(browser, b"\x89PNG\r\n\x1a\n\0\0", label="Mi brigada de hoy")
    assert answer.status == 422
    assert "sheet-error" in answer.ids()
    assert answer.form()["label"] == ["Mi brigada de hoy"]


def test_no_file_at_all(desk: Identity, sign_in: SignIn) -> None:
    browser = sign_in(desk)
    answer = browser.fill("/brigadas/nueva", {"label": "x", "notice": "not_given"})
    assert answer.status == 422
    assert "Elija el archivo" in answer.text


def test_sent_twice_it_is_one_list(database: Database, desk: Identity, sign_in: SignIn) -> None:
    browser = sign_in(desk)
    page = browser.get("/brigadas/nueva")
    boxes = {**page.form(), "label": "Doble", "notice": "printed"}
    first, second = (
        browser.post("/brigadas/nueva", {**boxes, "sheet": (io.BytesIO(sheet([HONDURAN])), "l.csv")}) for _ in range(2)
    )
    assert (first.status, second.status) == (303, 303)
    assert first.location.split("/")[-1] == second.location.split("/")[-1]
    with database.session(writing=False) as session:
        assert len(session.scalars(select(IntakeBatch)).all()) == 1


def test_somebody_on_file_is_shown_with_reasons_and_noted_as_seen(
    database: Database, desk: Identity, sign_in: SignIn
) -> None:
    known = register(database, desk)
    batch = keep(database, desk, [ALIKE])
    browser = sign_in(desk)
    (row,) = rows_in(database, batch)
    page = browser.get(f"/brigadas/{batch}/filas/{row.id}")
    assert "¿Es alguna de estas personas?" in page.text
    assert "misma fecha de nacimiento" in page.text
    with database.session(writing=False) as session:
        assert [(entry.person_id, entry.what) for entry in session.scalars(select(AccessEntry))] == [(known, "match")]
    assert press(browser, batch, row, f"same:{known}").status == 303
    assert states(database, batch) == ["same"]
    browser.fill(f"/brigadas/{batch}", {}, form="register-form")
    assert (people_count(database), states(database, batch)) == (1, ["registered"])


@pytest.mark.parametrize("button", ["apart", "skip"])
def test_the_other_buttons(database: Database, desk: Identity, sign_in: SignIn, button: str) -> None:
    register(database, desk)
    batch = keep(database, desk, [ALIKE])
    browser = sign_in(desk)
    press(browser, batch, rows_in(database, batch)[0], button)
    assert states(database, batch) == [{"apart": "ready", "skip": "skipped"}[button]]
    press(browser, batch, rows_in(database, batch)[0], "back")
    assert states(database, batch) == ["lookalike"]


@pytest.mark.parametrize(
    "button", ["same:0", "same:0192f3a1-0000-7000-8000-000000000000", "row:99999999", "row:7", "nonsense", ""]
)
def test_a_button_that_the_page_did_not_offer_changes_nothing(
    database: Database, desk: Identity, sign_in: SignIn, button: str
) -> None:
    register(database, desk)
    batch = keep(database, desk, [ALIKE])
    (row,) = rows_in(database, batch)
    assert press(sign_in(desk), batch, row, button).status == 303
    assert states(database, batch) == ["lookalike"]


def test_a_correction_that_comes_after_another_says_so(database: Database, desk: Identity, sign_in: SignIn) -> None:
    batch = keep(database, desk, [HONDURAN])
    browser = sign_in(desk)
    here = f"/brigadas/{batch}/filas/{rows_in(database, batch)[0].id}"
    old = browser.get(here).form()
    browser.fill(here, {"given": "Wendy Yamileth"})
    answer = browser.post(here, {**old, "given": "Guendi"})
    assert answer.status == 409
    assert "Wendy Yamileth" in answer.text
    assert "Guendi" in answer.text


def test_another_desk_sees_nothing_of_it(
    database: Database, desk: Identity, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    batch = keep(database, desk, [HONDURAN])
    (row,) = rows_in(database, batch)
    other = sign_in(make_identity(database, username="norte", desk="Mesa Norte"))
    assert "Brigada de prueba" not in other.get("/brigadas").text
    assert other.get(f"/brigadas/{batch}").status == 404
    assert other.get(f"/brigadas/{batch}/filas/{row.id}").status == 404
    for address in ("registrar", "comparar", "borrar", f"filas/{row.id}/decidir"):
        assert (
            other.post(f"/brigadas/{batch}/{address}", {"do": "skip", "version": str(row.version), "sure": "1"}).status
            == 404
        )
    assert states(database, batch) == ["ready"]


def test_a_supervisor_sees_no_button_that_registers(
    database: Database, desk: Identity, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    batch = keep(database, desk, [HONDURAN])
    boss = sign_in(make_identity(database, Role.SUPERVISOR, username="jefa"))
    page = boss.get(f"/brigadas/{batch}")
    assert page.all("form", id="register-form") == []
    assert boss.post(f"/brigadas/{batch}/registrar").status == 403


def test_discarding_deletes_what_is_not_registered(database: Database, desk: Identity, sign_in: SignIn) -> None:
    batch = keep(database, desk, [HONDURAN])
    assert sign_in(desk).fill(f"/brigadas/{batch}", {}, form="discard-form").status == 303
    assert states(database, batch) == ["ready"]  # asked twice
    assert sign_in(desk).fill(f"/brigadas/{batch}", {"sure": "1"}, form="discard-form").status == 303
    assert states(database, batch) == []


def test_after_its_days_a_list_cannot_be_read_and_is_deleted(
    sqlite: Database, make_identity: MakeIdentity, clock: FixedClock
) -> None:
    desk = make_identity(sqlite)
    batch = keep(sqlite, desk, [HONDURAN])
    clock.advance(days=16)
    with serving(sqlite), unit_of_work("intake.forget") as work:
        assert forget_expired(work) == 1
    assert states(sqlite, batch) == []
    with sqlite.session(writing=False) as session:
        assert session.get_one(IntakeBatch, batch).info_sealed is None


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_comes_in_both_languages(desk: Identity, sign_in: SignIn, language: str, kind: str) -> None:
    answer = sign_in(desk).get(f"/brigadas/plantilla/{language}/{kind}")
    assert answer.status == 200
    assert f".{kind}" in answer.response.headers["Content-Disposition"]


def test_no_other_template(desk: Identity, sign_in: SignIn) -> None:
    assert sign_in(desk).get("/brigadas/plantilla/fr/xlsx").status == 404


def test_a_page_costs_the_same_for_few_rows_and_for_many(database: Database, desk: Identity, sign_in: SignIn) -> None:
    register(database, desk)
    browser = sign_in(desk)
    cost = {}
    for rows in (3, 24):
        people = [
            {**ALIKE, "birth": "27/3/1994", "surname2": f"Segundo{number}", "family": str(number), "relation": "jefa"}
            for number in range(rows)
        ]
        batch = keep(database, desk, people)
        first = rows_in(database, batch)[0]
        assert first.state == "lookalike"
        sent = []
        for address in (
            f"/brigadas/{batch}",
            f"/brigadas/{batch}?ver=todas",
            f"/brigadas/{batch}/filas/{first.id}",
            "/brigadas",
        ):
            browser.get(address)
            with counted(database) as statements:
                assert browser.get(address).status == 200
            sent.append(len(statements))
        cost[rows] = sent
    assert cost[3] == cost[24]
    assert max(cost[3]) <= 11
    assert cost[3][3] <= 6

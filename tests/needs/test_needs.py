"""Noting, listing and ending needs: rules, actions on both engines, pages."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.infra.audit import AuditEntry
from referral.infra.db import Database
from referral.infra.work import NotPermitted, OutOfReach, reading, serving, unit_of_work
from referral.kernel.codes import NEEDS, OUTCOMES
from referral.kernel.refusal import Refused
from referral.needs import actions, labels, queries
from referral.needs.facts import LIVE, NeedLine, NeedStatus, NewNeed
from referral.needs.rules import BY_DESK, MOST_AT_ONCE, Reason, check_new_needs, check_settle, settled_by_desk
from tests.desk_browser import DeskBrowser
from tests.factories.people import register

SignIn = Callable[[Identity], DeskBrowser]


def add(database: Database, identity: Identity, person: uuid.UUID, *new: NewNeed) -> list[uuid.UUID]:
    with serving(database, identity), unit_of_work("needs.add") as work:
        return actions.add_needs(work, person=person, new=new)


def noted(database: Database, person: uuid.UUID) -> tuple[NeedLine, ...]:
    with database.session(writing=False) as session:
        return queries.needs_of(session, person)


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ([], Reason.NOTHING_CHOSEN),
        ([NewNeed("NOT_A_NEED")], Reason.NEED_UNKNOWN),
        ([NewNeed("HEALTH_PREG", "whenever")], Reason.URGENCY_UNKNOWN),
        ([NewNeed("HEALTH_PREG"), NewNeed("HEALTH_PREG")], Reason.ALREADY_OPEN),
        ([NewNeed("BASIC_FOOD")], Reason.ALREADY_OPEN),
        ([NewNeed("HEALTH_PREG")] * (MOST_AT_ONCE + 1), Reason.TOO_MANY),
    ],
)
def test_what_may_not_be_noted(needs: list[NewNeed], expected: Reason) -> None:
    with pytest.raises(Refused) as no:
        check_new_needs(needs, live_codes=frozenset({"BASIC_FOOD"}))
    assert no.value.reason is expected
    assert labels.REFUSALS[expected]


def test_what_the_desk_may_end_itself() -> None:
    assert set(BY_DESK) <= set(OUTCOMES.codes())
    assert set(BY_DESK.values()).isdisjoint(LIVE)
    for current, outcome, expected in (
        (NeedStatus.REFERRED, "moved", Reason.UNDER_WAY),
        (NeedStatus.OPEN, "provided", Reason.OUTCOME_UNKNOWN),
    ):
        with pytest.raises(Refused) as no:
            settled_by_desk(current, outcome)
        assert no.value.reason is expected
    for status in set(NeedStatus) - LIVE:
        with pytest.raises(Refused):
            check_settle(status, NeedStatus.MET, None)


def test_every_reason_and_state_has_its_words() -> None:
    assert set(labels.REFUSALS) == set(Reason)
    assert set(labels.STATUSES) == set(labels.STATUS_TAG) == set(NeedStatus)


def test_several_needs_are_noted_at_once_or_none(database: Database, make_identity: Callable[..., Identity]) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    add(database, identity, person, NewNeed("BASIC_FOOD"), NewNeed("HEALTH_PREG", "urgent", "de siete meses"))
    found = {need.code: need for need in noted(database, person)}
    assert found["BASIC_FOOD"].urgency == NEEDS["BASIC_FOOD"].default_urgency
    assert found["HEALTH_PREG"].urgency == "urgent"
    assert found["HEALTH_PREG"].note == "de siete meses"
    assert found["HEALTH_PREG"].category == "HEALTH"
    with pytest.raises(Refused):
        add(database, identity, person, NewNeed("WORK_PLACE"), NewNeed("BASIC_FOOD"))
    assert {need.code for need in noted(database, person)} == {"BASIC_FOOD", "HEALTH_PREG"}


def test_the_note_is_sealed_and_the_trail_names_it(database: Database, make_identity: Callable[..., Identity]) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    ref = add(database, identity, person, NewNeed("PROTECT_GBV", note="su expareja la busca"))[0]
    with database.session(writing=False) as session:
        raw = session.execute(text("SELECT note_sealed FROM need")).scalar_one()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.row_id == str(ref))).one()
    assert b"expareja" not in bytes(raw)
    assert entry.person_id == person
    assert "text" in entry.fields
    assert "expareja" not in repr(entry.fields)


def test_urgent_ones_come_first_and_ended_ones_last(database: Database, make_identity: Callable[..., Identity]) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    refs = add(
        database, identity, person, NewNeed("WORK_PLACE"), NewNeed("SHELTER_TONIGHT"), NewNeed("BASIC_FOOD", "soon")
    )
    with serving(database, identity), unit_of_work("needs.settle") as work:
        actions.settle_at_desk(work, person=person, ref=refs[1], outcome="provided_by_desk", version=1)
    assert [need.code for need in noted(database, person)] == ["BASIC_FOOD", "WORK_PLACE", "SHELTER_TONIGHT"]
    ended = noted(database, person)[-1]
    assert (ended.status, ended.outcome, ended.live) == (NeedStatus.MET, "provided_by_desk", False)
    assert ended.closed_at is not None


def test_a_need_that_ended_may_be_asked_for_again(database: Database, make_identity: Callable[..., Identity]) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    ref = add(database, identity, person, NewNeed("BASIC_FOOD"))[0]
    with serving(database, identity), unit_of_work("needs.settle") as work:
        actions.settle_at_desk(work, person=person, ref=ref, outcome="declined", version=1)
    add(database, identity, person, NewNeed("BASIC_FOOD"))
    assert len(noted(database, person)) == 2


def test_a_stale_ending_changes_nothing(database: Database, make_identity: Callable[..., Identity]) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    ref = add(database, identity, person, NewNeed("BASIC_FOOD"))[0]
    with serving(database, identity), unit_of_work("needs.refer") as work:
        actions.mark_referred(work, ref=ref)
    with pytest.raises(actions.Stale), serving(database, identity), unit_of_work("needs.settle") as work:
        actions.settle_at_desk(work, person=person, ref=ref, outcome="declined", version=1)
    assert noted(database, person)[0].status is NeedStatus.REFERRED


def test_two_tabs_do_not_note_the_same_need_twice(database: Database, make_identity: Callable[..., Identity]) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    start, ends = threading.Barrier(2), []

    def click() -> None:
        start.wait()
        try:
            add(database, identity, person, NewNeed("BASIC_FOOD"))
            ends.append("noted")
        except Refused as no:
            ends.append(no.reason.value)

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["already_open", "noted"]


def test_reach(database: Database, make_identity: Callable[..., Identity]) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    ref = add(database, identity, person, NewNeed("BASIC_FOOD"))[0]
    away = make_identity(database, username="lejos", desk="Mesa Norte")
    with pytest.raises(OutOfReach):
        add(database, away, person, NewNeed("WORK_PLACE"))
    with pytest.raises(OutOfReach):
        add(database, identity, uuid.uuid4(), NewNeed("WORK_PLACE"))
    other = register(database, identity)
    for who, whose in ((away, person), (identity, other)):
        with serving(database, who), reading() as desk, pytest.raises(OutOfReach):
            queries.need(desk.session, desk.reach(Permission.NEED_RECORD), person=whose, ref=ref)
    auditor = make_identity(database, Role.AUDITOR, username="auditora")
    with pytest.raises(NotPermitted):
        add(database, auditor, person, NewNeed("WORK_PLACE"))


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_lists_and_notes(
    database: Database, make_identity: Callable[..., Identity], sign_in: SignIn, language: str
) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    browser = sign_in(identity)
    browser.switch(language)
    address = f"/personas/{person}/necesidades"
    page = browser.get(address)
    assert len([box for box in page.all("input") if box.get("name") == "needs"]) == len(NEEDS.choices(language))
    done = browser.fill(address, {"needs": ["BASIC_FOOD", "HEALTH_PREG"], "urgency": "urgent", "note": "Una nota"})
    assert done.status == 303
    assert done.location == address
    page = browser.get(address)
    assert "Una nota" in page.text
    need = noted(database, person)[0]
    assert f"/personas/{person}/necesidades/{need.ref}/puertas" in page.links()
    ended = browser.fill(f"{address}/{need.ref}/cerrar", {"outcome": "provided_by_desk"})
    assert ended.status == 303
    late = browser.fill(f"{address}/{need.ref}/cerrar", {"outcome": "declined"})
    assert late.status == 422


def test_what_was_wrong_keeps_what_was_typed(
    database: Database, make_identity: Callable[..., Identity], sign_in: SignIn
) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    browser = sign_in(identity)
    address = f"/personas/{person}/necesidades"
    page = browser.fill(address, {"note": "No se pierde"})
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert "No se pierde" in page.html
    add(database, identity, person, NewNeed("BASIC_FOOD"))
    again = browser.fill(address, {"needs": ["BASIC_FOOD", "WORK_PLACE"]})
    assert again.status == 422
    assert set(again.form()["needs"]) == {"WORK_PLACE", "BASIC_FOOD"}
    strange = browser.fill(address, {"needs": ["NOT_A_NEED"], "urgency": "x"})
    assert strange.status == 422


def test_saving_twice_lands_where_the_first_went_and_notes_nothing_twice(
    database: Database, make_identity: Callable[..., Identity], sign_in: SignIn
) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    browser = sign_in(identity)
    address = f"/personas/{person}/necesidades"
    boxes = {**browser.get(address).form(), "needs": ["BASIC_FOOD", "WORK_PLACE"]}
    clicks = [browser.post(address, boxes) for _click in range(2)]
    assert [(click.status, click.location) for click in clicks] == [(303, address)] * 2
    other_tab = browser.fill(address, {"needs": ["WORK_PLACE"]}, follow=True)
    assert "Ya está anotado y sigue abierto. No se anotó otra vez." in other_tab.text
    with_words = browser.fill(address, {"needs": ["WORK_PLACE"], "note": "Turno de noche"})
    assert with_words.status == 422  # the note would be lost
    assert "Turno de noche" in with_words.html
    assert sorted(line.code for line in noted(database, person)) == ["BASIC_FOOD", "WORK_PLACE"]


def test_another_desks_file_answers_as_if_it_did_not_exist(
    database: Database, make_identity: Callable[..., Identity], sign_in: SignIn
) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    away = sign_in(make_identity(database, username="lejos", desk="Mesa Norte"))
    missing = away.get(f"/personas/{uuid.uuid4()}/necesidades")
    other = away.get(f"/personas/{person}/necesidades")
    assert (other.status, missing.status) == (404, 404)
    assert other.text == missing.text

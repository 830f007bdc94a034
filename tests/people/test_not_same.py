"""Somebody like her before saving: side by side, weak ones too, and remembered when they are two people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.infra.db import Database
from referral.infra.work import OutOfReach, reading, serving, unit_of_work
from referral.kernel.refs import new_ref
from referral.people.actions import mark_not_same
from referral.people.models import PersonNotSame
from referral.people.queries.search import Hit, near_people
from tests.desk_browser import DeskBrowser
from tests.factories.people import new_person, register

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]
NEW = "/personas/nueva"
MARIE = {
    "given": "Mari Ange", "surname1": "Josef", "birth-day": "27", "birth-month": "3", "birth-year": "1994",
    "nationality": "HT", "language": "ht", "phone": "+52 55 5555 0199", "will_return": "y",
}  # fmt: skip


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


def near(database: Database, identity: Identity, ref: object) -> list[Hit]:
    with serving(database, identity), reading() as desk:
        return near_people(desk.session, desk.reach(Permission.PERSON_VIEW), ref, today=desk.today)  # type: ignore[arg-type]


def pairs(database: Database) -> list[tuple[object, object]]:
    with serving(database), reading() as desk:
        rows = desk.session.execute(select(PersonNotSame.person_a, PersonNotSame.person_b))
        return [(row[0], row[1]) for row in rows]


def test_files_like_one_are_found_until_they_are_said_to_be_two_people(database: Database, caso: Identity) -> None:
    one = register(database, caso)
    other = register(database, caso, new_person("Mari Ange", "Josef"))
    register(database, caso, new_person("Wilner", "Dorvil", birth="1971-01-09", phone=""))
    assert [hit.ref for hit in near(database, caso, one)] == [other]
    with serving(database, caso), unit_of_work("people.mark_not_same") as work:
        mark_not_same(work, person=other, others=[one, other])
    with serving(database, caso), unit_of_work("people.mark_not_same") as work:
        mark_not_same(work, person=one, others=[other])
    assert pairs(database) == [(min(one, other), max(one, other))]
    assert near(database, caso, one) == near(database, caso, other) == []


def test_only_files_that_exist_and_are_within_reach_are_compared(
    database: Database, caso: Identity, make_identity: MakeIdentity
) -> None:
    one = register(database, caso)
    north = make_identity(database, username="norte", desk="Mesa Norte")
    for identity, ref in ((north, one), (caso, new_ref())):
        with pytest.raises(OutOfReach):
            near(database, identity, ref)
    with pytest.raises(OutOfReach), serving(database, caso), unit_of_work("people.mark_not_same") as work:
        mark_not_same(work, person=one, others=[new_ref()])
    assert pairs(database) == []


def test_registering_in_spite_of_a_look_alike_remembers_that_they_are_two(
    database: Database, caso: Identity, sign_in: SignIn
) -> None:
    known = register(database, caso)
    browser = sign_in(caso)
    asked = browser.fill(NEW, MARIE)
    assert asked.h1 == "¿Ya está registrada?"
    for words in ("Escrito ahora", "Ya registrado", "termina en 0199", "termina en 0123", "distinto", "igual", "Haití"):
        assert words in asked.text, words
    [button] = asked.all("button", name="acknowledged")
    assert browser.post(NEW, {**asked.form(), "acknowledged": button.get("value")}).status == 303
    [(low, high)] = pairs(database)
    assert known in (low, high)
    assert near(database, caso, known) == []


@pytest.mark.parametrize("shown", [False, True])
def test_a_weak_match_is_told_after_saving_unless_the_script_showed_it(
    database: Database, caso: Identity, sign_in: SignIn, shown: bool
) -> None:
    register(database, caso, new_person("Rosa", "Mendoza", "Cruz", birth="1994", phone=""))
    browser = sign_in(caso)
    sister = {**MARIE, "given": "Rosa", "surname1": "Mendosa", "birth-day": "", "birth-month": "", "birth-year": ""}
    saved = browser.post(NEW, {**browser.get(NEW).form(), **sister, **({"near_shown": "1"} if shown else {})})
    assert saved.status == 303
    assert ("hay alguien que se parece a esta persona" in browser.get(saved.location).text) is not shown


def test_a_page_that_comes_back_with_errors_shows_look_alikes_without_a_script(
    database: Database, caso: Identity, sign_in: SignIn
) -> None:
    known = register(database, caso)
    wrong = {**MARIE, "will_return": "", "phone": ""}
    answer = sign_in(caso).fill(NEW, wrong)
    assert answer.status == 422
    assert f"/personas/{known}" in answer.links()

"""How many a search opens and shows, and that new files are found from the same moment they are saved."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.people.actions import register_person
from referral.people.models import PersonToken
from referral.people.queries import cards, search
from tests.factories.people import new_person, register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


def hits(database: Database, caso: Identity, words: str) -> list[search.Hit]:
    with serving(database, caso, read_only=True), reading() as desk:
        return search.search(desk.session, desk.reach(Permission.PERSON_VIEW), words, today=desk.today)


def keys_of(database: Database, caso: Identity, person: uuid.UUID) -> int:
    with serving(database, caso, read_only=True), reading() as desk:
        counting = select(func.count()).select_from(PersonToken).where(PersonToken.person_id == person)
        return desk.session.scalar(counting) or 0


def test_once_somebody_answers_those_who_share_clearly_less_stay_away(database: Database, caso: Identity) -> None:
    with serving(database, caso), unit_of_work("test") as work:
        for number in range(search.OPENED_FIRST + 12):
            register_person(work, new_person("Wilmer", f"Apellido{number}", birth=f"19{60 + number}"))
        asked = register_person(work, new_person("Wilmer", "Orellana", "Zelaya", birth="1994-03-27"))
    found = hits(database, caso, "wilmer orellana zelaya 27/03/1994")
    assert found[0].ref == asked
    assert len(found) <= search.OPENED_FIRST


def test_namesakes_are_all_shown(database: Database, caso: Identity) -> None:
    namesakes = search.OPENED_FIRST + 6
    with serving(database, caso), unit_of_work("test") as work:
        same = {register_person(work, new_person("Juan", "López", birth=f"19{60 + n}")) for n in range(namesakes)}
    assert {hit.ref for hit in hits(database, caso, "juan lopez ")} == same


def test_a_hit_says_the_same_as_a_card(database: Database, caso: Identity) -> None:
    ref = register(database, caso, new_person("Xóchitl", "Yáñez", nationalities=("MX", "US"), language="nah"))
    (hit,) = hits(database, caso, "xochitl yanez ")
    with serving(database, caso, read_only=True), reading() as desk:
        card = cards.person_card(desk.session, ref, today=desk.today)
    assert hit.card == card
    assert hit.phone_tail == "0123"


def test_whom_another_desk_keeps_is_named_and_no_more(
    database: Database, caso: Identity, make_identity: MakeIdentity
) -> None:
    elsewhere = make_identity(database, username="norte", desk="Mesa Norte")
    register(database, elsewhere, new_person("Chantal", "Loubeau"))
    (hit,) = hits(database, caso, "chantal loubeau ")
    assert (hit.card, hit.phone_tail) == (None, "")
    assert hit.minimal.name == "Chantal Loubeau"


def test_each_of_a_family_is_filed_in_one_statement(database: Database, caso: Identity) -> None:
    with counted(database) as sent, serving(database, caso), unit_of_work("test") as work:
        refs = [register_person(work, new_person(f"Ana {n}", "Zelaya")) for n in range(4)]
    written = [statement for statement in sent if "INSERT INTO person_token" in statement]
    assert len(written) == len(refs)
    assert all(keys_of(database, caso, ref) > 10 for ref in refs)
    assert {hit.ref for hit in hits(database, caso, "zelaya ana")} == set(refs)


def test_who_is_not_saved_is_not_filed(database: Database, caso: Identity) -> None:
    with pytest.raises(ZeroDivisionError), serving(database, caso), unit_of_work("test") as work:
        register_person(work, new_person("Ana", "Zelaya"))
        raise ZeroDivisionError
    assert hits(database, caso, "ana zelaya ") == []


def test_whoever_was_just_registered_is_found_although_counts_are_held(database: Database, caso: Identity) -> None:
    with serving(database, caso), unit_of_work("test") as work:
        for number in range(60):  # enough that their counts are kept for a while
            register_person(work, new_person("Rosa", f"Apellido{number}", birth="1990"))
    hits(database, caso, "rosa fuentes 1990")
    last = register(database, caso, new_person("Rosa", "Fuentes", birth="1990"))
    assert hits(database, caso, "rosa fuentes 1990")[0].ref == last

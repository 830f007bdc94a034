"""The one search box, kind by kind: what is typed, who comes first, and why."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.people.actions import add_document, set_folio
from referral.people.facts import NewDocument
from referral.people.queries import search
from referral.people.rules.matching import MatchReason
from tests.factories.people import new_person, register

MARIA = ("María Guadalupe", "López", "Hernández", "1998-03-12")
OTHERS = (
    ("María", "Pérez", "Juárez", "1998-07-01"),
    ("Guadalupe", "Sánchez", "", "1990"),
    ("Juan Carlos", "López", "Rivas", "1985-12-03"),
    ("Wilson", "Desrosiers", "", "1991-01-20"),
    ("Jean-Baptiste", "Étienne", "", "1988-05-05"),
    ("Chantal", "Loubeau", "", "1979-11-30"),
    ("João", "Carvalho", "Munhoz", "2000-02-29"),
    ("Xóchitl", "Yáñez", "Vázquez", "1975-06-15"),
    ("Ana", "Zelaya", "Funes", "2003-09-09"),
)


MakeIdentity = Callable[..., Identity]


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def people(database: Database, caso: Identity) -> dict[str, uuid.UUID]:
    """A small padron by first given name; María has a phone, a folio, a document and a CURP."""
    refs = {}
    for given, one, other, birth in (MARIA, *OTHERS):
        whole = given == MARIA[0]
        new = new_person(
            given, one, other, birth=birth,
            phone="+525512345678" if whole else "+525587654321",
            curp="LOHM980312MDFPRR09" if whole else "",
        )  # fmt: skip
        refs[given] = register(database, caso, new)
    with serving(database, caso), unit_of_work("people.set_folio") as work:
        set_folio(work, person=refs[MARIA[0]], folio="PHM-2026-000123-7")
        add_document(work, person=refs[MARIA[0]], new=NewDocument("PASSPORT", "G12345678", "MX"))
    return refs


def hits(database: Database, caso: Identity, words: str) -> list[search.Hit]:
    with serving(database, caso), reading() as desk:
        return search.search(desk.session, desk.reach(Permission.PERSON_VIEW), words, today=desk.today)


KINDS = [
    ("folio", "PHM-2026-000123-7", MARIA[0], MatchReason.FOLIO),
    ("phone", "55 1234 5678", MARIA[0], MatchReason.SAME_PHONE),
    ("phone with country", "+52 1 55 1234 5678", MARIA[0], MatchReason.SAME_PHONE),
    ("document", "g-12345678", MARIA[0], MatchReason.SAME_DOCUMENT),
    ("curp", "lohm980312mdfprr09", MARIA[0], MatchReason.SAME_CURP),
    ("part of a name", "guadalupe lopez", MARIA[0], MatchReason.SAME_WORDS),
    ("any order", "hernandez maria lopez", MARIA[0], MatchReason.SAME_WORDS),
    ("a typo", "guadalupe hernadnez", MARIA[0], MatchReason.ONE_LETTER_OFF),
    ("two letters changed over and the year", "hrenandez 1998", MARIA[0], MatchReason.SAME_BIRTH_YEAR),
    ("a letter too many at the beginning", "xloubeau chantal", "Chantal", None),
    ("letters changed over at the beginning", "nAa Zeayla", "Ana", None),
    ("one wrong letter in one of two words", "Eatienne jean", "Jean-Baptiste", MatchReason.ONE_LETTER_OFF),
    ("surnames swapped", "maria hernandez lopez", MARIA[0], MatchReason.SAME_WORDS),
    ("no accents, z and s", "sochitl llanes vasques", "Xóchitl", MatchReason.SOUNDS_ALIKE),
    ("b and v", "yanez bazquez", "Xóchitl", MatchReason.SOUNDS_ALIKE),
    ("no h", "maria ernandez", MARIA[0], MatchReason.SOUNDS_ALIKE),
    ("y and ll", "selalla funes", "Ana", MatchReason.SOUNDS_ALIKE),
    ("Creole: Jan Batis", "jan batist etien", "Jean-Baptiste", MatchReason.SOUNDS_ALIKE),
    ("Wilsson", "wilsson derosier", "Wilson", MatchReason.SOUNDS_ALIKE),
    ("ch and sh, ou and w", "shantal lubo", "Chantal", MatchReason.SOUNDS_ALIKE),
    ("Portuguese lh and nh", "joan carvallo muñoz", "João", MatchReason.SOUNDS_ALIKE),
    ("year", "maria lopez 1998", MARIA[0], MatchReason.SAME_BIRTH_YEAR),
    ("date", "lopez 12/03/1998", MARIA[0], MatchReason.SAME_BIRTH_DATE),
    ("day and month changed over", "maria lopez 03/12/1998", MARIA[0], MatchReason.DAY_MONTH_SWAPPED),
    ("month", "maria lopez 03/1998", MARIA[0], MatchReason.SAME_BIRTH_MONTH),
    ("age", "guadalupe lopez 28 años", MARIA[0], MatchReason.AGE_NEAR),
    ("wrong year", "guadalupe lopez 1997", MARIA[0], MatchReason.AGE_NEAR),
    ("date alone", "12/03/1998", MARIA[0], MatchReason.SAME_BIRTH_DATE),
    ("while typing", "mar lop", MARIA[0], None),
    ("while typing one word", "xoc", "Xóchitl", None),
    ("while typing the second", "jean bap", "Jean-Baptiste", None),
]


def test_each_kind_of_search_finds_her_first_and_says_why(
    database: Database, caso: Identity, people: dict[str, uuid.UUID]
) -> None:
    named = {ref: name for name, ref in people.items()}
    wrong = []
    for kind, typed, who, why in KINDS:
        found = hits(database, caso, typed)
        first = named[found[0].ref] if found else "nobody"
        reasons = {because.reason for because in found[0].reasons} if found else set()
        if first != who or (why is not None and why not in reasons):
            wrong.append((kind, typed, first, sorted(reasons)))
    assert wrong == []


def test_nobody_is_found_for_a_name_that_nobody_has(
    database: Database, caso: Identity, people: dict[str, uuid.UUID]
) -> None:
    assert people
    assert hits(database, caso, "Oyelaran Bolanle") == []

"""The family pages as a browser sees them: the flow, its interruption, and every change to a household."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.households.facts import Household
from referral.households.queries import guardians_of, household_of
from referral.infra.db import Database
from referral.infra.work import reading, serving
from referral.people.facts import PersonRecord
from referral.people.models import Person
from referral.people.queries.cards import person_record
from referral.people.queries.search import near_matches, near_people
from referral.people.rules.matching import Strength
from tests.desk_browser import DeskBrowser, Page
from tests.factories.families import register_haitian_family, relative
from tests.factories.people import new_person, register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]

NEW = "/familias/nueva"
SHARED = {"language": "ht", "interpreter": "1", "alcaldia": "09015", "housing": "shelter", "will_return": "1"}


def row(
    number: int, given: str, relation: str = "", *, year: str = "", sex: str = "", nation: str = ""
) -> dict[str, str]:
    boxes = {
        "given": given,
        "surname1": "Joseph",
        "relation": relation,
        "birth-year": year,
        "sex": sex,
        "nationality": nation,
    }
    return {f"p{number}_{name}": value for name, value in boxes.items() if value}


FIVE = {
    **SHARED,
    **row(1, "Marie-Ange", year="1990", sex="M", nation="HT"),
    **row(2, "Wilner", "partner", year="1986", sex="H"),
    **row(3, "Woodley", "child", year="2012"),
    **row(4, "Esther", "child", year="2018", nation="CL"),
    **row(5, "Samuel", "child", year="2026", nation="MX"),
    "partner_is_parent": "1",
}


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def browser(caso: Identity, sign_in: SignIn) -> DeskBrowser:
    return sign_in(caso)


def on_file(database: Database) -> int:
    with serving(database, read_only=True), reading() as desk:
        return desk.session.scalar(select(func.count()).select_from(Person)) or 0


def their(database: Database, ref: uuid.UUID) -> Household:
    with serving(database, read_only=True), reading() as desk:
        found = household_of(desk.session, ref)
    assert found is not None
    return found


def record(database: Database, identity: Identity, ref: uuid.UUID) -> PersonRecord:
    with serving(database, identity, read_only=True), reading() as desk:
        return person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref)


def five_rows(browser: DeskBrowser) -> dict[str, object]:
    """The form after pressing twice for one more person, as a browser without scripts would."""
    page = browser.get(NEW)
    for _press in range(2):
        page = browser.post(NEW, {**page.form(), "do": "add"})
        assert page.status == 200
    return dict(page.form())


def family_ref(page: Page) -> uuid.UUID:
    assert page.status == 303, page.text
    return uuid.UUID(page.location.split("/")[2])


def test_a_haitian_family_of_five_in_one_form(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    answer = browser.post(NEW, {**five_rows(browser), **FIVE})
    head = family_ref(answer)
    household = their(database, head)
    assert [one.name for one in household.members] == [
        f"{name} Joseph" for name in ("Marie-Ange", "Wilner", "Woodley", "Esther", "Samuel")
    ]
    boy, girl = household.members[2], household.members[3]
    assert [one.accompaniment for one in household.members[2:]] == ["both", "both", "both"]
    assert record(database, caso, boy.ref).identity.nationalities == ("HT",)  # that of the first person
    assert record(database, caso, girl.ref).identity.nationalities == ("CL",)
    assert record(database, caso, girl.ref).contact.language == "ht"
    page = browser.get(answer.location)
    assert page.h1 == "Familia de Marie-Ange Joseph"
    assert "Quedaron registradas 5 personas." in page.text
    assert page.text.count("(Madre)") == 3


def test_one_more_row_keeps_all_that_was_typed_and_checks_nothing(browser: DeskBrowser) -> None:
    typed = {"p1_given": "Marie-Ange", "p1_birth-day": "31", "p1_birth-month": "2", "p2_given": "W1lner", "do": "add"}
    page = browser.post(NEW, {**browser.get(NEW).form(), **typed})
    boxes = page.form()
    assert page.status == 200
    assert [boxes[name] for name in ("p1_given", "p1_birth-day", "p2_given", "rows")] == [
        ["Marie-Ange"], ["31"], ["W1lner"], ["4"],
    ]  # fmt: skip
    assert boxes["p4_goes_with"] == ["1"]
    assert not page.all("div", class_="govuk-error-summary")


def test_fifteen_rows_are_the_most(browser: DeskBrowser) -> None:
    page = browser.post(NEW, {**browser.get(NEW).form(), "rows": "15", "do": "add"})
    assert page.form()["rows"] == ["15"]
    assert "Agregar a otra persona" not in page.text
    assert browser.post(NEW, {"rows": "-7", "do": "add"}).form()["rows"] == ["4"]


def test_blank_rows_are_left_out_and_unticked_means_apart(browser: DeskBrowser, database: Database) -> None:
    head = family_ref(
        browser.fill(NEW, {**SHARED, **row(1, "Rose"), **row(3, "Nadège", "sibling"), "p3_goes_with": None})
    )
    assert [(one.name, one.goes_with) for one in their(database, head).members] == [
        ("Rose Joseph", True),
        ("Nadège Joseph", False),
    ]


def test_an_error_says_whose_row_and_saves_nobody(browser: DeskBrowser, database: Database) -> None:
    page = browser.fill(NEW, {**SHARED, **row(1, "Rose", year="1990"), **row(2, "Jean", "child", year="1985")})
    assert page.status == 422
    assert "Persona 2: Según las fechas, la relación de Jean Joseph" in page.text
    assert page.form()["p1_given"] == ["Rose"]
    nobody = browser.fill(NEW, SHARED)
    assert nobody.status == 422
    assert "Persona 1: Escriba al menos un nombre" in nobody.text
    lost = browser.fill(NEW, row(1, "Rose"))
    assert (lost.status, "Anote al menos una forma" in lost.text) == (422, True)
    assert on_file(database) == 0


def test_somebody_registered_already_is_asked_about_and_her_file_is_used(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    known = register(database, caso, new_person(given="Wilner", birth="1986-05-01"))
    typed = {**SHARED, **row(1, "Marie-Ange", year="1990"), **row(2, "Wilner", "partner"),
        "p2_birth-day": "1", "p2_birth-month": "5", "p2_birth-year": "1986"}  # fmt: skip
    asked = browser.fill(NEW, typed)
    assert asked.status == 200
    assert "Alguien de la familia quizá ya está registrado." in asked.text
    assert on_file(database) == 1
    head = family_ref(browser.post(NEW, {**asked.form(), "p2_use": str(known)}))
    assert their(database, head).members[1].ref == known
    assert on_file(database) == 2


def test_somebody_alike_can_be_another_person(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    register(database, caso, new_person(given="Marie-Ange", birth="1990-04-02"))
    typed = {**SHARED, **row(1, "Marie-Ange"), "p1_birth-day": "2", "p1_birth-month": "4", "p1_birth-year": "1990"}
    asked = browser.fill(NEW, typed)
    assert asked.status == 200
    stranger = browser.post(NEW, {**asked.form(), "p1_use": str(uuid.uuid4())})
    assert stranger.status == 422
    head = family_ref(browser.post(NEW, {**asked.form(), "p1_use": "new"}))
    assert on_file(database) == 2
    with serving(database, caso, read_only=True), reading() as desk:
        assert near_people(desk.session, desk.reach(Permission.PERSON_VIEW), head, today=desk.today) == []


def test_somebody_a_little_alike_is_shown_and_does_not_interrupt(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    register(database, caso, new_person(given="Wilner", birth="1986-05-01"))
    alike = {**SHARED, **row(1, "Marie-Ange", year="1995"), **row(2, "Wilner", "partner", year="1991")}
    with serving(database, caso, read_only=True), reading() as desk:
        found = near_matches(
            desk.session,
            desk.reach(Permission.PERSON_VIEW),
            relative("Wilner", "", "1991").person.identity,  # type: ignore[union-attr]
            today=desk.today,
        )
    assert [hit.strength for hit in found] == [Strength.WEAK]
    refused = browser.fill(NEW, {**alike, "p2_relation": "child"})  # who would be older than her mother
    assert refused.status == 422
    assert "Se parece a alguien registrado." in refused.text
    assert "Wilner Joseph" in refused.text
    assert "p2_use" not in refused.form()
    saved = browser.fill(NEW, alike, follow=True)
    assert "hay alguien que se parece a una persona de la familia" in saved.text
    assert on_file(database) == 3


def test_a_file_at_another_desk_is_shown_little_of_and_cannot_be_taken(
    browser: DeskBrowser, database: Database, make_identity: MakeIdentity
) -> None:
    other = make_identity(database, username="norte", desk="Mesa Norte")
    hers = register(database, other, new_person(given="Marie-Ange", birth="1990-04-02"))
    typed = {**SHARED, **row(1, "Marie-Ange"), "p1_birth-day": "2", "p1_birth-month": "4", "p1_birth-year": "1990"}
    asked = browser.fill(NEW, typed)
    assert "Su expediente está en otra mesa" in asked.text
    assert browser.post(NEW, {**asked.form(), "p1_use": str(hers)}).status == 422
    assert browser.get(f"/personas/{hers}/familia").status == 404


def test_sending_twice_registers_once(browser: DeskBrowser, database: Database) -> None:
    boxes = {**browser.get(NEW).form(), **SHARED, **row(1, "Rose"), **row(2, "Ti-Jean", "child", year="2015")}
    first, second = browser.post(NEW, boxes), browser.post(NEW, boxes)
    assert first.location == second.location
    assert on_file(database) == 2


def test_more_people_of_a_family_share_the_contact_on_file(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    mother = register(database, caso)
    address = f"/personas/{mother}/familia/nuevas"
    page = browser.get(address)
    assert page.form()["language"] == ["ht"]
    assert browser.fill(address, row(1, "Lovely", "child", year="2016")).status == 303
    assert [one.relation for one in their(database, mother).members] == ["", "child"]


def test_somebody_on_file_is_found_and_taken_in(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    mother = register_haitian_family(database, caso)[0]
    aunt = register(database, caso, new_person(given="Nadège", surname1="Louis", phone=""))
    address = f"/personas/{mother}/familia/agregar"
    found = browser.fill(address, {"q": "nadege louis"})
    assert found.status == 200
    boxes = {**found.form(), "person": str(aunt), "relation": "sibling"}
    saved, again = browser.post(address, boxes), browser.post(address, boxes)
    assert (saved.status, saved.location) == (again.status, again.location) == (303, f"/personas/{mother}/familia")
    assert their(database, mother).member(aunt).relation == "sibling"  # type: ignore[union-attr]
    assert "Nadie registrado se parece" in browser.fill(address, {"q": "zzzyx"}).text
    assert browser.post(address, {**found.form(), "person": str(mother)}).status == 422
    again = browser.post(address, {**found.form(), "q": "marie", "person": str(aunt), "do": "search"})
    assert again.status == 200  # the button that searches adds nobody


def test_relations_and_head_are_corrected(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    mother, father, *_children = register_haitian_family(database, caso)
    address = f"/personas/{mother}/familia/corregir"
    page = browser.get(address)
    assert browser.post(address, {**page.form(), "head": str(father)}).status == 303
    assert their(database, mother).head.ref == father  # type: ignore[union-attr]
    stale = browser.post(address, page.form())
    assert (stale.status, "Alguien cambió esta familia" in stale.text) == (409, True)


def test_a_split_tells_that_children_stay_alone(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    mother, father, boy, *_ = register_haitian_family(database, caso)
    address = f"/personas/{boy}/familia/separar"
    nothing = browser.fill(address, {"address": "other", "leaving": [str(mother), str(father)]})
    assert (nothing.status, "Anote la alcaldía" in nothing.text) == (422, True)
    leaving = {"address": "other", "place": "Otro albergue", "leaving": [str(mother), str(father)]}
    boxes = {**browser.get(address).form(), **leaving}
    assert browser.post(address, boxes).status == 303
    done = browser.post(address, boxes, follow=True)  # the second click goes where the first one led
    assert "hay niñas, niños o adolescentes sin ninguna persona adulta" in done.text
    assert "se separó del grupo" in done.text
    assert record(database, caso, boy).identity.accompaniment == "alone"
    assert record(database, caso, mother).contact.place == "Otro albergue"


def test_a_guardian_younger_than_the_child_gets_its_sentence_and_loses_nothing_typed(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    _mother, _father, boy, girl, _baby = register_haitian_family(database, caso)
    address = f"/personas/{boy}/a-cargo"
    wrong = browser.fill(
        address, {"person": str(girl), "kind": "mother", "proof": "document", "note": "acta de nacimiento"}
    )
    assert wrong.status == 422
    assert "Esther Joseph no es mayor que la niña, niño o adolescente" in wrong.text
    assert wrong.form()["note"] == ["acta de nacimiento"]
    assert wrong.form()["kind"] == ["mother"]


def test_an_adult_who_is_not_registered_answers_for_a_child_and_then_no_longer(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    child = register(database, caso, new_person(given="Keren", birth="2012-01-01"))
    address = f"/personas/{child}/a-cargo"
    adult = {"person": "other", "name": "Doña Luz", "phone": "5555550123", "kind": "other_relative", "proof": "told"}
    boxes = {**browser.get(address).form(), **adult}
    assert [browser.post(address, boxes).status for _click in range(2)] == [303, 303]
    page = browser.get(address)
    assert "Doña Luz" in page.text
    with serving(database, read_only=True), reading() as desk:
        (one,) = guardians_of(desk.session, child)
    assert (one.phone, record(database, caso, child).identity.accompaniment) == ("+525555550123", "other_relative")
    assert browser.post(address, {"end": str(one.ref)}).status == 303
    assert "Todavía no hay nadie anotado." in browser.get(address).text
    assert browser.post(address, {"end": str(one.ref)}).status == 404
    assert browser.post(address, {"end": "nada"}).status == 404


def test_a_supervisor_reads_and_changes_nothing(
    database: Database, caso: Identity, make_identity: MakeIdentity, sign_in: SignIn
) -> None:
    mother = register_haitian_family(database, caso)[0]
    reader = sign_in(make_identity(database, Role.SUPERVISOR, username="sup", desk="Mesa Centro"))
    page = reader.get(f"/personas/{mother}/familia")
    assert page.status in {200, 404}  # 404 when her desk is another one by the same name
    assert reader.get(NEW).status == 403
    assert reader.get(f"/personas/{mother}/familia/separar").status == 403


def test_the_family_page_asks_the_same_for_two_and_for_five(
    browser: DeskBrowser, database: Database, caso: Identity
) -> None:
    mother = register_haitian_family(database, caso)[0]
    browser.get(f"/personas/{mother}/familia")
    with counted(database) as sent:
        assert browser.get(f"/personas/{mother}/familia").status == 200
    assert len(sent) <= 8, sent


def test_pages_read_in_english(browser: DeskBrowser, database: Database, caso: Identity) -> None:
    mother = register_haitian_family(database, caso)[0]
    browser.switch("en")
    for path in ("", "/nuevas", "/agregar", "/corregir", "/separar"):
        assert browser.get(f"/personas/{mother}/familia{path}").status == 200

"""Registering a family, joining, splitting, guardians: both engines, and nothing of the past is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.households import queries
from referral.households.actions import guardians, members
from referral.households.actions.family import register_family
from referral.households.actions.rows import place_of
from referral.households.facts import Household, Kind, Leaving, NewFamily, NewGuardian, NewMember, NewPlace, Proof
from referral.households.models import Guardianship, HouseholdMember
from referral.households.rules.reasons import Doubt, Reason
from referral.infra.audit import AuditEntry
from referral.infra.db import Database
from referral.infra.work import OutOfReach, Work, reading, serving, unit_of_work
from referral.kernel.refusal import Refused
from referral.people.facts import PersonRecord
from referral.people.models import Person
from referral.people.queries.cards import person_record
from tests.factories.families import haitian_family, register_haitian_family, relative
from tests.factories.people import new_person, register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]


@contextmanager
def work_as(database: Database, identity: Identity) -> Iterator[Work]:
    with serving(database, identity), unit_of_work("test") as work:
        yield work


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def family(database: Database, caso: Identity) -> tuple[uuid.UUID, ...]:
    return register_haitian_family(database, caso)


def record(database: Database, identity: Identity, ref: uuid.UUID) -> PersonRecord:
    with serving(database, identity, read_only=True), reading() as desk:
        return person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref)


def household(database: Database, ref: uuid.UUID) -> Household | None:
    with serving(database, read_only=True), reading() as desk:
        return queries.household_of(desk.session, ref)


def their(database: Database, ref: uuid.UUID) -> Household:
    found = household(database, ref)
    assert found is not None
    return found


def company(database: Database, identity: Identity, *refs: uuid.UUID) -> list[str]:
    return [record(database, identity, ref).identity.accompaniment for ref in refs]


def people_on_file(database: Database) -> int:
    with serving(database, read_only=True), reading() as desk:
        return desk.session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_family_of_five_is_one_household_with_five_files(
    database: Database, caso: Identity, family: tuple[uuid.UUID, ...]
) -> None:
    mother, father, boy, girl, baby = family
    found = their(database, girl)
    assert [one.ref for one in found.members] == [mother, father, boy, girl, baby]
    assert found.head is not None
    assert found.head.ref == mother
    assert [one.relation for one in found.members] == ["", "partner", "child", "child", "child"]
    assert {one.person: one.kind for one in found.members[3].guardians} == {mother: Kind.MOTHER, father: Kind.FATHER}
    assert company(database, caso, *family) == ["", "", "both", "both", "both"]
    contact = record(database, caso, baby).contact
    assert (contact.language, contact.interpreter, contact.alcaldia) == ("ht", True, "09015")
    assert record(database, caso, girl).identity.nationalities == ("CL",)


def test_a_household_is_read_in_one_statement(database: Database, family: tuple[uuid.UUID, ...]) -> None:
    with serving(database, read_only=True), reading() as desk, counted(database) as statements:
        assert queries.household_of(desk.session, family[4]) is not None
    assert len(statements) == 1


def test_one_wrong_row_saves_nobody(database: Database, caso: Identity) -> None:
    wrong = replace(haitian_family(), members=(*haitian_family().members, relative("Jean", "child", "1985")))
    with pytest.raises(Refused) as no, work_as(database, caso) as work:
        register_family(work, wrong)
    assert (no.value.reason, no.value.field) == (Reason.PARENT_YOUNGER, "row-6")
    assert people_on_file(database) == 0


def test_the_same_row_twice_is_refused(database: Database, caso: Identity) -> None:
    twice = NewFamily(
        (relative("Ana", "", "1990"), relative("Luis", "child", "2015"), relative("luis", "child", "2015"))
    )
    with pytest.raises(Refused) as no, work_as(database, caso) as work:
        register_family(work, twice)
    assert no.value.reason is Reason.TWICE_IN_FAMILY


def test_a_file_that_is_there_already_is_used_and_one_of_another_household_is_not(
    database: Database, caso: Identity, family: tuple[uuid.UUID, ...]
) -> None:
    aunt = register(database, caso, new_person(given="Nadège", phone="+525555550101"))
    with work_as(database, caso) as work:
        refs = register_family(
            work, NewFamily((relative("Rose", "", "1970"), NewMember(existing=aunt, relation="sibling")))
        )
    assert refs[1] == aunt
    assert their(database, aunt).head.ref == refs[0]  # type: ignore[union-attr]
    with pytest.raises(Refused) as no, work_as(database, caso) as work:
        register_family(work, NewFamily((relative("Otra", "", "1970"), NewMember(existing=family[1]))))
    assert (no.value.reason, no.value.field) == (Reason.ELSEWHERE, "row-2")


def test_more_people_join_the_household_of_a_filed_person(database: Database, caso: Identity) -> None:
    mother = register(database, caso)
    with work_as(database, caso) as work:
        (child,) = register_family(work, NewFamily((relative("Lovely", "child", "2016"),), into=mother))
    found = their(database, mother)
    assert [(one.ref, one.head, one.relation) for one in found.members] == [(mother, True, ""), (child, False, "child")]
    # Nobody wrote the mother's sex, so that nobody knows whether she is mother or father: it is asked, not guessed.
    assert company(database, caso, child) == [""]


def test_another_desk_cannot_touch_a_family(
    database: Database, make_identity: MakeIdentity, family: tuple[uuid.UUID, ...]
) -> None:
    other = make_identity(database, username="norte", desk="Mesa Norte")
    mine = register(database, other, new_person(given="Otra"))
    with pytest.raises(OutOfReach), work_as(database, other) as work:
        members.add_member(work, beside=mine, person=family[1])
    with pytest.raises(OutOfReach), work_as(database, other) as work:
        members.split(work, beside=family[0], leaving=[family[1]])
    with pytest.raises(OutOfReach), work_as(database, other) as work:
        guardians.add_guardian(work, child=family[2], new=NewGuardian(Kind.MOTHER, person=mine))


def test_when_the_mother_leaves_with_the_baby_the_others_keep_their_story(
    database: Database, caso: Identity, family: tuple[uuid.UUID, ...]
) -> None:
    mother, father, boy, girl, baby = family
    with work_as(database, caso) as work:
        members.split(work, beside=boy, leaving=[mother, baby], place=NewPlace(alcaldia="09007", place="Albergue Luz"))
    left, gone = their(database, boy), their(database, baby)
    assert [one.ref for one in left.members] == [father, boy, girl]
    assert left.head is not None
    assert left.head.ref == father
    assert [one.relation for one in left.members] == ["", "", ""]  # the children of a partner: asked, not guessed
    assert [(one.ref, one.head, one.relation) for one in gone.members] == [(mother, True, ""), (baby, False, "child")]
    assert company(database, caso, boy, girl, baby) == ["father", "father", "mother"]
    assert record(database, caso, baby).contact.place == "Albergue Luz"
    assert record(database, caso, boy).contact.alcaldia == "09015"
    with serving(database, read_only=True), reading() as desk:
        story = queries.story_of(desk.session, left.ref)
    assert {(one.person, one.because) for one in story} >= {(mother, Leaving.SPLIT), (baby, Leaving.SPLIT)}


def test_a_child_left_behind_alone_is_told_so(
    database: Database, caso: Identity, family: tuple[uuid.UUID, ...]
) -> None:
    mother, father, boy, girl, baby = family
    with work_as(database, caso) as work:
        members.split(work, beside=mother, leaving=[mother, father, baby])
    assert company(database, caso, boy, girl, baby) == ["alone", "alone", "both"]
    with work_as(database, caso) as work:
        members.split(work, beside=boy, leaving=[girl])
    # Alone in her household on file is not alone at the window: it has to be asked.
    assert company(database, caso, girl) == [""]


def test_splitting_asks_for_some_and_not_all(database: Database, caso: Identity, family: tuple[uuid.UUID, ...]) -> None:
    for leaving, reason in (((), Reason.NOBODY_CHOSEN), (family, Reason.EVERYBODY_CHOSEN)):
        with pytest.raises(Refused) as no, work_as(database, caso) as work:
            members.split(work, beside=family[0], leaving=leaving)
        assert no.value.reason is reason
    stranger = register(database, caso, new_person(given="Otra"))
    with pytest.raises(Refused) as no, work_as(database, caso) as work:
        members.split(work, beside=family[0], leaving=[family[1], stranger])
    assert no.value.reason is Reason.CHANGED_MEANWHILE


def test_two_households_become_one(database: Database, caso: Identity, family: tuple[uuid.UUID, ...]) -> None:
    with work_as(database, caso) as work:
        sister, nephew = register_family(
            work, NewFamily((relative("Rose", "", "1992", sex="M"), relative("Ti-Jean", "child", "2014")))
        )
    with work_as(database, caso) as work:
        members.add_member(work, beside=family[0], person=sister, relation="sibling", with_family=True)
    found = their(database, nephew)
    assert len(found.members) == 7
    assert found.head is not None
    assert found.head.ref == family[0]
    assert found.member(sister).relation == "sibling"  # type: ignore[union-attr]
    assert company(database, caso, nephew) == ["mother"]
    with pytest.raises(Refused) as no, work_as(database, caso) as work:
        members.add_member(work, beside=family[0], person=sister)
    assert no.value.reason is Reason.ALREADY_MEMBER


def test_one_person_moves_to_another_household_and_the_first_gets_a_head(
    database: Database, caso: Identity, family: tuple[uuid.UUID, ...]
) -> None:
    cousin = register(database, caso, new_person(given="Nadège"))
    with work_as(database, caso) as work:
        members.add_member(work, beside=cousin, person=family[0], relation="cousin")
    assert [one.ref for one in their(database, cousin).members] == [cousin, family[0]]
    assert their(database, family[4]).head.ref == family[1]  # type: ignore[union-attr]
    assert company(database, caso, *family[2:]) == ["father", "father", "father"]


def test_a_new_head_and_a_corrected_relation_leave_what_was_before(
    database: Database, caso: Identity, family: tuple[uuid.UUID, ...]
) -> None:
    mother, father, boy, girl, baby = family
    before = [place_of(one) for one in their(database, mother).members]
    after = [replace(one, head=one.person == father) for one in before]
    with work_as(database, caso) as work:
        members.set_places(work, beside=mother, places=after)
    found = their(database, mother)
    assert {one.ref: one.relation for one in found.members} == {
        father: "",
        mother: "partner",
        boy: "",
        girl: "",
        baby: "",
    }
    again = [replace(place_of(one), relation="child") if one.minor else place_of(one) for one in found.members]
    with work_as(database, caso) as work:
        members.set_places(work, beside=mother, places=again)
    assert their(database, girl).member(girl).relation == "child"  # type: ignore[union-attr]
    with serving(database, read_only=True), reading() as desk:
        rows = desk.session.scalars(select(HouseholdMember).where(HouseholdMember.person_id == girl)).all()
        assert sorted((row.relation, row.left_because) for row in rows) == [
            ("", "corrected"),
            ("child", ""),
            ("child", "corrected"),
        ]


def test_a_page_of_yesterday_corrects_nobody(database: Database, caso: Identity, family: tuple[uuid.UUID, ...]) -> None:
    places = [place_of(one) for one in their(database, family[0]).members]
    with work_as(database, caso) as work:
        members.split(work, beside=family[0], leaving=[family[1]])
    with pytest.raises(Refused) as no, work_as(database, caso) as work:
        members.set_places(work, beside=family[0], places=places)
    assert no.value.reason is Reason.CHANGED_MEANWHILE


def test_guardians_by_name_are_sealed_and_told(database: Database, caso: Identity) -> None:
    child = register(database, caso, new_person(given="Keren", birth="2012-01-01"))
    new = NewGuardian(
        Kind.UNRELATED_ADULT, Proof.NONE, name="Vecina Escondida", phone="+525555550188", note="del barrio"
    )
    with work_as(database, caso) as work:
        guardians.add_guardian(work, child=child, new=new)
    with serving(database, read_only=True), reading() as desk:
        (one,) = queries.guardians_of(desk.session, child)
        row = desk.session.scalars(select(Guardianship)).one()
        entry = desk.session.scalars(select(AuditEntry).where(AuditEntry.table_name == "guardianship")).one()
    assert (one.name, one.phone, one.note, one.person) == ("Vecina Escondida", "+525555550188", "del barrio", None)
    assert row.adult_sealed is not None
    assert b"Escondida" not in row.adult_sealed
    assert entry.person_id == child
    assert "Escondida" not in str(entry.fields)
    assert company(database, caso, child) == ["unrelated_adult"]
    with pytest.raises(Refused) as no, work_as(database, caso) as work:
        guardians.add_guardian(work, child=child, new=new)
    assert no.value.reason is Reason.GUARDIAN_TWICE
    with work_as(database, caso) as work:
        guardians.end_guardian(work, child=child, guardianship=one.ref)
    assert company(database, caso, child) == [""]
    with pytest.raises(OutOfReach), work_as(database, caso) as work:
        guardians.end_guardian(work, child=child, guardianship=one.ref)


def test_a_guardian_younger_than_the_child_writes_nothing(database: Database, caso: Identity) -> None:
    child = register(database, caso, new_person(given="Keren", birth="2010-01-01"))
    younger = register(database, caso, new_person(given="Rosa", birth="2014"))
    with pytest.raises(Refused) as no, work_as(database, caso) as work:
        guardians.add_guardian(work, child=child, new=NewGuardian(Kind.MOTHER, person=younger))
    assert no.value.reason is Reason.GUARDIAN_YOUNGER
    with pytest.raises(Refused) as no, work_as(database, caso) as work:
        guardians.add_guardian(work, child=child, new=NewGuardian(Kind.MOTHER, person=child))
    assert no.value.reason is Reason.GUARDIAN_SELF
    with serving(database, read_only=True), reading() as desk:
        assert queries.guardians_of(desk.session, child) == ()


def test_a_mother_of_sixteen_is_noted_with_a_warning(database: Database, caso: Identity) -> None:
    with work_as(database, caso) as work:
        mother, baby = register_family(
            work, NewFamily((relative("Mirlande", "", "2010-03-01", sex="M"), relative("Bebé", "child", "2026-06-01")))
        )
    assert company(database, caso, mother, baby) == ["alone", "mother"]
    other = register(database, caso, new_person(given="Bebé dos", birth="2026-06-01"))
    with work_as(database, caso) as work:
        doubts = guardians.add_guardian(work, child=other, new=NewGuardian(Kind.MOTHER, person=mother))
    assert doubts == (Doubt.CHILD_PARENT,)


def test_merged_files_keep_household_and_children(
    database: Database, caso: Identity, family: tuple[uuid.UUID, ...]
) -> None:
    mother, father, boy, *_ = family
    again = register(database, caso, new_person(given="Mari Anj", birth="1990-04-02"))
    child_again = register(database, caso, new_person(given="Woodly", birth="2012-07-19"))
    named = NewGuardian(Kind.OTHER_RELATIVE, name="Tía Rose", accompanies=False)
    with work_as(database, caso) as work:
        guardians.add_guardian(work, child=boy, new=named)
        members.move_member(work, mother, again)
        members.move_member(work, boy, child_again)
    found = their(database, child_again)
    assert found.head is not None
    assert found.head.ref == again
    assert found.member(mother) is None
    assert found.member(boy) is None
    names = {one.person or one.name for one in found.member(child_again).guardians}  # type: ignore[union-attr]
    assert names == {again, father, "Tía Rose"}
    with serving(database, read_only=True), reading() as desk:
        assert queries.guardians_of(desk.session, boy) == ()


def test_the_database_itself_keeps_one_household_per_person(
    database: Database, caso: Identity, family: tuple[uuid.UUID, ...]
) -> None:
    with pytest.raises(IntegrityError), work_as(database, caso) as work:
        work.session.add(
            HouseholdMember(household_id=their(database, family[0]).ref, person_id=family[1], joined_at=work.now)
        )
        work.session.flush()


def test_companions_for_routing(database: Database, family: tuple[uuid.UUID, ...], caso: Identity) -> None:
    alone = register(database, caso, new_person(given="Sola"))
    with serving(database, read_only=True), reading() as desk:
        assert queries.companions_of(desk.session, family[0]) == frozenset({"men", "children"})
        assert queries.companions_of(desk.session, alone) is None

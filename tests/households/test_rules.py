"""Who may answer for a child, what relations become, whom a child is with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.households.facts import Guardian, Household, Kind, Member, Place, Proof
from referral.households.rules.company import accompaniment_of, companions, company_to_write, household_doubts, parted
from referral.households.rules.guardians import check_guardian
from referral.households.rules.reasons import Doubt, Reason
from referral.households.rules.relations import (
    check_births,
    check_places,
    first_twice,
    guardian_kind,
    relation_after,
)
from referral.kernel.codes import CHILD_ACCOMPANIMENT, RELATIONS
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused

TODAY = date(2026, 11, 20)
SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def born(text: str) -> PartialDate:
    return PartialDate.from_text(text)


def member(
    birth: str, relation: str = "", *, head: bool = False, gender: str = "", goes: bool = True, ref: UUID | None = None
) -> Member:
    return Member(
        ref=ref or uuid4(),
        name=f"{relation or 'head'} {birth}",
        birth=born(birth),
        minor=born(birth).is_minor(TODAY),
        gender=gender,
        relation=relation,
        head=head,
        goes_with=goes,
        accompaniment="",
        guardians=(),
        folio=None,
        desk=uuid4(),
        since=SINCE,
    )


def household(*members: Member) -> Household:
    return Household(uuid4(), members)


def answering(kind: Kind, *, person: Member | None = None, here: bool = True) -> Guardian:
    birth = person.birth if person else PartialDate.unknown()
    return Guardian(
        uuid4(), uuid4(), kind, Proof.TOLD, person.ref if person else None, "Alguien", "", "", birth, here, SINCE
    )


def test_a_guardian_younger_than_the_child_is_refused() -> None:
    with pytest.raises(Refused) as no:
        check_guardian(Kind.MOTHER, name="Rosa", birth=born("2015"), child=born("2010-05-01"), today=TODAY)
    assert no.value.reason is Reason.GUARDIAN_YOUNGER
    assert no.value.values["name"] == "Rosa"


@pytest.mark.parametrize(("guardian", "child"), [("2010", "2010"), ("age:12@2026-11-20", "2014"), ("unknown", "2014")])
def test_dates_that_allow_both_orders_are_not_called_younger(guardian: str, child: str) -> None:
    try:
        check_guardian(Kind.MOTHER, name="Rosa", birth=born(guardian), child=born(child), today=TODAY)
    except Refused as no:
        pytest.fail(f"refused with {no}")


def test_a_parent_under_18_is_allowed_with_a_warning_and_another_guardian_is_not() -> None:
    child, young = born("2025-06-01"), born("2010-03-01")
    assert check_guardian(Kind.MOTHER, name="Rosa", birth=young, child=child, today=TODAY) == (Doubt.CHILD_PARENT,)
    with pytest.raises(Refused) as no:
        check_guardian(Kind.OTHER_RELATIVE, name="Rosa", birth=young, child=child, today=TODAY)
    assert no.value.reason is Reason.GUARDIAN_MINOR


def test_an_adult_has_no_guardian_and_a_parent_nine_years_older_is_doubted() -> None:
    with pytest.raises(Refused) as no:
        check_guardian(Kind.MOTHER, name="Rosa", birth=born("1970"), child=born("1999"), today=TODAY)
    assert no.value.reason is Reason.NOT_A_CHILD
    near = check_guardian(Kind.FATHER, name="Rosa", birth=born("2001"), child=born("2010"), today=TODAY)
    assert near == (Doubt.PARENT_TOO_CLOSE,)


@given(st.dates(date(1930, 1, 1), TODAY), st.dates(date(2009, 1, 1), TODAY), st.sampled_from(Kind))
def test_nobody_who_is_not_older_ever_answers_for_a_child(adult: date, child: date, kind: Kind) -> None:
    facts = PartialDate.of_day(adult), PartialDate.of_day(child)
    if adult >= child:
        with pytest.raises(Refused):
            check_guardian(kind, name="Rosa", birth=facts[0], child=facts[1], today=TODAY)


def test_every_kind_and_every_turned_relation_is_a_code() -> None:
    assert all(kind.value in CHILD_ACCOMPANIMENT for kind in Kind)
    for code in RELATIONS:
        assert relation_after("", new_head=code.code, is_old_head=True) in RELATIONS
        for other in RELATIONS:
            turned = relation_after(other.code, new_head=code.code, is_old_head=False)
            assert turned == "" or turned in RELATIONS


def test_a_new_head_turns_what_is_certain_and_asks_the_rest() -> None:
    assert relation_after("", new_head="child", is_old_head=True) == "parent"
    assert relation_after("child", new_head="child", is_old_head=False) == "sibling"
    assert relation_after("child", new_head="partner", is_old_head=False) == ""  # perhaps not the partner's child


def test_relations_that_contradict_the_births_are_refused() -> None:
    check_births("child", name="Ana", birth=born("2010"), head=born("1990"))
    check_births("sibling", name="Ana", birth=born("1980"), head=born("1990"))
    for relation, birth in (("child", "1985"), ("parent", "1999"), ("grandparent", "1995")):
        with pytest.raises(Refused) as no:
            check_births(relation, name="Ana", birth=born(birth), head=born("1990"))
        assert no.value.reason is Reason.PARENT_YOUNGER


def test_a_household_has_one_head_and_nobody_twice() -> None:
    one, two = uuid4(), uuid4()
    check_places([Place(one, head=True), Place(two, "child")])
    for wrong in (
        [Place(one), Place(two)],
        [Place(one, head=True), Place(two, head=True)],
        [Place(one, head=True)] * 2,
    ):
        with pytest.raises(Refused) as no:
            check_places(wrong)
        assert no.value.reason is Reason.HEAD_NOT_ONE


def test_the_same_name_and_birth_typed_twice_is_found_and_twins_are_not() -> None:
    assert first_twice([("Jean", born("2015")), ("JEAN", born("2015"))]) == "JEAN"
    assert first_twice([("Jean", born("2015")), ("Jan", born("2015")), ("Jean", born("2016"))]) is None


def test_the_head_answers_for_a_child_by_relation() -> None:
    assert guardian_kind("child", "women") is Kind.MOTHER
    assert guardian_kind("child", "men") is Kind.FATHER
    assert guardian_kind("child", "") is None
    assert guardian_kind("sibling", "women") is Kind.OTHER_RELATIVE
    assert guardian_kind("friend", "men") is Kind.UNRELATED_ADULT
    assert guardian_kind("", "women") is None


def test_whom_a_child_is_with() -> None:
    mother = member("1990", head=True, gender="women")
    father = member("1988", "partner", gender="men")
    child = member("2015", "child")
    family = household(mother, father, child)
    assert accompaniment_of(child, family, (), TODAY) == "mother"  # through the relation alone
    both = (answering(Kind.MOTHER, person=mother), answering(Kind.FATHER, person=father))
    assert accompaniment_of(child, family, both, TODAY) == "both"
    assert accompaniment_of(child, family, both[1:], TODAY) == "father"
    assert accompaniment_of(mother, family, (), TODAY) is None


def test_a_mother_who_stayed_behind_or_left_the_household_is_no_company() -> None:
    child = member("2012", "niece_nephew")
    aunt = member("1985", head=True, gender="women")
    away = answering(Kind.MOTHER, here=False)
    assert accompaniment_of(child, household(aunt, child), (away,), TODAY) == "other_relative"
    gone = answering(Kind.MOTHER, person=member("1985"))
    assert accompaniment_of(child, household(aunt, child), (gone,), TODAY) == "other_relative"


def test_children_together_without_an_adult_are_alone_and_unknown_ages_make_nobody_alone() -> None:
    sister, brother = member("2010", head=True, gender="women"), member("2016", "sibling")
    assert accompaniment_of(brother, household(sister, brother), (), TODAY) == "alone"
    sixteen = answering(Kind.OTHER_RELATIVE, person=sister)
    assert accompaniment_of(brother, household(sister, brother), (sixteen,), TODAY) == "alone"
    unknown = member("unknown", head=True)
    assert accompaniment_of(brother, household(unknown, brother), (), TODAY) is None
    assert accompaniment_of(brother, None, (), TODAY) is None
    apart = member("2016", "sibling", goes=False)
    assert accompaniment_of(apart, household(sister, apart), (), TODAY) is None


def test_a_mother_of_sixteen_accompanies_her_baby() -> None:
    mother, baby = member("2010", head=True, gender="women"), member("2026", "child")
    answers = (answering(Kind.MOTHER, person=mother),)
    assert accompaniment_of(baby, household(mother, baby), answers, TODAY) == "mother"
    assert accompaniment_of(mother, household(mother, baby), (), TODAY) == "alone"


def test_a_child_with_a_stranger_is_told() -> None:
    stranger, child = member("1980", head=True), member("2014", "other")
    assert accompaniment_of(child, household(stranger, child), (), TODAY) == "unrelated_adult"
    assert household_doubts(household(stranger, child), TODAY) == (Doubt.WITH_UNRELATED,)


def test_a_child_named_first_is_with_the_adult_by_what_the_adult_is_to_her() -> None:
    girl = member("2011", head=True, gender="women")
    assert accompaniment_of(girl, household(girl, member("1985", "parent", gender="men")), (), TODAY) == "father"
    assert accompaniment_of(girl, household(girl, member("1960", "grandparent")), (), TODAY) == "other_relative"
    assert accompaniment_of(girl, household(girl, member("1985", "parent")), (), TODAY) is None


def test_companions_are_unknown_as_soon_as_one_is() -> None:
    mother = member("1990", head=True, gender="women")
    child, father = member("2015", "child"), member("1988", "partner", gender="men")
    assert companions(mother, household(mother, father, child)) == frozenset({"men", "children"})
    assert companions(mother, household(mother, member("1988", "partner"), child)) is None
    assert companions(mother, household(mother, member("1988", "partner", gender="men", goes=False))) == frozenset()


def test_a_shelter_for_part_of_a_family_is_noticed() -> None:
    mother, child = member("1990", head=True), member("2015", "child")
    lodger = member("1970", "friend", goes=False)
    assert parted(household(mother, child, lodger), [mother.ref]) == (child,)
    assert parted(household(mother, child, lodger), [mother.ref, child.ref]) == ()


def test_both_parents_once_recorded_stay_both_while_the_partner_goes_along() -> None:
    mother, father = member("1990", head=True, gender="women"), member("1988", "partner")
    child = member("2015", "child")
    assert company_to_write("both", "mother", household(mother, father, child)) == "both"
    assert company_to_write("both", "mother", household(mother, child)) == "mother"
    assert company_to_write("both", "alone", household(mother, father, child)) == "alone"
    assert company_to_write("", None, None) is None

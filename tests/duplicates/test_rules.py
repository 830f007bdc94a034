"""What stays of two answers, and whose consent stands."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.duplicates import labels
from referral.duplicates.facts import Agreement, Choice, MergeOrder, Unit
from referral.duplicates.rules import (
    NOTES,
    ROOTS,
    UNITS,
    Reason,
    Said,
    basis_together,
    check_order,
    chosen,
    compare,
    protected_address,
    settled,
    stands,
)
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refs import new_ref
from referral.kernel.refusal import Refused
from referral.people.facts import ContactFacts, IdentityFacts, LifeFacts

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
FOLLOWS = {"health.difficulties"}  # told by other answers, so that nobody chooses it


def unit(key: str) -> Unit:
    return next(one for one in UNITS if one.key == key)


def test_every_fact_of_a_file_stands_in_one_unit() -> None:
    facts = {(root, each.name) for root, kind in ROOTS.items() for each in fields(kind)}
    held = [(one.root, name) for one in UNITS if one is not NOTES for name in one.names]
    assert sorted(held) == sorted(facts)


def test_every_unit_that_can_be_chosen_has_a_question() -> None:
    assert {one.key for one in UNITS if not labels.questions_of(one)} == FOLLOWS


def test_the_fuller_answer_stays_then_the_newer() -> None:
    birth = unit("identity.birth")
    names = PersonNames(given="Marie")
    year, day = (IdentityFacts(names, PartialDate.from_text(text)) for text in ("1994", "1994-03-27"))
    assert compare(birth, year, day, other_is_newer=False).default is Choice.OTHER
    assert compare(birth, day, year, other_is_newer=True).default is Choice.KEPT
    marital = unit("life.marital")
    one, other = LifeFacts(marital="single"), LifeFacts(marital="married")
    assert compare(marital, one, other, other_is_newer=True).default is Choice.OTHER
    assert compare(marital, one, other, other_is_newer=False).default is Choice.KEPT


def test_what_only_one_file_says_is_taken_whatever_is_asked() -> None:
    marital = unit("life.marital")
    only = compare(marital, LifeFacts(), LifeFacts(marital="married"), other_is_newer=False)
    assert only.agreement is Agreement.ONLY_OTHER
    assert settled(only, chosen(only, Choice.KEPT)) == {"marital": "married"}


def test_lists_are_joined_and_names_are_never_lost() -> None:
    names = unit("identity.names")
    one = IdentityFacts(PersonNames(given="Marie", surname1="Joseph", others=("Mari",)))
    other = IdentityFacts(PersonNames(given="Mari Ange", surname1="Josef", chosen="Ange"))
    taken = settled(compare(names, one, other, other_is_newer=True), Choice.OTHER)["names"]
    assert (taken.document_name, taken.others) == ("Mari Ange Josef", ("Marie Joseph", "Mari"))
    skills = compare(
        unit("life.skills"), LifeFacts(skills=("a", "b")), LifeFacts(skills=("b", "c")), other_is_newer=True
    )
    assert settled(skills, skills.default) == {"skills": ("a", "b", "c")}
    assert settled(compare(NOTES, "uno", "dos", other_is_newer=True), Choice.BOTH) == {"": "uno\n\ndos"}


def test_both_is_for_lists_alone() -> None:
    marital = compare(unit("life.marital"), LifeFacts(marital="a"), LifeFacts(marital="b"), other_is_newer=True)
    assert chosen(marital, Choice.BOTH) is Choice.OTHER


def test_a_protected_address_is_the_one_that_stays() -> None:
    hidden, open_ = ContactFacts(street="Uno", protected_address=True), ContactFacts(street="Dos")
    assert protected_address(hidden, open_, other_is_newer=True) is Choice.KEPT
    assert protected_address(open_, hidden, other_is_newer=False) is Choice.OTHER
    assert protected_address(open_, open_, other_is_newer=True) is None


EARLIER = NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("one", "other", "one_stands"),
    [
        (Said("no", EARLIER, None), Said("yes", NOW, None), False),
        (Said("no", NOW, None), Said("yes", EARLIER, None), True),
        (Said("no", NOW, None), Said("yes", NOW, None), True),
        (Said("yes", EARLIER, EARLIER), Said("not_now", NOW, None), True),
        (Said("yes", EARLIER, NOW), Said("yes", EARLIER, None), True),
        (Said("not_now", EARLIER, None), Said("yes", NOW, None), False),
        (Said("yes", EARLIER, None), Said("yes", NOW, None), False),
    ],
)
def test_the_stricter_answer_stands_unless_a_yes_came_after(one: Said, other: Said, one_stands: bool) -> None:
    assert stands(one, other) is one_stands
    assert stands(other, one) is not one_stands


_moments = st.integers(0, 3).map(lambda days: NOW + timedelta(days=days))
_said = st.builds(Said, st.sampled_from(["yes", "no", "not_now"]), _moments, st.none() | _moments)


@given(_said, _said)
def test_a_yes_never_stands_over_a_refusal_of_the_same_moment_or_later(one: Said, other: Said) -> None:
    winner, loser = (one, other) if stands(one, other) else (other, one)
    if winner.strictness == 0 and loser.strictness > 0:
        assert winner.at > loser.moment


def test_on_what_sensitive_facts_rest() -> None:
    assert basis_together("consent", "withdrawn", answer=True) == "consent"
    assert basis_together("consent", None, answer=False) == "withdrawn"
    assert basis_together("emergency", "consent", answer=False) == "withdrawn"
    assert basis_together("consent", "child_protection", answer=False) == "child_protection"
    assert basis_together(None, "emergency", answer=None) == "emergency"
    assert basis_together(None, None, answer=None) is None


def test_an_order_says_why() -> None:
    ref = new_ref()
    for order, reason in (
        (MergeOrder(ref, ref, {}, "una razón que dice algo"), Reason.SAME_FILE),
        (MergeOrder(ref, new_ref(), {}, " sí "), Reason.REASON_TOO_SHORT),
    ):
        with pytest.raises(Refused) as no:
            check_order(order)
        assert no.value.reason is reason

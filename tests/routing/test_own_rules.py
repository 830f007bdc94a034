"""A city's own rules laid over the book: switched off, changed, added; what cannot be used stops with a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from referral.routing.facts import NeedFacts
from referral.routing.rules.book import BadRules, every_rule, lay_over, rule_book
from referral.routing.rules.truth import Truth
from tests.routing.test_cases import person_of

HEAD = "id,on,kind,when,effect,doors,after,consent,opens,urgency,condition_es,condition_en,do_es,do_en,basis\n"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "rules.csv"
    lay_over(None)


def test_a_rule_is_switched_off_and_still_stands_among_all(own: Path) -> None:
    own.write_text("id,on\nR32,no\n", encoding="utf-8")
    lay_over(own)
    assert "R32" not in rule_book()
    assert (every_rule()["R32"].on, every_rule()["R32"].own, every_rule()["R31"].own) == (False, True, False)


def test_a_rule_is_changed_in_the_cells_that_are_filled_in(own: Path) -> None:
    own.write_text("id,doors,basis\nR23,COMEDORES;DIF,Acuerdo de la ciudad\n", encoding="utf-8")
    lay_over(own)
    rule = rule_book()["R23"]
    assert rule.named(person_of(""), NeedFacts("BASIC_FOOD")) == ("COMEDORES", "DIF")
    assert (rule.basis, rule.condition.es) == ("Acuerdo de la ciudad", "Necesita comer")


def test_a_rule_is_added(own: Path) -> None:
    row = "R41,yes,rule,age:60- & need:BASIC_FOOD,first,DIF,,,,soon,Mayor,Older,Acompañe,Go along,"
    own.write_text(HEAD + row + "\n", encoding="utf-8")
    lay_over(own)
    assert rule_book()["R41"].answer(person_of("age=60"), NeedFacts("BASIC_FOOD")).truth is Truth.YES
    lay_over(None)
    assert "R41" not in rule_book()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,shoe\nR23,9\n", "columns that rules do not have: shoe"),
        ("id,on\nR23,perhaps\n", "line 2: on is yes or no"),
        ("id,urgency\nR23,whenever\n", "line 2: on is yes or no"),
        ("id,when\nR23,shoe:size\n", "line 2, rule R23"),
        ("id,effect\nR23,dance\n", "line 2, rule R23"),
        ("id,opens\nR23,NO_SUCH\n", "NO_SUCH is no need of the list"),
        ("id,effect\nR23,note\n", "note and its doors do not go together"),
        ("id,on\n,yes\n", "line 2: a rule needs"),
        ("id,on\nR41,yes\n", "line 2: a rule needs kind, when, effect"),
        ("id,on\nR13,no\n", "rule R13 protects people"),
        ("id,when\nR12,is:FEARS_RETURN\n", "rule R12 protects people"),
        ("", "columns that rules do not have"),
    ],
)
def test_a_row_that_cannot_be_used_stops_with_a_sentence(own: Path, text: str, says: str) -> None:
    own.write_text(text, encoding="utf-8")
    with pytest.raises(BadRules, match=says):
        lay_over(own)
    assert len(rule_book()) == 40, "what stood before still stands"


def test_a_file_that_is_not_there_stops_with_a_sentence(own: Path) -> None:
    with pytest.raises(BadRules, match="cannot be read"):
        lay_over(own)

"""What a person is filed under, and what a search asks for."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.people.rules.keys import (
    MOST_KEYS,
    PAIR_LETTERS,
    ExactId,
    ExactKind,
    key_weight,
    match_keys,
    search_keys,
)
from referral.people.rules.phonetics import sound_code
from referral.people.rules.search_box import LONGEST_SEARCH, MOST_ASKED, query_keys, second_keys, slipped_stems

TODAY = date(2026, 11, 21)
ROSA = PersonNames(given="Rosa María", surname1="Hernández", surname2="de la Cruz")
BORN = PartialDate.of_day(date(1994, 3, 27))
WORDS = st.text(alphabet="abcdefghijlmnñopqrstuvxyzáéí", min_size=1, max_size=12)


def exact_keys(text: str) -> set[str]:
    return {identifier.key for identifier in query_keys(text, today=TODAY).exact}


def test_four_words_a_date_and_three_identifiers_need_few_keys() -> None:
    identifiers = [
        ExactId(ExactKind.CURP, "LOPB920715HJCRRR05"),
        ExactId(ExactKind.DOCUMENT, "G 1234-5678"),
        ExactId(ExactKind.PHONE, "+52 55 5555 0123"),
    ]
    keys = search_keys(ROSA, BORN, exact=identifiers)
    assert {"doc:g12345678", "tel:55550123", "d:1994-03-27", "nt:rosa:1994", "nt:rosa:1994-03"} <= keys
    assert "nnt:erna+rosa:1994" in keys  # which keeps apart people of common names
    assert len(keys) <= 32


def test_a_person_with_very_many_names_has_a_bounded_number_of_keys() -> None:
    others = tuple(f"{chr(97 + i)}bcd{chr(97 + j)} efgh ijkl mnop qrst uvwx" for i in range(4) for j in range(5))
    keys = search_keys(PersonNames(given="A B C D E F G H I J K L", surname1="M N O P", others=others), BORN)
    assert len(keys) == MOST_KEYS


@given(st.permutations(["de", "van", "rosa"]) | st.lists(WORDS, min_size=1, max_size=5), st.randoms())
def test_order_case_and_place_of_the_words_never_change_the_name_keys(words: list[str], chance: Random) -> None:
    shuffled = chance.sample(words, len(words))
    one = search_keys(PersonNames(given=" ".join(words)), BORN)
    other = search_keys(PersonNames(given=shuffled[0].upper(), surname1=" ".join(shuffled[1:]).title()), BORN)
    assert one == other


@given(st.text(min_size=1, max_size=128), st.text(max_size=60))
def test_a_search_for_the_same_names_asks_for_every_stored_key(given_name: str, surname: str) -> None:
    names = PersonNames(
        given=f"a{''.join(c for c in given_name if c.isalpha())}"[:120], native=surname if surname.isalpha() else ""
    )
    assert search_keys(names, BORN) <= match_keys(names, BORN)


def test_day_and_month_changed_over_share_the_date_key_and_the_first_of_january_has_none() -> None:
    swapped = search_keys(ROSA, PartialDate.of_day(date(1994, 4, 3)))
    assert "d:1994-03-04" in swapped & search_keys(ROSA, PartialDate.of_day(date(1994, 3, 4)))
    assert not any(key.startswith("d:") for key in search_keys(ROSA, PartialDate.of_day(date(1994, 1, 1))))


def test_an_age_asks_for_the_years_around_it() -> None:
    stored = search_keys(ROSA, PartialDate.of_year(1992))
    asked = match_keys(ROSA, PartialDate.of_age(32, TODAY))
    assert {key for key in stored if key.startswith("nnt:")} <= asked


def test_one_word_alone_asks_for_the_years_around_an_age_too() -> None:
    rosa = PersonNames(given="Rosa")
    asked = match_keys(rosa, PartialDate.of_age(32, TODAY))
    assert "nt:rosa:1992" in search_keys(rosa, PartialDate.of_year(1992)) & asked


def test_a_chosen_name_is_found_with_the_surnames() -> None:
    named = PersonNames(given="Carlos", surname1="Zelaya", chosen="Karla", others=("Karla Sofía Mejía",))
    asked = match_keys(PersonNames(given="Karla", surname1="Zelaya"), PartialDate.unknown())
    assert any(key.startswith("nn:") for key in asked & search_keys(named, PartialDate.unknown()))


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("G-O123 456", "g0123456", ExactKind.DOCUMENT),
        ("+52 1 55 5555 0123", "5555550123", ExactKind.PHONE),
        ("(509) 3456-7890", "34567890", ExactKind.PHONE),
        ("lopb920715hjcrrr05", "LOPB920715HJCRRR05", ExactKind.CURP),
    ],
)
def test_identifiers_typed_in_two_ways_are_one(one: str, other: str, kind: ExactKind) -> None:
    assert ExactId(kind, one).key == ExactId(kind, other).key != ""


def test_too_little_of_an_identifier_has_no_key() -> None:
    assert ExactId(ExactKind.DOCUMENT, "12").key == ExactId(ExactKind.PHONE, "555").key == ""
    assert "" not in search_keys(ROSA, BORN, exact=[ExactId(ExactKind.PHONE, "-")])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("PHM-2026-000123-7", "folio:phm20260001237"),
        ("rosa phm2026ooo1237", "folio:phm20260001237"),
        ("55 5555 0123 rosa", "tel:55550123"),
        ("+509 3456-7890", "tel:34567890"),
        ("G12345678", "doc:g12345678"),
        ("hernández LOPB920715HJCRRR05", "curp:l0pb920715hjcrrr05"),
        ("123456789", "doc:123456789"),
    ],
)
def test_the_search_box_recognises_identifiers_among_words(text: str, key: str) -> None:
    assert key in exact_keys(text)


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("rosa 27/03/1994", "1994-03-27"),
        ("1994-03-27 rosa", "1994-03-27"),
        ("rosa 03/27/1994", "1994-03-27"),
        ("rosa 27 de marzo de 1994", "1994-03-27"),
        ("rosa 27 mar 1994", "1994-03-27"),
        ("rosa 1994", "1994"),
    ],
)
def test_the_search_box_recognises_a_birth(text: str, birth: str) -> None:
    asked = query_keys(text, today=TODAY)
    assert [found.to_text() for found in asked.births] == [birth]
    assert [word.text for word in asked.words] == ["rosa"]
    assert asked.keys & search_keys(PersonNames(given="Rosa"), BORN)


def test_years_that_nobody_was_born_in_are_no_birth() -> None:
    assert query_keys("rosa 1492 2199", today=TODAY).births == ()


@pytest.mark.parametrize("typed", ["rosa her", "rosa hern", "hernandez ro", "ros", "mari ernandes", "rosa maria h"])
def test_what_is_typed_so_far_shares_keys_with_the_person(typed: str) -> None:
    assert query_keys(typed, today=TODAY).keys & search_keys(ROSA, BORN)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("mar lop 1998", "nn:lope+mari"),  # beginnings
        ("elean funes", "nn:elen+fun"),  # two letters changed over
        ("rsa funes", "nn:fun+rosa"),  # one too few
        ("rosla funes", "nn:fun+rosa"),  # one too many
        ("tosa funes 1994", "nnt:fun+rosa:1994"),  # another one
        ("tosa 1994", "nt:rosa:1994"),
    ],
)
def test_a_second_look_takes_one_word_for_mistyped_or_short(typed: str, key: str) -> None:
    asked = query_keys(typed, today=TODAY)
    assert key in second_keys(asked).keys() - asked.keys


def test_what_a_finished_word_may_begin_waits_for_the_second_look() -> None:
    asked = query_keys("José Pérez 1990", today=TODAY)
    assert asked.alike == {}
    assert "nn:jose+per" in second_keys(asked)  # Josefina


def test_every_key_of_what_the_last_word_may_become_stands_beside_that_of_the_word_itself() -> None:
    asked = query_keys("guadalupe lop", today=TODAY)
    assert asked.alike["nn:lope+uada"] == "nn:lop+uada"
    assert asked.alike.keys() <= asked.keys


@given(WORDS, st.integers(0, 5), st.sampled_from("abdelmnoprst"))
def test_a_stem_one_letter_off_is_among_the_slips_both_ways(word: str, at: int, letter: str) -> None:
    stem = sound_code(word)[:PAIR_LETTERS]
    other = f"{stem[:at]}{letter}{stem[at + 1 :]}"[:PAIR_LETTERS]
    if len(other) == len(stem) and other != stem:
        assert other in slipped_stems(stem)


@given(st.text(max_size=LONGEST_SEARCH * 2))
def test_the_second_look_never_fails_and_never_asks_twice(text: str) -> None:
    asked = query_keys(text, today=TODAY)
    assert second_keys(asked).keys().isdisjoint(asked.keys)


@given(st.text(max_size=LONGEST_SEARCH * 2))
def test_the_search_box_never_fails(text: str) -> None:
    asked = query_keys(text, today=TODAY)
    assert "" not in asked.keys
    assert len(asked.keys) <= MOST_ASKED + len(asked.query.exact)


def test_a_rarer_key_weighs_more() -> None:
    assert key_weight(1, 1_000) > key_weight(500, 1_000) > 0
    assert key_weight(0, 0) >= 0

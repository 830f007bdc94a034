"""Names: one or many, any script; what cannot be kept is refused; search forms ignore what people ignore."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.kernel.names import LONGEST_NAME, NameProblem, PersonNames, clean_name, normalise, sorting_key
from referral.kernel.refusal import Refused


@pytest.mark.parametrize(
    "name",
    ["A", "Jean-Baptiste", "D’Angelo", "María de los Ángeles", "محمد", "王", "Nguyễn", "Žofia", "می‌نا", "O", "X Æ A-12",
     "Ixch’el", "ຄຳ", "A" * LONGEST_NAME],
)  # fmt: skip
def test_names_of_any_script_are_kept_as_written(name: str) -> None:
    assert clean_name(name) == name
    assert PersonNames(given=name).display == name


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", NameProblem.EMPTY),
        (" \t\n", NameProblem.EMPTY),
        ("A" * (LONGEST_NAME + 1), NameProblem.TOO_LONG),
        ("Ana\x00", NameProblem.INVISIBLE_CHARACTERS),
        ("\u202eanA", NameProblem.INVISIBLE_CHARACTERS),
        ("Ana\u2066", NameProblem.INVISIBLE_CHARACTERS),
        ("Ana\u200b", NameProblem.INVISIBLE_CHARACTERS),
        ("Ana\ud800", NameProblem.INVISIBLE_CHARACTERS),
        ("\u3164", NameProblem.INVISIBLE_CHARACTERS),
        ("-", NameProblem.NO_LETTERS),
        ("12", NameProblem.NO_LETTERS),
    ],
)
def test_refused_names(name: str, problem: NameProblem) -> None:
    with pytest.raises(Refused) as refused:
        clean_name(name)
    assert refused.value.reason is problem


def test_spaces_and_composition_are_settled() -> None:
    assert clean_name("  Jose\u0301   Luis\t") == "José Luis"
    assert clean_name("Ana\u00a0María") == "Ana María"


def test_one_name_in_any_place_is_enough() -> None:
    assert PersonNames(surname1="Sukarno").display == "Sukarno"
    assert PersonNames(chosen="La Flaca").document_name == ""
    assert PersonNames(native="王").display == "王"
    with pytest.raises(Refused) as refused:
        PersonNames(given=" ", others=("Ana",))
    assert (refused.value.reason, refused.value.field) == (NameProblem.EMPTY, "given")


def test_refusal_names_the_field() -> None:
    with pytest.raises(Refused) as refused:
        PersonNames(given="Ana", surname2="\x07")
    assert refused.value.field == "surname2"
    with pytest.raises(Refused) as refused:
        PersonNames(given="Ana", others=tuple(f"Ana {letter}" for letter in "abcdefghijklmnopqrstuvw"))
    assert (refused.value.reason, refused.value.field) == (NameProblem.TOO_MANY, "others")


def test_the_chosen_name_is_shown_and_the_document_keeps_its_own() -> None:
    names = PersonNames(given="Carlos", surname1="Pérez", surname2="Díaz", chosen="Karla Pérez")
    assert names.display == "Karla Pérez"
    assert names.document_name == "Carlos Pérez Díaz"


def test_others_are_cleaned_and_said_once() -> None:
    assert PersonNames(given="Ana", others=(" Anna ", "", "Anna", "Hanna")).others == ("Anna", "Hanna")


@pytest.mark.parametrize(
    ("names", "initials"),
    [
        (PersonNames(given="María de la Luz", surname1="Ñúñez", surname2="D'Angelo"), "MLÑD"),
        (PersonNames(given="élise", surname1="de Souza"), "ÉS"),
        (PersonNames(chosen="La Flaca"), "F"),
        (PersonNames(given="De"), "D"),
        (PersonNames(native="王 芳"), "王芳"),
    ],
)
def test_initials(names: PersonNames, initials: str) -> None:
    assert names.initials == initials


def test_list_order_is_by_surname_with_enye_after_n() -> None:
    people = [
        PersonNames(given="Ana", surname1="Zárate"),
        PersonNames(given="Ana", surname1="Ñáñez"),
        PersonNames(given="Ana", surname1="Nzinga"),
        PersonNames(given="Eva", surname1="Álvarez"),
        PersonNames(given="Ana", surname1="Alvarez"),
        PersonNames(chosen="Beto"),
    ]
    ordered = [names.display for names in sorted(people, key=lambda names: names.sort_key)]
    assert ordered == ["Ana Alvarez", "Eva Álvarez", "Beto", "Ana Nzinga", "Ana Ñáñez", "Ana Zárate"]
    assert sorting_key("de la Peña") < sorting_key("de la Pez")
    assert sorting_key("ana ñúñez") == "ana nʒunʒez"


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("  D’Ángelo-Muñoz ", "dangelo munoz"),
        ("O'Neil", "ONEIL"),
        ("Jean-Baptiste", "jean baptiste"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("GROẞ", "gross"),
        ("Nguyễn", "nguyen"),
        ("Jose\u0301", "JOSÉ"),
        ("한글", "한글"),
    ],
)
def test_search_forms_are_equal(written: str, same: str) -> None:
    assert normalise(written) == normalise(same)


@given(st.text(max_size=60))
def test_search_form_is_stable_and_blind_to_case_and_composition(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(unicodedata.normalize("NFC", text))
    assert normalise(f"  {text} ") == once


@given(st.text("áéíóúñüÁÉÍÓÚÑÜabcxyz -", max_size=30))
def test_search_form_ignores_case_in_spanish(text: str) -> None:
    assert normalise(text.upper()) == normalise(text.lower()) == normalise(text)


@given(st.text(max_size=200))
def test_any_text_is_cleaned_once_for_all_or_refused(text: str) -> None:
    try:
        cleaned = clean_name(text)
    except Refused as refused:
        reason: object = refused.reason
    else:
        reason = None
        assert clean_name(cleaned) == cleaned
        assert 1 <= len(cleaned) <= LONGEST_NAME
        PersonNames(given=cleaned).initials.encode("utf-8")
    assert reason in {None, *NameProblem}

"""One code for one sound, whoever spelled it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.people.rules.phonetics import opening_codes, sound_code, tokens

SAME_SOUND = [
    "Luis Louis Luiz Lui",
    "Jean Jan Yan Ian",
    "Pierre Pier",
    "González Gonzales Gonsález Glez.",
    "Hernández Ernandes Hdez",
    "Jiménez Giménez Ximénez Yiménez",
    "Vázquez Vasquez Básquez",
    "Muñoz Munoz Munhoz",
    "Jessica Yésica Gessica",
    "Jhon John Jon",
    "Jorge George Georges",
    "Benoît Benoit Benua",
    "François Francois Fransua Franswa",
    "Carvalho Carvallo Carballo",
    "Castillo Castiyo",
    "Enrique Henrike",
    "Xóchitl Sóchil",
    "Stephanie Estefany",
    "Campos Canpos",
    "Beatriz Beatris",
    "Geovanny Giovani Yovany",
    "Chávez Shaves",
    "Moïse Moisés",
    "Dieudonné Diedone",
    "Toussaint Tusen",
    "Désir Desire",
    "Gonçalves Goncalves Gonzálvez",
    "Michel Michelle Mishel",
    "Guadalupe Wadalupe Gpe",
    "William Wilian",
    "Jaime Jeime",
    "Brunot Bruno",
    "David Davi",
    "Itzel Isel",
    "Fleurimond Flerimon",
    "Yolanda Iolanda",
    "Ysabel Isabel",
]
OTHER_SOUND = ["María Mario", "Juan Iván", "Ana Inés", "Pérez Flores", "Cruz Cortés", "José Josefina", "Pedro Pablo"]


@pytest.mark.parametrize("spellings", SAME_SOUND)
def test_spellings_of_one_sound_share_a_code(spellings: str) -> None:
    assert len({tokens(word)[0].code for word in spellings.split()}) == 1


@pytest.mark.parametrize("pair", OTHER_SOUND)
def test_different_names_keep_different_codes(pair: str) -> None:
    one, other = pair.split()
    assert tokens(one)[0].code != tokens(other)[0].code


def test_particles_are_left_out_unless_they_are_all_there_is() -> None:
    assert [token.text for token in tokens("María de los Ángeles de la Cruz y Gasset")] == [
        "maria",
        "angeles",
        "cruz",
        "gasset",
    ]
    assert [token.text for token in tokens("De la O")] == ["o"]
    assert [token.text for token in tokens("Van")] == ["van"]


def test_hyphens_part_words_and_the_written_form_is_kept() -> None:
    found = tokens("Jean-Baptiste D’Haïti Ma.")
    assert [(token.text, token.shown) for token in found] == [
        ("jean", "Jean"),
        ("baptiste", "Baptiste"),
        ("dhaiti", "D’Haïti"),
        ("ma", "Ma"),
    ]


def test_initials_other_scripts_and_nothing() -> None:
    assert sound_code("j") == "j"
    assert tokens("Иван")[0].code == "иван"
    assert tokens("王")[0].code == "王"
    assert tokens(" - . ’ ") == ()


def test_what_is_typed_so_far_keeps_every_sound_it_may_become() -> None:
    assert opening_codes("mic", 3) >= {sound_code("micaela")[:3], sound_code("michel")[:3]}
    assert opening_codes("gonz", 4) == {sound_code("gonzalo")[:4]}
    assert opening_codes("go", 3) == frozenset()


@given(st.text(max_size=300))
def test_any_text_has_tokens(text: str) -> None:
    for token in tokens(text):
        assert token.text
        assert token.code
        assert len(token.code) <= 45


@given(st.text(alphabet="aábcçdeéèfghiíïjklmnñoóöpqrstuúüvwxyzÁÉÑÜ -", max_size=60))
def test_accents_and_case_never_change_a_code(text: str) -> None:
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    codes = [token.code for token in tokens(text)]
    assert [token.code for token in tokens(plain)] == codes
    assert [token.code for token in tokens(text.upper())] == codes
    assert [token.code for token in tokens(unicodedata.normalize("NFD", text))] == codes

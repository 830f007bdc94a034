"""Folios: read back as people type them; one wrong character or two swapped ones never make another true folio."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from referral.kernel.folio import EXAMPLE_MASK, FolioProblem, check_mask, folio_problem, make_folio, read_folio
from referral.kernel.refusal import Refused

YEARS = st.integers(2000, 2099)
NUMBERS = st.integers(1, 9_999_999)
DIGITS_AND_LETTERS = string.digits + string.ascii_uppercase
# What is read as the same on purpose is no error.
SAME_TO_THE_EYE = str.maketrans("OIL", "011")


def test_shape() -> None:
    folio = make_folio(EXAMPLE_MASK, 2026, 123)
    assert folio.startswith("PHM-2026-000123-")
    assert len(folio) == len("PHM-2026-000123-") + 1
    assert folio[-1] not in "ILOU"


def test_known_folios_never_change() -> None:
    """Folios are printed on paper: a change of the check character would disown every one of them."""
    assert make_folio(EXAMPLE_MASK, 2026, 1) == "PHM-2026-000001-8"
    assert make_folio(EXAMPLE_MASK, 2026, 123) == "PHM-2026-000123-C"


@given(YEARS, NUMBERS)
def test_made_folios_are_read_back(year: int, number: int) -> None:
    text = make_folio(EXAMPLE_MASK, year, number)
    read = read_folio(EXAMPLE_MASK, text)
    assert (read.text, read.year, read.number) == (text, year, number)


@given(YEARS, NUMBERS, st.sampled_from(["", " ", "-", "/"]), st.booleans())
def test_typing_habits_are_forgiven(year: int, number: int, dash: str, keep_prefix: bool) -> None:
    text = make_folio(EXAMPLE_MASK, year, number)
    typed = text.replace("0", "o").replace("1", "l").replace("-", dash).lower()
    if not keep_prefix:
        typed = typed.replace("phm", "", 1)
    assert read_folio(EXAMPLE_MASK, f" {typed} ").text == text


@given(YEARS, NUMBERS, st.data())
def test_any_single_wrong_character_is_caught(year: int, number: int, data: st.DataObject) -> None:
    right = make_folio(EXAMPLE_MASK, year, number).replace("-", "")
    place = data.draw(st.integers(0, len(right) - 1))
    wrong = data.draw(st.sampled_from(DIGITS_AND_LETTERS))
    typed = right[:place] + wrong + right[place + 1 :]
    assume(typed.translate(SAME_TO_THE_EYE) != right)
    assert folio_problem(EXAMPLE_MASK, typed) is not None


@given(YEARS, NUMBERS, st.data())
def test_any_swap_of_two_characters_is_caught(year: int, number: int, data: st.DataObject) -> None:
    right = make_folio(EXAMPLE_MASK, year, number).replace("-", "")
    one = data.draw(st.integers(0, len(right) - 2))
    other = data.draw(st.integers(one + 1, len(right) - 1))
    swapped = list(right)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    typed = "".join(swapped)
    assume(typed != right)
    assert folio_problem(EXAMPLE_MASK, typed) is not None


def test_every_single_digit_error_and_swap_of_some_folios_is_caught() -> None:
    """Exhaustive where Hypothesis only samples: all wrong digits and all swaps within year and number."""
    for number in (1, 98, 1089, 123456, 890989):
        right = make_folio(EXAMPLE_MASK, 2026, number).replace("-", "")
        typed = {right[:n] + digit + right[n + 1 :] for n in range(3, 13) for digit in string.digits}
        for one in range(3, 13):
            for other in range(one + 1, 14):
                swapped = list(right)
                swapped[one], swapped[other] = swapped[other], swapped[one]
                typed.add("".join(swapped))
        typed.discard(right)
        assert [text for text in typed if folio_problem(EXAMPLE_MASK, text) is None] == []


def test_an_added_or_missing_zero_is_caught() -> None:
    right = make_folio(EXAMPLE_MASK, 2026, 123)
    assert folio_problem(EXAMPLE_MASK, right.replace("-000123", "-0000123")) is FolioProblem.UNREADABLE
    assert folio_problem(EXAMPLE_MASK, right.replace("-000123", "-00123")) is FolioProblem.UNREADABLE


def test_refusals() -> None:
    with pytest.raises(Refused) as refused:
        read_folio(EXAMPLE_MASK, "María Pérez")
    assert refused.value.reason is FolioProblem.UNREADABLE
    assert folio_problem(EXAMPLE_MASK, str(refused.value.values["example"])) is None
    assert folio_problem(EXAMPLE_MASK, "PHM-2026-000123-D") is FolioProblem.WRONG_CHECK


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    assert folio_problem(EXAMPLE_MASK, text) in {None, *FolioProblem}


@pytest.mark.parametrize(
    "mask",
    ["{year}{number:05d}{check}", "CDMX {year}/{number:04d}/{check}", "O1-{year}-{number:06d}-{check}-MX"],
)
@given(number=NUMBERS)
def test_other_masks(mask: str, number: int) -> None:
    check_mask(mask)
    width = 5 if ":05d" in mask else 4 if ":04d" in mask else 6
    number %= 10 ** (width + 2)
    assume(number > 0)
    text = make_folio(mask, 2026, number)
    assert read_folio(mask, text.lower()).text == text


@pytest.mark.parametrize(
    "mask",
    [
        "",
        "PHM",
        "{year}-{number:06d}",
        "{number:06d}-{year}-{check}",
        "{year}{year}{number:06d}{check}",
        "{year}-{number}-{check}",
        "{year}-{number:06d}-{check}-{x}",
        "Ñ-{year}-{number:06d}-{check}",
        "{year!r}-{number:06d}-{check}",
    ],
)
def test_wrong_masks_are_refused(mask: str) -> None:
    with pytest.raises(ValueError, match="folio mask"):
        check_mask(mask)


@pytest.mark.parametrize(("year", "number"), [(26, 1), (2026, 0), (2026, -5)])
def test_wrong_numbers_are_refused(year: int, number: int) -> None:
    with pytest.raises(ValueError, match="folio needs"):
        make_folio(EXAMPLE_MASK, year, number)

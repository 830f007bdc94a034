"""The CURP: published vectors, its check digit, what it says, and what it may not be trusted for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.documents.reading import boxes, curp_suggestions
from referral.kernel.codes import STATES
from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.people.facts import IdentityFacts
from referral.people.queries.search import exact_ids
from referral.people.rules.curp import CurpDoubt, CurpFacts, check_digit, clean_curp, curp_doubts, is_generic, read_curp

GOOD = ("BOXW310820HNERXN09", "HEGG560427MVZRRL04", "GAVA751231MNERRR07", "LOPB920715HJCRRR05", "MARP800101MDFRTR03")
ALPHABET = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
UNKNOWN = PartialDate.unknown()


@pytest.mark.parametrize("curp", GOOD)
def test_vectors_that_hold(curp: str) -> None:
    assert curp_doubts(curp, UNKNOWN, "") == ()
    read = read_curp(curp)
    assert read is not None
    assert read.sex == curp[10]
    assert f"{read.birth:%y%m%d}" == curp[4:10]


def test_what_they_say() -> None:
    assert read_curp(GOOD[0]) == CurpFacts(date(1931, 8, 20), "H", "NE")
    assert read_curp(GOOD[1]) == CurpFacts(date(1956, 4, 27), "M", "30")
    assert read_curp(GOOD[4]) == CurpFacts(date(1980, 1, 1), "M", "09")
    young = "AAAA040229HDFBBBA"
    assert read_curp(young + check_digit(young)) == CurpFacts(date(2004, 2, 29), "H", "09")


def test_one_that_does_not_hold_says_nothing() -> None:
    assert read_curp("BOXW310820HNERXN08") is None
    assert curp_doubts("BOXW310820HNERXN08", UNKNOWN, "") == (CurpDoubt.CHECK_DIGIT,)
    impossible = "AAAA990231HDFBBB0"
    assert read_curp(impossible + check_digit(impossible)) is None
    for text in ("", "X", "BOXW310820HNERXN0", "BOXW310820ZNERXN09"):
        assert read_curp(text) is None


@pytest.mark.parametrize("curp", ["XEXX010101HNEXXXA4", "XEXX010101MNEXXXA8"])
def test_the_code_given_to_everybody_is_nobodys(curp: str) -> None:
    assert is_generic(curp)
    assert read_curp(curp) is None
    assert curp_doubts(curp, PartialDate.of_year(1980), "M") == (CurpDoubt.GENERIC,)
    assert exact_ids(IdentityFacts(PersonNames(given="Ana"), curp=curp), ()) == ()


def test_sex_x_is_a_sex() -> None:
    first = "BOXW310820XNERXN0"
    read = read_curp(first + check_digit(first))
    assert read is not None
    assert read.sex == "X"
    assert curp_doubts(first + check_digit(first), UNKNOWN, "X") == ()
    assert curp_doubts(first + check_digit(first), UNKNOWN, "M") == (CurpDoubt.SEX_DIFFERS,)


@pytest.mark.parametrize("curp", GOOD)
def test_h_and_m_swapped_keep_the_digit_so_the_sex_is_compared_by_itself(curp: str) -> None:
    swapped = curp[:10] + {"H": "M", "M": "H"}[curp[10]] + curp[11:]
    assert check_digit(swapped[:17]) == swapped[17]
    assert curp_doubts(swapped, UNKNOWN, curp[10]) == (CurpDoubt.SEX_DIFFERS,)


def test_it_is_compared_with_as_much_of_the_birth_as_is_known() -> None:
    for told, fits in (("1931-08-20", True), ("1931-08", True), ("1931", True), ("1932", False), ("1931-02-08", False)):
        doubts = curp_doubts(GOOD[0], PartialDate.from_text(told), "")
        assert (doubts == ()) is fits, told


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_the_digit_is_the_sum_by_weights(first: str) -> None:
    total = sum(ALPHABET.index(mark) * weight for mark, weight in zip(first, range(18, 1, -1), strict=True))
    assert (total + int(check_digit(first))) % 10 == 0


@given(
    birth=st.dates(date(1920, 1, 1), date(2026, 11, 20)),
    sex=st.sampled_from("HMX"),
    state=st.sampled_from([each for each in STATES if each.curp_code]),
)
def test_any_curp_is_read_back(birth: date, sex: str, state: object) -> None:
    mark = "0" if birth.year < 2000 else "A"
    first = f"LOPB{birth:%y%m%d}{sex}{state.curp_code}RRR{mark}"  # type: ignore[attr-defined]
    typed = first + check_digit(first)
    spaced = f" {typed[:4].lower()} {typed[4:10]}-{typed[10:]} "
    assert clean_curp(spaced) == typed
    assert read_curp(typed) == CurpFacts(birth, sex, state.code)  # type: ignore[attr-defined]


def test_it_offers_only_what_the_file_lacks() -> None:
    bare = IdentityFacts(PersonNames(given="Ana"), curp=GOOD[2])
    assert boxes(curp_suggestions(bare)) == {
        "birth-day": "31", "birth-month": "12", "birth-year": "1975", "sex_document": "M", "birth_state": "NE",
    }  # fmt: skip
    known = IdentityFacts(
        PersonNames(given="Ana"), birth=PartialDate.from_text("1975-12-31"), curp=GOOD[2], sex_document="M"
    )
    assert set(boxes(curp_suggestions(known))) == {"birth_state"}
    assert curp_suggestions(IdentityFacts(PersonNames(given="Ana"))) == ()
    assert curp_suggestions(IdentityFacts(PersonNames(given="Ana"), curp="XEXX010101HNEXXXA4")) == ()

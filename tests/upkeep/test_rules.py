"""Hours as typed, links, what a notice's right value would write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.kernel.refusal import Refused
from referral.upkeep.labels import FIELD_WORDS
from referral.upkeep.rules import (
    FIELDS,
    Reason,
    check_target,
    is_link,
    read_hours,
    same_name,
    value_of_notice,
    written_hours,
)


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("9-14", [["09:00", "14:00"]]),
        ("De 9:00 a 14:00", [["09:00", "14:00"]]),
        ("16:00–18:30, 9:00–14:00", [["09:00", "14:00"], ["16:00", "18:30"]]),
        ("9 a 14 y 16 a 18", [["09:00", "14:00"], ["16:00", "18:00"]]),
        ("24 horas", [["00:00", "23:59"]]),
        ("20:00-24:00", [["20:00", "23:59"]]),
        ("", []),
        ("cerrado", []),
        ("de 9 a 9", None),
        ("18-9", None),
        ("9-25", None),
        ("9:70-10", None),
        ("9-14, 13-18", None),
        ("por la tarde", None),
        ("9-14,", None),
    ],
)
def test_hours_are_read_in_one_way_or_not_at_all(typed: str, spans: list[list[str]] | None) -> None:
    assert read_hours(typed) == spans


_minutes = st.lists(st.integers(0, 24 * 60 - 2), min_size=2, max_size=8, unique=True).map(sorted)


@given(_minutes)
def test_what_is_written_is_read_back(minutes: list[int]) -> None:
    clock = [f"{each // 60:02d}:{each % 60:02d}" for each in minutes]
    spans = [[opens, closes] for opens, closes in zip(clock[::2], clock[1::2], strict=False)]
    assert read_hours(written_hours(spans)) == spans


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(typed: str) -> None:
    spans = read_hours(typed)
    assert spans is None or read_hours(written_hours(spans)) == spans


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "//x.org", "https://", "http://a b.org", "ftp://x.org", "https://[x"]
)
def test_what_is_no_link(text: str) -> None:
    assert not is_link(text)


def test_a_target_goes_with_its_method() -> None:
    check_target("phone", "55 5555 0123", "target")
    with pytest.raises(Refused) as refused:
        check_target("link", "ejemplo", "target")
    assert (refused.value.reason, refused.value.field) == (Reason.LINK, "target")


@pytest.mark.parametrize(
    ("field", "right", "now", "value"),
    [
        ("phones", "55 1234 5678", [], ["55 1234 5678"]),
        ("phones", "55 1234 5678", ["1", "2"], None),
        ("phones", "no sé", [], None),
        ("hours", "9 a 5", {}, None),
        ("name_es", "Casa  nueva", "Casa", "Casa nueva"),
        ("gives_es", "", "x", None),
        ("other", "x", None, None),
    ],
)
def test_what_a_notice_would_write(field: str, right: str, now: object, value: object) -> None:
    assert value_of_notice(field, right, now) == value


def test_every_field_has_words() -> None:
    assert FIELDS.keys() <= FIELD_WORDS.keys()


def test_names_are_the_same_aside_from_accents() -> None:
    assert same_name("Casa  Tochán", "CASA TOCHAN")
    assert not same_name("Casa Tochan", "Casa Tochan Norte")

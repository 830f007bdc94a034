"""Hours in words: read when certain, else not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.hsds.rules.hours import DAYS, Weekly, day_code, read_days, read_hours

WORKDAYS = DAYS[:5]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lunes a viernes 9 a 17 h", [(WORKDAYS, "09:00", "17:00")]),
        ("Lunes a Viernes de 9:00 a 17:00 hrs.", [(WORKDAYS, "09:00", "17:00")]),
        ("Mon-Fri 9am to 5pm", [(WORKDAYS, "09:00", "17:00")]),
        ("Monday - Friday: 8:30 a.m. – 4:30 p.m.", [(WORKDAYS, "08:30", "16:30")]),
        ("L-V 9 a 15 h", [(WORKDAYS, "09:00", "15:00")]),
        ("miércoles 10 a 14 h", [(("WE",), "10:00", "14:00")]),
        ("lunes, miércoles y viernes 08:00 - 12:00", [(("MO", "WE", "FR"), "08:00", "12:00")]),
        ("Mon-Fri 9-17, Sat 9am-1pm", [(WORKDAYS, "09:00", "17:00"), (("SA",), "09:00", "13:00")]),
        ("lunes 9 a 14 h y 16 a 18 h", [(("MO",), "09:00", "14:00"), (("MO",), "16:00", "18:00")]),
        ("weekdays 9 to 5pm", [(WORKDAYS, "09:00", "17:00")]),
        ("sábados y domingos 10am - noon", [(("SA", "SU"), "10:00", "12:00")]),
        ("24 horas", [(DAYS, "00:00", "23:59")]),
        ("24/7", [(DAYS, "00:00", "23:59")]),
        ("todos los días 7 a 22 h", [(DAYS, "07:00", "22:00")]),
    ],
)
def test_what_is_certain_is_read(text: str, expected: list[tuple[tuple[str, ...], str, str]]) -> None:
    assert list(read_hours(text)) == [Weekly(*one) for one in expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mon-Fri 9-5",  # of the morning or of the afternoon?
        "Mon 1 to 5pm",
        "lunes a viernes 1 a 5",
        "lunes a viernes",
        "9am to 5pm",  # on which days?
        "Mon-Fri 9am-5pm, closed on holidays",
        "lunes a viernes 9 a 17 h, con cita",
        "first Monday 9am-5pm",
        "viernes a lunes 9 a 17 h",  # over the end of the week
        "Mon-Fri 9am-25pm",
        "lunes 17 a 9 h",
        "Mon-Fri 9:75am-5pm",
        "primer lunes del mes 9 a 17 h",
        "mayo 9 a 17 h",
        "closed Mon-Fri 9am-5pm",
    ],
)
def test_what_is_not_certain_is_left_in_words(text: str) -> None:
    assert read_hours(text) == ()


@given(st.text(max_size=60))
def test_any_text_gives_ordered_days_and_times_or_nothing(text: str) -> None:
    for one in read_hours(text):
        assert one.days
        assert list(one.days) == [day for day in DAYS if day in one.days]
        assert one.opens < one.closes


@given(
    st.integers(0, 5),
    st.integers(1, 6),
    st.integers(0, 10),
    st.integers(13, 23),
    st.sampled_from(["lunes martes miércoles jueves viernes sábado domingo", "Mon Tue Wed Thu Fri Sat Sun"]),
)
def test_plain_hours_are_always_read(first: int, length: int, opens: int, closes: int, names: str) -> None:
    last = min(first + length, 6)
    word = names.split()
    joined = "a" if "lunes" in names else "-"
    found = read_hours(f"{word[first]} {joined} {word[last]} {opens}:00 - {closes}:00")
    assert found == (Weekly(DAYS[first : last + 1], f"{opens:02d}:00", f"{closes:02d}:00"),)


@pytest.mark.parametrize(
    ("text", "code"), [("Monday", "MO"), ("miércoles", "WE"), ("SU", "SU"), ("1", "MO"), ("7", "SU"), ("0", "SU")]
)
def test_days_by_name_and_number(text: str, code: str) -> None:
    assert day_code(text) == code


def test_days_that_are_none() -> None:
    assert day_code("mañana") == day_code("") == day_code("8") == ""
    assert read_days("Mon through Wed and Sat") == ("MO", "TU", "WE", "SA")
    assert read_days("Mon or Wed") == ()

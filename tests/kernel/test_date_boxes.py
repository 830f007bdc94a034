"""Dates as typed: month names in two languages are read, guesses are refused with the box to correct."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.kernel.date_boxes import DateProblem, age_from_box, date_from_boxes
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("month", ["3", "03", "marzo", "Marzo", "MAR", "mar.", "March", "march", " mar ", "marz", "٣"])
def test_month_is_a_number_or_a_name(month: str) -> None:
    assert date_from_boxes("27", month, "1994", today=TODAY) == PartialDate.of_day(date(1994, 3, 27))


@pytest.mark.parametrize(
    ("names", "month"),
    [
        (("enero", "ene", "january", "jan"), 1),
        (("febrero", "february"), 2),
        (("abril", "april"), 4),
        (("mayo", "may"), 5),
        (("junio", "june", "jun"), 6),
        (("julio", "july", "jul"), 7),
        (("agosto", "august", "ago", "aug"), 8),
        (("septiembre", "setiembre", "september", "sept", "set"), 9),
        (("octubre", "october"), 10),
        (("noviembre", "november"), 11),
        (("diciembre", "december", "dic", "dec"), 12),
    ],
)
def test_every_month_has_its_names(names: tuple[str, ...], month: int) -> None:
    assert {date_from_boxes("", name, "2001", today=TODAY) for name in names} == {PartialDate.of_month(2001, month)}


def test_as_much_as_is_known() -> None:
    assert date_from_boxes("", "", "1994", today=TODAY) == PartialDate.of_year(1994)
    assert date_from_boxes("", "11", "2026", today=TODAY) == PartialDate.of_month(2026, 11)
    assert date_from_boxes("21", "11", "2026", today=TODAY) == PartialDate.of_day(TODAY)
    assert date_from_boxes("29", "feb", "2024", today=TODAY) == PartialDate.of_day(date(2024, 2, 29))
    assert date_from_boxes("", "", "1901", today=TODAY) == PartialDate.of_year(1901)


@pytest.mark.parametrize(
    ("boxes", "reason", "field"),
    [
        (("", " ", ""), DateProblem.EMPTY, "day"),
        (("27", "", "1994"), DateProblem.DAY_WITHOUT_MONTH, "month"),
        (("27", "3", ""), DateProblem.YEAR_MISSING, "year"),
        (("27", "3", "94"), DateProblem.YEAR_SHORT, "year"),
        (("27", "3", "mil"), DateProblem.YEAR_UNREADABLE, "year"),
        (("27", "13", "1994"), DateProblem.MONTH_UNREADABLE, "month"),
        (("27", "0", "1994"), DateProblem.MONTH_UNREADABLE, "month"),
        (("27", "ma", "1994"), DateProblem.MONTH_UNREADABLE, "month"),
        (("27", "marzos", "1994"), DateProblem.MONTH_UNREADABLE, "month"),
        (("0", "3", "1994"), DateProblem.DAY_UNREADABLE, "day"),
        (("32", "3", "1994"), DateProblem.DAY_UNREADABLE, "day"),
        (("²", "3", "1994"), DateProblem.DAY_UNREADABLE, "day"),
        (("31", "abril", "1994"), DateProblem.DAY_NOT_IN_MONTH, "day"),
        (("29", "2", "2023"), DateProblem.DAY_NOT_IN_MONTH, "day"),
        (("22", "11", "2026"), DateProblem.IN_FUTURE, "day"),
        (("", "12", "2026"), DateProblem.IN_FUTURE, "month"),
        (("", "", "2027"), DateProblem.IN_FUTURE, "year"),
        (("", "", "1900"), DateProblem.TOO_OLD, "year"),
        (("", "", "9" * 5000), DateProblem.YEAR_UNREADABLE, "year"),
    ],
)
def test_refused_with_the_box_to_correct(boxes: tuple[str, str, str], reason: DateProblem, field: str) -> None:
    with pytest.raises(Refused) as refused:
        date_from_boxes(*boxes, today=TODAY)
    assert (refused.value.reason, refused.value.field) == (reason, field)


def test_refusals_carry_what_their_sentence_needs() -> None:
    with pytest.raises(Refused) as refused:
        date_from_boxes("31", "2", "2024", today=TODAY)
    assert refused.value.values == {"last_day": 29}
    with pytest.raises(Refused) as refused:
        date_from_boxes("", "", "1850", today=TODAY)
    assert refused.value.values == {"oldest": 1901}


def test_age() -> None:
    assert age_from_box(" 32 ", told_on=TODAY) == PartialDate.of_age(32, TODAY)
    assert age_from_box("0", told_on=TODAY) == PartialDate.of_age(0, TODAY)
    for text, reason in (("", DateProblem.AGE_UNREADABLE), ("-1", DateProblem.AGE_UNREADABLE),
                         ("treinta", DateProblem.AGE_UNREADABLE), ("126", DateProblem.AGE_TOO_HIGH)):  # fmt: skip
        with pytest.raises(Refused) as refused:
            age_from_box(text, told_on=TODAY)
        assert (refused.value.reason, refused.value.field) == (reason, "age")


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_any_typing_gives_a_past_date_or_a_refusal(day: str, month: str, year: str) -> None:
    field: str | None = None
    first: date | None = None
    try:
        first = date_from_boxes(day, month, year, today=TODAY).earliest()
    except Refused as refused:
        field = refused.field
    assert field in {"day", "month", "year"} if first is None else first <= TODAY


@given(st.dates(date(1902, 1, 1), TODAY))
def test_any_past_day_can_be_typed(day: date) -> None:
    assert date_from_boxes(str(day.day), str(day.month), str(day.year), today=TODAY) == PartialDate.of_day(day)

"""Dates in boxes: births of any precision, exact dates, and which box an error points at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from flask import Flask

from referral.infra.db import Database
from referral.infra.web.date_fields import DATE_PROBLEM_LABELS, ExactDateField, PartialDateField
from referral.infra.web.forms import DeskForm
from referral.infra.work import serving
from referral.kernel.date_boxes import DateProblem
from referral.kernel.partial_dates import PartialDate
from tests.infra.bare_desk import bare_desk

TODAY = date(2026, 11, 20)  # the clock of the shared fixtures


class Dates(DeskForm):
    birth = PartialDateField("Nacimiento")
    expires = ExactDateField("Vence", future=True)


class Needed(DeskForm):
    birth = PartialDateField("Nacimiento", required=True)
    expires = ExactDateField("Vence", required=True)


@pytest.fixture(scope="module")
def desk() -> Flask:
    return bare_desk()


@pytest.fixture(autouse=True)
def _clock(sqlite: Database) -> Iterator[None]:
    with serving(sqlite):
        yield


def sent(desk: Flask, boxes: Mapping[str, Any], form: type[Any] = Dates, **values: object) -> Any:
    """The form after validating a POST of these boxes."""
    with desk.test_request_context("/", method="POST", data=boxes):
        made = form(**values)
        made.validate()
        return made


def errors(form: Any) -> dict[str, list[str]]:
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


def test_every_problem_has_its_words() -> None:
    assert set(DATE_PROBLEM_LABELS) == set(DateProblem)


def test_a_date_that_is_needed_says_so(desk: Flask) -> None:
    assert errors(sent(desk, {}, Needed)) == {
        "birth": ["Falta «Nacimiento»: escriba la fecha, el año o la edad, o marque «No sabe»."],
        "expires": ["Falta «Vence»: escriba la fecha."],
    }


def test_a_date_on_file_fills_the_boxes(desk: Flask) -> None:
    with desk.test_request_context("/"):
        form: Any = Dates(birth=PartialDate.of_month(1994, 3), expires=date(2027, 1, 5))
        assert [box.shown for box in form.birth.boxes] == ["", "3", "1994"]
        assert [box.shown for box in form.expires.boxes] == ["5", "1", "2027"]
        assert Dates(birth=PartialDate.unknown()).birth.typed.unknown


@pytest.mark.parametrize(
    ("boxes", "text"),
    [
        ({"birth-day": "27", "birth-month": "3", "birth-year": "1994"}, "1994-03-27"),
        ({"birth-month": "marzo", "birth-year": "1994"}, "1994-03"),
        ({"birth-month": "March", "birth-year": "1994"}, "1994-03"),
        ({"birth-year": "1994"}, "1994"),
        ({"birth-age": "32"}, "age:32@2026-11-20"),
        ({"birth-unknown": "1"}, "unknown"),
    ],
)
def test_a_birth_of_any_precision(desk: Flask, boxes: dict[str, str], text: str) -> None:
    form = sent(desk, boxes)
    assert not form.has_errors
    assert form.birth.value.to_text() == text


def test_two_wrong_dates_each_say_which_they_are(desk: Flask) -> None:
    form = sent(desk, {"birth-month": "3", "expires-day": "1", "expires-month": "2"})
    assert [line.message for line in form.error_lines()] == [
        "«Nacimiento»: falta el año. Escríbalo con cuatro dígitos.",
        "«Vence»: falta el año. Escríbalo con cuatro dígitos.",
    ]
    assert errors(sent(desk, {"expires-day": "3"}))["expires"] == [
        "«Vence»: escriba la fecha completa: día, mes y año."
    ]


@pytest.mark.parametrize(
    ("boxes", "says", "box"),
    [
        ({"birth-day": "31", "birth-month": "2", "birth-year": "1994"}, "termina el día 28", "birth-day"),
        ({"birth-day": "3", "birth-year": "1994"}, "«Nacimiento»: falta el mes", "birth-month"),
        ({"birth-month": "3"}, "«Nacimiento»: falta el año", "birth-year"),
        ({"birth-year": "94"}, "cuatro dígitos", "birth-year"),
        ({"birth-year": "2031"}, "todavía no llega", "birth-year"),
        ({"birth-age": "200"}, "hasta 125", "birth-age"),
        ({"birth-year": "1994", "birth-age": "32"}, "sólo una respuesta", "birth-day"),
    ],
)
def test_a_birth_that_cannot_be_read_points_at_its_box(desk: Flask, boxes: dict[str, str], says: str, box: str) -> None:
    form = sent(desk, boxes)
    assert says in errors(form)["birth"][0]
    assert [line.target for line in form.error_lines()] == [box]
    typed = form.birth.typed
    assert [typed.day, typed.month, typed.year, typed.age] == [
        boxes.get(f"birth-{part}", "") for part in ("day", "month", "year", "age")
    ]


def test_an_age_told_before_keeps_its_day(desk: Flask) -> None:
    told = PartialDate.of_age(30, date(2024, 5, 1))
    assert sent(desk, {"birth-age": "30"}, birth=told).birth.value == told
    assert sent(desk, {"birth-age": "31"}, birth=told).birth.value == PartialDate.of_age(31, TODAY)


@pytest.mark.parametrize(
    ("year", "says"), [("2027", None), ("2026", None), ("2099", "10 años después de hoy"), ("", "completa")]
)
def test_an_exact_date_ahead(desk: Flask, year: str, says: str | None) -> None:
    form = sent(desk, {"expires-day": "5" if year else "", "expires-month": "1", "expires-year": year or "2027"})
    if says is None:
        assert form.expires.value == date(int(year), 1, 5)
    else:
        assert says in errors(form)["expires"][0]


class Appointment(DeskForm):
    day = ExactDateField("Día de la cita", future=True, past=False, required=True)


@pytest.mark.parametrize(("day", "good"), [("19", False), ("20", True), ("21", True)])
def test_an_appointment_is_not_in_the_past(desk: Flask, day: str, *, good: bool) -> None:
    form = sent(desk, {"day-day": day, "day-month": "nov", "day-year": "2026"}, Appointment)
    assert form.has_errors is not good

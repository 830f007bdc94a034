"""Our lean macros draw the very markup of GOV.UK Frontend: each control compared, as a tree, with its own macro's."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from flask import Flask
from lxml import html

from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField
from referral.infra.web.date_fields import ExactDateField, PartialDateField
from referral.infra.web.fields import LongTextField, NameField, PasswordField, TextField
from referral.infra.web.forms import DeskForm
from referral.infra.web.pages import govuk
from tests.infra.bare_desk import bare_desk

OPTIONS: list[Any] = [("a", "Uno & otro"), ("b", "Dos", "La segunda"), ("c", "Tres")]
HINT = "Como en su <documento>"


class Controls(DeskForm):
    """One of each kind that the design system also has."""

    marks_optional = False
    text = TextField("Palabra", max_length=50, spellcheck=False)
    secret = PasswordField("Contraseña", autocomplete="new-password")
    note = LongTextField("Nota", max_length=50, rows=4)
    country = ChoiceField("País", drawn="select", blank="Elija", choices=[pair[:2] for pair in OPTIONS])
    one = ChoiceField("Una", choices=OPTIONS)
    side = ChoiceField("Al lado", drawn="radios_inline", choices=OPTIONS)
    many = MultiChoiceField("Varias", choices=OPTIONS)
    day = ExactDateField("Fecha")


BOXES = {
    "text": 'dijo "sí" <b>',
    "secret": "x",
    "note": "dos\nrenglones",
    "country": "b",
    "one": "c",
    "side": "a",
    "many": ["a", "c"],
    "day-day": "3",
    "day-month": "marzo",
    "day-year": "1994",
}


@pytest.fixture(scope="module")
def desk() -> Flask:
    return bare_desk()


def tree(text: str) -> Any:
    """Tag, attributes and children, with runs of white space made one and the spaces at the edges of a tag dropped."""

    def walk(element: Any) -> Any:
        children: list[Any] = [words] if (words := _words(element.text)) else []
        for child in element:
            children.append(walk(child))
            if words := _words(child.tail):
                children.append(words)
        attributes = {name: _words(value) for name, value in element.attrib.items()}
        return element.tag, attributes, children

    return [walk(element) for element in html.fragments_fromstring(text)]


def _words(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def ours(desk: Flask, macro: str, *values: Any, **named: Any) -> str:
    return str(getattr(desk.jinja_env.get_template("_parts/fields.html").module, macro)(*values, **named))


def parameters(name: str, *, error: str | None, hint: str | None) -> tuple[str, dict[str, Any]]:
    """The component and parameters that ask the design system for the same control."""
    wrong = {"aria-invalid": "true"} if error else {}
    common: dict[str, Any] = {"idPrefix": name, "name": name, "id": name}
    if hint:
        common["hint"] = {"text": hint}
    if error:
        common["errorMessage"] = {"text": error, "visuallyHiddenText": "Error"}
    items = [
        {"value": code, "text": words, "hint": {"text": rest[0]} if rest else None} for code, words, *rest in OPTIONS
    ]
    label = str(getattr(Controls, name).args[0])
    box = {"label": {"text": label}, "autocomplete": "off", "attributes": wrong}
    group = {"fieldset": {"legend": {"text": label}}}
    match name:
        case "text":
            return "input", {
                **common,
                **box,
                "spellcheck": False,
                "value": BOXES[name],
                "classes": "govuk-input--width-10",
            }
        case "secret":
            changed = {
                "type": "password",
                "spellcheck": False,
                "autocapitalize": "none",
                "autocomplete": "new-password",
            }
            return "input", {**common, **box, **changed}
        case "note":
            return "textarea", {**common, **box, "rows": 4, "value": BOXES[name]}
        case "country":
            listed = [{"value": "", "text": "Elija"}, *({"value": i["value"], "text": i["text"]} for i in items)]
            attributes = {**wrong, "autocomplete": "off"}
            return "select", {**common, **box, "items": listed, "value": "b", "attributes": attributes}
        case "one":
            return "radios", {**common, **group, "items": items, "value": "c"}
        case "side":
            return "radios", {**common, **group, "items": items, "value": "a", "classes": "govuk-radios--inline"}
        case "many":
            return "checkboxes", {**common, **group, "items": items, "values": ["a", "c"]}
        case _:
            parts = (("day", "Día", "3", 2), ("month", "Mes", "marzo", 5), ("year", "Año", "1994", 4))
            boxes = [
                {
                    "name": part,
                    "label": words,
                    "value": value,
                    "classes": f"govuk-input--width-{width}"
                    + (" govuk-input--error" if error and part == "day" else ""),
                    "autocomplete": "off",
                    "inputmode": "text" if part == "month" else "numeric",
                    "attributes": wrong if part == "day" else {},
                }
                for part, words, value, width in parts
            ]
            return "date-input", {**common, **group, "items": boxes, "namePrefix": name}


@pytest.mark.parametrize("hint", [None, HINT])
@pytest.mark.parametrize("error", [None, "Escriba «Palabra» & siga."])
@pytest.mark.parametrize("name", ["text", "secret", "note", "country", "one", "side", "many", "day"])
def test_each_control_is_the_design_systems(desk: Flask, name: str, error: str | None, hint: str | None) -> None:
    with desk.test_request_context("/", method="POST", data=BOXES):
        form: Any = Controls()
        if error:
            form.refuse(error, name)
            form[name].wrong_part = "day"
        width = 10 if name == "text" else None
        drawn = ours(desk, "field", form[name], hint=hint, width=width)
        component, params = parameters(name, error=error, hint=hint)
        assert tree(drawn) == tree(govuk(component, **params))


def test_the_error_summary_is_the_design_systems(desk: Flask) -> None:
    with desk.test_request_context("/", method="POST", data=BOXES):
        form: Any = Controls()
        form.refuse("No se guardó.")
        form.refuse("Revise la <fecha>.", "day")
        listed = [{"text": "No se guardó."}, {"text": "Revise la <fecha>.", "href": "#day-day"}]
        wanted = govuk("error-summary", titleText="Hay datos por corregir", errorList=listed)
        assert tree(ours(desk, "error_summary", form)) == tree(wanted)


def test_the_button_is_the_design_systems(desk: Flask) -> None:
    with desk.test_request_context("/"):
        wanted: dict[str, Any] = {
            "text": "Guardar & seguir",
            "preventDoubleClick": True,
            "classes": "govuk-button--secondary",
        }
        assert tree(ours(desk, "submit", "Guardar & seguir", quiet=True)) == tree(govuk("button", **wanted))


def test_a_question_can_be_the_heading(desk: Flask) -> None:
    with desk.test_request_context("/"):
        form: Any = Controls()
        for name in ("text", "one", "day"):
            (element,) = html.fragments_fromstring(ours(desk, "field", form[name], big=True))
            assert [h.text_content().strip() for h in element.iter("h1")] == [str(form[name].label.text)]


class Optional(DeskForm):
    given = NameField("Nombre(s)", required=True)
    second = NameField("Segundo apellido")
    birth = PartialDateField("Nacimiento", required=True)


def test_only_what_may_be_left_empty_says_so(desk: Flask) -> None:
    with desk.test_request_context("/"):
        form: Any = Optional()
        assert [name for name in form._fields if "(opcional)" in ours(desk, "field", form[name])] == ["second"]
        assert "(opcional)" not in ours(desk, "field", form.second, optional=False)


def test_a_partial_date_offers_the_age_and_not_knowing(desk: Flask) -> None:
    boxes = {"birth-age": "32", "birth-unknown": "1"}
    with desk.test_request_context("/", method="POST", data=boxes):
        (element,) = html.fragments_fromstring(ours(desk, "field", Optional().birth))
        labels = {label.get("for"): _words(label.text_content()) for label in element.iter("label")}
        shown = {box.get("id"): box.get("value") for box in element.iter("input")}
    assert set(labels) == set(shown) == {f"birth-{part}" for part in ("day", "month", "year", "age", "unknown")}
    assert shown["birth-age"] == "32"


def test_two_hundred_and_fifty_countries_cost_little(desk: Flask) -> None:
    """A drop-down through the design system's macro takes some 7 ms; ours must not need a tenth of that."""
    pairs = [(f"C{n}", f"País <{n}>") for n in range(250)]
    with desk.test_request_context("/", method="POST", data={"country": "C7"}):
        form: Any = Controls()
        form.country.offer(pairs)
        drawn = ours(desk, "field", form.country)
        assert drawn.count("<option") == 251
        assert '<option value="C7" selected>País &lt;7&gt;</option>' in drawn
        taken = []
        for _ in range(20):
            start = time.perf_counter()
            ours(desk, "field", form.country)
            taken.append(time.perf_counter() - start)
    assert min(taken) < 0.0007

"""What fields accept, what they say about the rest, what a form remembers. Dates and markup have files of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referral.infra.db import Database
from referral.infra.web.choice_fields import ChoiceField, MultiChoiceField, TickField, YesNoLaterField
from referral.infra.web.date_fields import ExactDateField, PartialDateField
from referral.infra.web.fields import (
    EmailField,
    HiddenRef,
    LongTextField,
    NameField,
    NumberField,
    PasswordField,
    PhoneField,
    TextField,
    phone_number,
)
from referral.infra.web.forms import DeskForm, OnceMixin, VersionMixin
from referral.infra.work import serving
from tests.infra.bare_desk import bare_desk

TOKEN = "0199f0a0-0000-7000-8000-000000000001"


class EveryForm(DeskForm, OnceMixin, VersionMixin):
    """One field of each kind."""

    name = NameField("Nombre(s)", required=True)
    word = TextField("Palabra", max_length=5)
    note = LongTextField("Nota", max_length=20)
    people = NumberField("Personas", least=1, most=12)
    email = EmailField("Correo")
    phone = PhoneField("Teléfono")
    password = PasswordField("Contraseña")
    country = ChoiceField("País", drawn="select", blank="Elija", choices=[("HT", "Haití"), ("MX", "México")])
    many = MultiChoiceField("Documentos", choices=[("a", "Acta"), ("b", "Pasaporte"), ("c", "Otro")])
    agrees = YesNoLaterField("Acepta")
    read = TickField("Aviso leído")
    birth = PartialDateField("Nacimiento")
    expires = ExactDateField("Vence", future=True)
    person = HiddenRef()


@pytest.fixture(scope="module")
def desk() -> Flask:
    return bare_desk()


@pytest.fixture(autouse=True)
def _clock(sqlite: Database) -> Iterator[None]:
    with serving(sqlite):
        yield


def sent(desk: Flask, boxes: Mapping[str, Any], form: type[Any] = EveryForm, **values: object) -> Any:
    """The form after validating a POST of these boxes (a name and a token are there unless given)."""
    with desk.test_request_context("/", method="POST", data={"name": "Ana", "once": TOKEN, **boxes}):
        made = form(**values)
        assert made.sent()
        made.validate()
        return made


def errors(form: Any) -> dict[str, list[str]]:
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


def test_what_is_typed_is_trimmed_and_composed(desk: Flask) -> None:
    form = sent(desk, {"name": "  Jose\u0301 A\u0301ngel ", "note": " uno\r\ndos\rtres "})
    assert form.name.value == "José Ángel"
    assert form.note.value == "uno\ndos\ntres"
    assert not form.has_errors


@pytest.mark.parametrize("name", ["Ж", "محمد", "阮", "Ñ'hñu", "X" * 128, "O’Brien-Đặng"])
def test_names_of_any_script_pass(desk: Flask, name: str) -> None:
    assert not sent(desk, {"name": name}).has_errors


@pytest.mark.parametrize("unseen", ["\0", "\u202e", "\u2066", "\u200f", "\x1b", "\x7f"])
def test_characters_nobody_sees_are_refused_and_taken_out(desk: Flask, unseen: str) -> None:
    form = sent(desk, {"name": f"Ana{unseen}Luz"})
    assert "no se ven" in errors(form)["name"][0]
    assert form.name.shown == "AnaLuz"


def test_a_missing_answer_says_which_and_what_to_do(desk: Flask) -> None:
    form = sent(desk, {"name": "   "})
    assert errors(form) == {"name": ["Falta «Nombre(s)»: escriba este dato."]}


def test_a_long_text_says_how_long(desk: Flask) -> None:
    assert errors(sent(desk, {"word": "abcdef"}))["word"] == [
        "«Palabra» admite hasta 5 caracteres y escribió 6. Acorte el texto."
    ]


@pytest.mark.parametrize(("typed", "number"), [("3", 3), ("12", 12), ("", None)])
def test_numbers(desk: Flask, typed: str, number: int | None) -> None:
    form = sent(desk, {"people": typed})
    assert (form.people.number, form.has_errors) == (number, False)


@pytest.mark.parametrize("typed", ["0", "13", "tres", "1.5", "-1", "٣", "1" * 12])
def test_numbers_outside_the_limits(desk: Flask, typed: str) -> None:
    assert errors(sent(desk, {"people": typed}))["people"] == ["Escriba en «Personas» un número entero de 1 a 12."]


@pytest.mark.parametrize("typed", ["ana@", "ana@ejemplo", "a b@ejemplo.org"])
def test_an_address_that_cannot_be_one(desk: Flask, typed: str) -> None:
    assert "correo completo" in errors(sent(desk, {"email": typed}))["email"][0]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("55 5555 0123", "+525555550123"),
        ("(55) 5555-0123", "+525555550123"),
        ("+52 1 55 5555 0123", "+525555550123"),
        ("+509 34 10 1234", "+50934101234"),
        ("12345", None),
        ("no tiene", None),
    ],
)
def test_telephones(typed: str, number: str | None) -> None:
    assert phone_number(typed) == number


def test_a_telephone_that_cannot_be_one_keeps_what_was_typed(desk: Flask) -> None:
    form = sent(desk, {"phone": "12-34"})
    assert "10 dígitos" in errors(form)["phone"][0]
    assert form.phone.shown == "12-34"


def test_a_password_is_never_trimmed_nor_given_back(desk: Flask) -> None:
    form = sent(desk, {"password": " clave con espacios "})
    assert form.password.value == " clave con espacios "
    assert form.password.shown == ""


def test_choices(desk: Flask) -> None:
    form = sent(desk, {"country": "HT", "many": ["c", "a"], "agrees": "later", "read": "1"})
    assert (form.country.value, form.many.value, form.agrees.value, form.read.value) == (
        "HT",
        ("a", "c"),
        "later",
        True,
    )


@pytest.mark.parametrize("boxes", [{"country": "ZZ"}, {"many": ["a", "zz"]}, {"agrees": "maybe"}])
def test_a_choice_that_was_not_offered(desk: Flask, boxes: dict[str, Any]) -> None:
    (name,) = boxes
    assert "de la lista" in errors(sent(desk, boxes))[name][0]


def test_nothing_chosen_is_none(desk: Flask) -> None:
    form = sent(desk, {})
    assert (form.country.value, form.many.value, form.agrees.value, form.read.value) == (None, (), None, False)


def test_a_language_switch_keeps_what_was_typed_and_checks_nothing(desk: Flask) -> None:
    boxes = {"_lang": "en", "name": "", "word": "demasiado", "birth-day": "27", "once": TOKEN}
    with desk.test_request_context("/", method="POST", data=boxes):
        form: Any = EveryForm()
        assert not form.sent()
        assert not form.has_errors
        assert form.word.shown == "demasiado"
        assert form.birth.typed.day == "27"
        assert form.once.data == TOKEN


def test_the_once_key_knows_the_same_body_again(desk: Flask) -> None:
    def key(**boxes: str) -> Any:
        with desk.test_request_context("/", method="POST", data={"name": "Ana", "once": TOKEN, **boxes}):
            form: Any = EveryForm()
            assert form.validate()
            return form.once_key()

    assert str(key().token) == TOKEN
    assert key(word="a") == key(word="a")
    assert key(word="a", csrf_token="new") == key(word="a")
    assert key(word="a").body_hash != key(word="b").body_hash
    # Text cannot be moved from one box to its neighbour and still look the same.
    assert key(word="a", note="b").body_hash != key(word="ab").body_hash


def test_a_form_without_its_token_gets_a_new_one_and_says_so(desk: Flask) -> None:
    form = sent(desk, {"once": "x"})
    assert [line.target for line in form.error_lines()] == [None]
    assert form.once.data != "x"
    with pytest.raises(ValueError, match="validate"), desk.test_request_context("/", method="POST", data={"once": "x"}):
        EveryForm().once_key()


@pytest.mark.parametrize(("box", "version"), [("7", 7), ("", 0), ("-1", 0), ("9" * 30, 0), ("٣", 0)])
def test_the_version_read(desk: Flask, box: str, version: int) -> None:
    assert sent(desk, {"version": box}).version_read == version


def test_a_refusal_lands_on_its_field_or_on_top(desk: Flask) -> None:
    form = sent(desk, {})
    assert not form.has_errors
    form.refuse("Ya hay alguien con ese documento.", "word")
    form.refuse("No se pudo inscribir.")
    form.refuse("De un campo que no está.", "nowhere")
    assert [(line.message, line.target) for line in form.error_lines()] == [
        ("No se pudo inscribir.", None),
        ("De un campo que no está.", None),
        ("Ya hay alguien con ese documento.", "word"),
    ]


def test_a_reference_that_is_not_one_is_none(desk: Flask) -> None:
    assert sent(desk, {"person": "../etc"}).person.ref is None
    assert str(sent(desk, {"person": TOKEN}).person.ref) == TOKEN


ANYTHING = st.text(max_size=300) | st.sampled_from(
    ["\0", "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace")]
)
BOXES = [
    *("name", "word", "note", "people", "email", "phone", "password", "country", "many", "agrees", "read", "person"),
    *("birth-day", "birth-month", "birth-year", "birth-age", "birth-unknown"),
    *("expires-day", "expires-month", "expires-year", "once", "version"),
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(BOXES), ANYTHING))
def test_no_text_breaks_a_form(desk: Flask, boxes: dict[str, str]) -> None:
    form = sent(desk, {"once": TOKEN, **boxes})
    with desk.test_request_context("/"):
        assert all(str(line.message) for line in form.error_lines())
        assert form.name.value == "" or len(form.name.value) <= 128 or form.name.errors

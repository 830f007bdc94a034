"""The itinerary: what a person can use on her way, and what a stranger must not learn from it."""

from __future__ import annotations

import io
import uuid
from dataclasses import fields, replace
from datetime import UTC, datetime

import pikepdf
import pytest
from flask import Flask

from referral.app import create_app
from referral.infra.db import Database
from referral.infra.pdf.frame import PaperOverflow
from referral.infra.settings import Settings
from referral.itinerary.facts import Bring, ItineraryFacts, Stop
from referral.itinerary.paper import itinerary_pdf, spoken_languages
from referral.itinerary.words import WORDS
from referral.kernel.clock import FixedClock
from referral.kernel.codes import NEED_CATEGORIES, NEEDS, PROFILES
from referral.referrals.facts import Phrase
from tests.factories import referrals as make
from tests.factories.world import World, build_world
from tests.paper_reading import read_paper, structure

CLINIC = Stop(
    code="C-7K3M9Q",
    name="Centro de Salud de Ejemplo",
    address="Calle de Ejemplo 123, Cuauhtémoc",
    directions=Phrase("A dos calles de la plaza", "Two streets from the square"),
    hours=Phrase("lunes a viernes, de 9:00 a 15:00", "Monday to Friday, 9:00 to 15:00"),
    phone="55 5555 0100",
    bring=(Bring(Phrase("un acta de nacimiento", "a birth certificate"), has=True), Bring(Phrase("dos fotos"))),
)
UNNAMED = replace(CLINIC, code="C-2M4P8T", name="", address="", directions=None, hours=None, phone="", bring=())
FACTS = ItineraryFacts(
    stops=(CLINIC, UNNAMED),
    desk_name="Mesa Centro",
    language="en",
    checked=True,
    sample=False,
    issued_at=datetime(2026, 11, 21, 18, 0, tzinfo=UTC),
)


def test_each_door_says_where_when_what_to_bring_and_the_code_in_both_languages() -> None:
    text = read_paper(itinerary_pdf(FACTS)).text
    for words in (
        "Your visits / Sus visitas",
        "Centro de Salud de Ejemplo",
        "C-7K3M9Q",
        "Calle de Ejemplo 123, Cuauhtémoc",
        "Two streets from the square",
        "A dos calles de la plaza",
        "Bring: a birth certificate (you have it)",
        "dos fotos",
        "Visit 2 / Visita 2",
        "Ask Mesa Centro for the place.",
        "Pregunte el horario antes de ir.",
        "This is my code.",
    ):
        assert words in text, words


def test_it_can_hold_no_name_need_status_or_reason() -> None:
    """A new field is a decision about what a stranger may read: add it here only after weighing that."""
    assert {field.name for field in fields(Stop)} == {
        *("code", "name", "address", "directions", "hours", "phone", "bring")
    }
    assert {field.name for field in fields(ItineraryFacts)} == {
        *("stops", "desk_name", "language", "checked", "sample", "issued_at")
    }
    said = " ".join(sentence for words in WORDS.values() for sentence in words.values()).casefold()
    for code in (*NEEDS, *NEED_CATEGORIES, *PROFILES):
        for locale in ("es", "en"):
            assert code.label(locale).casefold() not in said


@pytest.mark.parametrize("language", sorted(WORDS))
def test_it_speaks_the_person_s_language_and_spanish(language: str) -> None:
    data = itinerary_pdf(replace(FACTS, language=language, checked=False))
    text = read_paper(data).text
    for spoken in spoken_languages(language):
        assert WORDS[spoken]["back"].format(desk="Mesa Centro") in text
        assert WORDS[spoken]["unchecked"] in text
    assert [tag for tag, _lang in structure(data)].count("H2") == len(FACTS.stops)


def test_every_language_has_every_sentence_with_the_same_places() -> None:
    for words in WORDS.values():
        assert words.keys() == WORDS["es"].keys()
        for key, sentence in words.items():
            assert sentence.count("{") == WORDS["es"][key].count("{"), sentence


def test_four_doors_with_long_names_fit_in_two_languages_and_too_many_say_so() -> None:
    long = replace(CLINIC, name="Dirección Ejecutiva de Atención Integral a Personas en Movilidad Humana")
    one_page = itinerary_pdf(replace(FACTS, stops=(long,) * 4))
    assert len(pikepdf.open(io.BytesIO(one_page)).pages) == 1
    with pytest.raises(PaperOverflow):
        itinerary_pdf(replace(FACTS, stops=(long,) * 12))


@pytest.fixture
def desk(sqlite: Database, settings: Settings, clock: FixedClock) -> tuple[Flask, World]:
    world = build_world(sqlite, clock)
    return create_app(settings, sqlite), world


def test_the_page_prints_the_chosen_doors_and_says_nothing_of_the_person(desk: tuple[Flask, World]) -> None:
    app, world = desk
    browser = world.enter(app)
    shown = browser.get(f"/personas/{world.full}/itinerario")
    assert "Hoja de visitas" in shown.text
    refs = _values(shown, "visits")
    assert str(world.accepted) in refs
    assert str(world.closed) not in refs
    printed = browser.post(f"/personas/{world.full}/itinerario", {"visits": [str(world.accepted)], "language": "ht"})
    assert printed.status == 200
    assert printed.response.mimetype == "application/pdf"
    data = printed.response.get_data()
    text = read_paper(data).text
    assert "Vizit ou yo" in text
    for hidden in ("Marie-Ange", "Joseph"):
        assert hidden not in text
        assert hidden.encode() not in data


def test_a_door_that_would_tell_is_named_only_when_the_person_wants(
    desk: tuple[Flask, World], sqlite: Database
) -> None:
    app, world = desk
    need = make.note_need(sqlite, world.desk, world.full, "MIGR_ASYLUM")
    door = make.prepare(sqlite, world.desk, world.full, need, "SIN_FRONTERAS")
    browser = world.enter(app)
    address = f"/personas/{world.full}/itinerario"
    name = "Sin Fronteras"
    asked = {"visits": [str(door)], "language": "es"}
    assert name not in read_paper(browser.post(address, asked).response.get_data()).text
    named = browser.post(address, {**asked, "readable": [str(door)]})
    assert name in read_paper(named.response.get_data()).text


def test_nothing_chosen_is_said_beside_the_field(desk: tuple[Flask, World]) -> None:
    app, world = desk
    answer = world.enter(app).post(f"/personas/{world.full}/itinerario", {"language": "es"})
    assert answer.status == 422
    assert "Elija al menos un servicio para imprimir." in answer.text


def test_somebody_without_open_referrals_is_told_what_to_do(desk: tuple[Flask, World]) -> None:
    app, world = desk
    assert "Todavía no hay canalizaciones abiertas" in world.enter(app).get(f"/personas/{world.bare}/itinerario").text
    assert world.enter(app).get(f"/personas/{uuid.uuid4()}/itinerario").status == 404


def _values(page: object, name: str) -> list[str]:
    return [node.get("value") for node in page.all("input") if node.get("name") == name]  # type: ignore[attr-defined]

"""The slip a person carries: safe in a stranger's hands, complete in both languages, one page."""

from __future__ import annotations

import string
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path

import pikepdf.pdfa
import pytest

from referral.infra.pdf.frame import PaperOverflow
from referral.kernel.codes import LANGUAGES, NEED_CATEGORIES, NEEDS, PROFILES
from referral.referrals.facts import Phrase, SlipFacts
from referral.referrals.paper import referral_slip_pdf, slip_languages
from referral.referrals.slip_words import WORDS
from tests.paper_reading import read_paper, structure

FACTS = SlipFacts(
    code="K7QM-2X9W",
    door_name="Centro de Salud de Ejemplo",
    discreet=False,
    address="Calle de Ejemplo 123, colonia Centro",
    directions=Phrase("Metro Salto del Agua, a dos calles.", "Two streets from Salto del Agua station."),
    hours=Phrase("Lunes a viernes, de 9:00 a 15:00", "Monday to Friday, 9:00 to 15:00"),
    phone="55 5555 0142",
    appointment=datetime(2026, 11, 30, 16, 30, tzinfo=UTC),
    bring=(Phrase("Un documento con su nombre", "A document with your name"), Phrase("Comprobante de domicilio")),
    after=("way_sent", "promised", "tells"),
    answer_by=date(2026, 12, 4),
    next_step=Phrase("Le darán una ficha.", "They give you a number."),
    desk_name="Mesa Centro",
    desk_phone="55 5555 0100",
    language="en",
    sample=False,
    issued_at=datetime(2026, 11, 21, 18, 0, tzinfo=UTC),
)
BARE = replace(
    FACTS,
    address=None,
    directions=None,
    hours=None,
    phone=None,
    appointment=None,
    bring=None,
    after=(),
    answer_by=None,
    next_step=None,
    desk_phone=None,
)
LONG = replace(
    FACTS,
    door_name="Dirección Ejecutiva de Atención Integral a Personas en Movilidad Humana y a sus Familias " * 2,
    address="Avenida de Ejemplo y Prolongación de la Calle de Prueba sin número, " * 3,
    bring=tuple(Phrase(f"{number}. Un documento con su nombre, aunque esté vencido") for number in range(9)),
)


def _text(facts: SlipFacts) -> str:
    return read_paper(referral_slip_pdf(facts)).text


def test_it_carries_what_the_visit_needs_in_both_languages() -> None:
    text = _text(FACTS)
    for words in (
        "K7QM-2X9W",
        "Details for your visit",
        "Datos para su visita",
        "Centro de Salud de Ejemplo",
        "Calle de Ejemplo 123, colonia Centro",
        "55 5555 0142",
        "Monday 30 November 2026, 10:30",
        "lunes 30 de noviembre de 2026, 10:30",
        "Lunes a viernes, de 9:00 a 15:00",
        "Monday to Friday, 9:00 to 15:00",
        "A document with your name",
        "Un documento con su nombre",
        "That place promised to answer by 4 December 2026.",
        "Ese lugar prometió contestar a más tardar el 4 de diciembre de 2026.",
        "Mesa Centro will tell you what they answered.",
        "En Mesa Centro le dirán qué contestaron.",
        "They give you a number.",
        "Le darán una ficha.",
        "Come back to Mesa Centro or call 55 5555 0100.",
        "Vuelva a Mesa Centro o llame al 55 5555 0100.",
    ):
        assert words in text, words
    assert text.count("Comprobante de domicilio") == 2, "without a translation the Spanish is better than a gap"


def test_it_can_hold_no_name_need_status_or_reason() -> None:
    """A new field is a decision about what a stranger may read: add it here only after weighing that."""
    assert {field.name for field in fields(SlipFacts)} == {
        *("code", "door_name", "discreet", "address", "directions", "hours", "phone", "appointment", "bring"),
        *("after", "answer_by", "next_step"),
        *("desk_name", "desk_phone", "language", "sample", "issued_at"),
    }


def test_its_own_words_name_no_need_and_no_profile() -> None:
    said = " ".join(sentence for words in WORDS.values() for sentence in words.values()).casefold()
    for code in (*NEEDS, *NEED_CATEGORIES, *PROFILES):
        for locale in ("es", "en"):
            assert code.label(locale).casefold() not in said
    for word in ("migra", "asilo", "asyl", "refug", "violen", "salud", "health", "albergue", "shelter"):
        assert word not in said


def test_discreet_leaves_the_door_s_name_out() -> None:
    text = _text(replace(FACTS, discreet=True))
    assert "Centro de Salud" not in text
    assert "Calle de Ejemplo 123" in text


def test_what_is_not_known_is_left_out_and_nothing_to_bring_is_said() -> None:
    text = _text(BARE)
    for words in ("None", "Dirección", "Address", "Opening hours", "What to bring", "call"):
        assert words not in text
    assert "Come back to Mesa Centro." in text
    assert "No piden ningún documento." in _text(replace(FACTS, bring=()))
    assert "Ask at the desk for the place." in _text(replace(BARE, discreet=True))


@pytest.mark.parametrize(
    ("language", "languages"),
    [("es", ("es",)), ("en", ("en", "es")), ("ht", ("ht", "es")), ("fr", ("fr", "es")), ("zh", ("en", "es"))],
)
def test_it_speaks_the_person_s_language_and_spanish(language: str, languages: tuple[str, ...]) -> None:
    assert slip_languages(language) == languages
    data = referral_slip_pdf(replace(FACTS, language=language))
    assert [lang for tag, lang in structure(data) if tag == "H1"] == list(languages)


def test_every_language_that_papers_print_in_has_every_sentence_with_the_same_places() -> None:
    assert set(WORDS) == {language.code for language in LANGUAGES if language.prints}
    for words in WORDS.values():
        assert {key: _places(text) for key, text in words.items()} == {
            key: _places(text) for key, text in WORDS["es"].items()
        }


def test_haitian_creole_dates_are_not_french() -> None:
    assert "lendi 30 novanm 2026, 10:30" in _text(replace(FACTS, language="ht"))


@pytest.mark.parametrize("facts", [FACTS, BARE, LONG, replace(LONG, language="es"), replace(LONG, language="ht")])
def test_it_is_one_archivable_page_whose_texts_keep_apart(facts: SlipFacts, tmp_path: Path) -> None:
    data = referral_slip_pdf(facts)
    path = tmp_path / "slip.pdf"
    path.write_bytes(data)
    assert pikepdf.pdfa.validate_written(path, "2b").passed
    paper = read_paper(data)
    assert paper.pages == 1
    assert [pair for pair in combinations(paper.boxes, 2) if pair[0].overlaps(pair[1])] == []
    assert all(box.left > 0 and box.right < 612 and box.bottom > 0 and box.top < 792 for box in paper.boxes)


def test_text_that_cannot_fit_is_refused_not_cut() -> None:
    with pytest.raises(PaperOverflow):
        referral_slip_pdf(replace(FACTS, bring=(Phrase("Un documento con su nombre"),) * 80))


def test_a_demonstration_says_so_and_equal_facts_give_equal_bytes() -> None:
    assert "DEMOSTRACIÓN: DATOS INVENTADOS" in _text(replace(FACTS, sample=True))
    assert "DEMOSTRACIÓN" not in _text(FACTS)
    assert referral_slip_pdf(FACTS) == referral_slip_pdf(replace(FACTS))


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

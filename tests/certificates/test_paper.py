"""The constancia on paper: what it says, what it must never say, and that it stays one readable page."""

from __future__ import annotations

import io
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest

from referral.certificates.facts import ConstanciaFacts
from referral.certificates.paper import constancia_pdf, unprintable
from referral.infra.pdf.fonts import REPLACEMENT
from referral.infra.pdf.frame import PaperOverflow
from referral.kernel.partial_dates import PartialDate
from tests.documents.files import picture
from tests.paper_reading import read_paper, structure

FACTS = ConstanciaFacts(
    folio="PHM-2026-000123-K",
    document_name="Marie-Ange Jean-Baptiste",
    chosen_name="Ange",
    birth=PartialDate.of_day(date(1994, 3, 27)),
    nationality="HT",
    alcaldia="09015",
    registered_on=date(2026, 11, 20),
    registered_at="Mesa Centro",
    valid_from=date(2026, 11, 21),
    valid_to=date(2027, 11, 20),
    validity_is_example=False,
    issuing_unit="Mesa de atención a personas en movilidad",
    signer_name="Guadalupe Itzel Hernández Ocampo",
    signer_post="Responsable de la mesa",
    legal_basis=("Ley de prueba, artículo 5",),
    verify_url="https://ventanilla.example.org/v/7KQ2M9XWTA4R8ZPD3HNB",
    verify_code="7KQ2-M9XW-TA4R",
    accompanying_adult=None,
    sample=False,
    issued_at=datetime(2026, 11, 22, 3, 30, tzinfo=UTC),  # still the 21st in Mexico City
)
BARE = replace(
    FACTS,
    chosen_name=None,
    birth=PartialDate.unknown(),
    nationality=None,
    alcaldia=None,
    registered_at=None,
    valid_to=None,
    legal_basis=(),
)
LONG = replace(
    FACTS,
    document_name=" ".join(("María de los Ángeles " * 6, "Villavicencio " * 9, "Xochiquetzal" * 10)),
    chosen_name="Nguyễn Thị Phương Thảo Đặng " * 4,
    accompanying_adult="Jean-François Étienne Dieudonné Désamours Ò̱yä Ñuhu " * 2,
    birth=PartialDate.of_age(8, date(2026, 11, 21)),
    issuing_unit="Subdirección de Atención a Huéspedes, Migrantes, Personas en Movilidad Humana y sus Familias " * 2,
    signer_post="Titular de la Subdirección de Atención a Huéspedes, Migrantes y sus Familias",
    legal_basis=("EJEMPLO: Ley de Interculturalidad, Atención a Migrantes y Movilidad Humana, artículos 5 y 7",) * 3,
)
EXTREMES = [FACTS, BARE, LONG, replace(LONG, sample=True), replace(LONG, document_name="W" * 386)]


def _text(facts: ConstanciaFacts) -> str:
    return read_paper(constancia_pdf(facts)).text


def test_it_says_the_same_in_both_languages() -> None:
    text = _text(FACTS)
    for words in (
        "Constancia de inscripción",
        "Certificate of registration",
        "Se hace constar que la persona",
        "This is to certify that",
        "con el folio PHM-2026-000123-K, desde el 20 de noviembre de 2026.",
        "under number PHM-2026-000123-K, since 20 November 2026.",
        "no depende de la situación migratoria",
        "does not depend on migration status",
        "No es un documento migratorio ni autoriza a trabajar o a viajar.",
        "It is not a migration document and gives no permission to work or to travel.",
        "Nombre que usa / Name used: Ange",
        "27 de marzo de 1994",
        "27 March 1994",
        "Haití",
        "Haiti",
        "20 de noviembre de 2027",
        "20 November 2027",
        "Se expide el 21 de noviembre de 2026.",
        "Issued on 21 November 2026.",
        "Ley de prueba, artículo 5",
        "Guadalupe Itzel Hernández Ocampo",
        "7KQ2-M9XW-TA4R",
    ):
        assert words in text, words
    assert text.count("Cuauhtémoc") == 2
    assert text.count("Marie-Ange Jean-Baptiste") == 1


def test_what_the_person_leaves_out_leaves_no_trace() -> None:
    text = _text(BARE)
    for label in ("Nacionalidad", "Nationality", "Alcaldía", "nacimiento", "birth", "Nombre que usa", "Fundamento"):
        assert label not in text
    assert "None" not in text
    assert "sin fecha de término" in text
    assert "no end date" in text


def test_it_can_hold_nothing_that_may_harm() -> None:
    """A new field is a decision about what a stranger may read: add it here only after weighing that."""
    assert {field.name for field in fields(ConstanciaFacts)} == {
        *(
            "folio",
            "document_name",
            "chosen_name",
            "birth",
            "nationality",
            "alcaldia",
            "registered_on",
            "registered_at",
        ),
        *("valid_from", "valid_to", "validity_is_example", "issuing_unit", "signer_name", "signer_post", "legal_basis"),
        *("verify_url", "verify_code", "accompanying_adult", "sample", "photo", "issued_at"),
    }


@pytest.mark.parametrize(
    ("birth", "es", "en"),
    [
        (PartialDate.of_month(1994, 3), "Fecha de nacimiento marzo de 1994", "Date of birth March 1994"),
        (PartialDate.of_year(1994), "Año de nacimiento 1994", "Year of birth 1994"),
        (
            PartialDate.of_age(32, date(2026, 11, 21)),
            "Año de nacimiento hacia 1994, por la edad declarada",
            "Year of birth about 1994, from the age stated",
        ),
    ],
)
def test_a_birth_is_printed_as_far_as_it_is_known(birth: PartialDate, es: str, en: str) -> None:
    text = _text(replace(BARE, birth=birth))
    assert es in text
    assert en in text


def test_a_child_s_names_the_adult_in_both_languages() -> None:
    text = _text(replace(FACTS, accompanying_adult="Rose Jean-Baptiste"))
    assert "Persona adulta que acompaña Rose Jean-Baptiste" in text
    assert "Accompanying adult Rose Jean-Baptiste" in text


@pytest.mark.parametrize("facts", EXTREMES)
def test_it_is_one_archivable_page_whose_texts_keep_apart(facts: ConstanciaFacts, tmp_path: Path) -> None:
    data = constancia_pdf(facts)
    path = tmp_path / "constancia.pdf"
    path.write_bytes(data)
    assert pikepdf.pdfa.validate_written(path, "2b").passed
    paper = read_paper(data)
    assert paper.pages == 1
    assert paper.codes == (facts.verify_url,)
    assert facts.document_name.split()[-1][-6:] in paper.text.replace(" ", "")
    if not facts.sample:  # the pale words behind the text are meant to cross it
        crossed = [pair for pair in combinations(paper.boxes, 2) if pair[0].overlaps(pair[1])]
        assert crossed == []
    assert all(box.left > 0 and box.right < 612 and box.bottom > 0 and box.top < 792 for box in paper.boxes)


def test_every_letter_of_the_longest_name_is_there() -> None:
    text = _text(LONG).replace(" ", "")
    assert "".join(LONG.document_name.split()) in text


def test_text_that_cannot_fit_is_refused_not_cut() -> None:
    with pytest.raises(PaperOverflow):
        constancia_pdf(replace(LONG, legal_basis=("Ley de prueba, artículo 5 " * 6,) * 30))


def test_example_values_are_marked_where_they_stand_and_real_ones_are_not() -> None:
    assert "EJEMPLO" not in _text(FACTS)
    for changes in (
        {"issuing_unit": "EJEMPLO: Mesa"},
        {"signer_name": "EJEMPLO: Nombre"},
        {"signer_post": "EJEMPLO: Cargo"},
        {"legal_basis": ("EJEMPLO: Ley",)},
    ):
        text = _text(replace(FACTS, **changes))
        assert text.count("EJEMPLO / SAMPLE") == 1, changes
        assert "EJEMPLO:" not in text
    assert _text(replace(FACTS, validity_is_example=True)).count("EJEMPLO / SAMPLE") == 2


def test_a_demonstration_says_so_at_head_and_foot_and_a_real_one_does_not() -> None:
    assert _text(replace(FACTS, sample=True)).count("DEMOSTRACIÓN: SIN VALIDEZ / DEMONSTRATION: NOT VALID") == 2
    assert "DEMOSTRACIÓN" not in _text(FACTS)


def test_names_with_letters_we_cannot_print_are_reported_before_issuing() -> None:
    assert unprintable(FACTS) == ()
    assert unprintable(LONG) == ()
    assert unprintable(replace(FACTS, chosen_name="Ahmad أح", accompanying_adult="王")) == ("أ", "ح", "王")
    assert REPLACEMENT * 2 in _text(replace(FACTS, document_name="王小"))


def test_equal_facts_give_equal_bytes() -> None:
    assert constancia_pdf(FACTS) == constancia_pdf(replace(FACTS))
    assert constancia_pdf(FACTS) != constancia_pdf(replace(FACTS, folio="PHM-2026-000124-0"))


def test_the_file_s_own_properties_hold_no_name() -> None:
    with pikepdf.open(io.BytesIO(constancia_pdf(FACTS))) as pdf:
        properties = " ".join(str(value) for value in pdf.docinfo.values()) + pdf.Root.Metadata.read_bytes().decode()
    assert "Marie" not in properties
    assert FACTS.folio in properties


def test_it_can_be_read_aloud_in_order_each_language_in_its_own_voice() -> None:
    tags = structure(constancia_pdf(FACTS))
    assert [lang for tag, lang in tags if tag == "H1"] == ["es", "en"]
    assert [lang for tag, lang in tags if tag == "Table"] == ["es", "en"]
    assert len([tag for tag, _ in tags if tag == "TH"]) == len([tag for tag, _ in tags if tag == "TD"]) == 12
    assert [tag for tag, _ in tags].count("Figure") == 1


@pytest.mark.parametrize("facts", EXTREMES)
def test_a_photograph_leaves_it_one_page_on_which_nothing_overlaps(facts: ConstanciaFacts) -> None:
    made = constancia_pdf(facts, photo=picture(480, 640))
    assert made == constancia_pdf(facts, photo=picture(480, 640))
    read = read_paper(made)
    assert read.pages == 1
    assert read.codes == (facts.verify_url,)
    assert ("Figure", "es-MX") in structure(made)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages[0].get_images()) == 1
    if not facts.sample:
        assert not any(one.overlaps(other) for one, other in combinations(read.boxes, 2))

"""Code lists: complete in both languages, consistent with each other, quick to load."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from referral.kernel import codes
from referral.kernel.codes import (
    ALCALDIAS,
    COUNTRIES,
    DISPLACEMENT_CAUSES,
    FIELD_PURPOSES,
    FUNCTIONAL_DIFFICULTIES,
    IDENTITY_DOCUMENTS,
    LANGUAGES,
    NEED_CATEGORIES,
    NEEDS,
    OUTCOMES,
    PLACES,
    PRIORITY_GROUPS,
    PROFILES,
    REGISTRATION_FIELDS,
    REGISTRATION_SECTIONS,
    RESIDENCE_PROOFS,
    SEXES_ON_DOCUMENT,
    SPECIFIC_NEED_GROUPS,
    SPECIFIC_NEEDS,
    STATES,
    URGENCY_LEVELS,
    code_list,
    list_names,
)

CONTENT = Path(codes.__file__).parent / "content"
# Kinds of field whose answer is a code, yet of no list here: desks and accounts live in the staff room.
CODES_OF_OTHER_ROOMS = {"desk_site"}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("countries", 251),
        ("places", 249),
        ("states", 33),
        ("alcaldias", 16),
        ("languages", 20),
        ("profiles", 15),
        ("priority_groups", 14),
        ("identity_documents", 33),
        ("displacement_causes", 12),
        ("need_categories", 15),
        ("needs", 85),
        ("specific_needs", 83),
        ("functional_difficulties", 6),
        ("urgency_levels", 4),
        ("outcomes", 16),
        ("registration_sections", 13),
        ("registration_fields", 89),
    ],
)
def test_how_many(name: str, count: int) -> None:
    assert len(code_list(name)) == count


@pytest.mark.parametrize("name", list_names())
def test_every_code_has_tidy_words_in_both_languages(name: str) -> None:
    assert len(code_list(name)) > 0
    for entry in code_list(name):
        for words in (entry.es, entry.en, entry.label("es_MX"), entry.label("en")):
            assert words == " ".join(words.split()) != "", entry.code
            assert not words.endswith("."), entry.code
            assert words[0].isupper() or words[0].isdigit(), entry.code
        assert re.fullmatch(r"[A-Za-z0-9_-]+", entry.code), entry.code


@pytest.mark.parametrize("name", list_names())
def test_no_two_offered_codes_of_a_list_read_the_same(name: str) -> None:
    for locale in ("es", "en"):
        words = [label for _, label in code_list(name).choices(locale)]
        assert len(set(words)) == len(words)


def test_every_content_row_is_in_a_list_and_every_cell_is_tidy() -> None:
    for path in CONTENT.glob("*.csv"):
        rows = path.read_text(encoding="utf-8").splitlines()
        assert "  " not in "".join(rows), path.name
        assert not any(re.search(r"https?:|find_string|seed 00|\bS2\b", row) for row in rows), path.name
    shared = {row.split(",")[0] for row in (CONTENT / "answers.csv").read_text(encoding="utf-8").splitlines()[1:]}
    assert shared <= set(list_names())
    assert {path.stem for path in CONTENT.glob("*.csv")} - {"answers"} <= set(list_names())


def test_reading_a_list() -> None:
    need = NEEDS["HEALTH_PREG"]
    assert (need.label("es"), need.category, need.default_urgency) == ("Embarazo, parto y posparto", "HEALTH", "soon")
    assert str(need) == "HEALTH_PREG"
    assert "HEALTH_PREG" in NEEDS
    assert NEEDS.get("NOTHING") is None
    assert NEEDS.get(None) is None
    assert NEEDS.label("HEALTH_PREG", "en") == "Pregnancy, childbirth and postnatal care"
    assert NEEDS.label("A_CODE_OF_THE_PAST", "es") == "A_CODE_OF_THE_PAST"
    assert NEEDS.codes()[0] == next(iter(NEEDS)).code
    with pytest.raises(KeyError):
        NEEDS["NOTHING"]
    with pytest.raises(KeyError):
        code_list("nothing")


def test_choices_are_a_copy() -> None:
    SEXES_ON_DOCUMENT.choices("es").clear()
    assert [code for code, _ in SEXES_ON_DOCUMENT.choices("es")] == ["H", "M", "X", "not_stated"]


def test_needs_quote_categories_and_urgencies() -> None:
    assert {need.category for need in NEEDS} == set(NEED_CATEGORIES.codes())
    assert {need.default_urgency for need in NEEDS} == set(URGENCY_LEVELS.codes())
    assert all(need.code.startswith(f"{need.category}_") for need in NEEDS)


def test_specific_needs_quote_their_groups_and_retired_ones_are_not_offered() -> None:
    assert {need.group for need in SPECIFIC_NEEDS} == set(SPECIFIC_NEED_GROUPS.codes())
    assert {need.confidentiality for need in SPECIFIC_NEEDS} == {"normal", "restricted", "highly_restricted"}
    assert {need.use for need in SPECIFIC_NEEDS} == {"desk", "specialist", "retired"}
    offered = {code for code, _ in SPECIFIC_NEEDS.choices("es")}
    assert offered == {need.code for need in SPECIFIC_NEEDS if need.use != "retired"}
    assert "LP-AP" not in offered
    assert SPECIFIC_NEEDS.label("LP-AP", "es") != "LP-AP"


def test_functional_difficulties_are_specific_needs() -> None:
    assert all(code in SPECIFIC_NEEDS for code in FUNCTIONAL_DIFFICULTIES.codes())


def test_urgencies_run_from_now_to_later() -> None:
    levels = list(URGENCY_LEVELS)
    assert [level.rank for level in levels] == [1, 2, 3, 4]
    assert [level.target_days for level in levels] == sorted(level.target_days for level in levels)
    assert all(level.meaning("es") and level.meaning("en") for level in levels)


def test_outcomes() -> None:
    assert {outcome.counts_as for outcome in OUTCOMES} == {"success", "partial", "neutral", "failure"}
    assert [outcome.code for outcome in OUTCOMES if outcome.raises_alert] == ["refused_discrimination"]
    assert OUTCOMES["refused_docs"].reason_required
    assert not OUTCOMES["provided"].reason_required


def test_documents() -> None:
    kinds = {document.kind for document in IDENTITY_DOCUMENTS}
    assert kinds == {"identity", "asylum", "migration", "birth", "return", "residence", "none"}
    assert {document.expires for document in IDENTITY_DOCUMENTS} == {"yes", "no", "varies"}
    for code in ("PASSPORT", "COMAR_CONST", "REMOVAL_DOC", "INE", "BIRTH_CERT"):
        assert IDENTITY_DOCUMENTS[code].proves_identity, code
    for code in ("CURP", "NONE", "UTILITY", "KINSHIP_DOC"):
        assert not IDENTITY_DOCUMENTS[code].proves_identity, code
    assert [document.code for document in IDENTITY_DOCUMENTS if document.minors_only] == ["BIRTH_CERT"]
    assert IDENTITY_DOCUMENTS["COMAR_CONST"].reveals_protection
    assert not IDENTITY_DOCUMENTS["PASSPORT"].reveals_protection


def test_residence_proofs_are_marked_examples_and_hold_the_documents_that_prove_residence() -> None:
    assert all(proof.is_example for proof in RESIDENCE_PROOFS)
    proving = {document.code for document in IDENTITY_DOCUMENTS if document.proves_residence}
    assert proving <= set(RESIDENCE_PROOFS.codes())
    assert all(RESIDENCE_PROOFS[code].es == IDENTITY_DOCUMENTS[code].es for code in proving)


def test_countries() -> None:
    assert len({country.alpha3 for country in COUNTRIES}) == len(COUNTRIES)
    assert all(
        re.fullmatch("[A-Z]{2}", country.alpha2) and re.fullmatch("[A-Z]{3}", country.alpha3) for country in COUNTRIES
    )
    assert {country.code for country in COUNTRIES if not country.is_country} == {"XA", "XX"}
    assert {country.code for country in COUNTRIES} - set(PLACES.codes()) == {"XA", "XX"}
    assert COUNTRIES["HN"].priority == 1
    assert COUNTRIES["DE"].priority is None
    assert COUNTRIES["SV"].usual_id.endswith("(DUI)")


def test_countries_are_offered_by_priority_and_then_by_the_alphabet_of_the_language() -> None:
    for locale, some in (("es", ["DE", "BE", "ES", "US"]), ("en", ["BE", "DE", "ES"])):
        codes_in_order = [code for code, _ in COUNTRIES.choices(locale)]
        assert codes_in_order[:3] == ["HN", "HT", "CU"]
        places = [codes_in_order.index(code) for code in some if COUNTRIES[code].priority is None]
        assert places == sorted(places)


def test_alcaldias_lie_in_the_city() -> None:
    for alcaldia in ALCALDIAS:
        latitude, longitude = alcaldia.centre
        assert 19.0 < latitude < 19.6, alcaldia.es
        assert -99.4 < longitude < -98.9, alcaldia.es
        assert re.fullmatch("090(0[2-9]|1[0-7])", alcaldia.code)


def test_states() -> None:
    assert STATES["09"].curp_code == "DF"
    assert len({state.curp_code for state in STATES}) == 33


def test_languages() -> None:
    assert [language.code for language in LANGUAGES if language.prints] == ["es", "en", "ht", "fr", "pt"]
    assert LANGUAGES["ht"].own_name == "Kreyòl ayisyen"


def test_profiles_and_groups() -> None:
    assert {profile.registrable for profile in PROFILES} == {"yes", "no", "confirm"}
    assert all(profile.definition("es") != profile.definition("en") for profile in PROFILES)
    assert {group.derived_from for group in PRIORITY_GROUPS} == {"sex", "age", "profile", "housing", ""}
    assert PRIORITY_GROUPS["LGBTTTI"].is_sensitive
    assert "UNKNOWN" in DISPLACEMENT_CAUSES


def test_registration_fields_quote_lists_sections_and_purposes() -> None:
    assert {field.section for field in REGISTRATION_FIELDS} == set(REGISTRATION_SECTIONS.codes())
    assert {field.purpose for field in REGISTRATION_FIELDS} <= set(FIELD_PURPOSES.codes())
    for field in REGISTRATION_FIELDS:
        if field.list_name:
            assert field.list_name in list_names(), field.code
        else:
            assert field.type not in {"code", "codes"} or field.code in CODES_OF_OTHER_ROOMS, field.code
        assert re.fullmatch("c([0-9]|1[0-4])", field.sensitivity), field.code
        assert field.required in {"yes", "no", "auto", "conditional", "minors", "padron", "certificate"}, field.code


def test_migration_status_is_never_required() -> None:
    assert REGISTRATION_FIELDS["status_self"].required == "no"
    assert "not_said" in code_list(REGISTRATION_FIELDS["status_self"].list_name)


def test_nothing_is_read_on_import_and_all_lists_load_quickly() -> None:
    """In a process of its own, so that nothing is warm; the best of three, so that a busy machine passes."""
    script = (
        "import time, referral.kernel.code_lists as shape, referral.kernel.codes as codes\n"
        "assert shape.content_rows.cache_info().currsize == 0\n"
        "start = time.perf_counter()\n"
        "assert sum(len(codes.code_list(name)) for name in codes.list_names()) > 1000\n"
        "print(time.perf_counter() - start)"
    )
    seconds = [
        float(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout)
        for _ in range(3)
    ]
    assert min(seconds) < 0.015

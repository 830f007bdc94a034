"""Catalogues: what is extracted, how the two languages are filled, and which faults the check finds."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from referral.infra import catalogues

SOURCE = """
from flask_babel import gettext as _, lazy_gettext as _l, ngettext, pgettext

SAVED = _l("Se guardó.")

def said(count: int, name: str) -> str:
    # Translators: said of a person, not of a thing
    first = _("Registró a %(name)s.", name=name)
    second = ngettext("Hay una persona.", "Hay %(num)s personas.", count)
    return first + second + pgettext("verb", "Cierre")
"""
TEMPLATE = """
<p>{{ _('Escriba su nombre') }}</p>
{% trans count=total %}
  <strong>Una</strong> canalización
{% pluralize %}
  <strong>{{ count }}</strong> canalizaciones
{% endtrans %}
"""
PART = """
msgid "Se guardó."
msgstr "Saved."

msgid "Registró a %(name)s."
msgstr "You registered %(name)s."

msgid "Hay una persona."
msgid_plural "Hay %(num)s personas."
msgstr[0] "There is one person."
msgstr[1] "There are %(num)s people."

msgctxt "verb"
msgid "Cierre"
msgstr "Close"

msgid "Escriba su nombre"
msgstr "Write your name"

msgid "<strong>Una</strong> canalización"
msgid_plural "<strong>%(count)s</strong> canalizaciones"
msgstr[0] "<strong>One</strong> referral"
msgstr[1] "<strong>%(count)s</strong> referrals"
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small source tree with one module, one template and the English of both."""
    for folder in ("referral/people", "templates/people", "translations/parts", "referral/assets/node_modules/thing"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "referral/people/labels.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "referral/assets/node_modules/thing/setup.py").write_text('_("Not ours")', encoding="utf-8")
    (tmp_path / "templates/people/page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "translations/parts/people.po").write_text(PART, encoding="utf-8")
    mapping = Path(__file__).parents[2] / "translations" / "babel.cfg"
    (tmp_path / "translations/babel.cfg").write_bytes(mapping.read_bytes())
    return tmp_path


def _po(house: Path, locale: str) -> Path:
    return house / "translations" / locale / "LC_MESSAGES" / "messages.po"


def _retell(house: Path, old: str, new: str, locale: str = "en") -> None:
    text = _po(house, locale).read_text(encoding="utf-8")
    assert old in text
    _po(house, locale).write_text(text.replace(old, new), encoding="utf-8")


def test_both_languages_are_complete_after_an_update(house: Path) -> None:
    assert catalogues.update(house) == []
    assert catalogues.check(house) == []

    assert len(catalogues.compile(house / "translations")) == 2
    spanish = gettext.translation("messages", house / "translations", ["es"])
    english = gettext.translation("messages", house / "translations", ["en"])
    assert spanish.gettext("Se guardó.") == "Se guardó."
    assert english.gettext("Se guardó.") == "Saved."
    assert english.pgettext("verb", "Cierre") == "Close"
    assert [spanish.ngettext("Hay una persona.", "Hay %(num)s personas.", n) % {"num": n} for n in (0, 1, 2)] == [
        "Hay 0 personas.",
        "Hay una persona.",
        "Hay 2 personas.",
    ]
    assert english.ngettext("<strong>Una</strong> canalización", "<strong>%(count)s</strong> canalizaciones", 1) == (
        "<strong>One</strong> referral"
    )


def test_the_files_do_not_change_by_being_written_again(house: Path) -> None:
    catalogues.update(house)
    before = [_po(house, locale).read_bytes() for locale in catalogues.LOCALES]
    (house / "translations/parts/people.po").unlink()  # merged: the catalogue keeps what it said
    (house / "referral/people/labels.py").write_text("\n\n\n" + SOURCE, encoding="utf-8")

    assert catalogues.update(house) == []
    assert [_po(house, locale).read_bytes() for locale in catalogues.LOCALES] == before
    assert b"labels.py" not in before[0]
    assert b"Translators" not in before[0]
    assert b"said of a person" in before[0]


def test_compiling_writes_only_what_changed(house: Path) -> None:
    catalogues.update(house)
    folder = house / "translations"
    assert len(catalogues.compile(folder)) == 2
    assert catalogues.compile(folder) == []
    _retell(house, "Saved.", "It was saved.")
    assert catalogues.compile(folder) == [_po(house, "en").with_suffix(".mo")]


def test_an_update_says_which_english_is_missing_and_the_check_fails(house: Path) -> None:
    (house / "translations/parts/people.po").write_text(PART.replace('"Saved."', '""'), encoding="utf-8")
    assert catalogues.update(house) == ['English is missing for: "Se guardó."']
    assert catalogues.check(house) == ['en: an empty translation: "Se guardó."']


def test_parts_that_word_a_sentence_differently_are_reported(house: Path) -> None:
    (house / "translations/parts/zz.po").write_text('msgid "Se guardó."\nmsgstr "Stored."\n', encoding="utf-8")
    (note,) = catalogues.update(house)
    assert note == 'zz.po is kept, people.po words it differently: "Se guardó."'


def test_the_check_asks_for_an_update_after_the_sources_changed(house: Path) -> None:
    assert catalogues.check(house) == [f"{locale}: there is no catalogue; run make i18n." for locale in ("en", "es")]
    catalogues.update(house)
    (house / "referral/people/labels.py").write_text(SOURCE.replace("Se guardó.", "Quedó guardado."), encoding="utf-8")
    problems = catalogues.check(house)
    assert 'es: lacks a sentence, run make i18n: "Quedó guardado."' in problems
    assert 'en: holds a sentence that no source says, run make i18n: "Se guardó."' in problems


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("You registered %(name)s.", "You registered %(nombre)s.", "its placeholders differ from the source"),
        ("You registered %(name)s.", "You registered a person.", "its placeholders differ from the source"),
        ("You registered %(name)s.", "You registered %(name).", "a placeholder without its closing s"),
        ("There are %(num)s people.", "There are people.", "its placeholders differ from the source"),
        ("<strong>One</strong> referral", "<b>One</b> referral", "its tags differ from the source"),
        ("Write your name", "Write your <b>name</b>", "its tags differ from the source"),
        ("Write your name", "Write your name ", "spaces at its edges that the source has not"),
    ],
)
def test_the_check_finds_a_translation_that_would_break_a_page(house: Path, old: str, new: str, problem: str) -> None:
    catalogues.update(house)
    _retell(house, old, new)
    (found,) = catalogues.check(house)
    assert found.startswith(f"en: {problem}: ")


def test_the_singular_may_name_its_number(house: Path) -> None:
    catalogues.update(house)
    _retell(house, "There is one person.", "There is %(num)s person.")
    assert catalogues.check(house) == []


def test_placeholders_have_names(house: Path) -> None:
    (house / "referral/people/labels.py").write_text('_("Faltan %s datos")', encoding="utf-8")
    assert 'Use a named placeholder such as %(name)s in: "Faltan %s datos"' in catalogues.check(house)


def test_a_template_that_cannot_be_parsed_stops_the_extraction_and_is_named(house: Path) -> None:
    (house / "templates/people/page.html").write_text("{% if %}{{ _('Hola') }}", encoding="utf-8")
    with pytest.raises(Exception, match="Expected an expression") as caught:  # Jinja's own error class is its affair
        catalogues.extract(house)
    assert "While reading templates/people/page.html" in caught.value.__notes__


def test_a_broken_part_is_named(house: Path) -> None:
    (house / "translations/parts/people.po").write_text('msgid "Se guardó."\nSaved.\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"people\.po cannot be read"):
        catalogues.update(house)

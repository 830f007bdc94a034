"""Words compiled into templates: the same page, to the byte, as Jinja looking each word up."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask_babel import lazy_gettext
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from referral.app import create_app
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.web.spoken import _escaped, templates_in
from referral.kernel.partial_dates import AgeRange

SNIPPETS = (
    "{{ _('Entrar') }}",
    "{{ _('Ya hay una cuenta con el nombre %(username)s. Elija otro.', username=name) }}",
    "{{ _('Una frase que nadie ha traducido, al 100 %%.') }}",
    "{% trans %}Entrar{% endtrans %}",
    "{% trans username=name %}Ya hay una cuenta con el nombre {{ username }}. Elija otro.{% endtrans %}",
    "{% trans count=2 %}{{ count }} canalización{% pluralize %}{{ count }} canalizaciones{% endtrans %}",
    "{{ _(word) }}",
    "{% macro one(w) %}{{ w }}{{ _('Entrar') }}{% endmacro %}{{ one(name) }}",
    "{{ name|upper }}{{ 3 }}{{ none }}{{ lazy }}{% set kept %}{{ name }}{% endset %}{{ kept }}",
    "{% macro p() %}<p>{{ caller('<b>') }}</p>{% endmacro %}{% call(x) p() %}{{ x }}{{ name }}{% endcall %}",
)


@pytest.fixture
def one_app(sqlite: Database, settings: Settings) -> Flask:
    return create_app(settings, sqlite)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("snippet", SNIPPETS)
def test_compiled_words_and_looked_up_words_are_the_same(snippet: str, language: str, one_app: Flask) -> None:
    values = {"name": "<b title='\"'>Añá & 100 %</b>", "word": "Entrar", "lazy": lazy_gettext("Entrar")}
    with one_app.test_request_context(f"/?_lang={language}"):
        looked_up = one_app.jinja_env.from_string(snippet).render(values)
        assert templates_in(one_app, language).from_string(snippet).render(values) == looked_up
        assert "<b" not in looked_up.lower()


def test_two_languages_do_not_share_a_template(one_app: Flask) -> None:
    spoken = {}
    for language in ("es", "en", "es"):
        with one_app.test_request_context(f"/?_lang={language}"):
            spoken[language] = templates_in(one_app, language).from_string("{{ _('Contraseña') }}").render()
    assert spoken == {"es": "Contraseña", "en": "Password"}


@given(st.text() | st.text().map(Markup) | st.integers() | st.none())
def test_what_is_joined_is_escaped_as_markupsafe_escapes_it(value: object) -> None:
    assert _escaped(value) == escape(value)


def test_dates_and_ages_speak_the_language_of_their_template(one_app: Flask) -> None:
    snippet = "{{ day|date_long }} {{ day|date_short }} {{ ages|age_words }} {{ page_language() }}"
    values = {"day": date(2026, 11, 21), "ages": AgeRange(31, 32)}
    told = {}
    for language in ("es", "en", "es"):
        with one_app.test_request_context(f"/?_lang={language}"):
            told[language] = templates_in(one_app, language).from_string(snippet).render(values)
    assert told == {
        "es": "21 de noviembre de 2026 21 nov 2026 31 o 32 años es",
        "en": "21 November 2026 21 Nov 2026 31 or 32 years old en",
    }

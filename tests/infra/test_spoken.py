"""Words compiled into templates: the same page, to the byte, as Jinja looking each word up."""

from __future__ import annotations

import pytest
from flask import Flask

from referral.app import create_app
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.web.spoken import templates_in

SNIPPETS = (
    "{{ _('Entrar') }}",
    "{{ _('Ya hay una cuenta con el nombre %(username)s. Elija otro.', username=name) }}",
    "{{ _('Una frase que nadie ha traducido, al 100 %%.') }}",
    "{% trans %}Entrar{% endtrans %}",
    "{% trans username=name %}Ya hay una cuenta con el nombre {{ username }}. Elija otro.{% endtrans %}",
    "{% trans count=2 %}{{ count }} canalización{% pluralize %}{{ count }} canalizaciones{% endtrans %}",
    "{{ _(word) }}",
    "{% macro one(w) %}{{ w }}{{ _('Entrar') }}{% endmacro %}{{ one(name) }}",
)


@pytest.fixture
def one_app(sqlite: Database, settings: Settings) -> Flask:
    return create_app(settings, sqlite)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("snippet", SNIPPETS)
def test_compiled_words_and_looked_up_words_are_the_same(snippet: str, language: str, one_app: Flask) -> None:
    values = {"name": "<b>Añá & 100 %</b>", "word": "Entrar"}
    with one_app.test_request_context(f"/?_lang={language}"):
        looked_up = one_app.jinja_env.from_string(snippet).render(values)
        assert templates_in(one_app, language).from_string(snippet).render(values) == looked_up
        assert "<b>" not in looked_up


def test_two_languages_do_not_share_a_template(one_app: Flask) -> None:
    spoken = {}
    for language in ("es", "en", "es"):
        with one_app.test_request_context(f"/?_lang={language}"):
            spoken[language] = templates_in(one_app, language).from_string("{{ _('Contraseña') }}").render()
    assert spoken == {"es": "Contraseña", "en": "Password"}

"""The smallest Flask application that draws our pages: no rooms, no accounts. For the tests of forms and pages."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Flask, request
from flask_babel import Babel

from referral.infra.settings import data
from referral.infra.web.forms import LANGUAGE_BUTTON
from referral.infra.web.pages import set_up_pages

LOCALES = {"es": "es_MX", "en": "en_GB"}


def bare_desk(*rooms: str, name: str = "Rosa") -> Flask:
    """An application with our templates; `rooms` are endpoints that exist; `name` is who is signed in."""
    app = Flask(__name__, template_folder=str(data("templates")))
    app.secret_key = "for the tests only, of no use elsewhere"
    app.config.update(WTF_CSRF_ENABLED=False, TESTING=True)
    Babel(app, locale_selector=lambda: LOCALES[request.values.get(LANGUAGE_BUTTON, "es")])
    set_up_pages(app)
    for number, room in enumerate(rooms):
        app.add_url_rule(f"/room-{number}", room, lambda: "", methods=["GET", "POST"])
    account = SimpleNamespace(name=name, desk_name="Mesa Centro")
    app.context_processor(
        lambda: {"identity": account, "may": lambda _name: True, "has_endpoint": app.view_functions.__contains__}
    )
    return app

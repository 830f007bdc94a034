"""Which language a page speaks: what the reader just chose, what she chose before, her account's, then the setting."""

from __future__ import annotations

from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_locale

from referral.infra.settings import Settings, data
from referral.infra.web.forms import LANGUAGE_BUTTON

COOKIE = "lang"
LOCALES = {"es": "es_MX", "en": "en_GB"}


def install(app: Flask, settings: Settings) -> None:
    """Wire Babel; the choice is kept in a cookie for a year."""

    def choose() -> str:
        if not has_request_context():
            return LOCALES[settings.locale]
        identity = g.get("identity")
        asked = (request.values.get(LANGUAGE_BUTTON), request.cookies.get(COOKIE), identity and identity.locale)
        return LOCALES[next((word for word in asked if word in LOCALES), settings.locale)]

    Babel(
        app,
        default_locale=LOCALES[settings.locale],
        default_timezone="America/Mexico_City",
        default_translation_directories=str(data("translations")),
        locale_selector=choose,
    )

    @app.after_request
    def remember(response: Response) -> Response:
        if request.values.get(LANGUAGE_BUTTON) in LOCALES:
            response.set_cookie(
                COOKIE,
                request.values[LANGUAGE_BUTTON],
                max_age=365 * 24 * 3600,
                httponly=True,
                secure=not settings.local,
                samesite="Lax",
            )
        return response


def language() -> str:
    """The two-letter language of this page: es or en."""
    locale = get_locale()
    return locale.language if locale is not None else "es"

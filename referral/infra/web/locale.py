"""Which language a page speaks: what the reader just chose, what she chose before, her account's, then the setting."""

from __future__ import annotations

from babel.support import NullTranslations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from werkzeug.exceptions import HTTPException

from referral.infra.settings import Settings, data
from referral.infra.web.formats import page_locale
from referral.infra.web.forms import LANGUAGE_BUTTON

COOKIE = "lang"
LOCALES = {"es": "es_MX", "en": "en_GB"}


def install(app: Flask, settings: Settings) -> None:
    """Wire Babel; the choice is kept in a cookie for a year."""

    def choose() -> str:
        if not has_request_context():
            return LOCALES[settings.locale]
        identity = g.get("identity")
        asked = (_pressed(), request.cookies.get(COOKIE), identity and identity.locale)
        return LOCALES[next((word for word in asked if word in LOCALES), settings.locale)]

    babel = Babel(
        app,
        default_locale=LOCALES[settings.locale],
        default_timezone="America/Mexico_City",
        default_translation_directories=str(data("translations")),
        locale_selector=choose,
    )

    babel.domain_instance = _Words()

    @app.after_request
    def remember(response: Response) -> Response:
        pressed = _pressed()
        if pressed in LOCALES and response.mimetype == "text/html":  # an answer for caches carries no cookie
            response.set_cookie(
                COOKIE,
                pressed,
                max_age=365 * 24 * 3600,
                httponly=True,
                secure=not settings.local,
                samesite="Lax",
            )
        return response


def _pressed() -> str:
    """What the language button of this request says."""
    try:
        return request.values.get(LANGUAGE_BUTTON, "")
    except HTTPException:  # the body cannot be read (too large, cut off): it is that error's page which asks
        return request.args.get(LANGUAGE_BUTTON, "")


class _Words(Domain):
    """Flask-Babel's catalogues, found by their language: it spells out the locale's name again for each sentence."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._found: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        locale = page_locale()
        if locale is None:
            return NullTranslations()
        found = self._found.get(locale.language)
        if found is None:
            found = self._found[locale.language] = super().get_translations()  # type: ignore[no-untyped-call]
        return found


def language() -> str:
    """The two-letter language of this page: es or en."""
    locale = get_locale()
    return locale.language if locale is not None else "es"

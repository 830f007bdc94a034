"""Answers a page: template, status, values. Every view ends here; app calls set_up_pages."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, StrictUndefined

from referral.infra.web import formats
from referral.infra.web.forms import LANGUAGE_BUTTON

LANGUAGES = (("es", "Español"), ("en", "English"))  # each in its own words: never translated
_GOVUK = "govuk_frontend_jinja"


def page(template: str, /, status: int = 200, **values: object) -> Response:
    """Draw `templates/<template>` with `values` and answer it. A value that it asks for and did not get is an error."""
    return make_response(render_template(template, **values), status)


def set_up_pages(app: Flask) -> None:
    """Strict templates, the GOV.UK macros, our filters and the functions that the frame calls."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.policies["ext.i18n.trimmed"] = True
    ours = app.jinja_loader
    govuk = PrefixLoader({_GOVUK: PackageLoader(_GOVUK)})
    app.jinja_loader = ChoiceLoader([ours, govuk] if ours else [govuk])
    for name in ("date_long", "date_short", "datetime_short", "number", "partial_date", "age_words", "code_label"):
        env.filters[name] = getattr(formats, name)
    env.globals.update(
        asset=asset,
        page_language=formats.page_language,
        page_direction=formats.page_direction,
        other_languages=other_languages,
        language_url=language_url,
        LANGUAGES=LANGUAGES,
    )


def other_languages() -> list[tuple[str, str]]:
    """Code and own name of the languages this page is not in."""
    return [(code, words) for code, words in LANGUAGES if code != formats.page_language()]


def language_url(code: str) -> str:
    """This page in another language, where there is no form; after a POST, which has no address of its own, the home."""
    if request.method not in {"GET", "HEAD"} or request.endpoint is None:
        return f"{request.script_root}/?{LANGUAGE_BUTTON}={code}"
    kept = {name: values for name, values in request.args.lists() if name != LANGUAGE_BUTTON}
    return url_for(request.endpoint, **{**kept, **(request.view_args or {}), LANGUAGE_BUTTON: code})


def asset(name: str) -> str:
    """Address of a built file, with its hash so that a new release is fetched and an old one stays cached."""
    app = current_app
    return _asset(app.static_folder or "", url_for("static", filename=""), name)


@cache
def _asset(folder: str, root: str, name: str) -> str:
    # The stylesheet names its fonts plainly; a preload must use the very same address.
    version = None if name.startswith("fonts/") else _manifest(folder).get(name)
    return f"{root}{name}?v={version}" if version else f"{root}{name}"


@cache
def _manifest(folder: str) -> dict[str, str]:
    file = Path(folder) / "manifest.json"
    return {str(name): str(value) for name, value in json.loads(file.read_text()).items()} if file.is_file() else {}

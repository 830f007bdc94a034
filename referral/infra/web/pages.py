"""Answers a page: template, status, values. Every view ends here; app calls set_up_pages."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from referral.infra.web import formats
from referral.infra.web.forms import LANGUAGE_BUTTON
from referral.infra.web.spoken import templates_in

LANGUAGES = (("es", "Español"), ("en", "English"))  # each in its own words: never translated
_GOVUK = "govuk_frontend_jinja"
_NOBODY = UUID(int=0)  # stands in an address for the ref of a row
# Bytes that no HTML page may hold, all but tab and line ends: a browser would show or send back something else.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")


def page(template: str, /, status: int = 200, **values: object) -> Response:
    """Draw `templates/<template>` with `values` and answer it. A value that it asks for and did not get is an error."""
    drawn = templates_in(current_app, formats.page_language()).get_template(template)
    body = render_template(drawn, **values).encode()
    if request.method == "POST" or request.query_string or not request.path.isprintable():
        # What was sent may stand on the page.
        body = body.translate(None, _CONTROLS)
    return make_response(body, status)


def set_up_pages(app: Flask) -> None:
    """Strict templates, our filters, and the functions that the frame calls."""
    app.extensions["ventanilla.addresses"] = {}
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = True
    env.lstrip_blocks = True
    env.policies["ext.i18n.trimmed"] = True
    env.filters.update(formats.filters_in(None))
    env.globals.update(
        asset=asset,
        url_for=quick_url_for,
        addresses=addresses,
        govuk=govuk,
        page_language=formats.page_language,
        page_direction=formats.page_direction,
        language_url=language_url,
        LANGUAGES=LANGUAGES,
    )


def govuk(component: str, **params: object) -> Markup:
    """A seldom used component of GOV.UK Frontend ("details", "tabs"), drawn by its own macro from its own parameters.

    What a page holds many of (boxes, buttons, tables) has lean macros of ours in templates/_parts instead.
    """
    module = _govuk_templates().get_template(f"{_GOVUK}/components/{component}/macro.html").module
    name = "govuk" + component.title().replace("-", "")
    return Markup(str(getattr(module, name)(params)).strip())  # noqa: S704 - the macro escapes what it is given


@cache
def _govuk_templates() -> Environment:
    # Apart from our templates: those macros rely on missing parameters, which ours must never do.
    loader = PrefixLoader({_GOVUK: PackageLoader(_GOVUK)})
    return Environment(
        loader=loader, autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True
    )


def language_url(code: str) -> str:
    """This page in another language, where there is no form; after a POST, which has no address, the home."""
    if request.method not in {"GET", "HEAD"} or request.endpoint is None:
        return f"{request.script_root}/?{LANGUAGE_BUTTON}={code}"
    kept = {name: values for name, values in request.args.lists() if name != LANGUAGE_BUTTON}
    return url_for(request.endpoint, **{**kept, **(request.view_args or {}), LANGUAGE_BUTTON: code})


def quick_url_for(endpoint: str, /, **values: Any) -> str:
    """Flask's url_for; an address made of refs alone is built once and then filled in (a list asks for one per row)."""
    if endpoint[0] == "." or any(type(value) is not UUID for value in values.values()):
        return url_for(endpoint, **values)
    kept: dict[tuple[str, ...], str] = current_app.extensions["ventanilla.addresses"]
    shape = (request.script_root, endpoint, *values)
    pattern = kept.get(shape)
    if pattern is None:
        stands: dict[str, Any] = {name: UUID(int=place + 1) for place, name in enumerate(values)}
        pattern = url_for(endpoint, **stands).replace("%", "%%")
        for name, stand in stands.items():
            pattern = pattern.replace(str(stand), f"%({name})s")
        kept[shape] = pattern
    return pattern % values


def addresses(endpoint: str, name: str = "ref") -> Callable[[UUID], str]:
    """The addresses of the rows of a list, by their ref: what url_for asks of the request is asked once for all."""
    before, after = quick_url_for(endpoint, **{name: _NOBODY}).split(str(_NOBODY))
    return lambda ref: f"{before}{ref}{after}"


def asset(name: str) -> str:
    """Address of a built file, with its hash so that a new release is fetched and an old one stays cached."""
    app = current_app
    return _asset(app.static_folder or "", f"{request.script_root}{app.static_url_path}/", name)


@cache
def _asset(folder: str, root: str, name: str) -> str:
    # The stylesheet names its fonts plainly; a preload must use the very same address.
    version = None if name.startswith("fonts/") else _manifest(folder).get(name)
    return f"{root}{name}?v={version}" if version else f"{root}{name}"


@cache
def _manifest(folder: str) -> dict[str, str]:
    file = Path(folder) / "manifest.json"
    return {str(name): str(value) for name, value in json.loads(file.read_text()).items()} if file.is_file() else {}

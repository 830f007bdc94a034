"""The public API: the directory in HSDS 3.1 for anybody, read only, without session, cookie or permission. ADR 0011."""

from __future__ import annotations

import json
import logging
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from referral.hsds import answers, api_words
from referral.hsds.describing import describe
from referral.hsds.rules.asking import LISTED, SINGLE, read_question
from referral.hsds.rules.turns import Turns, source_of
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.web.errors import DatabaseAway
from referral.infra.web.guard import public
from referral.infra.work import reading
from referral.kernel.refusal import Refused

log = logging.getLogger("ventanilla")
PREFIX = "/api/hsds"
KEPT_SECONDS = 60  # a place that becomes confidential must not stay in caches for long
COST_OF_ALL = 10  # turns that an answer without pages takes
_TURNS = "ventanilla.api_turns"
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Retry-After",
    "Access-Control-Max-Age": "86400",
}
blueprint = Blueprint("hsds", __name__, url_prefix=PREFIX)


@blueprint.record_once
def _set_up(state: BlueprintSetupState) -> None:
    settings: Settings = state.app.extensions["ventanilla.settings"]
    state.app.extensions[_TURNS] = Turns(settings.api_per_minute)
    # The standard also asks lists by POST. Nothing is written and no cookie is read, so there is nothing to forge.
    state.app.extensions["csrf"].exempt(blueprint)


@blueprint.before_request
def _take_a_turn() -> ResponseReturnValue | None:
    turns: Turns = current_app.extensions[_TURNS]
    if turns.per_minute == 0:
        return _problem(404, api_words.missing())
    if request.method == "OPTIONS":
        return None
    cost = COST_OF_ALL if request.args.get("format") == "ndjson" else 1
    wait = turns.take(source_of(request.remote_addr or ""), _database().clock.now(), cost=cost)
    return _problem(429, api_words.too_often(wait), {"Retry-After": str(wait)}) if wait else None


@blueprint.before_app_request
def _no_such_address() -> ResponseReturnValue | None:
    """Addresses under ours that lead nowhere: no endpoint is theirs, so no error handler of ours would see them."""
    error = request.routing_exception
    if not request.path.startswith(f"{PREFIX}/") or not isinstance(error, NotFound | MethodNotAllowed):
        return None
    return _refusal(error)


@blueprint.after_request
def _open_to_all(response: Response) -> Response:
    response.headers.update(_OPEN)
    return response


@blueprint.errorhandler(HTTPException)
def _refusal(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error.get_response()
    words = {404: api_words.missing, 405: api_words.method}.get(code, api_words.unreadable)()
    return _problem(code, words, {name: value for name, value in error.get_headers() if name == "Allow"})


@blueprint.errorhandler(Refused)
def _wrong(error: Refused) -> ResponseReturnValue:
    return _problem(400, api_words.wrong(error), parameter=error.field or "")


@blueprint.errorhandler(DatabaseAway)
def _away(error: Exception) -> ResponseReturnValue:
    log.error("database away: %s", type(error).__name__)
    return _problem(503, api_words.away(), {"Retry-After": "60"})


@blueprint.errorhandler(Exception)
def _fault(error: Exception) -> ResponseReturnValue:
    incident = secrets.token_hex(4).upper()
    log.error("incident %s at %s", incident, request.endpoint, exc_info=error)
    return _problem(500, api_words.fault(incident))


@blueprint.get("/")
@public
def about() -> ResponseReturnValue:
    """Which version of the standard this is, and where it is described."""
    described = f"{_base()}/openapi.json"
    return _kept({"version": "3.1", "profile": described, "openapi_url": described})


@blueprint.get("/openapi.json")
@public
def description() -> ResponseReturnValue:
    """The API in OpenAPI's terms."""
    return _kept(describe(_base(), api_words.described()))


@blueprint.route("/services", methods=["GET", "POST"])
@public
def services() -> ResponseReturnValue:
    return _list("service")


@blueprint.get("/services/<uuid:ref>")
@public
def service(ref: uuid.UUID) -> ResponseReturnValue:
    return _one("service", ref)


@blueprint.route("/organizations", methods=["GET", "POST"])
@public
def organizations() -> ResponseReturnValue:
    return _list("organization")


@blueprint.get("/organizations/<uuid:ref>")
@public
def organization(ref: uuid.UUID) -> ResponseReturnValue:
    return _one("organization", ref)


@blueprint.route("/service_at_locations", methods=["GET", "POST"])
@public
def service_at_locations() -> ResponseReturnValue:
    return _list("service_at_location")


@blueprint.get("/service_at_locations/<uuid:ref>")
@public
def service_at_location(ref: uuid.UUID) -> ResponseReturnValue:
    return _one("service_at_location", ref)


@blueprint.route("/taxonomies", methods=["GET", "POST"])
@public
def taxonomies() -> ResponseReturnValue:
    return _list("taxonomy")


@blueprint.get("/taxonomies/<uuid:ref>")
@public
def taxonomy(ref: uuid.UUID) -> ResponseReturnValue:
    return _one("taxonomy", ref)


@blueprint.route("/taxonomy_terms", methods=["GET", "POST"])
@public
def taxonomy_terms() -> ResponseReturnValue:
    return _list("taxonomy_term")


@blueprint.get("/taxonomy_terms/<uuid:ref>")
@public
def taxonomy_term(ref: uuid.UUID) -> ResponseReturnValue:
    return _one("taxonomy_term", ref)


def _list(table: str) -> Response:
    asked = read_question(LISTED[table], request.args.items(multi=True))
    if asked.ndjson:
        answer = Response(answers.every_line(_database(), table, asked), mimetype="application/x-ndjson")
        answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        return answer
    with reading() as desk:
        made = answers.list_page(desk.session, table, asked)
        changed = answers.changed_at(desk.session)
    return _kept(made, changed)


def _one(table: str, ref: uuid.UUID) -> Response:
    asked = read_question(SINGLE.get(table, ()), request.args.items(multi=True))
    with reading() as desk:
        made = answers.one(desk.session, table, ref, asked)
        changed = answers.changed_at(desk.session)
    if made is None:
        return _problem(404, api_words.missing())
    return _kept(made, changed)


def _kept(made: Mapping[str, Any], changed: datetime | None = None) -> Response:
    """Caches may keep it a while and then ask whether it is still so.

    What decides is the text itself: the day of the last change would not tell that a place was taken out.
    """
    answer = Response(_text(made), mimetype="application/json")
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    answer.add_etag()
    answer.make_conditional(request)
    answer.last_modified = changed  # set only now, so that nobody's clock decides
    return answer


def _problem(status: int, message: str, headers: Mapping[str, str] | None = None, *, parameter: str = "") -> Response:
    said = {"status": status, "message": message, **({"parameter": parameter} if parameter else {})}
    return Response(_text(said), status, {**_OPEN, **(headers or {})}, mimetype="application/json")


def _text(made: Mapping[str, Any]) -> str:
    return json.dumps(made, ensure_ascii=False)


def _base() -> str:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings.public_url + PREFIX


def _database() -> Database:
    database: Database = current_app.extensions["ventanilla.database"]
    return database

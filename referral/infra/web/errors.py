"""Error pages: what happened, that nothing was half done, one next step. No stack trace, no silent drop."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from referral.infra.web.pages import page
from referral.infra.work import AlreadyDone, NotPermitted, OutOfReach, TokenReused

log = logging.getLogger("ventanilla")
DatabaseAway = OperationalError  # for a room that answers it in another form than a page
_PAGES = frozenset({400, 403, 404, 405, 413, 429})
_NOT_SHOWN = frozenset({"csrf_token", "password", "once", "version", "kept", "next"})


def typed_text() -> list[tuple[str, str]]:
    """What this request carried in its boxes, for pages that must not lose it."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in _NOT_SHOWN and value.strip()]


def http(error: HTTPException) -> ResponseReturnValue:
    """404, 405, 413, 429 and their like, each with its page."""
    code = error.code or 500
    if code < 400:
        return error.get_response()
    answer = page(f"errors/{code if code in _PAGES else 400}.html", status=code)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            answer.headers[name] = value
    return answer


def stale_form(_error: CSRFError) -> ResponseReturnValue:
    """The form's key is missing or from another session: nothing was done, what was typed is shown."""
    return page("errors/400.html", status=400, typed=typed_text(), stale=True)


def missing(_error: OutOfReach) -> ResponseReturnValue:
    """Out of reach looks exactly like not there."""
    return page("errors/404.html", status=404)


def not_permitted(_error: NotPermitted) -> ResponseReturnValue:
    """The role does not hold the permission."""
    return page("errors/403.html", status=403)


def already_done(error: AlreadyDone) -> ResponseReturnValue:
    """The second click goes where the first one led."""
    return redirect(error.location, 303)


def changed_meanwhile(_error: Exception) -> ResponseReturnValue:
    """Somebody else saved in between. Views that can show both texts catch this earlier."""
    return page("errors/409.html", status=409, typed=typed_text(), changes=(), back=request.path)


def not_saved(error: OperationalError) -> ResponseReturnValue:
    """Disk full or database away: not saved, what was typed is shown."""
    log.error("database away: %s", type(error.orig).__name__)
    return page("errors/503.html", status=503, typed=typed_text())


def bug(error: Exception) -> ResponseReturnValue:
    """Our fault: an incident number here, the trace in the log under the same number."""
    incident = secrets.token_hex(4).upper()
    log.error("incident %s at %s", incident, request.endpoint, exc_info=error)
    return page("errors/500.html", status=500, incident=incident)


def install(app: Flask) -> None:
    """Wire every error page."""
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(OutOfReach, missing)
    app.register_error_handler(NotPermitted, not_permitted)
    app.register_error_handler(AlreadyDone, already_done)
    app.register_error_handler(TokenReused, changed_meanwhile)
    app.register_error_handler(StaleDataError, changed_meanwhile)
    app.register_error_handler(OperationalError, not_saved)
    app.register_error_handler(Exception, bug)

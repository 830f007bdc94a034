"""The door of every request: who asks, may they, and the headers of each answer. No permission declared: refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from flask import Flask, Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.access.table import holds
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.work import NotPermitted, serving

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
PUBLIC = "public"
_MARK = "_ventanilla_permission"
_BODY = "_ventanilla_body"

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}


class UndeclaredEndpoint(Exception):
    """A view was registered without @permits or @public; start-up stops."""


class SignIn(Protocol):
    """What the guard asks of the staff room, given to it by the composition root."""

    def identify(self, database: Database, token: str) -> Identity | None:
        """Who a session cookie belongs to now; None when it is unknown, ended or too old."""

    def last_owner(self, database: Database, token: str) -> Identity | None:
        """Who a session cookie belonged to, living or not."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """Name and marks of the session cookie; the __Host- prefix needs HTTPS."""

    name: str
    secure: bool


def session_cookie(settings: Settings) -> Cookie:
    """The session cookie for this installation."""
    return Cookie("ventanilla" if settings.local else "__Host-ventanilla", not settings.local)


def permits(permission: Permission) -> Callable[[View], View]:
    """Declare what a view needs. The guard checks the role; the action or query checks the row."""

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return mark


def public(view: View) -> View:
    """Declare that a view answers anybody."""
    setattr(view, _MARK, PUBLIC)
    return view


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Let a view receive more than the usual body: for uploads. Nobody who is not signed in gets the larger one."""

    def mark(view: View) -> View:
        setattr(view, _BODY, most_bytes)
        return view

    return mark


def declared(app: Flask, endpoint: str) -> Permission | str:
    """What an endpoint declares; UndeclaredEndpoint when nothing."""
    if endpoint == "static":
        return PUBLIC
    mark: Permission | str | None = getattr(app.view_functions[endpoint], _MARK, None)
    if mark is None:
        raise UndeclaredEndpoint(f"{endpoint} declares no permission: decorate it with @permits(...) or @public")
    return mark


def check_endpoints(app: Flask) -> None:
    """Refuse to start while any endpoint declares nothing."""
    for endpoint in app.view_functions:
        declared(app, endpoint)


@dataclass(frozen=True, slots=True)
class Guard:
    """The hooks around every request of one application."""

    app: Flask
    settings: Settings
    database: Database
    staff: SignIn

    def enter(self) -> ResponseReturnValue | None:
        """Before a view: open the database for this account, then let it pass, send it to sign in, or refuse."""
        if request.endpoint == "static":
            return None
        token = request.cookies.get(session_cookie(self.settings).name, "")
        g.identity = self.staff.identify(self.database, token) if token else None
        g.serving = ExitStack()
        read_only = request.method in {"GET", "HEAD", "OPTIONS"}
        g.serving.enter_context(serving(self.database, g.identity, read_only=read_only))
        if request.endpoint is None:
            return None  # 404 or 405, answered by the error pages
        if g.identity is not None:
            self._widen_body(request.endpoint)
        needed = declared(self.app, request.endpoint)
        if needed == PUBLIC or holds(g.identity, Permission(needed)):
            return None
        if g.identity is not None:
            raise NotPermitted(needed)
        return self._send_to_sign_in(token)

    def _send_to_sign_in(self, token: str) -> ResponseReturnValue:
        if request.method in {"GET", "HEAD"}:
            return redirect(url_for("staff.sign_in", next=request.full_path.rstrip("?")), 303)
        # What was typed before the session ended is handed to the sign-in page, sealed.
        g.last_owner = self.staff.last_owner(self.database, token) if token else None
        if g.last_owner is not None and request.endpoint is not None:
            self._widen_body(request.endpoint)  # the file is lost then, but not what was typed beside it
        return cast(ResponseReturnValue, self.app.view_functions["staff.sign_in_again"]())

    def _widen_body(self, endpoint: str) -> None:
        most: int | None = getattr(self.app.view_functions[endpoint], _BODY, None)
        if most is not None:
            request.max_content_length = most

    def leave(self, _error: BaseException | None) -> None:
        """After a request: close what enter() opened."""
        stack = g.pop("serving", None)
        if stack is not None:
            stack.close()

    def add_headers(self, response: Response) -> Response:
        """Strict headers on every answer; only static files, and pages for anybody that say so, may be cached."""
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if not self.settings.local:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def frame(self) -> dict[str, object]:
        """What the frame of every page may ask."""
        identity: Identity | None = g.get("identity")
        return {
            "identity": identity,
            "may": lambda name: holds(identity, Permission(name)),
            "has_endpoint": self.app.view_functions.__contains__,
            "demo": self.settings.demo,
        }


def install(app: Flask, settings: Settings, database: Database, staff: SignIn) -> None:
    """Guard every request of `app`."""
    guard = Guard(app, settings, database, staff)
    app.before_request(guard.enter)
    app.teardown_request(guard.leave)
    app.after_request(guard.add_headers)
    app.context_processor(guard.frame)

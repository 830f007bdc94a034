"""Composition root: settings, database, rooms, error pages. Knows everybody; wsgi.py and cli.py call it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from referral.access.identity import Identity
from referral.arrival.actions import watch  # noqa: F401 - listens: every process that writes keeps the alerts in step
from referral.infra.crypto import Vault, load_keys
from referral.infra.db import Database, check_durable, open_database
from referral.infra.settings import Settings, data, load_settings, static_folder
from referral.infra.web import errors, guard, locale, pages
from referral.kernel.clock import Clock, SystemClock
from referral.referrals.actions import gaps, release  # noqa: F401 - they listen: needs without a door, what waits
from referral.referrals.ranking_terms import lay_own_rules, ranking_terms
from referral.staff import actions as staff_actions
from referral.staff import queries as staff_queries
from referral.staff.rules import session_lives

ROOMS = (
    "desk",
    "reports",
    "privacy",
    "trail",
    "duplicates",
    "certificates",
    "intake",
    "padron",
    "arrival",
    "itinerary",
    "upkeep",
    "referrals",
    "needs",
    "visits",
    "documents",
    "consent",
    "households",
    "hsds",
    "people",
    "directory",
    "staff",
)
LARGEST_BODY = 2 * 1024 * 1024  # bytes; uploads will raise it for their own route
MOST_BOXES = 1000


class _StaffDoor:
    """What the guard asks of the staff room."""

    def __init__(self, settings: Settings) -> None:
        self._idle = timedelta(minutes=settings.session_idle_minutes)
        self._longest = timedelta(hours=settings.session_hours)

    def identify(self, database: Database, token: str) -> Identity | None:
        with database.glance() as connection:
            signed = staff_queries.signed_in(connection, token)
        if signed is None or signed.ended:
            return None
        now = database.clock.now()
        if not session_lives(
            started_at=signed.started_at, seen_at=signed.seen_at, now=now, idle=self._idle, longest=self._longest
        ):
            return None
        staff_actions.touch(database, hashed=signed.token_hash, seen_before=now - signed.seen_at)
        return signed.identity

    def last_owner(self, database: Database, token: str) -> Identity | None:
        with database.glance() as connection:
            signed = staff_queries.signed_in(connection, token)
        return signed.identity if signed is not None else None


def open_installation(settings: Settings, clock: Clock | None = None) -> Database:
    """The database of an installation, with its keys; BadKeys or UnsafeDatabase say what is wrong."""
    database = open_database(settings.database(), Vault(load_keys(settings.keys())), clock or SystemClock())
    check_durable(database.engine)
    return database


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """The desk as a WSGI application. Tests pass their own settings and database."""
    settings = settings or load_settings()
    ranking_terms(settings)  # a wrong weight stops here, and so does a wrong rule
    lay_own_rules(settings)
    database = database or open_installation(settings)
    app = Flask(__name__, template_folder=str(data("templates")), static_folder=str(static_folder()))
    app.config.update(
        SECRET_KEY=database.vault.cookie_key,
        SESSION_COOKIE_NAME="ventanilla_form",
        SESSION_COOKIE_SECURE=not settings.local,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_BOXES,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, and our own policy is that browsers send none
    )
    if settings.proxy_hops:
        # Without it each question seems to come from the proxy, and all networks share one allowance.
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    app.extensions["ventanilla.settings"] = settings
    app.extensions["ventanilla.database"] = database
    app.extensions["ventanilla.cookie"] = guard.session_cookie(settings)
    guard.install(app, settings, database, _StaffDoor(settings))
    CSRFProtect(app)
    locale.install(app, settings)
    pages.set_up_pages(app)
    errors.install(app)
    for room in ROOMS:
        app.register_blueprint(import_module(f"referral.{room}.views").blueprint)
    guard.check_endpoints(app)
    return app

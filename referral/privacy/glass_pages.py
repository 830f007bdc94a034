"""Breaking the glass: a supervisor opens what is reserved of one file, data protection reviews it. Routes: views.py."""

from __future__ import annotations

import re
import uuid

from flask import Response, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.permissions import Permission
from referral.access.table import holds
from referral.infra.settings import Settings
from referral.infra.web import errors
from referral.infra.web.formats import datetime_short
from referral.infra.web.guard import permits
from referral.infra.web.pager import asked_page
from referral.infra.web.pages import page
from referral.infra.work import OutOfReach, reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.people.queries.reserved import StillReserved
from referral.privacy import actions, labels, queries
from referral.privacy.facts import Reserved
from referral.privacy.forms import GlassForm, OpeningReviewForm
from referral.privacy.rules import Reason
from referral.staff.actions import own_password

PER_PAGE = 25
_BACK = re.compile(r"/(?:personas|canalizaciones)/[0-9A-Za-z/_-]+")  # no link can lead anybody elsewhere


@permits(Permission.BREAK_GLASS)
def open_reserved(ref: uuid.UUID) -> ResponseReturnValue:
    """Say why, and read for a while what the person told."""
    form = GlassForm()
    if request.method != "POST":
        form.back.data = request.args.get("ir", "")
    found = _reserved(ref)
    if found.open_until is not None:
        return redirect(back(form.back.data, ref), 303)
    if not (form.sent() and form.validate()):
        return _page(form, found)
    settings: Settings = current_app.extensions["ventanilla.settings"]
    until = None
    try:
        with unit_of_work("privacy.break_glass") as work:
            if own_password(work, form.password.value):
                until = actions.open_reserved(
                    work,
                    person=ref,
                    new=form.to_fact(),
                    minutes=settings.break_glass_minutes,
                    review_days=settings.break_glass_review_days,
                )
    except Refused as no:
        if no.reason is Reason.ALREADY_OPEN:  # a second click
            return redirect(back(form.back.data, ref), 303)
        form.refuse(labels.refusal(no), no.field)
        return _page(form, found)
    if until is None:
        form.refuse(labels.refusal(Refused(Reason.PASSWORD_WRONG)), "password")
        return _page(form, found)
    flash(_("Lo reservado queda abierto para usted hasta el %(at)s.", at=datetime_short(until)), "done")
    return redirect(back(form.back.data, ref), 303)


@permits(Permission.PRIVACY_REVIEW)
def openings() -> ResponseReturnValue:
    """Every opening of a reserved part: what waits for data protection's word, and what was said."""
    waiting = request.args.get("ver") != "revisadas"
    number = asked_page()
    with reading() as desk:
        found = queries.openings(desk.session, waiting=waiting, page=number, per_page=PER_PAGE, today=desk.today)
        for one in found[:PER_PAGE]:
            desk.saw(one.person, "openings")
        guarded = queries.guarded_waiting(desk.session, desk.reach(Permission.GUARDED_DECIDE))
    return page(
        "privacy/openings.html",
        found=[(one, OpeningReviewForm(formdata=None) if waiting else None) for one in found[:PER_PAGE]],
        guarded=guarded,
        waiting=waiting,
        number=number,
        more=len(found) > PER_PAGE,
        labels=labels,
    )


@permits(Permission.PRIVACY_REVIEW)
def review_opening(ref: uuid.UUID) -> ResponseReturnValue:
    """Data protection says whether an opening was called for."""
    form = OpeningReviewForm()
    here = url_for("privacy.openings")
    if not (form.sent() and form.validate()):
        if form.has_errors:
            flash(_("Elija si hacía falta o no, y oprima el botón otra vez."), "warning")
        return redirect(here, 303)
    try:
        with unit_of_work("privacy.review_opening") as work:
            actions.review_opening(work, opening=ref, justified=form.verdict.value == "yes", note=form.note.value)
    except Refused as no:
        flash(labels.refusal(no), "warning")
    else:
        flash(_("La revisión quedó guardada."), "done")
    return redirect(here, 303)


def still_reserved(no: StillReserved) -> ResponseReturnValue:
    """A page that rests on what is reserved: first the glass, then the page that was asked for."""
    if not holds(g.get("identity"), Permission.BREAK_GLASS):
        return errors.missing(OutOfReach())
    where = "privacy.ask_guarded" if no.guarded else "privacy.open_reserved"
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for(where, ref=no.person, ir=request.path), 303)
    return page(
        "privacy/still_reserved.html",
        status=409,
        typed=errors.typed_text(),
        guarded=no.guarded,
        open_it=url_for(where, ref=no.person),
    )


def _reserved(ref: uuid.UUID) -> Reserved:
    with reading() as desk:
        if request.method == "GET":
            desk.saw(ref, "card")
        reach = desk.reach(Permission.BREAK_GLASS)
        return queries.reserved(desk.session, reach, ref, now=desk.now, today=desk.today)


def back(asked: str | None, ref: uuid.UUID) -> str:
    """The page that was asked for before it had to be opened first, or the file."""
    return asked if asked and _BACK.fullmatch(asked) else url_for("desk.person_file", ref=ref)


def _page(form: GlassForm, found: Reserved) -> Response:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return page(
        "privacy/open_reserved.html",
        status=422 if form.has_errors else 200,
        form=form,
        card=found.card,
        minutes=settings.break_glass_minutes,
    )

"""What is protected of a file: a supervisor asks for it, a second person decides with a password. Routes: views.py."""

from __future__ import annotations

import uuid

from flask import Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.permissions import Permission
from referral.infra.settings import Settings
from referral.infra.web.guard import permits
from referral.infra.web.pager import asked_page
from referral.infra.web.pages import page
from referral.infra.work import OutOfReach, reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.privacy import actions, labels, queries
from referral.privacy.facts import GuardedLine, Protected
from referral.privacy.forms import GuardedDecisionForm, GuardedForm
from referral.privacy.glass_pages import back
from referral.privacy.rules import Reason
from referral.staff.actions import own_password

PER_PAGE = 25


@permits(Permission.BREAK_GLASS)
def ask_guarded(ref: uuid.UUID) -> ResponseReturnValue:
    """Ask a second person for what is protected, or see what came of it."""
    form = GuardedForm()
    if request.method != "POST":
        form.back.data = request.args.get("ir", "")
    found, is_open = _protected(ref)
    if not found.broken:
        return redirect(url_for("privacy.open_reserved", ref=ref, ir=url_for("privacy.ask_guarded", ref=ref)), 303)
    if is_open:
        return redirect(back(form.back.data, ref), 303)
    if not (form.sent() and form.validate()):
        return _ask_page(form, found)
    try:
        with unit_of_work("privacy.ask_guarded") as work:
            actions.ask_guarded(work, person=ref, words=form.words.value)
    except Refused as no:
        if no.reason in {Reason.ALREADY_ASKED, Reason.ALREADY_OPEN}:  # a second click
            return redirect(url_for("privacy.ask_guarded", ref=ref), 303)
        form.refuse(labels.refusal(no), no.field)
        return _ask_page(form, found)
    flash(_("Quedó pedido. Lo decide otra persona de la supervisión o protección de datos: avísele."), "done")
    return redirect(url_for("privacy.ask_guarded", ref=ref, ir=form.back.data or None), 303)


@permits(Permission.GUARDED_DECIDE)
def guarded_askings() -> ResponseReturnValue:
    """Who asks for what is protected: what waits for a second person, and what was decided."""
    waiting = request.args.get("ver") != "decididas"
    number = asked_page()
    with reading() as desk:
        reach = desk.reach(Permission.GUARDED_DECIDE)
        found = queries.guarded_askings(desk.session, reach, waiting=waiting, page=number, per_page=PER_PAGE)
        for one in found[:PER_PAGE]:
            desk.saw(one.person, "guarded")
    return page(
        "privacy/guarded_askings.html",
        found=found[:PER_PAGE],
        waiting=waiting,
        number=number,
        more=len(found) > PER_PAGE,
    )


@permits(Permission.GUARDED_DECIDE)
def decide_guarded(ref: uuid.UUID) -> ResponseReturnValue:
    """The second person opens it or refuses, with a reason if need be and her own password."""
    form = GuardedDecisionForm()
    found = _asking(ref)
    here = url_for("privacy.guarded_askings")
    if found.decided_at is not None:
        return redirect(url_for("privacy.guarded_askings", ver="decididas"), 303)
    if found.own:
        flash(labels.refusal(Refused(Reason.OWN_ASKING)), "warning")
        return redirect(here, 303)
    if not (form.sent() and form.validate()):
        return _decide_page(form, found)
    settings: Settings = current_app.extensions["ventanilla.settings"]
    granted, known = form.verdict.value == "yes", False
    try:
        with unit_of_work("privacy.decide_guarded") as work:
            known = own_password(work, form.password.value)
            if known:
                actions.decide_guarded(
                    work, asking=ref, granted=granted, minutes=settings.break_glass_minutes, note=form.note.value
                )
    except Refused as no:
        flash(labels.refusal(no), "warning")
        return redirect(here, 303)
    if not known:
        form.refuse(labels.refusal(Refused(Reason.PASSWORD_WRONG)), "password")
        return _decide_page(form, found)
    flash(
        _("Lo protegido queda abierto para quien lo pidió.") if granted else _("Quedó escrito que no se abre."), "done"
    )
    return redirect(here, 303)


def _protected(ref: uuid.UUID) -> tuple[Protected, bool]:
    with reading() as desk:
        if request.method == "GET":
            desk.saw(ref, "card")
        found = queries.protected(desk.session, desk.reach(Permission.BREAK_GLASS), ref, today=desk.today)
        return found, found.asked is not None and found.asked.is_open(desk.now)


def _asking(ref: uuid.UUID) -> GuardedLine:
    with reading() as desk:
        found = queries.guarded_asking(desk.session, desk.reach(Permission.GUARDED_DECIDE), ref)
        if found is None:
            raise OutOfReach
        if request.method == "GET":
            desk.saw(found.person, "guarded")
        return found


def _ask_page(form: GuardedForm, found: Protected) -> Response:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    waits = found.asked is not None and found.asked.granted is None
    return page(
        "privacy/ask_guarded.html",
        status=422 if form.has_errors else 200,
        form=form,
        language_form=None if waits else "main-form",
        card=found.card,
        asked=found.asked,
        waits=waits,
        minutes=settings.break_glass_minutes,
    )


def _decide_page(form: GuardedDecisionForm, found: GuardedLine) -> Response:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return page(
        "privacy/decide_guarded.html",
        status=422 if form.has_errors else 200,
        form=form,
        one=found,
        minutes=settings.break_glass_minutes,
    )

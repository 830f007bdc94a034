"""Signing in and out, and the list of accounts."""

from __future__ import annotations

import re

from flask import Blueprint, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.permissions import Permission
from referral.infra.web import kept as kept_text
from referral.infra.web.guard import Cookie, permits, public
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.staff import actions, labels, queries
from referral.staff.forms import SignInForm
from referral.staff.rules import Reason

blueprint = Blueprint("staff", __name__)

# Browsers read \ as / and skip line ends and tabs, so none of them may stand anywhere.
_INSIDE = re.compile(r"/(?![/\\])[^\x00-\x1f\x7f\\]*")


def _cookie() -> Cookie:
    cookie: Cookie = current_app.extensions["ventanilla.cookie"]
    return cookie


@blueprint.route("/entrar", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Name and password; then home, the page that was asked for, or the text that was being typed."""
    form = SignInForm()
    if request.method != "POST":
        form.next.data = request.args.get("next", "")
        if g.identity is not None:
            return redirect(url_for("desk.home"), 303)
    if not (form.sent() and form.validate()):
        return page("staff/sign_in.html", status=422 if form.has_errors else 200, form=form)
    with unit_of_work("staff.sign_in") as work:
        token = actions.sign_in(work, form.to_fact(request.remote_addr or ""))
    if token is None:
        form.refuse(labels.refusal(Refused(Reason.SIGN_IN_FAILED)))
        return page("staff/sign_in.html", status=422, form=form)
    session.clear()  # a new CSRF secret for the new session
    g.pop("csrf_token", None)  # the form above made one from the old secret, and the page below would repeat it
    response = current_app.make_response(_after_sign_in(form, token))
    cookie = _cookie()
    response.set_cookie(cookie.name, token, secure=cookie.secure, httponly=True, samesite="Lax", path="/")
    return response


@blueprint.route("/entrar-de-nuevo", methods=["POST"])
@public
def sign_in_again() -> ResponseReturnValue:
    """The guard's answer to a POST whose session ended: sign in, with everything typed sealed into the page."""
    form = SignInForm(formdata=None)
    owner = g.get("last_owner")
    form.kept.data = kept_text.keep_request(
        current_app.extensions["ventanilla.database"].vault, str(owner.staff) if owner else ""
    )
    return page("staff/sign_in.html", status=401, form=form)


def _after_sign_in(form: SignInForm, token: str) -> ResponseReturnValue:
    database = current_app.extensions["ventanilla.database"]
    typed = kept_text.restore(database.vault, form.kept.data or "")
    if typed is not None:
        with reading() as desk:
            signed = queries.signed_in(desk.session, token)
        if signed is not None and typed.owner in {"", str(signed.identity.staff)}:
            g.identity = signed.identity
            return page("staff/resume.html", typed=typed)
        flash(_("Lo que se había escrito era de otra cuenta y no se conservó."))
    return redirect(_local(form.next.data or "") or url_for("desk.home"), 303)


def _local(target: str) -> str:
    """`target` when it is a path of this site; "" otherwise, so that no link can send anybody elsewhere."""
    return target if _INSIDE.fullmatch(target) else ""


@blueprint.post("/salir")
@permits(Permission.ACCOUNT_OWN)
def sign_out() -> ResponseReturnValue:
    """End the session on the server and in the browser."""
    with unit_of_work("staff.sign_out") as work:
        actions.sign_out(work, token=request.cookies.get(_cookie().name, ""))
    session.clear()
    response = current_app.make_response(redirect(url_for("staff.sign_in"), 303))
    response.delete_cookie(_cookie().name, secure=_cookie().secure, httponly=True, samesite="Lax", path="/")
    return response


@blueprint.get("/cuentas")
@permits(Permission.STAFF_LIST)
def staff_list() -> ResponseReturnValue:
    """The accounts within reach."""
    with reading() as desk:
        lines = queries.staff_list(desk.session, desk.reach(Permission.STAFF_LIST))
    return page("staff/staff_list.html", lines=lines, roles=labels.ROLES)

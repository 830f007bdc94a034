"""Pages of the needs room: note what a person asks for, and end what the desk itself settled."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from referral.access.permissions import Permission
from referral.infra.web.errors import typed_text
from referral.infra.web.guard import permits
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.needs import actions, labels, queries
from referral.needs.forms import NeedsForm, SettleForm
from referral.needs.rules import Reason
from referral.people.queries.cards import person_card, require_person
from referral.people.queries.reserved import reads_reserved

blueprint = Blueprint("needs", __name__)


@blueprint.route("/personas/<uuid:ref>/necesidades", methods=["GET", "POST"])
@permits(Permission.NEED_RECORD)
def add(ref: uuid.UUID) -> ResponseReturnValue:
    """What she has asked for so far, and the list to mark more."""
    form = NeedsForm()
    if form.sent() and form.validate():
        try:
            with unit_of_work("needs.add", once=form.once_key()) as work:
                added = actions.add_needs(work, person=ref, new=form.to_facts())
                work.location = url_for("needs.add", ref=ref)
        except Refused as no:
            if no.reason is Reason.ALREADY_OPEN and _all_open(ref, form):
                flash(_("Ya está anotado y sigue abierto. No se anotó otra vez."), "warning")
                return redirect(url_for("needs.add", ref=ref), 303)
            form.refuse(labels.refusal(no), no.field)
        else:
            flash(
                ngettext(
                    "Se anotó una necesidad. Ahora elija a dónde canalizarla.",
                    "Se anotaron %(num)s necesidades. Ahora elija a dónde canalizarlas.",
                    len(added),
                )
            )
            return redirect(work.location, 303)
    with reading() as desk:
        require_person(desk.session, desk.reach(Permission.NEED_RECORD), ref)
        card = person_card(desk.session, ref, today=desk.today)
        reads = reads_reserved(desk.session, desk.reach(Permission.NEED_RECORD), ref)
        noted = queries.needs_of(desk.session, ref, notes=reads)
        desk.saw(ref, "needs")
    return page(
        "needs/add.html",
        status=422 if form.has_errors else 200,
        form=form,
        card=card,
        noted=noted,
        today=desk.today,
        labels=labels,
    )


def _all_open(ref: uuid.UUID, form: NeedsForm) -> bool:
    """Whether the form asks for nothing that is not noted already: a second tab, a page gone back to."""
    if form.note.value:
        return False  # which would be lost
    with reading() as desk:
        return queries.live_codes(desk.session, ref).issuperset(form.needs.value)


@blueprint.route("/personas/<uuid:ref>/necesidades/<uuid:need>/cerrar", methods=["GET", "POST"])
@permits(Permission.NEED_RECORD)
def settle(ref: uuid.UUID, need: uuid.UUID) -> ResponseReturnValue:
    """The desk settled it itself, or nothing more can be done."""
    form = SettleForm()
    if form.sent() and form.validate():
        try:
            with unit_of_work("needs.settle") as work:
                outcome = form.outcome.value or ""
                actions.settle_at_desk(work, person=ref, ref=need, outcome=outcome, version=form.version_read)
        except Refused as no:
            form.refuse(labels.refusal(no), no.field)
        except actions.Stale:
            back = url_for("needs.settle", ref=ref, need=need)
            return page("errors/409.html", status=409, typed=typed_text(), changes=(), back=back)
        else:
            flash(_("La necesidad quedó cerrada."))
            return redirect(url_for("needs.add", ref=ref), 303)
    with reading() as desk:
        line = queries.need(desk.session, desk.reach(Permission.NEED_RECORD), person=ref, ref=need)
        card = person_card(desk.session, ref, today=desk.today)
        desk.saw(ref, "needs")
    if request.method == "GET":
        form.version.data = str(line.version)
    return page(
        "needs/settle.html",
        status=422 if form.has_errors else 200,
        form=form,
        card=card,
        need=line,
        today=desk.today,
        labels=labels,
    )

"""The day's visits, recording one of somebody without a name, and one that opens a person's file at this desk."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.permissions import Permission
from referral.infra.web.guard import permits
from referral.infra.web.pager import asked_page
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.visits import actions, labels, queries
from referral.visits.forms import NamelessForm, VisitForm

blueprint = Blueprint("visits", __name__)
VISITS_PER_PAGE = 25


@blueprint.get("/visitas")
@permits(Permission.PERSON_LIST)
def visit_list() -> ResponseReturnValue:
    """Who was attended today at this desk, newest first."""
    with reading() as desk:
        found = queries.visits_on(
            desk.session, desk.reach(Permission.PERSON_LIST), desk.today, page=asked_page(), per_page=VISITS_PER_PAGE
        )
        today = desk.today
    return page("visits/visit_list.html", found=found, today=today, labels=labels)


@blueprint.route("/visitas/nueva", methods=["GET", "POST"])
@permits(Permission.VISIT_RECORD)
def nameless() -> ResponseReturnValue:
    """Attending somebody who gives no name: counted, with what may be counted of anybody."""
    form = NamelessForm()
    if not (form.sent() and form.validate()):
        return page("visits/nameless.html", status=422 if form.has_errors else 200, form=form)
    try:
        with unit_of_work("visits.nameless", once=form.once_key()) as work:
            actions.record_visit(work, form.to_fact())
            work.location = url_for("visits.visit_list")
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return page("visits/nameless.html", status=422, form=form)
    flash(_("La atención quedó contada, sin nombre."), "done")
    return redirect(work.location, 303)


@blueprint.post("/personas/<uuid:ref>/visitas")
@permits(Permission.VISIT_RECORD)
def record(ref: uuid.UUID) -> ResponseReturnValue:
    """Save the visit and go to the file; the same page again when something must be put right."""
    form = VisitForm()
    if not (form.sent() and form.validate()):
        return page("visits/record.html", status=422 if form.has_errors else 200, form=form, ref=ref)
    try:
        with unit_of_work("visits.record") as work:
            recorded = actions.record_visit(work, form.to_fact(ref))
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return page("visits/record.html", status=422, form=form, ref=ref)
    if recorded.moved:
        flash(_("Visita registrada. Desde ahora el expediente está en esta mesa."), "done")
    else:
        flash(_("Visita registrada."), "done")
    return redirect(url_for("desk.person_file", ref=ref), 303)

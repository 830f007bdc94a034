"""Recording a visit: it opens the person's file at this desk."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.permissions import Permission
from referral.infra.web.guard import permits
from referral.infra.web.pages import page
from referral.infra.work import unit_of_work
from referral.kernel.refusal import Refused
from referral.visits import actions, labels
from referral.visits.forms import VisitForm

blueprint = Blueprint("visits", __name__)


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

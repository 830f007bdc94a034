"""A person's inscription: what is missing for it, inscribing, renewing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.permissions import Permission
from referral.consent.facts import Purpose
from referral.consent.queries import has_consent
from referral.infra.settings import Settings
from referral.infra.web.guard import permits
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.padron import actions, labels, queries
from referral.padron.facts import InscriptionLine, InscriptionState, Term
from referral.padron.forms import InscribeForm, RenewForm
from referral.padron.rules import Eligibility, Missing, eligibility, last_day, missing_for_inscription
from referral.people.facts import PersonRecord, Section
from referral.people.queries import person_record

blueprint = Blueprint("padron", __name__)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a person stands before the register."""

    record: PersonRecord
    inscription: InscriptionLine | None
    missing: tuple[Missing, ...]
    eligible: Eligibility
    today: date


@blueprint.route("/personas/<uuid:ref>/padron", methods=["GET", "POST"])
@permits(Permission.PADRON_INSCRIBE)
def inscribe(ref: uuid.UUID) -> ResponseReturnValue:
    """The checklist and the button, or the inscription she already has."""
    standing = _standing(ref)
    form = InscribeForm()
    if not (form.sent() and form.validate()):
        return _padron_page(standing, form, 422 if form.has_errors else 200)
    try:
        with unit_of_work("padron.inscribe", once=form.once_key()) as work:
            work.location = url_for("padron.inscribe", ref=ref)
            actions.inscribe(work, person=ref, term=_term(), confirmed=form.confirmed.value)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _padron_page(_standing(ref), form, 422)
    flash(_("La persona quedó inscrita en el Padrón."), "done")
    return redirect(work.location, 303)


@blueprint.post("/personas/<uuid:ref>/padron/renovar")
@permits(Permission.PADRON_INSCRIBE)
def renew(ref: uuid.UUID) -> ResponseReturnValue:
    """A new term under the same folio."""
    form = RenewForm()
    here = url_for("padron.inscribe", ref=ref)
    if not form.validate():
        flash(_("La página estuvo abierta mucho tiempo. Oprima el botón otra vez."), "warning")
        return redirect(here, 303)
    try:
        with unit_of_work("padron.renew") as work:
            actions.renew(work, person=ref, term=_term())
    except Refused as no:
        flash(labels.refusal(no), "warning")
    else:
        flash(_("La inscripción quedó renovada con el mismo folio."), "done")
    return redirect(here, 303)


def _term() -> Term:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return Term(settings.folio_mask, settings.inscription_months)


def _standing(ref: uuid.UUID) -> _Standing:
    with reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.PADRON_INSCRIBE), ref, today=desk.today)
        if request.method == "GET":
            desk.saw(ref, "padron")
        return _Standing(
            record,
            queries.inscription_of(desk.session, ref),
            missing_for_inscription(
                has_care_consent=has_consent(desk.session, ref, Purpose.CARE, today=desk.today),
                has_name=bool(record.card.document_name),
            ),
            eligibility(record.mobility.profiles),
            desk.today,
        )


def _padron_page(standing: _Standing, form: InscribeForm, status: int) -> Response:
    ref, found = standing.record.ref, standing.inscription
    renewable = (
        found is not None
        and found.state(standing.today) is not InscriptionState.ENDED
        and last_day(standing.today, _term().months) > found.valid_to
    )
    where = {
        Missing.CARE_CONSENT: url_for("consent.record", ref=ref),
        Missing.NAME: url_for("people.edit", ref=ref, section=Section.IDENTITY.value),
    }
    checklist = [(one, one in standing.missing, where[one]) for one in Missing]
    offered = found is None and not standing.missing and standing.eligible is not Eligibility.SERVED_ONLY
    values: dict[str, object] = {
        "form": form,
        # Without a form on the page, the language button is a link.
        "language_form": "main-form" if offered else None,
        "card": standing.record.card,
        "inscription": found,
        "state": found.state(standing.today) if found else None,
        "checklist": checklist,
        "eligible": standing.eligible,
        "asks_confirmation": standing.eligible is Eligibility.CONFIRM,
        "served_only": standing.eligible is Eligibility.SERVED_ONLY,
        "renewal": RenewForm(formdata=None) if renewable else None,
        "today": standing.today,
        "labels": labels,
    }
    return page("padron/inscribe.html", status=status, offered=offered, **values)

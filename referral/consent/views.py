"""Recording and taking back consent, and the privacy notice for anybody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from referral.access.permissions import Permission
from referral.consent import actions, labels, queries
from referral.consent.facts import ASKED, ConsentState, Purpose
from referral.consent.forms import ConsentForm, WithdrawForm
from referral.consent.notice import Part, notice
from referral.directory.queries import organization_names
from referral.infra.settings import EXAMPLE, Settings
from referral.infra.web.formats import page_language
from referral.infra.web.guard import permits, public
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.codes import LANGUAGES
from referral.kernel.refusal import Refused
from referral.people.facts import PersonCard
from referral.people.queries import person_card, require_person

blueprint = Blueprint("consent", __name__)


@dataclass(frozen=True, slots=True)
class _Person:
    """Who is asked, and what stands for her."""

    card: PersonCard
    state: ConsentState
    partners: dict[uuid.UUID, str]
    today: date

    @property
    def notice_due(self) -> bool:
        return self.state.notice is None or self.state.notice.version != notice().version


@blueprint.route("/personas/<uuid:ref>/consentimiento", methods=["GET", "POST"])
@permits(Permission.CONSENT_RECORD)
def record(ref: uuid.UUID) -> ResponseReturnValue:
    """The notice, then one question for each purpose. What is left unanswered stays as it was."""
    person = _person(ref)
    form = ConsentForm()
    if request.method == "GET":
        form.language.data = person.card.language if person.card.language in LANGUAGES else ""
    if not (form.sent() and form.validate()):
        return _record_page(form, person, 422 if form.has_errors else 200)
    try:
        with unit_of_work("consent.record", once=form.once_key()) as work:
            work.location = url_for("desk.person_file", ref=ref)
            given = form.to_notice()
            if given is not None:
                actions.record_notice(work, person=ref, new=given)
            for decision in form.to_decisions():
                actions.record_decision(work, person=ref, new=decision)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _record_page(form, person, 422)
    flash(_("Las respuestas quedaron guardadas."), "done")
    return redirect(work.location, 303)


@blueprint.post("/personas/<uuid:ref>/consentimiento/retirar")
@permits(Permission.CONSENT_RECORD)
def withdraw(ref: uuid.UUID) -> ResponseReturnValue:
    """Take one permission back, from this moment and without asking why."""
    form = WithdrawForm()
    purpose = form.to_purpose()
    if not form.validate() or purpose is None:
        raise NotFound
    partner = form.organization.ref if purpose is Purpose.REFERRAL else None
    try:
        with unit_of_work("consent.withdraw") as work:
            actions.withdraw(work, person=ref, purpose=purpose, organization=partner)
    except Refused as no:
        flash(labels.refusal(no), "warning")
    else:
        flash(_("El permiso se retiró y deja de usarse desde ahora. Se guarda sólo que la persona lo pidió."), "done")
        if partner is not None:
            flash(_("Avise a la institución: lo que estaba abierto con ella queda detenido."), "warning")
    return redirect(url_for("consent.record", ref=ref), 303)


@blueprint.get("/aviso", endpoint="notice")
@public
def notice_page() -> ResponseReturnValue:
    """The privacy notice: what is said, the page, the whole."""
    settings: Settings = current_app.extensions["ventanilla.settings"]
    current, text = notice(), notice().text(page_language())
    return page(
        "consent/notice.html",
        version=current.version,
        since=current.since,
        spoken=text.spoken,
        simplified=_filled(text.simplified, settings),
        full=_filled(text.full, settings),
        example=any(value.startswith(EXAMPLE) for value in (settings.issuing_unit, settings.privacy_contact)),
    )


def _person(ref: uuid.UUID) -> _Person:
    with reading() as desk:
        require_person(desk.session, desk.reach(Permission.CONSENT_RECORD), ref)
        card = person_card(desk.session, ref, today=desk.today)
        state = queries.consent_state(desk.session, ref)
        names = organization_names(desk.session) if state.partners() else []
        if request.method == "GET":
            desk.saw(ref, "consent")
        language = page_language()
        return _Person(card, state, {org: words.label(language) for org, words in names}, desk.today)


def _record_page(form: ConsentForm, person: _Person, status: int) -> Response:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    text = notice().text(page_language())
    standing = [
        (one, WithdrawForm.of(one.purpose, one.organization) if one.allows(person.today) else None)
        for one in person.state.recorded
    ]
    return page(
        "consent/record.html",
        status=status,
        form=form,
        card=person.card,
        state=person.state,
        today=person.today,
        notice_due=person.notice_due,
        questions=[form[purpose.value] for purpose in ASKED],
        standing=standing,
        partners=person.partners,
        spoken=text.spoken,
        simplified=_filled(text.simplified, settings),
        labels=labels,
    )


def _filled(parts: tuple[Part, ...], settings: Settings) -> list[Part]:
    """The parts with the settings' words in place; the mark of an example value is shown once, on top."""
    words = {
        "unit": settings.issuing_unit.removeprefix(EXAMPLE).strip(": ."),
        "contact": settings.privacy_contact.removeprefix(EXAMPLE).strip(": ."),
    }
    return [Part(part.key, part.title, tuple(line.format(**words) for line in part.paragraphs)) for part in parts]

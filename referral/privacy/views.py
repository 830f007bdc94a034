"""Taking permissions back, opening a shut door in writing, work lists of whoever looks twice; glass_pages.py."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.permissions import Permission
from referral.consent import actions as consent
from referral.consent import labels as consent_labels
from referral.directory import labels as directory_labels
from referral.infra.settings import Settings
from referral.infra.web.guard import permits
from referral.infra.web.pager import asked_page
from referral.infra.web.pages import page
from referral.infra.work import reading, served_today, unit_of_work
from referral.kernel.refusal import Refused
from referral.people.queries.reserved import StillReserved
from referral.privacy import actions, glass_pages, guarded_pages, labels, queries
from referral.privacy.facts import Holder, ShutDoor
from referral.privacy.forms import ConfirmForm, ReviewForm, WithdrawForm, WrittenForm
from referral.privacy.rules import Reason
from referral.routing import labels as routing_labels

blueprint = Blueprint("privacy", __name__)

PER_PAGE = 25
blueprint.add_url_rule(
    "/personas/<uuid:ref>/reservado", "open_reserved", glass_pages.open_reserved, methods=["GET", "POST"]
)
blueprint.add_url_rule("/privacidad/aperturas", "openings", glass_pages.openings)
blueprint.add_url_rule(
    "/privacidad/aperturas/<uuid:ref>", "review_opening", glass_pages.review_opening, methods=["POST"]
)
blueprint.add_url_rule(
    "/personas/<uuid:ref>/protegido", "ask_guarded", guarded_pages.ask_guarded, methods=["GET", "POST"]
)
blueprint.add_url_rule("/privacidad/protegido", "guarded_askings", guarded_pages.guarded_askings)
blueprint.add_url_rule(
    "/privacidad/protegido/<uuid:ref>", "decide_guarded", guarded_pages.decide_guarded, methods=["GET", "POST"]
)
blueprint.app_errorhandler(StillReserved)(glass_pages.still_reserved)


@blueprint.route("/personas/<uuid:ref>/permisos/retirar", methods=["GET", "POST"])
@permits(Permission.CONSENT_WITHDRAW)
def withdraw(ref: uuid.UUID) -> ResponseReturnValue:
    """Take permissions back, from this moment, at any desk and without asking why."""
    held = _holder(ref)
    form = WithdrawForm()
    form.offer_permissions(held.permissions)
    form.permissions.process_formdata(request.form.getlist(form.permissions.name))
    if not (form.sent() and form.validate()):
        return _withdraw_page(form, held)
    try:
        with unit_of_work("consent.withdraw") as work:
            work.saw(ref, "consent")
            ended = actions.withdraw(work, person=ref, withdrawal=form.to_fact())
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _withdraw_page(form, _holder(ref))
    flash(_("El permiso se retiró y deja de usarse desde ahora. Se guarda sólo que la persona lo pidió."), "done")
    for words in labels.ended_words(ended):
        flash(words, "warning")
    return redirect(url_for("privacy.withdraw", ref=ref), 303)


@blueprint.route(
    "/personas/<uuid:ref>/necesidades/<uuid:need>/puertas/<uuid:service>/por-escrito", methods=["GET", "POST"]
)
@permits(Permission.CONSENT_RECORD)
def written(ref: uuid.UUID, need: uuid.UUID, service: uuid.UUID) -> ResponseReturnValue:
    """Record an express, written consent to one referral through a door that a rule shuts."""
    door = _door(ref, need, service)
    form = WrittenForm()
    if form.sent() and form.validate():
        try:
            _record_written(form, ref, door)
        except Refused as no:
            form.refuse(labels.refusal(no), no.field)
        else:
            flash(_("Quedó anotado. El servicio sigue cerrado hasta que otra persona vea el papel y lo confirme."))
            return redirect(url_for("privacy.written", ref=ref, need=need, service=service), 303)
    return page(
        "privacy/written.html",
        status=422 if form.has_errors else 200,
        form=form,
        language_form="main-form" if _may_record(door) else None,
        door=door,
        card=door.card,
        asks=_may_record(door),
        back=url_for("referrals.prepare", ref=ref, need=need, service=service),
        today=served_today(),
        labels=consent_labels,
        routing=routing_labels,
        directory=directory_labels,
    )


@blueprint.get("/privacidad/por-confirmar")
@permits(Permission.CONSENT_CONFIRM)
def to_confirm() -> ResponseReturnValue:
    """Written consents of this desk that wait for a second person."""
    with reading() as desk:
        found = queries.to_confirm(desk.session, desk.reach(Permission.CONSENT_CONFIRM), today=desk.today)
        for one in found:
            desk.saw(one.card.ref, "consent")
    forms = [(one, ConfirmForm(formdata=None)) for one in found]
    return page("privacy/to_confirm.html", found=forms, labels=consent_labels, directory=directory_labels)


@blueprint.post("/privacidad/por-confirmar/<uuid:ref>")
@permits(Permission.CONSENT_CONFIRM)
def confirm(ref: uuid.UUID) -> ResponseReturnValue:
    """A second person has seen the paper: the door opens for one referral."""
    form = ConfirmForm()
    here = url_for("privacy.to_confirm")
    if not form.validate():
        flash(_("La página estuvo abierta mucho tiempo. Oprima el botón otra vez."), "warning")
        return redirect(here, 303)
    try:
        with unit_of_work("consent.confirm_written") as work:
            consent.confirm_written(work, written=ref)
    except Refused as no:
        flash(labels.refusal(no), "warning")
    else:
        flash(_("Confirmado: el servicio queda abierto para un solo envío de esta persona."), "done")
    return redirect(here, 303)


@blueprint.get("/privacidad/revisiones")
@permits(Permission.PRIVACY_REVIEW)
def reviews() -> ResponseReturnValue:
    """Sensitive data kept without asking: what waits for data protection's word, and what was decided."""
    waiting = request.args.get("ver") != "revisadas"
    number = asked_page()
    with reading() as desk:
        found = queries.reviews(desk.session, waiting=waiting, page=number, per_page=PER_PAGE, today=desk.today)
        today = desk.today
        for one in found[:PER_PAGE]:
            desk.saw(one.use.person, "basis")
    return page(
        "privacy/reviews.html",
        found=[(one, ReviewForm(formdata=None) if waiting else None) for one in found[:PER_PAGE]],
        waiting=waiting,
        number=number,
        more=len(found) > PER_PAGE,
        today=today,
        labels=consent_labels,
    )


@blueprint.post("/privacidad/revisiones/<uuid:ref>")
@permits(Permission.PRIVACY_REVIEW)
def review(ref: uuid.UUID) -> ResponseReturnValue:
    """Data protection upholds one use of another basis, or closes what was kept under it."""
    form = ReviewForm()
    here = url_for("privacy.reviews")
    if not (form.sent() and form.validate()):
        if form.has_errors:
            flash(_("Elija si se sostiene o no, y oprima el botón otra vez."), "warning")
        return redirect(here, 303)
    upheld = form.verdict.value == "yes"
    try:
        with unit_of_work("consent.review_basis") as work:
            consent.review_basis(work, use=ref, upheld=upheld, note=form.note.value)
    except Refused as no:
        flash(labels.refusal(no), "warning")
    else:
        flash(_("La revisión quedó guardada.") if upheld else _("Los datos delicados quedaron cerrados."), "done")
    return redirect(here, 303)


def _holder(ref: uuid.UUID) -> Holder:
    with reading() as desk:
        if request.method == "GET":
            desk.saw(ref, "consent")
        reach, own = desk.reach(Permission.CONSENT_WITHDRAW), desk.reach(Permission.PERSON_VIEW)
        return queries.holder(desk.session, reach, ref, own=own, today=desk.today)


def _withdraw_page(form: WithdrawForm, held: Holder) -> Response:
    form.offer_permissions(held.permissions)
    return page(
        "privacy/withdraw.html",
        status=422 if form.has_errors else 200,
        form=form,
        language_form="main-form" if held.permissions else None,
        held=held,
        card=held.card,
    )


def _door(ref: uuid.UUID, need: uuid.UUID, service: uuid.UUID) -> ShutDoor:
    with reading() as desk:
        if request.method == "GET":
            desk.saw(ref, "consent")
        reach = desk.reach(Permission.CONSENT_RECORD)
        return queries.shut_door(desk.session, reach, person=ref, need=need, service=service, today=desk.today)


def _may_record(door: ShutDoor) -> bool:
    return door.rule is not None and not door.opened


def _record_written(form: WrittenForm, ref: uuid.UUID, door: ShutDoor) -> None:
    if not _may_record(door):
        raise Refused(Reason.NOT_OPENED_IN_WRITING)
    settings: Settings = current_app.extensions["ventanilla.settings"]
    with unit_of_work("consent.record_written", once=form.once_key()) as work:
        work.location = request.path
        expires_on = work.today + timedelta(days=settings.consent_days)
        consent.record_written(work, form.to_fact(ref, door, expires_on=expires_on))

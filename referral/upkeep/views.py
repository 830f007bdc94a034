"""Pages of the upkeep room: edit a section, tell what is wrong, review, verify, add what is not listed."""

from __future__ import annotations

import uuid

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from referral.access.permissions import Permission
from referral.directory import labels as directory
from referral.infra.settings import Settings
from referral.infra.web.errors import typed_text
from referral.infra.web.guard import permits
from referral.infra.web.pager import Pager
from referral.infra.web.pages import page
from referral.infra.web.stale import stale_page
from referral.infra.work import OutOfReach, reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.needs.queries import need as one_need
from referral.upkeep import labels
from referral.upkeep.actions import editing, entries, reviewing, verifying
from referral.upkeep.actions.editing import Stale
from referral.upkeep.facts import Listing, Section
from referral.upkeep.forms.notices import DecideForm, EntryForm, NoticeForm, VerifyForm
from referral.upkeep.forms.sections import FORMS, LONG_LIST, SectionForm
from referral.upkeep.queries.listing import listing
from referral.upkeep.queries.review import open_suggestions, own_suggestions, queue, queue_count
from referral.upkeep.queries.worklist import to_verify, to_verify_count

blueprint = Blueprint("upkeep", __name__)


@blueprint.route("/directorio/<uuid:ref>/editar/<section>", methods=["GET", "POST"])
@permits(Permission.DIRECTORY_EDIT)
def edit(ref: uuid.UUID, section: str) -> ResponseReturnValue:
    """One section of a listing, saved at once."""
    part = _section(section)
    with reading() as desk:
        listed = listing(desk.session, ref)
    form = FORMS[part].filled(listed.values, listed.version)
    if form.sent() and form.validate():
        try:
            with unit_of_work("upkeep.edit") as work:
                changed = editing.edit(work, ref=ref, version=form.version_read, wanted=form.wanted())
        except Refused as no:
            form.refuse(labels.refusal(no), no.field)
        except Stale:
            with reading() as desk:
                listed = listing(desk.session, ref)
            now = FORMS[part].filled(listed.values, listed.version, sent=False)
            return stale_page(form, now, back=url_for("upkeep.edit", ref=ref, section=section))
        else:
            flash(_("Se guardaron los cambios.") if changed else _("No había nada que cambiar."))
            return redirect(url_for("directory.service", ref=ref), 303)
    return _section_page(form, listed, part, "upkeep.edit")


@blueprint.route("/directorio/<uuid:ref>/proponer/<section>", methods=["GET", "POST"])
@permits(Permission.DIRECTORY_PROPOSE)
def propose(ref: uuid.UUID, section: str) -> ResponseReturnValue:
    """The same section for the institution itself: what it changes waits for review."""
    part = _section(section)
    with reading() as desk:
        listed = listing(desk.session, ref)
        if not desk.reach(Permission.DIRECTORY_PROPOSE).covers(organization=listed.organization_ref):
            raise OutOfReach
    form = FORMS[part].filled(listed.values, listed.version)
    if form.sent() and form.validate():
        try:
            with unit_of_work("upkeep.propose") as work:
                count = editing.propose(work, ref=ref, wanted=form.wanted())
        except Refused as no:
            form.refuse(labels.refusal(no), no.field)
        else:
            flash(
                ngettext(
                    "Se envió un cambio a revisión. Mientras tanto el directorio queda igual.",
                    "Se enviaron %(num)s cambios a revisión. Mientras tanto el directorio queda igual.",
                    count,
                )
            )
            return redirect(url_for("upkeep.own"), 303)
    return _section_page(form, listed, part, "upkeep.propose")


@blueprint.route("/directorio/<uuid:ref>/esta-mal", methods=["GET", "POST"])
@permits(Permission.DIRECTORY_TELL)
def tell(ref: uuid.UUID) -> ResponseReturnValue:
    """ "Esto está mal"."""
    form = NoticeForm()
    if form.sent() and form.validate():
        with unit_of_work("upkeep.tell", once=form.once_key()) as work:
            editing.tell_wrong(work, ref=ref, notice=form.to_fact())
            work.location = url_for("directory.service", ref=ref)
        flash(_("Gracias: el aviso quedó en revisión. En «Mis avisos» verá qué se decidió."))
        return redirect(work.location, 303)
    with reading() as desk:
        listed = listing(desk.session, ref)
    return page(
        "upkeep/tell.html",
        status=422 if form.has_errors else 200,
        form=form,
        listed=listed,
        directory=directory,
    )


@blueprint.post("/directorio/<uuid:ref>/verificar")
@permits(Permission.DIRECTORY_VERIFY)
def verify(ref: uuid.UUID) -> ResponseReturnValue:
    """ "Verificado hoy", from the service's page or from the list."""
    form = VerifyForm()
    back = url_for("upkeep.verification") if request.form.get("lista") else url_for("directory.service", ref=ref)
    if not form.sent() or not form.validate():
        return redirect(back, 303)
    try:
        with unit_of_work("upkeep.verify") as work:
            verifying.verify(work, ref=ref, version=form.version_read or None)
    except Stale:
        again = url_for("directory.service", ref=ref)
        return page("errors/409.html", status=409, typed=typed_text(), changes=(), back=again)
    flash(_("Quedó como verificado hoy."))
    return redirect(back, 303)


@blueprint.get("/directorio/por-verificar")
@permits(Permission.DIRECTORY_VERIFY)
def verification() -> ResponseReturnValue:
    """What to verify: the oldest first, among equals the most used."""
    stale_days = _settings().listing_stale_days
    with reading() as desk:
        pager = Pager.of_request(to_verify_count(desk.session, today=desk.today, stale_days=stale_days), per_page=25)
        found = to_verify(
            desk.session,
            now=desk.now,
            today=desk.today,
            stale_days=stale_days,
            limit=pager.per_page,
            offset=pager.offset,
        )
    return page(
        "upkeep/verification.html",
        found=found,
        pager=pager,
        stale_days=stale_days,
        labels=labels,
        directory=directory,
    )


@blueprint.get("/directorio/revision")
@permits(Permission.DIRECTORY_EDIT)
def review_queue() -> ResponseReturnValue:
    """Listings with something to review."""
    with reading() as desk:
        pager = Pager.of_request(queue_count(desk.session), per_page=25)
        found = queue(desk.session, limit=pager.per_page, offset=pager.offset)
    return page("upkeep/queue.html", found=found, pager=pager, labels=labels, directory=directory)


@blueprint.route("/directorio/revision/<uuid:ref>", methods=["GET", "POST"])
@permits(Permission.DIRECTORY_EDIT)
def review(ref: uuid.UUID) -> ResponseReturnValue:
    """What was suggested for one listing: old beside new, and the decision."""
    form = DecideForm()
    if form.sent() and form.validate():
        accepted = form.verdict.value == "accept"
        try:
            with unit_of_work("upkeep.decide") as work:
                reviewing.decide(
                    work,
                    service=ref,
                    suggestion=form.suggestion.ref or ref,
                    version=form.version_read,
                    accepted=accepted,
                    reason=form.reason.value,
                )
        except Refused as no:
            form.refuse(labels.refusal(no), no.field)
        except Stale:
            again = url_for("upkeep.review", ref=ref)
            return page("errors/409.html", status=409, typed=typed_text(), changes=(), back=again)
        else:
            flash(_("Se aceptó.") if accepted else _("No se aceptó. Quien avisó verá el motivo."))
            return redirect(url_for("upkeep.review", ref=ref), 303)
    with reading() as desk:
        listed = listing(desk.session, ref)
        found = open_suggestions(desk.session, listed)
    return page(
        "upkeep/review.html",
        status=422 if form.has_errors else 200,
        form=form,
        listed=listed,
        found=found,
        labels=labels,
        directory=directory,
        sections=Section,
    )


@blueprint.get("/directorio/mis-avisos")
@permits(Permission.DIRECTORY_OWN)
def own() -> ResponseReturnValue:
    """What this account suggested and what came of it."""
    with reading() as desk:
        found = own_suggestions(desk.session, desk.reach(Permission.DIRECTORY_OWN))
    return page("upkeep/own.html", found=found, labels=labels, directory=directory)


@blueprint.route("/directorio/nueva", methods=["GET", "POST"])
@permits(Permission.DIRECTORY_ADD)
def add() -> ResponseReturnValue:
    """ "Mi institución no está en la lista"."""
    return _add(back=url_for("directory.directory_list"))


@blueprint.route("/personas/<uuid:ref>/necesidades/<uuid:need>/otra-puerta", methods=["GET", "POST"])
@permits(Permission.REFERRAL_SEND)
def add_door(ref: uuid.UUID, need: uuid.UUID) -> ResponseReturnValue:
    """The same in the middle of a referral, which goes on with the new entry."""
    with reading() as desk:
        one_need(desk.session, desk.reach(Permission.REFERRAL_SEND), person=ref, ref=need)
    return _add(back=url_for("referrals.offers", ref=ref, need=need), person=ref, need=need)


def _add(*, back: str, person: uuid.UUID | None = None, need: uuid.UUID | None = None) -> ResponseReturnValue:
    form = EntryForm()
    listed: uuid.UUID | None = None
    if form.sent() and form.validate():
        try:
            with unit_of_work("upkeep.add", once=form.once_key()) as work:
                service = entries.add_entry(work, form.to_fact())
                work.location = (
                    url_for("referrals.prepare", ref=person, need=need, service=service)
                    if person
                    else url_for("directory.service", ref=service)
                )
        except Refused as no:
            form.refuse(labels.refusal(no), no.field)
            listed = no.values.get("ref")  # type: ignore[assignment]
        else:
            flash(_("Ya se puede usar. Queda como alta provisional hasta que se revise."))
            return redirect(work.location, 303)
    return page(
        "upkeep/add.html",
        status=422 if form.has_errors else 200,
        form=form,
        back=back,
        listed=listed,
    )


def _section_page(form: SectionForm, listed: Listing, part: Section, endpoint: str) -> ResponseReturnValue:
    return page(
        "upkeep/section.html",
        status=422 if form.has_errors else 200,
        form=form,
        listed=listed,
        part=part,
        sections=labels.SECTIONS,
        endpoint=endpoint,
        proposing=endpoint == "upkeep.propose",
        directory=directory,
        long_list=LONG_LIST,
    )


def _section(name: str) -> Section:
    try:
        return Section(name)
    except ValueError:
        raise OutOfReach from None


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings

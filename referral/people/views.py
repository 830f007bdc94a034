"""Registering people, the list, correcting a section, papers. The file itself is drawn by the desk room."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from referral.access.permissions import Permission
from referral.infra.web.formats import datetime_short
from referral.infra.web.guard import permits
from referral.infra.web.pager import asked_page
from referral.infra.web.pages import page
from referral.infra.web.stale import stale_page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.people import actions, labels, queries
from referral.people.actions import Stale
from referral.people.facts import PersonRecord, Section
from referral.people.forms import ContactForm, DocumentForm, IdentityForm, MobilityForm, RegisterForm, RemoveForm
from referral.people.rules.matching import Strength
from referral.people.rules.registration import Doubt, contact_doubts, document_doubts, identity_doubts

blueprint = Blueprint("people", __name__)

PEOPLE_PER_PAGE = 25


@blueprint.get("/personas")
@permits(Permission.PERSON_LIST)
def people_list() -> ResponseReturnValue:
    """The people this desk serves, last served first."""
    with reading() as desk:
        found = queries.person_page(
            desk.session, desk.reach(Permission.PERSON_LIST), page=asked_page(), per_page=PEOPLE_PER_PAGE
        )
        today = desk.today
    return page("people/people_list.html", found=found, today=today)


@blueprint.route("/personas/nueva", methods=["GET", "POST"])
@permits(Permission.PERSON_REGISTER)
def register() -> ResponseReturnValue:
    """Open a file. Somebody who is very likely registered already is shown first, with everything typed kept."""
    form = RegisterForm()
    if not (form.sent() and form.validate()):
        return _register_page(form, 422 if form.has_errors else 200)
    new = form.to_fact()
    with reading() as desk:
        hits = queries.near_matches(
            desk.session,
            desk.reach(Permission.PERSON_VIEW),
            new.identity,
            phone=new.contact.phone,
            today=desk.today,
        )
        strong = [hit for hit in hits if hit.strength is Strength.STRONG]
        asking = not form.acknowledged_refs.issuperset(str(hit.ref) for hit in strong)
        for hit in strong if asking else ():
            desk.saw(hit.ref, "match")
        today = desk.today
    if asking:
        return _register_page(form, 200, hits=strong)
    try:
        with unit_of_work("people.register", once=form.once_key()) as work:
            ref = actions.register_person(work, new)
            work.location = url_for("consent.record", ref=ref)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _register_page(form, 422)
    _tell((*identity_doubts(new.identity, today=today), *contact_doubts(new.contact)))
    return redirect(work.location, 303)


def _register_page(form: RegisterForm, status: int, hits: Sequence[queries.Hit] = ()) -> Response:
    acknowledged = " ".join(sorted(form.acknowledged_refs | {str(hit.ref) for hit in hits}))
    return page(
        "people/register.html",
        status=status,
        form=form,
        hits=hits,
        acknowledged=acknowledged,
        reason_words=labels.reason_words,
    )


@blueprint.post("/personas/parecidas")
@permits(Permission.PERSON_REGISTER)
def near() -> ResponseReturnValue:
    """People like the one being typed, as a fragment for the side of the registration page."""
    identity = RegisterForm().sketch()
    hits: Sequence[queries.Hit] = ()
    if identity is not None:
        with reading() as desk:
            hits = queries.near_matches(desk.session, desk.reach(Permission.PERSON_VIEW), identity, today=desk.today)
    return page("people/_near.html", hits=hits, reason_words=labels.reason_words)


@blueprint.route("/personas/<uuid:ref>/datos/<section>", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
def edit(ref: uuid.UUID, section: str) -> ResponseReturnValue:
    """Correct one section of a file. A save that comes after somebody else's answers 409 with both texts."""
    part = _section(section)
    with reading() as desk:
        record = queries.person_record(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        if request.method == "GET":
            desk.saw(ref, part.value)
        today = desk.today
    form = _form_of(record, part)
    if not (form.sent() and form.validate()):
        return _edit_page(form, record, part, 422 if form.has_errors else 200)
    try:
        _save(form, ref)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _edit_page(form, record, part, 422)
    except Stale:
        return _stale(form, ref, part)
    _tell(_doubts(form, today))
    flash(_("Los datos quedaron guardados."), "done")
    return redirect(url_for("desk.person_file", ref=ref), 303)


_SectionForm = IdentityForm | ContactForm | MobilityForm
_TEMPLATES = {
    Section.IDENTITY: "people/edit_identity.html",
    Section.CONTACT: "people/edit_contact.html",
    Section.MOBILITY: "people/edit_mobility.html",
}


def _section(text: str) -> Section:
    if text not in set(Section):
        raise NotFound
    return Section(text)


def _form_of(record: PersonRecord, part: Section, *, as_sent: bool = True) -> _SectionForm:
    """The section's form filled from the record, under what was sent unless `as_sent` is False."""
    options = {} if as_sent else {"formdata": None}
    match part:
        case Section.IDENTITY:
            return IdentityForm.of(record.identity, record.identity_version, **options)
        case Section.CONTACT:
            return ContactForm.of(record.contact, record.contact_version, **options)
        case Section.MOBILITY:
            return MobilityForm.of(record.mobility, record.health, record.mobility_version, **options)


def _save(form: _SectionForm, ref: uuid.UUID) -> None:
    match form:
        case IdentityForm():
            with unit_of_work("people.correct_identity") as work:
                actions.correct_identity(work, person=ref, identity=form.to_fact(), version=form.version_read)
        case ContactForm():
            with unit_of_work("people.save_contact") as work:
                actions.save_contact(work, person=ref, contact=form.to_fact(), version=form.version_read)
        case MobilityForm():
            with unit_of_work("people.save_mobility") as work:
                actions.save_mobility(
                    work, person=ref, mobility=form.to_fact(), health=form.to_health(), version=form.version_read
                )


def _stale(form: _SectionForm, ref: uuid.UUID, part: Section) -> Response:
    with reading() as desk:
        record = queries.person_record(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        saved = queries.last_saved(desk.session, ref)
    return stale_page(
        form,
        _form_of(record, part, as_sent=False),
        back=url_for("people.edit", ref=ref, section=part.value),
        saved_by=f"{saved.staff_name}, {datetime_short(saved.at)}" if saved else "",
    )


def _edit_page(form: _SectionForm, record: PersonRecord, part: Section, status: int) -> Response:
    return page(_TEMPLATES[part], status=status, form=form, record=record)


def _doubts(form: _SectionForm, today: date) -> tuple[Doubt, ...]:
    match form:
        case IdentityForm():
            return identity_doubts(form.to_fact(), today=today)
        case ContactForm():
            return contact_doubts(form.to_fact())
        case MobilityForm():
            return ()


@blueprint.route("/personas/<uuid:ref>/documentos", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
def documents(ref: uuid.UUID) -> ResponseReturnValue:
    """The papers on a file: note one, take one off."""
    with reading() as desk:
        record = queries.person_record(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        if request.method == "GET":
            desk.saw(ref, "documents")
        today = desk.today
    removal = RemoveForm()
    if removal.sent() and removal.remove.data:
        return _remove_document(removal, ref)
    form = DocumentForm()
    if not (form.sent() and form.validate()):
        return page("people/documents.html", status=422 if form.has_errors else 200, form=form, record=record)
    new = form.to_fact()
    here = url_for("people.documents", ref=ref)
    try:
        with unit_of_work("people.add_document", once=form.once_key()) as work:
            work.location = here
            actions.add_document(work, person=ref, new=new)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return page("people/documents.html", status=422, form=form, record=record)
    _tell(document_doubts(new, record.identity, today=today))
    flash(_("El documento quedó anotado."), "done")
    return redirect(here, 303)


def _remove_document(removal: RemoveForm, ref: uuid.UUID) -> ResponseReturnValue:
    document = removal.remove.ref
    if document is None:
        raise NotFound
    with unit_of_work("people.remove_document") as work:
        actions.remove_document(work, person=ref, document=document)
    flash(_("El documento se quitó del expediente."), "done")
    return redirect(url_for("people.documents", ref=ref), 303)


def _tell(doubts: Sequence[Doubt]) -> None:
    # The sentences name no value: what is flashed travels in a cookie.
    for doubt in doubts:
        flash(str(labels.DOUBTS[doubt]), "warning")

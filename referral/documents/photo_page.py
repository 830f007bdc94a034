"""The photograph of a person: her permission and the picture on one page, and the picture itself. Routes: views.py."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import Response, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from referral.access.permissions import Permission
from referral.consent.facts import Decision, Purpose
from referral.consent.queries import has_consent
from referral.documents import actions, labels, queries
from referral.documents.answers import file_answer
from referral.documents.cleaner import clean_photo
from referral.documents.facts import Cleaned
from referral.documents.forms import PhotoForm, WithdrawPhotoForm
from referral.documents.rules import files
from referral.infra.settings import Settings
from referral.infra.web.guard import permits, takes_files
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.people.facts import PersonCard
from referral.people.queries.cards import person_card, require_person
from referral.people.queries.search import Hit

_SIZES = ("grande", "chica")
_MOST_SENT = 2 * files.LARGEST_FILE  # bytes of a body: a picture somewhat too large still gets its sentence


@permits(Permission.PERSON_EDIT)
@takes_files(_MOST_SENT)
def photo(ref: uuid.UUID) -> ResponseReturnValue:
    """Ask whether a photograph may be kept, and take it. Without her yes nothing is kept."""
    card, allowed, kept = _person(ref)
    form = PhotoForm()
    if not form.sent():
        return _page(form, card, 200, allowed=allowed, kept=kept)
    form.validate()
    wanted = form.wants_photo(allowed=allowed)
    found = None if form.has_errors or not wanted else _cleaned(form)
    if form.has_errors:
        return _page(form, card, 422, allowed=allowed, kept=kept)
    here = url_for("documents.photo", ref=ref)
    try:
        with unit_of_work("documents.photo", once=form.once_key()) as work:
            work.location = here
            if not allowed:
                decision = Decision.YES if form.allows.value == "yes" else Decision.NO
                actions.answer_photo(work, person=ref, decision=decision, how=form.how.value or "")
            if found is not None:
                actions.keep_photo(work, person=ref, found=found, most_megabytes=_quota())
    except Refused as no:
        box = "picture" if isinstance(no.reason, files.Reason) else "allows"
        form.refuse(labels.refusal(no), no.field if no.field in form else box)
        return _page(form, card, 422, allowed=allowed, kept=kept)
    told = _("La fotografía quedó guardada.") if found else _("Quedó anotado que la persona no quiere fotografía.")
    flash(told, "done")
    return redirect(here, 303)


@permits(Permission.PERSON_EDIT)
def withdraw(ref: uuid.UUID) -> ResponseReturnValue:
    """End her permission and delete the picture, once the caseworker said that she wants it. Nobody asks why."""
    card, allowed, kept = _person(ref)
    form = WithdrawPhotoForm()
    if not (form.sent() and form.validate()):
        status = 422 if form.has_errors else 200
        return _page(PhotoForm(formdata=None), card, status, allowed=allowed, kept=kept, withdrawal=form)
    with unit_of_work("documents.withdraw_photo") as work:
        actions.withdraw_photo(work, person=ref)
    flash(_("La fotografía se borró y el permiso quedó retirado.") if kept else _("El permiso quedó retirado."), "done")
    return redirect(url_for("documents.photo", ref=ref), 303)


@permits(Permission.SCAN_VIEW)
def image(ref: uuid.UUID, size: str) -> ResponseReturnValue:
    """The picture, while she allows it: "grande" 480 by 640, "chica" 120 by 160 for the head of a file."""
    if size not in _SIZES:
        raise NotFound
    with reading() as desk:
        reach = desk.reach(Permission.SCAN_VIEW)
        found = queries.photo_file(desk.session, reach, ref, today=desk.today, small=size == "chica")
        desk.saw(ref, "photo")
    return file_answer(found, "fotografia")


def photos_of_hits(hits: Iterable[Hit] | None) -> frozenset[uuid.UUID]:
    """For templates: whose photograph to show among people found, of whom this desk keeps the file."""
    here = [hit.ref for hit in hits or () if hit.card]
    if not here:
        return frozenset()
    with reading() as desk:
        return queries.photos_among(desk.session, g.identity, here, today=desk.today)


def _person(ref: uuid.UUID) -> tuple[PersonCard, bool, bool]:
    """Her card, whether she allows a photograph, whether there is one."""
    with reading() as desk:
        require_person(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        card = person_card(desk.session, ref, today=desk.today)
        allowed = has_consent(desk.session, ref, Purpose.PHOTO, today=desk.today)
        kept = allowed and queries.photo_of(desk.session, ref, today=desk.today) is not None
        if request.method == "GET":
            desk.saw(ref, "photo")
        return card, allowed, kept


def _cleaned(form: PhotoForm) -> Cleaned | None:
    try:
        return clean_photo(form.picture.value[0].stream.read(files.LARGEST_FILE + 1), form.to_framing())
    except Refused as no:
        form.refuse(labels.refusal(no), "picture")
        return None


def _quota() -> int:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings.scan_megabytes


def _page(
    form: PhotoForm,
    card: PersonCard,
    status: int,
    *,
    allowed: bool,
    kept: bool,
    withdrawal: WithdrawPhotoForm | None = None,
) -> Response:
    return page(
        "documents/photo.html",
        status=status,
        form=form,
        withdrawal=withdrawal or WithdrawPhotoForm(formdata=None),
        card=card,
        allowed=allowed,
        kept=kept,
        width=files.PHOTO_SIZE,
    )

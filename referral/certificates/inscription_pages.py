"""Draws the pages where an inscription is ended or corrected, which ends constancias too. Called by views."""

from __future__ import annotations

import uuid

from flask import Response, request, url_for

from referral.access.permissions import Permission
from referral.certificates.queries import current_certificate
from referral.infra.web.pages import page
from referral.infra.web.stale import stale_page
from referral.infra.work import reading
from referral.padron import labels
from referral.padron.facts import InscriptionState
from referral.padron.forms import CorrectForm, EndForm, ReopenForm
from referral.padron.queries import history_of, inscription_of
from referral.people.facts import PersonRecord
from referral.people.queries.cards import person_card, person_record, require_person


def end_page(ref: uuid.UUID, form: EndForm) -> Response:
    """The reasons for an end and the history; for an ended inscription, how to open it again."""
    with reading() as desk:
        require_person(desk.session, desk.reach(Permission.PADRON_END), ref)
        card = person_card(desk.session, ref, today=desk.today)
        found = inscription_of(desk.session, ref)
        history = history_of(desk.session, found) if found else []
        today = desk.today
        reopens = desk.identity is not None and not desk.reach(Permission.PADRON_REOPEN).nothing
        if request.method == "GET":
            desk.saw(ref, "padron")
    state = found.state(today) if found else None
    ended = state is InscriptionState.ENDED
    return page(
        "padron/end.html",
        status=422 if form.has_errors else 200,
        form=form,
        language_form=None if found is None or ended else "main-form",
        card=card,
        inscription=found,
        state=state,
        history=history,
        reopening=ReopenForm(formdata=None) if ended and reopens else None,
        today=today,
        labels=labels,
    )


def correct_page(ref: uuid.UUID, form: CorrectForm) -> Response:
    """What the register says now, to be corrected."""
    record = _record(ref)
    with reading() as desk:
        current = current_certificate(desk.session, ref, today=desk.today)
        today = desk.today
    if request.method == "GET":
        form.fill(record.identity, record.identity_version)
    return page(
        "padron/correct.html",
        status=422 if form.has_errors else 200,
        form=form,
        card=record.card,
        current=current,
        today=today,
        labels=labels,
    )


def corrected_meanwhile(ref: uuid.UUID, typed: CorrectForm) -> Response:
    """409: what is on file now beside what was typed."""
    record = _record(ref)
    now = CorrectForm(formdata=None)
    now.fill(record.identity, record.identity_version)
    now.reason.data, now.note.data = typed.reason.data, typed.note.data
    return stale_page(typed, now, back=url_for("certificates.correct", ref=ref))


def _record(ref: uuid.UUID) -> PersonRecord:
    with reading() as desk:
        if request.method == "GET":
            desk.saw(ref, "padron")
        return person_record(desk.session, desk.reach(Permission.PADRON_INSCRIBE), ref, today=desk.today)

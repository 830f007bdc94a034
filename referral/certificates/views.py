"""The constancia: issuing, the PDF, revoking, and the public page where anybody verifies one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, current_app, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from referral.access.permissions import Permission
from referral.certificates import actions, labels, queries
from referral.certificates.facts import CertificateLine, Office, PrintedField, Shown
from referral.certificates.forms import IssueForm, RevokeForm
from referral.certificates.inscription_pages import correct_page, corrected_meanwhile, end_page
from referral.certificates.paper import constancia_pdf
from referral.certificates.public_code import read_code
from referral.certificates.queries import Readiness
from referral.certificates.rules import Missing, outdated, printable_nationalities, suggests_nationality
from referral.documents.queries import photo_bytes, photo_of
from referral.households.queries import guardians_of
from referral.infra.settings import EXAMPLE, Settings
from referral.infra.web.guard import permits, public
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.padron import labels as padron_labels
from referral.padron.forms import CorrectForm, EndForm
from referral.people.actions import Stale
from referral.people.facts import PersonRecord, Section
from referral.people.queries.cards import person_record

blueprint = Blueprint("certificates", __name__)

NOT_A_CODE = "-"  # where a typed code that cannot be one is sent: it gets the answer of an unknown one
LONGEST_TYPED = 60  # of a code that was not found, to be corrected in its box


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a person stands before a constancia."""

    record: PersonRecord
    ready: Readiness
    issued: list[CertificateLine]
    outdated: tuple[PrintedField, ...]
    adult: str
    has_photo: bool
    today: date

    @property
    def nationalities(self) -> tuple[str, ...]:
        return printable_nationalities(self.record.identity.nationalities)

    @property
    def suggested(self) -> str | None:
        profiles = self.record.mobility.profiles
        return self.nationalities[0] if self.nationalities and suggests_nationality(profiles) else None


@blueprint.route("/personas/<uuid:ref>/constancia", methods=["GET", "POST"])
@permits(Permission.CERTIFICATE_ISSUE)
def issue(ref: uuid.UUID) -> ResponseReturnValue:
    """What is missing, what she wants printed, and the constancias she has."""
    standing = _standing(ref)
    form = IssueForm()
    form.offer_nationalities(standing.nationalities)
    if request.method == "GET":
        form.suggest(standing.suggested, alcaldia=bool(standing.record.contact.alcaldia), adult=standing.adult)
    if not (form.sent() and form.validate()):
        return _issue_page(standing, form, 422 if form.has_errors else 200)
    try:
        with unit_of_work("certificates.issue", once=form.once_key()) as work:
            work.location = url_for("certificates.issue", ref=ref)
            actions.issue(work, person=ref, wishes=form.to_fact(), office=_office())
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _issue_page(_standing(ref), form, 422)
    flash(_("La constancia está lista: ábrala para imprimirla."), "done")
    return redirect(work.location, 303)


@blueprint.get("/constancias/<uuid:ref>.pdf")
@permits(Permission.CERTIFICATE_PRINT)
def pdf(ref: uuid.UUID) -> ResponseReturnValue:
    """The paper, always as it was on the day it was issued; not once it was revoked. Each printing is logged."""
    with reading() as desk:
        printed = queries.printed(desk.session, desk.reach(Permission.CERTIFICATE_PRINT), ref)
        if not printed.revoked:
            desk.saw(printed.person, "print")
        wanted = printed.facts.photo and not printed.revoked
        photo = photo_bytes(desk.session, printed.person, today=desk.today) if wanted else None
    if printed.revoked:  # a new print of it would deceive whoever reads it without verifying
        flash(
            _("Esa constancia quedó sin efecto y ya no se imprime. Expida otra si la persona la necesita."), "warning"
        )
        return redirect(url_for("certificates.issue", ref=printed.person), 303)
    answer = make_response(constancia_pdf(printed.facts, photo=photo))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{_file_name(printed.facts.folio)}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route("/constancias/<uuid:ref>/revocar", methods=["GET", "POST"])
@permits(Permission.CERTIFICATE_REVOKE)
def revoke(ref: uuid.UUID) -> ResponseReturnValue:
    """End a constancia. The page says the folio and no name: who revokes need not know whose it is."""
    with reading() as desk:
        line = queries.certificate(desk.session, desk.reach(Permission.CERTIFICATE_REVOKE), ref)
        state = queries.state_of(line, today=desk.today)
    form = RevokeForm()
    if form.sent() and form.validate():
        try:
            with unit_of_work("certificates.revoke") as work:
                actions.revoke(work, certificate=ref, reason=form.to_reason())
        except Refused as no:
            form.refuse(labels.refusal(no), no.field)
        else:
            flash(_("La constancia quedó sin efecto. Quien la verifique lo verá desde ahora."), "done")
            return redirect(url_for("certificates.revoke", ref=ref), 303)
    return page(
        "certificates/revoke.html",
        status=422 if form.has_errors else 200,
        form=form,
        language_form="main-form" if line.revoked_at is None else None,
        line=line,
        state=state,
        labels=labels,
    )


@blueprint.get("/v/")
@public
def verify_typed() -> ResponseReturnValue:
    """The box where a code is typed, and where the box leads."""
    typed = request.args.get("code", "")
    if not typed.strip():
        return _verify_page(None, None)
    code = read_code(typed)
    if code is None:
        return redirect(url_for("certificates.verify", code=NOT_A_CODE, code_typed=typed[:LONGEST_TYPED]), 303)
    return redirect(url_for("certificates.verify", code=code), 303)


@blueprint.get("/v/<code>")
@public
def verify(code: str) -> ResponseReturnValue:
    """Whether a constancia counts, its kind and its day; nothing else. Malformed and unknown answer alike."""
    database = current_app.extensions["ventanilla.database"]
    if not actions.count_verification(database, source=request.remote_addr or ""):
        raise TooManyRequests(retry_after=60)
    with reading() as desk:
        shown = queries.shown_to_anybody(desk.session, code)
        today = desk.today
    typed = "" if shown else request.args.get("code_typed", code)[:LONGEST_TYPED]
    return _verify_page(shown, today, typed)


def _verify_page(shown: Shown | None, today: date | None, typed: str = "") -> Response:
    state = queries.state_of(shown, today=today) if shown is not None and today is not None else None
    asked = today is not None
    answer = page(
        "certificates/verify.html",
        status=404 if asked and shown is None else 200,
        asked=asked,
        shown=shown,
        typed="" if typed == NOT_A_CODE else typed,
        state=state,
        labels=labels,
        sample=_settings().demo,
    )
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings


def _office() -> Office:
    settings = _settings()
    return Office(
        issuing_unit=settings.issuing_unit,
        signer_name=settings.signer_name,
        signer_post=settings.signer_post,
        legal_basis=settings.legal_basis,
        public_url=settings.public_url,
        # A number cannot carry the mark of an example: whoever has not named the unit has not set the term either.
        validity_is_example=settings.issuing_unit.startswith(EXAMPLE),
        sample=settings.demo,
    )


def _standing(ref: uuid.UUID) -> _Standing:
    with reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.CERTIFICATE_ISSUE), ref, today=desk.today)
        if request.method == "GET":
            desk.saw(ref, "constancia")
        ready = queries.readiness(
            desk.session,
            ref,
            document_name=record.card.document_name,
            kinds=[paper.kind for paper in record.documents],
            minor=record.card.minor,
            today=desk.today,
        )
        printed = queries.current_facts(desk.session, ref, today=desk.today) if ready.current else None
        adults = guardians_of(desk.session, ref) if record.card.minor is not False else ()
        return _Standing(
            record,
            ready,
            queries.certificates_of(desk.session, ref),
            outdated(printed, record.identity, record.contact) if printed else (),
            next((one.name for one in sorted(adults, key=lambda one: not one.here)), ""),
            photo_of(desk.session, ref, today=desk.today) is not None,
            desk.today,
        )


def _issue_page(standing: _Standing, form: IssueForm, status: int) -> Response:
    record, ref = standing.record, standing.record.ref
    where = {
        Missing.INSCRIPTION: url_for("padron.inscribe", ref=ref),
        Missing.INSCRIPTION_IN_FORCE: url_for("padron.inscribe", ref=ref),
        Missing.NAME: url_for("people.edit", ref=ref, section=Section.IDENTITY.value),
        Missing.IDENTITY_PROOF: url_for("documents.papers", ref=ref),
        Missing.RESIDENCE_PROOF: url_for("documents.papers", ref=ref),
        Missing.CONSENT: url_for("consent.record", ref=ref),
    }
    return page(
        "certificates/issue.html",
        status=status,
        form=form,
        language_form=None if standing.ready.missing else "main-form",
        card=record.card,
        checklist=[(one, where[one]) for one in standing.ready.missing],
        current=standing.ready.current,
        issued=[(line, queries.state_of(line, today=standing.today)) for line in standing.issued],
        chosen=record.identity.names.chosen,
        asks_adult=record.card.minor is not False,
        asks_alcaldia=bool(record.contact.alcaldia),
        asks_photo=standing.has_photo,
        outdated=standing.outdated,
        today=standing.today,
        labels=labels,
    )


@blueprint.route("/personas/<uuid:ref>/padron/terminar", methods=["GET", "POST"])
@permits(Permission.PADRON_END)
def end(ref: uuid.UUID) -> ResponseReturnValue:
    """End an inscription, and with it the constancia; or, for who may, open an ended one again."""
    form = EndForm()
    if form.sent() and form.validate():
        try:
            with unit_of_work("padron.end") as work:
                papers = actions.end_inscription(work, person=ref, reason=form.to_reason(), note=form.note.value)
        except Refused as no:
            form.refuse(padron_labels.refusal(no), no.field)
        else:
            flash(_("La inscripción quedó terminada."), "done")
            if papers:
                flash(_("Su constancia también quedó sin efecto desde ahora."), "warning")
            return redirect(url_for("certificates.end", ref=ref), 303)
    return end_page(ref, form)


@blueprint.route("/personas/<uuid:ref>/padron/corregir", methods=["GET", "POST"])
@permits(Permission.PADRON_INSCRIBE)
def correct(ref: uuid.UUID) -> ResponseReturnValue:
    """Correct what the register says of a person; a constancia that says otherwise ends in the same work."""
    form = CorrectForm()
    if not (form.sent() and form.validate()):
        return correct_page(ref, form)
    try:
        with unit_of_work("padron.correct") as work:
            papers = actions.correct_inscription(work, person=ref, correction=form.to_fact(), version=form.version_read)
    except Refused as no:
        form.refuse(padron_labels.refusal(no), no.field)
        return correct_page(ref, form)
    except Stale:
        return corrected_meanwhile(ref, form)
    flash(_("La corrección quedó guardada en la historia de la inscripción."), "done")
    if not papers:
        return redirect(url_for("padron.inscribe", ref=ref), 303)
    flash(_("La constancia anterior quedó sin efecto porque decía otra cosa. Expida otra con los datos corregidos."))
    return redirect(url_for("certificates.issue", ref=ref), 303)


def _file_name(folio: str) -> str:
    """The folio as a file name: a mask may hold a slash."""
    return "".join(c if c.isalnum() or c == "-" else "-" for c in folio)

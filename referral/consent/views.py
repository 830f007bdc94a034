"""Recording consent, another basis when nobody can be asked, the receipt; and the privacy notice for anybody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, current_app, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from referral.access.permissions import Permission
from referral.consent import actions, labels, queries
from referral.consent.facts import ASKED, ConsentState, ContactTerms, GivenBy, NewDecision
from referral.consent.forms import ConsentForm, OtherBasisForm
from referral.consent.notice import LANGUAGES as NOTICE_LANGUAGES
from referral.consent.notice import OWN_NAMES, SCREEN_LANGUAGES, NoticeText, NoticeValues, filled, notice
from referral.consent.paper import (
    FULL,
    SIMPLIFIED,
    NoticePaper,
    ReceiptPaper,
    notice_pdf,
    plain_values,
    receipt_pdf,
)
from referral.consent.rules import review_due
from referral.directory.queries.organizations import organization_names
from referral.households.queries import guardians_of
from referral.infra.settings import EXAMPLE, Settings
from referral.infra.web.formats import page_language
from referral.infra.web.guard import permits, public
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.codes import LANGUAGES
from referral.kernel.refusal import Refused
from referral.people.facts import PersonCard
from referral.people.queries.cards import person_card, require_person

blueprint = Blueprint("consent", __name__)

LAYERS = {"simplificado": SIMPLIFIED, "integral": FULL}  # as the addresses name the printed layers


@dataclass(frozen=True, slots=True)
class _Person:
    """Who is asked, and what stands for her."""

    card: PersonCard
    state: ConsentState
    partners: dict[uuid.UUID, str]
    terms: ContactTerms | None
    adult: str  # who answers for a child; empty when nobody is noted
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
        if person.card.minor is True and person.adult:
            form.given_by.data, form.adult.data = GivenBy.GUARDIAN.value, person.adult
    if not (form.sent() and form.validate()):
        return _record_page(form, person, 422 if form.has_errors else 200)
    decisions: tuple[NewDecision, ...] = form.to_decisions()
    try:
        with unit_of_work("consent.record", once=form.once_key()) as work:
            work.location = url_for("desk.person_file", ref=ref)
            actions.record_answers(work, person=ref, notice_given=form.to_notice(), decisions=decisions)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _record_page(form, person, 422)
    flash(_("Las respuestas quedaron guardadas. Si la persona quiere un comprobante, imprímalo desde Consentimiento."))
    return redirect(work.location, 303)


@blueprint.route("/personas/<uuid:ref>/consentimiento/sin-respuesta", methods=["GET", "POST"])
@permits(Permission.CONSENT_RECORD)
def other_basis(ref: uuid.UUID) -> ResponseReturnValue:
    """Sensitive data of somebody who cannot be asked: on what, why, and who will review it."""
    form = OtherBasisForm()
    if form.sent() and form.validate():
        try:
            with unit_of_work("consent.other_basis", once=form.once_key()) as work:
                work.location = url_for("desk.person_file", ref=ref)
                actions.record_other_basis(work, person=ref, new=form.to_fact())
        except Refused as no:
            form.refuse(labels.refusal(no), no.field)
        else:
            flash(
                _("Quedó anotado para que protección de datos lo revise. Informe a la persona en cuanto sea posible.")
            )
            return redirect(work.location, 303)
    with reading() as desk:
        require_person(desk.session, desk.reach(Permission.CONSENT_RECORD), ref)
        card = person_card(desk.session, ref, today=desk.today)
        today = desk.today
        if request.method == "GET":
            desk.saw(ref, "consent")
    status = 422 if form.has_errors else 200
    return page("consent/other_basis.html", status=status, form=form, card=card, today=today, due=review_due(today))


@blueprint.get("/personas/<uuid:ref>/consentimiento/comprobante.pdf")
@permits(Permission.CONSENT_RECORD)
def receipt(ref: uuid.UUID) -> ResponseReturnValue:
    """A paper that says she was told and asked, and how to change her mind. She may decline it."""
    with reading() as desk:
        require_person(desk.session, desk.reach(Permission.CONSENT_RECORD), ref)
        card = person_card(desk.session, ref, today=desk.today)
        given = queries.last_notice(desk.session, ref)
        now, today = desk.now, desk.today
        desk.saw(ref, "print")
    if given is None:
        flash(_("Todavía no se le ha dado el aviso: no hay de qué dar comprobante."), "warning")
        return redirect(url_for("consent.record", ref=ref), 303)
    languages = dict.fromkeys((card.language if card.language in NOTICE_LANGUAGES else "es", "es"))
    paper = ReceiptPaper(
        on=today,
        desk_name=card.desk_name,
        folio=card.folio,
        version=given.version,
        values=notice_values(_settings()),
        sample=_settings().demo,
        issued_at=now,
    )
    return _pdf(receipt_pdf([notice().text(one) for one in languages], paper), "comprobante", cached=False)


@blueprint.get("/aviso", endpoint="notice")
@public
def notice_page() -> ResponseReturnValue:
    """The privacy notice: what is said, the page, the whole; and each layer to print, in five languages."""
    settings, current, text = _settings(), notice(), notice().text(page_language())
    values = notice_values(settings)
    told = (values.unit, values.contact, values.address, values.complaints)
    return page(
        "consent/notice.html",
        version=current.version,
        since=current.since,
        spoken=text.spoken,
        simplified=filled(text.simplified, text, plain_values(values)),
        full=filled(text.full, text, plain_values(values)),
        example=any(value.startswith(EXAMPLE) for value in told),
        prints=[(code, OWN_NAMES[code], _checked(notice().text(code), settings)) for code in NOTICE_LANGUAGES],
    )


@blueprint.get("/aviso/<layer>/<language>.pdf")
@public
def notice_print(layer: str, language: str) -> ResponseReturnValue:
    """One layer of the notice on paper: simplified or full, in one of its languages."""
    if layer not in LAYERS or language not in NOTICE_LANGUAGES:
        raise NotFound
    settings, current, text = _settings(), notice(), notice().text(language)
    with reading() as desk:
        now = desk.now
    paper = NoticePaper(
        layer=LAYERS[layer],
        version=current.version,
        since=current.since,
        values=notice_values(settings),
        checked=_checked(text, settings),
        sample=settings.demo,
        issued_at=now,
    )
    return _pdf(notice_pdf(text, paper, spanish=current.text("es")), f"aviso-{layer}-{language}", cached=True)


def notice_values(settings: Settings) -> NoticeValues:
    """What the settings say of who answers for the data, marks of examples included."""
    return NoticeValues(
        unit=settings.issuing_unit,
        contact=settings.privacy_contact,
        address=settings.notice_address,
        complaints=settings.notice_complaints,
        laws=settings.notice_laws,
    )


def _checked(text: NoticeText, settings: Settings) -> bool:
    return text.checked or text.language in settings.notice_checked


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings


def _pdf(body: bytes, name: str, *, cached: bool) -> Response:
    answer = make_response(body)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    if not cached:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _person(ref: uuid.UUID) -> _Person:
    with reading() as desk:
        require_person(desk.session, desk.reach(Permission.CONSENT_RECORD), ref)
        card = person_card(desk.session, ref, today=desk.today)
        state = queries.consent_state(desk.session, ref)
        terms = queries.contact_terms(desk.session, ref, today=desk.today)
        names = organization_names(desk.session) if state.partners() else []
        if request.method == "GET":
            desk.saw(ref, "consent")
        adults = guardians_of(desk.session, ref) if card.minor is not False else ()
        adult = next((one.name for one in sorted(adults, key=lambda one: not one.here)), "")
        language = page_language()
        return _Person(card, state, {org: words.label(language) for org, words in names}, terms, adult, desk.today)


def _record_page(form: ConsentForm, person: _Person, status: int) -> Response:
    text, own = notice().text(page_language()), person.card.language
    elsewhere = own in NOTICE_LANGUAGES and own not in SCREEN_LANGUAGES
    return page(
        "consent/record.html",
        status=status,
        form=form,
        card=person.card,
        state=person.state,
        today=person.today,
        notice_due=person.notice_due,
        questions=[(purpose.value, form[purpose.value]) for purpose in ASKED],
        asks_adult=person.card.minor is not False,
        partners=person.partners,
        terms=person.terms,
        spoken=text.spoken,
        own=notice().text(own) if elsewhere else None,
        own_name=OWN_NAMES[own] if elsewhere else "",
        own_checked=_checked(notice().text(own), _settings()) if elsewhere else True,
        simplified=filled(text.simplified, text, plain_values(notice_values(_settings()))),
        labels=labels,
    )

"""The page where the itinerary is chosen, and the paper itself."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from flask import Blueprint, Response, current_app, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from referral.access.permissions import Permission
from referral.consent.notice import OWN_NAMES, notice
from referral.directory.labels import words
from referral.infra.pdf.frame import PaperOverflow
from referral.infra.settings import Settings
from referral.infra.web.guard import permits
from referral.infra.web.pages import page
from referral.infra.work import reading
from referral.itinerary.facts import ItineraryFacts
from referral.itinerary.forms import ItineraryForm
from referral.itinerary.paper import itinerary_pdf
from referral.itinerary.queries import Journey, journey
from referral.itinerary.stops import ordered, stop

blueprint = Blueprint("itinerary", __name__)


@blueprint.route("/personas/<uuid:ref>/itinerario", methods=["GET", "POST"])
@permits(Permission.REFERRAL_MOVE)
def itinerary(ref: uuid.UUID) -> ResponseReturnValue:
    """Choose the doors, the order and what may be read; the button answers the paper, and nothing is kept."""
    with reading() as desk:
        found = journey(desk.session, desk.reach(Permission.REFERRAL_MOVE), ref, today=desk.today)
        form = ItineraryForm()
        names = [(str(each.line.ref), f"{words(each.line.service_name)} ({each.line.code})") for each in found.visits]
        form.offer(names, [str(each.line.ref) for each in found.visits if each.discreet], language=found.card.language)
        printing = form.sent() and form.validate()
        desk.saw(ref, "itinerary")
        now, today = desk.now, desk.today
    if printing:
        try:
            return _paper(_facts(form, found, now))
        except PaperOverflow:
            form.refuse(_l("No cabe en una hoja con letra grande. Elija menos servicios."), "visits")
    return _page(form, found, today)


def _page(form: ItineraryForm, found: Journey, today: date) -> Response:
    unchecked = [OWN_NAMES[code] for code in OWN_NAMES if not _checked(code)]
    return page(
        "itinerary/itinerary.html",
        status=422 if form.has_errors else 200,
        form=form,
        card=found.card,
        visits=found.visits,
        unchecked=unchecked,
        today=today,
        words=words,
    )


def _facts(form: ItineraryForm, found: Journey, now: datetime) -> ItineraryFacts:
    language, readable = form.language.value or "es", form.readable.value
    chosen = ordered(found.visits, form.visits.value, form.first.value or "")
    return ItineraryFacts(
        stops=tuple(
            stop(each, papers=found.papers, language=language, readable=str(each.line.ref) in readable)
            for each in chosen
        ),
        desk_name=g.identity.desk_name,
        language=language,
        checked=_checked(language),
        sample=_settings().demo,
        issued_at=now,
    )


def _paper(facts: ItineraryFacts) -> Response:
    answer = current_app.make_response(itinerary_pdf(facts))
    answer.headers["Content-Type"] = "application/pdf"
    # A name that says nothing to whoever sees the list of downloads.
    answer.headers["Content-Disposition"] = 'inline; filename="visitas.pdf"'
    return answer


def _checked(language: str) -> bool:
    """A native speaker has read what papers say in this language."""
    return notice().text(language).checked or language in _settings().notice_checked


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings

"""The pages that look across rooms: today's work, the search box, one person's file. They only read."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.table import holds
from referral.arrival import labels as arrival_labels
from referral.arrival.rules.deadline import asylum_term
from referral.certificates.queries import state_of
from referral.consent import labels as consent_labels
from referral.consent.facts import ASKED
from referral.desk import labels, queries
from referral.desk.facts import PersonFile
from referral.desk.forms import SearchForm
from referral.desk.rules import needs_without_door
from referral.directory.labels import words
from referral.documents.queries import photos_among
from referral.infra.settings import Settings
from referral.infra.web.formats import page_language
from referral.infra.web.guard import permits
from referral.infra.web.pages import page
from referral.infra.work import Reading, reading
from referral.kernel.folio import read_folio
from referral.kernel.refusal import Refused
from referral.needs import labels as need_labels
from referral.people.queries.search import MOST_HITS
from referral.people.queries.search import search as find_people
from referral.people.rules.registration import contact_doubts, identity_doubts
from referral.people.section_labels import do_not_tell
from referral.referrals.queries.lists import referral_by_code
from referral.referrals.rules.codes import read_code
from referral.upkeep.queries.worklist import waiting

blueprint = Blueprint("desk", __name__)
FIRST_HITS = 6  # shown while somebody is still typing


@blueprint.get("/")
@permits(Permission.HOME_VIEW)
def home() -> ResponseReturnValue:
    """What needs this account today."""
    identity: Identity = g.identity
    with reading() as desk:
        day = queries.day_of(desk.session, identity, now=desk.now, today=desk.today)
        keeps = holds(identity, Permission.DIRECTORY_EDIT)
        stale_days = current_app.extensions["ventanilla.settings"].listing_stale_days
        listings = waiting(desk.session, today=desk.today, stale_days=stale_days) if keeps else None
    return page(
        "desk/home.html",
        day=day,
        views=labels.count_words(day.counts, partner=identity.role is Role.PARTNER),
        today=desk.today,
        words=words,
        status_tag=labels.status_tag,
        arrival=arrival_labels,
        listings=listings,
    )


@blueprint.route("/buscar", methods=["GET", "POST"])
@permits(Permission.PERSON_SEARCH)
def search() -> ResponseReturnValue:
    """People for the words of the search box; a referral's code and a folio go straight to their page."""
    form = SearchForm()
    if not (form.sent() and form.validate()):
        return page("desk/search.html", status=422 if form.has_errors else 200, form=form, hits=None, **_shown(form))
    with reading() as desk:
        straight = _straight_to(desk, form.q.value)
        found = {} if straight else _find(desk, _typed(), MOST_HITS)
    if straight:
        return redirect(straight, 303)
    return page("desk/search.html", form=form, **found, **_shown(form))


@blueprint.post("/buscar/primeras")
@permits(Permission.PERSON_SEARCH)
def search_fragment() -> ResponseReturnValue:
    """The first people for what is being typed: a piece of the search page, for browsers that fetch it."""
    form = SearchForm()
    if not form.validate():
        return page("desk/_hits.html", hits=None, form=form, **_shown(form))
    with reading() as desk:
        found = _find(desk, _typed(), FIRST_HITS)
    return page("desk/_hits.html", form=form, **found, **_shown(form))


@blueprint.get("/personas/<uuid:ref>")
@permits(Permission.PERSON_VIEW)
def person_file(ref: uuid.UUID) -> ResponseReturnValue:
    """One person's whole file, the next best step first."""
    identity: Identity = g.identity
    settings: Settings = current_app.extensions["ventanilla.settings"]
    term = asylum_term(settings)
    with reading() as desk:
        file = queries.person_file(
            desk.session,
            desk.reach(Permission.PERSON_VIEW),
            ref,
            today=desk.today,
            renew_from_days=settings.renew_from_days,
            term=term,
        )
        desk.saw(ref, "file")
    step = file.next_step
    return page(
        "desk/person_file.html",
        **labels.file_words(page_language()),
        file=file,
        record=file.record,
        today=desk.today,
        alerts=_alerts(file, desk.today),
        facts=labels.card_facts(file.record.card, desk.today),
        step_words=labels.step_words(step),
        step_button=labels.step_button(step),
        step_url=labels.step_url(file) if holds(identity, labels.STEP_PERMISSIONS[step.step]) else None,
        without_door={need.ref for need in needs_without_door(file.needs, file.referrals)},
        asked=ASKED,
        consents=consent_labels,
        needs=need_labels,
        labels=labels,
        state_of=state_of,
        arrival=arrival_labels,
        term=term,
        status_tag=labels.status_tag,
        words=words,
    )


def _alerts(file: PersonFile, today: date) -> list[object]:
    doubts = (*identity_doubts(file.record.identity, today=today), *contact_doubts(file.record.contact))
    return [
        *(do_not_tell(one) for one in file.record.do_not_tell),
        *(labels.ALERTS[doubt] for doubt in doubts if doubt in labels.ALERTS),
    ]


def _typed() -> str:
    # Not the trimmed text: a space at the end says that the last word is complete.
    return request.form.get("q", "")


def _shown(form: SearchForm) -> dict[str, Any]:
    return {"search_text": form.q.value, "because": labels.because, "card_facts": labels.card_facts}


def _find(desk: Reading, text: str, most: int) -> dict[str, Any]:
    """For the template: who was found, and whose photograph to show."""
    hits = find_people(desk.session, desk.reach(Permission.PERSON_VIEW), text, today=desk.today, most=most)
    kept_here = [hit.ref for hit in hits if hit.card]
    photos = photos_among(desk.session, g.identity, kept_here, today=desk.today)
    return {"hits": hits, "photos": photos, "today": desk.today}


def _straight_to(desk: Reading, text: str) -> str | None:
    """The page of a referral whose code this is, or of the person with this folio, when it is this account's to see."""
    code = read_code(text)
    if code is not None:
        found = referral_by_code(desk.session, desk.reach(Permission.REFERRAL_VIEW), code, now=desk.now)
        return None if found is None else url_for("referrals.referral", ref=found)
    try:
        folio = read_folio(current_app.extensions["ventanilla.settings"].folio_mask, text)
    except Refused:
        return None
    person = queries.person_with_folio(desk.session, desk.reach(Permission.PERSON_VIEW), folio.text)
    return None if person is None else url_for("desk.person_file", ref=person)

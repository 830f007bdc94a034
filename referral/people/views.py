"""The list of people, correcting a section. Arrival registers people; the desk room draws the file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
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
from referral.people import actions, labels
from referral.people import section_labels as words
from referral.people.actions import Stale
from referral.people.facts import PersonRecord, Section
from referral.people.forms.care import GroupsForm, HealthForm
from referral.people.forms.section import SectionForm
from referral.people.forms.sections import FORMS
from referral.people.queries import cards, sections
from referral.people.rules import sections as rules
from referral.people.rules.free_text import numbers_in
from referral.people.rules.groups import derived_groups
from referral.people.rules.registration import Doubt, contact_doubts, identity_doubts

blueprint = Blueprint("people", __name__)

PEOPLE_PER_PAGE = 25


@blueprint.get("/personas")
@permits(Permission.PERSON_LIST)
def people_list() -> ResponseReturnValue:
    """The people this desk serves, last served first."""
    with reading() as desk:
        found = cards.person_page(
            desk.session, desk.reach(Permission.PERSON_LIST), page=asked_page(), per_page=PEOPLE_PER_PAGE
        )
        today = desk.today
    return page("people/people_list.html", found=found, today=today)


@blueprint.get("/personas/<uuid:ref>/datos")
@permits(Permission.PERSON_VIEW)
def data(ref: uuid.UUID) -> ResponseReturnValue:
    """Everything on file about her, section by section, and how far each one is."""
    with reading() as desk:
        record = cards.person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref)
        saves = sections.section_saves(desk.session, ref)
        desk.saw(ref, "data")
        today = desk.today
    shown = [_Shown(section, record, saves.get(section), today) for section in rules.readable_sections(record)]
    return page(
        "people/data.html",
        record=record,
        sections=shown,
        pages=[(words.PAGES[where], *leads) for where, leads in _ELSEWHERE.items()],
        derived=_derived(record, today),
        words=words,
    )


@blueprint.post("/personas/<uuid:ref>/domicilio")
@permits(Permission.PERSON_EDIT)
def address(ref: uuid.UUID) -> ResponseReturnValue:
    """Show an address that is protected. A POST, so that nothing fetches it by itself; each showing is noted."""
    with reading() as desk:
        record = cards.person_record(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        contact = sections.shown_address(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        desk.saw(ref, "address")
    return page("people/address.html", record=record, contact=contact, words=words)


@blueprint.route("/personas/<uuid:ref>/datos/<section>", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
def edit(ref: uuid.UUID, section: str) -> ResponseReturnValue:
    """Answer or correct one section. A save that comes after somebody else's answers 409 with both texts."""
    part = _section(section)
    with reading() as desk:
        record = cards.person_record(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        saves = sections.section_saves(desk.session, ref)
        if request.method == "GET":
            desk.saw(ref, part.value)
        today = desk.today
    if part not in rules.readable_sections(record):
        raise NotFound
    form = _form_of(record, part, saves, today)
    if form.adds_row or not (form.sent() and form.validate()):
        return _edit_page(form, record, today, 422 if form.has_errors else 200)
    try:
        with unit_of_work("people.save_section") as work:
            actions.save_section(work, person=ref, section=part, answers=form.answers(), version=form.version_read)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _edit_page(form, record, today, 422)
    except Stale:
        return _stale(form, ref, part)
    _tell_doubts(ref, part)
    flash(_("Los datos quedaron guardados."), "done")
    return redirect(url_for("people.data", ref=ref), 303)


class _Shown:
    """One section as the data page shows it."""

    def __init__(self, section: Section, record: PersonRecord, saved: sections.SectionSave | None, today: date) -> None:
        state = rules.state_of(record, section, today)
        self.slug = section.value
        self.title = words.NAMES[section]
        self.state = words.state_words(state, saved)
        self.kind = words.state_kind(state)
        self.closed = state.closed
        self.answers = list(words.answers(record, rules.open_questions(record, section, today)))
        self.saved = saved
        self.groups = section is Section.GROUPS


# The pages of higher rooms, by name, and what an account must hold to open them.
_ELSEWHERE = {
    rules.Elsewhere.CONSENT: ("consent.record", Permission.CONSENT_RECORD),
    rules.Elsewhere.DOCUMENTS: ("documents.papers", Permission.PERSON_EDIT),
    rules.Elsewhere.HOUSEHOLD: ("households.family", Permission.PERSON_VIEW),
    rules.Elsewhere.NEEDS: ("needs.add", Permission.NEED_RECORD),
    rules.Elsewhere.REFERRALS: ("desk.person_file", Permission.PERSON_VIEW),
    rules.Elsewhere.PADRON: ("padron.inscribe", Permission.PADRON_INSCRIBE),
    rules.Elsewhere.CERTIFICATE: ("certificates.issue", Permission.CERTIFICATE_ISSUE),
}


def _derived(record: PersonRecord, today: date) -> list[tuple[str, LazyString]]:
    """Codes of the groups that the file tells by itself, with what tells them."""
    return [(one.code, words.SOURCES[one.source]) for one in derived_groups(record, today)]


def _section(text: str) -> Section:
    if text not in set(Section):
        raise NotFound
    return Section(text)


def _form_of(
    record: PersonRecord,
    part: Section,
    saves: dict[Section, sections.SectionSave],
    today: date,
    *,
    as_sent: bool = True,
) -> SectionForm:
    """The section's form filled from the record, under what was sent unless `as_sent` is False."""
    version = sections.version_of(record, part, saves)
    form = FORMS[part].of(record, version, **({} if as_sent else {"formdata": None}))
    match form:
        case GroupsForm() if form.asks:
            form.offer_groups(record, today)
        case HealthForm() if form.asks:
            form.ask_outbreak(current_app.extensions["ventanilla.settings"].outbreak_item)
    return form


def _stale(form: SectionForm, ref: uuid.UUID, part: Section) -> Response:
    with reading() as desk:
        record = cards.person_record(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        saves = sections.section_saves(desk.session, ref)
        today = desk.today
    now = _form_of(record, part, saves, today, as_sent=False)
    form.keep_only(now)
    saved = saves.get(part)
    return stale_page(
        form,
        now,
        back=url_for("people.edit", ref=ref, section=part.value),
        saved_by=f"{saved.staff_name}, {datetime_short(saved.at)}" if saved else "",
    )


def _edit_page(form: SectionForm, record: PersonRecord, today: date, status: int) -> Response:
    return page(
        "people/edit.html",
        status=status,
        form=form,
        record=record,
        section=form.section,
        layout=words.LAYOUT.get(form.section, ()),
        whys=words.why(rules.open_questions(record, form.section, today)),
        waiting=sum(not rules.is_open(record, one) for one in rules.QUESTIONS[form.section]),
        derived=_derived(record, today) if form.section is Section.GROUPS else [],
        words=words,
    )


def _tell_doubts(ref: uuid.UUID, part: Section) -> None:
    with reading() as desk:
        record = cards.person_record(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        today = desk.today
    match part:
        case Section.IDENTITY:
            _tell(identity_doubts(record.identity, today=today))
        case Section.CONTACT:
            _tell(contact_doubts(record.contact))
        case Section.ACCOUNT:
            for number in numbers_in(record.notes):
                flash(str(words.NUMBERS[number]), "warning")


def _tell(doubts: Sequence[Doubt]) -> None:
    # The sentences name no value: what is flashed travels in a cookie.
    for doubt in doubts:
        flash(str(labels.DOUBTS[doubt]), "warning")

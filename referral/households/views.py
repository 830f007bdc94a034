"""A family's page and what can be done to it: take in, correct, split, say who answers for a child.

Arrival registers families.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from referral.access.permissions import Permission
from referral.households import entry_page, labels, queries
from referral.households.actions import guardians, members
from referral.households.facts import Guardian, Household, Member
from referral.households.family_flow import tell_doubts
from referral.households.forms.changes import AddForm, EndForm, GuardianForm, PlacesForm, SplitForm, same_people
from referral.households.forms.changes import places_form as make_places_form
from referral.households.rules.company import household_doubts
from referral.households.rules.reasons import Reason
from referral.infra.web.guard import permits
from referral.infra.web.once import answered_before
from referral.infra.web.pages import page
from referral.infra.work import Reading, reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.people import labels as people_labels
from referral.people.facts import PersonCard
from referral.people.queries.cards import person_record
from referral.people.queries.search import Hit, search

blueprint = Blueprint("households", __name__)
blueprint.add_url_rule("/personas/<uuid:ref>/familia/entrada", "entry", entry_page.entry, methods=["GET", "POST"])
MOST_FOUND = 8


@blueprint.get("/personas/<uuid:ref>/familia")
@permits(Permission.PERSON_VIEW)
def family(ref: uuid.UUID) -> ResponseReturnValue:
    """Who belongs together, who answers for each child, what was before."""
    with reading() as desk:
        card, household = _opened(desk, ref, Permission.PERSON_VIEW)
        story = queries.story_of(desk.session, household.ref) if household else ()
        reach = desk.reach(Permission.PERSON_VIEW)
        here = {one.ref for one in household.members if reach.covers(desk=one.desk)} if household else set()
        own = queries.guardians_of(desk.session, ref) if household is None else ()
        desk.saw(ref, "family")
        today = desk.today
    return page(
        "households/family.html",
        card=card,
        household=household,
        story=story,
        here=here,
        own_guardians=own,
        doubts=household_doubts(household, today) if household else (),
        today=today,
        labels=labels,
    )


@blueprint.route("/personas/<uuid:ref>/familia/agregar", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
def add(ref: uuid.UUID) -> ResponseReturnValue:
    """Find somebody who is on file already and take her, or her whole family, into this household."""
    form = AddForm()
    form.keep_answer()
    answered = answered_before(form)
    if answered:
        return redirect(answered, 303)
    with reading() as desk:
        card, household = _opened(desk, ref, Permission.PERSON_EDIT)
    if not (form.sent() and form.validate()):
        return _add_page(form, card, 422 if form.has_errors else 200)
    hits = _find(form, household.members if household else (), ref)
    person = form.chosen
    if person is None:
        return _add_page(form, card, 422 if form.has_errors else 200, hits)
    try:
        with unit_of_work("households.add_member", once=form.once_key()) as work:
            work.location = url_for("households.family", ref=ref)
            members.add_member(
                work,
                beside=ref,
                person=person,
                relation=form.relation.value or "",
                goes_with=form.goes_with.value,
                with_family=form.with_family.value,
            )
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _add_page(form, card, 422, hits)
    flash(_("La familia quedó guardada."), "done")
    tell_doubts(ref)
    return redirect(work.location, 303)


@blueprint.route("/personas/<uuid:ref>/familia/corregir", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
def places(ref: uuid.UUID) -> ResponseReturnValue:
    """Correct what each one is to the head, who goes along and who is the head."""
    with reading() as desk:
        card, household = _opened(desk, ref, Permission.PERSON_EDIT)
    if household is None:
        raise NotFound
    if request.method == "POST" and "people" in request.form and not same_people(household.members):
        return _stale_places(card, household)
    form = make_places_form(household.members)
    if not (form.sent() and form.validate()):
        return _places_page(form, card, household, 422 if form.has_errors else 200)
    try:
        with unit_of_work("households.set_places") as work:
            members.set_places(work, beside=ref, places=form.to_fact())
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _places_page(form, card, household, 422)
    flash(_("La familia quedó guardada."), "done")
    tell_doubts(ref)
    return redirect(url_for("households.family", ref=ref), 303)


@blueprint.route("/personas/<uuid:ref>/familia/separar", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
def split(ref: uuid.UUID) -> ResponseReturnValue:
    """Some members go on as a household of their own, here or elsewhere."""
    with reading() as desk:
        card, household = _opened(desk, ref, Permission.PERSON_EDIT)
    if household is None:
        raise NotFound
    form = SplitForm()
    answered = answered_before(form)
    if answered:
        return redirect(answered, 303)
    form.offer_members(household.members)
    if not (form.sent() and form.validate()):
        return _split_page(form, card, 422 if form.has_errors else 200)
    leaving = form.leaving_refs
    try:
        with unit_of_work("households.split", once=form.once_key()) as work:
            work.location = url_for("households.family", ref=ref)
            members.split(
                work,
                beside=ref,
                leaving=leaving,
                head=uuid.UUID(form.head.value) if form.head.value else None,
                place=form.new_place(),
                mistake=form.mistake.value,
            )
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _split_page(form, card, 422)
    flash(_("Las dos familias quedaron guardadas por separado."), "done")
    for one in (leaving[0], next(one.ref for one in household.members if one.ref not in leaving)):
        tell_doubts(one)
    return redirect(work.location, 303)


@blueprint.route("/personas/<uuid:ref>/a-cargo", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
def guardian(ref: uuid.UUID) -> ResponseReturnValue:
    """Who answers for a child: note an adult, end another."""
    with reading() as desk:
        card, household = _opened(desk, ref, Permission.PERSON_EDIT)
        known = queries.guardians_of(desk.session, ref)
        if request.method == "GET":
            desk.saw(ref, "guardians")
    ending = EndForm()
    if ending.sent() and ending.end.data:
        return _end_guardian(ending, ref)
    form = GuardianForm()
    form.offer_people(household.others(ref) if household else ())
    if not (form.sent() and form.validate()):
        return _guardian_page(form, card, known, 422 if form.has_errors else 200)
    try:
        with unit_of_work("households.add_guardian", once=form.once_key()) as work:
            work.location = url_for("households.family", ref=ref)
            doubts = guardians.add_guardian(work, child=ref, new=form.to_fact())
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _guardian_page(form, card, known, 422)
    flash(_("Quedó anotado quién está a cargo."), "done")
    for doubt in doubts:
        flash(str(labels.DOUBTS[doubt]), "warning")
    return redirect(work.location, 303)


def _end_guardian(ending: EndForm, child: uuid.UUID) -> ResponseReturnValue:
    if ending.end.ref is None:
        raise NotFound
    with unit_of_work("households.end_guardian") as work:
        guardians.end_guardian(work, child=child, guardianship=ending.end.ref)
    flash(_("Quedó anotado que ya no está a cargo."), "done")
    return redirect(url_for("households.guardian", ref=child), 303)


def _opened(desk: Reading, ref: uuid.UUID, permission: Permission) -> tuple[PersonCard, Household | None]:
    record = person_record(desk.session, desk.reach(permission), ref, today=desk.today)
    return record.card, queries.household_of(desk.session, ref, today=desk.today)


def _find(form: AddForm, already: Sequence[Member], ref: uuid.UUID) -> list[Hit]:
    """People for the words typed who are not of this household; those within reach can be chosen."""
    known = {ref, *(one.ref for one in already)}
    with reading() as desk:
        found = search(
            desk.session, desk.reach(Permission.PERSON_EDIT), form.q.value, today=desk.today, most=MOST_FOUND
        )
    hits = [hit for hit in found if hit.ref not in known]
    form.person.offer((str(hit.ref), hit.minimal.name, _known_by(hit)) for hit in hits if hit.card)
    if request.form.get("do") == "search":
        form.person.data = None
    if not form.person.validate(form):
        form.person.data = None
    return hits


def _known_by(hit: Hit) -> str:
    """Folio and year of birth, to tell two of one name apart."""
    year = hit.minimal.birth_year
    born = _("nacimiento hacia %(year)s", year=year) if year else ""
    return " · ".join(part for part in (hit.minimal.folio, born) if part)


def _add_page(form: AddForm, card: PersonCard, status: int, hits: Sequence[Hit] | None = None) -> Response:
    return page(
        "households/add.html",
        status=status,
        form=form,
        card=card,
        hits=hits,
        reason_words=people_labels.reason_words,
    )


def _stale_places(card: PersonCard, household: Household) -> Response:
    """The household changed under the page: the one there is now, with a word on why."""
    form = make_places_form(household.members, as_sent=False)
    form.refuse(labels.refusal(Refused(Reason.CHANGED_MEANWHILE)))
    return _places_page(form, card, household, 409)


def _places_page(form: PlacesForm, card: PersonCard, household: Household, status: int) -> Response:
    return page(
        "households/places.html",
        status=status,
        form=form,
        card=card,
        rows=form.rows_of(household.members),
        labels=labels,
    )


def _split_page(form: SplitForm, card: PersonCard, status: int) -> Response:
    return page("households/split.html", status=status, form=form, card=card)


def _guardian_page(form: GuardianForm, card: PersonCard, known: Sequence[Guardian], status: int) -> Response:
    return page("households/guardian.html", status=status, form=form, card=card, known=known, labels=labels)

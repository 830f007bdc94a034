"""The page that asks a family once when they entered Mexico. Its route is set in views.py."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from referral.access.permissions import Permission
from referral.households import labels, queries
from referral.households.actions.entry import note_entry
from referral.households.facts import Member
from referral.households.forms.entry import EntryForm
from referral.infra.web.guard import permits
from referral.infra.web.once import answered_before
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.facts import PersonCard
from referral.people.queries.cards import person_card, require_person
from referral.people.queries.sections import entries_of


@dataclass(frozen=True, slots=True)
class _Family:
    """Whose page it is; who can be asked now, who said it before, whose consent is missing, whose file is elsewhere."""

    card: PersonCard
    asked: tuple[Member, ...]
    told: tuple[tuple[Member, PartialDate], ...]
    closed: tuple[Member, ...]
    away: tuple[Member, ...]


@permits(Permission.PERSON_EDIT)
def entry(ref: uuid.UUID) -> ResponseReturnValue:
    """One answer for everybody who has none yet; who came at another time is left unticked."""
    form = EntryForm()
    answered = answered_before(form)
    if answered:
        return redirect(answered, 303)
    family = _family(ref)
    form.offer_people(family.asked)
    if not (form.sent() and form.validate()):
        return _page(form, family, 422 if form.has_errors else 200)
    try:
        with unit_of_work("households.note_entry", once=form.once_key()) as work:
            work.location = url_for("households.family", ref=ref)
            told = form.entry.value or PartialDate.unknown()
            noted = note_entry(work, beside=ref, people=form.chosen(), entry=told)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _page(form, family, 422)
    flash(ngettext("Quedó anotado en %(num)s expediente.", "Quedó anotado en %(num)s expedientes.", noted), "done")
    return redirect(work.location, 303)


def _family(ref: uuid.UUID) -> _Family:
    with reading() as desk:
        reach = desk.reach(Permission.PERSON_EDIT)
        require_person(desk.session, reach, ref)
        household = queries.household_of(desk.session, ref, today=desk.today)
        if household is None:
            raise NotFound
        entries = entries_of(desk.session, reach, [one.ref for one in household.members])
        if request.method == "GET":
            for one in entries:
                desk.saw(one, "entry")
        card = person_card(desk.session, ref, today=desk.today)
    here = [(one, entries[one.ref]) for one in household.members if one.ref in entries]
    return _Family(
        card=card,
        asked=tuple(one for one, told in here if told is not None and not told.is_known),
        told=tuple((one, told) for one, told in here if told is not None and told.is_known),
        closed=tuple(one for one, told in here if told is None),
        away=tuple(one for one in household.members if one.ref not in entries),
    )


def _page(form: EntryForm, family: _Family, status: int) -> Response:
    return page("households/entry.html", status=status, form=form, card=family.card, family=family)

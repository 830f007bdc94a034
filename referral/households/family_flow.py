"""The family flow, from the typed page to the saved family. A view says with which form and what to save with.

Called by arrival, whose form asks the first questions of each and which records their visits.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from referral.access.permissions import Permission
from referral.households import labels, queries
from referral.households.facts import MOST_MEMBERS, NewFamily
from referral.households.forms.family import NEW, FamilyForm, Row, adding, family_form
from referral.households.rules.company import household_doubts
from referral.infra.web.once import answered_before
from referral.infra.web.pages import page
from referral.infra.work import Reading, Work, reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.people import labels as people_labels
from referral.people.actions import mark_not_same
from referral.people.facts import PersonCard
from referral.people.queries.cards import person_record
from referral.people.queries.search import Hit, near_matches
from referral.people.rules.matching import Strength

NEAR_SHOWN = "near_shown"  # the script adds it once it has shown look-alikes at the side
Save = Callable[[Work, NewFamily, FamilyForm], Sequence[uuid.UUID]]


def family_flow(kind: type[FamilyForm], save: Save, *, beside: uuid.UUID | None = None) -> ResponseReturnValue:
    """Type a family, look at who may be registered already, save it with `save`; 303 to the family's page.

    `beside`: the newcomers join the household of this person, whose contact they share.
    """
    card, form = _opened(kind, beside)
    answered = None if adding() else answered_before(form)
    if answered:
        return redirect(answered, 303)
    if not form.sent() or adding():
        return _page(form, card, 200)
    if not form.validate():
        return _page(form, card, 422)
    hits = _look(form)
    if any(row.use.value is None for row in form.filled if _strong(hits.get(row.number))):
        return _page(form, card, 422 if form.has_errors else 200, hits)
    try:
        with unit_of_work("households.register", once=form.once_key()) as work:
            refs = save(work, form.to_fact(into=beside), form)
            for row, ref in zip(form.filled, refs, strict=True):
                if row.use.value == NEW:
                    mark_not_same(work, person=ref, others=[hit.ref for hit in _strong(hits.get(row.number))])
            work.location = url_for("households.family", ref=beside or refs[0])
    except Refused as no:
        form.refuse_row(no)
        return _page(form, card, 422, hits)
    count = len(refs)
    flash(ngettext("Quedó registrada %(num)d persona.", "Quedaron registradas %(num)d personas.", count), "done")
    tell_doubts(beside or refs[0])
    if any(not _strong(found) for found in hits.values()) and NEAR_SHOWN not in request.form:
        flash(
            _(
                "En el padrón hay alguien que se parece a una persona de la familia. Abra su expediente y use «Buscar"
                " duplicados de esta persona»."
            ),
            "warning",
        )
    return redirect(work.location, 303)


def family_near(kind: type[FamilyForm]) -> ResponseReturnValue:
    """People like the one being typed in one row, as a fragment for the side of the family's page."""
    form = family_form(kind)
    number = request.form.get("near_row", "")
    row = next((one for one in form.people if str(one.number) == number), None)
    hits: list[Hit] = []
    with reading() as desk:
        if row is not None:
            hits = _near_sketch(desk, form, row)
        today = desk.today
    return page(
        "households/_near.html",
        form=form,
        row=row,
        hits=hits,
        today=today,
        reason_words=people_labels.reason_words,
    )


def tell_doubts(person: uuid.UUID) -> None:
    """Flash what a household, as it now stands, deserves a second look for. No names: a flash travels in a cookie."""
    with reading() as desk:
        household = queries.household_of(desk.session, person, today=desk.today)
        doubts = household_doubts(household, desk.today) if household else ()
    for doubt in doubts:
        flash(str(labels.DOUBTS[doubt]), "warning")


def _opened(kind: type[FamilyForm], beside: uuid.UUID | None) -> tuple[PersonCard | None, FamilyForm]:
    if beside is None:
        return None, family_form(kind)
    with reading() as desk:
        record = person_record(desk.session, desk.reach(Permission.PERSON_EDIT), beside, today=desk.today)
    return record.card, family_form(kind, record.contact)


def _look(form: FamilyForm) -> dict[int, list[Hit]]:
    """Rows that look like somebody registered, with the files; each that very likely is gets its question."""
    found = {}
    with reading() as desk:
        for row in form.filled:
            hits = _near(desk, form, row)
            strong = _strong(hits)
            if hits:
                found[row.number] = hits
            if strong:
                answers = [
                    (str(hit.ref), _("Es %(name)s: usar su expediente", name=hit.minimal.name))
                    for hit in strong
                    if hit.card
                ]
                row.use.offer([*answers, (NEW, _("Es otra persona: registrar"))])
                if not row.use.validate(form):
                    row.use.data = None
                for hit in strong:
                    desk.saw(hit.ref, "match")
            else:
                row.use.data = None
    return found


def _near(desk: Reading, form: FamilyForm, row: Row) -> list[Hit]:
    return near_matches(desk.session, desk.reach(Permission.PERSON_VIEW), form.identity_of(row), today=desk.today)


def _near_sketch(desk: Reading, form: FamilyForm, row: Row) -> list[Hit]:
    try:
        return _near(desk, form, row)
    except Refused:  # no readable name yet
        return []


def _strong(hits: Sequence[Hit] | None) -> list[Hit]:
    return [hit for hit in hits or () if hit.strength is Strength.STRONG]


def _page(form: FamilyForm, card: PersonCard | None, status: int, hits: dict[int, list[Hit]] | None = None) -> Response:
    with reading() as desk:
        today = desk.today
    return page(
        "households/register.html",
        status=status,
        form=form,
        card=card,
        hits=hits or {},
        asked={number for number, found in (hits or {}).items() if _strong(found)},
        reason_words=people_labels.reason_words,
        room_left=form.row_count < MOST_MEMBERS,
        today=today,
    )

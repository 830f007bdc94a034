"""Pages of somebody's arrival: the first questions, registering, a return visit, the alerts of a file. Puts the strip
of open alerts on the pages of lower rooms.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from referral.access.permissions import Permission
from referral.access.table import holds
from referral.arrival import family_page, labels, queries
from referral.arrival.actions.alerts import answer_alert
from referral.arrival.actions.arrive import come_again, come_first, register_arrival
from referral.arrival.facts import Alert, AsylumTerm, Triage
from referral.arrival.forms import AgainForm, AnswerForm, ArrivalForm, FirstForm, tick_triage
from referral.arrival.rules.alerts import staying_rules
from referral.arrival.rules.deadline import asylum_term
from referral.arrival.rules.triage import cannot_wait, identity_told
from referral.documents import labels as document_labels
from referral.documents import reading as zones
from referral.documents.forms import zone_of
from referral.documents.rules.mrz import MrzRead
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.web.guard import permits
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.needs.queries import needs_of
from referral.people import labels as people_labels
from referral.people.actions import mark_not_same
from referral.people.facts import NewPerson, PersonRecord
from referral.people.match_labels import side_by_side
from referral.people.queries.cards import person_card, require_person
from referral.people.queries.reserved import reads_whole, whole_record
from referral.people.queries.search import Hit, near_matches
from referral.people.rules.matching import Strength
from referral.people.rules.registration import contact_doubts, document_doubts, identity_doubts
from referral.visits import labels as visit_labels
from referral.visits.facts import FirstAnswer
from referral.visits.queries import first_answers
from referral.visits.rules import Reason as VisitReason

blueprint = Blueprint("arrival", __name__)
blueprint.add_url_rule("/familias/nueva", "family", family_page.family, methods=["GET", "POST"])
blueprint.add_url_rule(
    "/personas/<uuid:ref>/familia/nuevas", "family_more", family_page.family_more, methods=["GET", "POST"]
)
blueprint.add_url_rule("/familias/parecidas", "family_near", family_page.family_near, methods=["POST"])
blueprint.add_app_template_global(family_page.cannot_wait_here)

_NO_HINTS: Mapping[str, str] = MappingProxyType({})


def _term() -> AsylumTerm:
    held: Settings = current_app.extensions["ventanilla.settings"]
    return asylum_term(held)


@blueprint.route("/primero", methods=["GET", "POST"])
@permits(Permission.VISIT_RECORD)
def first() -> ResponseReturnValue:
    """The four questions before any name. What is told is counted as a visit, and the answer says what to do now."""
    form = FirstForm()
    if not (form.sent() and form.validate()):
        return page("arrival/first.html", status=422 if form.has_errors else 200, form=form)
    try:
        with unit_of_work("arrival.first", once=form.once_key()) as work:
            visit = come_first(work, form.to_fact())
            work.location = url_for("arrival.first_done", visit=visit)
    except Refused as no:
        form.refuse(_refusal(no), no.field)
        return page("arrival/first.html", status=422, form=form)
    return redirect(work.location, 303)


@blueprint.get("/primero/<uuid:visit>")
@permits(Permission.VISIT_RECORD)
def first_done(visit: uuid.UUID) -> ResponseReturnValue:
    """What to do now for each thing that was told, whom to call, and the way on to the registration."""
    with reading() as desk:
        told = first_answers(desk.session, desk.reach(Permission.PERSON_REGISTER), visit, today=desk.today)
        named = {answer: _first_doors(answer, told) for answer in told}
        known = queries.doors_called(desk.session, {key for keys in named.values() for key in keys})
        by_key = {door.key: door for door in known}
        doors = {answer: [by_key[key] for key in keys if key in by_key] for answer, keys in named.items()}
    return page(
        "arrival/first_done.html",
        visit=visit,
        told=[(labels.FIRST[answer], doors[answer]) for answer in told],
    )


def _first_doors(answer: FirstAnswer, told: Sequence[FirstAnswer]) -> tuple[str, ...]:
    if answer is FirstAnswer.NO_BED and FirstAnswer.ALONE in told:
        answer = FirstAnswer.ALONE  # no shelter for adults is named for a child alone
    rule = {
        FirstAnswer.ALONE: "R01",
        FirstAnswer.VIOLENCE: "R07",
        FirstAnswer.TRAFFICKING: "R06",
        FirstAnswer.NO_BED: "R19",
        FirstAnswer.MEDICAL: "R21",
    }.get(answer)
    return queries.doors_of_rule(rule) if rule else ()


@blueprint.route("/personas/nueva", methods=["GET", "POST"])
@permits(Permission.PERSON_REGISTER)
def register() -> ResponseReturnValue:
    """Open a file. Somebody who is very likely registered already is shown first, with everything typed kept."""
    form = ArrivalForm()
    if request.method == "GET":
        _carry_on(form)
    if not (form.sent() and form.validate()):
        return _register_page(form, 422 if form.has_errors else 200)
    new, triage, paper = form.to_fact(), form.to_triage(), form.to_paper()
    with reading() as desk:
        hits = near_matches(
            desk.session,
            desk.reach(Permission.PERSON_VIEW),
            new.identity,
            phone=new.contact.phone,
            paper=paper.number if paper else "",
            today=desk.today,
        )
        strong = [hit for hit in hits if hit.strength is Strength.STRONG]
        weak = [hit for hit in hits if hit.strength is Strength.WEAK]
        asking = not form.acknowledged_refs.issuperset(str(hit.ref) for hit in strong)
        for hit in strong if asking else ():
            desk.saw(hit.ref, "match")
        today = desk.today
    if asking:
        return _register_page(form, 200, hits=strong, weak=weak, new=new)
    try:
        with unit_of_work("people.register", once=form.once_key()) as work:
            ref = register_arrival(work, new, triage, visit=form.visit.ref, paper=paper)
            mark_not_same(work, person=ref, others=[hit.ref for hit in strong])
            # What cannot wait comes before the notice and the consent.
            work.location = url_for("arrival.alerts" if triage.told else "consent.record", ref=ref)
    except Refused as no:
        form.refuse(_refusal(no), no.field)
        return _register_page(form, 422)
    told = identity_told(triage, new.identity)
    of_paper = document_doubts(paper, told, today=today) if paper else ()
    for doubt in (*identity_doubts(told, today=today), *contact_doubts(new.contact), *of_paper):
        flash(str(people_labels.DOUBTS[doubt]), "warning")  # names no value: what is flashed travels in a cookie
    if weak and "near_shown" not in request.form:  # which the script adds once it has shown them at the side
        flash(_("En el padrón hay alguien que se parece a esta persona. Busque por su nombre y compare."), "warning")
    return redirect(work.location, 303)


@blueprint.post("/personas/nueva/lectura")
@permits(Permission.PERSON_REGISTER)
def register_mrz() -> ResponseReturnValue:
    """The registration with what a reading zone says in its empty boxes. Nothing is saved, nothing typed is lost."""
    form = ArrivalForm()
    if not form.sent():
        return _register_page(form, 200)
    with reading() as desk:
        zone = zone_of(form, desk.today)
    if zone is None:
        return _register_page(form, 422)
    suggested = (*zones.person_suggestions(zone), *zones.for_paper_of(zones.paper_suggestions(zone)))
    filled = zones.fill(dict(request.form.lists()), suggested, over=form.mrz_over.value)
    again = ArrivalForm(formdata=MultiDict(filled.boxes))
    return _register_page(again, 200, zone=zone, hints=document_labels.hints(filled.read, filled.kept))


def _carry_on(form: ArrivalForm) -> None:
    """From the first questions: their answers are marked on the registration."""
    form.visit.data = request.args.get("visita", "")
    if form.visit.ref is not None:
        with reading() as desk:
            reach = desk.reach(Permission.PERSON_REGISTER)
            told = first_answers(desk.session, reach, form.visit.ref, today=desk.today)
        tick_triage(form, Triage(told))


def _register_page(
    form: ArrivalForm,
    status: int,
    hits: Sequence[Hit] = (),
    weak: Sequence[Hit] = (),
    new: NewPerson | None = None,
    *,
    zone: MrzRead | None = None,
    hints: Mapping[str, str] = _NO_HINTS,
) -> Response:
    """`hits` interrupt and are laid beside what was typed, `new`; `weak` are shown. `hints`: what a `zone` filled."""
    acknowledged = " ".join(sorted(form.acknowledged_refs | {str(hit.ref) for hit in hits}))
    return page(
        "people/register.html",
        status=status,
        form=form,
        hits=hits,
        # A page that comes back shows whom the script would show at the side.
        weak=weak or (_near_sketch(form) if status == 422 or zone else ()),
        new=new,
        zone=zone,
        hints=hints,
        document_labels=document_labels,
        lines=side_by_side,
        acknowledged=acknowledged,
        reason_words=people_labels.reason_words,
    )


def _near_sketch(form: ArrivalForm) -> Sequence[Hit]:
    identity = form.sketch()
    if identity is None:
        return ()
    with reading() as desk:
        return near_matches(desk.session, desk.reach(Permission.PERSON_VIEW), identity, today=desk.today)


@blueprint.post("/personas/parecidas")
@permits(Permission.PERSON_REGISTER)
def near() -> ResponseReturnValue:
    """People like the one being typed, as a fragment for the side of the registration page."""
    return page("people/_near.html", hits=_near_sketch(ArrivalForm()), reason_words=people_labels.reason_words)


@blueprint.route("/personas/<uuid:ref>/primero", methods=["GET", "POST"])
@permits(Permission.PERSON_EDIT)
def again(ref: uuid.UUID) -> ResponseReturnValue:
    """Somebody on file is here again: how she is today, why she came, what was done."""
    form = AgainForm()
    if form.sent() and form.validate():
        triage = form.to_triage()
        try:
            with unit_of_work("arrival.again") as work:
                come_again(work, form.to_fact(ref), triage)
        except Refused as no:
            form.refuse(_refusal(no), no.field)
        else:
            flash(_("Visita registrada."), "done")
            return redirect(url_for("arrival.alerts" if triage.told else "desk.person_file", ref=ref), 303)
    with reading() as desk:
        require_person(desk.session, desk.reach(Permission.PERSON_EDIT), ref)
        card = person_card(desk.session, ref, today=desk.today)
        desk.saw(ref, "visit")
    return page("arrival/again.html", status=422 if form.has_errors else 200, form=form, card=card, today=desk.today)


@blueprint.route("/personas/<uuid:ref>/alertas", methods=["GET", "POST"])
@permits(Permission.NEED_RECORD)
def alerts(ref: uuid.UUID) -> ResponseReturnValue:
    """The alerts on a file: what to do now, whom to call, what never to do; and how each was answered."""
    asked = request.form.get("rule", "")
    form = AnswerForm.of_rule(asked, sent=True) if asked in staying_rules() else None
    if form is not None and form.sent() and form.validate():
        try:
            with unit_of_work("arrival.answer_alert") as work:
                answer_alert(work, person=ref, new=form.to_fact(asked))
        except Refused as no:
            form.refuse(_refusal(no), no.field)
        else:
            flash(_("La respuesta quedó anotada. La alerta vuelve si los datos cambian."), "done")
            return redirect(url_for("arrival.alerts", ref=ref), 303)
    with reading() as desk:
        record = whole_record(desk.session, desk.reach(Permission.NEED_RECORD), ref, today=desk.today)
        needs = needs_of(desk.session, ref)
        found = queries.alerts_of(
            desk.session,
            record,
            needs,
            today=desk.today,
            term=_term(),
            with_doors=True,
        )
        desk.saw(ref, "alerts")
    return _alerts_page(record, found, cannot_wait(needs), form, asked)


def _alerts_page(
    record: PersonRecord,
    found: Sequence[Alert],
    waiting: Sequence[FirstAnswer],
    sent: AnswerForm | None,
    asked: str,
) -> Response:
    forms = {alert.rule: AnswerForm.of_rule(alert.rule, sent=False) for alert in found}
    if sent is not None and asked in forms:
        forms[asked] = sent
    wrong = sent is not None and sent.has_errors
    return page(
        "arrival/alerts.html",
        status=422 if wrong else 200,
        record=record,
        card=record.card,
        found=found,
        waiting=[labels.FIRST[answer] for answer in waiting],
        forms=forms,
        wrong=sent if wrong else None,
        term=_term(),
        labels=labels,
    )


@blueprint.app_template_global("alert_strip")
def alert_strip(ref: uuid.UUID) -> Markup:
    """The open alerts of a person in a line, for the pages on which doors are chosen. Nothing when there is none."""
    if not holds(g.get("identity"), Permission.NEED_RECORD):
        return Markup()
    database: Database = current_app.extensions["ventanilla.database"]
    with database.glance() as connection:
        rules = queries.rules_at_a_glance(connection, ref)
    if not rules:
        return Markup()
    with reading() as desk:
        named = reads_whole(desk.session, desk.reach(Permission.NEED_RECORD), ref)
    return Markup(render_template("arrival/_strip.html", ref=ref, rules=rules, named=named, labels=labels))  # noqa: S704 - a template


def _refusal(no: Refused) -> str:
    if labels.owns(no):
        return labels.refusal(no)
    return visit_labels.refusal(no) if isinstance(no.reason, VisitReason) else people_labels.refusal(no)

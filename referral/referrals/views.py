"""Pages of the referrals room: the doors for a need, preparing one, the work list, one referral and its moves, the
slip.
"""

from __future__ import annotations

import uuid
from datetime import date
from functools import partial

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from referral.access.permissions import Permission
from referral.access.table import holds
from referral.directory import labels as directory_labels
from referral.directory.queries.organizations import organization_choices
from referral.directory.queries.service_facts import services_by_key
from referral.infra.settings import Settings
from referral.infra.web.formats import page_language
from referral.infra.web.forms import LANGUAGE_BUTTON
from referral.infra.web.guard import permits
from referral.infra.web.pager import asked_page
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.referrals import labels
from referral.referrals.actions.move import move_referral
from referral.referrals.actions.prepare import send_draft
from referral.referrals.actions.steps import Stale, standing
from referral.referrals.actions.together import prepare_together
from referral.referrals.door_lines import door_lines, door_now
from referral.referrals.facts import AnswerDays, Party, ReferralPage, Status
from referral.referrals.filters import asked_filter, filter_address
from referral.referrals.forms import MoveForm, PrepareForm, SendForm
from referral.referrals.paper import referral_slip_pdf
from referral.referrals.plan_page import plan_page
from referral.referrals.queries.beside import Company, company_of, with_offers
from referral.referrals.queries.contacts import contacts
from referral.referrals.queries.doors import Door, doors_for_need, offers_beside, one_door
from referral.referrals.queries.lists import open_counts, referrals_of
from referral.referrals.queries.lists import referral_list as list_page
from referral.referrals.queries.one import referral as one_referral
from referral.referrals.queries.plan import plan_of
from referral.referrals.ranking_terms import ranking_terms
from referral.referrals.referral_page import changed_meanwhile, referral_page, writer
from referral.referrals.rules.moves import rule_for
from referral.referrals.rules.overriding import goes_against
from referral.referrals.rules.packet import Field, packet_choices
from referral.referrals.rules.protection import is_child_notice
from referral.referrals.slip import slip_facts
from referral.routing import labels as routing_labels
from referral.routing.facts import Verdict
from referral.routing.rules.book import every_rule

blueprint = Blueprint("referrals", __name__)
COUNTED = 3  # the first doors tell by themselves how they were counted; the others when asked


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings


def _answer_days() -> AnswerDays:
    held = _settings()
    return AnswerDays(
        held.answer_days_immediate, held.answer_days_urgent, held.answer_days_soon, held.answer_days_normal
    )


@blueprint.get("/personas/<uuid:ref>/necesidades/<uuid:need>/puertas")
@permits(Permission.OFFERS_VIEW)
def offers(ref: uuid.UUID, need: uuid.UUID) -> ResponseReturnValue:
    """Every door for one need, best first, each with its reasons."""
    with reading() as desk:
        found = doors_for_need(
            desk.session,
            desk.reach(Permission.OFFERS_VIEW),
            person=ref,
            need=need,
            now=desk.now,
            today=desk.today,
            terms=ranking_terms(_settings()),
        )
        sent = [line for line in referrals_of(desk.session, ref, today=desk.today) if line.need == need]
        desk.saw(ref, "offers")
    by_verdict = {verdict: [offer for offer in found.routing.offers if offer.verdict is verdict] for verdict in Verdict}
    return page(
        "referrals/offers.html",
        found=found,
        card=found.record.card,
        by_verdict=by_verdict,
        sent=sent,
        today=desk.today,
        counted=len(found.routing.offers) if request.args.get("cuentas") == "1" else COUNTED,
        verdicts=routing_labels.verdict_words(page_language()),
        door_lines=door_lines,
        door_now=partial(door_now, now=desk.now, holidays=_settings().holidays),
        labels=labels,
        routing=routing_labels,
        directory=directory_labels,
    )


@blueprint.route("/personas/<uuid:ref>/necesidades/<uuid:need>/puertas/<uuid:service>", methods=["GET", "POST"])
@permits(Permission.REFERRAL_SEND)
def prepare(ref: uuid.UUID, need: uuid.UUID, service: uuid.UUID) -> ResponseReturnValue:
    """The exact packet, the person's answer about this institution; yes sends, anything else keeps a draft."""
    refused = None
    if request.method == "POST":
        sent = PrepareForm()
        _read_ticks(sent)
        if sent.sent() and sent.validate():
            try:
                return _prepare(sent, ref, need, service)
            except Refused as no:
                refused = no
    with reading() as desk:
        reach = desk.reach(Permission.REFERRAL_SEND)
        door = one_door(desk.session, reach, person=ref, need=need, service=service, today=desk.today)
        company = company_of(
            desk.session,
            reach,
            person=ref,
            household=door.household,
            need=door.need,
            service=service,
            organization=door.offer.service.organization_ref,
            may_record=holds(desk.identity, Permission.CONSENT_RECORD),
            today=desk.today,
        )
        if company is not None:
            offers = offers_beside(desk.session, reach, company, door.offer.service, today=desk.today)
            company = with_offers(company, offers, overridden=goes_against(door.offer))
        desk.saw(ref, "packet")
    form = PrepareForm()
    form.offer_fields(packet_choices(door.need.category), door.values)
    form.offer_company(company, shelter=door.need.category == "SHELTER")
    if request.method == "GET":
        form.language.data = door.record.contact.language
    elif form.sent() and form.validate() and refused is not None:
        form.refuse(labels.refusal(refused), refused.field)
    return _prepare_page(form, door, company, desk.today)


def _read_ticks(form: PrepareForm) -> None:
    """Take the ticked boxes as they came: the work reads the file anyway, and refuses what it does not call for."""
    form.fields_sent.offer((name.value, name.value) for name in Field)
    form.fields_sent.process_formdata(request.form.getlist(form.fields_sent.name))
    form.keep_company()


def _prepare(form: PrepareForm, person: uuid.UUID, need: uuid.UUID, service: uuid.UUID) -> ResponseReturnValue:
    new = form.to_fact(person=person, need=need, service=service)
    with unit_of_work("referrals.prepare", once=form.once_key()) as work:
        work.saw(person, "packet")
        made, *others = prepare_together(
            work,
            new,
            form.also_refs,
            said_yes=form.said_yes_refs,
            days=_answer_days(),
            consent_days=_settings().consent_days,
            child_notices=_settings().child_protection_without_consent,
        )
        work.location = url_for("referrals.referral", ref=made)
        status = standing(work, made)
    _say_sent(status)
    _say_together(len(others), len(form.also_refs) + len(form.said_yes_refs))
    return redirect(work.location, 303)


def _prepare_page(form: PrepareForm, door: Door, company: Company | None, today: date) -> Response:
    return page(
        "referrals/prepare.html",
        status=422 if form.has_errors else 200,
        form=form,
        door=door,
        staying=[one for one in company.beside if not one.may_go] if company else [],
        child_notice=_settings().child_protection_without_consent and is_child_notice(door.offer),
        door_lines=door_lines,
        card=door.record.card,
        today=today,
        labels=labels,
        routing=routing_labels,
        directory=directory_labels,
    )


def _say_together(sent: int, asked: int) -> None:
    if sent:
        flash(
            ngettext(
                "También quedó enviada la canalización de %(num)d persona de su familia.",
                "También quedaron enviadas las canalizaciones de %(num)d personas de su familia.",
                sent,
            )
        )
    elif asked:
        flash(_("Como la respuesta no fue «Sí», no se preparó nada para las demás personas de la familia."), "warning")


def _say_sent(status: Status) -> None:
    if status is Status.WAITING:
        flash(_("Quedó detenida por un paso previo: no se envió ningún dato."))
    elif status is not Status.DRAFT:
        flash(_("La canalización quedó enviada. Avise a la institución por teléfono o correo: el sistema no lo hace."))
    else:
        flash(_("Quedó como borrador: no se envió ningún dato."))


@blueprint.get("/personas/<uuid:ref>/plan")
@permits(Permission.OFFERS_VIEW)
def plan(ref: uuid.UUID) -> ResponseReturnValue:
    """Her open needs, the steps that come before each, and the papers that would open the most doors."""
    with reading() as desk:
        found = plan_of(
            desk.session, desk.reach(Permission.OFFERS_VIEW), ref, today=desk.today, terms=ranking_terms(_settings())
        )
        desk.saw(ref, "plan")
    return plan_page(found, desk.today)


@blueprint.get("/directorio/reglas")
@permits(Permission.DIRECTORY_VIEW)
def rules() -> ResponseReturnValue:
    """Every rule of routing as a lawyer would read it: when, what, on what basis, in use or not."""
    book = every_rule().values()
    keys = {door.key for rule in book for door in rule.doors}
    with reading() as desk:
        doors = {service.key: service for service in services_by_key(desk.session, keys=keys)}
    return page("referrals/rules.html", rules=book, doors=doors, routing=routing_labels, directory=directory_labels)


@blueprint.get("/canalizaciones")
@permits(Permission.REFERRAL_LIST)
def referral_list() -> ResponseReturnValue:
    """The work list: what is open, late, without answer, closed."""
    asked = asked_filter(request.args, g.identity)
    with reading() as desk:
        reach = desk.reach(Permission.REFERRAL_LIST)
        found = list_page(desk.session, reach, asked, now=desk.now, today=desk.today, page=asked_page())
        counts = open_counts(desk.session, reach, now=desk.now, today=desk.today)
        choices = () if writer() is Party.RECEIVER else organization_choices(desk.session, page_language())
    return page(
        "referrals/referral_list.html",
        asked=asked,
        found=found,
        counts=counts,
        address=filter_address,
        organizations=choices,
        page_number=asked_page(),
        partner=writer() is Party.RECEIVER,
        states=labels.status_words(page_language()),
        labels=labels,
        directory=directory_labels,
    )


@blueprint.get("/canalizaciones/<uuid:ref>")
@permits(Permission.REFERRAL_VIEW)
def referral(ref: uuid.UUID) -> ResponseReturnValue:
    """One referral: where it stands, what was sent, its story, what can be done now."""
    return referral_page(_read(ref))


def _read(ref: uuid.UUID) -> ReferralPage:
    with reading() as desk:
        found = one_referral(desk.session, desk.reach(Permission.REFERRAL_VIEW), ref, now=desk.now, today=desk.today)
        desk.saw(found.line.person, "referral")
    return found


@blueprint.post("/canalizaciones/<uuid:ref>/mover")
@permits(Permission.REFERRAL_ANSWER)
def move(ref: uuid.UUID) -> ResponseReturnValue:
    """One step: an answer, progress, an ending, or sending a draft."""
    found = _read(ref)
    to = next((status for status in Status if status.value == request.form.get("to")), None)
    if to is None and LANGUAGE_BUTTON in request.form:
        return redirect(url_for("referrals.referral", ref=ref), 303)
    if to is None:
        abort(400)
    if to is Status.REQUESTED:
        return _send(found)
    try:
        rule = rule_for(found.line.status, to, writer())
    except Refused:
        return changed_meanwhile(found, to)
    form = MoveForm.for_rule(rule, writer(), found.version, request.form)
    if not (form.sent() and form.validate()):
        return referral_page(found, form, to)
    try:
        with unit_of_work("referrals.move") as work:
            move_referral(work, ref=ref, move=form.to_fact(to))
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return referral_page(found, form, to)
    except Stale:
        return changed_meanwhile(_read(ref), to)
    flash(_("Se anotó: %(state)s.", state=labels.STATUSES[to]))
    return redirect(url_for("referrals.referral", ref=ref), 303)


def _send(found: ReferralPage) -> ResponseReturnValue:
    form = SendForm()
    if found.line.status is not Status.DRAFT:
        return changed_meanwhile(found, Status.REQUESTED)
    if not (form.sent() and form.validate()):
        return referral_page(found, form, Status.REQUESTED)
    try:
        with unit_of_work("referrals.send") as work:
            send_draft(
                work,
                ref=found.line.ref,
                version=form.version_read,
                consent=form.answer,
                consent_how=form.consent_how.value or "",
                language=form.language.value or "",
                interpreter=form.interpreter.value,
                days=_answer_days(),
                consent_days=_settings().consent_days,
            )
            status = standing(work, found.line.ref)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return referral_page(found, form, Status.REQUESTED)
    except Stale:
        return changed_meanwhile(_read(found.line.ref), Status.REQUESTED)
    _say_sent(status)
    return redirect(url_for("referrals.referral", ref=found.line.ref), 303)


@blueprint.get("/canalizaciones/<uuid:ref>/hoja.pdf")
@permits(Permission.REFERRAL_MOVE)
def slip(ref: uuid.UUID) -> ResponseReturnValue:
    """The sheet the person carries, in her language."""
    with reading() as desk:
        found = one_referral(desk.session, desk.reach(Permission.REFERRAL_MOVE), ref, now=desk.now, today=desk.today)
        door = contacts(desk.session, [found.line.service])[found.line.service]
        desk.saw(found.line.person, "slip")
        facts = slip_facts(found, door, sample=_settings().demo, now=desk.now)
    answer = current_app.make_response(referral_slip_pdf(facts))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{found.line.code}.pdf"'
    return answer

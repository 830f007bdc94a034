"""The register: a person's inscription, the list of everybody on it, the terms about to end."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from referral.access.permissions import Permission
from referral.consent.facts import Purpose
from referral.consent.queries import has_consent
from referral.infra.settings import Settings
from referral.infra.web.export import csv_file, xlsx_file
from referral.infra.web.formats import date_short
from referral.infra.web.guard import permits
from referral.infra.web.once import answered_before
from referral.infra.web.pager import Pager
from referral.infra.web.pages import page
from referral.infra.work import reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.padron import actions, labels, queries
from referral.padron.facts import (
    HistoryLine,
    InscriptionLine,
    InscriptionState,
    MemberStanding,
    RegisterFilter,
    RegisterRow,
    Term,
)
from referral.padron.family import family_of
from referral.padron.forms import InscribeForm, KindForm, RenewForm, ReopenForm
from referral.padron.rules import (
    Eligibility,
    Missing,
    Reason,
    eligibility,
    missing_for_inscription,
    month_from,
    months_ahead,
    renewable_from,
)
from referral.people.facts import PersonRecord, Section
from referral.people.queries.cards import person_cards, person_record, require_person

blueprint = Blueprint("padron", __name__)

MONTHS_OFFERED = 13
LONGEST_FOLIO = 40


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a person stands before the register, and her family with her."""

    record: PersonRecord
    inscription: InscriptionLine | None
    history: list[HistoryLine]
    missing: tuple[Missing, ...]
    eligible: Eligibility
    family: list[MemberStanding]
    today: date

    def inscribed(self, people: Collection[uuid.UUID]) -> bool:
        """Whether all of these, of her and her family, have an inscription."""
        without = {one.person for one in self.family if one.folio is None}
        return self.inscription is not None and without.isdisjoint(people)

    @property
    def ready_members(self) -> list[MemberStanding]:
        """Who of her family can be inscribed with her now."""
        barred = {Eligibility.SERVED_ONLY, Eligibility.OTHER_KIND}
        return [
            one
            for one in self.family
            if one.folio is None and not one.missing and one.within_reach and Eligibility(one.eligible) not in barred
        ]


@blueprint.route("/personas/<uuid:ref>/padron", methods=["GET", "POST"])
@permits(Permission.PADRON_INSCRIBE)
def inscribe(ref: uuid.UUID) -> ResponseReturnValue:
    """The checklist and the button, or the inscription she already has with its history."""
    answered = answered_before(InscribeForm())
    if answered:
        return redirect(answered, 303)
    standing = _standing(ref)
    form = _form(standing)
    if not (form.sent() and form.validate()):
        return _padron_page(standing, form, 422 if form.has_errors else 200)
    people = [ref, *form.chosen()]
    try:
        with unit_of_work("padron.inscribe", once=form.once_key()) as work:
            work.location = url_for("padron.inscribe", ref=ref)
            actions.inscribe_together(work, people=people, term=_term(), confirmed=form.confirmed.value)
    except Refused as no:
        now = _standing(ref)
        if no.reason is Reason.ALREADY_INSCRIBED and now.inscribed(people):
            flash(_("La inscripción ya estaba hecha. No se hizo otra."), "warning")
            return redirect(url_for("padron.inscribe", ref=ref), 303)
        form.offer_members(_offered(now))
        form.refuse(_whose(no, now), no.field)
        return _padron_page(now, form, 422)
    flash(_inscribed_words(len(people)), "done")
    return redirect(work.location, 303)


@blueprint.post("/personas/<uuid:ref>/padron/renovar")
@permits(Permission.PADRON_INSCRIBE)
def renew(ref: uuid.UUID) -> ResponseReturnValue:
    """A new term under the same folio."""
    form = RenewForm()
    here = url_for("padron.inscribe", ref=ref)
    if not form.validate():
        flash(_("La página estuvo abierta mucho tiempo. Oprima el botón otra vez."), "warning")
        return redirect(here, 303)
    try:
        with unit_of_work("padron.renew") as work:
            actions.renew(work, person=ref, term=_term())
    except Refused as no:
        flash(labels.refusal(no), "warning")
    else:
        flash(
            _("La inscripción quedó renovada con el mismo folio. Expida otra constancia si la persona la quiere."),
            "done",
        )
    return redirect(here, 303)


@blueprint.post("/personas/<uuid:ref>/padron/tipo")
@permits(Permission.PADRON_INSCRIBE)
def change_kind(ref: uuid.UUID) -> ResponseReturnValue:
    """Whether this file is for the register or for service alone."""
    _require(ref, Permission.PADRON_INSCRIBE)
    form = KindForm()
    here = url_for("padron.inscribe", ref=ref)
    if not (form.sent() and form.validate()):
        if form.has_errors:
            flash(_("Elija el tipo de registro y oprima el botón otra vez."), "warning")
        return redirect(here, 303)
    try:
        with unit_of_work("padron.change_kind") as work:
            actions.change_record_kind(work, person=ref, kind=form.kind.value or "")
    except Refused as no:
        flash(labels.refusal(no), "warning")
    else:
        flash(_("El tipo de registro quedó cambiado."), "done")
    return redirect(here, 303)


@blueprint.post("/personas/<uuid:ref>/padron/reabrir")
@permits(Permission.PADRON_REOPEN)
def reopen(ref: uuid.UUID) -> ResponseReturnValue:
    """An ended inscription counts again, with the same folio."""
    _require(ref, Permission.PADRON_REOPEN)
    form = ReopenForm()
    here = url_for("certificates.end", ref=ref)
    if not (form.sent() and form.validate()):
        if form.has_errors:
            flash(_("Elija por qué se reabre la inscripción y oprima el botón otra vez."), "warning")
        return redirect(here, 303)
    try:
        with unit_of_work("padron.reopen") as work:
            actions.reopen(work, person=ref, reason=form.to_reason(), term=_term())
    except Refused as no:
        flash(labels.refusal(no), "warning")
    else:
        flash(_("La inscripción quedó reabierta con el mismo folio."), "done")
    return redirect(here, 303)


@blueprint.get("/padron")
@permits(Permission.PADRON_LIST)
def register() -> ResponseReturnValue:
    """Everybody on the register whose file is at this desk: by folio, by state."""
    asked = _asked()
    return _list_page("padron/register.html", asked, state=asked.state, folio=request.args.get("folio", ""))


@blueprint.get("/padron/por-vencer")
@permits(Permission.PADRON_LIST)
def expiring() -> ResponseReturnValue:
    """The terms that end soon, the first to end on top; or those of one month."""
    month = month_from(request.args.get("mes", ""))
    days = _settings().expiring_days
    with reading() as desk:
        today = desk.today
    asked = RegisterFilter(month=month) if month else RegisterFilter(until=today + timedelta(days=days))
    return _list_page("padron/expiring.html", asked, days=days, month=month, months=months_ahead(today, MONTHS_OFFERED))


@blueprint.get("/padron.csv")
@permits(Permission.PADRON_EXPORT)
def register_csv() -> ResponseReturnValue:
    """The register as CSV: folios, days and states, and no names."""
    return csv_file("padron", *_table())


@blueprint.get("/padron.xlsx")
@permits(Permission.PADRON_EXPORT)
def register_xlsx() -> ResponseReturnValue:
    """The register as XLSX: folios, days and states, and no names."""
    return xlsx_file("padron", _("Padrón"), *_table())


def _require(ref: uuid.UUID, permission: Permission) -> None:
    """What is not this desk's is not found, also when the form is not filled in."""
    with reading() as desk:
        require_person(desk.session, desk.reach(permission), ref)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings


def _term() -> Term:
    settings = _settings()
    return Term(settings.folio_mask, settings.inscription_months, settings.renew_from_days)


def _asked() -> RegisterFilter:
    state = next((one for one in InscriptionState if one.value == request.args.get("estado")), None)
    folio = "".join(request.args.get("folio", "").upper().split())[:LONGEST_FOLIO].replace("\0", "")
    return RegisterFilter(state=state, folio=folio)


def _list_page(template: str, asked: RegisterFilter, **values: Any) -> Response:
    with reading() as desk:
        reach = desk.reach(Permission.PADRON_LIST)
        pager = Pager.of_request(queries.register_count(desk.session, reach, asked, today=desk.today))
        rows = queries.register_rows(
            desk.session, reach, asked, today=desk.today, offset=pager.offset, most=pager.per_page
        )
        cards = person_cards(desk.session, {row.person for row in rows}, today=desk.today)
        today = desk.today
    return page(template, rows=rows, cards=cards, pager=pager, today=today, labels=labels, **values)


def _table() -> tuple[list[str], list[list[str]]]:
    with reading() as desk:
        reach = desk.reach(Permission.PADRON_EXPORT)
        rows = queries.register_rows(desk.session, reach, _asked(), today=desk.today, most=None)
        today = desk.today
    headings = [
        _("Folio"),
        _("Desde"),
        _("Inicio de la vigencia"),
        _("Vigente hasta"),
        _("Estado"),
        _("Motivo del término"),
        _("Mesa"),
    ]
    return headings, [_cells(row, today) for row in rows]


def _cells(row: RegisterRow, today: date) -> list[str]:
    return [
        row.folio,
        date_short(row.inscribed_on),
        date_short(row.valid_from),
        date_short(row.valid_to),
        str(labels.STATES[row.state(today)]),
        str(labels.END_REASONS[row.end_reason]) if row.end_reason else "",
        row.desk_name,
    ]


def _standing(ref: uuid.UUID) -> _Standing:
    with reading() as desk:
        reach = desk.reach(Permission.PADRON_INSCRIBE)
        record = person_record(desk.session, reach, ref, today=desk.today)
        if request.method == "GET":
            desk.saw(ref, "padron")
        found = queries.inscription_of(desk.session, ref)
        return _Standing(
            record,
            found,
            queries.history_of(desk.session, found) if found else [],
            missing_for_inscription(
                has_care_consent=has_consent(desk.session, ref, Purpose.CARE, today=desk.today),
                has_name=bool(record.card.document_name),
            ),
            eligibility(record.mobility.profiles, record_kind=record.record_kind),
            [] if found else family_of(desk.session, reach, ref, today=desk.today),
            desk.today,
        )


def _form(standing: _Standing) -> InscribeForm:
    form = InscribeForm()
    form.offer_members(_offered(standing))
    # The options were not known when the boxes were read.
    form.also.process_formdata(request.form.getlist(form.also.name))
    return form


def _inscribed_words(how_many: int) -> str:
    if how_many == 1:
        return _("La persona quedó inscrita en el Padrón.")
    return ngettext(
        "%(num)s persona quedó inscrita en el Padrón.",
        "%(num)s personas quedaron inscritas en el Padrón.",
        how_many,
    )


def _offered(standing: _Standing) -> list[tuple[uuid.UUID, str]]:
    return [(one.person, _member_words(one)) for one in standing.ready_members]


def _member_words(one: MemberStanding) -> str:
    if one.minor and one.adults:
        return _("%(name)s, menor de edad, con %(adults)s", name=one.name, adults=", ".join(one.adults))
    return _("%(name)s, menor de edad", name=one.name) if one.minor else one.name


def _whose(no: Refused, standing: _Standing) -> str:
    """A refusal with the name it is about, when that is somebody of the family."""
    words = labels.refusal(no)
    name = next((one.name for one in standing.family if one.person == no.values.get("person")), None)
    return _("%(name)s: %(refusal)s", name=name, refusal=words) if name else words


def _padron_page(standing: _Standing, form: InscribeForm, status: int) -> Response:
    ref, found, today = standing.record.ref, standing.inscription, standing.today
    state = found.state(today) if found else None
    first = renewable_from(found, _term()) if found and state is not InscriptionState.ENDED else None
    where = {
        Missing.CARE_CONSENT: url_for("consent.record", ref=ref),
        Missing.NAME: url_for("people.edit", ref=ref, section=Section.IDENTITY.value),
    }
    checklist = [(one, one in standing.missing, where[one]) for one in Missing]
    barred = standing.eligible in {Eligibility.SERVED_ONLY, Eligibility.OTHER_KIND}
    offered = found is None and not standing.missing and not barred
    members = [standing.eligible, *(Eligibility(one.eligible) for one in standing.ready_members)]
    values: dict[str, object] = {
        "form": form,
        # Without a form on the page, the language button is a link.
        "language_form": "main-form" if offered else None,
        "card": standing.record.card,
        "inscription": found,
        "state": state,
        "history": standing.history,
        "checklist": checklist,
        "eligible": standing.eligible,
        "asks_confirmation": Eligibility.CONFIRM in members,
        "served_only": barred,
        "kind": KindForm(formdata=None, kind=standing.record.record_kind) if found is None else None,
        "family": standing.family,
        "not_ready": [one for one in standing.family if one not in standing.ready_members],
        "renewal": RenewForm(formdata=None) if first is not None and first <= today else None,
        "renewable_from": first,
        "missing_words": lambda codes: [labels.MISSING[Missing(code)] for code in codes],
        "eligibility_words": lambda code: labels.ELIGIBILITY[Eligibility(code)],
        "today": today,
        "labels": labels,
    }
    return page("padron/inscribe.html", status=status, offered=offered, **values)

"""Pages of lists of people: the template, uploading, looking row by row, deciding, registering."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from referral.access.permissions import Permission
from referral.infra.settings import Settings
from referral.infra.web.guard import permits, takes_files
from referral.infra.web.pager import Pager, asked_page
from referral.infra.web.pages import page
from referral.infra.web.stale import stale_page
from referral.infra.work import reading, unit_of_work
from referral.intake import labels, queries
from referral.intake.actions import batches as batch_actions
from referral.intake.actions import rows as row_actions
from referral.intake.blank import blank_csv, blank_xlsx
from referral.intake.facts import LARGEST_FILE, SURE, BatchLine, RowShown, RowState
from referral.intake.forms import DecideForm, DiscardForm, PressForm, UploadForm, row_form, show_problems
from referral.intake.running import compare_some, register_some
from referral.kernel.refusal import Refused
from referral.people import labels as people_labels
from referral.people.actions import Stale

blueprint = Blueprint("intake", __name__)

PER_PAGE = 25
SECONDS = 5.0  # of one press: long enough for a usual brigade, short enough to wait for
_MOST_SENT = LARGEST_FILE + 1024 * 1024  # one a little too large still gets its sentence
_TO_LOOK_AT = (RowState.WRONG, RowState.LOOKALIKE)
_KINDS = {
    "xlsx": (blank_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (blank_csv, "text/csv; charset=utf-8"),
}
_NAMES = {"es": "lista-de-personas", "en": "list-of-people"}


@blueprint.get("/brigadas")
@permits(Permission.INTAKE_PREPARE)
def batch_list() -> ResponseReturnValue:
    """The lists of this desk that are still kept, with how far each is."""
    number = asked_page()
    with reading() as desk:
        found = queries.batch_lines(
            desk.session,
            desk.reach(Permission.INTAKE_PREPARE),
            today=desk.today,
            offset=(number - 1) * PER_PAGE,
            limit=PER_PAGE + 1,
        )
    return page(
        "intake/batch_list.html",
        found=found[:PER_PAGE],
        more=len(found) > PER_PAGE,
        number=number,
        states=RowState,
        sure=SURE,
    )


@blueprint.route("/brigadas/nueva", methods=["GET", "POST"])
@permits(Permission.INTAKE_PREPARE)
@takes_files(_MOST_SENT)
def upload() -> ResponseReturnValue:
    """Read a list. Its rows are kept sealed and compared at once; nobody is registered."""
    form = UploadForm()
    if request.method == "GET":
        form.channel.data, form.notice_language.data = "outreach", "es"
    if not form.sent():
        return page("intake/upload.html", form=form)
    valid = form.validate()
    table = form.table()
    if not valid or table is None:
        return page("intake/upload.html", status=422, form=form)
    settings: Settings = current_app.extensions["ventanilla.settings"]
    with unit_of_work("intake.upload", once=form.once_key()) as work:
        ref = batch_actions.keep_batch(work, form.to_fact(), table, keep_days=settings.intake_days)
        work.location = url_for("intake.batch", ref=ref)
    compare_some(ref, seconds=SECONDS)
    return redirect(work.location, 303)


@blueprint.get("/brigadas/plantilla/<language>/<kind>")
@permits(Permission.INTAKE_PREPARE)
def blank(language: str, kind: str) -> ResponseReturnValue:
    """The empty list to fill in: es or en, xlsx or csv."""
    if language not in _NAMES or kind not in _KINDS:
        raise NotFound
    make, media_type = _KINDS[kind]
    response = Response(make(language), content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{_NAMES[language]}.{kind}"'
    return response


@blueprint.get("/brigadas/<uuid:ref>")
@permits(Permission.INTAKE_PREPARE)
def batch(ref: uuid.UUID) -> ResponseReturnValue:
    """One list: what to look at first, then the rest, and the button that registers."""
    with reading() as desk:
        reach = desk.reach(Permission.INTAKE_PREPARE)
        line = queries.batch_line(desk.session, reach, ref, today=desk.today)
        shown = _asked_states(line)
        pager = Pager.of_request(line.count(*shown), PER_PAGE)
        rows = queries.rows_page(
            desk.session, reach, ref, today=desk.today, states=shown, offset=pager.offset, limit=PER_PAGE
        )
        able = queries.able_count(desk.session, ref)
        for row in rows:
            for one in row.alike[:1]:
                if one.alike.person is not None:
                    desk.saw(one.alike.person, "match")
    return page(
        "intake/batch.html",
        line=line,
        rows=rows,
        pager=pager,
        tabs=_tabs(line, shown),
        form=PressForm(formdata=None),
        discard=DiscardForm(formdata=None),
        labels=labels,
        states=RowState,
        sure=line.count(*SURE),
        able=able,
        waiting=line.count(RowState.NEW),
        reason_words=people_labels.reason_words,
    )


@blueprint.post("/brigadas/<uuid:ref>/comparar")
@permits(Permission.INTAKE_PREPARE)
def compare(ref: uuid.UUID) -> ResponseReturnValue:
    """Go on comparing rows with the padrón."""
    if _pressed():
        compare_some(ref, seconds=SECONDS)
    return redirect(url_for("intake.batch", ref=ref), 303)


@blueprint.post("/brigadas/<uuid:ref>/registrar")
@permits(Permission.PERSON_REGISTER)
def register(ref: uuid.UUID) -> ResponseReturnValue:
    """Register the rows that are sure, some at a time; the page says how many are left."""
    if _pressed():
        told = register_some(ref, seconds=SECONDS)
        if told.done:
            flash(
                ngettext("Quedó registrada %(num)d persona.", "Quedaron registradas %(num)d personas.", told.done),
                "done",
            )
        if told.held:
            flash(_("Hay filas que no se registraron y vuelven a estar por revisar."), "warning")
        if told.left:
            flash(_("Todavía faltan: oprima otra vez el botón para seguir."), "warning")
    return redirect(url_for("intake.batch", ref=ref), 303)


@blueprint.post("/brigadas/<uuid:ref>/borrar")
@permits(Permission.INTAKE_PREPARE)
def discard(ref: uuid.UUID) -> ResponseReturnValue:
    """Delete the rows that were not registered."""
    form = DiscardForm()
    if not form.validate():
        for line in form.error_lines():
            flash(line.message, "warning")
        return redirect(url_for("intake.batch", ref=ref), 303)
    with unit_of_work("intake.discard") as work:
        batch_actions.discard_batch(work, batch=ref)
    flash(_("Se borraron las filas que no se registraron."), "done")
    return redirect(url_for("intake.batch_list"), 303)


@blueprint.route("/brigadas/<uuid:ref>/filas/<uuid:row>", methods=["GET", "POST"])
@permits(Permission.INTAKE_PREPARE)
def row(ref: uuid.UUID, row: uuid.UUID) -> ResponseReturnValue:
    """One row: correct it in place, see whom it looks like, say who it is."""
    shown = _shown(ref, row)
    form = row_form(shown)
    if not form.sent():
        if request.method == "GET":
            show_problems(form, shown)
        return _row_page(ref, shown, form, 200)
    if not form.validate():
        return _row_page(ref, shown, form, 422)
    try:
        with unit_of_work("intake.correct_row") as work:
            facts = row_actions.correct_row(work, batch=ref, row=row, cells=form.cells(), version=form.version_read)
    except Stale:
        now = row_form(_shown(ref, row))
        now.process(data={**_shown(ref, row).cells})
        return stale_page(form, now, back=url_for("intake.row", ref=ref, row=row))
    except Refused as no:
        form.refuse(labels.refusal(no))
        return _row_page(ref, _shown(ref, row), form, 422)
    if facts.wrong:
        flash(_("Se guardó. Todavía hay datos por corregir en esta fila."), "warning")
        return redirect(url_for("intake.row", ref=ref, row=row), 303)
    compare_some(ref, seconds=SECONDS / 2, first=row)
    flash(_("La fila quedó corregida."), "done")
    return redirect(_next(ref, row), 303)


@blueprint.post("/brigadas/<uuid:ref>/filas/<uuid:row>/decidir")
@permits(Permission.INTAKE_PREPARE)
def decide(ref: uuid.UUID, row: uuid.UUID) -> ResponseReturnValue:
    """Who a row is: somebody on file, an earlier row, nobody of those found; or it stays out, or comes back."""
    form = DecideForm()
    verbs = {"same": "same", "row": "same", "apart": "apart", "skip": "skip", "back": "back"}
    if not form.validate() or form.verb not in verbs:
        flash(_("La página estuvo abierta mucho tiempo. Oprima el botón otra vez."), "warning")
        return redirect(url_for("intake.row", ref=ref, row=row), 303)
    decision = row_actions.Decision(verbs[form.verb])
    try:
        with unit_of_work("intake.decide") as work:
            row_actions.decide(
                work,
                batch=ref,
                row=row,
                decision=decision,
                version=form.version_read,
                person=form.person,
                other_row=form.other_row,
            )
    except (Stale, Refused) as no:
        words = labels.refusal(no) if isinstance(no, Refused) else _("La fila cambió mientras tanto. Mírela otra vez.")
        flash(words, "warning")
        return redirect(url_for("intake.row", ref=ref, row=row), 303)
    if decision is row_actions.Decision.BACK:
        compare_some(ref, seconds=SECONDS / 2, first=row)
        return redirect(url_for("intake.row", ref=ref, row=row), 303)
    return redirect(_next(ref, row), 303)


def _pressed() -> bool:
    if PressForm().validate():
        return True
    flash(_("La página estuvo abierta mucho tiempo. Oprima el botón otra vez."), "warning")
    return False


def _shown(ref: uuid.UUID, row: uuid.UUID) -> RowShown:
    with reading() as desk:
        shown = queries.one_row(desk.session, desk.reach(Permission.INTAKE_PREPARE), ref, row, today=desk.today)
        for one in shown.alike:
            if one.alike.person is not None:
                desk.saw(one.alike.person, "match")
    return shown


def _row_page(ref: uuid.UUID, shown: RowShown, form: object, status: int) -> Response:
    return page(
        "intake/row.html",
        status=status,
        ref=ref,
        row=shown,
        form=form,
        decide=DecideForm.of(shown.version),
        labels=labels,
        states=RowState,
        reason_words=people_labels.reason_words,
    )


def _next(ref: uuid.UUID, row: uuid.UUID) -> str:
    """The next row that somebody has to look at, else the list."""
    with reading() as desk:
        found = queries.next_to_look_at(
            desk.session, desk.reach(Permission.INTAKE_PREPARE), ref, row, today=desk.today, states=_TO_LOOK_AT
        )
    return url_for("intake.row", ref=ref, row=found) if found else url_for("intake.batch", ref=ref)


def _asked_states(line: BatchLine) -> tuple[RowState, ...]:
    asked = request.args.get("ver", "")
    if asked in set(RowState):
        return (RowState(asked),)
    if asked == "" and line.count(*_TO_LOOK_AT):
        return _TO_LOOK_AT
    return tuple(RowState)


def _tabs(line: BatchLine, shown: tuple[RowState, ...]) -> list[tuple[str, str, int, bool]]:
    tabs = []
    if line.count(*_TO_LOOK_AT):
        words = _("Por revisar")
        tabs.append((url_for("intake.batch", ref=line.ref), words, line.count(*_TO_LOOK_AT), shown == _TO_LOOK_AT))
    tabs += [
        (
            url_for("intake.batch", ref=line.ref, ver=state.value),
            str(labels.STATES[state]),
            line.count(state),
            shown == (state,),
        )
        for state in RowState
        if line.count(state)
    ]
    everything = url_for("intake.batch", ref=line.ref, ver="todas")
    return [*tabs, (everything, _("Todas"), line.total, len(shown) == len(RowState))]

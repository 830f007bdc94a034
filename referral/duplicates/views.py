"""Pages of the duplicates room: pairs to look at, two files side by side, a merge on record. And where a merged file
leads: whoever asks for it is led to the one it was merged into.
"""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from referral.access.permissions import Permission
from referral.access.table import holds
from referral.duplicates import actions, labels, queries
from referral.duplicates.facts import MergeLine, MergeOrder, Pair
from referral.duplicates.forms import ButtonForm, MergeForm, merge_form
from referral.infra.settings import Settings
from referral.infra.web import errors
from referral.infra.web.guard import permits
from referral.infra.web.pages import page
from referral.infra.work import OutOfReach, reading, unit_of_work
from referral.kernel.refusal import Refused
from referral.people.actions import mark_not_same
from referral.people.labels import MATCH_REASON_LABELS
from referral.people.queries.cards import person_card, require_person
from referral.people.queries.search import near_people
from referral.people.rules.matching import Because

blueprint = Blueprint("duplicates", __name__)


@blueprint.get("/duplicados")
@permits(Permission.PERSON_MERGE)
def pairs() -> ResponseReturnValue:
    """Pairs that somebody or the search noted, and the last merges."""
    with reading() as desk:
        reach = desk.reach(Permission.PERSON_MERGE)
        found = queries.pair_lines(desk.session, reach)
        merges = queries.merge_lines(desk.session, reach, days=_days())
        now = desk.now
    return page("duplicates/pairs.html", found=found, merges=merges, now=now, button=ButtonForm(formdata=None))


@blueprint.post("/duplicados/buscar")
@permits(Permission.PERSON_MERGE)
def look() -> ResponseReturnValue:
    """Look for pairs among the files opened last, and put the very likely ones on the list."""
    if not _pressed():
        return redirect(url_for("duplicates.pairs"), 303)
    with unit_of_work("duplicates.look") as work:
        likely = queries.likely_pairs(work.session, work.reach(Permission.PERSON_MERGE), today=work.today)
        new = actions.note_pairs(work, likely, found=True)
    flash(
        ngettext("Se agregó %(num)s par a la lista.", "Se agregaron %(num)s pares a la lista.", new)
        if new
        else _("No se encontraron pares nuevos entre los últimos expedientes.")
    )
    return redirect(url_for("duplicates.pairs"), 303)


@blueprint.get("/personas/<uuid:ref>/duplicados")
@permits(Permission.PERSON_MERGE)
def of_person(ref: uuid.UUID) -> ResponseReturnValue:
    """Files that may be of the same person as this one."""
    with reading() as desk:
        reach = desk.reach(Permission.PERSON_MERGE)
        require_person(desk.session, reach, ref)
        card = person_card(desk.session, ref, today=desk.today)
        hits = near_people(desk.session, reach, ref, today=desk.today)
        desk.saw(ref, "duplicates")
        today = desk.today
    return page(
        "duplicates/of_person.html",
        card=card,
        hits=hits,
        today=today,
        because=_because,
        button=ButtonForm(formdata=None),
    )


@blueprint.route("/duplicados/<uuid:one>/<uuid:other>", methods=["GET", "POST"])
@permits(Permission.PERSON_MERGE)
def compare(one: uuid.UUID, other: uuid.UUID) -> ResponseReturnValue:
    """Two files side by side; the first is the one that stays. Choose what stays where they differ, and merge."""
    try:
        pair = _pair(one, other)
    except OutOfReach:
        return _to_merge(one, other)
    form = merge_form(pair)
    if not (form.sent() and form.validate()):
        return _compare_page(pair, form)
    order = MergeOrder(one, other, form.choices(), form.reason_typed)
    try:
        with unit_of_work("duplicates.merge", once=form.once_key()) as work:
            merge = actions.merge(work, order, undo_days=_days())
            work.location = url_for("duplicates.merged", merge=merge)
    except Refused as no:
        form.refuse(labels.refusal(no), no.field)
        return _compare_page(pair, form)
    flash(_("Los dos expedientes son ahora uno."), "done")
    return redirect(work.location, 303)


@blueprint.post("/duplicados/<uuid:one>/<uuid:other>/anotar")
@permits(Permission.PERSON_MERGE)
def note(one: uuid.UUID, other: uuid.UUID) -> ResponseReturnValue:
    """Put a pair on the work list: for whoever may open both files."""
    if _pressed():
        with unit_of_work("duplicates.note") as work:
            actions.note_pairs(work, [(one, other)])
        flash(_("El par quedó en la lista de expedientes repetidos."), "done")
    return redirect(url_for("duplicates.pairs"), 303)


@blueprint.post("/duplicados/<uuid:one>/<uuid:other>/distintas")
@permits(Permission.PERSON_EDIT)
def not_same(one: uuid.UUID, other: uuid.UUID) -> ResponseReturnValue:
    """Remember that they are two people."""
    if _pressed():
        with unit_of_work("people.mark_not_same") as work:
            mark_not_same(work, person=one, others=[other])
            actions.drop_pair(work, one, other)
        flash(_("Quedó anotado que son dos personas: no se volverán a proponer."), "done")
    return redirect(url_for("duplicates.of_person", ref=one), 303)


@blueprint.route("/duplicados/uniones/<uuid:merge>", methods=["GET", "POST"])
@permits(Permission.PERSON_MERGE)
def merged(merge: uuid.UUID) -> ResponseReturnValue:
    """What a merge did, and while there is time the button that parts the files again."""
    form = ButtonForm()
    if form.sent() and form.validate():
        try:
            with unit_of_work("duplicates.undo") as work:
                undone = actions.undo(work, merge=merge, undo_days=_days())
        except Refused as no:
            form.refuse(labels.refusal(no), no.field)
        else:
            flash(_("Los expedientes quedaron separados, cada uno como estaba."), "done")
            if undone.left:
                flash(_("Lo que se corrigió después de unirlos se dejó como está. Revise los dos."), "warning")
            return redirect(url_for("duplicates.merged", merge=merge), 303)
    with reading() as desk:
        line = queries.merge_line(desk.session, desk.reach(Permission.PERSON_MERGE), merge, days=_days())
        desk.saw(line.kept, "duplicates")
        now = desk.now
    return page(
        "duplicates/merged.html",
        status=422 if form.has_errors else 200,
        form=form,
        line=line,
        open=line.undone_at is None and now <= line.until and not line.forgotten,
        moved=labels.hanging_words(line.moved or {}),
        added=_added(line),
    )


@blueprint.app_errorhandler(OutOfReach)
def led_on(error: OutOfReach) -> ResponseReturnValue:
    """The page of a merged file is that of the file it was merged into; every other absence is a 404."""
    ref = (request.view_args or {}).get("ref")
    if not isinstance(ref, uuid.UUID) or not holds(g.identity, Permission.PERSON_VIEW):
        return errors.missing(error)
    with reading() as desk:
        kept = queries.kept_of(desk.session, desk.reach(Permission.PERSON_VIEW), ref)
    if kept is None or request.endpoint is None:
        return errors.missing(error)
    if request.method == "GET":
        leads = {**request.args.to_dict(), **(request.view_args or {}), "ref": kept}
        return redirect(url_for(request.endpoint, **leads), 303)
    back = url_for("desk.person_file", ref=kept)
    return page("errors/409.html", status=409, typed=errors.typed_text(), changes=(), back=back)


def _days() -> int:
    settings: Settings = current_app.extensions["ventanilla.settings"]
    return settings.merge_undo_days


def _pressed() -> bool:
    if ButtonForm().validate():
        return True
    flash(_("La página estuvo abierta mucho tiempo. Oprima el botón otra vez."), "warning")
    return False


def _pair(one: uuid.UUID, other: uuid.UUID) -> Pair:
    with reading() as desk:
        pair = queries.pair(desk.session, desk.reach(Permission.PERSON_MERGE), one, other, today=desk.today)
        for ref in (one, other):
            desk.saw(ref, "duplicates")
    return pair


def _to_merge(one: uuid.UUID, other: uuid.UUID) -> ResponseReturnValue:
    """These two are one file already, by a second click or by somebody else: what was done. Else OutOfReach."""
    with reading() as desk:
        done = queries.merge_of(desk.session, desk.reach(Permission.PERSON_MERGE), one, other)
    return redirect(url_for("duplicates.merged", merge=done), 303)


def _compare_page(pair: Pair, form: MergeForm) -> Response:
    return page(
        "duplicates/compare.html",
        status=422 if form.has_errors else 200,
        form=form,
        apart=ButtonForm(formdata=None),
        pair=pair,
        lines=labels.compared_lines(pair.kept, pair.other, pair.compared),
        hanging=_hanging(pair),
        days=_days(),
    )


def _hanging(pair: Pair) -> list[tuple[str, int, int]]:
    ours, theirs = (
        dict(labels.hanging_words(pair.kept_hangs.counts)),
        dict(labels.hanging_words(pair.other_hangs.counts)),
    )
    return [(what, ours.get(what, 0), theirs.get(what, 0)) for what in dict.fromkeys((*ours, *theirs))]


def _added(line: MergeLine) -> list[tuple[str, int]]:
    return labels.hanging_words(line.added or {})


def _because(reasons: tuple[Because, ...]) -> str:
    return "; ".join(str(MATCH_REASON_LABELS[one.reason]) % dict(one.values) for one in reasons)

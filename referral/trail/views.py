"""The page of the audit trail, with its filters. Nothing is changed here."""

from __future__ import annotations

import uuid
from datetime import date

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.permissions import Permission
from referral.access.reach import Scope
from referral.access.table import holds, scope_of
from referral.infra.web.guard import permits
from referral.infra.web.pager import asked_page
from referral.infra.web.pages import page
from referral.infra.work import reading
from referral.staff.queries import staff_list
from referral.trail.facts import Kind, TrailFilter, pseudonym
from referral.trail.forms import FolioForm
from referral.trail.labels import fields, lines, seals
from referral.trail.queries.entries import person_of_folio, trail_page
from referral.trail.queries.seals import standing
from referral.trail.rules.days import NoDay, asked_days

blueprint = Blueprint("trail", __name__)

PER_PAGE = 25
LAST_PAGE = 200  # further back a period is asked for: each page costs as much as all before it


@blueprint.get("/auditoria")
@permits(Permission.AUDIT_VIEW)
def entries() -> ResponseReturnValue:
    """Who changed or read what, newest first: own acts, the desk's, or everybody's."""
    return _entries_page(FolioForm(formdata=None))


@blueprint.post("/auditoria/persona")
@permits(Permission.AUDIT_VIEW)
def of_folio() -> ResponseReturnValue:
    """Lead to the trail of the file with this folio, for who may know whose it is."""
    form = FolioForm()
    if not (form.sent() and form.validate()):
        return _entries_page(form)
    with reading() as desk:
        person = person_of_folio(desk.session, desk.reach(Permission.AUDIT_VIEW), form.folio.value.upper())
    if person is None:
        form.refuse(_("No hay un expediente con ese folio a su alcance."), "folio")
        return _entries_page(form)
    return redirect(url_for("trail.entries", persona=person), 303)


def _entries_page(form: FolioForm) -> ResponseReturnValue:
    number = min(asked_page(), LAST_PAGE)
    with reading() as desk:
        reach = desk.reach(Permission.AUDIT_VIEW)
        asked, problem = _asked(desk.today)
        found = trail_page(desk.session, reach, asked, page=number, per_page=PER_PAGE)
        own = reach.scope is Scope.OWN
        accounts = [] if own else staff_list(desk.session, reach)
        sealed = None if own else standing(desk.session)
    return page(
        "trail/entries.html",
        status=422 if form.has_errors else 200,
        asked=asked,
        problem=problem,
        found=found,
        accounts=[(str(one.ref), one.name) for one in accounts],
        chosen=f"{asked.kind.value}:{asked.action}" if asked.kind else "",
        number=number,
        last=LAST_PAGE,
        own=own,
        sealed=sealed,
        folio_form=form if _knows_folios() else None,
        address=lambda **changed: _address(asked, **changed),
        labels=lines,
        named_fields=fields.named_fields,
        fault_words=seals.fault_words,
        pseudonym=pseudonym,
    )


def _knows_folios() -> bool:
    if scope_of(g.identity.role, Permission.AUDIT_VIEW) is Scope.OWN:
        return False
    return holds(g.identity, Permission.PERSON_VIEW) or holds(g.identity, Permission.PRIVACY_REVIEW)


def _asked(today: date) -> tuple[TrailFilter, bool]:
    """What the address asks; True beside it when its days could not be read, and the last week is shown."""
    try:
        first, last = asked_days(request.args.get("desde", ""), request.args.get("hasta", ""), today)
        problem = False
    except NoDay:
        first, last = asked_days("", "", today)
        problem = True
    kind, _colon, action = request.args.get("accion", "").partition(":")
    known = kind in set(Kind)
    return TrailFilter(
        first,
        last,
        kind=Kind(kind) if known else None,
        action=action[:60] if known else "",
        person=_ref(request.args.get("persona", "")),
        staff=_ref(request.args.get("cuenta", "")),
    ), problem


def _ref(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _address(asked: TrailFilter, **changed: object) -> str:
    """The address of this list with some of its filters changed; None takes one off."""
    kept: dict[str, object] = {
        "desde": asked.first.isoformat(),
        "hasta": asked.last.isoformat(),
        "accion": f"{asked.kind.value}:{asked.action}" if asked.kind else None,
        "persona": asked.person,
        "cuenta": asked.staff,
        **changed,
    }
    return url_for("trail.entries", **{name: value for name, value in kept.items() if value is not None})  # type: ignore[arg-type]

"""The answer to a stale save: 409, what is on file now beside what was typed. For views whose action says Stale."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response
from flask_babel import gettext as _

from referral.infra.web.errors import typed_text
from referral.infra.web.formats import date_long, partial_date
from referral.infra.web.forms import DeskForm
from referral.infra.web.pages import page
from referral.kernel.partial_dates import PartialDate


def stale_page(typed: DeskForm, now: DeskForm, *, back: str, saved_by: str = "") -> Response:
    """`typed` is the validated form that came too late, `now` the same form filled from what is on file.

    `back`: address of the page to open again. `saved_by`: who saved meanwhile and when, in words.
    """
    changes = differences(typed, now)
    rows = [(*change, saved_by) if saved_by else change for change in changes]
    return page("errors/409.html", status=409, changes=rows, typed=typed_text(), back=back)


def differences(typed: DeskForm, now: DeskForm) -> list[tuple[str, str, str]]:
    """(label, as on file now, as typed) of each box whose two values differ, in the order of the page."""
    drawn = [(field, now[name]) for name, field in typed._fields.items() if hasattr(field, "kind")]
    told = [(mine.words, _words(theirs), _words(mine)) for mine, theirs in drawn]
    return [(label, theirs, mine) for label, theirs, mine in told if theirs != mine]


def _words(field: Any) -> str:
    if field.kind == "tick":
        return _("Sí") if field.data else _("No")
    if field.kind in {"radios", "select"}:
        return _label(field, field.data)
    if field.kind == "checkboxes":
        return ", ".join(_label(field, code) for code in field.data or ())
    value = getattr(field, "e164", "") or field.value
    if isinstance(value, PartialDate):
        return partial_date(value)
    return date_long(value) if isinstance(value, date) else value or ""


def _label(field: Any, code: str | None) -> str:
    return next((str(option.words) for option in field.options if option.code == code), "")

"""The outcomes report: how what was sent ended, the list behind each number, the same as a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import date

from flask import Blueprint, abort, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.access.reach import Scope
from referral.access.table import holds, reach_of
from referral.directory.labels import words
from referral.directory.queries.organizations import organization_choices
from referral.infra.web.export import Cell, csv_file, xlsx_file
from referral.infra.web.formats import page_language
from referral.infra.web.guard import permits
from referral.infra.web.pager import asked_page
from referral.infra.web.pages import page
from referral.infra.work import reading
from referral.kernel.codes import NEED_CATEGORIES
from referral.referrals import labels as referral_labels
from referral.referrals.rules.reasons import REASONS
from referral.reports import labels
from referral.reports.charts import address, bars, list_address, reason_rows, table_rows
from referral.reports.facts import Asked, Grouping, ListAsked, Outcomes, Period, Slice
from referral.reports.queries import outcomes as queries
from referral.reports.queries.gaps import gap_counts, override_counts
from referral.reports.rules import NoPeriod, PeriodProblem, Preset, preset, read_period

blueprint = Blueprint("reports", __name__)
MOST_BARS = 12
MOST_LINES = 15  # of the table; one more request shows all


@blueprint.get("/informes/resultados")
@permits(Permission.REPORT_VIEW)
def outcomes() -> ResponseReturnValue:
    """One question, its answer as a sentence, the chart, the table, the definitions, the files."""
    language = page_language()
    with reading() as desk:
        asked, problem = _asked(desk.today)
        reach = desk.reach(Permission.REPORT_VIEW)
        most = None if request.args.get("todas") == "1" else MOST_LINES
        found = queries.outcomes(desk.session, reach, asked, today=desk.today, most=most)
        organizations = organization_choices(desk.session, language) if reach.scope is Scope.ALL else ()
    slices = labels.slice_words(language)
    rows = list(table_rows(asked, found.lines, found.total, slices))
    return page(
        "reports/outcomes.html",
        status=422 if problem else 200,
        asked=asked,
        problem=labels.PROBLEMS[problem] if problem else None,
        found=found,
        answer=labels.answer(found.total, asked.period),
        bars=list(bars(found.lines[:MOST_BARS], rows)),
        headings=_table_headings(asked.grouping, slices.values()),
        rows=rows,
        not_shown=found.length - len(found.lines),
        slices=slices,
        reasons=list(reason_rows(asked, found.total.refusals)),
        definitions=labels.definition_words(language),
        organizations=organizations,
        presets_tabs=list(_preset_tabs(asked, desk.today)),
        labels=labels,
        address=address,
    )


@blueprint.get("/informes/faltantes")
@permits(Permission.REPORT_GAPS)
def gaps() -> ResponseReturnValue:
    """Needs that no institution of the directory takes, and suggestions that were not followed."""
    with reading() as desk:
        asked, problem = _asked(desk.today)
        reach = desk.reach(Permission.REPORT_GAPS)
        missing = gap_counts(desk.session, reach, asked.period)
        overridden = override_counts(desk.session, reach, asked.period)
    return page(
        "reports/gaps.html",
        status=422 if problem else 200,
        asked=asked,
        problem=labels.PROBLEMS[problem] if problem else None,
        missing=missing,
        overridden=overridden,
        referral_labels=referral_labels,
    )


@blueprint.get("/informes/resultados/lista")
@permits(Permission.REPORT_VIEW)
def outcomes_list() -> ResponseReturnValue:
    """The referrals behind one number: codes, services and days. No person is named."""
    identity: Identity = g.identity
    may_open = reach_of(identity, Permission.REFERRAL_VIEW) if holds(identity, Permission.REFERRAL_VIEW) else None
    with reading() as desk:
        report, problem = _asked(desk.today)
        if problem:
            abort(404)
        asked = ListAsked(report, _slice(), _reason())
        page_number = asked_page()
        reach = desk.reach(Permission.REPORT_VIEW)
        lines, more = queries.outcome_list(
            desk.session, reach, may_open, asked, now=desk.now, today=desk.today, page=page_number
        )
        service = queries.service_words(desk.session, report.service) if report.service else None
    return page(
        "reports/outcomes_list.html",
        asked=asked,
        lines=lines,
        more=more,
        number=page_number,
        narrowed=_narrowed(report, words(service) if service else ""),
        labels=labels,
        referrals=referral_labels,
        back_to=address(report),
        list_address=list_address,
        words=words,
    )


@blueprint.get("/informes/resultados.csv")
@permits(Permission.REPORT_EXPORT)
def outcomes_csv() -> ResponseReturnValue:
    """The table as a CSV."""
    asked, found = _for_file()
    return csv_file(_file_name(asked.period), _headings(asked.grouping), _rows(found))


@blueprint.get("/informes/resultados.xlsx")
@permits(Permission.REPORT_EXPORT)
def outcomes_xlsx() -> ResponseReturnValue:
    """The table as a spreadsheet."""
    asked, found = _for_file()
    return xlsx_file(_file_name(asked.period), _("Resultados"), _headings(asked.grouping), _rows(found))


def _for_file() -> tuple[Asked, Outcomes]:
    with reading() as desk:
        asked, problem = _asked(desk.today)
        if problem:
            abort(404)
        return asked, queries.outcomes(desk.session, desk.reach(Permission.REPORT_EXPORT), asked, today=desk.today)


def _file_name(period: Period) -> str:
    return f"resultados-{period.first}-{period.last}"


def _headings(grouping: Grouping) -> list[str]:
    first = [str(labels.GROUPINGS[grouping]), _("Institución")]
    last = [_("Días para contestar (mediana)"), _("Días para cerrar (mediana)"), _("Motivos de rechazo")]
    return [*first, *(str(labels.SLICES[each]) for each in Slice), *last]


def _table_headings(grouping: Grouping, numbers: Iterable[str]) -> list[object]:
    words = (*numbers, _("Días para contestar"), _("Días para cerrar"))
    return [labels.GROUPINGS[grouping], *({"text": text, "number": True} for text in words)]


def _rows(found: Outcomes) -> Iterator[list[Cell]]:
    for line in (*found.lines, found.total):
        yield [
            labels.group_words(line),
            words(line.organization) if line.organization else "",
            *(line.counts[each] for each in Slice),
            line.answer_days,
            line.close_days,
            labels.refusals_words(line.refusals),
        ]


def _asked(today: date) -> tuple[Asked, PeriodProblem | None]:
    """What the address asks for; with dates that are no period, last month and what is wrong with them."""
    problem = None
    try:
        period = read_period(request.args.get("desde", ""), request.args.get("hasta", ""), today)
    except NoPeriod as no:
        period, problem = preset(Preset.LAST_MONTH, today), no.problem
    category = request.args.get("categoria", "")
    if category and category not in NEED_CATEGORIES:
        abort(404)
    grouping = request.args.get("por") or Grouping.SERVICE.value  # the filter's form sends it empty
    if grouping not in set(Grouping):
        abort(404)
    return Asked(period, Grouping(grouping), _ref("institucion"), _ref("servicio"), category), problem


def _ref(name: str) -> uuid.UUID | None:
    """A reference of the address. One that is malformed finds nothing, rather than more than was asked for."""
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        abort(404)


def _slice() -> Slice:
    text = request.args.get("cual") or Slice.SENT.value
    return Slice(text) if text in set(Slice) else abort(404)


def _reason() -> str:
    code = request.args.get("motivo", "")
    return code if not code or code in REASONS else abort(404)


def _preset_tabs(asked: Asked, today: date) -> Iterator[tuple[str, str, None, bool]]:
    for which in Preset:
        period = preset(which, today)
        yield address(asked, period=period), str(labels.PRESETS[which]), None, period == asked.period


def _narrowed(asked: Asked, service: str) -> list[str]:
    """What the list is narrowed to, in words."""
    found = (labels.period_words(asked.period), service, labels.category_words(asked.category))
    return [text for text in found if text]

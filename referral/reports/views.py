"""The outcomes report: how what was sent ended, the list behind each number, the same as a file."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple, Self
from urllib.parse import quote_plus

from flask import Blueprint, abort, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from referral.access.identity import Identity
from referral.access.permissions import Permission
from referral.access.reach import Scope
from referral.access.table import holds, reach_of
from referral.directory.labels import words
from referral.directory.queries import organization_names
from referral.infra.web.export import Cell, csv_file, xlsx_file
from referral.infra.web.formats import number
from referral.infra.web.guard import permits
from referral.infra.web.pager import asked_page
from referral.infra.web.pages import page
from referral.infra.work import reading
from referral.kernel.codes import NEED_CATEGORIES
from referral.referrals import labels as referral_labels
from referral.referrals.rules.reasons import REASONS
from referral.reports import labels
from referral.reports.facts import Asked, Grouping, Line, ListAsked, Outcomes, Period, Slice
from referral.reports.queries import outcomes as queries
from referral.reports.queries.gaps import gap_counts, override_counts
from referral.reports.rules import NoPeriod, PeriodProblem, Preset, preset, read_period

blueprint = Blueprint("reports", __name__)
MOST_BARS = 12
MOST_LINES = 15  # of the table; one more request shows all


class _TableRow(NamedTuple):
    """One row of the table, in words: a number of the report that is 0 has no list behind it and so no words."""

    name: str
    organization: str | None
    address: str  # of the list behind a number, up to the number's code
    cells: list[tuple[str, str, str]]  # code, words, number
    answer_days: float | None
    close_days: float | None

    @classmethod
    def of(cls, line: Line, address: str, slices: Mapping[Slice, str]) -> Self:
        """The row of a line."""
        counts = line.counts
        return cls(
            labels.group_words(line),
            words(line.organization) if line.organization else None,
            address,
            [(which.value, text, number(counts[which]) if counts[which] else "") for which, text in slices.items()],
            line.answer_days,
            line.close_days,
        )


# What stands in the pattern of an address for the key of a row: neither is the key of any.
_STANDS: dict[Grouping, uuid.UUID | str] = {Grouping.SERVICE: uuid.UUID(int=0), Grouping.CATEGORY: "ANY-CATEGORY"}


@blueprint.get("/informes/resultados")
@permits(Permission.REPORT_VIEW)
def outcomes() -> ResponseReturnValue:
    """One question, its answer as a sentence, the chart, the table, the definitions, the files."""
    with reading() as desk:
        asked, problem = _asked(desk.today)
        reach = desk.reach(Permission.REPORT_VIEW)
        found = queries.outcomes(desk.session, reach, asked, today=desk.today)
        organizations = organization_names(desk.session) if reach.scope is Scope.ALL else []
    slices = {which: str(text) for which, text in labels.SLICES.items()}  # words looked up once, and not for each cell
    shown = found.lines if request.args.get("todas") == "1" else found.lines[:MOST_LINES]
    rows = list(_table_rows(asked, shown, found.total, slices))
    return page(
        "reports/outcomes.html",
        status=422 if problem else 200,
        asked=asked,
        problem=labels.PROBLEMS[problem] if problem else None,
        found=found,
        answer=labels.answer(found.total, asked.period),
        bars=list(zip(found.lines[:MOST_BARS], rows, strict=False)),
        longest=max((line.sent for line in found.lines), default=1),
        headings=_table_headings(asked.grouping),
        rows=rows,
        not_shown=len(found.lines) - len(shown),
        slices=slices,
        reasons=sorted(found.total.refusals.items(), key=lambda pair: (-pair[1], pair[0])),
        organizations=[(str(ref), words(name)) for ref, name in organizations],
        presets_tabs=list(_preset_tabs(asked, desk.today)),
        refused_address=partial(_list_address, asked, Slice.REFUSED),
        labels=labels,
        address=_address,
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
        back_to=_address(report),
        list_address=_list_address,
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


def _table_headings(grouping: Grouping) -> list[object]:
    numbers = [*labels.SLICES.values(), _("Días para contestar"), _("Días para cerrar")]
    return [labels.GROUPINGS[grouping], *({"text": text, "number": True} for text in numbers)]


def _table_rows(asked: Asked, lines: Iterable[Line], total: Line, slices: Mapping[Slice, str]) -> Iterator[_TableRow]:
    """The table's rows, the total last. One address is made for all of them and then filled in."""
    stands_for: uuid.UUID | str = _STANDS[asked.grouping]
    pattern = _without_slice(_list_address(asked.of_group(stands_for), Slice.SENT))
    for line in lines:
        address = pattern.replace(str(stands_for), quote_plus(str(line.key)))
        yield _TableRow.of(line, address, slices)
    yield _TableRow.of(total, _without_slice(_list_address(asked, Slice.SENT)), slices)


def _without_slice(address: str) -> str:
    """The address up to where the number is named, which stands last in it."""
    return address.removesuffix(Slice.SENT.value)


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
    grouping = request.args.get("por", Grouping.SERVICE.value)
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
    text = request.args.get("cual", Slice.SENT.value)
    return Slice(text) if text in set(Slice) else abort(404)


def _reason() -> str:
    code = request.args.get("motivo", "")
    return code if not code or code in REASONS else abort(404)


def _address(asked: Asked, *, period: Period | None = None, endpoint: str = "reports.outcomes", **more: object) -> str:
    """The address of this report, perhaps for another period or as another endpoint."""
    days = period or asked.period
    values: dict[str, object] = {
        "desde": days.first.isoformat(),
        "hasta": days.last.isoformat(),
        "por": asked.grouping.value,
        "institucion": asked.organization,
        "servicio": asked.service,
        "categoria": asked.category or None,
        **more,
    }
    return url_for(endpoint, **{name: str(value) for name, value in values.items() if value is not None})  # type: ignore[arg-type]


def _list_address(asked: Asked, which: Slice, *, line: Line | None = None, reason: str = "", p: int = 1) -> str:
    """The address of the list behind a number."""
    narrowed = asked if line is None or line.key is None else asked.of_group(line.key)
    return _address(
        narrowed,
        endpoint="reports.outcomes_list",
        cual=which.value,
        motivo=reason or None,
        p=p if p > 1 else None,
    )


def _preset_tabs(asked: Asked, today: date) -> Iterator[tuple[str, str, None, bool]]:
    for which in Preset:
        period = preset(which, today)
        yield _address(asked, period=period), str(labels.PRESETS[which]), None, period == asked.period


def _narrowed(asked: Asked, service: str) -> list[str]:
    """What the list is narrowed to, in words."""
    found = (labels.period_words(asked.period), service, labels.category_words(asked.category))
    return [text for text in found if text]

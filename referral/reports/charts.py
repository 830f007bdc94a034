"""What the outcomes report draws: the rows of its table, its bars, the address behind each number. Called by views."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from referral.infra.web.formats import number, page_language
from referral.infra.web.pages import quick_url_for
from referral.reports import labels
from referral.reports.facts import Asked, Grouping, Line, Period, Slice


class TableRow(NamedTuple):
    """One row of the table, in words: a number of the report that is 0 has no list behind it and so no words."""

    name: str
    organization: str | None
    address: str  # of the list behind a number, up to the number's code
    cells: list[tuple[str, str, str]]  # code, words, number
    answer_days: str
    close_days: str


class Bar(NamedTuple):
    """One bar: its parts as ink, start and width, in percent of the longest bar."""

    name: str
    address: str
    words: str
    number: str
    parts: list[tuple[str, str, str]]


# What stands in the pattern of an address for the key of a row: neither is the key of any.
_STANDS: dict[Grouping, uuid.UUID | str] = {Grouping.SERVICE: uuid.UUID(int=0), Grouping.CATEGORY: "ANY-CATEGORY"}


def address(asked: Asked, *, period: Period | None = None, endpoint: str = "reports.outcomes", **more: object) -> str:
    """The address of this report, perhaps for another period or as another endpoint."""
    days = period or asked.period
    values: dict[str, object] = {
        "desde": days.first,
        "hasta": days.last,
        "por": None if asked.grouping is Grouping.SERVICE else asked.grouping.value,  # what it shows when not told
        "institucion": asked.organization,
        "servicio": asked.service,
        "categoria": asked.category or None,
        **more,
    }
    # Days, refs and codes: nothing in them needs quoting.
    asks = "&".join([f"{name}={value}" for name, value in values.items() if value is not None])
    return f"{quick_url_for(endpoint)}?{asks}"


def list_address(asked: Asked, which: Slice, *, reason: str = "", p: int = 1) -> str:
    """The address of the list behind a number."""
    return address(
        asked,
        endpoint="reports.outcomes_list",
        cual=which.value,
        motivo=reason or None,
        p=p if p > 1 else None,
    )


def table_rows(asked: Asked, lines: Iterable[Line], total: Line, slices: Mapping[Slice, str]) -> Iterator[TableRow]:
    """The table's rows, the total last. One address is made for all of them and then filled in."""
    stands_for = _STANDS[asked.grouping]
    pattern = _without_slice(list_address(asked.of_group(stands_for), Slice.SENT))
    language = page_language()
    for line in lines:
        yield _row(line, pattern.replace(str(stands_for), str(line.key)), slices, language)
    yield _row(total, _without_slice(list_address(asked, Slice.SENT)), slices, language)


def reason_rows(asked: Asked, refusals: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    """Why referrals were refused, the most frequent first: words, number, the address of the list behind it."""
    behind = list_address(asked, Slice.REFUSED)
    for code, times in sorted(refusals.items(), key=lambda pair: (-pair[1], pair[0])):
        yield labels.reason_words(code), number(times), f"{behind}&motivo={code}"


def bars(lines: Sequence[Line], rows: Iterable[TableRow]) -> Iterator[Bar]:
    """The bars of some lines, the longest first, which have these rows in the table."""
    drawn = list(zip(lines, rows, strict=False))
    sentences = labels.bars_words(lines, (row.name for _line, row in drawn))
    for (line, row), said in zip(drawn, sentences, strict=True):
        parts, start = [], 0.0
        for which, ink in labels.BARS:
            if line.counts[which]:
                width = 100 * line.counts[which] / lines[0].sent
                parts.append((ink, f"{start:.2f}", f"{width:.2f}"))
                start += width
        yield Bar(row.name, f"{row.address}{Slice.SENT.value}", said, number(line.sent), parts)


def _row(line: Line, behind: str, slices: Mapping[Slice, str], language: str) -> TableRow:
    counts = line.counts
    return TableRow(
        labels.group_words(line),
        line.organization.label(language) or line.organization.es if line.organization else None,
        behind,
        [(which.value, text, number(counts[which]) if counts[which] else "") for which, text in slices.items()],
        labels.days_words(line.answer_days),
        labels.days_words(line.close_days),
    )


def _without_slice(found: str) -> str:
    """The address up to where the number is named, which stands last in it."""
    return found.removesuffix(Slice.SENT.value)

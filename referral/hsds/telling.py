"""The report of an import, as a CSV file and as lines on a screen. Used by the command."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from referral.hsds.facts import Finding, Grade, ImportReport
from referral.hsds.labels import GRADES, REASONS, spanish
from referral.hsds.rules.reasons import Reason

MOST_ON_SCREEN = 200
_HEADER = ("archivo", "fila", "tabla", "identificador", "resultado", "campo", "valor", "motivo")


def write_report(report: ImportReport, path: Path) -> None:
    """Every finding, one a line. The file opens in a spreadsheet: no value in it can act as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for one in report.findings:
            writer.writerow(map(_harmless, _cells(one)))


def lines(report: ImportReport) -> Iterator[str]:
    """What to print: counts by table, each finding up to a screenful, counts by reason, the sum."""
    for table, count in report.tables.items():
        if count.added or count.changed or count.unchanged or count.missing or count.removed:
            yield (
                f"  {table:24} nuevas {count.added}, cambiadas {count.changed}, iguales {count.unchanged}, "
                f"ya no vienen {count.missing}, quitadas {count.removed}"
            )
    for one in report.findings[:MOST_ON_SCREEN]:
        file, line, table, ident, grade, field, value, reason = _cells(one)
        where = f"{file}:{line}" if line else file
        what = " ".join(filter(None, [table, ident, field]))
        yield f"  [{grade}] {where} {what}: {reason}" + (f" ({value[:80]})" if value else "")
    if len(report.findings) > MOST_ON_SCREEN:
        yield f"  … y {len(report.findings) - MOST_ON_SCREEN} más en el informe."
    for reason, number in Counter(one.reason for one in report.findings).most_common():
        yield f"  {number:6} × {spanish(REASONS[Reason(reason)])}"
    rows = report.rows_by_grade()
    told = ", ".join(f"{spanish(words)} {rows.get(grade, 0)}" for grade, words in GRADES.items())
    yield f"Filas con aviso: {told}."
    ending = " No se escribió nada: era un ensayo." if report.dry_run else ""
    yield f"{report.source}: {report.changes} cambios.{ending}"


def _cells(one: Finding) -> tuple[str, str, str, str, str, str, str, str]:
    return (
        one.file,
        str(one.line or ""),
        one.table,
        one.id,
        spanish(GRADES[Grade(one.grade)]),
        one.field,
        one.value,
        spanish(REASONS[Reason(one.reason)]),
    )


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell

"""`ventanilla people import`: a list read from a file, told row by row as CSV, and registered when that is asked for.

Called by cli inside a request of nobody, for the words.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from referral.infra.web.export import harmless
from referral.infra.work import reading, unit_of_work
from referral.intake import labels
from referral.intake.actions.batches import keep_batch
from referral.intake.facts import NewBatch, Notice, RowFacts, RowState, Table, name_in
from referral.intake.rules.families import Typed, family_numbers, read_rows
from referral.intake.rules.twins import Sheet
from referral.intake.running import compare_some, hits_on_file, register_some
from referral.people.labels import reason_words
from referral.people.rules.matching import Strength

_SECONDS = 30.0  # between two lines of the command
_MATCHES = 3  # told beside a row
_HEADINGS = ("fila", "nombre", "nacimiento", "estado", "por corregir", "misma lista: fila", "misma lista: razones")
_PER_MATCH = ("expediente", "nombre en el expediente", "puntaje", "fuerza", "razones")


def write_preview(table: Table, path: Path) -> dict[str, int]:
    """Write what every row says and whom it looks like, likeliest first; how many rows stand where. Nothing is kept."""
    counts: dict[str, int] = {}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        numbered = [f"{heading} {place}" for place in range(1, _MATCHES + 1) for heading in _PER_MATCH]
        writer.writerow([*_HEADINGS, *numbered])
        for state, cells in _told(table):
            counts[state] = counts.get(state, 0) + 1
            writer.writerow([harmless(cell) for cell in cells])
    path.chmod(0o600)  # it names people
    return counts


def register_table(
    table: Table, new: NewBatch, *, desk: uuid.UUID, keep_days: int, tell: Callable[[str], None]
) -> dict[RowState, int]:
    """Keep the list at this desk and register every row that is sure; the others stay there to be looked at."""
    with unit_of_work("intake.upload") as work:
        batch = keep_batch(work, new, table, keep_days=keep_days, desk=desk)
    while (told := compare_some(batch, seconds=_SECONDS)).left:
        tell(f"Falta comparar {told.left}.")
    done = held = 0
    while True:
        step = register_some(batch, seconds=_SECONDS)
        done, held = done + step.done, held + step.held
        if not step.left:
            break
        tell(f"Registradas {done}; faltan {step.left}.")
    return {RowState.REGISTERED: done, RowState.LOOKALIKE: held}


def _told(table: Table) -> Iterator[tuple[str, list[str]]]:
    families = family_numbers(table.rows)
    with reading() as desk:
        typed = [Typed(number, cells, families.get(number)) for number, cells in table.rows]
        facts = read_rows(typed, told_on=desk.today, notice_given=True)
        sheet = Sheet({number: said.person for number, said in facts.items() if said.person is not None})
        for number, cells in table.rows:
            said = facts[number]
            twins = sheet.alike(number) if said.person is not None else []
            hits = hits_on_file(desk, said.person)[:_MATCHES] if said.person is not None else []
            strong = bool(twins) or any(hit.strength is Strength.STRONG for hit in hits)
            state = RowState.WRONG if said.wrong else RowState.LOOKALIKE if strong else RowState.READY
            line = [str(number), name_in(cells), cells.get("birth", "") or cells.get("age", "")]
            line += [str(labels.STATES[state]), _wrong_words(said)]
            line += [str(twins[0].row), "; ".join(reason_words(twins[0].reasons))] if twins else ["", ""]
            for hit in hits:
                strength = "fuerte" if hit.strength is Strength.STRONG else "débil"
                line += [hit.minimal.folio or str(hit.ref), hit.minimal.name, f"{hit.score:.2f}", strength]
                line.append("; ".join(reason_words(hit.reasons)))
            yield line[3], line


def _wrong_words(said: RowFacts) -> str:
    return " ".join(f"{labels.heading(one.column)}: {labels.problem(one)}" for one in said.wrong)


def new_batch(path: Path, notice: Notice) -> NewBatch:
    """How a list that came by command is called: after its file."""
    return NewBatch(path.stem[:120], notice=notice, notice_language="es" if notice is not Notice.NOT_GIVEN else "")

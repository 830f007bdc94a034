"""Lists that came from brigades: one long done, one with rows to look at, one just read. For year.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random

from referral.consent.notice import notice
from referral.demo.case import Stage
from referral.demo.hours import at_work, just_before
from referral.demo.names import rows
from referral.infra.work import serving
from referral.intake.actions.batches import keep_batch
from referral.intake.facts import NewBatch, Notice, Table
from referral.intake.running import compare_some, register_some

_FIRST_ROW = 2  # below the headings
_SECONDS = 60.0
_HOW = "Con firma"


def plan_brigades(stage: Stage, chance: Random) -> None:
    """Put them on the agenda: at the first desk months ago and days ago, at the other one just now."""
    end = stage.recipe.until
    moments: tuple[tuple[datetime, str, int, bool], ...] = (
        (at_work(end - timedelta(days=110), chance), "Brigada de ejemplo en la plaza", 0, True),
        (at_work(end - timedelta(days=5), chance), "Jornada de ejemplo en el albergue", 0, True),
        (just_before(end, chance), "Brigada de ejemplo en la terminal", 1, False),
    )
    for number, (moment, label, desk, registers) in enumerate(moments):
        stage.at(moment, partial(_bring, stage, number, label, desk, registers=registers))


def _bring(stage: Stage, number: int, label: str, desk: int, *, registers: bool) -> None:
    worker = stage.house.at_desk[desk]
    # Nobody can have been given a notice that was not written yet: they will be asked when they come to the window.
    told = notice().since <= stage.clock.today()
    cells = []
    for row in rows("brigades.csv"):
        if row.pop("list") == str(number):
            asked = {"care_how": _HOW, "asked_by": worker.name} if told and row["care"] else {"care": ""}
            cells.append({name: text for name, text in (row | asked).items() if text})
    table = Table(tuple(enumerate(cells, start=_FIRST_ROW)))
    new = NewBatch(label, notice=Notice.READ_ALOUD, notice_language="es") if told else NewBatch(label)
    with stage.aside("intake.upload", worker, minutes=4) as work:
        batch = keep_batch(work, new, table, keep_days=stage.settings.intake_days)
    with serving(stage.database, worker):
        compare_some(batch, seconds=_SECONDS)
        if registers:
            stage.told.people += register_some(batch, seconds=_SECONDS).done

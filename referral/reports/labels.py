"""Words of the reports room: numbers and their definitions, periods, the answer as a sentence."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.directory.labels import words
from referral.infra.web.formats import code_label, date_long, number
from referral.referrals.labels import REASONS
from referral.reports.facts import Grouping, Line, Period, Slice
from referral.reports.rules import PeriodProblem, Preset, percent

GROUPINGS: dict[Grouping, LazyString] = {
    Grouping.SERVICE: _l("Servicio"),
    Grouping.CATEGORY: _l("Tipo de necesidad"),
}

SLICES: dict[Slice, LazyString] = {
    Slice.SENT: _l("Enviadas"),
    Slice.ANSWERED: _l("Contestadas"),
    Slice.ACCEPTED: _l("Aceptadas"),
    Slice.REFUSED: _l("Rechazadas"),
    Slice.SERVED: _l("Atendidas"),
    Slice.UNSERVED: _l("Cerradas sin servicio"),
    Slice.NO_REPLY: _l("Sin respuesta"),
    Slice.OPEN: _l("En curso"),
}

DEFINITIONS: dict[Slice, LazyString] = {
    Slice.SENT: _l("Canalizaciones que salieron de la ventanilla en el periodo, sin las anotadas por error."),
    Slice.ANSWERED: _l("La institución dijo que sí o que no: aceptadas más rechazadas. Un acuse de recibo no cuenta."),
    Slice.ACCEPTED: _l("La institución dijo que sí, haya terminado o no."),
    Slice.REFUSED: _l("La institución dijo que no; los motivos se cuentan aparte."),
    Slice.SERVED: _l("Terminadas con el servicio recibido, todo o en parte."),
    Slice.UNSERVED: _l(
        "Cerradas sin que este servicio se recibiera, por cualquier motivo: rechazo, cancelación, la persona no fue, se"
        " resolvió en la ventanilla."
    ),
    Slice.NO_REPLY: _l("Pasó el plazo y la institución no contestó, o se cerraron por eso."),
    Slice.OPEN: _l("Abiertas y dentro de su plazo."),
}

PRESETS: dict[Preset, LazyString] = {
    Preset.LAST_MONTH: _l("Mes pasado"),
    Preset.THIS_MONTH: _l("Este mes"),
    Preset.THREE_MONTHS: _l("Tres meses"),
    Preset.THIS_YEAR: _l("Este año"),
    Preset.TWELVE_MONTHS: _l("Doce meses"),
}

PROBLEMS: dict[PeriodProblem, LazyString] = {
    PeriodProblem.UNREADABLE: _l("Escriba las fechas así: 1/10/2026. Mientras tanto se muestra el mes pasado."),
    PeriodProblem.ENDS_BEFORE: _l(
        "La fecha final es anterior a la inicial. Cambie una de las dos; mientras tanto se muestra el mes pasado."
    ),
}

# The parts of a bar, in order, with the ink of each; its words stand beside it.
BARS: tuple[tuple[Slice, str], ...] = (
    (Slice.SERVED, "served"),
    (Slice.OPEN, "open"),
    (Slice.NO_REPLY, "silent"),
    (Slice.UNSERVED, "unserved"),
)


# Both in one language: they never change while the process lives, and a page asks for each of them several times.
@cache
def slice_words(_language: str) -> Mapping[Slice, str]:
    """The words of the numbers, in the language of the page that asks."""
    return {which: str(text) for which, text in SLICES.items()}


@cache
def definition_words(_language: str) -> Mapping[Slice, str]:
    """What each number counts, in the language of the page that asks."""
    return {which: str(text) for which, text in DEFINITIONS.items()}


def period_words(period: Period) -> str:
    """ "del 1 de octubre de 2026 al 31 de octubre de 2026"."""
    if period.first == period.last:
        return _("el %(day)s", day=date_long(period.first))
    return _("del %(first)s al %(last)s", first=date_long(period.first), last=date_long(period.last))


def group_words(line: Line) -> str:
    """What a line stands for."""
    if line.key is None:
        return _("Total")
    if isinstance(line.key, uuid.UUID):
        return words(line.name) if line.name is not None else _("Servicio que ya no está en el directorio")
    return code_label(line.key, "need_categories")


def days_words(days: float | None) -> str:
    """A median: "3", "3.5"; empty for None."""
    if days is None:
        return ""
    return f"{days:,.1f}" if days % 1 else number(int(days))  # the same in es-MX and en-GB


def answer(total: Line, period: Period) -> str:
    """The report as one sentence."""
    counts = total.counts
    return ngettext(
        "De %(sent)s canalización enviada %(period)s, %(served)s terminó con el servicio recibido: %(share)s %%.",
        "De %(sent)s canalizaciones enviadas %(period)s, %(served)s terminaron con el servicio recibido: %(share)s %%.",
        total.sent,
        sent=number(total.sent),
        period=period_words(period),
        served=number(counts[Slice.SERVED]),
        share=percent(counts[Slice.SERVED], total.sent),
    )


def bars_words(lines: Iterable[Line], names: Iterable[str]) -> Iterator[str]:
    """Each bar in words, for those who do not see it. The sentence is looked up once for all."""
    sentence = _(
        "%(name)s: %(served)s atendidas, %(open)s en curso, %(silent)s sin respuesta, %(unserved)s cerradas sin"
        " servicio."
    )
    for line, name in zip(lines, names, strict=True):
        counts = line.counts
        yield sentence % {
            "name": name,
            "served": number(counts[Slice.SERVED]),
            "open": number(counts[Slice.OPEN]),
            "silent": number(counts[Slice.NO_REPLY]),
            "unserved": number(counts[Slice.UNSERVED]),
        }


def category_words(code: str) -> str:
    """The words of a need category; empty for none."""
    return code_label(code, "need_categories")


def reason_words(code: str) -> str:
    """The words of a reason; the code itself when it is no longer known."""
    return str(REASONS.get(code, code))


def refusals_words(refusals: Mapping[str, int]) -> str:
    """ "No hay cupo: 3; Falta un documento: 1", the most frequent first."""
    ordered = sorted(refusals.items(), key=lambda pair: (-pair[1], pair[0]))
    return "; ".join(f"{reason_words(code)}: {times}" for code, times in ordered)

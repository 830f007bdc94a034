"""Words of the directory: kinds, sources, hours, when a listing was checked, what documents are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from babel.dates import get_day_names
from babel.lists import format_list
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from referral.directory.browse_facts import DoorLine
from referral.directory.facts import PROVISIONAL, Referrable, ScheduleFact, ServiceFacts, Words
from referral.directory.rules.listings import DOCUMENT_SETS
from referral.infra.web.formats import date_long, page_language
from referral.kernel.codes import IDENTITY_DOCUMENTS, PROFILES, RESIDENCE_PROOFS

KINDS: dict[str, LazyString] = {
    "service": _l("Servicio"),
    "programme": _l("Programa"),
    "shelter": _l("Albergue"),
    "hotline": _l("Línea telefónica"),
    "body": _l("Institución"),
    "network": _l("Red u organización"),
    "policy": _l("Documento o política"),
}

REFERRABLE: dict[Referrable, LazyString] = {
    Referrable.YES: _l("Se puede canalizar"),
    Referrable.VERIFY: _l("Por verificar"),
    Referrable.CONDITIONAL: _l("Con condiciones"),
    Referrable.HOST: _l("En esta ventanilla"),
    Referrable.NO: _l("Sólo como información"),
}

# The tint and shape of _parts/tag.html for each answer.
REFERRABLE_TAG: dict[Referrable, str] = {
    Referrable.YES: "accepted",
    Referrable.VERIFY: "waiting",
    Referrable.CONDITIONAL: "waiting",
    Referrable.HOST: "sent",
    Referrable.NO: "closed",
}

SOURCES: dict[str, LazyString] = {
    "compiled_2022": _l("compilación de 2022"),
    "press": _l("nota de prensa"),
    "own_site": _l("sitio de la institución"),
    "third_party": _l("página de terceros"),
    PROVISIONAL: _l("alta provisional de una mesa"),
    "desk": _l("dada de alta en la ventanilla"),
}

STATUSES: dict[str, LazyString] = {
    "active": _l("En operación, según la fuente"),
    "inactive": _l("Suspendido"),
    "defunct": _l("Ya no opera"),
    "temporarily closed": _l("Cerrado por un tiempo"),
}

TAKES: dict[str, LazyString] = {
    "women": _l("mujeres"),
    "men": _l("hombres"),
    "children": _l("niñas, niños y adolescentes"),
    "families": _l("familias"),
}

_SETS: dict[str, LazyString] = {
    "ANY_ID": _l("cualquier identificación"),
    "PHOTO_ID": _l("una identificación con fotografía"),
    "TRAINING_ID": _l("cualquier otra identificación de las que aceptan"),
    "ADDRESS_PROOF": _l("un comprobante de que vive en la ciudad"),
}

_DIALLED = re.compile(r"[+*]?[\d\s().-]*\d")
_NOT_DIALLED = re.compile(r"[^\d+*]")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def words(text: Words) -> str:
    """A bilingual text in the page's language, falling back to the Spanish one."""
    return text.label(page_language()) or text.es


def source_words(source: str) -> str:
    """What kind of source told us; an imported listing names its own."""
    return str(SOURCES.get(source, source))


def dial(number: str) -> str:
    """A number as a telephone dials it, without spaces or an extension; empty when it cannot be dialled."""
    digits = _DIALLED.match(number.strip())
    return _NOT_DIALLED.sub("", digits[0]) if digits else ""


def any_of(parts: Iterable[str]) -> str:
    """ "a, b o c" in the page's language."""
    return format_list(list(parts), style="or", locale=page_language())


def all_of(parts: Iterable[str]) -> str:
    """ "a, b y c" in the page's language."""
    return format_list(list(parts), style="standard", locale=page_language())


def document_words(code: str) -> str:
    """A document's name, or the words for a set of documents."""
    if code in DOCUMENT_SETS:
        return str(_SETS[code])
    if code in IDENTITY_DOCUMENTS:
        return IDENTITY_DOCUMENTS.label(code, page_language())
    return RESIDENCE_PROOFS.label(code, page_language())


def document_group(codes: Iterable[str]) -> str:
    """The documents of one group, any of which will do."""
    return any_of(document_words(code) for code in codes)


def to_bring(line: DoorLine) -> str:
    """What to bring, on one line of paper: each group of documents, then what the source says besides."""
    return "; ".join([*(document_group(group) for group in line.documents), *filter(None, [words(line.bring)])])


def profile_words(codes: Iterable[str]) -> str:
    """Names of mobility profiles, as a list."""
    return any_of(PROFILES.label(code, page_language()) for code in codes)


def checked(service: ServiceFacts | DoorLine, *, stale: bool = False) -> str:
    """When somebody last verified the listing, or how old the source is. `stale`: too long ago to rely on."""
    if service.provisional:
        return _("Alta provisional, sin revisar: verifique antes de usar")
    if service.assured_on is not None and stale:
        return _("Verifique antes de usar: nadie lo verifica desde el %(day)s", day=date_long(service.assured_on))
    if service.assured_on is not None:
        return _("Verificado el %(day)s", day=date_long(service.assured_on))
    if service.as_of:
        return _("Verifique antes de usar: dato de %(date)s", date=service.as_of)
    return _("Verifique antes de usar: dato sin fecha")


def hours(schedule: ScheduleFact) -> str:
    """ "lunes a viernes, de 9:00 a 17:00"; a whole day is said as such."""
    names = get_day_names("wide", locale=page_language())
    days = [_DAYS.index(day) for day in schedule.byday.split(",") if day in _DAYS]
    if days == list(range(7)):
        when = _("todos los días")
    elif len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        when = _("%(first)s a %(last)s", first=names[days[0]], last=names[days[-1]])
    else:
        when = all_of(names[day] for day in days)
    if (schedule.opens_at, schedule.closes_at) == ("00:00", "23:59"):
        return _("%(days)s, las 24 horas", days=when)
    opens, closes = schedule.opens_at.lstrip("0"), schedule.closes_at.lstrip("0")
    return _("%(days)s, de %(opens)s a %(closes)s", days=when, opens=opens, closes=closes)

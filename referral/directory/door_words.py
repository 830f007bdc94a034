"""Words for when a door is open: "abierto hasta las 17:00", "cerrado hoy, abre mañana 9:00". For templates."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from babel.dates import get_day_names
from flask_babel import gettext as _

from referral.directory.browse_facts import Hours
from referral.directory.labels import all_of
from referral.directory.rules.hours import DoorState, Now, open_on
from referral.infra.web.formats import date_long, page_language
from referral.kernel.clock import LOCAL_ZONE

# The tint and shape of _parts/tag.html for each state.
TAGS: dict[Now, str] = {Now.OPEN: "accepted", Now.CLOSED: "closed", Now.UNKNOWN: "waiting"}
_ALWAYS = timedelta(days=7)
WEEK = 7


def door(hours: Hours, state: DoorState, now: datetime, holidays: Collection[date]) -> str:
    """What a person at the door would find now, and when it opens or closes next."""
    here = now.astimezone(LOCAL_ZONE)
    if state.now is Now.UNKNOWN:
        return _("horario sin confirmar")
    if state.now is Now.OPEN:
        return _until(here, state.until)
    return _closed(hours, here, state.opens, holidays)


def week(hours: Hours, today: date, holidays: Collection[date]) -> list[tuple[str, str]]:
    """The next seven days, each with its hours; empty when nothing is known."""
    if not any(open_on(hours.openings, today + timedelta(days=ahead)) for ahead in range(WEEK)):
        return []
    return [_day(hours, today + timedelta(days=ahead), holidays) for ahead in range(WEEK)]


def _day(hours: Hours, day: date, holidays: Collection[date]) -> tuple[str, str]:
    spans = open_on(hours.openings, day, holidays=holidays)
    name = _("%(weekday)s %(day)s", weekday=_weekday(day), day=date_long(day))
    if not spans:
        return name, _("cerrado por día festivo") if day in holidays else _("cerrado")
    if spans == [("00:00", "00:00")]:
        return name, _("las 24 horas")
    said = (_("de %(opens)s a %(closes)s", opens=_plain(opens), closes=_plain(closes)) for opens, closes in spans)
    return name, all_of(said)


def _until(here: datetime, until: datetime | None) -> str:
    if until is None or until - here >= _ALWAYS:
        return _("abierto las 24 horas")
    time = _clock(until)
    days = (until.date() - here.date()).days
    if days == 0 or (days == 1 and time == "0:00"):
        return (
            _("abierto hasta la %(time)s", time=time) if until.hour == 1 else _("abierto hasta las %(time)s", time=time)
        )
    if days == 1:
        return _("abierto hasta mañana %(time)s", time=time)
    return _("abierto hasta el %(weekday)s %(time)s", weekday=_weekday(until.date()), time=time)


def _closed(hours: Hours, here: datetime, opens: datetime | None, holidays: Collection[date]) -> str:
    today = here.date()
    if opens is None:
        return _("cerrado: confirme cuándo abre")
    time, days = _clock(opens), (opens.date() - today).days
    if days == 0:
        return _("cerrado, abre hoy %(time)s", time=time)
    if days == 1 and not open_on(hours.openings, today, holidays=holidays):
        if today in holidays:
            return _("cerrado hoy por día festivo, abre mañana %(time)s", time=time)
        return _("cerrado hoy, abre mañana %(time)s", time=time)
    if days == 1:
        return _("cerrado, abre mañana %(time)s", time=time)
    if days < WEEK:
        return _("cerrado, abre el %(weekday)s %(time)s", weekday=_weekday(opens.date()), time=time)
    return _("cerrado, abre el %(day)s, %(time)s", day=date_long(opens), time=time)


def _clock(moment: datetime) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def _plain(time: str) -> str:
    return f"{int(time[:2])}:{time[3:5]}"


def _weekday(day: date) -> str:
    return str(get_day_names("wide", locale=page_language())[day.weekday()])

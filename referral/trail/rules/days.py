"""Reading what the filter's boxes say. Pure; called by trail.views."""

from __future__ import annotations

import re
from datetime import date, timedelta

SHOWN_DAYS = 7  # when nobody asks for a period: the trail grows with every page that is opened
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_TYPED = re.compile(r"(?P<day>\d{1,2})[/. -](?P<month>\d{1,2})[/. -](?P<year>\d{4})", re.ASCII)


class NoDay(ValueError):
    """What was typed is no day."""


def asked_days(first: str, last: str, today: date) -> tuple[date, date]:
    """The days typed as "20/11/2026" or "2026-11-20"; the last week for two empty boxes. NoDay when they are none."""
    end = _day(last) if last.strip() else today
    start = _day(first) if first.strip() else end - timedelta(days=SHOWN_DAYS - 1)
    if end < start:
        raise NoDay
    return start, end


def _day(text: str) -> date:
    found = _ISO.fullmatch(text.strip()) or _TYPED.fullmatch(text.strip())
    if found is None or int(found["year"]) < 2000:
        raise NoDay
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        raise NoDay from None

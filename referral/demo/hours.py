"""When things happen at a window: working days, nine to five in the city. Pure; for population.py and year.py."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from referral.kernel.clock import LOCAL_ZONE

OPENS, CLOSES = 9, 17
_SATURDAY = 5
_STEP = timedelta(hours=2)


def at_work(moment: datetime, chance: Random) -> datetime:
    """The same moment when the window is open then; else some time of the next working day. In the city's zone."""
    local = moment.astimezone(LOCAL_ZONE)
    if local.weekday() < _SATURDAY and OPENS <= local.hour < CLOSES:
        return local
    day = local.date() + timedelta(days=1 if local.hour >= CLOSES else 0)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, time(OPENS), LOCAL_ZONE) + timedelta(
        minutes=chance.uniform(0, (CLOSES - OPENS) * 60 - 1)
    )


def later(moment: datetime, low: float, high: float, chance: Random) -> datetime:
    """Between `low` and `high` days after `moment`, when the window is open."""
    return at_work(moment + timedelta(days=chance.uniform(low, high)), chance)


def just_before(moment: datetime, chance: Random) -> datetime:
    """Some time in the last hours before `moment` in which the window was open."""
    back = moment - _STEP
    while (found := at_work(back, chance)) >= moment:
        back -= _STEP
    return found

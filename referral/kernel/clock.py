"""What time it is: instants in UTC, days in Mexico City. The app passes one Clock down; nothing else reads the time."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("America/Mexico_City")


class Clock(Protocol):
    """Tells the time to works, readings and jobs."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""

    def today(self) -> date:
        """The day it is in Mexico City, which near midnight is not the day in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return local_day(self.now())


class FixedClock:
    """A clock that stands still until told to advance: tests and the demo year."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return local_day(self._now)

    def set(self, now: datetime) -> None:
        """Moves to an aware instant; ValueError for a naive one."""
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._now = now.astimezone(UTC)

    def advance(self, delta: timedelta | None = None, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Moves forward by `delta`, or by the named amounts."""
        self._now += (delta or timedelta()) + timedelta(days=days, hours=hours, minutes=minutes)


def local_day(instant: datetime) -> date:
    """The Mexico City day of an aware instant. ValueError for a naive one, which would mean the machine's zone."""
    if instant.tzinfo is None:
        raise ValueError("a local day needs an aware datetime")
    return instant.astimezone(LOCAL_ZONE).date()


def day_start(day: date) -> datetime:
    """The UTC instant at which a Mexico City day begins; for periods, day_start(first) <= x < day_start(last + 1)."""
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL_ZONE).astimezone(UTC)

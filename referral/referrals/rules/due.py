"""When an answer is due, and whether it is late. Working days are Monday to Friday; holidays come with the opening
hours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from referral.referrals.facts import UNANSWERED, AnswerDays, Status

_SATURDAY = 5


def add_working_days(day: date, days: int) -> date:
    """The day `days` working days after `day`. Zero gives the same day, or the next Monday on a weekend."""
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
        if day.weekday() < _SATURDAY and days:
            days -= 1
    weeks, rest = divmod(days, 5)
    day += timedelta(weeks=weeks)
    while rest:
        day += timedelta(days=1)
        rest -= day.weekday() < _SATURDAY
    return day


def due_day(urgency: str, sent_on: date, days: AnswerDays) -> date:
    """The day by which the partner should have answered. Immediate and urgent run through weekends: harm does not
    wait. What the institution promised counts instead of ours; in an emergency only when it is sooner.
    """
    if days.promised is not None:
        promised = add_working_days(sent_on, days.promised)
        if urgency not in {"immediate", "urgent"}:
            return promised
        return min(promised, due_day(urgency, sent_on, replace(days, promised=None)))
    match urgency:
        case "immediate":
            return sent_on + timedelta(days=days.immediate)
        case "urgent":
            return sent_on + timedelta(days=days.urgent)
        case "soon":
            return add_working_days(sent_on, days.soon)
        case _:
            return add_working_days(sent_on, days.normal)


def is_overdue(status: Status, due_on: date | None, today: date) -> bool:
    """Sent, not answered, and its day is past. An acknowledgement is no answer."""
    return status in UNANSWERED and due_on is not None and due_on < today

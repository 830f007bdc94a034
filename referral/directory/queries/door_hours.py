"""Reads when doors are open: schedules as the rules that rules.hours can judge. Called by browsing, views, contacts."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Select, Uuid, bindparam, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from referral.directory.browse_facts import Hours
from referral.directory.models import DEMO, Schedule, ServiceAtLocation
from referral.directory.rules.hours import Opening
from referral.infra.db import bare

_HELD = ServiceAtLocation.__table__.c
_HOURS = (
    Schedule.freq,
    Schedule.interval,
    Schedule.byday,
    Schedule.bymonthday,
    Schedule.byweekno,
    Schedule.byyearday,
    Schedule.count,
    Schedule.dtstart,
    Schedule.until,
    Schedule.valid_from,
    Schedule.valid_to,
    Schedule.opens_at,
    Schedule.closes_at,
    Schedule.closed,
    Schedule.description,
    Schedule.provenance,
)
_FEW_DAYS = 14  # hours given for no more days than this, without naming weekdays, are for each of them


def hours_of(session: Session, ref: uuid.UUID) -> Hours:
    """All that is known of when one service is open. One query."""
    return hours_by_ref(session, [ref]).get(ref, Hours())


def hours_by_ref(session: Session, services: Collection[uuid.UUID]) -> dict[uuid.UUID, Hours]:
    """Hours of these services: their own, else those they have at a place, else the place's. One query."""
    rows = bare(session, _of_some(), {"services": list(services)})
    return {uuid.UUID(str(raw)): hours for raw, hours in _ranked(rows).items()}


def hours_by_service(session: Session, services: Select[Any]) -> dict[object, Hours]:
    """The same of the services that a select of ids finds, by raw id: there may be thousands. One query."""
    return _ranked(session.execute(_every(services)))


@cache
def _of_some() -> CompoundSelect[Any]:
    return _every(bindparam("services", expanding=True, type_=Uuid))


def _every(services: Select[Any] | BindParameter[Any]) -> CompoundSelect[Any]:
    whose = type_coerce(_HELD.service_id, NullType()).label("raw")
    own = select(type_coerce(Schedule.service_id, NullType()).label("raw"), literal(0).label("rank"), *_HOURS)
    held = select(whose, literal(1).label("rank"), *_HOURS).join(
        ServiceAtLocation, ServiceAtLocation.id == Schedule.service_at_location_id
    )
    there = select(whose, literal(2).label("rank"), *_HOURS).join(
        ServiceAtLocation, ServiceAtLocation.location_id == Schedule.location_id
    )
    return union_all(
        own.where(Schedule.service_id.in_(services)),
        held.where(_HELD.service_id.in_(services)),
        there.where(_HELD.service_id.in_(services)),
    )


def _ranked(rows: Iterable[Any]) -> dict[object, Hours]:
    ranked: dict[object, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        ranked[row.raw][row.rank].append(row)
    return {raw: _together(found[min(found)]) for raw, found in ranked.items()}


def _together(rows: Iterable[Any]) -> Hours:
    rows = sorted(rows, key=lambda row: (row.opens_at, row.closes_at, row.byday, row.description))
    return Hours(
        openings=tuple(dict.fromkeys(_opening(row) for row in rows)),
        said=tuple(dict.fromkeys(row.description for row in rows if row.description and not row.byday)),
        demo=any(row.provenance == DEMO for row in rows),
    )


def _opening(row: Any) -> Opening:
    beyond = row.byweekno or row.byyearday or row.count
    return Opening(
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        byday=row.byday,
        bymonthday=row.bymonthday,
        freq="" if beyond else _frequency(row),  # no frequency: a rule that nobody here can read
        interval=row.interval or 1,
        dtstart=row.dtstart,
        until=row.until,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        closed=row.closed,
    )


def _frequency(row: Any) -> str:
    """Days off and hours of a few days are often given as from when to when and nothing more: each day between."""
    first, last = row.dtstart or row.valid_from, row.until or row.valid_to
    if not (row.byday or row.bymonthday) and first and last and (last - first).days < _FEW_DAYS:
        return "DAILY"
    return str(row.freq)

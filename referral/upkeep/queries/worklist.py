"""Listings nobody verified lately: how many, and which first. Read by the verification list and the home page."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from referral.directory.facts import PROVISIONAL, Referrable, Words
from referral.directory.models import DEMO, Organization, Schedule, Service
from referral.referrals.models import Referral
from referral.upkeep.facts import Gap, State, ToVerify, Waiting
from referral.upkeep.models import Suggestion

USED_WITHIN = timedelta(days=365)


def to_verify_count(session: Session, *, today: date, stale_days: int) -> int:
    """How many listings people may be sent to were not verified within `stale_days`."""
    return session.scalar(select(func.count()).select_from(Service).where(_stale(today, stale_days))) or 0


def waiting(session: Session, *, today: date, stale_days: int) -> Waiting:
    """How many listings wait, for the home page of who keeps the directory. One statement."""
    reviews = select(func.count(Suggestion.service_id.distinct())).where(Suggestion.state == State.OPEN.value)
    stale = select(func.count()).select_from(Service).where(_stale(today, stale_days))
    row = session.execute(select(reviews.scalar_subquery(), stale.scalar_subquery())).one()
    return Waiting(*row)


def to_verify(
    session: Session, *, now: datetime, today: date, stale_days: int, limit: int, offset: int = 0
) -> list[ToVerify]:
    """The oldest first (never verified before all), and among equals the most used within a year. Two statements."""
    used = (
        select(Referral.service_id, func.count().label("times"))
        .where(Referral.sent_at.is_not(None), Referral.sent_at >= now - USED_WITHIN)
        .group_by(Referral.service_id)
        .subquery()
    )
    times = func.coalesce(used.c.times, 0)
    has_hours = exists().where(
        Schedule.service_id == Service.id, Schedule.closed.is_(False), Schedule.provenance != DEMO
    )
    rows = session.execute(
        select(
            Service,
            Organization.name_es.label("of_es"),
            Organization.name_en.label("of_en"),
            times.label("times"),
            has_hours.label("has_hours"),
        )
        .join(Organization, Organization.id == Service.organization_id)
        .outerjoin(used, used.c.service_id == Service.id)
        .where(_stale(today, stale_days))
        .order_by(Service.assured_date.is_not(None), Service.assured_date, times.desc(), Service.as_of, Service.key)
        .limit(limit)
        .offset(offset)
    ).all()
    notices = _notices(session, [row[0].id for row in rows])
    return [_line(row, notices.get(row[0].id, 0)) for row in rows]


def _stale(today: date, stale_days: int) -> ColumnElement[bool]:
    return and_(
        Service.referrable != Referrable.NO.value,
        Service.status == "active",
        or_(Service.assured_date.is_(None), Service.assured_date < today - timedelta(days=stale_days)),
    )


def _notices(session: Session, services: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    counted = (
        select(Suggestion.service_id, func.count())
        .where(Suggestion.state == State.OPEN.value, Suggestion.service_id.in_(services))
        .group_by(Suggestion.service_id)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _line(row: Row[Any], notices: int) -> ToVerify:
    service: Service = row[0]
    return ToVerify(
        ref=service.id,
        name=Words(service.name_es, service.name_en),
        organization=Words(row.of_es, row.of_en),
        version=service.version,
        phone=service.card["phone"],
        as_of=service.as_of,
        assured_on=service.assured_date,
        used=row.times,
        gaps=tuple(_gaps(service, has_hours=bool(row.has_hours))),
        provisional=service.source == PROVISIONAL,
        missing_on=service.source_missing_on,
        notices=notices,
    )


def _gaps(service: Service, *, has_hours: bool) -> list[Gap]:
    card = service.card
    known = {
        Gap.PHONE: bool(card["phone"]),
        Gap.HOURS: has_hours,
        Gap.PLACE: bool(card["alcaldias"]) and not card.get("demo_place"),
        Gap.DOCUMENTS: bool(card["requirements"].get("documents") or service.bring_es),
        Gap.METHOD: bool(service.referral_method),
        Gap.ENGLISH: bool(service.gives_en),
    }
    return [gap for gap, is_known in known.items() if not is_known]

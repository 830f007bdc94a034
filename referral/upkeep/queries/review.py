"""The review queue, one listing's open suggestions, and what one author suggested. Read by the upkeep pages."""

from __future__ import annotations

import uuid
from collections import Counter

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.directory.facts import Words
from referral.directory.models import Organization, Service
from referral.infra.db import within
from referral.staff.models import Staff
from referral.upkeep.facts import Kind, Listing, OwnSuggestion, QueueLine, State, SuggestionFact
from referral.upkeep.models import Suggestion

MOST_OWN = 100


def queue_count(session: Session) -> int:
    """How many listings have something to review."""
    return session.scalar(select(func.count(Suggestion.service_id.distinct())).where(_open())) or 0


def queue(session: Session, *, limit: int, offset: int = 0) -> list[QueueLine]:
    """Listings with open suggestions, the one that waits longest first."""
    since = func.min(Suggestion.at)
    grouped = (
        select(Suggestion.service_id, func.count().label("open"), since.label("since"))
        .where(_open())
        .group_by(Suggestion.service_id)
        .order_by(since, Suggestion.service_id)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    names = (Service.name_es, Service.name_en, Organization.name_es.label("of_es"), Organization.name_en.label("of_en"))
    found = session.execute(
        select(grouped.c.service_id, grouped.c.open, grouped.c.since, *names)
        .join(Service, Service.id == grouped.c.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .order_by(grouped.c.since, grouped.c.service_id)
    ).all()
    kinds: dict[uuid.UUID, set[str]] = {}
    asked = (
        select(Suggestion.service_id, Suggestion.kind)
        .distinct()
        .where(_open(), Suggestion.service_id.in_([row.service_id for row in found]))
    )
    for service, kind in session.execute(asked):
        kinds.setdefault(service, set()).add(kind)
    return [
        QueueLine(
            service=row.service_id,
            name=Words(row.name_es, row.name_en),
            organization=Words(row.of_es, row.of_en),
            open=row.open,
            kinds=tuple(kind for kind in Kind if kind.value in kinds.get(row.service_id, ())),
            since=row.since,
        )
        for row in found
    ]


def open_suggestions(session: Session, listed: Listing) -> list[SuggestionFact]:
    """What is open for one listing, by field, the oldest first: rivals for a field stand together."""
    rows = session.execute(
        select(Suggestion, Staff.name)
        .outerjoin(Staff, Staff.id == Suggestion.author_id)
        .where(_open(), Suggestion.service_id == listed.ref)
        .order_by(Suggestion.field, Suggestion.at, Suggestion.id)
    ).all()
    each = Counter(row.field for row, _author in rows)
    return [
        SuggestionFact(
            ref=row.id,
            kind=Kind(row.kind),
            field=row.field,
            old=row.old.get("value"),
            new=row.new.get("value"),
            now=listed.values.get(row.field),
            said=row.said,
            author=author or "",
            at=row.at,
            rivals=each[row.field] - 1,
        )
        for row, author in rows
    ]


def own_suggestions(session: Session, reach: Reach) -> list[OwnSuggestion]:
    """What this account suggested, the latest news first."""
    news = func.coalesce(Suggestion.decided_at, Suggestion.at)
    rows = session.execute(
        select(Suggestion, Service.name_es, Service.name_en)
        .join(Service, Service.id == Suggestion.service_id)
        .where(within(reach, staff=Suggestion.author_id))
        .order_by(news.desc(), Suggestion.id.desc())
        .limit(MOST_OWN)
    )
    return [
        OwnSuggestion(
            service=row.service_id,
            name=Words(spanish, english),
            kind=Kind(row.kind),
            field=row.field,
            new=row.new.get("value"),
            said=row.said,
            at=row.at,
            state=State(row.state),
            reason=row.reason,
            decided_at=row.decided_at,
        )
        for row, spanish, english in rows
    ]


def _open() -> ColumnElement[bool]:
    return Suggestion.state == State.OPEN.value

"""The columns that lists of referrals read and the facts they become. Used by the other queries of this room."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, select

from referral.directory.facts import Words
from referral.directory.models import Organization, Service
from referral.needs.models import Need
from referral.referrals.facts import ReferralLine, Status, WorkLine
from referral.referrals.models import Referral
from referral.referrals.rules.due import is_overdue

_COLUMNS = (
    Referral.id,
    Referral.code,
    Referral.person_id,
    Referral.need_id,
    Referral.need_category,
    Referral.service_id,
    Referral.organization_id,
    Referral.status,
    Referral.urgency,
    Referral.reason,
    Referral.outcome,
    Referral.created_at,
    Referral.sent_at,
    Referral.answered_at,
    Referral.closed_at,
    Referral.due_on,
    Referral.waits_for,
    Need.code.label("need_code"),
    Service.name_es.label("service_es"),
    Service.name_en.label("service_en"),
    Organization.name_es.label("organization_es"),
    Organization.name_en.label("organization_en"),
)


_WORK_COLUMNS = (
    Referral.id,
    Referral.person_id,
    Referral.code,
    Need.code.label("need_code"),
    Service.name_es,
    Service.name_en,
    Referral.status,
    Referral.urgency,
    Referral.reason,
    Referral.outcome,
    Referral.sent_at,
    Referral.due_on,
)


@cache
def select_work() -> Select[*tuple[Any, ...]]:
    """Referrals with what the work list shows: to read everything of them takes three times as long."""
    joined = select(*_WORK_COLUMNS).join(Need, Need.id == Referral.need_id)
    return joined.join(Service, Service.id == Referral.service_id)


def work_line(row: Row[*tuple[Any, ...]], *, today: date, name: str = "") -> WorkLine:
    """One row of select_work as a fact."""
    ref, _person, code, need_code, spanish, english, status, urgency, reason, outcome, sent_at, due_on, *_name = row
    stands = Status(status)
    return WorkLine(
        ref=ref,
        code=code,
        name=name,
        need_code=need_code,
        service_name=Words(spanish, english),
        status=stands,
        urgency=urgency,
        reason=reason,
        outcome=outcome,
        sent_at=sent_at,
        due_on=due_on,
        overdue=is_overdue(stands, due_on, today),
    )


@cache
def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .join(Need, Need.id == Referral.need_id)
        .join(Service, Service.id == Referral.service_id)
        .join(Organization, Organization.id == Referral.organization_id)
    )


def select_lines(*more: Any) -> Select[*tuple[Any, ...]]:
    """Referrals with the names of their service and institution, without anything sealed; `more` columns come after."""
    return _lines().add_columns(*more) if more else _lines()


def line(row: Row[*tuple[Any, ...]], *, today: date, name: str = "") -> ReferralLine:
    """One row of select_lines as a fact."""
    status = Status(row.status)
    return ReferralLine(
        ref=row.id,
        code=row.code,
        person=row.person_id,
        name=name,
        need=row.need_id,
        need_code=row.need_code,
        category=row.need_category,
        service=row.service_id,
        service_name=Words(row.service_es, row.service_en),
        organization=row.organization_id,
        organization_name=Words(row.organization_es, row.organization_en),
        status=status,
        urgency=row.urgency,
        reason=row.reason,
        outcome=row.outcome,
        created_at=row.created_at,
        sent_at=row.sent_at,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        due_on=row.due_on,
        overdue=is_overdue(status, row.due_on, today),
        waits_for=row.waits_for,
    )

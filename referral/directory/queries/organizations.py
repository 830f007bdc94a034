"""Reads institutions: one by its key, all of them by name. Called by rooms that let somebody choose one."""

from __future__ import annotations

import uuid
from functools import cache

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from referral.directory.facts import Words
from referral.directory.models import Organization
from referral.infra.db import bare


def organization_ref(session: Session, *, key: str) -> uuid.UUID | None:
    """An organisation's ref by its catalogue key."""
    return session.scalar(select(Organization.id).where(Organization.key == key))


def organization_names(session: Session) -> list[tuple[uuid.UUID, Words]]:
    """Every organisation by Spanish name, for choosing one."""
    return [(ref, Words(spanish, english)) for ref, spanish, english in bare(session, _organization_names())]


@cache
def _organization_names() -> Select[uuid.UUID, str, str]:
    return select(Organization.id, Organization.name_es, Organization.name_en).order_by(Organization.name_es)

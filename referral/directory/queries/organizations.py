"""Reads institutions: one by its key, all of them by name. Called by rooms that let somebody choose one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import cache

from sqlalchemy import Select, String, cast, func, select
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


def organization_choices(session: Session, language: str) -> Sequence[tuple[str, str]]:
    """Every organisation as the choice of a filter: its ref in hexadecimal and its name in this language.

    Rows as the database gives them: a page with a filter draws all of them and shows one.
    """
    return bare(session, _organization_choices(language)).all()


@cache
def _organization_choices(language: str) -> Select[str, str]:
    ref = func.replace(cast(Organization.id, String), "-", "")
    english = func.coalesce(func.nullif(Organization.name_en, ""), Organization.name_es)
    name = english if language == "en" else Organization.name_es
    return select(ref, name).order_by(Organization.name_es)


@cache
def _organization_names() -> Select[uuid.UUID, str, str]:
    return select(Organization.id, Organization.name_es, Organization.name_en).order_by(Organization.name_es)

""" "Verificado hoy": somebody of the desk called or went, and the listing is right. Called by its page and the list."""

from __future__ import annotations

import uuid

from sqlalchemy.orm.attributes import flag_modified

from referral.access.permissions import Permission
from referral.infra.work import Work
from referral.upkeep.actions.editing import Stale, held


def verify(work: Work, *, ref: uuid.UUID, version: int | None = None) -> None:
    """Note that the listing is right today, and who says so. Stale when `version` is told and it changed since."""
    work.require(Permission.DIRECTORY_VERIFY)
    service = held(work, ref)
    if version is not None and service.version != version:
        raise Stale
    service.assured_date = work.today
    service.assured_by = work.identity.staff if work.identity else None
    flag_modified(service, "assured_date")

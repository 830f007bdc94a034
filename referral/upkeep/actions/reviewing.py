"""Decisions on suggestions: accepted and written, or refused with a reason. Called by the review page."""

from __future__ import annotations

import uuid

from referral.access.permissions import Permission
from referral.directory.facts import PROVISIONAL
from referral.directory.models import Service
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.upkeep.actions.editing import Stale, held
from referral.upkeep.actions.values import touch, write_values
from referral.upkeep.facts import Kind, State
from referral.upkeep.models import Suggestion
from referral.upkeep.queries.listing import listing
from referral.upkeep.rules import Reason, check_changes

KEPT_AT_DESK = "desk"  # Service.source of an entry added here and reviewed


def decide(
    work: Work, *, service: uuid.UUID, suggestion: uuid.UUID, version: int, accepted: bool, reason: str = ""
) -> None:
    """Accept (what it says is written now, if it says a value) or refuse with a reason its author will read.

    `version` is the listing as the reviewer saw it: Stale when it changed since, also by the decision on another
    suggestion for the same field. Refused when it was decided already or the reason is missing.
    """
    work.require(Permission.DIRECTORY_EDIT)
    listed = held(work, service)
    row = work.session.get(Suggestion, suggestion)
    if row is None or row.service_id != service:
        raise OutOfReach
    if row.state != State.OPEN.value:
        raise Refused(Reason.ALREADY_DECIDED)
    if not accepted and not reason:
        raise Refused(Reason.REASON_MISSING, field="reason")
    if accepted and listed.version != version:
        raise Stale
    if row.kind == Kind.ENTRY.value:
        _settle_entry(work, listed, accepted=accepted)
    elif accepted and row.new:
        now = listing(work.session, service).values
        changes = {row.field: row.new["value"]}
        check_changes(now, changes)
        if now[row.field] != row.new["value"]:
            write_values(work, listed, changes)
    row.state = (State.ACCEPTED if accepted else State.REFUSED).value
    row.reason = reason
    row.decided_by = work.identity.staff if work.identity else None
    row.decided_at = work.now


def _settle_entry(work: Work, service: Service, *, accepted: bool) -> None:
    """A new entry stays as one of ours, or takes nobody more; what was sent there keeps its door."""
    if service.source == PROVISIONAL and accepted:
        service.source = KEPT_AT_DESK
    if not accepted:
        service.status = "inactive"
    touch(work, service)

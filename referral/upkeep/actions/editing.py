"""Changes to a listing: saved at once by those who keep the directory, proposed by the institution itself."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import select

from referral.access.permissions import Permission
from referral.directory.models import Service
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.upkeep.actions.values import write_values
from referral.upkeep.facts import Kind, Notice, State, Values
from referral.upkeep.models import Suggestion
from referral.upkeep.queries.listing import listing
from referral.upkeep.rules import OTHER, Reason, changes_between, check_changes, value_of_notice


class Stale(Exception):
    """Somebody saved the listing after the page was opened; nothing was written."""


def edit(work: Work, *, ref: uuid.UUID, version: int, wanted: Values) -> tuple[str, ...]:
    """Save what differs; the names of the fields that changed. Refused when it would contradict itself; Stale."""
    service = held(work, ref)
    work.require(Permission.DIRECTORY_EDIT)
    if service.version != version:
        raise Stale
    now = listing(work.session, ref).values
    changes = changes_between(now, wanted)
    check_changes(now, changes)
    if changes:
        write_values(work, service, changes)
    return tuple(changes)


def propose(work: Work, *, ref: uuid.UUID, wanted: Values) -> int:
    """The institution asks for changes: one suggestion a field, nothing else moves. How many.

    Its own open suggestion for the same field is replaced by the new one.
    """
    service = held(work, ref)
    work.require(Permission.DIRECTORY_PROPOSE, organization=service.organization_id)
    now = listing(work.session, ref).values
    changes = changes_between(now, wanted)
    if not changes:
        raise Refused(Reason.NOTHING_CHANGED)
    check_changes(now, changes)
    author = work.identity.staff if work.identity else None
    mine = select(Suggestion).where(
        Suggestion.service_id == ref,
        Suggestion.author_id == author,
        Suggestion.state == State.OPEN.value,
        Suggestion.kind == Kind.CHANGE.value,
    )
    waiting = {row.field: row for row in work.session.scalars(mine)}
    for field, value in changes.items():
        row = waiting.get(field)
        if row is None:
            suggest(work, service, Kind.CHANGE, field, old=now[field], new=value)
        else:
            row.old, row.new, row.at = {"value": now[field]}, {"value": value}, work.now
    return len(changes)


def tell_wrong(work: Work, *, ref: uuid.UUID, notice: Notice) -> uuid.UUID:
    """ "Esto está mal": kept for review with the right value, if it says one that could be written. Its ref."""
    service = held(work, ref)
    work.require(Permission.DIRECTORY_TELL)
    old = None if notice.field == OTHER else listing(work.session, ref).values[notice.field]
    new = value_of_notice(notice.field, notice.right, old)
    said = notice.said if new is not None or not notice.right else f"{notice.said}\n→ {notice.right}"
    return suggest(work, service, Kind.NOTICE, notice.field, old=old, new=new, said=said.strip()).id


def suggest(work: Work, service: Service, kind: Kind, field: str, *, old: Any, new: Any, said: str = "") -> Suggestion:
    """Put a suggestion in the queue."""
    row = Suggestion(
        service_id=service.id,
        kind=kind.value,
        field=field,
        old={"value": old},
        new={} if new is None else {"value": new},
        said=said,
        author_id=work.identity.staff if work.identity else None,
        at=work.now,
        state=State.OPEN.value,
    )
    work.session.add(row)
    return row


def held(work: Work, ref: uuid.UUID) -> Service:
    """The service's row; OutOfReach when there is none."""
    service = work.session.get(Service, ref)
    if service is None:
        raise OutOfReach
    return service

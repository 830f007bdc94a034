"""Answers, progress and endings: moves of a referral that is under way. Called by the referral page."""

from __future__ import annotations

import uuid

from referral.access.identity import Role
from referral.access.permissions import Permission
from referral.infra.work import OutOfReach, Work
from referral.kernel.refusal import Refused
from referral.referrals.actions.steps import Stale, Step, locked, take
from referral.referrals.actions.tasks import open_needs_after
from referral.referrals.facts import How, Move, Party, Status
from referral.referrals.models import Referral
from referral.referrals.queries.one import partner_still_reads
from referral.referrals.rules.moves import needs_how, rule_for
from referral.referrals.rules.reasons import check_outcome, check_reason
from referral.referrals.rules.refusals import Reason


def move_referral(work: Work, *, ref: uuid.UUID, move: Move) -> None:
    """Take one step of the table. Refused when the table has no such step or something it needs is missing; Stale.

    Sending is not a move: it needs consent, see prepare.send_draft.
    """
    row = locked(work, ref)
    writer = _writer(work)
    _require(work, row, writer)
    if row.version != move.version:
        raise Stale(Status(row.status))
    rule = rule_for(Status(row.status), move.to, writer)
    if move.to is Status.REQUESTED:
        raise Refused(Reason.CONSENT_MISSING)
    how = How.PORTAL if writer is Party.RECEIVER else move.how
    if needs_how(rule, writer) and how in {None, How.PORTAL}:
        raise Refused(Reason.HOW_MISSING, field="how")
    reason, outcome = "", ""
    if rule.outcome_required:
        outcome = check_outcome(move.outcome, move.reason)
        reason = check_reason(move.reason, move.to, writer).code if move.reason else ""
    if rule.reason_required:
        found = check_reason(move.reason, move.to, writer)
        reason = found.code
        outcome = found.outcome if move.to is not Status.ON_HOLD else ""
    party = Party.RECEIVER if writer is Party.RECEIVER or needs_how(rule, writer) else Party.DESK
    take(work, row, Step(move.to, party, how, reason, outcome, move.note))
    open_needs_after(work, row)


def _writer(work: Work) -> Party:
    return Party.RECEIVER if work.identity is not None and work.identity.role is Role.PARTNER else Party.DESK


def _require(work: Work, row: Referral, writer: Party) -> None:
    if writer is Party.RECEIVER:
        work.require(Permission.REFERRAL_ANSWER, organization=row.organization_id)
        if not partner_still_reads(work.session, row.id, now=work.now):
            raise OutOfReach
        return
    # The desk that sent it, or the desk that keeps the person's file now.
    sent_by = work.identity is not None and work.identity.desk == row.desk_id
    work.require(Permission.REFERRAL_MOVE, desk=row.desk_id if sent_by else row.person.desk_id)

"""What a rule opens by itself when a referral ends: a refusal opens the need to be defended. Called by move."""

from __future__ import annotations

from referral.infra.work import Work
from referral.needs.actions import open_by_rule
from referral.referrals.models import Referral
from referral.routing.facts import Circumstance
from referral.routing.rules.book import rule_book

REFUSED = "refused_"  # how the codes of OUTCOMES begin that say that a service turned her away


def open_needs_after(work: Work, row: Referral) -> tuple[str, ...]:
    """Codes of the needs that were opened because this referral ended as it did: those that the rules on who was
    refused a service open.
    """
    if not row.outcome.startswith(REFUSED):
        return ()
    rules = [rule for rule in rule_book().values() if Circumstance.SERVICE_REFUSED in rule.circumstances]
    return tuple(
        code
        for rule in rules
        for code in rule.opens
        if open_by_rule(work, person=row.person_id, code=code, urgency=rule.urgency)
    )

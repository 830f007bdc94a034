"""The protection notice of a child: which referrals do not wait for consent. Pure; for actions and the prepare page."""

from __future__ import annotations

from referral.routing.facts import FactName, Offer, ReasonCode
from referral.routing.rules.book import Effect, rule_book

CONSENT = "consent"
CHILD_PROTECTION = "child_protection"


def is_child_notice(offer: Offer) -> bool:
    """Whether this door is the one that a rule guarding a child alone names for her, also while her age is in doubt."""
    return any(
        reason.code is ReasonCode.NAMED_BY_RULE
        or (reason.code is ReasonCode.CONFIRM_RULE and reason.values.get("facts") == (FactName.AGE,))
        for reason in offer.reasons
        if "rule" in reason.values and _names(str(reason.value("rule")), offer.service.key)
    )


def _names(rule: str, key: str) -> bool:
    known = rule_book().get(rule)
    return known is not None and known.effect is Effect.ONLY and any(door.key == key for door in known.doors)

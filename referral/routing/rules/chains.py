"""Steps that come before a door: which door waits for which rule. Pure; for offers and the plan."""

from __future__ import annotations

from collections.abc import Iterable

from referral.routing.facts import Polarity, Reason
from referral.routing.rules.book import Rule


def waits_for(steps: Iterable[Rule], key: str, reasons: Iterable[Reason]) -> str:
    """The code of the first rule that holds this door back, "" when none does.

    A rule of a step holds back every door but its own; or, when its `after` names some, those alone and only while
    something that can be got is known to be lacking.
    """
    lacks = any(item.polarity is Polarity.LACKS for item in reasons)
    for rule in steps:
        if rule.after:
            if key in rule.after and lacks:
                return rule.code
        elif all(door.key != key for door in rule.doors):
            return rule.code
    return ""

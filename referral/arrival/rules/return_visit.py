"""What a return visit should look at: what ran out or soon will, and what to ask because doors wait for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from referral.arrival.facts import Question, RunsOut
from referral.needs.facts import NeedLine
from referral.routing.facts import Circumstance, FactName, NeedFacts, PersonFacts
from referral.routing.rules.offers import read_rules
from referral.routing.rules.truth import Truth

LOOKS_AHEAD = timedelta(days=30)
MOST_QUESTIONS = 3
# What may be asked at a counter. Violence, trafficking and torture are not: the first questions open them, in private.
_ASKED = frozenset(
    {
        *FactName,
        Circumstance.FEARS_RETURN,
        Circumstance.REGULAR_STAY,
        Circumstance.FORMAL_JOB,
        Circumstance.LOST_FORMAL_JOB,
        Circumstance.SOCIAL_SECURITY,
    }
)


def runs_out(papers: Iterable[RunsOut], *, since: date | None, today: date) -> tuple[RunsOut, ...]:
    """Those that ran out since the last visit (none before it is told again) or soon will, in order."""
    first = today if since is None else since
    shown = {one for one in papers if first <= one.on <= today + LOOKS_AHEAD}
    return tuple(sorted(shown, key=lambda one: (one.on, one.what.value, one.kind)))


def questions(person: PersonFacts, needs: Sequence[NeedLine]) -> tuple[Question, ...]:
    """What nobody knows and rules about her open needs ask for, the one that most named services wait for first."""
    live = [need for need in needs if need.live]
    waiting: dict[str, set[str]] = {}
    for need in live:
        others = [other.code for other in live if other is not need]
        reading = read_rules(person, NeedFacts(need.code, need.urgency), others)
        for rule, answer, doors in reading.answers:
            # A rule of which nothing is known to hold asks about everybody: that would be an interrogation.
            if answer.truth is Truth.UNKNOWN and rule.leans(reading.person, reading.need):
                for ask in answer.asks:
                    waiting.setdefault(ask, set()).update(doors)
    asked = [Question(ask, len(doors)) for ask, doors in waiting.items() if ask in _ASKED]
    return tuple(sorted(asked, key=lambda one: (-one.doors, one.asks))[:MOST_QUESTIONS])

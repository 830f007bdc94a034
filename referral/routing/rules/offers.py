"""The whole judgement: rules of the book, eligibility and ranking joined into offers. Called by routing.queries."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from types import MappingProxyType
from typing import TypeAlias

from referral.directory.facts import Referrable, ServiceFacts
from referral.directory.rules.listings import STALE_AFTER_DAYS
from referral.routing.facts import (
    FactName,
    NeedFacts,
    Offer,
    PersonFacts,
    Polarity,
    RankLine,
    Reason,
    ReasonCode,
    Routing,
    RuleNote,
    Signals,
    Track,
    Verdict,
    Weights,
)
from referral.routing.rules.book import Effect, Rule, rules_about
from referral.routing.rules.chains import waits_for
from referral.routing.rules.eligibility import eligibility, reason
from referral.routing.rules.ranking import NO_SIGNALS, NO_TRACK, arithmetic
from referral.routing.rules.told import told_by_needs
from referral.routing.rules.truth import Answer, Truth

NOTHING: Mapping[uuid.UUID, Signals] = MappingProxyType({})
_NAMING = frozenset({Effect.FIRST, Effect.STEP, Effect.ONLY})
_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class RuleReading:
    """The rules that apply to one person and need, or might: each with its answer and the doors it names here."""

    person: PersonFacts
    need: NeedFacts
    answers: tuple[tuple[Rule, Answer, tuple[str, ...]], ...]

    @property
    def doors(self) -> frozenset[str]:
        """Keys of services named by rules that apply, whether or not they serve the need."""
        return frozenset(key for rule, answer, doors in self.answers if self.names(rule, answer) for key in doors)

    @property
    def steps(self) -> tuple[Rule, ...]:
        """Rules of a step that comes first and is known not to be done."""
        return tuple(
            rule for rule, answer, _doors in self.answers if rule.effect is Effect.STEP and answer.truth is Truth.YES
        )

    def names(self, rule: Rule, answer: Answer) -> bool:
        """The rule brings its doors: it applies, or it guards a child and part of it is known to hold."""
        if rule.effect not in _NAMING:
            return False
        return answer.truth is Truth.YES or (rule.effect is Effect.ONLY and rule.leans(self.person, self.need))


def read_rules(person: PersonFacts, need: NeedFacts, also_needs: Collection[str] = ()) -> RuleReading:
    """First step, before any service is loaded: which rules apply, or might.

    `also_needs` are the person's other open needs: who asks for refuge under one must not be sent to the consulate
    under another.
    """
    person = told_by_needs(person, [need.code, *also_needs])
    answers = ((rule, rule.answer(person, need)) for rule in rules_about(need.code))
    kept = ((rule, answer, rule.named(person, need)) for rule, answer in answers if answer.truth is not Truth.NO)
    return RuleReading(person, need, tuple(kept))


def route(
    reading: RuleReading,
    services: Iterable[ServiceFacts],
    *,
    today: date,
    weights: Weights | None = None,
    signals: Mapping[uuid.UUID, Signals] = NOTHING,
    mean: Track = NO_TRACK,
    stale_days: int = STALE_AFTER_DAYS,
) -> Routing:
    """Offers best first: fits, fits if, does not fit, blocked; within each by points, then by key.

    `signals`: what is known of each service today; `mean`: the track of all services; `stale_days`: after which a
    verified listing counts less.
    """
    judge = _Judge(reading, today, weights or Weights(), signals, mean, stale_days)
    placed = [judge.placed(service) for service in services]
    placed.sort(key=itemgetter(0, 1, 2))
    offers = [offer for _order, _points, _key, offer in placed]
    notes = tuple(RuleNote(rule.code, rule.kind, rule.urgency, rule.opens) for rule in _telling(reading, offers))
    # What is blocked or lacks a paper is a door all the same; what the person can never enter is not.
    doors = {Verdict.FITS, Verdict.FITS_IF, Verdict.BLOCKED}
    gap = not any(offer.verdict in doors and offer.service.referrable is not Referrable.HOST for offer in offers)
    named = reading.doors
    own = any(offer.service.referrable is Referrable.HOST and offer.service.key in named for offer in offers)
    return Routing(tuple(offers), notes, gap and not own)


def _telling(reading: RuleReading, offers: list[Offer]) -> Iterable[Rule]:
    """Rules that apply; a block is told only beside the door it shuts."""
    shown = {offer.service.key for offer in offers}
    for rule, answer, doors in reading.answers:
        if answer.truth is Truth.YES and (rule.effect is not Effect.BLOCK or shown.intersection(doors)):
            yield rule


# Place of the verdict, points turned round, verdict, reasons, arithmetic, rule whose step comes before.
_Judged: TypeAlias = tuple[int, int, Verdict, tuple[Reason, ...], tuple[RankLine, ...], str]


class _Judge:
    """One person and need before many services: what two services have in common is judged once.

    A service is judged by its listing (its likeness), and by its key only where a rule speaks of that key. Demands are
    told apart as objects: every judged service lives on in its offer, so none can take the place of another.
    """

    def __init__(
        self,
        reading: RuleReading,
        today: date,
        weights: Weights,
        signals: Mapping[uuid.UUID, Signals],
        mean: Track,
        stale_days: int,
    ) -> None:
        self._reading, self._today, self._weights = reading, today, weights
        self._signals, self._mean, self._stale_days = signals, mean, stale_days
        spoken = (frozenset(doors) | rule.after for rule, _answer, doors in reading.answers)
        self._spoken: frozenset[str] = frozenset().union(*spoken)
        self._points: dict[str, dict[str, int]] = {}
        self._reasons: dict[tuple[object, ...], tuple[tuple[Reason, ...], Verdict]] = {}
        self._judged: dict[tuple[object, ...], _Judged] = {}

    def placed(self, service: ServiceFacts) -> tuple[int, int, str, Offer]:
        """Its offer after what sorts it: verdict, points, key."""
        key = service.key if service.key in self._spoken else ""
        alike = key, service.likeness, self._signals.get(service.ref) if self._signals else None
        known = self._judged.get(alike) if service.likeness else None
        if known is None:
            known = self._judged[alike] = self._judge(service, key)
        order, points, verdict, reasons, lines, waits = known
        return order, points, service.key, Offer(service, verdict, reasons, lines, waits)

    def _judge(self, service: ServiceFacts, key: str) -> _Judged:
        alike = (key, id(service.requirements), service.referrable, service.assured_on, service.as_of)
        if alike not in self._reasons:
            reasons = self._weigh(service)
            self._reasons[alike] = reasons, _verdict(reasons)
        reasons, verdict = self._reasons[alike]
        if key not in self._points:
            self._points[key] = _rule_points(self._reading, key, self._weights)
        lines = arithmetic(
            self._reading.person,
            self._reading.need,
            service,
            rule_points=self._points[key],
            reasons=reasons,
            today=self._today,
            weights=self._weights,
            signals=self._signals.get(service.ref, NO_SIGNALS),
            mean=self._mean,
            stale_days=self._stale_days,
        )
        own = service.referrable is Referrable.HOST  # nobody is sent to the desk where she stands
        waits = "" if own else waits_for(self._reading.steps, key, reasons)
        return _ORDER[verdict], -sum(line.points for line in lines), verdict, reasons, lines, waits

    def _weigh(self, service: ServiceFacts) -> tuple[Reason, ...]:
        found = [
            *_book_reasons(self._reading, service.key),
            *eligibility(self._reading.person, self._reading.need, service.requirements),
            *_listing_notes(service),
        ]
        return tuple(sorted(found, key=lambda item: _READING_ORDER[item.polarity]))


_READING_ORDER = {
    polarity: place
    for place, polarity in enumerate(
        (Polarity.BLOCK, Polarity.AGAINST, Polarity.LACKS, Polarity.CONFIRM, Polarity.FOR, Polarity.NOTE)
    )
}


def _verdict(reasons: tuple[Reason, ...]) -> Verdict:
    polarities = {item.polarity for item in reasons}
    if Polarity.BLOCK in polarities:
        return Verdict.BLOCKED
    if Polarity.AGAINST in polarities:
        return Verdict.DOES_NOT_FIT
    return Verdict.FITS_IF if polarities & {Polarity.LACKS, Polarity.CONFIRM} else Verdict.FITS


def _rule_points(reading: RuleReading, key: str, weights: Weights) -> dict[str, int]:
    """Points by rule, fewer for each door it names before. A rule in doubt gives none: nobody could follow it."""
    points: dict[str, int] = {}
    for rule, answer, doors in reading.answers:
        if key in doors and reading.names(rule, answer):
            top = weights.first_step if rule.effect is Effect.STEP else weights.rule_first
            points[rule.code] = max(top - weights.rule_step * doors.index(key), 0)
    return points


def _book_reasons(reading: RuleReading, key: str) -> Iterable[Reason]:
    for rule, answer, doors in reading.answers:
        if rule.effect is Effect.ONLY and key not in doors:
            yield from _only(rule, answer, reading, key)
        elif key not in doors:
            continue
        elif rule.effect is Effect.BLOCK:
            yield _block(rule, answer, reading.person)
        elif reading.names(rule, answer) and answer.truth is Truth.UNKNOWN:
            yield reason(ReasonCode.CONFIRM_RULE, Polarity.CONFIRM, rule=rule.code, facts=answer.asks)
        elif answer.truth is Truth.YES:
            code = ReasonCode.FIRST_STEP if rule.effect is Effect.STEP else ReasonCode.NAMED_BY_RULE
            yield reason(code, Polarity.FOR, rule=rule.code)


def _only(rule: Rule, answer: Answer, reading: RuleReading, key: str) -> Iterable[Reason]:
    allowed = key in rule.after
    if allowed and reading.need.urgency == "immediate" and reading.need.code.startswith(("HEALTH_", "EMERG_")):
        return  # a life in danger does not wait for a notice
    # Whom a child comes with is asked of minors only: while just the age is in doubt, she has a child's protection.
    if answer.truth is Truth.YES or answer.asks == (FactName.AGE,):
        if allowed:
            yield reason(ReasonCode.AFTER_DOORS, Polarity.CONFIRM, rule=rule.code)
        else:
            yield reason(ReasonCode.BLOCKED_BY_RULE, Polarity.BLOCK, rule=rule.code, consent="")
    elif rule.leans(reading.person, reading.need):
        yield reason(ReasonCode.CONFIRM_RULE, Polarity.CONFIRM, rule=rule.code, facts=answer.asks)


def _block(rule: Rule, answer: Answer, person: PersonFacts) -> Reason:
    if rule.consent and rule.consent in person.consents:
        return reason(ReasonCode.CONSENT_RECORDED, Polarity.FOR, rule=rule.code)
    if answer.truth is Truth.YES:
        return reason(ReasonCode.BLOCKED_BY_RULE, Polarity.BLOCK, rule=rule.code, consent=rule.consent)
    return reason(ReasonCode.CONFIRM_RULE, Polarity.CONFIRM, rule=rule.code, facts=answer.asks)


def _listing_notes(service: ServiceFacts) -> Iterable[Reason]:
    if service.referrable is Referrable.HOST:
        yield reason(ReasonCode.OWN_DESK, Polarity.NOTE)
    elif service.assured_on is None:
        yield reason(ReasonCode.VERIFY_LISTING, Polarity.NOTE, as_of=service.as_of)

"""The whole judgement: rules of the book, eligibility and ranking joined into offers. Called by routing.queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from referral.directory.facts import Referrable, ServiceFacts
from referral.routing.facts import (
    NeedFacts,
    Offer,
    PersonFacts,
    Polarity,
    Reason,
    ReasonCode,
    Routing,
    RuleNote,
    Verdict,
    Weights,
)
from referral.routing.rules.book import Effect, Rule, rule_book
from referral.routing.rules.eligibility import eligibility, reason
from referral.routing.rules.ranking import arithmetic
from referral.routing.rules.told import told_by_needs
from referral.routing.rules.truth import Answer, Truth

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
    answers = ((rule, rule.answer(person, need)) for rule in rule_book().values())
    kept = ((rule, answer, rule.named(person, need)) for rule, answer in answers if answer.truth is not Truth.NO)
    return RuleReading(person, need, tuple(kept))


def route(
    reading: RuleReading, services: Iterable[ServiceFacts], *, today: date, weights: Weights | None = None
) -> Routing:
    """Offers best first: fits, fits if, does not fit, blocked; within each by points, then by key."""
    weights = weights or Weights()
    offers = [_offer(reading, service, today, weights) for service in services]
    offers.sort(key=lambda offer: (_ORDER[offer.verdict], -offer.points, offer.service.key))
    notes = tuple(RuleNote(rule.code, rule.kind, rule.urgency, rule.opens) for rule in _telling(reading, offers))
    # What is blocked or lacks a paper is a door all the same; what the person can never enter is not.
    doors = {Verdict.FITS, Verdict.FITS_IF, Verdict.BLOCKED}
    gap = not any(offer.verdict in doors and offer.service.referrable is not Referrable.HOST for offer in offers)
    own = any(offer.service.referrable is Referrable.HOST and reading.doors & {offer.service.key} for offer in offers)
    return Routing(tuple(offers), notes, gap and not own)


def _telling(reading: RuleReading, offers: list[Offer]) -> Iterable[Rule]:
    """Rules that apply; a block is told only beside the door it shuts."""
    shown = {offer.service.key for offer in offers}
    for rule, answer, doors in reading.answers:
        if answer.truth is Truth.YES and (rule.effect is not Effect.BLOCK or shown.intersection(doors)):
            yield rule


def _offer(reading: RuleReading, service: ServiceFacts, today: date, weights: Weights) -> Offer:
    points = _rule_points(reading, service.key, weights)
    found = [
        *_book_reasons(reading, service.key),
        *eligibility(reading.person, reading.need, service.requirements),
        *_listing_notes(service),
    ]
    reasons = tuple(sorted(found, key=lambda item: _READING_ORDER[item.polarity]))
    lines = arithmetic(
        reading.person, reading.need, service, rule_points=points, reasons=reasons, today=today, weights=weights
    )
    return Offer(service, _verdict(reasons), reasons, lines)


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
    if answer.truth is Truth.YES:
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

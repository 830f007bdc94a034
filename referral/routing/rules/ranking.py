"""Why one offer stands before another: whole points a caseworker can add by hand. Used by offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from referral.directory.facts import NeedMatch, Referrable, ServiceFacts
from referral.directory.rules.listings import STALE_AFTER_DAYS, fresh_since, is_stale, need_match
from referral.directory.rules.places import between
from referral.kernel.codes import ALCALDIAS
from referral.routing.facts import (
    Criterion,
    Known,
    NeedFacts,
    PersonFacts,
    Polarity,
    RankLine,
    Reason,
    Signals,
    Track,
    Weights,
)

_PRESSING = frozenset({"immediate", "urgent"})  # urgencies for which a door that is open now counts twice
NO_SIGNALS, NO_TRACK = Signals(), Track()


def arithmetic(
    person: PersonFacts,
    need: NeedFacts,
    service: ServiceFacts,
    *,
    rule_points: Mapping[str, int],
    reasons: tuple[Reason, ...],
    today: date,
    weights: Weights,
    signals: Signals = NO_SIGNALS,
    mean: Track = NO_TRACK,
    stale_days: int = STALE_AFTER_DAYS,
) -> tuple[RankLine, ...]:
    """The lines whose sum ranks the service; lines of zero points are left out.

    `mean`: the track of all services. `stale_days`: a listing verified longer ago counts less.
    """
    lines = [RankLine(Criterion.RULE, points, rule) for rule, points in rule_points.items()]
    lines += [
        *_need(need, service, weights, named=bool(rule_points)),
        *_place(person, service, weights),
        *_listing(service, fresh_since(today, stale_days), today, weights),
        *_signals(need, signals, mean, weights),
        *_doubts(reasons, weights),
    ]
    if service.referrable is Referrable.HOST and not rule_points:
        lines.append(RankLine(Criterion.OWN_DESK, -weights.own_desk))
    return tuple(line for line in lines if line.points)


def _need(need: NeedFacts, service: ServiceFacts, weights: Weights, *, named: bool) -> Iterator[RankLine]:
    match = need_match(service.needs, need.code)
    if named:
        pass  # the rule's own order says more than how the listing is worded
    elif match is NeedMatch.EXACT:
        yield RankLine(Criterion.NEED, weights.exact_need, "exact")
    elif match is NeedMatch.CATEGORY:
        yield RankLine(Criterion.NEED, weights.category_need, "category")
    if need.urgency == "immediate" and service.kind == "hotline":
        yield RankLine(Criterion.RIGHT_NOW, weights.right_now)


def _place(person: PersonFacts, service: ServiceFacts, weights: Weights) -> Iterator[RankLine]:
    if isinstance(person.alcaldia, Known) and person.alcaldia.value in ALCALDIAS:
        near = [between(person.alcaldia.value, code) for code in service.alcaldias if code in ALCALDIAS]
        if near:
            yield RankLine(Criterion.DISTANCE, max(weights.same_alcaldia - min(near), 0), str(min(near)))
    if isinstance(person.language, Known) and person.language.value in service.languages:
        yield RankLine(Criterion.LANGUAGE, weights.language, person.language.value)


def _listing(service: ServiceFacts, since: date, today: date, weights: Weights) -> Iterator[RankLine]:
    if service.referrable is Referrable.YES:
        yield RankLine(Criterion.LISTING, weights.listing_yes)
    if service.assured_on is not None:
        stale = is_stale(service.assured_on, since)
        yield RankLine(Criterion.FRESHNESS, weights.verified_once if stale else weights.verified)
    elif service.as_of[:4].isdigit():
        years = max(today.year - int(service.as_of[:4]), 0)
        lost = min(years * weights.old_source_per_year, weights.old_source_most)
        yield RankLine(Criterion.FRESHNESS, -lost, service.as_of)
    else:
        yield RankLine(Criterion.FRESHNESS, -weights.old_source_most)
    if service.acceptance is not None:
        share = round(service.acceptance * 100)
        yield RankLine(Criterion.ACCEPTANCE, round(service.acceptance * weights.acceptance), f"{share}/100")


def _signals(need: NeedFacts, signals: Signals, mean: Track, weights: Weights) -> Iterator[RankLine]:
    if signals.open_now:
        yield RankLine(Criterion.OPEN_NOW, weights.open_now * (2 if need.urgency in _PRESSING else 1))
    if signals.free is not None and signals.free > 0:
        yield RankLine(Criterion.CAPACITY, weights.capacity, f"{signals.free:g}")
    elif signals.free is not None:
        yield RankLine(Criterion.FULL, -weights.full)
    if signals.track is not None:
        yield from _track(signals.track, mean, weights)


def _track(track: Track, mean: Track, weights: Weights) -> Iterator[RankLine]:
    """Few answers tell little: the share leans on that of all services, so that one no buries nobody."""
    share = shrunk(track.accepted, track.answers, mean.accepted / mean.answers, weights.few_answers)
    points = round(share * weights.acceptance)
    if track.answers:
        yield RankLine(Criterion.ACCEPTANCE, points, f"{track.accepted}/{track.answers}")
    else:
        yield RankLine(Criterion.NO_ANSWERS, points)
    if mean.days is None:
        return
    days = shrunk((track.days or 0) * track.answers, track.answers, mean.days, weights.few_answers)
    detail = "" if track.days is None else f"{track.days:g}"
    yield RankLine(Criterion.ANSWER_DAYS, max(weights.answer_days - round(days), 0), detail)


def shrunk(total: float, cases: int, mean: float, weight: int) -> float:
    """A mean of few cases leaning on the mean of all, which weighs as much as `weight` cases."""
    return (total + weight * mean) / (cases + weight) if cases + weight else mean


def _doubts(reasons: tuple[Reason, ...], weights: Weights) -> Iterator[RankLine]:
    count = sum(reason.polarity in {Polarity.CONFIRM, Polarity.LACKS} for reason in reasons)
    yield RankLine(Criterion.DOUBTS, -weights.doubt * count, str(count))

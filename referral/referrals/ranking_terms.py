"""The terms of the ranking from the settings. Called by views, and by the app to refuse a wrong weight at start-up."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache

from referral.infra.settings import BadSetting, Settings
from referral.referrals.queries.doors import RankingTerms
from referral.routing.facts import Weights
from referral.routing.rules.book import BadRules, lay_over


@lru_cache(maxsize=8)
def weights_of(pairs: tuple[tuple[str, int], ...]) -> Weights:
    """The weights with those that the settings name. BadSetting for a name that the ranking does not know."""
    known = {field.name for field in fields(Weights)}
    for name, _points in pairs:
        if name not in known:
            raise BadSetting(
                f"VENTANILLA_RANKING_WEIGHTS names {name!r}; the ranking knows {', '.join(sorted(known))}."
            )
    return Weights(**dict(pairs))


def lay_own_rules(settings: Settings) -> None:
    """Use the city's own routing rules. BadSetting when a row cannot be used."""
    try:
        lay_over(settings.rules)
    except BadRules as error:
        raise BadSetting(f"VENTANILLA_RULES: {error}") from None


def ranking_terms(settings: Settings) -> RankingTerms:
    """What the settings say of the ranking."""
    return RankingTerms(
        weights=weights_of(settings.ranking_weights),
        months=settings.ranking_months,
        holidays=settings.holidays,
        stale_days=settings.listing_stale_days,
        renew_days=settings.paper_renewal_days,
    )

"""Weights and rules from the settings: used, or refused at start-up with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from referral.infra.settings import BadSetting, Settings, load_settings
from referral.referrals.ranking_terms import lay_own_rules, ranking_terms, weights_of


def test_weights_are_settings() -> None:
    environ = {"VENTANILLA_RANKING_WEIGHTS": "open_now=9 | language=0", "VENTANILLA_RANKING_MONTHS": "3"}
    terms = ranking_terms(load_settings(environ))
    assert (terms.weights.open_now, terms.weights.language, terms.weights.doubt, terms.months) == (9, 0, 4, 3)
    with pytest.raises(BadSetting, match="'opened'; the ranking knows acceptance"):
        weights_of((("opened", 9),))


def test_days_of_listings_and_papers_are_settings() -> None:
    terms = ranking_terms(load_settings({"VENTANILLA_LISTING_STALE_DAYS": "90", "VENTANILLA_PAPER_RENEWAL_DAYS": "10"}))
    assert (terms.stale_days, terms.renew_days) == (90, 10)


@pytest.mark.parametrize("text", ["open_now", "open_now=nine", "=9", "open_now=-1"])
def test_weights_that_are_no_points_are_refused(text: str) -> None:
    with pytest.raises(BadSetting, match="VENTANILLA_RANKING_WEIGHTS takes names with whole points"):
        load_settings({"VENTANILLA_RANKING_WEIGHTS": text})


def test_rules_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    own = tmp_path / "rules.csv"
    own.write_text("id,shoe\nR23,9\n", encoding="utf-8")
    with pytest.raises(BadSetting, match=r"VENTANILLA_RULES: .* columns that rules do not have: shoe"):
        lay_own_rules(Settings(rules=own))

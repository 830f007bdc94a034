"""The catalogue's files: complete, in both languages, and every code they use exists."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referral.directory import catalogue
from referral.directory.catalogue import CatalogueService, requirements_from_json, requirements_to_json
from referral.directory.facts import NeedMatch, Referrable, Requirements
from referral.directory.rules.listings import DOCUMENT_SETS, documents_of, fresh_since, is_stale, need_match
from referral.kernel.codes import (
    ALCALDIAS,
    IDENTITY_DOCUMENTS,
    LANGUAGES,
    NEED_CATEGORIES,
    NEEDS,
    PRIORITY_GROUPS,
    PROFILES,
    RESIDENCE_PROOFS,
)
from referral.routing.facts import Circumstance
from tests.conftest import NOW

ENTRIES = catalogue.services()


def test_it_holds_every_entry_once() -> None:
    assert len(ENTRIES) == 121
    assert len({entry.key for entry in ENTRIES}) == 121
    counts = {answer: sum(entry.referrable == answer for entry in ENTRIES) for answer in Referrable}
    assert counts == {
        Referrable.YES: 40,
        Referrable.VERIFY: 19 + 13,
        Referrable.CONDITIONAL: 4,
        Referrable.NO: 41,
        Referrable.HOST: 4,
    }


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_an_entry_uses_codes_that_exist_and_speaks_both_languages(entry: CatalogueService) -> None:
    asks = entry.requirements
    assert entry.organization in {organization.key for organization in catalogue.organizations()}
    for need in entry.needs:
        assert need in NEEDS or need.removesuffix("_*") in NEED_CATEGORIES, need
    assert set(asks.profiles) <= set(PROFILES.codes())
    assert set(asks.groups) <= set(PRIORITY_GROUPS.codes())
    assert set(asks.also + asks.conditions) <= set(Circumstance)
    assert set(asks.takes) <= {"women", "men", "children", "families"}
    assert asks.gender in {"any", "women", "men"}
    assert asks.nationality in {"any", "mexican", "foreign"}
    for group in asks.documents:
        for code in group:
            assert code in DOCUMENT_SETS or code in IDENTITY_DOCUMENTS, code
    assert set(entry.languages) <= set(LANGUAGES.codes())
    assert not entry.alcaldia or entry.alcaldia in ALCALDIAS
    for name, text in entry.texts.items():
        assert bool(text.es) is bool(text.en), name
    assert all(entry.texts[name].es for name in ("name", "gives", "serves"))


def test_nothing_is_invented() -> None:
    assert {entry.key: entry.phone for entry in ENTRIES if entry.phone} == {
        "LNCTP": "800 5533 000",
        "SOS_MUJERES": "*765",
        "LOCATEL": "55 5658 1111",
        "ACNUR_TEL": "800 226 8769",
    }
    assert {entry.key for entry in ENTRIES if entry.alcaldia} == {"CAFEMIN", "CASA_TOCHAN", "ALB_GOB"}


def test_every_need_but_the_known_gaps_has_a_door_outside_the_desk() -> None:
    outside = [
        entry for entry in ENTRIES if entry.referrable in {Referrable.YES, Referrable.VERIFY, Referrable.CONDITIONAL}
    ]
    without = {
        need.code
        for need in NEEDS
        if not any(need_match(entry.needs, need.code) is not NeedMatch.NONE for entry in outside)
    }
    assert without == {"SHELTER_RENT"}


def test_parents_come_before_children() -> None:
    seen: set[str] = set()
    for organization in catalogue.organizations():
        assert not organization.parent or organization.parent in seen
        seen.add(organization.key)


def test_requirements_survive_json() -> None:
    for entry in ENTRIES:
        assert requirements_from_json(requirements_to_json(entry.requirements)) == entry.requirements
    assert requirements_to_json(Requirements()) == {}


def test_sets_of_documents_hold_documents() -> None:
    known = set(IDENTITY_DOCUMENTS.codes()) | set(RESIDENCE_PROOFS.codes())
    for name in DOCUMENT_SETS:
        assert documents_of(name) <= known, name
        assert len(documents_of(name)) > 4, name
    assert "CURP" not in documents_of("TRAINING_ID")
    assert documents_of("INE") == {"INE"}


def test_a_need_is_matched_exactly_by_category_or_not_at_all() -> None:
    assert need_match({"HEALTH_PREG", "HEALTH_*"}, "HEALTH_PREG") is NeedMatch.EXACT
    assert need_match({"HEALTH_*"}, "HEALTH_PREG") is NeedMatch.CATEGORY
    assert need_match({"HEALTH_MEDS"}, "HEALTH_PREG") is NeedMatch.NONE


def test_a_listing_is_stale_after_the_days_of_the_installation() -> None:
    today = NOW.date()
    since = fresh_since(today, 180)
    assert is_stale(None, since)
    assert not is_stale(today - timedelta(days=180), since)
    assert is_stale(today - timedelta(days=181), since)

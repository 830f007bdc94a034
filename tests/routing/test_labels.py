"""Every reason, fact and line of the arithmetic has words, and they say what the brief of the desk asks for."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from flask import Flask

from referral.app import create_app
from referral.directory import catalogue
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.routing import labels
from referral.routing.facts import Circumstance, Criterion, FactName, Polarity, Reason, ReasonCode, Verdict
from tests.routing.test_cases import CASES, routing_of


@pytest.fixture
def desk(sqlite: Database, settings: Settings) -> Flask:
    return create_app(settings, sqlite)


def say(code: ReasonCode, **values: object) -> str:
    return labels.reason_text(Reason(code, Polarity.NOTE, MappingProxyType(values)))


def test_everything_has_words() -> None:
    assert labels._TEXTS.keys() == set(ReasonCode)
    assert set(labels.FACTS) == set(FactName) | set(Circumstance)
    assert set(labels.CRITERIA) == set(Criterion)
    assert set(labels.VERDICTS) == set(labels.VERDICT_TAG) == set(Verdict)
    assert set(labels.POLARITIES) == set(Polarity)
    asked = {code for entry in catalogue.services() for code in entry.requirements.conditions}
    assert asked <= set(labels.CONDITIONS)


def test_reasons_in_plain_words(desk: Flask) -> None:
    with desk.test_request_context("/?_lang=es"):
        assert say(ReasonCode.LACKS_DOCUMENT, documents=("CURP",)) == "Pide CURP: no cuenta con ello."
        assert say(ReasonCode.TOO_OLD, high=17) == "Atiende hasta los 17 años."
        assert say(ReasonCode.AGE_FITS, low=18, high=29) == "Atiende de 18 a 29 años."
        assert say(ReasonCode.CONFIRM_FACT, fact="city", refused=False) == "Por confirmar: si vive en la ciudad."
        assert (
            say(ReasonCode.CONFIRM_AGE, low=18, high=None, refused=True)
            == "Por confirmar, si la persona quiere decirlo: la edad. Atiende desde los 18 años."
        )
        assert say(ReasonCode.NOT_TAKEN, takes=("women", "families"), family=False) == "Recibe a mujeres o familias."
        assert say(ReasonCode.BLOCKED_BY_RULE, rule="R13", consent="INM").startswith("Toda persona")


def test_every_case_can_be_said_whole(desk: Flask) -> None:
    with desk.test_request_context("/"):
        for case in CASES:
            routing = routing_of(case)
            for offer in routing.offers:
                for sentence in map(labels.reason_text, offer.reasons):
                    assert sentence.endswith("."), sentence
                    assert ".." not in sentence, sentence
                    assert "%(" not in sentence, sentence
                assert all(labels.rank_text(line) for line in offer.arithmetic)
            assert all(all(labels.note_text(note)) for note in routing.notes)

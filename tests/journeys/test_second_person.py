"""A guarded answer: asked for by one account, granted by another, read for a while; then the trail with its seal."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from referral.consent.actions import record_decision, record_notice
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.infra.work import serving, unit_of_work
from referral.people.actions import save_section
from referral.people.facts import Section
from referral.people.models import Person
from referral.trail.actions import check_trail, seal_trail
from tests.journeys.conftest import MakeHand
from tests.journeys.hand import Hand
from tests.journeys.job import sign_in
from tests.journeys.live import PASSWORD, SUPERVISOR, LiveDesk

pytestmark = pytest.mark.browser
LANGUAGES = pytest.mark.parametrize("language", ["es", "en"])
SECOND, AUDITOR = "datos", "auditoria"
GUARDED = re.compile("Posible víctima de trata|Possible victim of trafficking")
WHY = "Quien la atiende pidió ayuda para elegir un refugio"


@pytest.fixture
def told(live: LiveDesk, language: str) -> uuid.UUID:
    """Somebody who told of trafficking; another person for each language, whose file nobody has opened."""
    with serving(live.database), unit_of_work("journey.told") as work:
        everybody = work.session.scalars(select(Person.id).order_by(Person.id)).all()
        person = everybody[["es", "en"].index(language)]
        record_notice(work, person=person, new=NewNotice(NoticeChannel.READ_ALOUD, "es"))
        record_decision(work, person=person, new=NewDecision(Purpose.SENSITIVE, Decision.YES, how="signed"))
        answers = {"protected.attention": ("LOC-TRAFF",)}
        save_section(work, person=person, section=Section.ATTENTION, answers=answers, version=1)
    return person


def data_page(hand: Hand, person: uuid.UUID) -> None:
    hand.go(f"/personas/{person}/datos")
    hand.watch.arrived(re.compile(hand.words("Datos de %(name)s", name=".+")))


def break_glass(hand: Hand) -> None:
    """From the data of a file, where it is said what is not shown, to the same page with what is reserved."""
    hand.press(hand.page.locator("main").get_by_role("link", name=hand.words("Abrir lo reservado")).first)
    hand.arrived("Abrir lo reservado")
    hand.press(hand.answer("reason", "support"))
    hand.type(hand.box("words"), WHY)
    hand.type(hand.box("password"), PASSWORD)
    hand.press(hand.send())
    hand.watch.arrived(re.compile(hand.words("Datos de %(name)s", name=".+")))


@LANGUAGES
def test_a_guarded_answer_takes_two_people(live: LiveDesk, make_hand: MakeHand, told: uuid.UUID, language: str) -> None:
    boss, second = make_hand(language), make_hand(language)
    shown = boss.page.locator("main dd", has_text=GUARDED)
    sign_in(boss, SUPERVISOR)
    data_page(boss, told)
    break_glass(boss)
    assert shown.count() == 0, "what is reserved is open, and what is protected is not"
    boss.press(boss.link("Pedir que se abra, con una segunda persona"))
    boss.arrived("Pedir lo protegido")
    boss.type(boss.box("words"), WHY)
    boss.press(boss.send())
    boss.arrived("Pedir lo protegido")
    assert boss.send().count() == 0, "asked once, there is nothing to press but to wait"

    sign_in(second, SECOND)
    second.press(second.link("Peticiones de lo protegido, por decidir"))
    second.arrived("Peticiones de lo protegido")
    assert WHY in second.page.locator("main").inner_text()
    second.press(second.link("Decidir"))
    second.arrived("Decidir si se abre lo protegido")
    assert not GUARDED.search(second.page.locator("body").inner_text())
    second.press(second.answer("verdict", "yes"))
    second.type(second.box("password"), PASSWORD)
    second.press(second.send())
    second.arrived("Peticiones de lo protegido")

    data_page(boss, told)
    assert shown.count() == 1
    live.clock.advance(timedelta(hours=2))
    boss.go(f"/personas/{told}/datos")  # the session is over too: whoever sits there now signs in first
    boss.arrived("Entrar")
    boss.type(boss.box("username"), SUPERVISOR)
    boss.type(boss.box("password"), PASSWORD)
    boss.press(boss.send())
    boss.watch.arrived(re.compile(boss.words("Datos de %(name)s", name=".+")))
    assert shown.count() == 0, "it was open for a while only"
    boss.watch.finish()
    second.watch.finish()


@LANGUAGES
def test_the_audit_says_when_it_was_sealed_and_who_read(
    live: LiveDesk, make_hand: MakeHand, tmp_path: Path, language: str
) -> None:
    hand = make_hand(language)
    sign_in(hand, AUDITOR)
    seals = tmp_path / "seals.txt"
    with serving(live.database):
        seal_trail(seals, new_file=True)
        assert check_trail(seals).broken == ()
    hand.go("/auditoria")
    hand.arrived("Auditoría")
    text = hand.page.locator("main").inner_text()
    for sentence in ("Sellada por última vez el %(at)s.", "Comprobada por última vez el %(at)s: está como se selló."):
        said = hand.words(sentence, at="|").split("|")
        assert all(part in text for part in said), sentence
    hand.pick(
        hand.page.locator("#cuenta, [name=cuenta]"),
        hand.page.locator("[name=cuenta] option").nth(1).get_attribute("value") or "",
    )
    hand.press(hand.page.locator("main form button[type=submit]").first)
    hand.arrived("Auditoría")
    hand.watch.finish()

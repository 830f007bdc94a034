"""The harness itself: it walks, and it sees a fault that is put there on purpose."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import MakeHand
from tests.journeys.job import sign_in
from tests.journeys.live import CASEWORKER

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_planted_fault_is_caught(make_hand: MakeHand, language: str) -> None:
    hand = make_hand(language)
    sign_in(hand, CASEWORKER)
    hand.page.evaluate("""() => document.querySelector("main").append(document.createElement("input"))""")
    assert any(fault.startswith("label: ") for fault in hand.watch.axe_faults())
    hand.page.evaluate("""() => document.querySelector("main input:last-child").remove()""")
    assert hand.watch.axe_faults() == []


def test_the_watch_sees_what_it_is_for(make_hand: MakeHand) -> None:
    """Another page than meant, one passed by, a page too wide for a phone, the other language, another host."""
    hand = make_hand()
    sign_in(hand, CASEWORKER)
    hand.go("/directorio")
    hand.go("/personas")
    hand.page.evaluate(
        """() => {
          const wide = document.createElement("p");
          wide.style.width = "900px";
          wide.textContent = "Sign out";
          document.querySelector("main").append(wide);
          new Image().src = "http://127.0.0.2:9/picture.png";
        }"""
    )
    told = "\n".join(hand.watch.faults("Hoy"))
    for sign in (
        "wanted «Hoy»",
        "one page with status 200 was to be opened",
        "at 390 px the page is",
        "in the other language: «Sign out»",
        "asked another host: http://127.0.0.2:9",
        "Content Security Policy",
    ):
        assert sign in told

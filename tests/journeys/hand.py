"""A caseworker's hand: presses, types and picks, and counts it. By mouse or by keyboard alone, with the same words."""

from __future__ import annotations

import io
import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page

from tests.journeys.watch import Watch
from tests.journeys.words import Words

MOST_TABS = 400  # presses of Tab before something counts as out of reach


def save_picture(picture: Image.Image, folder: Path, name: str) -> None:
    """A small PNG: flat pages need few colours."""
    picture.convert("RGB").quantize(128).save(folder / f"{name}.png", optimize=True)


class Hand:
    """By mouse. A click, a key chord or a field typed is one interaction."""

    def __init__(
        self, page: Page, address: str, words: Words, *, checker: bool = True, pictures: Path | None = None
    ) -> None:
        self.page = page
        self.address = address
        self.words = words
        self.watch = Watch(page, address, words, checker=checker)
        self.pictures = pictures
        self.count = 0

    def go(self, path: str) -> None:
        """Open an address by hand: arriving, or following a link on paper."""
        self.page.goto(self.address + path)

    def arrived(self, sentence: str, *, status: int = 200, **values: object) -> None:
        """The page of this (Spanish) heading is here and sound."""
        self.watch.arrived(self.words(sentence, **values), status=status)

    def arrived_at(self, heading: str) -> None:
        """The page of this exact heading, which is no sentence of ours (a name, a code), is here and sound."""
        self.watch.arrived(re.compile(heading))

    def heading(self) -> str:
        """What the page's h1 says."""
        return self.page.locator("h1").inner_text()

    def button(self, sentence: str) -> Locator:
        """The button that says this sentence, whatever it adds for those who cannot see."""
        return self._named("button", sentence)

    def link(self, sentence: str) -> Locator:
        """The link that says this sentence."""
        return self._named("link", sentence)

    def send(self, form: str = "main-form") -> Locator:
        """The button that sends the page's form, whatever it says."""
        return self.page.locator(f"main #{form} button[type=submit]").last

    def box(self, name: str) -> Locator:
        """The text box or list that is sent under this name in the page's form."""
        return self.page.locator(f"main [name='{name}']:not([type=hidden])")

    def answer(self, name: str, value: str) -> Locator:
        """The radio or tick that sends this value."""
        return self.page.locator(f"main input[name='{name}'][value='{value}']")

    def next_step(self) -> Locator:
        """What the file proposes to do next."""
        return self.page.locator("main .v-next a")

    def press(self, target: Locator) -> None:
        """Press a link, a button, a radio or a tick."""
        self.count += 1
        target.click()

    def type(self, target: Locator, text: str) -> None:
        """Fill a box."""
        self.count += 1
        target.fill(text)

    def pick(self, target: Locator, value: str) -> None:
        """Choose from a list by the code that is sent."""
        self.count += 1
        target.select_option(value)

    def picture(self, name: str) -> None:
        """Keep what is on the screen for the guides, when pictures are wanted."""
        if self.pictures is not None:
            save_picture(Image.open(io.BytesIO(self.page.screenshot())), self.pictures, f"{name}-{self.words.language}")

    def fetch(self, target: Locator) -> bytes:
        """The paper that a link opens; pressing it counts, but the browser's own viewer is left out."""
        self.count += 1
        answer = self.page.context.request.get(self.address + (target.get_attribute("href") or ""))
        assert answer.ok, f"{answer.status} at {answer.url}"
        assert answer.headers["content-type"] == "application/pdf"
        return answer.body()

    def save(self, target: Locator) -> bytes:
        """The file that a link downloads."""
        with self.page.expect_download() as download:
            self.press(target)
        return download.value.path().read_bytes()

    def _named(self, role: str, sentence: str) -> Locator:
        name = re.compile(rf"^\s*{re.escape(self.words(sentence))}(\s|:|$)")
        return self.page.get_by_role(role, name=name)  # type: ignore[arg-type]


class KeyboardHand(Hand):
    """By keyboard alone: reaches everything with Tab, where the focus must be seen, and acts with keys."""

    def press(self, target: Locator) -> None:
        self.count += 1
        kind = self._kind(target)
        if kind == "radio":
            self._reach_radio(target)
            return
        self._reach(target)
        self.page.keyboard.press("Space" if kind == "checkbox" else "Enter")

    def type(self, target: Locator, text: str) -> None:
        self.count += 1
        self._reach(target)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def pick(self, target: Locator, value: str) -> None:
        self.count += 1
        self._reach(target)
        words = target.locator(f"option[value='{value}']").inner_text()
        for letter in words:
            if target.input_value() == value:
                return
            # Letters with accents are put in by other means, which do not choose from a list.
            self.page.keyboard.press(letter if letter.isascii() else "ArrowDown")
        assert target.input_value() == value, f"typing «{words}» in the list chose {target.input_value()}"

    def _kind(self, target: Locator) -> str:
        return target.get_attribute("type") or ""

    def _reach(self, target: Locator) -> None:
        target.wait_for()
        for _press in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if target.evaluate("(node) => node === document.activeElement"):
                assert self._focus_shows(target), f"the focus cannot be seen on {target}"
                return
        raise AssertionError(f"Tab does not reach {target}")

    def _reach_radio(self, target: Locator) -> None:
        """Tab enters a group of radios at the chosen one, or at either end; arrows go on and choose."""
        group = self.page.locator(f"input[type=radio][name='{target.get_attribute('name')}']")
        for _press in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if group.evaluate_all("(nodes) => nodes.includes(document.activeElement)"):
                break
        else:
            raise AssertionError(f"Tab does not reach {target}")
        if not target.evaluate("(node) => node === document.activeElement"):
            for _press in range(group.count()):
                self.page.keyboard.press("ArrowDown")
                if target.is_checked():
                    return
        self.page.keyboard.press("Space")
        assert target.is_checked(), f"arrows do not choose {target}"

    def _focus_shows(self, target: Locator) -> bool:
        # Radios and ticks are drawn by their label; the ring is there.
        shows: bool = target.evaluate(
            """(node) => [getComputedStyle(node), getComputedStyle(node.nextElementSibling ?? node, "::before")].some(
            (style) => style.outlineStyle !== "none" || style.boxShadow !== "none")"""
        )
        return shows

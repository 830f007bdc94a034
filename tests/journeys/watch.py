"""What every page must be while a journey passes through it: itself, sound, whole at phone width, and alone."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response, ViewportSize

from tests.journeys.words import Words
from tests.services.browser import axe_source

WIDE = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=390, height=844)
PATIENCE, TURN = 5_000, 10  # ms
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_AXE = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
  return found.violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""
_TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = new Set();
  while (walker.nextNode()) texts.add(walker.currentNode.data.replace(/\\s+/g, " ").trim());
  for (const node of document.querySelectorAll("[aria-label], [placeholder], [title], [data-label]"))
    for (const name of ["aria-label", "placeholder", "title", "data-label"]) texts.add(node.getAttribute(name) ?? "");
  return [...texts];
}"""
_TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((node) => {
  const box = node.getBoundingClientRect();
  return box.width > 0 && box.right > window.innerWidth + 1;
}).slice(0, 5).map((node) => node.outerHTML.slice(0, 120))"""


_CUT_OFF = """() => [...document.querySelectorAll(".v-table-wrap")]
  .filter((frame) => frame.scrollWidth > frame.clientWidth)
  .map((frame) => frame.querySelector("caption").textContent.trim())"""


class Watch:
    """Listens to one browser page; `arrived` checks where it is. What it hears between pages counts too."""

    def __init__(self, page: Page, address: str, words: Words, *, checker: bool = True) -> None:
        self.page = page
        self._checker = checker  # run the accessibility checker, which needs scripts
        self.words = words
        self._host = urlsplit(address).netloc
        self._heard: list[str] = []
        self._opened: list[tuple[int, str]] = []  # status and address of the pages opened since the last check
        self._loaded = False
        page.on("load", lambda _page: self._note_load())
        page.on("console", self._hear_console)
        page.on("pageerror", lambda error: self._heard.append(f"script error: {error}"))
        page.on("request", self._hear_request)
        page.on("response", self._hear_response)

    def arrived(self, heading: str | re.Pattern[str], *, status: int = 200) -> None:
        """This is the page with this h1, in the journey's language, and nothing is wrong with it at either width."""
        self._wait_for_page()
        faults = self.faults(heading, status=status)
        assert not faults, f"{self.page.url} ({self.words.language}):\n" + "\n".join(faults)

    def faults(self, heading: str | re.Pattern[str], *, status: int = 200) -> list[str]:
        """What is wrong with the page as it stands, and what was heard since the last time."""
        found = [*self._identity_faults(heading), *self._word_faults(), *self.axe_faults()]
        found += [f"wider than its frame: «{caption}»" for caption in self.cut_off()]
        self.page.set_viewport_size(NARROW)
        found += [*self._width_faults(), *(f"at 390 px: {fault}" for fault in self.axe_faults())]
        self.page.set_viewport_size(WIDE)
        if [answered for answered, _address in self._opened] != [status]:
            found.append(f"one page with status {status} was to be opened, these were: {self._opened}")
        if status >= 400:  # the browser tells its console so
            self._heard = [line for line in self._heard if f"responded with a status of {status} " not in line]
        found += self._heard
        self._opened.clear()
        self._heard.clear()
        return found

    def axe_faults(self) -> list[str]:
        """What the accessibility checker holds against the page as it stands."""
        if not self._checker:
            return []
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(axe_source())
        faults: list[str] = self.page.evaluate(_AXE, STANDARD)
        return faults

    def cut_off(self) -> list[str]:
        """Captions of the tables that do not fit where they stand, so that their last columns are out of sight."""
        captions: list[str] = self.page.evaluate(_CUT_OFF)
        return captions

    def passes(self) -> None:
        """Leave the page that is here unchecked, because another journey checks it."""
        self._wait_for_page()
        self._opened.clear()

    def finish(self) -> None:
        """Nothing was heard since the last page, and no page was passed unchecked."""
        assert not self._heard, "\n".join(self._heard)
        assert not self._opened, f"pages opened and not checked: {self._opened}"

    def _wait_for_page(self) -> None:
        """Until a page has loaded since the last check: a key, unlike a click, does not wait for what it sets off."""
        for _turn in range(PATIENCE // TURN):
            if self._loaded:
                break
            self.page.wait_for_timeout(TURN)
        assert self._loaded, f"no page was opened; this is still {self.page.url}"
        self._loaded = False

    def _note_load(self) -> None:
        self._loaded = True

    def _identity_faults(self, heading: str | re.Pattern[str]) -> list[str]:
        headings = [text.strip() for text in self.page.locator("h1").all_inner_texts()]
        wanted = heading if isinstance(heading, re.Pattern) else re.compile(re.escape(heading))
        sound = len(headings) == 1 and wanted.fullmatch(headings[0])
        faults = [] if sound else [f"h1 {headings}, wanted «{wanted.pattern}»"]
        title = self.page.title()
        named = title.removeprefix(self.words("Error:")).strip()
        if not (headings and named.startswith(headings[0])):
            faults.append(f"the title «{title}» does not start with the h1")
        language = self.page.locator("html").get_attribute("lang") or ""
        faults += self.page.locator(".govuk-error-summary").all_inner_texts()
        return faults if language.startswith(self.words.language) else [*faults, f"lang is «{language}»"]

    def _word_faults(self) -> list[str]:
        texts: set[str] = set(self.page.evaluate(_TEXTS))
        return [f"in the other language: «{text}»" for text in sorted(texts & self.words.foreign())]

    def _width_faults(self) -> list[str]:
        sizes: list[int] = self.page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
        if sizes[0] <= sizes[1]:
            return []
        return [f"at 390 px the page is {sizes[0]} px wide: {self.page.evaluate(_TOO_WIDE)}"]

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._heard.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _hear_request(self, request: Request) -> None:
        parts: Any = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self._host:
            self._heard.append(f"asked another host: {request.url}")

    def _hear_response(self, response: Response) -> None:
        if response.status >= 500:
            self._heard.append(f"{response.status} at {response.url}")
        answered = response.request.is_navigation_request() and not 300 <= response.status < 400
        if answered and "text/html" in response.headers.get("content-type", ""):
            self._opened.append((response.status, response.url))

"""A caseworker at her window: sees one page at a time, follows its links by their words, fills in only what it asks.

Window is how she moves; Counter adds the steps that every attendance is made of. For the stories of tests/desk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.desk_browser import DeskBrowser, Page
from tests.paper_reading import read_words

Boxes = Mapping[str, str | Sequence[str]]
_H = "{http://www.w3.org/1999/xhtml}"
_TICKS = {"radio", "checkbox"}


class Stuck(AssertionError):
    """The page does not have what the caseworker looks for; the message says what it has."""


class Window:
    """Where a caseworker is and what she sees there."""

    def __init__(self, browser: DeskBrowser) -> None:
        self.browser = browser
        self.page = browser.get("/")

    @property
    def address(self) -> str:
        """Where she is, without what follows the question mark."""
        return self.page.response.request.path

    @property
    def h1(self) -> str:
        """The heading of the page."""
        return self.page.h1

    @property
    def text(self) -> str:
        """The page's own words, without the frame around them and without what lists could answer."""
        return " ".join(_read(self.page.all("main")[0]).split())

    def link(self, words: str) -> str:
        """Where the first link with these words leads."""
        for one in self.page.all("a"):
            if one.get("href") and words in _words(one):
                return str(one.get("href"))
        raise Stuck(f"no link «{words}» on «{self.h1}», which has {sorted({_words(a) for a in self.page.all('a')})}")

    def has_link(self, words: str) -> bool:
        """Whether some link has these words."""
        return any(words in _words(one) for one in self.page.all("a"))

    def follow(self, words: str) -> None:
        """Press a link."""
        self._arrive(self.browser.get(self.link(words), follow=True), 200)

    def asked(self, box: str) -> list[str]:
        """The answers that a box offers; empty when the page does not ask it."""
        return [value for form in self.page.all("form") for value in _offered(form, box) or ()]

    def holds(self, box: str) -> list[str]:
        """What stands in a box, or is ticked."""
        return [value for form in self.page.all("form") for name, value in _standing(form) if name == box]

    def send(self, button: str, boxes: Boxes | None = None, *, status: int = 200) -> None:
        """Fill in boxes of the form that this button sends, and press it. Every box and answer must be on the page."""
        self._arrive(self._press(button, boxes or {}), status)

    def prints(self, button: str, boxes: Boxes | None = None) -> str:
        """The same for a button that answers with a PDF: its words."""
        return _paper(self._press(button, boxes or {}))

    def _press(self, button: str, boxes: Boxes) -> Page:
        form, pressed = self._form_of(button)
        values: dict[str, list[str]] = {}
        for name, value in _standing(form):
            values.setdefault(name, []).append(value)
        for name, told in boxes.items():
            values[name] = [told] if isinstance(told, str) else list(told)
            self._check_asked(form, name, values[name])
        if pressed.get("name"):
            values[pressed.get("name")] = [pressed.get("value", "")]
        here = self.page.response.request.full_path.rstrip("?")
        target = pressed.get("formaction") or form.get("action") or here
        return self.browser.post(target, values, follow=True)

    def search(self, words: str) -> list[str]:
        """Type into the search box; who is found, in order."""
        self._arrive(self.browser.post("/buscar", {"q": words}, follow=True), 200)
        return [_words(one) for one in self.page.all("h3")]

    def paper(self, words: str) -> str:
        """Open the PDF behind a link: its words."""
        return _paper(self.browser.get(self.link(words)))

    def sees(self, *sentences: str) -> None:
        """All of these are on the page, or in what it says of the step before."""
        for words in sentences:
            assert words in self.text or words in self.page.text, f"«{words}» is not on «{self.h1}»: {self.text}"

    def sees_nothing_of(self, *sentences: str) -> None:
        """None of these is on the page."""
        for words in sentences:
            assert words not in self.page.text, f"«{words}» is on «{self.h1}»: {self.text}"

    def _form_of(self, button: str) -> tuple[Any, Any]:
        forms = self.page.all("form")
        for one in self.page.all("button"):
            if _words(one) == button:
                by_id = one.get("form")
                return next(f for f in forms if (f.get("id") == by_id if by_id else one in list(f.iter()))), one
        raise Stuck(f"no button «{button}» on «{self.h1}», which has {[_words(b) for b in self.page.all('button')]}")

    def _check_asked(self, form: Any, name: str, told: Sequence[str]) -> None:
        offered = _offered(form, name)
        if offered is None:
            raise Stuck(f"«{self.h1}» does not ask {name}; it asks {sorted({str(n) for n, _ in _standing(form)})}")
        if offered and not set(told) <= set(offered):
            raise Stuck(f"«{self.h1}» has no answer {told} to {name}; it has {offered}")

    def _arrive(self, page: Page, status: int) -> None:
        self.page = page
        assert page.status == status, f"{page.status} at {self.address}: {self.text}"


class Counter(Window):
    """The steps of an attendance."""

    def register(self, boxes: Boxes) -> None:
        """From anywhere to a new file."""
        self.follow("Hoy")
        self.follow("Registrar a una persona")
        self.send("Registrar y seguir con el consentimiento", boxes)

    def consent(self, *purposes: str, **more: str) -> None:
        """The notice read aloud, a signed yes to these purposes; it ends on the file."""
        asked = {"notice_channel": "read_aloud", "how": "signed", **dict.fromkeys(purposes, "yes"), **more}
        self.send("Guardar las respuestas", asked)

    def file(self) -> None:
        """Back to the file."""
        self.follow("Volver al expediente")

    def needs(self, *codes: str) -> None:
        """From the file: note what she needs."""
        self.follow("Anotar una necesidad")
        self.send("Anotar", {"needs": codes})

    def offers(self, need: str) -> dict[str, str]:
        """From the needs to the services for one of them: each with whether it fits, in the order of the page."""
        self.follow(f"Ver servicios para: {need}")
        return dict(self._doors())

    def refer(self, service: str, **boxes: str) -> None:
        """From the services to a referral that she says yes to."""
        self.follow(f"Elegir {service}")
        self.send("Guardar y, si dijo que sí, enviar", {"consent": "yes", "consent_how": "verbal_witness", **boxes})

    def inscribe(self, **boxes: str) -> str:
        """From the file: into the padrón. The folio."""
        self.follow("Abrir Padrón")
        self.send("Inscribir en el Padrón", boxes)
        return _words(next(one for one in self.page.tree.iter() if "v-folio" in (one.get("class") or "").split()))

    def papers(self, *kinds: str) -> None:
        """From the file: note what papers she shows; it stays on the page of papers."""
        self.follow("Agregar un documento")
        for kind in kinds:
            self.send("Anotar el documento", {"kind": kind})

    def constancia(self, **boxes: str) -> str:
        """From the file: the words of the constancia, once it is issued with these wishes."""
        self.follow("Abrir Constancia")
        self.send("Expedir la constancia", boxes)
        return self.paper("Abrir la constancia (PDF)")

    def _doors(self) -> Iterator[tuple[str, str]]:
        for heading in self.page.all("h3"):
            tag = next((one for one in heading.iter(f"{_H}span") if "v-tag" in (one.get("class") or "").split()), None)
            link = next(heading.iter(f"{_H}a"), None)
            if tag is not None and link is not None:
                yield _words(link), _words(tag)


def _paper(answer: Page) -> str:
    kind = answer.response.mimetype
    assert kind == "application/pdf", f"{answer.status} {kind}: {answer.text if answer.tree is not None else ''}"
    return read_words(answer.response.get_data())


def _words(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())


def _read(node: Any) -> str:
    if node.tag == f"{_H}select":
        return " "
    return (node.text or "") + "".join(_read(kid) + (kid.tail or "") for kid in node if isinstance(kid.tag, str))


def _controls(form: Any) -> list[Any]:
    return [one for one in form.iter() if one.tag in {f"{_H}input", f"{_H}select", f"{_H}textarea"} and one.get("name")]


def _standing(form: Any) -> Iterator[tuple[str, str]]:
    """What the form would send as it stands."""
    for one in _controls(form):
        kind = one.get("type", "text")
        if kind in {"submit", "file"} or (kind in _TICKS and one.get("checked") is None):
            continue
        if one.tag == f"{_H}select":
            options = list(one.iter(f"{_H}option"))
            chosen = next((each for each in options if each.get("selected") is not None), options[0])
            yield one.get("name"), chosen.get("value", "")
        elif one.tag == f"{_H}textarea":
            yield one.get("name"), "".join(one.itertext())
        else:
            yield one.get("name"), one.get("value", "on" if kind in _TICKS else "")


def _offered(form: Any, name: str) -> list[str] | None:
    """The answers of a box: empty for one that is written in, None when the form has no such box."""
    boxes = [one for one in _controls(form) if one.get("name") == name]
    if not boxes:
        return None
    if boxes[0].tag == f"{_H}select":
        return [str(one.get("value", "")) for one in boxes[0].iter(f"{_H}option")]
    return [str(one.get("value", "on")) for one in boxes if one.get("type") in _TICKS]

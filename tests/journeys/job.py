"""The main job, step by step, as one hand does it. The journeys string these steps together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.journeys.hand import Hand, save_picture
from tests.journeys.live import PASSWORD
from tests.paper_reading import draw


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is being registered: as told at the desk, all of it invented."""

    given: str
    surname: str
    birth_year: str
    nationality: str
    language: str
    phone: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.surname}"


def sign_in(hand: Hand, account: str) -> None:
    """From the desk's address to its first page, in the journey's language."""
    hand.go("/")
    if hand.words.language == "en":
        hand.watch.passes()
        hand.press(hand.page.locator("button[name=_lang][value=en], a[hreflang=en]"))
    hand.arrived("Entrar")
    hand.type(hand.box("username"), account)
    hand.type(hand.box("password"), PASSWORD)
    hand.press(hand.send())
    hand.arrived("Hoy")


def register(hand: Hand, person: Newcomer) -> None:
    """From the home page to the questions of consent."""
    hand.press(hand.button("Registrar a una persona"))
    hand.arrived("Registrar a una persona")
    hand.type(hand.box("given"), person.given)
    hand.type(hand.box("surname1"), person.surname)
    hand.type(hand.box("birth-year"), person.birth_year)
    hand.pick(hand.box("nationality"), person.nationality)
    hand.pick(hand.box("language"), person.language)
    hand.type(hand.box("phone"), person.phone)
    hand.press(hand.send())
    hand.arrived("Consentimiento")


def consent(hand: Hand, person: Newcomer) -> None:
    """The notice read aloud, and a yes to what the job needs; the other questions are left for another day."""
    hand.press(hand.answer("notice_channel", "read_aloud"))
    for purpose in ("care", "sensitive", "certificate"):
        hand.press(hand.answer(purpose, "yes"))
    hand.press(hand.answer("how", "signed"))
    hand.press(hand.send())
    hand.arrived_at(person.name)


def note_needs(hand: Hand, *codes: str) -> None:
    """From the file, where it is the next step: what she needs, found in the list by category."""
    hand.press(hand.next_step())
    hand.arrived("Necesidades")
    for code in codes:
        tick = hand.answer("needs", code)
        if not tick.is_visible():
            group = hand.page.locator("details", has=hand.page.locator(f"input[value={code}]"))
            hand.press(group.locator("summary"))
        hand.press(tick)
    hand.press(hand.send())
    hand.arrived("Necesidades")


def send_referral(hand: Hand) -> str:
    """From the doors of a need: the best one, her yes to that partner, sent. Answers the service's name."""
    hand.watch.arrived(re.compile(hand.words("Servicios para: %(need)s", need=".+")))
    hand.picture("offers")
    hand.press(hand.button("Elegir").first)
    hand.watch.arrived(re.compile(hand.words("Canalizar a: %(service)s", service=".+")))
    service = hand.heading().removeprefix(hand.words("Canalizar a: %(service)s", service=""))
    hand.press(hand.answer("consent", "yes"))
    hand.pick(hand.box("consent_how"), "verbal_witness")
    hand.press(hand.send())
    hand.watch.arrived(re.compile(hand.words("Canalización %(code)s", code="C-[0-9A-Z]+")))
    said = "La canalización quedó enviada. Avise a la institución por teléfono o correo: el sistema no lo hace."
    assert hand.words(said) in hand.page.locator("[role=status]").first.inner_text()
    hand.picture("referral")
    return service


def back_to_file(hand: Hand, person: Newcomer) -> None:
    """By the link above the page's heading."""
    hand.press(hand.page.locator(".v-back a, .v-person__name a").last)
    hand.arrived_at(person.name)


def note_document(hand: Hand, kind: str) -> None:
    """One paper she shows, from the page of papers."""
    hand.pick(hand.box("kind"), kind)
    hand.press(hand.send())
    hand.arrived("Documentos")


def inscribe(hand: Hand) -> str:
    """From the page of papers to a folio."""
    hand.press(hand.link("Seguir con la inscripción en el Padrón"))
    hand.arrived("Inscripción en el Padrón")
    hand.press(hand.send())
    hand.arrived("Inscripción en el Padrón")
    return hand.page.locator("main .v-lead .v-folio").inner_text()


def constancia(hand: Hand) -> bytes:
    """From the inscription to the paper."""
    hand.press(hand.button("Constancia"))
    hand.arrived("Constancia de inscripción")
    hand.press(hand.send())
    hand.arrived("Constancia de inscripción")
    paper = hand.fetch(hand.button("Abrir la constancia (PDF)"))
    if hand.pictures is not None:
        save_picture(draw(paper), hand.pictures, f"constancia-{hand.words.language}")
    return paper


def answer(hand: Hand, service: str) -> None:
    """A partner: accepts what was sent, and later closes it with an outcome."""
    row = hand.page.locator("main tr", has_text=service)
    hand.press(row.locator("a").first)
    hand.watch.arrived(re.compile(hand.words("Canalización %(code)s", code="C-[0-9A-Z]+")))
    hand.press(hand.button("Aceptar"))
    hand.watch.arrived(re.compile(hand.words("Canalización %(code)s", code="C-[0-9A-Z]+")))


def complete(hand: Hand, outcome: str) -> None:
    """A partner, on the page of an accepted referral: how it ended."""
    closing = hand.page.locator("#move-completed")
    hand.press(hand.page.locator("details", has=hand.page.locator("#move-completed")).locator("summary"))
    hand.pick(closing.locator("[name=outcome]"), outcome)
    hand.press(closing.get_by_role("button"))
    hand.watch.arrived(re.compile(hand.words("Canalización %(code)s", code="C-[0-9A-Z]+")))

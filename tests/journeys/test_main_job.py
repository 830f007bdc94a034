"""One person through every room: by mouse in both languages, by keyboard alone, and in a browser without scripts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from tests.journeys import job
from tests.journeys.conftest import MakeHand
from tests.journeys.hand import Hand
from tests.journeys.job import Newcomer
from tests.journeys.live import CASEWORKER, NEXT_MONTH, SUPERVISOR, LiveDesk
from tests.paper_reading import read_paper

pytestmark = pytest.mark.browser

MOST_INTERACTIONS = 40  # from her arrival to inscribed and printed, with two referrals sent
MIRLANDE = Newcomer("Mirlande", "Desrosiers", "1991", "HT", "ht", "55 5555 0141")
OSIRIS = Newcomer("Osiris", "Villalobos", "1987", "HN", "es", "55 5555 0142")
KETTY = Newcomer("Ketty", "Philogène", "1979", "HT", "ht", "55 5555 0143")
TRINIDAD = Newcomer("Trinidad", "Mejía", "2001", "SV", "es", "55 5555 0144")


def at_the_desk(hand: Hand, person: Newcomer) -> tuple[list[str], bytes]:
    """Everything her caseworker does: the services she was sent to, and her constancia."""
    job.sign_in(hand, CASEWORKER)
    hand.count = 0  # from here on: from the person's arrival
    job.register(hand, person)
    job.consent(hand, person)
    job.note_needs(hand, "HEALTH_GENERAL", "MIGR_ASYLUM")
    hand.press(hand.link("Ver servicios").first)
    services = [job.send_referral(hand)]
    job.back_to_file(hand, person)
    hand.press(hand.next_step())
    services.append(job.send_referral(hand))
    job.back_to_file(hand, person)
    hand.press(hand.link("Agregar un documento"))
    hand.arrived("Documentos")
    job.note_document(hand, "PASSPORT")
    job.note_document(hand, "SHELTER_LETTER")
    folio = job.inscribe(hand)
    paper = job.constancia(hand)
    assert hand.count <= MOST_INTERACTIONS
    hand.press(hand.link("Hoy"))
    hand.arrived("Hoy")
    hand.picture("home")
    hand.watch.finish()
    assert folio in read_paper(paper).text
    return services, paper


def anybody_verifies(hand: Hand, person: Newcomer, paper: bytes) -> None:
    """The QR of the paper leads to a page that says it is valid, and nothing about her."""
    read = read_paper(paper)
    assert read.pages == 1
    assert len(read.codes) == 1
    address = urlsplit(read.codes[0])
    assert f"{address.scheme}://{address.netloc}" == hand.address
    hand.go(f"{address.path}?_lang={hand.words.language}")
    hand.arrived("Verificar una constancia")
    shown = hand.page.locator("body").inner_text()
    assert hand.words("Vigente") in shown
    for secret in (person.given, person.surname, person.birth_year, "PHM-", "Rosa Ibarra", "Mesa Centro"):
        assert secret not in shown


def the_report_tells(hand: Hand, service: str) -> None:
    """Next month the supervisor sees it: the line of the service, its list behind the number, both files."""
    job.sign_in(hand, SUPERVISOR)
    hand.count = 0
    hand.press(hand.link("Informes"))
    hand.arrived("¿Cómo terminaron las canalizaciones?")
    hand.picture("outcomes")
    line = hand.page.locator("table").first.locator("tr", has_text=service)
    assert line.count() == 1
    served = line.get_by_role("link", name=hand.words("Atendidas"))
    number = int("".join(filter(str.isdigit, served.inner_text())))
    assert number >= 1
    hand.press(served)
    hand.watch.arrived(re.compile(hand.words("Canalizaciones: %(which)s", which=".+")))
    assert hand.page.locator("main tbody tr").count() == number
    assert hand.count <= 3  # the budget for the outcomes of one service last month
    hand.go("/informes/resultados")
    hand.arrived("¿Cómo terminaron las canalizaciones?")
    for name, kind in (("Descargar CSV", b"\xef\xbb\xbf"), ("Descargar XLSX", b"PK")):
        assert hand.save(hand.button(name)).startswith(kind)
    hand.watch.finish()


@pytest.mark.parametrize(("language", "person"), [("es", MIRLANDE), ("en", OSIRIS)])
def test_main_job_by_mouse(live: LiveDesk, make_hand: MakeHand, language: str, person: Newcomer) -> None:
    hand = make_hand(language)
    services, paper = at_the_desk(hand, person)
    anybody_verifies(make_hand(language), person, paper)

    partner = make_hand(language)
    job.sign_in(partner, live.partner_of(services[0]))
    partner.count = 0
    job.answer(partner, services[0])
    assert partner.count <= 2
    job.complete(partner, "provided")
    partner.watch.finish()

    live.clock.set(NEXT_MONTH)
    the_report_tells(make_hand(language), services[0])


def test_main_job_by_keyboard_alone(make_hand: MakeHand) -> None:
    at_the_desk(make_hand(keyboard=True), KETTY)


def test_main_job_without_scripts(make_hand: MakeHand) -> None:
    at_the_desk(make_hand(scripts=False), TRINIDAD)

"""A Haitian family of five who speak Creole: what they share is asked once, each is asked alone, nobody is parted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from referral.access.identity import Identity
from referral.infra.db import Database
from tests.desk.window import Counter
from tests.desk_browser import DeskBrowser
from tests.factories.referrals import load_directory

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]

SHARED = {
    "language": "ht",
    "interpreter": "1",
    "alcaldia": "09015",
    "housing": "street",
    "place": "Plaza Giordano Bruno",
}
ADULTS = ("Mirlène Joseph", "Wilner Joseph")
CHILDREN = ("Woodley Joseph", "Esther Joseph", "Samuel Joseph")


@pytest.fixture
def desk(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> Counter:
    """A caseworker with the real catalogue, on both engines."""
    load_directory(database)
    return Counter(sign_in(make_identity(database)))


def row(number: int, given: str, year: str, **more: str) -> dict[str, str]:
    boxes = {"given": given, "surname1": "Joseph", "birth-year": year, **more}
    return {f"p{number}_{name}": value for name, value in boxes.items()}


def register(desk: Counter) -> None:
    desk.follow("Personas")
    desk.follow("Registrar a una familia")
    for _person in range(2):
        desk.send("Agregar a otra persona")
    five = {
        **row(1, "Mirlène", "1990", sex="M", nationality="HT"),
        **row(2, "Wilner", "1986", sex="H", relation="partner"),
        **row(3, "Woodley", "2012", relation="child"),
        **row(4, "Esther", "2018", relation="child", nationality="CL"),
        **row(5, "Samuel", "2026", relation="child", nationality="MX"),
    }
    desk.send("Guardar a toda la familia", {**SHARED, **five, "partner_is_parent": "1"})
    assert desk.h1 == "Familia de Mirlène Joseph"
    desk.sees("Quedaron registradas 5 personas.")
    assert desk.text.count("Mirlène Joseph (Madre)") == desk.text.count("Wilner Joseph (Padre)") == 3


def ask_each(desk: Counter) -> None:
    """The notice and the consent of everybody, in Creole; of the children from the mother."""
    spoken = {"interpreter": "1", "how": "verbal_witness", "witness": "Intérprete por teléfono"}
    for name in (*ADULTS, *CHILDREN):
        desk.follow(f"Consentimiento {name}")
        assert desk.holds("language") == ["ht"]
        desk.sees("Kreyòl ayisyen", "Texto no revisado por hablante nativo")
        of_child = {"assent": "yes"} if name in CHILDREN else {}
        if of_child:  # who answers for a child is known already
            assert desk.holds("given_by") == ["guardian"]
            assert desk.holds("adult")[0] in ADULTS
        desk.consent("care", "sensitive", "certificate", **spoken, **of_child)
        desk.follow("Ver o cambiar la familia")


def test_a_haitian_family_of_five(desk: Counter) -> None:
    register(desk)
    desk.follow("Consentimiento Mirlène Joseph")
    notice = desk.paper("Imprimir el aviso en su lengua")
    assert "Avi sou konfidansyalite" in notice
    assert "Texto no revisado por hablante nativo" in notice
    desk.file()
    desk.follow("Ver o cambiar la familia")
    ask_each(desk)

    desk.follow("Anotar una vez cuándo entraron a México")
    everybody = desk.holds("people")
    assert len(everybody) == 5
    born_abroad = everybody[:4]  # the baby was born here
    when = {"entry-month": "10", "entry-year": "2026"}
    desk.send("Guardar para las personas marcadas", {**when, "people": born_abroad})
    desk.sees("Quedó anotado en 4 expedientes.")

    desk.follow("Mirlène Joseph")
    desk.needs("SHELTER_TONIGHT")
    tonight = desk.offers("Dónde dormir esta noche")
    assert tonight["Alojamiento temporal y albergues"] == tonight["CAFEMIN"] == "Corresponde"
    for one_sex in ("Casa Tochan", "DIF: cuidado de niñas, niños y adolescentes"):
        assert tonight[one_sex] == "No corresponde"
    desk.sees("nunca separe a una familia")

    desk.follow("Elegir CAFEMIN")
    assert (len(desk.holds("also")), desk.holds("said_yes")) == (3, [])  # nobody says yes in his name
    send, yes = "Guardar y, si dijo que sí, enviar", {"consent": "yes", "consent_how": "verbal_witness"}
    desk.send(send, {**yes, "interpreter": "1"}, status=422)
    desk.sees("Así se separa a la familia: se quedaría sin lugar Wilner Joseph.")
    desk.send(send, {**yes, "interpreter": "1", "said_yes": desk.asked("said_yes")})
    desk.sees("También quedaron enviadas las canalizaciones de 4 personas de su familia.")
    desk.sees("LenguaCriollo haitiano", "IntérpreteNecesita intérprete")
    slip = desk.paper("Imprimir la hoja para la persona")
    assert "CAFEMIN" in slip
    assert "Joseph" not in slip

    desk.file()
    desk.follow("Hoja de visitas")
    assert desk.holds("language") == ["ht"]
    sheet = desk.prints("Abrir la hoja (PDF)")
    for words in ("Vizit ou yo", "Sus visitas", "CAFEMIN", "Texto no revisado por hablante nativo"):
        assert words in sheet
    assert "Joseph" not in sheet

    desk.file()
    desk.follow("Abrir Padrón")
    desk.sees("Woodley Joseph, menor de edad, con Mirlène Joseph, Wilner Joseph")
    desk.send("Inscribir en el Padrón", {"also": desk.asked("also")})
    desk.file()
    desk.follow("Ver o cambiar la familia")
    assert desk.text.count("PHM-2026-") == 5
    desk.follow("Woodley Joseph")
    desk.papers("BIRTH_CERT", "SHELTER_LETTER")
    desk.file()
    constancia = desk.constancia(nationality="none")
    for words in ("Woodley Joseph", "2012", "Mirlène Joseph"):  # a child's paper names the adult
        assert words in constancia
    assert "Haití" not in constancia
    desk.file()
    desk.sees("CAFEMIN debe contestar a más tardar el 21 de noviembre de 2026.", "Haití", "Criollo haitiano")
    desk.sees("A cargo: Mirlène Joseph (Madre), Wilner Joseph (Padre)")
    desk.follow("Ver y completar todos los datos")
    desk.sees("octubre de 2026")

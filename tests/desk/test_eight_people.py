"""The people of the issue, each served from her first question to what the file says next, through the pages alone.

The family of five has a file of its own: test_family_of_five.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from referral.access.identity import Identity
from referral.infra.db import Database
from referral.kernel.clock import FixedClock
from tests.desk.window import Counter
from tests.desk_browser import DeskBrowser
from tests.factories.referrals import load_directory

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]

FITS, MAYBE, NOT, SHUT = (
    "Corresponde",
    "Corresponde si se completa lo que falta",
    "No corresponde",
    "No se puede enviar",
)
SHELTERS = "Alojamiento temporal y albergues"
INM = "Instituto Nacional de Migración, oficina en la ciudad"
CONSULATES = "Consulados en la Ciudad de México"
CHILD_OFFICE = "Procuraduría de Protección de Niñas, Niños y Adolescentes"
DIF = "DIF: cuidado de niñas, niños y adolescentes"
OWN_DESK = {"Subdirección para personas migrantes de SIBISO", "Ventanilla informativa"}


@pytest.fixture
def database(sqlite: Database) -> Database:
    """One engine: the family of five is served on both."""
    load_directory(sqlite)
    return sqlite


@pytest.fixture
def desk(database: Database, make_identity: MakeIdentity, sign_in: SignIn) -> Counter:
    """A caseworker of the desk in the centre, on her first page."""
    return Counter(sign_in(make_identity(database)))


def test_a_deported_man_with_only_a_removal_paper(desk: Counter) -> None:
    who = {"given": "Ramiro", "surname1": "Cisneros", "surname2": "Tapia", "nationality": "MX", "sex_document": "H"}
    born = {"birth-day": "3", "birth-month": "9", "birth-year": "1984"}
    paper = {"paper_kind": "REMOVAL_DOC", "paper_number": "A 208 111 222", "paper_country": "US"}
    where = {"language": "es", "housing": "street", "alcaldia": "09015", "place": "Central del Norte"}
    desk.register({**who, **born, **paper, **where, "no_bed": "1"})
    desk.sees("No tiene dónde dormir esta noche", "Nunca separe a una familia")
    desk.follow("Seguir con el aviso de privacidad y el consentimiento")
    desk.consent("care", "sensitive", "certificate")
    desk.sees("busque ahora un servicio para «Dónde dormir esta noche»", "A 208 111 222 · Estados Unidos")

    desk.follow("Corregir perfil de movilidad")
    back = {"return_type": "deported", "return_country": "US", "return_date-month": "11", "return_date-year": "2026"}
    desk.send("Guardar", {"profiles": ["RETURN_DEP"], **back})
    desk.sees("Persona mexicana deportada o repatriada", "Personas migrantes y sujetas de protección internacional")
    desk.file()

    desk.needs("RETURN_REINT", "IDENT_BIRTH", "WORK_PLACE")
    tonight = desk.offers("Dónde dormir esta noche")
    assert (next(iter(tonight)), tonight[SHELTERS], tonight[DIF]) == (SHELTERS, FITS, NOT)
    desk.follow("Volver a las necesidades")
    again = desk.offers("Reintegración después del retorno")
    assert again["Otros Dreams en Acción (ODA)"] == again["Relaciones Exteriores (SRE)"] == FITS
    assert INM not in again
    desk.follow("Volver a las necesidades")
    assert desk.offers("Acta de nacimiento")["SIBISO: apoyos de identidad y retorno"] == FITS
    desk.follow("Volver a las necesidades")
    work = desk.offers("Encontrar empleo")  # without a CURP: what asks for one waits, what does not is open
    assert (work["Fomento al Trabajo Digno"], work["Servicio Nacional de Empleo: bolsa de trabajo"]) == (MAYBE, FITS)
    desk.sees("Ayude primero con acta, CURP e INE")

    desk.follow("Volver a las necesidades")
    desk.offers("Dónde dormir esta noche")
    desk.refer(SHELTERS)
    desk.sees("Enviada", "Nombre que usaRamiro Cisneros Tapia", "Edad42 años")
    desk.sees_nothing_of("No hay un consentimiento vigente", "A 208 111 222", "deportada")
    desk.file()
    folio = desk.inscribe()
    desk.file()
    desk.sees("Falta para imprimirla: un comprobante de que vive en la ciudad.")  # his paper is proof of who he is
    desk.papers("RES_DECL")
    desk.file()
    constancia = desk.constancia(nationality="none")
    for words in (folio, "Ramiro Cisneros Tapia", "3 de septiembre de 1984"):
        assert words in constancia
    for secret in ("A 208 111 222", "eporta", "Estados Unidos", "México, Nacionalidad"):
        assert secret not in constancia
    desk.file()
    desk.sees("vigente hasta el 20 de noviembre de 2027", f"{SHELTERS}Gobierno de la Ciudad de México")


def test_a_girl_of_fifteen_alone(desk: Counter) -> None:
    desk.follow("Primero: cuatro preguntas")
    desk.send("Ver qué hacer ahora", {"alone": "1", "no_bed": "1"})
    desk.sees("Avise ahora a la Procuraduría", "No le pregunte por qué salió de su país")
    for shelter in (SHELTERS, "CAFEMIN", "Casa Tochan"):
        desk.sees_nothing_of(shelter)  # nobody of adults is named to call
    desk.follow("Registrar a la persona")
    assert (desk.holds("alone"), desk.holds("no_bed")) == (["1"], ["1"])
    who = {"given": "Yuridia", "surname1": "Paz", "birth-age": "15", "nationality": "HN", "language": "es"}
    desk.send("Registrar y seguir con el consentimiento", {**who, "will_return": "1"})
    desk.sees("Nunca le envíe al INM, a un albergue de personas adultas ni a su consulado, ni les avise")

    desk.follow("Ver sus necesidades y canalizar")
    doors = desk.offers("Dónde dormir esta noche")
    assert {name for name, fits in doors.items() if fits != SHUT} == {CHILD_OFFICE, DIF}
    assert not [name for name in doors if name not in {CHILD_OFFICE, DIF} and desk.has_link(f"Elegir {name}")]
    desk.follow("Volver a las necesidades")
    for code, need in (("IDENT_CONSUL", "Documento consular"), ("MIGR_TVRH", "Tarjeta de visitante")):
        desk.send("Anotar", {"needs": [code]})
        fit = {name for name, fits in desk.offers(need).items() if fits != SHUT}
        assert fit <= {CHILD_OFFICE, DIF}, need
        desk.follow("Volver a las necesidades")

    desk.offers("Niña, niño o adolescente sin acompañante")
    desk.follow(f"Elegir {CHILD_OFFICE}")  # the notice of protection does not wait for any consent
    desk.send("Guardar y, si dijo que sí, enviar", {"child_notice": "1", "child_heard": "1"})
    desk.sees("Enviada", "Aviso de protección de una niña, niño o adolescente", "Se le escuchó antes de enviarlo")
    desk.sees_nothing_of("No hay un consentimiento vigente", "cancele la canalización y avise")
    desk.file()
    desk.follow("A quién llamar y cómo responder")
    assert "person_refused" not in desk.asked("answer")
    desk.send("Anotar la respuesta", {"answer": "done_referred", "note": "Vino por ella la Procuraduría"})
    desk.follow("Seguir con el aviso de privacidad y el consentimiento")
    desk.consent("care", "certificate", given_by="child_office", adult="Amparo Ruelas", assent="yes")
    desk.sees("Menor de edad, o puede serlo, sin acompañante")

    folio = desk.inscribe()
    desk.file()
    desk.papers("BIRTH_CERT", "SHELTER_LETTER")
    desk.file()
    constancia = desk.constancia(nationality="none", accompanying_adult="Amparo Ruelas")
    for words in (folio, "Yuridia Paz", "hacia 2011", "Amparo Ruelas"):
        assert words in constancia
    assert "Honduras" not in constancia


def test_a_woman_of_one_name_who_knows_only_her_year_of_birth(desk: Counter) -> None:
    name = {"given": "Amina", "single_name": "1"}
    who = {**name, "birth-year": "1991", "nationality": "SD", "language": "ar", "interpreter": "1"}
    desk.register({**who, "housing": "shelter", "alcaldia": "09005", "place": "CAFEMIN", "paper_kind": "NONE"})
    desk.consent("care", "sensitive", "certificate", interpreter="1")
    desk.sees("34 o 35 años", "Árabe, con intérprete", "Nacimiento 1991")
    desk.follow("Corregir nombre y nacimiento")
    desk.send("Guardar", {"native": "أمينة"})
    desk.sees("Tiene un solo nombreSí", "Fecha de nacimiento1991", "أمينة")
    desk.sees_nothing_of("Primer apellidosin", "1 de enero de 1991")
    desk.file()

    desk.needs("MIGR_ASYLUM", "IDENT_CONSUL")
    asylum = desk.offers("Solicitar refugio en México")
    assert (next(iter(asylum.items())), asylum[INM]) == (
        ("Comisión Mexicana de Ayuda a Refugiados (COMAR)", FITS),
        SHUT,
    )
    desk.sees("Nunca a su consulado", "Busque interpretación por medio de COMAR")
    desk.refer("Comisión Mexicana de Ayuda a Refugiados", interpreter="1")
    desk.sees("Nombre en su documentoAmina", "Fecha de nacimiento1991", "IntérpreteNecesita intérprete")
    desk.file()
    desk.follow("Anotar una necesidad")
    papers = desk.offers("Documento consular o pasaporte")
    assert [fits for name, fits in papers.items() if "onsulad" in name] == [SHUT]

    desk.follow("Volver a las necesidades")
    desk.file()
    desk.sees("falta anotar cuándo entró")
    folio = desk.inscribe()  # inscribed without any paper; the constancia waits for one
    desk.file()
    desk.sees("Falta para imprimirla: un documento de identidad, un comprobante de que vive en la ciudad.")
    desk.papers("COMAR_CONST", "SHELTER_LETTER")
    desk.file()
    constancia = desk.constancia(nationality="none")
    assert "que la persona This is to certify that Amina cuenta con" in constancia
    for words in (folio, "Año de nacimiento", "1991"):
        assert words in constancia
    assert desk.search("Amina 1991") == ["Amina"]
    desk.sees("mismo año de nacimiento")


def test_a_trans_woman_whose_paper_says_another_name(desk: Counter) -> None:
    on_paper = {"given": "José Luis", "surname1": "Ortega", "surname2": "Rivas", "sex_document": "H"}
    born = {"birth-day": "9", "birth-month": "4", "birth-year": "1998", "nationality": "SV", "language": "es"}
    paper = {"paper_kind": "PASSPORT", "paper_number": "B7654321", "paper_country": "SV"}
    desk.register({**on_paper, "chosen": "Camila", **born, **paper, "alcaldia": "09015", "no_bed": "1"})
    desk.sees_nothing_of("José")
    desk.follow("Seguir con el aviso de privacidad y el consentimiento")
    desk.sees_nothing_of("José")
    desk.consent("care", "sensitive", "certificate")
    assert desk.h1 == "Camila"
    desk.follow("Corregir nombre y nacimiento")
    desk.send("Guardar", {"pronouns": "ella"})
    desk.follow("Grupos de atención prioritaria")
    desk.send("Guardar", {"groups": ["LGBTTTI"], "gender_identity": "woman"})
    desk.file()

    desk.needs("PROTECT_LGBT", "IDENT_GENDER")
    tonight = desk.offers("Dónde dormir esta noche")
    assert tonight[SHELTERS] == tonight["CAFEMIN"] == FITS  # a house for women
    assert tonight["Casa Tochan"] == NOT  # one for men, whatever her passport says
    desk.follow("Volver a las necesidades")
    safe = desk.offers("Protección de una persona LGBTTTI")
    assert safe["Dirección General de Diversidad Sexual y Derechos Humanos"] == safe[SHELTERS] == FITS
    desk.sees("Use el nombre elegido en todo mensaje")
    desk.follow("Volver a las necesidades")
    assert next(iter(desk.offers("Reconocimiento de la identidad de género"))).startswith("Dirección General de Div")

    desk.follow("Volver a las necesidades")
    desk.offers("Dónde dormir esta noche")
    desk.refer("CAFEMIN")
    desk.sees("Persona Camila", "Nombre que usaCamila")
    desk.sees_nothing_of("José", "Ortega", "LGBTTTI")
    slip = desk.paper("Imprimir la hoja para la persona")
    assert "José" not in slip
    desk.file()
    folio = desk.inscribe()
    desk.file()
    desk.papers("SHELTER_LETTER")
    desk.file()
    constancia = desk.constancia(chosen_name="1", nationality="none")
    for words in (folio, "José Luis Ortega Rivas", "Camila"):  # both: she asked for the name she uses
        assert words in constancia
    assert "LGBTTTI" not in constancia
    assert desk.search("Camila 1998") == desk.search("Jose Luis Ortega") == ["Camila"]


def test_a_man_displaced_from_guerrero(desk: Counter) -> None:
    who = {"given": "Eusebio", "surname1": "Nava", "surname2": "Tlatempa", "nationality": "MX", "sex_document": "H"}
    born = {"birth-month": "6", "birth-year": "1979", "language": "nah", "interpreter": "1"}
    desk.register({**who, **born, "paper_kind": "INE", "alcaldia": "09007", "danger": "threat"})
    desk.sees("Si el peligro está cerca, llame al 911.", "Nunca avise a nadie sin su acuerdo.")
    desk.follow("Seguir con el aviso de privacidad y el consentimiento")
    desk.consent("care", "sensitive", "certificate", interpreter="1")
    desk.follow("Corregir perfil de movilidad")
    left = {"idp_state": "12", "idp_municipality": "Chilapa de Álvarez", "idp_cause": "GEN_VIOLENCE"}
    desk.send("Guardar", {"profiles": ["IDP"], **left, "idp_date-month": "10", "idp_date-year": "2026"})
    desk.sees("Estado del que salióGuerrero", "Violencia generalizada o del crimen organizado", "octubre de 2026")
    desk.file()

    desk.needs("PROTECT_IDP", "BASIC_FOOD")
    doors = desk.offers("Protección por desplazamiento interno")
    assert doors["CDHCM: quejas de derechos humanos"] == doors["SIBISO: apoyos de identidad y retorno"] == FITS
    assert not [name for name in doors if "COMAR" in name or name == INM]
    desk.sees("Registre causa, estado de origen, fecha", "pregunte si la amenaza sigue")
    desk.follow("Volver a las necesidades")
    threat = desk.offers("Amenaza o persecución actual")
    assert threat["Fiscalía de la Ciudad (FGJ)"] == FITS
    assert threat["ACNUR México"] == NOT  # which is for people of other countries
    desk.follow("Volver a las necesidades")
    assert desk.offers("Alimentación (comedor)")["Comedores Sociales"] == FITS

    desk.follow("Volver a las necesidades")
    desk.offers("Protección por desplazamiento interno")
    desk.refer("CDHCM: quejas de derechos humanos", interpreter="1")
    desk.sees("Enviada", "IntérpreteNecesita intérprete")
    desk.sees_nothing_of("Chilapa", "Guerrero", "crimen organizado")
    desk.file()
    desk.follow("Abrir Padrón")
    desk.sees("Las reglas del Padrón no dicen si este perfil se inscribe. Consulte con su supervisión")
    desk.file()
    folio = desk.inscribe(confirmed="1")
    desk.file()
    desk.papers("RES_DECL")
    desk.file()
    constancia = desk.constancia(nationality="MX", alcaldia="1")
    for words in (folio, "Eusebio Nava Tlatempa", "junio de 1979", "Iztapalapa"):
        assert words in constancia
    for secret in ("Guerrero", "Chilapa", "desplaza"):
        assert secret not in constancia
    desk.file()
    desk.sees("busque ahora un servicio para «Amenaza o persecución actual»")


def test_a_mother_who_looks_for_her_son(desk: Counter) -> None:
    who = {"given": "Teresa", "surname1": "Olvera", "surname2": "Rangel", "birth-age": "52", "nationality": "MX"}
    where = {"language": "es", "phone": "55 5555 0177", "alcaldia": "09007", "housing": "owned"}
    desk.register({**who, **where, "service_only": "1"})
    desk.consent("care", "sensitive", "contact", contact_hours="Después de las seis")
    desk.follow("Corregir perfil de movilidad")
    desk.send("Guardar", {"profiles": ["FAMILY_OF_ABROAD"], "relative_abroad": "US"})
    desk.file()
    desk.needs("LEGAL_MISSING", "FAMILY_TRACE")
    desk.sees("Nunca le pida que espere para empezar la búsqueda")
    search, crimes = (
        "Mecanismo de Apoyo Exterior de Búsqueda e Investigación (MAEBI)",
        "Unidad de Investigación de Delitos para Personas Migrantes",
    )
    for need in ("Búsqueda de una persona desaparecida", "Localización de familiares"):
        doors = desk.offers(need)
        assert next(iter(doors)) == search
        assert doors[search] == doors[crimes] == FITS
        assert INM not in doors
        desk.sees("Es gratuito y también atiende a familias en otro país")
        desk.follow("Volver a las necesidades")

    desk.offers("Búsqueda de una persona desaparecida")
    desk.refer(search)
    desk.sees("Enviada", "Respuesta a más tardar 21 de noviembre de 2026")
    desk.file()
    desk.follow("A quién llamar y cómo responder")
    desk.send("Anotar la respuesta", {"answer": "done_referred", "note": "Ya tiene la hoja"})
    desk.file()
    desk.sees("Búsqueda de una persona desaparecida Inmediata Canalizada", "Sólo atención, sin inscripción")
    desk.sees_nothing_of("Falta para imprimirla")
    desk.follow("Abrir Padrón")
    desk.sees("se abrió sólo para atención, sin inscripción", "Se le atiende y se le canaliza igual")
    assert not [one for one in desk.page.all("button") if "Inscribir" in "".join(one.itertext())]
    assert desk.search("Olvera Rangel Teresa") == ["Teresa Olvera Rangel"]


def test_she_comes_back_after_eight_months_under_another_spelling(
    desk: Counter, database: Database, make_identity: MakeIdentity, sign_in: SignIn, clock: FixedClock
) -> None:
    for given, surname, year in (
        ("Jésica", "Velasco", "1996"),
        ("Yesenia", "Vázquez", "1990"),
        ("Gisela", "Beltrán", "1996"),
    ):
        desk.register({"given": given, "surname1": surname, "birth-year": year, "will_return": "1"})
    who = {"given": "Yessenia", "surname1": "Velásquez", "surname2": "Cruz", "nationality": "HN", "language": "es"}
    born = {"birth-day": "12", "birth-month": "5", "birth-year": "1996", "phone": "55 5555 0188", "alcaldia": "09015"}
    paper = {"paper_kind": "PASSPORT", "paper_number": "E123456", "paper_country": "HN"}
    expires = {"paper_expires-day": "1", "paper_expires-month": "3", "paper_expires-year": "2027"}
    desk.register({**who, **born, **paper, **expires})
    desk.consent("care", "sensitive", "contact", "certificate")
    desk.needs("WORK_PLACE", "HEALTH_GENERAL")
    desk.offers("Consulta médica general")
    desk.refer("Hospitales y centros de salud de la Ciudad")
    desk.file()
    folio = desk.inscribe()

    clock.advance(days=243)
    north = Counter(sign_in(make_identity(database, username="norte", desk="Mesa Norte")))
    assert "Yessenia Velásquez Cruz" in north.search("Jesenia Belasques 1996")[:5]
    north.sees("«Belasques» suena igual que «Velásquez»", "«Jesenia» suena igual que «Yessenia»", "mismo año")
    north.sees("su expediente está en Mesa Centro")
    north.sees_nothing_of("5555 0188", "E123456")

    north.register({"given": "Jesenia", "surname1": "Belasques", "birth-year": "1996", "phone": "55 5555 0188"})
    assert north.h1 == "¿Ya está registrada?"  # and nothing was saved
    north.send("Es esta persona: registrar visita aquí Yessenia Velásquez Cruz")
    assert north.h1 == "Yessenia Velásquez Cruz"
    north.sees("Desde su visita anterior, el 20 de noviembre de 2026", "no contestó a tiempo")
    north.sees("Su permiso para una institución terminó", "venció el 1 de marzo de 2027")
    north.sees("Siguen abiertas 2 necesidades", "Encontrar empleo", folio)
    north.sees("Qué preguntar hoy", "Pregunte si tiene CURP")
    north.follow("Corregir nombre y nacimiento")
    north.send("Guardar", {"others": "Jesenia Belasques"})
    assert north.search("Jesenia Belasques")[0] == "Yessenia Velásquez Cruz"
    north.sees("otro nombre")

"""The pages of papers, files and the photograph, as a browser sees them, on both engines."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.app import create_app
from referral.consent.actions import record_decision, record_notice
from referral.consent.actions import withdraw as withdraw_consent
from referral.consent.facts import Decision, NewDecision, NewNotice, NoticeChannel, Purpose
from referral.consent.models import Consent
from referral.documents.actions import keep_scans, note_paper
from referral.documents.facts import Cleaned
from referral.documents.models import PersonScan
from referral.documents.queries import photo_bytes, scans_of
from referral.documents.rules.files import MEGABYTE
from referral.infra.audit import AccessEntry
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.work import reading, serving, unit_of_work
from referral.people.facts import NewDocument, PersonRecord
from referral.people.queries.cards import person_record
from referral.staff.actions import sign_in as staff_sign_in
from referral.staff.facts import Credentials
from tests.conftest import PASSWORD
from tests.desk_browser import DeskBrowser, Page
from tests.documents.files import heic, picture, picture_with_place, script_pdf, simple_pdf
from tests.documents.mrz_writer import td3
from tests.factories.glass import break_glass
from tests.factories.people import register
from tests.statements import counted

MakeIdentity = Callable[..., Identity]
SignIn = Callable[[Identity], DeskBrowser]

PASSPORT = {"kind": "PASSPORT", "number": "RD4455667", "country": "HT", "seen": "original"}
ZONE = "\n".join(
    td3(
        issuer="HTI", surnames="JOSEPH", given="MARIE ANGE", number="PP1234567", nationality="HTI",
        birth=date(1994, 3, 27), sex="F", expires=date(2031, 5, 1),
    )
)  # fmt: skip


@pytest.fixture
def caso(database: Database, make_identity: MakeIdentity) -> Identity:
    return make_identity(database)


@pytest.fixture
def browser(caso: Identity, sign_in: SignIn) -> DeskBrowser:
    return sign_in(caso)


@pytest.fixture
def ref(database: Database, caso: Identity) -> uuid.UUID:
    return register(database, caso)


def record(database: Database, identity: Identity, ref: uuid.UUID) -> PersonRecord:
    with serving(database, identity, read_only=True), reading() as desk:
        return person_record(desk.session, desk.reach(Permission.PERSON_VIEW), ref)


def read_zone(browser: DeskBrowser, address: str, boxes: dict[str, Any]) -> Page:
    """Press the button that reads the zone, in the form as it stands."""
    page = browser.get(address)
    [button] = [each for each in page.all("button") if each.get("formaction")]
    return browser.post(button.get("formaction"), {**page.form(), **boxes})


def upload(data: bytes, name: str = "pasaporte.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def scans(database: Database, ref: uuid.UUID) -> list[Any]:
    with serving(database), reading() as desk:
        return scans_of(desk.session, ref)


def photo_consent(database: Database, caso: Identity, ref: uuid.UUID, *, notice_only: bool = False) -> None:
    with serving(database, caso), unit_of_work("test.consent") as work:
        record_notice(work, person=ref, new=NewNotice(NoticeChannel.READ_ALOUD, "es"))
        if not notice_only:
            record_decision(work, person=ref, new=NewDecision(Purpose.PHOTO, Decision.YES, how="signed"))


def test_a_paper_is_noted_with_its_scans_and_the_bytes_come_back(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = f"/personas/{ref}/documentos"
    sent = {**PASSPORT, "issued-day": "1", "issued-month": "5", "issued-year": "2021"}
    files = [upload(picture(900, 600)), upload(simple_pdf(2), "dos.pdf")]
    answer = browser.fill(address, {**sent, "scans": files}, follow=True)
    assert "El documento quedó anotado." in answer.text
    assert "2 archivos" in answer.text
    [line] = record(database, caso, ref).documents
    assert (line.number, line.verified_by, str(line.issued)) == ("RD4455667", caso.staff, "2021-05-01")
    first, second = scans(database, ref)
    assert (first.document, first.media_type, second.media_type, second.pages) == (
        line.ref, "image/jpeg", "application/pdf", 2,
    )  # fmt: skip
    shown = browser.client.get(f"/personas/{ref}/archivos/{first.ref}")
    assert shown.data.startswith(b"\xff\xd8\xff")
    assert shown.headers["Content-Disposition"] == 'inline; filename="documento.jpg"'
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    pdf = browser.client.get(f"/personas/{ref}/archivos/{second.ref}")
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="documento.pdf"'
    with serving(database), reading() as desk:
        seen = desk.session.scalars(select(AccessEntry.what).where(AccessEntry.person_id == ref)).all()
        assert "scan" in seen


def test_what_is_stored_is_sealed_and_tells_nothing(browser: DeskBrowser, database: Database, ref: uuid.UUID) -> None:
    data = picture_with_place(800, 500)
    assert b"GPSMARK" in data
    browser.fill(f"/personas/{ref}/documentos", {**PASSPORT, "scans": upload(data)})
    with database.engine.connect() as connection:
        stored = bytes(connection.execute(text("SELECT bytes_sealed FROM person_scan")).scalar_one())
    assert b"\xff\xd8\xff" not in stored
    assert b"JFIF" not in stored
    [scan] = scans(database, ref)
    served = browser.client.get(f"/personas/{ref}/archivos/{scan.ref}").data
    assert b"GPSMARK" not in served
    assert b"Exif" not in served


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("foto.heic", heic(), "formato HEIC"),
        ("pasaporte.jpg", b"<html><script>alert(1)</script>", "no es una imagen JPEG o PNG ni un PDF"),
        ("vacio.jpg", b"", "vacío"),
        ("roto.jpg", picture(900, 700)[:3000], "dañado o llegó incompleto"),
        ("guion.pdf", script_pdf(), "trae un programa dentro"),
        ("largo.pdf", simple_pdf(21), "pasa de 20 páginas"),
        ("grande.jpg", b"\xff\xd8\xff" + b"x" * (10 * MEGABYTE), "pasa de 10 MB"),
    ],
)
def test_a_bad_file_gets_its_sentence_and_nothing_typed_is_lost(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID, name: str, data: bytes, words: str
) -> None:
    answer = browser.fill(f"/personas/{ref}/documentos", {**PASSPORT, "scans": upload(data, name)})
    assert answer.status == 422
    assert words in answer.text
    assert "#scans" in answer.links()
    assert answer.form()["number"] == ["RD4455667"]
    assert answer.form()["seen"] == ["original"]
    assert record(database, caso, ref).documents == ()
    assert scans(database, ref) == []


def test_a_good_file_beside_a_bad_one_need_not_be_chosen_again(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = f"/personas/{ref}/documentos"
    answer = browser.fill(address, {**PASSPORT, "scans": [upload(picture(300, 400)), upload(heic(), "dos.heic")]})
    assert answer.status == 422
    assert "«dos.heic»" in answer.text
    [kept] = scans(database, ref)
    assert kept.document is None
    assert answer.form()["waiting"] == [str(kept.ref)]
    assert browser.post(address, answer.form()).status == 303
    [line] = record(database, caso, ref).documents
    assert [scan.document for scan in scans(database, ref)] == [line.ref]


def test_a_good_file_beside_a_wrong_date_is_kept_too(browser: DeskBrowser, database: Database, ref: uuid.UUID) -> None:
    wrong = {**PASSPORT, "expires-day": "31", "expires-month": "2", "expires-year": "2030"}
    answer = browser.fill(f"/personas/{ref}/documentos", {**wrong, "scans": upload(picture(300, 400))})
    assert answer.status == 422
    assert "Archivos ya recibidos" in answer.text
    assert len(scans(database, ref)) == 1


def test_dates_that_no_paper_has(browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID) -> None:
    sent = {**PASSPORT, "issued-day": "1", "issued-month": "5", "issued-year": "2021",
            "expires-day": "1", "expires-month": "5", "expires-year": "2019"}  # fmt: skip
    answer = browser.fill(f"/personas/{ref}/documentos", sent)
    assert answer.status == 422
    assert "vence antes de la fecha en que se expidió" in answer.text
    far = {**PASSPORT, "expires-day": "1", "expires-month": "5", "expires-year": "2071"}
    assert browser.fill(f"/personas/{ref}/documentos", far).status == 303
    assert len(record(database, caso, ref).documents) == 1


def test_a_paper_is_corrected_and_a_late_save_loses_nothing(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(f"/personas/{ref}/documentos", PASSPORT)
    [line] = record(database, caso, ref).documents
    address = f"/personas/{ref}/documentos/{line.ref}"
    late = browser.get(address).form()
    answer = browser.fill(address, {"number": "RD0000001", "scans": upload(picture(300, 200))}, follow=True)
    assert "RD0000001" in answer.text
    [scan] = scans(database, ref)
    assert scan.document == line.ref
    stale = browser.post(address, {**late, "number": "RD0000002"})
    assert stale.status == 409
    assert "RD0000001" in stale.text
    assert "RD0000002" in stale.text
    assert [one.number for one in record(database, caso, ref).documents] == ["RD0000001"]


def test_a_paper_with_files_is_taken_off_only_after_asking(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(f"/personas/{ref}/documentos", {**PASSPORT, "scans": upload(picture(300, 200))})
    [line] = record(database, caso, ref).documents
    address = f"/personas/{ref}/documentos/{line.ref}"
    assert f"{address}#remove-title" in browser.get(f"/personas/{ref}/documentos").links()
    asked = browser.fill(address, {}, form="remove-form")
    assert asked.status == 422
    assert "también se borran los archivos" in asked.text
    assert browser.fill(address, {"sure": "1"}, form="remove-form").status == 303
    assert record(database, caso, ref).documents == ()
    assert scans(database, ref) == []


def test_a_paper_without_files_is_taken_off_only_after_asking(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(f"/personas/{ref}/documentos", PASSPORT)
    [line] = record(database, caso, ref).documents
    address = f"/personas/{ref}/documentos/{line.ref}"
    browser.post(f"/personas/{ref}/documentos", {"remove": str(line.ref)})
    asked = browser.fill(address, {}, form="remove-form")
    assert asked.status == 422
    assert "Marque que el documento se quita" in asked.text
    assert record(database, caso, ref).documents == (line,)
    done = browser.fill(address, {"sure": "1"}, form="remove-form", follow=True)
    assert "El documento se quitó del expediente." in done.text
    assert record(database, caso, ref).documents == ()


def test_one_file_is_deleted(browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID) -> None:
    browser.fill(f"/personas/{ref}/documentos", {**PASSPORT, "scans": upload(picture(300, 200))})
    [line], [scan] = record(database, caso, ref).documents, scans(database, ref)
    address = f"/personas/{ref}/documentos/{line.ref}"
    asked = " ".join("".join(one.itertext()) for one in browser.get(address).all("details"))
    assert "El archivo no se podrá recuperar." in asked
    assert browser.post(address, {"remove_scan": str(scan.ref)}).status == 303
    assert scans(database, ref) == []
    assert browser.post(address, {"remove_scan": str(scan.ref)}).status == 404
    assert browser.client.get(f"/personas/{ref}/archivos/{scan.ref}").status_code == 404


def test_files_stay_within_their_desk_and_role(
    browser: DeskBrowser,
    database: Database,
    ref: uuid.UUID,
    make_identity: MakeIdentity,
    sign_in: SignIn,
    caso: Identity,
) -> None:
    photo_consent(database, caso, ref)
    browser.fill(f"/personas/{ref}/documentos", {**PASSPORT, "scans": upload(picture(300, 200))})
    browser.fill(f"/personas/{ref}/foto", {"picture": upload(picture(600, 800))})
    [scan] = scans(database, ref)
    paths = [f"/personas/{ref}/archivos/{scan.ref}", f"/personas/{ref}/foto/grande", f"/personas/{ref}/foto/chica"]
    north = sign_in(make_identity(database, username="norte", desk="Mesa Norte"))
    chief = make_identity(database, Role.SUPERVISOR, username="jefa")
    boss = sign_in(chief)
    for path in paths:
        assert browser.client.get(path).status_code == 200, path
        assert north.client.get(path).status_code == 404, path
    # Who oversees the desk sees the face; a file only after she has said why.
    assert [boss.client.get(path).status_code for path in paths] == [303, 200, 200]
    break_glass(database, chief, ref)
    assert boss.client.get(paths[0]).status_code == 200
    other = register(database, caso)
    assert browser.client.get(f"/personas/{other}/archivos/{scan.ref}").status_code == 404
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.DPO):
        account = sign_in(make_identity(database, role, username=role.value))
        assert account.client.get(paths[0]).status_code == 403


def test_no_photograph_without_her_yes(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = f"/personas/{ref}/foto"
    sent = {"picture": upload(picture(600, 800))}
    answer = browser.fill(address, sent)
    assert answer.status == 422
    assert "sólo se guarda si la persona lo acepta" in answer.text
    answer = browser.fill(address, {"picture": upload(picture(600, 800)), "allows": "yes", "how": "signed"})
    assert answer.status == 422
    assert "dé el aviso de privacidad" in answer.text
    photo_consent(database, caso, ref, notice_only=True)
    assert browser.fill(address, {"allows": "no"}).status == 303
    assert _photo(database, ref) is None
    answer = browser.fill(
        address, {"picture": upload(picture(600, 800)), "allows": "yes", "how": "signed"}, follow=True
    )
    assert "La fotografía quedó guardada." in answer.text
    assert _photo(database, ref) is not None


def test_a_permission_that_ends_deletes_the_photograph_whoever_ends_it(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    photo_consent(database, caso, ref)
    browser.fill(f"/personas/{ref}/foto", {"picture": upload(picture(600, 800)), "zoom": "150", "down": "top"})
    served = browser.client.get(f"/personas/{ref}/foto/grande")
    assert served.data == _photo(database, ref)
    with serving(database, caso), unit_of_work("test.withdraw") as work:
        withdraw_consent(work, person=ref, purpose=Purpose.PHOTO)
    assert _photo(database, ref) is None
    assert browser.client.get(f"/personas/{ref}/foto/grande").status_code == 404
    assert kept_files(database) == 0
    address = f"/personas/{ref}/foto"
    boxes = {"picture": upload(picture(600, 800)), "allows": "yes", "how": "signed"}
    assert browser.fill(address, boxes).status == 303
    assert kept_files(database) == 1
    asked = browser.fill(address, {}, form="withdraw-form")
    assert asked.status == 422
    assert "Marque que la persona retira su permiso" in asked.text
    assert kept_files(database) == 1
    done = browser.fill(address, {"sure": "1"}, form="withdraw-form", follow=True)
    assert "La fotografía se borró y el permiso quedó retirado." in done.text
    assert kept_files(database) == 0
    assert browser.fill(address, {**boxes, "picture": upload(picture(600, 800))}).status == 303
    with serving(database, caso), unit_of_work("test.no") as work:
        record_decision(work, person=ref, new=NewDecision(Purpose.PHOTO, Decision.NO))
    assert kept_files(database) == 0


def kept_files(database: Database) -> int:
    with serving(database), reading() as desk:
        return len(desk.session.scalars(select(PersonScan.id)).all())


def test_a_photograph_takes_the_place_of_the_one_before(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    photo_consent(database, caso, ref)
    for shade in ("red", "blue"):
        browser.fill(f"/personas/{ref}/foto", {"picture": upload(picture(600, 800, shade))})
    with serving(database), reading() as desk:
        assert len(desk.session.scalars(select(PersonScan.id)).all()) == 1
    answer = browser.fill(f"/personas/{ref}/foto", {"picture": upload(simple_pdf(), "foto.pdf"), "zoom": "200"})
    assert answer.status == 422
    assert "Un PDF no sirve" in answer.text
    assert answer.form()["zoom"] == ["200"]


def test_a_photograph_sent_twice_is_kept_once(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    photo_consent(database, caso, ref, notice_only=True)
    address = f"/personas/{ref}/foto"
    sent = {**browser.get(address).form(), "allows": "yes", "how": "signed"}
    for _click in range(2):
        answer = browser.post(address, {**sent, "picture": upload(picture(600, 800))})
        assert (answer.status, answer.location) == (303, address)
    with serving(database), reading() as desk:
        answers = select(Consent).where(Consent.person_id == ref, Consent.purpose == "photo")
        assert len(desk.session.scalars(answers).all()) == 1


def _photo(database: Database, ref: uuid.UUID) -> bytes | None:
    with serving(database), reading() as desk:
        return photo_bytes(desk.session, ref, today=desk.today)


def test_the_quota_of_a_person_is_kept(sqlite: Database, settings: Settings, make_identity: MakeIdentity) -> None:
    caso = make_identity(sqlite)
    ref = register(sqlite, caso)
    small = Settings(home=settings.home, local=True, scan_megabytes=1)
    with serving(sqlite), unit_of_work("test.sign_in") as work:
        token = staff_sign_in(work, Credentials(caso.username, PASSWORD, "test"))
    browser = DeskBrowser(create_app(small, sqlite), token or "")
    heavy = picture(2400, 2400, noise=True)
    answer = browser.fill(f"/personas/{ref}/documentos", {**PASSPORT, "scans": upload(heavy)})
    assert answer.status == 422
    assert "pasarían de 1 MB" in answer.text
    assert record(sqlite, caso, ref).documents == ()


def test_a_reading_zone_fills_the_form_and_saves_nothing(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = f"/personas/{ref}/documentos"
    page = read_zone(browser, address, {"mrz": ZONE})
    assert page.status == 200
    filled = page.form()
    assert (filled["kind"], filled["number"], filled["country"]) == (["PASSPORT"], ["PP1234567"], ["HT"])
    assert [filled[f"expires-{part}"] for part in ("day", "month", "year")] == [["1"], ["5"], ["2031"]]
    assert filled["name_on_document"] == ["Marie Ange Joseph"]
    assert "Leído de la zona de lectura" in page.text
    assert record(database, caso, ref).documents == ()
    assert browser.post(address, filled).status == 303
    assert len(record(database, caso, ref).documents) == 1


def test_reading_a_zone_loses_nothing_that_was_typed_or_chosen(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    address = f"/personas/{ref}/documentos"
    typed = {"number": "ABC-1", "issued-year": "2021", "seen": "original", "scans": upload(picture(900, 600))}
    page = read_zone(browser, address, {**typed, "mrz": ZONE})
    filled = page.form()
    assert (filled["number"], filled["seen"], filled["issued-year"]) == (["ABC-1"], ["original"], ["2021"])
    assert (filled["kind"], filled["expires-year"], filled["mrz"]) == (["PASSPORT"], ["2031"], [""])
    assert "Se conservó lo que usted escribió. La zona de lectura dice: PP1234567." in page.text
    [waiting] = scans(database, ref)
    assert filled["waiting"] == [str(waiting.ref)]
    over = browser.post(f"{address}/lectura", {**filled, "mrz": ZONE, "mrz_over": "1"}).form()
    assert (over["number"], over["seen"], over["waiting"]) == (["PP1234567"], ["original"], [str(waiting.ref)])
    whole = {**over, "issued-day": "1", "issued-month": "5"}
    assert browser.post(address, whole).status == 303
    [line] = record(database, caso, ref).documents
    assert line.number == "PP1234567"
    assert [scan.document for scan in scans(database, ref)] == [line.ref]


def test_a_refused_file_keeps_its_sentence_when_a_zone_is_read(browser: DeskBrowser, ref: uuid.UUID) -> None:
    page = read_zone(browser, f"/personas/{ref}/documentos", {"mrz": ZONE, "scans": upload(heic(), "foto.heic")})
    assert page.form()["number"] == ["PP1234567"]
    assert "formato HEIC" in page.text


def test_what_a_zone_says_of_the_person_goes_to_her_identity_unsaved(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    browser.fill(f"/personas/{ref}/datos/identidad", {"single_name": "1", "chosen": "Mari"})
    before = record(database, caso, ref)
    page = read_zone(browser, f"/personas/{ref}/documentos", {"mrz": ZONE})
    identity = browser.post(f"/personas/{ref}/datos/identidad", page.form("use-zone"))
    assert identity.status == 200
    shown = identity.form()
    assert (shown["given"], shown["surname1"], shown["sex_document"]) == (["Marie Ange"], ["Joseph"], ["M"])
    assert shown["birth-year"] == ["1994"]
    assert (shown["single_name"], shown["chosen"]) == (["1"], ["Mari"])  # what the zone does not say stays
    after = record(database, caso, ref)
    assert (after.identity, after.identity_version) == (before.identity, before.identity_version)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("", "Pegue o escanee"),
        ("hola", "no son una zona de lectura completa"),
        (ZONE.replace("JOSEPH", "JOSÉ&H"), "signos que no existen"),
    ],
)
def test_lines_that_are_no_zone_are_answered_beside_their_box(
    browser: DeskBrowser, ref: uuid.UUID, lines: str, words: str
) -> None:
    page = read_zone(browser, f"/personas/{ref}/documentos", {"mrz": lines})
    assert page.status == 422
    assert words in page.text
    assert "#mrz" in page.links()
    assert page.form()["mrz"][0].strip() == lines


def test_what_does_not_hold_in_a_zone_is_named(browser: DeskBrowser, ref: uuid.UUID) -> None:
    page = read_zone(browser, f"/personas/{ref}/documentos", {"mrz": ZONE.replace("PP1234567", "PP1234568")})
    assert page.status == 200
    assert "El número no coincide con su dígito de control" in page.text
    assert page.form()["number"] == ["PP1234568"]


def test_a_curp_offers_what_the_file_lacks(
    browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID
) -> None:
    identity = f"/personas/{ref}/datos/identidad"
    bare = {"curp": "GAVA751231MNERRR07", "birth-day": "", "birth-month": "", "birth-year": "", "sex_document": ""}
    assert browser.fill(identity, bare).status == 303
    page = browser.get(f"/personas/{ref}/documentos")
    assert "Lo que dice la CURP y falta en el expediente" in page.text
    shown = browser.post(identity, page.form("use-curp")).form()
    assert (shown["birth-day"], shown["birth-month"], shown["birth-year"]) == (["31"], ["12"], ["1975"])
    assert shown["sex_document"] == ["M"]
    assert shown["curp"] == ["GAVA751231MNERRR07"]
    assert shown["given"] == ["Marie-Ange"]


def test_a_large_body_is_for_these_pages_alone(browser: DeskBrowser, ref: uuid.UUID, app: Flask) -> None:
    big = {"scans": upload(b"x" * (3 * MEGABYTE), "x.jpg")}
    assert browser.post(f"/personas/{ref}/documentos", {**PASSPORT, **big}).status == 422
    refused: Page = browser.post(f"/personas/{ref}/consentimiento", {"x": upload(b"x" * (3 * MEGABYTE), "x.jpg")})
    assert refused.status == 413
    nobody = DeskBrowser(app)
    answer = nobody.post(f"/personas/{ref}/documentos", {"x": upload(b"x" * (3 * MEGABYTE), "x.jpg")})
    assert answer.status == 413


def test_the_page_asks_no_more_when_there_are_many_papers(
    sqlite: Database, settings: Settings, make_identity: MakeIdentity
) -> None:
    caso = make_identity(sqlite)
    ref = register(sqlite, caso)
    with serving(sqlite), unit_of_work("test.sign_in") as work:
        token = staff_sign_in(work, Credentials(caso.username, PASSWORD, "test"))
    browser = DeskBrowser(create_app(settings, sqlite), token or "")
    costs = []
    for papers in (1, 12):
        with serving(sqlite, caso), unit_of_work("test.papers") as work:
            for number in range(papers):
                document = note_paper(work, person=ref, new=NewDocument("PASSPORT", f"A{number}", seen="original"))
                picture_kept = Cleaned("image/jpeg", picture(30, 40), 30, 40, 1)
                keep_scans(work, person=ref, document=document, found=[picture_kept], most_megabytes=60)
        browser.get(f"/personas/{ref}/documentos")
        with counted(sqlite) as sent:
            assert browser.get(f"/personas/{ref}/documentos").status == 200
        assert not any("bytes_sealed" in statement for statement in sent)
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 9


def test_it_reads_in_english_too(browser: DeskBrowser, database: Database, caso: Identity, ref: uuid.UUID) -> None:
    browser.fill(f"/personas/{ref}/documentos", PASSPORT)
    [line] = record(database, caso, ref).documents
    browser.switch("en")
    for path in ("documentos", f"documentos/{line.ref}", "foto"):
        page = browser.get(f"/personas/{ref}/{path}")
        assert (page.status, page.all("html")[0].get("lang")) == (200, "en")

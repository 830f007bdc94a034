"""The privacy notice: the same in every language, on screen and on paper; and the receipt that names nothing."""

from __future__ import annotations

import string
import tomllib
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from referral.access.identity import Identity
from referral.app import create_app
from referral.consent import notice as room
from referral.consent.actions import record_notice
from referral.consent.facts import NewNotice, NoticeChannel, Purpose
from referral.consent.models import NoticeGiven
from referral.consent.notice import LANGUAGES, NoticeValues, filled, notice
from referral.consent.paper import FULL, SIMPLIFIED, NoticePaper, day_words, notice_pdf
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.work import reading, serving, unit_of_work
from tests.desk_browser import DeskBrowser
from tests.factories.people import register
from tests.paper_reading import read_paper, structure

FOLDER = Path(room.__file__).parent / "content" / "notice"
AT = datetime(2026, 11, 20, 11, tzinfo=ZoneInfo("America/Mexico_City"))
VALUES = NoticeValues(
    unit="EJEMPLO: Mesa de atención a personas en movilidad",
    contact="EJEMPLO: Unidad de transparencia, Calle 1, correo@ejemplo.org",
    address="EJEMPLO: Calle y número, colonia, alcaldía, código postal",
    complaints="EJEMPLO: Autoridad de protección de datos",
)


def document(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def paper(layer: str, *, checked: bool = True) -> NoticePaper:
    return NoticePaper(
        layer=layer, version="2026-11-22", since=date(2026, 11, 22), values=VALUES, checked=checked, sample=True,
        issued_at=AT,
    )  # fmt: skip


def test_every_language_has_its_file_and_no_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == {*LANGUAGES, "version"}
    about = tomllib.loads((FOLDER / "version.toml").read_text(encoding="utf-8"))
    assert (about["version"], about["since"]) == (notice().version, notice().since)
    assert set(about["unchecked"]) == {"ht", "fr", "pt"}


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "es"])
def test_every_language_carries_the_same_purposes_parts_and_places_as_spanish(language: str) -> None:
    es, other = document("es"), document(language)
    assert es.keys() == other.keys()
    assert len(es["spoken"]) == len(other["spoken"])
    assert {purpose.value for purpose in Purpose} == es["purposes"].keys() == other["purposes"].keys()
    for table in ("titles", "receipt", "purposes"):
        assert es[table].keys() == other[table].keys()
        for key, words in es[table].items():
            assert places(words) == places(other[table][key]), (table, key)
            assert other[table][key] not in {"", words} or (table, key) == ("receipt", "folio"), (table, key)
    for layer in ("simplified", "full"):
        assert [part["key"] for part in es[layer]] == [part["key"] for part in other[layer]]
        for mine, theirs in zip(es[layer], other[layer], strict=True):
            assert mine["text"].strip().count("\n\n") == theirs["text"].strip().count("\n\n"), mine["key"]
            assert places(mine["text"]) == places(theirs["text"]), mine["key"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_layer_lists_every_purpose(language: str) -> None:
    text = notice().text(language)
    for parts in (text.simplified, text.full):
        said = " ".join(line for part in filled(parts, text, VALUES) for line in part.paragraphs)
        assert all(words in said for words in text.purposes.values())
        assert "{" not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layer", [SIMPLIFIED, FULL])
def test_each_layer_prints_on_one_page_in_each_language(language: str, layer: str) -> None:
    text = notice().text(language)
    made = notice_pdf(text, paper(layer, checked=False), spanish=notice().text("es"))
    assert made == notice_pdf(text, paper(layer, checked=False), spanish=notice().text("es"))
    read = read_paper(made)
    assert read.pages == 1
    assert "EJEMPLO:" not in read.text
    assert "EJEMPLO / SAMPLE" in read.text
    assert text.titles["unchecked"] in read.text
    assert "Texto no revisado por hablante nativo" in read.text
    assert "2026-11-22" in read.text
    assert "\ufffd" not in read.text
    for part in text.simplified if layer == SIMPLIFIED else text.full:
        assert part.title in read.text
    assert structure(made)[0][1].startswith(language)
    plain = replace(paper(layer), sample=False)  # without the pale words behind the text
    boxes = read_paper(notice_pdf(text, plain, spanish=notice().text("es"))).boxes
    assert not any(one.overlaps(two) for place, one in enumerate(boxes) for two in boxes[place + 1 :])


def test_articles_and_checked_languages_come_from_the_settings(tmp_path: Path, sqlite: Database) -> None:
    def read(settings: Settings, address: str) -> str:
        return read_paper(DeskBrowser(create_app(settings, sqlite)).get(address).response.data).text

    bare = Settings(home=tmp_path, local=True)
    assert "Sèvis jiridik enstitisyon an" in read(bare, "/aviso/integral/ht.pdf")
    told = Settings(home=tmp_path, local=True, notice_laws=("Ley A, 3", "Ley B, 7"), notice_checked=("ht",))
    text = read(told, "/aviso/integral/ht.pdf")
    assert "Ley A, 3" in text
    assert "Ley B, 7" in text
    assert "poko verifye" not in text
    assert "poko verifye" in read(bare, "/aviso/integral/ht.pdf")


def test_the_public_page_offers_every_print_and_marks_what_nobody_checked(nobody: DeskBrowser, app: Flask) -> None:
    page = nobody.get("/aviso")
    for layer in ("simplificado", "integral"):
        for language in LANGUAGES:
            assert f"/aviso/{layer}/{language}.pdf" in page.links()
    assert page.text.count("no revisado por hablante nativo") == 3
    assert nobody.get("/aviso/integral/fr.pdf").response.mimetype == "application/pdf"
    for wrong in ("/aviso/otro/es.pdf", "/aviso/integral/xx.pdf", "/aviso/integral/es"):
        assert nobody.get(wrong).status == 404


def test_the_version_shown_is_the_version_stored(
    database: Database, make_identity: Callable[..., Identity], sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    identity = make_identity(database)
    person = register(database, identity)
    browser = sign_in(identity)
    assert notice().version in browser.get("/aviso").text
    page = browser.get(f"/personas/{person}/consentimiento")
    assert notice().text("ht").spoken[0] in page.text  # her own language, beside the page's
    assert "no revisado por hablante nativo" in page.text
    browser.fill(f"/personas/{person}/consentimiento", {"notice_channel": "printed"})
    with serving(database), reading() as desk:
        assert [row.version for row in desk.session.query(NoticeGiven)] == [notice().version]


def test_the_receipt_names_no_need_answer_or_institution(
    database: Database, make_identity: Callable[..., Identity], sign_in: Callable[[Identity], DeskBrowser]
) -> None:
    identity = make_identity(database)
    person: uuid.UUID = register(database, identity)
    browser, here = sign_in(identity), f"/personas/{person}/consentimiento"
    early = browser.get(f"{here}/comprobante.pdf")
    assert early.location == here
    with serving(database, identity), unit_of_work("test") as work:
        record_notice(work, person=person, new=NewNotice(NoticeChannel.READ_ALOUD, "ht"))
    answer = browser.get(f"{here}/comprobante.pdf").response
    assert answer.headers["Cache-Control"] == "no-store"
    text = read_paper(answer.data).text
    assert "Resi vizit" in text
    assert "Comprobante de visita" in text
    for word in ("migra", "Marie", "refugi", "consul", "Padrón", "salud"):
        assert word not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_is_said_in_every_language(language: str) -> None:
    assert "2026" in day_words(date(2026, 3, 1), language)

"""Packages of HSDS 1.x and 2.x, of Ohana, and JSON of 3.1 in its several shapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from referral.directory.own_terms import taxonomy_words, term_words
from referral.hsds.facts import Grade
from referral.hsds.rules.older import parts, table_of
from referral.hsds.rules.reasons import Reason
from referral.infra.db import Database
from referral.infra.work import serving
from tests.hsds.packages import ORG, PLACE, SERVICE, bring, everything, told, write


@pytest.fixture(autouse=True)
def served(sqlite: Database) -> Iterator[Database]:
    with serving(sqlite):
        yield sqlite


def values(database: Database, table: str, *names: str) -> set[tuple[Any, ...]]:
    return {tuple(row[name] for name in names) for row in everything(database)[table]}


OUR_NEEDS, OUR_FOOD = taxonomy_words("need").es, term_words("need", "BASIC_FOOD").es
OLD = {
    "organizations.csv": "id,name,description,url\n1,Casa Azul,Apoyo,http://casa.example\n",
    "services.csv": "id,organization_id,name,status,fees\n1,1,Comedor,active,Gratis\n",
    "locations.csv": "id,organization_id,name\n1,1,Sede\n",
    "services_at_location.csv": "id,service_id,location_id\n1,1,1\n",
    "physical_addresses.csv": (
        "id,location_id,address_1,address_2,address_3,city,state_province,postal_code,country\n"
        "1,1,Calle 1,Interior 2,Patio,Coyoacán,CDMX,04000,MX\n"
    ),
    "postal_addresses.csv": (
        "id,location_id,address_1,city,state_province,postal_code,country\n1,1,Apartado 9,Tlalpan,CDMX,14000,MX\n"
    ),
    "regular_schedules.csv": (
        "id,service_id,weekday,opens_at,closes_at\n1,1,Monday,9:00,17:00\n2,1,2,9:00,17:00\n3,1,miércoles,,\n"
    ),
    "holiday_schedules.csv": (
        "id,service_id,start_date,end_date,closed,opens_at,closes_at\n"
        "1,1,2026-12-25,2026-12-25,true,,\n"
        '2,1,"January 01, 0001","January 01, 0001",true,,\n'
    ),
    "taxonomy.csv": "id,name,parent_id,parent_name,vocabulary\n101,Comida,,,Temas\n101-01,Despensa,101,Comida,Temas\n",
    "services_taxonomy.csv": "id,service_id,taxonomy_id,taxonomy_detail\n1,1,101-01,\n",
    "eligibility.csv": "id,service_id,eligibility\n1,1,Personas de la calle\n2,9,Nadie\n",
    "accessibility_for_disabilities.csv": "id,location_id,accessibility,details\n1,1,rampa,ancha\n",
    "languages.csv": "id,service_id,language\n1,1,Spanish\n2,1,Klingon\n",
    "payments_accepted.csv": "id,service_id,payment\n1,1,Efectivo\n",
    "required_documents.csv": "id,service_id,document\n1,1,Identificación\n",
    "service_areas.csv": "id,service_id,service_area\n1,1,Coyoacán\n",
}


def test_a_package_of_the_first_version(sqlite: Database, tmp_path: Path) -> None:
    report = bring(write(tmp_path / "p", OLD))
    assert told(report, Grade.DROPPED) == {Reason.ORPHAN: 1}  # the eligibility of a service that is not there
    assert told(report, Grade.DOUBT) == {Reason.HOURS_AS_TEXT: 2}
    assert values(sqlite, "organization", "name_es", "website") == {("Casa Azul", "http://casa.example")}
    assert values(sqlite, "service", "eligibility_description_es", "fees") == {("Personas de la calle", "Gratis")}
    assert values(sqlite, "address", "address_1", "address_2", "address_type") == {
        ("Calle 1", "Interior 2, Patio", "physical"),
        ("Apartado 9", "", "postal"),
    }
    assert values(sqlite, "location", "address_1", "alcaldia", "location_type") == {("Calle 1", "09003", "physical")}
    hours = values(sqlite, "schedule", "byday", "opens_at", "closed", "description")
    assert hours == {
        ("MO", "09:00", False, ""),
        ("TU", "09:00", False, ""),
        ("", "", False, "miércoles"),
        ("", "", True, ""),
        ("", "", False, "January 01, 0001 - January 01, 0001: closed"),
    }
    assert values(sqlite, "taxonomy", "title") == {("Temas",), ("accepted_payments",), (OUR_NEEDS,)}
    assert values(sqlite, "taxonomy_term", "name_es") == {("Comida",), ("Despensa",), ("Efectivo",), (OUR_FOOD,)}
    assert len(values(sqlite, "attribute", "taxonomy_term_id")) == 3
    assert values(sqlite, "language", "code", "name") == {("es", "Spanish"), (None, "Klingon")}
    assert values(sqlite, "accessibility", "description", "details") == {("rampa", "ancha")}
    assert values(sqlite, "service_area", "name") == {("Coyoacán",)}
    assert bring(write(tmp_path / "p", OLD)).changes == 0


OHANA = {
    "organizations.csv": 'id,name,date_incorporated,funding_sources\n1,Casa,"May 01, 1970","City, State"\n',
    "locations.csv": (
        "id,organization_id,name,short_desc,description,accessibility,languages,virtual,email,admin_emails\n"
        '1,1,Sede,Corto,Largo,"ramp, elevator","Spanish, Chinese (Mandarin)",false,a@example.org,b@example.org\n'
        "2,1,En línea,,,,,true,,\n"
    ),
    "services.csv": (
        "id,location_id,name,status,audience,eligibility,keywords,accepted_payments,required_documents,service_areas,"
        "taxonomy_ids,website\n"
        '1,1,Fotos,active,Todas,Mayores,"a, b",Cash,Carta,"X, Y","105, 9",www.example.org\n'
        "2,7,Perdido,active,,,,,,,,\n"
    ),
    "phones.csv": (
        "id,location_id,number,number_type,department,country_prefix,vanity_number\n1,1,650 555 0100,fax,Caja,1,\n"
    ),
    "taxonomy.csv": "taxonomy_id,name,parent_id,parent_name\n105,Salud,,\n",
    "mail_addresses.csv": "id,location_id,address_1,city,state_province,postal_code,country\n1,1,A,B,C,1,US\n",
}


def test_an_ohana_package(sqlite: Database, tmp_path: Path) -> None:
    report = bring(write(tmp_path / "p", OHANA))
    # The service at a place that is not there and all that hangs from it; an attribute of an unknown term.
    assert told(report, Grade.DROPPED) == {Reason.NO_PARENT: 1, Reason.ORPHAN: 2}
    assert told(report, Grade.DOUBT) == {
        Reason.UNKNOWN_COLUMN: 1,  # admin_emails: the accounts of another system
        Reason.NOT_MAPPED: 1,  # "Salud" is wider than any need
    }
    assert values(sqlite, "organization", "year_incorporated") == {(1970,)}
    assert values(sqlite, "service", "name_es", "eligibility_description_es", "url") == {
        ("Fotos", "Mayores\nTodas", "https://www.example.org")
    }
    assert values(sqlite, "location", "location_type", "description_es") == {
        ("physical", "Corto\n\nLargo"),
        ("virtual", ""),
    }
    assert values(sqlite, "phone", "number", "type", "description") == {("+1 650 555 0100", "fax", "Caja")}
    assert values(sqlite, "funding", "source") == {("City",), ("State",)}
    assert {name for (name,) in values(sqlite, "language", "name")} == {"Spanish", "Chinese (Mandarin)"}
    assert values(sqlite, "taxonomy_term", "name_es") == {("Salud",), ("a",), ("b",), ("Cash",)}
    assert len(everything(sqlite)["attribute"]) == 4
    assert len(everything(sqlite)["service_at_location"]) == 1
    assert bring(write(tmp_path / "p", OHANA)).changes == 0


FULL = {
    "id": SERVICE,
    "name": "Comedor",
    "status": "active",
    "organization": {"id": ORG, "name": "Casa Azul", "description": "x"},
    "program": {"id": "pr", "name": "Programa", "description": "x"},
    "phones": [{"id": "p1", "number": "55 5555 0100", "languages": [{"code": "es", "name": "Spanish"}]}],
    "attributes": [
        {"id": "a1", "taxonomy_term": {"id": "t", "name": "Comida", "taxonomy_detail": {"id": "x", "name": "Temas"}}}
    ],
    "service_at_locations": [
        {
            "id": "sl",
            "location": {"id": PLACE, "location_type": "physical", "phones": [{"id": "p1", "number": "55 5555 0100"}]},
        }
    ],
}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("services.json", [FULL]),
        ("service_full.json", FULL),
        ("cualquiera.json", FULL),
        ("service_list.json", {"total_items": 1, "contents": [FULL]}),
        ("todo.json", {"services.csv": [FULL]}),
    ],
)
def test_json_in_its_several_shapes(name: str, found: object, sqlite: Database, tmp_path: Path) -> None:
    report = bring(write(tmp_path / "p", {name: json.dumps(found)}))
    assert told(report, Grade.DROPPED) == {}
    assert told(report, Grade.DOUBT) == {}
    assert told(report, Grade.REPAIRED) == {Reason.BLANK_ID: 1}  # the language
    rows = {table: len(found) for table, found in everything(sqlite).items() if found}
    once = ("organization", "program", "taxonomy", "taxonomy_term", "service", "location", "service_at_location")
    ours = dict.fromkeys(("taxonomy", "taxonomy_term", "attribute"), 2)  # its term, and the need that it means
    assert rows == dict.fromkeys((*once, "phone", "language"), 1) | ours
    phone = everything(sqlite)["phone"][0]
    assert str(phone["service_id"]) == SERVICE
    assert str(phone["location_id"]) == PLACE  # said in two places of the object, kept as one
    assert bring(tmp_path / "p").changes == 0


def test_damaged_json_is_told(sqlite: Database, tmp_path: Path) -> None:
    text = json.dumps([FULL])[:-1] + ', {"id": '
    report = bring(write(tmp_path / "p", {"services.json": text, "nada.json": "{}", "lista.json": "[1, 2]"}))
    assert told(report, Grade.DROPPED) == {Reason.UNREADABLE_FILE: 1, Reason.UNKNOWN_FILE: 1}
    assert len(everything(sqlite)["service"]) == 1


def test_names_of_files() -> None:
    assert table_of("organizations") == "organization"
    assert table_of("Postal-Addresses") == "postal_address"
    assert table_of("taxonomies") == table_of("taxonomy", ["version"]) == "taxonomy"
    assert table_of("taxonomy", ["parent_id"]) == "taxonomy_term"
    assert table_of("eligibility") == table_of("eligibilities") == "eligibility"
    assert table_of("fotos") == table_of("") == table_of("meta_table_descriptions") == ""
    assert parts("a, b (c, d); e") == ["a, b (c, d)", "e"]
    assert parts("a, b (c, d), a") == ["a", "b (c, d)"]

"""The public API: what it tells, finds and refuses to tell; how it answers what is wrong, too often or gone."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from referral.app import create_app
from referral.directory.actions import load_catalogue
from referral.directory.facts import PROVISIONAL
from referral.directory.models import Attribute, Contact, Location, Metadata, Service, Taxonomy, TaxonomyTerm
from referral.hsds.rules.asking import FLAGS, LISTED, NUMBERS
from referral.hsds.rules.public import PATHS
from referral.hsds.rules.turns import MOST_SOURCES, Turns, source_of
from referral.infra.db import Database
from referral.infra.settings import Settings
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import FixedClock
from tests.conftest import NOW
from tests.hsds.packages import ORG, PLACE, SERVICE, TIDY, bring, write
from tests.hsds.standard_check import check_object
from tests.statements import counted

SECOND = "44444444-4444-4444-8444-444444444444"
TWO = {
    **TIDY,
    "services.csv": TIDY["services.csv"] + f"{SECOND},{ORG},Clínica móvil,Consulta médica,active,,\n",
}


class Reader:
    """Asks the API as a stranger would."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **query: object) -> Any:
        answer = self.client.get(f"/api/hsds{path}", query_string=query)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def names(self, path: str, **query: object) -> list[str]:
        return [each["name"] for each in self.get(path, **query)["contents"]]

    def status(self, path: str, **query: object) -> int:
        return self.client.get(f"/api/hsds{path}", query_string=query).status_code


@pytest.fixture
def filled(database: Database, tmp_path: Path) -> Database:
    """An institution, a place, two services."""
    with serving(database):
        bring(write(tmp_path / "p", TWO))
    return database


@pytest.fixture
def reader(filled: Database, app: Flask) -> Reader:
    return Reader(app)


@pytest.fixture
def whole(sqlite: Database, settings: Settings, tmp_path: Path) -> Reader:
    """The whole catalogue besides."""
    with serving(sqlite):
        with unit_of_work("test.fill") as work:
            load_catalogue(work)
        bring(write(tmp_path / "p", TWO))
    return Reader(create_app(settings, sqlite))


def change(database: Database, table: type[Any], **values: object) -> None:
    with serving(database), unit_of_work("test.change") as work:
        for row in work.session.scalars(select(table)):
            for name, value in values.items():
                setattr(row, name, value)


# What is told ----------------------------------------------------------------------------------------------------


def test_every_list_and_every_object_keeps_to_the_standard(whole: Reader) -> None:
    for table, path in PATHS.items():
        listed = whole.get(f"/{path}", per_page=7)
        assert listed["total_items"] > 0
        assert listed["size"] == len(listed["contents"])
        for each in listed["contents"]:
            check_object(table, each)
            assert not any(isinstance(value, list) for value in each.values())
            made = whole.get(f"/{path}/{each['id']}")
            assert made["id"] == each["id"]
            if table == "organization":
                for service in made.pop("services"):
                    check_object("service", service)
            check_object(table, made)


def test_pages_hold_everything_once_and_say_where_they_stand(whole: Reader) -> None:
    first = whole.get("/services", per_page=50)
    pages = [first] + [whole.get("/services", per_page=50, page=n) for n in range(2, first["total_pages"] + 1)]
    ids = [each["id"] for page in pages for each in page["contents"]]
    assert len(ids) == len(set(ids)) == first["total_items"] == 122
    assert [page["first_page"] for page in pages] == [True, False, False]
    assert [page["last_page"] for page in pages] == [False, False, True]
    assert [page["page_number"] for page in pages] == [1, 2, 3]
    after = whole.get("/services", per_page=50, page=4)
    assert (after["empty"], after["contents"], after["size"], after["last_page"]) == (True, [], 0, True)
    minimal = whole.get("/services", minimal="true")
    assert [each["id"] for each in minimal["contents"]] == ids
    assert {frozenset(each) for each in minimal["contents"]} == {frozenset({"id", "modified_date"})}
    assert minimal["total_pages"] == 1
    lines = whole.client.get("/api/hsds/services?format=ndjson")
    assert lines.mimetype == "application/x-ndjson"
    assert [json.loads(line)["id"] for line in lines.get_data(as_text=True).splitlines()] == ids


def test_the_start_says_what_this_is(reader: Reader) -> None:
    told = reader.get("/")
    assert told["version"] == "3.1"
    assert told["openapi_url"].endswith("/api/hsds/openapi.json")
    assert set(reader.get("/openapi.json")["paths"]) == {
        "/",
        *(f"/{path}" for path in PATHS.values()),
        *(f"/{path}/{{id}}" for path in PATHS.values()),
    }


def test_full_objects_hold_what_is_inside_them(reader: Reader) -> None:
    service = reader.get(f"/services/{SERVICE}")
    assert {each["number"] for each in service["phones"]} == {"55 5555 0100", "55 5555 0101"}
    (link,) = service["service_at_locations"]
    assert link["location"]["addresses"][0]["address_1"] == "Calle de Prueba 1"
    assert service in reader.get("/services", full="true")["contents"]
    assert "phones" not in reader.get("/services")["contents"][0]
    assert reader.get("/services")["contents"][0]["organization"]["name"] == "Casa Azul"
    there = reader.get(f"/service_at_locations/{link['id']}")
    assert there["service"]["name"] == "Comedor"
    assert there["service"]["organization"]["id"] == ORG
    assert there["location"]["addresses"] == link["location"]["addresses"]
    listed = reader.get("/service_at_locations")["contents"][0]
    assert listed["service"]["name"] == "Comedor"
    assert "addresses" not in listed["location"]
    casa = reader.get(f"/organizations/{ORG}")
    assert {each["name"] for each in casa["services"]} == {"Comedor", "Clínica móvil"}
    assert not any("phones" in each for each in casa["services"])
    casa = reader.get(f"/organizations/{ORG}", full_service="true")
    assert any("phones" in each for each in casa["services"])
    assert reader.get("/organizations", full_service="true")["contents"][0]["services"] == casa["services"]


def test_search_takes_all_words_with_or_without_accents(reader: Reader) -> None:
    assert reader.names("/services", search="clinica") == ["Clínica móvil"]
    assert reader.names("/services", search="MÓVIL médica") == ["Clínica móvil"]
    assert reader.names("/services", search="móvil comidas") == []
    assert reader.names("/services", search="%") == []
    assert reader.names("/services", search="a%") == reader.names("/services", search="a")
    assert reader.names("/organizations", search="azul apoyo") == ["Casa Azul"]
    assert reader.names("/organizations", search="rojo") == []
    assert [each["service"]["name"] for each in reader.get("/service_at_locations", search="comedor")["contents"]] == [
        "Comedor"
    ]
    assert reader.get("/service_at_locations", search="clinica")["empty"]


def test_filters(reader: Reader, filled: Database) -> None:
    with serving(filled), unit_of_work("test.terms") as work:
        taxonomy = Taxonomy(name="prueba", title="Prueba")
        work.session.add(taxonomy)
        work.session.flush()
        top = TaxonomyTerm(taxonomy_id=taxonomy.id, code="top", name_es="Salud")
        work.session.add(top)
        work.session.flush()
        under = TaxonomyTerm(taxonomy_id=taxonomy.id, code="under", name_es="Dental", parent_id=top.id)
        work.session.add(under)
        work.session.flush()
        work.session.add(Attribute(link_id=uuid.UUID(SECOND), taxonomy_term_id=under.id))
    for wanted in ({"taxonomy_term_id": under.id}, {"taxonomy_id": taxonomy.id}):
        assert reader.names("/services", **wanted) == ["Clínica móvil"]
        assert reader.names("/organizations", **wanted) == ["Casa Azul"]
        assert reader.get("/service_at_locations", **wanted)["empty"]  # only the other one is given at a place
    assert reader.names("/services", taxonomy_term_id=top.id) == []
    assert reader.names("/organizations", taxonomy_term_id=top.id) == []
    assert reader.names("/taxonomy_terms", taxonomy_id=taxonomy.id, top_only="true") == ["Salud"]
    assert reader.names("/taxonomy_terms", parent_id=top.id) == ["Dental"]
    assert len(reader.names("/services", organization_id=ORG)) == 2
    assert reader.names("/services", organization_id=SERVICE) == []
    assert reader.names("/services", organization_id="nada") == []
    assert len(reader.names("/services", modified_after=NOW.isoformat())) == 2
    assert reader.client.get("/api/hsds/services?modified_after=2026-11-20T17:00:00+00:00").get_json()["size"] == 2
    assert reader.names("/services", modified_after=(NOW + timedelta(seconds=1)).isoformat()) == []
    assert reader.names("/services", modified_after="2026-11-21") == []


# What is not told ------------------------------------------------------------------------------------------------


def _all_said(reader: Reader) -> str:
    said = [json.dumps(reader.get(f"/{path}", full="true"), ensure_ascii=False) for path in list(PATHS.values())[:3]]
    said += [reader.client.get(f"/api/hsds/{path}?format=ndjson").get_data(as_text=True) for path in PATHS.values()]
    said.append(json.dumps(reader.get("/organizations", full_service="true"), ensure_ascii=False))
    return "".join(said)


def test_confidential_places_are_nowhere(reader: Reader, filled: Database) -> None:
    link = reader.get("/service_at_locations")["contents"][0]["id"]
    assert "Calle de Prueba 1" in _all_said(reader)
    change(filled, Location, confidential=True)
    said = _all_said(reader)
    assert "Comedor" in said
    assert not [text for text in ("Calle de Prueba 1", PLACE, link) if text in said]
    assert reader.status(f"/service_at_locations/{link}") == 404
    assert reader.get("/service_at_locations")["total_items"] == 0


@pytest.mark.parametrize("values", [{"confidential": True}, {"source": PROVISIONAL}])
def test_confidential_and_unreviewed_services_are_nowhere(
    values: dict[str, object], reader: Reader, filled: Database
) -> None:
    assert "55 5555 0100" in _all_said(reader)
    change(filled, Service, **values)
    said = _all_said(reader)
    assert not [text for text in ("Comedor", SERVICE, "55 5555 0100") if text in said]
    if "confidential" in values:
        assert "Calle de Prueba 1" not in said
    assert reader.status(f"/services/{SERVICE}") == 404
    assert reader.names("/services", search="comedor") == []
    assert reader.get("/services", minimal="true")["total_items"] == 0


def test_names_of_people_and_past_values_are_left_out(reader: Reader, filled: Database) -> None:
    with serving(filled), unit_of_work("test.fill") as work:
        work.session.add(Contact(service_id=uuid.UUID(SERVICE), name="Persona Secreta", title="Recepción"))
        past = {"field_name": "address", "previous_value": "Casa Secreta", "replacement_value": "x"}
        work.session.add(Metadata(resource_id=uuid.UUID(SERVICE), resource_type="service", updated_by="x", **past))
    change(filled, Service, assurer_email="secreta@example.org", referral_target="55 0000 Secreta")
    said = _all_said(reader)
    assert "Recepción" in said
    assert "Secreta" not in said
    assert "secreta@" not in said


# What is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query", "sentence"),
    [
        ("/services", "page=0", "«page» es un número entero de 1 a 1000000."),
        ("/services", "page=x", "«page» es un número entero de 1 a 1000000."),
        ("/services", "per_page=201", "«per_page» es un número entero de 1 a 200."),
        ("/services", "per_page=٣", "«per_page» es un número entero de 1 a 200."),
        ("/services", "full=quizá", "«full» es true o false."),
        ("/services", "format=xml", "«format» es json o ndjson."),
        ("/services", "page=1&page=2", "«page» aparece más de una vez. Escríbalo una sola vez."),
        ("/services", "modified_after=ayer", "«modified_after» es una fecha de ISO 8601"),
        ("/services", "modified_after=0001-01-01T00:00:00%2B14:00", "«modified_after» es una fecha de ISO 8601"),
        ("/services", f"search={'x' * 201}", "«search» tiene a lo más 200 caracteres."),
        ("/services", "organisation_id=1", "«organisation_id» no es un parámetro de esta dirección."),
        ("/service_at_locations", "postcode=04000", "Esta API no busca por código postal ni por distancia."),
        ("/taxonomies", "full=true", "«full» no es un parámetro de esta dirección."),
        (f"/services/{SERVICE}", "full=true", "«full» no es un parámetro de esta dirección."),
    ],
)
def test_a_wrong_parameter_is_named(path: str, query: str, sentence: str, reader: Reader) -> None:
    answer = reader.client.get(f"/api/hsds{path}?{query}")
    assert answer.status_code == 400
    assert answer.get_json()["message"].startswith(sentence)
    assert answer.get_json()["parameter"] == query.partition("=")[0]
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_empty_text_is_none_and_an_empty_number_is_wrong(reader: Reader) -> None:
    texts = dict.fromkeys(set(LISTED["service"]) - FLAGS - NUMBERS.keys(), "")
    assert reader.get("/services", **texts) == reader.get("/services")
    assert {reader.status("/services", **{name: ""}) for name in ("page", "per_page", "full", "minimal")} == {400}


def test_what_is_not_there_is_told_in_json(reader: Reader) -> None:
    for path in ("/nada", f"/services/{ORG}", "/services/x", f"/services/{SERVICE}/", "/services//x"):
        answer = reader.client.get(f"/api/hsds{path}")
        assert answer.status_code == 404, path
        assert answer.get_json()["status"] == 404
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert reader.client.get(f"/api/hsds/services/{SERVICE.upper()}").status_code == 200
    answer = reader.client.delete(f"/api/hsds/services/{SERVICE}")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.get_json()["message"] == "Esta dirección sólo se lee: use GET."


def test_lists_are_asked_by_post_too_without_any_key(reader: Reader) -> None:
    answer = reader.client.post("/api/hsds/services?search=comedor")
    assert answer.status_code == 200
    assert answer.get_json() == reader.get("/services", search="comedor")


def test_without_its_database_it_says_so(sqlite: Database, settings: Settings) -> None:
    app = create_app(settings, sqlite)
    sqlite.engine.dispose()
    path = Path(sqlite.engine.url.database or "")
    path.rename(path.with_suffix(".away"))
    path.mkdir()  # so that nothing can be opened there
    answer = app.test_client().get("/api/hsds/services")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert answer.get_json()["status"] == 503


# Caches, other sites, and how often ------------------------------------------------------------------------------


def test_caches_may_keep_it_and_nobody_gets_a_cookie(reader: Reader, filled: Database) -> None:
    for path in ("/", "/openapi.json", "/services", f"/services/{SERVICE}", "/services?format=ndjson"):
        answer = reader.client.get(f"/api/hsds{path}")
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer = reader.client.get("/api/hsds/services?_lang=en")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Last-Modified"] == "Fri, 20 Nov 2026 17:00:00 GMT"
    known = {"If-None-Match": answer.headers["ETag"]}
    again = reader.client.get("/api/hsds/services", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == answer.headers["ETag"]
    change(filled, Service, confidential=True)  # which moves no date
    assert reader.client.get("/api/hsds/services", headers=known).status_code == 200
    since = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert reader.client.get("/api/hsds/services", headers=since).status_code == 200


def test_a_page_of_another_site_may_read_and_revalidate(reader: Reader) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answer = reader.client.options("/api/hsds/services", headers=asked)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert answer.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_network_that_asks_too_often_waits(sqlite: Database, tmp_path: Path, clock: FixedClock) -> None:
    client = create_app(Settings(home=tmp_path, local=True, api_per_minute=3), sqlite).test_client()

    def ask(address: str, path: str = "/services") -> Any:
        return client.get(f"/api/hsds{path}", environ_base={"REMOTE_ADDR": address})

    assert [ask("203.0.113.1").status_code for _ in range(3)] == [200] * 3
    late = ask("203.0.113.77")
    assert (late.status_code, late.headers["Retry-After"]) == (429, "20")
    assert late.get_json()["message"] == "Demasiadas preguntas en poco tiempo. Espere 20 segundos y siga."
    assert ask("203.0.114.1").status_code == 200
    clock.advance(timedelta(seconds=20))
    assert [ask("203.0.113.1").status_code for _ in range(2)] == [200, 429]
    clock.advance(timedelta(seconds=60))
    assert [ask("203.0.113.1", "/services?format=ndjson").status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(("hops", "answers"), [(0, [200, 429, 429]), (1, [200, 200, 429])])
def test_behind_a_proxy_each_network_has_its_own_turns_and_nobody_can_borrow_anothers(
    hops: int, answers: list[int], sqlite: Database, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, public_url="https://desk.example.org", api_per_minute=1, proxy_hops=hops)
    client = create_app(settings, sqlite).test_client()

    def ask(forwarded: str) -> Any:
        return client.get("/api/hsds/", headers={"X-Forwarded-For": forwarded, "X-Forwarded-Host": "evil.example"})

    # The proxy writes down last whom it spoke with; whatever stands before is what that one claims.
    asked = [ask("203.0.113.1"), ask("203.0.114.1"), ask("198.51.100.7, 203.0.114.2")]
    assert [each.status_code for each in asked] == answers
    assert "evil.example" not in asked[0].get_data(as_text=True)
    assert "https://desk.example.org/api/hsds" in asked[0].get_data(as_text=True)


def test_the_api_can_be_turned_off(sqlite: Database, tmp_path: Path) -> None:
    client = create_app(Settings(home=tmp_path, local=True, api_per_minute=0), sqlite).test_client()
    assert {client.get(f"/api/hsds{path}").status_code for path in ("/", "/services", "/openapi.json")} == {404}


def test_turns_forget_old_sources_and_stand_a_clock_that_goes_back() -> None:
    turns = Turns(1)
    assert turns.take("first", NOW) == 0
    assert turns.take("first", NOW) == 60
    assert turns.take("first", NOW - timedelta(days=1)) == 60
    for number in range(MOST_SOURCES):
        turns.take(str(number), NOW)
    assert turns.take("first", NOW) == 0


def test_a_source_is_a_network() -> None:
    assert source_of("203.0.113.9") == source_of("::ffff:203.0.113.250") == "203.0.113.0/24"
    assert source_of("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert source_of("unix:") == ""


# Statements ------------------------------------------------------------------------------------------------------

LISTS = [f"/{path}{more}" for path in PATHS.values() for more in ("", "?search=servicio", "?per_page=1")]
FULL = ["/services?full=true", "/organizations?full=true&full_service=true", "/service_at_locations?full=true"]


@pytest.fixture
def costs(sqlite: Database, settings: Settings, tmp_path: Path) -> dict[str, list[int]]:
    """Statements of each address with few rows of each kind, and with many."""
    found: dict[str, list[int]] = {}
    for many in (2, 60):
        with serving(sqlite):
            bring(write(tmp_path / "p", _package(many)), name="fuente")
            with unit_of_work("test.terms") as work:
                hung = set(work.session.scalars(select(Attribute.link_id)))
                term = work.session.scalar(select(TaxonomyTerm.id).order_by(TaxonomyTerm.id).limit(1))
                for ref in set(work.session.scalars(select(Service.id))) - hung:
                    work.session.add(Attribute(link_id=ref, taxonomy_term_id=term))
        client = create_app(settings, sqlite).test_client()
        for path in (*LISTS, *FULL):
            with counted(sqlite) as sent:
                answer = client.get(f"/api/hsds{path}")
            assert answer.status_code == 200
            found.setdefault(path, []).append(len(sent))
    return found


def _package(many: int) -> dict[str, str]:
    def refs(kind: int) -> list[str]:
        return [str(uuid.UUID(int=kind * 1000 + n, version=4)) for n in range(many)]

    org, service, place, link = refs(1), refs(2), refs(3), refs(4)
    phone, address, hours, taxonomy, term = refs(5), refs(6), refs(7), refs(8), refs(9)
    rows = {
        "organizations": ["id,name,description", *(f"{org[n]},Casa {n},Apoyo" for n in range(many))],
        "services": [
            "id,organization_id,name,status",
            *(f"{service[n]},{org[n]},Servicio {n},active" for n in range(many)),
        ],
        "locations": ["id,name,location_type", *(f"{place[n]},Sede {n},physical" for n in range(many))],
        "service_at_location": [
            "id,service_id,location_id",
            *(f"{link[n]},{service[n]},{place[n]}" for n in range(many)),
        ],
        "phones": ["id,service_id,number", *(f"{phone[n]},{service[n]},55 5555 01{n:02}" for n in range(many))],
        "addresses": [
            "id,location_id,address_1,city,state_province,postal_code,country,address_type",
            *(f"{address[n]},{place[n]},Calle {n},CDMX,CDMX,04000,MX,physical" for n in range(many)),
        ],
        "schedules": [
            "id,service_id,freq,byday,opens_at,closes_at",
            *(f"{hours[n]},{service[n]},WEEKLY,MO,09:00,10:00" for n in range(many)),
        ],
        "taxonomies": ["id,name,description", *(f"{taxonomy[n]},Taxonomía {n},Prueba" for n in range(many))],
        "taxonomy_terms": [
            "id,taxonomy_id,name,description,code",
            *(f"{term[n]},{taxonomy[n]},Servicio {n},Prueba,c{n}" for n in range(many)),
        ],
    }
    return {f"{name}.csv": "\n".join(lines) + "\n" for name, lines in rows.items()}


def test_statements_do_not_grow_with_rows(costs: dict[str, list[int]]) -> None:
    for path, (few, many) in costs.items():
        assert few == many, f"{path} asks once per row: {few}, then {many}"
        assert many <= (90 if path in FULL else 26), f"{path}: {many}"

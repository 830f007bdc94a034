"""Out and in again: the same directory, whatever is in it; valid by the standard; confidential places stay home."""

from __future__ import annotations

import itertools
import shutil
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Date, Float, Integer, String, Uuid, insert, select
from sqlalchemy.types import TypeEngine

from referral.directory.actions import demo_places, load_catalogue
from referral.directory.models import Contact, Location, Phone, Schedule, Service, ServiceAtLocation
from referral.directory.queries.one_service import service_page
from referral.directory.queries.service_facts import services_by_key
from referral.hsds.rules.standard import FIELDS, LINKS, TABLES, without_attributes
from referral.hsds.tables import SPECS
from referral.infra.crypto import Vault
from referral.infra.db import Database, UtcDateTime
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.kernel.refusal import Refused
from tests.hsds.packages import TIDY, another, bring, read_csv, send, texts, write
from tests.hsds.standard_check import check_package

count = itertools.count()


@pytest.mark.parametrize("form", ["", "json"])
def test_the_whole_catalogue_comes_back_the_same(
    form: str, database: Database, empty_sqlite: Path, tmp_path: Path, vault: Vault, clock: FixedClock
) -> None:
    with serving(database), unit_of_work("test.fill") as work:
        load_catalogue(work)
        demo_places(work)
    with serving(database):
        bring(write(tmp_path / "p", TIDY))
        out = send(tmp_path / "out")
        keys = [row["x_key"] for row in read_csv(out / "services.csv")]
        with reading() as desk:
            before = {one.key: one for one in services_by_key(desk.session, keys=keys)}
            pages = {key: service_page(desk.session, one.ref) for key, one in before.items()}
    assert len(keys) == 122
    check_package(out)
    copy = another(empty_sqlite, tmp_path / "copy.db", vault, clock)
    with serving(copy):
        assert bring(out / form, name="copia", own=True).findings == []
        assert texts(send(tmp_path / "again")) == texts(out)
        assert bring(out / form, name="copia", own=True).changes == 0
        with reading() as desk:
            after = {one.key: one for one in services_by_key(desk.session, keys=keys)}
            for key, one in before.items():
                page, old = service_page(desk.session, after[key].ref), pages[key]
                assert page is not None
                assert old is not None
                if not one.confidential:
                    assert after[key] == one
                    assert replace(page, version=old.version) == old  # how often it was saved is not the directory
    copy.engine.dispose()


def test_our_own_export_meets_no_other_directory(sqlite: Database, tmp_path: Path) -> None:
    with serving(sqlite):
        with unit_of_work("directory.load") as work:
            load_catalogue(work)
        out = send(tmp_path / "out")
        for path in (out, write(tmp_path / "p", TIDY)):
            with pytest.raises(Refused):
                bring(path, own=True)


def test_places_of_refuges_stay_home(sqlite: Database, tmp_path: Path) -> None:
    secret = "Calle Escondida 7"
    with serving(sqlite):
        bring(write(tmp_path / "p", TIDY))
        with unit_of_work("test.hide") as work:
            service = work.session.scalars(select(Service)).one()
            place = work.session.scalars(select(Location)).one()
            link = work.session.scalars(select(ServiceAtLocation)).one()
            place.description_es = secret
            contact = Contact(location_id=place.id, name=secret)
            work.session.add(contact)
            work.session.flush()
            work.session.add(Phone(location_id=place.id, number="55 5555 0177"))
            work.session.add(Phone(contact_id=contact.id, number="55 5555 0178"))
            work.session.add(Phone(service_id=service.id, location_id=place.id, number="55 5555 0179"))
            work.session.add(
                Schedule(service_at_location_id=link.id, byday="", opens_at="", closes_at="", notes=secret)
            )
        open_all = "".join(texts(send(tmp_path / "open")).values())
        assert open_all.count(secret) > 2
        for hide in (Service, Location):
            with unit_of_work("test.hide") as work:
                for row in work.session.scalars(select(Service)):
                    row.confidential = hide is Service
                for other in work.session.scalars(select(Location)):
                    other.confidential = hide is Location
            shutil.rmtree(tmp_path / "hidden", ignore_errors=True)
            out = texts(send(tmp_path / "hidden"))
            everything = "".join(out.values())
            for told in (secret, str(place.id), "Calle de Prueba 1", "55 5555 0177", "55 5555 0178", str(contact.id)):
                assert told not in everything, told
            assert "55 5555 0179" in everything  # the service's own number
            assert "Comedor" in everything


# Every column gets any value it can hold. Signs that no database keeps never get that far.
_LETTERS = st.characters(
    exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffe\uffff", include_characters="\n\r\t,;\"'<>&"
)
_TIMES = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59)) | st.just("")


def _any(kind: TypeEngine[Any], nullable: bool) -> st.SearchStrategy[Any]:
    if isinstance(kind, Boolean):
        found: st.SearchStrategy[Any] = st.booleans()
    elif isinstance(kind, Date):
        found = st.dates(date(1900, 1, 1))
    elif isinstance(kind, UtcDateTime):
        found = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))
    elif isinstance(kind, Integer):
        found = st.integers(-2_000_000_000, 2_000_000_000)
    elif isinstance(kind, Float):
        found = st.floats(-1e9, 1e9, allow_nan=False)
    else:
        longest = min(kind.length or 30, 30) if isinstance(kind, String) else 30
        found = st.text(_LETTERS, max_size=longest)
    # Unknown text is empty, never None, wherever a column may hold both.
    return (st.none() | found.filter(lambda value: value != "")) if nullable else found


_LEFT = {"address_1", "postal_code", "card", "accepts", "search_text", "digest", "version", "source_missing_on"}


def _bare(table: str, owner: str) -> bool:
    """JSON has no place for attributes of terms, nor for what is said of attributes and metadata."""
    return owner in LINKS or (table == "attribute" and without_attributes(owner))


@st.composite
def directories(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Rows of all tables that hang together."""
    made: dict[str, list[dict[str, Any]]] = {}
    for table in TABLES:
        spec, made[table], pairs = SPECS[table], [], set()
        for _row in range(draw(st.integers(0, 3))):
            row: dict[str, Any] = {"id": uuid.uuid4()}
            fits = True
            for column in spec.rows.columns:
                name = column.name
                known = FIELDS[table].get(name)
                if name in row:
                    continue
                if known is not None and known.refers:
                    ids = [one["id"] for one in made[known.refers]]
                    fits = fits and bool(ids or column.nullable)
                    row[name] = draw(st.sampled_from(ids)) if ids else None
                elif known is not None and known.codes:
                    row[name] = draw(st.sampled_from(known.codes if known.tabular else (*known.codes, "")))
                elif name in {"opens_at", "closes_at"}:
                    row[name] = draw(_TIMES)
                elif column.unique or (table, name) == ("taxonomy_term", "code"):
                    row[name] = f"k{next(count)}"
                elif name in _LEFT and not (table == "address" or (name == "version" and table == "taxonomy")):
                    row[name] = {"card": {}, "accepts": [], "version": 1, "source_missing_on": None}.get(name, "")
                elif not isinstance(column.type, Uuid):
                    row[name] = draw(_any(column.type, bool(column.nullable)))
            if table in LINKS:
                link, entity = LINKS[table]
                owners = [
                    (one["id"], owner) for owner in TABLES if not _bare(table, owner) for one in made.get(owner, [])
                ]
                fits = fits and bool(owners)
                row[link], row[entity] = draw(st.sampled_from(owners)) if owners else (None, "")
            pair = tuple(row.get(name) for name in ("service_id", "location_id", "code", "taxonomy_term_id", "link_id"))
            belongs = any(row.get(name) for name, known in FIELDS[table].items() if known.refers)
            alone = table in {"organization", "unit", "taxonomy", "location", "metadata"}
            if fits and (belongs or alone) and pair not in pairs:
                pairs.add(pair if table in {"service_at_location", "language", "attribute"} else (row["id"],))
                made[table].append(row)
    return made


@settings(max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(made=directories(), form=st.sampled_from(["", "json"]))
def test_any_directory_comes_back_the_same(
    made: dict[str, list[dict[str, Any]]],
    form: str,
    empty_sqlite: Path,
    tmp_path_factory: pytest.TempPathFactory,
    vault: Vault,
    clock: FixedClock,
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    first, second = (another(empty_sqlite, folder / name, vault, clock) for name in ("a.db", "b.db"))
    with serving(first):
        with unit_of_work("test.fill") as work:
            for table in TABLES:
                if made[table]:
                    work.session.execute(insert(SPECS[table].rows), made[table])
        out = send(folder / "out")
    check_package(out)
    with serving(second):
        report = bring(out / form, own=True)
        assert report.findings == []
        again = texts(send(folder / "again"))
    for name, text in texts(out).items():
        assert again[name].split("\n") == text.split("\n"), name
    for database in (first, second):
        database.engine.dispose()
    shutil.rmtree(folder)

"""Bringing packages: dirty ones, the same one twice, newer ones, those of others; on both databases."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from referral.directory.actions import load_catalogue
from referral.directory.browse_facts import Asked
from referral.directory.facts import Referrable
from referral.directory.models import Location, Phone, Schedule, Service
from referral.directory.queries.browsing import find
from referral.directory.queries.candidates import candidates_for_need
from referral.directory.queries.one_service import service_page
from referral.directory.queries.service_facts import services_by_ref
from referral.hsds.facts import Grade
from referral.hsds.package import NotAPackage
from referral.hsds.rules.reasons import Reason
from referral.infra.audit import AuditEntry
from referral.infra.db import Database
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import FixedClock
from tests.conftest import NOW
from tests.hsds.packages import ORG, PLACE, SERVICE, TIDY, bring, everything, how_many, told, write


@pytest.fixture(autouse=True)
def served(database: Database) -> Iterator[Database]:
    with serving(database):
        yield database


def one_service() -> Service:
    with reading() as desk:
        return desk.session.scalars(select(Service).where(Service.origin != "")).one()


def test_a_tidy_package_comes_whole_and_stays_out_of_referrals(database: Database, tmp_path: Path) -> None:
    report = bring(write(tmp_path / "p", TIDY))
    assert told(report, Grade.DROPPED) == {}
    assert told(report, Grade.DOUBT) == {}
    assert told(report, Grade.REPAIRED) == {Reason.HOURS_READ: 1}
    service = one_service()
    assert (str(service.id), service.name_es, service.origin, service.source) == (
        SERVICE,
        "Comedor",
        "fuente",
        "fuente",
    )
    assert (service.referrable, service.as_of, service.assured_date) == (Referrable.NO, "2025-03-01", None)
    with reading() as desk:
        facts = services_by_ref(desk.session, refs=[service.id])[service.id]
        page = service_page(desk.session, service.id)
        hours = desk.session.scalars(select(Schedule)).one()
        entries = desk.session.scalar(select(func.count()).where(AuditEntry.action == "hsds.import"))
        found = find(
            desk.session,
            Asked(text="comedor", referrable_only=False),
            now=desk.now,
            holidays=(),
            fresh_since=desk.today,
        )
    assert facts.languages == ("ht",)
    assert facts.alcaldias == ("09003",)
    assert facts.requirements.age_min == 18
    assert page is not None
    assert [one.number for one in page.phones] == ["55 5555 0100", "55 5555 0101"]
    assert page.places[0].address == "Calle de Prueba 1"
    assert (hours.byday, hours.opens_at, hours.closes_at) == ("MO,TU,WE,TH,FR", "09:00", "17:00")
    assert entries == 9  # organisation, service, place, its link and address, two phones, hours; and the source
    assert [uuid.UUID(str(raw)) for raw in found.order] == [service.id]


def test_nobody_is_sent_to_an_imported_service(tmp_path: Path) -> None:
    files = {
        **TIDY,
        "taxonomies.csv": "id,name,description\nt1,need,x\n",
        "taxonomy_terms.csv": "id,code,name,description,taxonomy_id\nt2,HEALTH_PREG,x,x,t1\n",
        "attributes.csv": f"id,link_id,taxonomy_term_id,link_entity\nx1,{SERVICE},t2,service\n",
        "services.csv": TIDY["services.csv"]
        .replace("status,", "status,x_referrable,")
        .replace("active,", "active,yes,"),
    }
    report = bring(write(tmp_path / "p", files))
    assert told(report, Grade.DOUBT) == {Reason.UNKNOWN_COLUMN: 1, Reason.NOT_MAPPED: 1}
    with reading() as desk:
        assert candidates_for_need(desk.session, need_code="HEALTH_PREG") == ()
        assert services_by_ref(desk.session, refs=[one_service().id])[one_service().id].needs == frozenset()


def test_the_same_package_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "p", TIDY)
    assert bring(folder).changes == 9
    before = everything(database)
    again = bring(folder)
    assert again.changes == 0
    assert everything(database) == before


def test_a_dry_run_tells_everything_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "p", TIDY)
    rehearsal = bring(folder, dry_run=True)
    assert rehearsal.dry_run
    assert how_many(database, "service") == 0
    real = bring(folder)
    assert (real.tables, real.findings) == (rehearsal.tables, rehearsal.findings)


DIRTY: dict[str, str | bytes] = {
    "organizations.csv": (
        "\ufeffid,name,description,website,year_incorporated\n"
        f"{ORG},<b>Casa</b> Azul,Niños y ni&ntilde;as,www.casa.org,desde 1998\n"
        f"{ORG},Otra,repetida,,\n"
        "o3,,sin nombre,,\n"
        ",Sin identificador,,nada,\n"
        ",,,,\n"
    ).encode(),
    "services.csv": (
        "id,organization_id,name,description,status,email,minimum_age,maximum_age,color\n"
        f"s1,{ORG},Asesoría,Atención,Activo,mal,18,12,rojo\n"
        f"s2,{ORG},Médico,Café,ACTIVE,a@example.org,200,,\n"
        "s3,nadie,Huérfano,,active,,,,\n"
        "s4,,Sin dueño,,active,,,,\n"
        f"s5,{ORG},Corto\ns6,{ORG},Raro,,quién sabe,,,,\n"
    ).encode("cp1252"),
    "phones.csv": (
        "id,service_id,number,extension\n"
        "p1,s1,55 5555 0100 ext. 12,\n"
        "p2,s1,pregunte en la entrada,\n"
        "p3,s9,55 5555 0102,\n"
        "p4,,55 5555 0103,\n"
        "p5,s2,55 5555 0104,\n"
        "p5,s2,55 5555 0105,\n"
    ),
    "locations.csv": "id,organization_id,name,location_type,latitude,longitude\nl1,o9,Sede,casa,190.4,-99.1\n",
    "service_at_location.csv": "id,service_id,location_id\n1,s1,l1\n2,s1,l1\n3,s1,l2\n",
    "schedules.csv": (
        "id,service_id,byday,opens_at,closes_at,valid_from,description\n"
        "h1,s1,,,,,con cita\n"
        "h2,s1,Lunes a Viernes,9am,5 pm,03/04/2024,\n"
        "h3,s1,,,,,Mon-Fri 9am-1pm; Sat 10am-2pm\n"
        "h4,s2,,,,,\n"
    ),
    "fotos.csv": "id,foto\n1,x\n",
}


def test_every_row_of_a_dirty_package_is_accounted_for(database: Database, tmp_path: Path) -> None:
    report = bring(write(tmp_path / "p", DIRTY))
    assert told(report, Grade.DROPPED) == {
        Reason.REPEATED_ID: 2,
        Reason.NO_NAME: 1,
        Reason.EMPTY_ROW: 1,
        Reason.ORPHAN: 3,
        Reason.NO_PARENT: 2,
        Reason.NO_NUMBER: 1,
        Reason.REPEATED_LINK: 1,
        Reason.NO_VALUE: 1,
        Reason.UNKNOWN_FILE: 1,
    }
    assert told(report, Grade.REPAIRED) == {
        Reason.ENCODING: 1,
        Reason.HTML: 2,
        Reason.REWRITTEN: 7,
        Reason.BLANK_ID: 1,
        Reason.ASSUMED: 4,
        Reason.HOURS_READ: 1,
    }
    assert told(report, Grade.DOUBT) == {
        Reason.BAD_URL: 1,
        Reason.BAD_CODE: 2,
        Reason.BAD_EMAIL: 1,
        Reason.BAD_NUMBER: 3,
        Reason.BAD_DATE: 1,
        Reason.HOURS_AS_TEXT: 1,
        Reason.UNKNOWN_COLUMN: 1,
        Reason.LOST_LINK: 1,
        Reason.ROW_LENGTH: 1,
    }
    rows = {table: len(found) for table, found in everything(database).items() if found}
    assert rows == {
        "organization": 2,
        "service": 4,
        "location": 1,
        "service_at_location": 1,
        "phone": 2,
        "schedule": 4,
    }
    names = {row["name_es"]: row["status"] for row in everything(database)["service"]}
    assert names == {"Asesoría": "active", "Médico": "active", "Corto": "active", "Raro": "inactive"}
    assert bring(write(tmp_path / "p", DIRTY)).changes == 0


def test_a_newer_package_changes_marks_and_takes_out(database: Database, tmp_path: Path, clock: FixedClock) -> None:
    other = SERVICE.replace("2", "4")
    both = {
        **TIDY,
        "services.csv": TIDY["services.csv"] + f"{other},{ORG},Ropero,Ropa,active,,\n",
        "phones.csv": TIDY["phones.csv"] + f"p3,{other},55 5555 0103\n",
    }
    bring(write(tmp_path / "p", both))
    newer = {
        **TIDY,
        "services.csv": TIDY["services.csv"].replace("Comidas calientes", "Comidas").replace(",18,", ",,"),
        "phones.csv": f"id,service_id,number\np1,{SERVICE},55 5555 0199\n",
        "addresses.csv": TIDY["addresses.csv"].replace("Coyoacán", "Tlalpan"),
    }
    report = bring(write(tmp_path / "p", newer))
    phone, service = report.tables["phone"], report.tables["service"]
    assert (phone.changed, phone.removed, phone.missing) == (1, 1, 1)
    assert (service.changed, service.missing) == (1, 1)
    with reading() as desk:
        rows = {str(row.id): row for row in desk.session.scalars(select(Service))}
        numbers = set(desk.session.scalars(select(Phone.number)))
        facts = services_by_ref(desk.session, refs=[rows[SERVICE].id])[rows[SERVICE].id]
        place = desk.session.scalars(select(Location)).one()
    assert rows[SERVICE].gives_es == "Comidas"
    assert rows[SERVICE].minimum_age is None
    assert (facts.phone, facts.alcaldias, facts.requirements.age_min) == ("55 5555 0199", ("09012",), None)
    assert place.alcaldia == "09012"
    assert numbers == {"55 5555 0199", "55 5555 0103"}  # that of the missing service stays with it
    assert rows[other].source_missing_on == NOW.date()
    assert bring(write(tmp_path / "p", newer)).changes == 0
    back = bring(write(tmp_path / "p", both))
    assert back.tables["service"].changed == 2
    with reading() as desk:
        assert set(desk.session.scalars(select(Service.source_missing_on))) == {None}


def test_what_the_desk_decided_or_edited_outlives_a_newer_package(
    database: Database, tmp_path: Path, clock: FixedClock
) -> None:
    bring(write(tmp_path / "p", TIDY))
    with unit_of_work("test.edit") as work:
        row = work.session.scalars(select(Service)).one()
        row.referrable, row.assured_date = Referrable.YES.value, NOW.date()
        row.gives_es, row.last_modified = "Comidas y despensas", NOW + timedelta(hours=1)
    newer = {
        **TIDY,
        "services.csv": TIDY["services.csv"].replace("Comidas calientes", "Cerrado"),
        "phones.csv": f"id,service_id,number\np1,{SERVICE},55 5555 0199\n",
    }
    for _time in (1, 2):
        report = bring(write(tmp_path / "p", newer))
        assert told(report, Grade.DOUBT) == {Reason.DESK_EDITED: 2}
        kept = one_service()
        assert (kept.gives_es, kept.referrable, kept.assured_date) == ("Comidas y despensas", "yes", NOW.date())
    with reading() as desk:
        assert set(desk.session.scalars(select(Phone.number))) == {"55 5555 0100", "55 5555 0101"}


def test_a_decision_alone_stays_when_the_entry_changes(tmp_path: Path, clock: FixedClock, database: Database) -> None:
    bring(write(tmp_path / "p", TIDY))
    with unit_of_work("test.accept") as work:
        work.session.scalars(select(Service)).one().referrable = Referrable.VERIFY.value
    bring(write(tmp_path / "p", {**TIDY, "services.csv": TIDY["services.csv"].replace("calientes", "frías")}))
    assert (one_service().gives_es, one_service().referrable) == ("Comidas frías", "verify")


def test_entries_of_other_origins_are_never_touched(database: Database, tmp_path: Path) -> None:
    with unit_of_work("directory.load") as work:
        load_catalogue(work)
    catalogue = everything(database)
    with reading() as desk:
        ours = desk.session.scalars(select(Service).where(Service.key == "LNCTP")).one()
    stolen = {
        name: text.replace(SERVICE, str(ours.id)).replace(ORG, str(ours.organization_id)) for name, text in TIDY.items()
    }
    report = bring(write(tmp_path / "p", {**stolen, "locations.csv": f"id,name\n{PLACE},Sede\n"}), name="ajena")
    assert told(report, Grade.DROPPED)[Reason.OTHER_ORIGIN] == 7  # both, their link, phones, hours, language
    after = everything(database)
    assert {table: rows for table, rows in after.items() if rows != catalogue[table]}.keys() == {"location", "address"}
    assert bring(write(tmp_path / "p", stolen), name="otra").tables["service"].added == 0


def test_two_sources_with_the_same_small_ids_do_not_meet(database: Database, tmp_path: Path) -> None:
    small = {name: text.replace(SERVICE, "1").replace(ORG, "1").replace(PLACE, "1") for name, text in TIDY.items()}
    assert bring(write(tmp_path / "p", small), name="una").changes == 9
    assert bring(write(tmp_path / "p", small), name="otra").changes == 9
    assert how_many(database, "service") == 2


def test_a_zip_and_a_single_file_are_packages_too(tmp_path: Path, database: Database) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for name, text in TIDY.items():
            archive.writestr(f"datos/{name}", text)
        archive.writestr("__MACOSX/._services.csv", "x")
    assert bring(tmp_path / "p.zip").changes == 9
    (tmp_path / "nada.txt").write_text("x")
    for path in (tmp_path / "nada.txt", tmp_path / "falta"):
        with pytest.raises(NotAPackage):
            bring(path)


def test_a_circle_of_parents_is_opened(tmp_path: Path, database: Database) -> None:
    rows = "id,name,description,parent_organization_id\na,A,x,b\nb,B,x,a\nc,C,x,c\nd,D,x,zz\ne,E,x,d\n"
    report = bring(write(tmp_path / "p", {"organizations.csv": rows}))
    assert told(report, Grade.DOUBT) == {Reason.LOST_LINK: 3}
    parents = [row["parent_organization_id"] for row in everything(database)["organization"]]
    assert sum(parent is not None for parent in parents) == 2

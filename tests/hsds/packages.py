"""Small packages written for tests, and the short way to import, export and look. Used by the tests of this folder."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from referral.hsds.actions.importing import import_package_once
from referral.hsds.exporting import write_package
from referral.hsds.facts import Grade, ImportReport
from referral.hsds.preparing import prepared
from referral.hsds.tables import SPECS
from referral.infra.crypto import Vault
from referral.infra.db import Database, open_database
from referral.infra.work import reading
from referral.kernel.clock import FixedClock

ORG = "11111111-1111-4111-8111-111111111111"
SERVICE = "22222222-2222-4222-8222-222222222222"
PLACE = "33333333-3333-4333-8333-333333333333"

TIDY: Mapping[str, str] = {
    "organizations.csv": f"id,name,description\n{ORG},Casa Azul,Apoyo\n",
    "services.csv": (
        "id,organization_id,name,description,status,minimum_age,assured_date\n"
        f"{SERVICE},{ORG},Comedor,Comidas calientes,active,18,2025-03-01\n"
    ),
    "locations.csv": f"id,organization_id,name,location_type\n{PLACE},{ORG},Sede,physical\n",
    "service_at_location.csv": f"id,service_id,location_id\nsal-1,{SERVICE},{PLACE}\n",
    "addresses.csv": (
        "id,location_id,address_1,city,state_province,postal_code,country,address_type\n"
        f"a1,{PLACE},Calle de Prueba 1,Coyoacán,CDMX,04000,MX,physical\n"
    ),
    "phones.csv": f"id,service_id,number\np1,{SERVICE},55 5555 0100\np2,{SERVICE},55 5555 0101\n",
    "schedules.csv": f"id,service_id,description\nh1,{SERVICE},lunes a viernes 9 a 17 h\n",
    "languages.csv": f"id,service_id,name\nl1,{SERVICE},Criollo haitiano\n",
}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """The files in a folder that holds nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def bring(path: Path, *, name: str = "fuente", own: bool = False, dry_run: bool = False) -> ImportReport:
    """Import into the database that is being served."""
    with prepared(path, own=own) as package:
        return import_package_once(package, name=name, dry_run=dry_run)


def send(folder: Path) -> Path:
    """Export the database that is being served."""
    with reading() as desk:
        write_package(desk.session, folder)
    return folder


def texts(folder: Path) -> dict[str, str]:
    """Every file of an export by its name."""
    return {str(path.relative_to(folder)): path.read_bytes().decode() for path in folder.rglob("*") if path.is_file()}


def told(report: ImportReport, grade: Grade) -> Counter[str]:
    """Reasons of one grade, counted."""
    return Counter(one.reason for one in report.findings if one.grade is grade)


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows of the directory."""
    with database.session(writing=False) as session:
        return {
            table: [dict(row) for row in session.execute(select(spec.rows).order_by(spec.rows.c.id)).mappings()]
            for table, spec in SPECS.items()
        }


def how_many(database: Database, table: str) -> int:
    with database.session(writing=False) as session:
        return session.scalar(select(func.count()).select_from(SPECS[table].rows)) or 0


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def another(empty: Path, path: Path, vault: Vault, clock: FixedClock) -> Database:
    """One more SQLite database with all tables and nothing in them."""
    shutil.copy(empty, path)
    return open_database(f"sqlite:///{path}", vault, clock)

"""A served desk for the journeys: SQLite file, catalogue, demo places, one account for each role. Made by conftest."""

from __future__ import annotations

import shutil
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import or_, select
from waitress.server import create_server

from referral.access.identity import Identity, Role
from referral.app import create_app
from referral.directory.actions import demo_places, load_catalogue
from referral.directory.models import Organization, Service
from referral.infra.crypto import Vault
from referral.infra.db import Database, open_database
from referral.infra.settings import Settings
from referral.infra.tables import metadata
from referral.infra.work import serving, unit_of_work
from referral.kernel.clock import FixedClock
from referral.staff.actions import add_staff, open_desk
from referral.staff.facts import NewStaff
from tests.factories.people import new_person, register

DAY = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # a Friday, 11:00 in Mexico City
NEXT_MONTH = datetime(2026, 12, 4, 17, 0, tzinfo=UTC)  # November is then the last full month
PASSWORD = "una frase larga de prueba"
CASEWORKER, SUPERVISOR = "caso", "jefa"
_STAFF = (
    (CASEWORKER, "Rosa Ibarra", Role.CASEWORKER, "Mesa Centro"),
    ("norte", "Julián Pech", Role.CASEWORKER, "Mesa Norte"),
    (SUPERVISOR, "Amalia Cruz", Role.SUPERVISOR, "Mesa Centro"),
    ("auditoria", "Teresa Luna", Role.AUDITOR, ""),
    ("admin", "Óscar Vela", Role.ADMINISTRATOR, ""),
    ("datos", "Inés Robles", Role.DPO, ""),
)
# Invented, as everybody here.
_PEOPLE = (
    new_person("Wilner", "Baptiste", birth="1988", phone="+525555550131"),
    new_person("Yuleisy", "Contreras", "Rangel", nationalities=("VE",), language="es", phone="+525555550132"),
    new_person(
        "", "", chosen="Doña Chelo", birth="unknown", nationalities=("MX",), language="nah", phone="+525555550133"
    ),
)


@dataclass(slots=True)
class LiveDesk:
    """The address pages are read at, with the database and the clock behind it."""

    address: str
    database: Database
    clock: FixedClock
    _partners: dict[uuid.UUID, str] = field(default_factory=dict)

    def partner_of(self, service: str) -> str:
        """Account of somebody who answers for the institution of the service with this name, in either language."""
        named = or_(Service.name_es == service, Service.name_en == service)
        with self.database.session(writing=False) as session:
            organization = session.execute(select(Organization.id).join(Service).where(named)).scalar_one()
        if organization not in self._partners:
            username = f"enlace{len(self._partners) + 1}"
            with serving(self.database), unit_of_work("journey.partner") as work:
                add_staff(
                    work, NewStaff(username, "Enlace de prueba", Role.PARTNER, PASSWORD, organization=organization)
                )
            self._partners[organization] = username
        return self._partners[organization]


def stock(path: Path, vault: Vault) -> None:
    """Write a SQLite file with all a desk needs on its first day, and a few people."""
    database = open_database(f"sqlite:///{path}", vault, FixedClock(DAY))
    metadata().create_all(database.engine)
    identities = {}
    with serving(database), unit_of_work("journey.stock") as work:
        load_catalogue(work)
        demo_places(work)
        places = {place: open_desk(work, name=place) for *_account, place in _STAFF if place}
        for username, name, role, place in _STAFF:
            staff = add_staff(work, NewStaff(username, name, role, PASSWORD, desk=places.get(place)))
            identities[username] = Identity(staff, role, name, username, places.get(place), place)
    for person in _PEOPLE:
        register(database, identities[CASEWORKER], person)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()


@contextmanager
def served(stocked: Path, home: Path, vault: Vault) -> Iterator[LiveDesk]:
    """Serve a copy of a stocked file on a free port of this machine."""
    shutil.copy(stocked, home / "desk.db")
    clock = FixedClock(DAY)
    database = open_database(f"sqlite:///{home / 'desk.db'}", vault, clock)
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = create_app(Settings(home=home, local=True, demo=True, public_url=address), database)
    server = create_server(app, sockets=[listening], threads=4, ident=None)
    closing = threading.Event()

    def run() -> None:
        try:
            server.run()
        except OSError:  # the loop may be waiting on a socket that is closed under it
            if not closing.is_set():
                raise

    thread = threading.Thread(target=run, name="live desk")
    thread.start()
    try:
        yield LiveDesk(address, database, clock)
    finally:
        closing.set()
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(timeout=10)
        database.engine.dispose()

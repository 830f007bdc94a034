"""Offers for five needs of one person against 5,000 services, in one process: `python -m bench.offers`.

The catalogue is copied, card by card, until it holds that many; each copy can be told from the others.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import insert, select

from referral.directory.actions import load_catalogue
from referral.infra.crypto import Keys, Vault
from referral.infra.db import Database, open_database
from referral.infra.tables import metadata
from referral.infra.web.server import leave_in_peace
from referral.infra.work import reading, serving, unit_of_work
from referral.kernel.clock import SystemClock
from referral.kernel.partial_dates import AgeRange
from referral.kernel.refs import new_ref
from referral.routing.facts import Known, NeedFacts, PersonFacts
from referral.routing.queries import routings_for_needs

SERVICES = 5_000
TIMES = 300
NEEDS = ("HEALTH_GENERAL", "WORK_PLACE", "BASIC_FOOD", "LEGAL_ADVICE", "SHELTER_TEMP")
PERSON = PersonFacts(
    age=Known(AgeRange(32, 32)),
    profiles=Known(frozenset({"TRANSIT"})),
    nationalities=Known(frozenset({"HT"})),
    alcaldia=Known("09015"),
    documents=Known(frozenset({"PASSPORT"})),
    language=Known("ht"),
)


def main() -> None:
    """Fill a database, judge, print the median and the p95."""
    with TemporaryDirectory() as folder:
        vault = Vault(Keys(wrapping=(b"w" * 32,), index=b"i" * 32, cookie=b"c" * 32))
        database = open_database(f"sqlite:///{Path(folder) / 'offers.db'}", vault, SystemClock())
        metadata().create_all(database.engine)
        with serving(database), unit_of_work("directory.load") as work:
            load_catalogue(work)
        count = _multiply(database)
        for _time in range(20):
            _once(database)
        leave_in_peace()  # as the server does once it is up
        taken = [_once(database) for _time in range(TIMES)]
        database.engine.dispose()
    print(
        f"{len(NEEDS)} needs, {count} services: median {median(taken):.1f} ms, p95 {quantiles(taken, n=20)[-1]:.1f} ms"
    )


def _once(database: Database) -> float:
    started = time.perf_counter()
    with serving(database), reading() as desk:
        needs = [NeedFacts(code, "normal") for code in NEEDS]
        routings_for_needs(desk.session, person_facts=PERSON, needs=needs, today=desk.today)
    return (time.perf_counter() - started) * 1000


def _multiply(database: Database) -> int:
    """Copy the services with their terms until there are enough; how many there are."""
    service_table, attribute_table = metadata().tables["service"], metadata().tables["attribute"]
    with database.engine.begin() as connection:
        services = [dict(row) for row in connection.execute(select(service_table)).mappings()]
        terms: dict[UUID, list[dict[str, object]]] = {}
        for row in connection.execute(select(attribute_table)).mappings():
            terms.setdefault(row["link_id"], []).append(dict(row))
        count, number = len(services), 0
        while count < SERVICES:
            number += 1
            for service in services[: SERVICES - count]:
                ref = new_ref()
                connection.execute(
                    insert(service_table), [{**service, "id": ref, "key": f"{service['key'][:34]}_{number}"}]
                )
                copies = [{**term, "id": new_ref(), "link_id": ref} for term in terms.get(service["id"], ())]
                if copies:
                    connection.execute(insert(attribute_table), copies)
                count += 1
    return count


if __name__ == "__main__":
    main()

"""What is asked of the desk: one probe per line of the table, with enough different requests for every repetition."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from random import Random

from sqlalchemy import func, select

from bench.clients import Ask, Client, Visitor
from bench.load import PASSWORD, SUPERVISOR, USERNAME
from bench.synthetic_names import Population
from referral.access.identity import Identity, Role
from referral.access.permissions import Permission
from referral.access.table import reach_of
from referral.certificates.models import Certificate
from referral.infra.db import Database
from referral.infra.work import reading, serving
from referral.kernel.codes import NEEDS
from referral.kernel.partial_dates import PartialDate, Precision
from referral.needs.models import Need
from referral.people.models import Person
from referral.people.queries.cards import person_cards
from referral.referrals.models import Referral
from referral.referrals.queries.doors import known_person
from referral.referrals.rules.packet import Field, packet_choices
from referral.routing.facts import Known, Verdict
from referral.routing.queries import offers_for_need
from referral.staff.models import Staff

MANY = 4_000  # requests drawn per probe: more than fit into its time
SENDABLE = 700  # needs whose doors are looked up beforehand

Sent = tuple[str, dict[str, object]]  # where a form goes, and its boxes


@dataclass(frozen=True, slots=True)
class Probe:
    """One line of the table. `floor` names the floor it is measured against."""

    name: str
    floor: str
    account: str
    asks: tuple[Ask, ...]


def sign_in(port: int, username: str) -> tuple[Visitor, str]:
    """The cookies of an account that signed in through the page, and its CSRF key."""
    client = Client(Visitor(port))
    _status, body, headers = client.ask(Ask("/entrar"))
    jar = _cookies(headers.get_all("Set-Cookie") or [])
    client.headers["Cookie"] = _header(jar)
    boxes = (("csrf_token", _key(body)), ("username", username), ("password", PASSWORD), ("next", ""), ("kept", ""))
    status, _body, headers = client.ask(Ask("/entrar", boxes))
    if status != 303:
        raise RuntimeError(f"{username} could not sign in ({status})")
    jar |= _cookies(headers.get_all("Set-Cookie") or [])
    client.headers["Cookie"] = _header(jar)
    _status, body, headers = client.ask(Ask("/buscar"))
    jar |= _cookies(headers.get_all("Set-Cookie") or [])
    return Visitor(port, _header(jar)), _key(body)


def probes(database: Database, key: str) -> list[Probe]:
    """Every probe, over people of the account's own desk. `key`: the CSRF key of its session."""
    today = database.clock.today()
    with database.session(writing=False) as session:
        seed = session.scalar(select(func.count()).select_from(Person)) or 0  # another one for a register used again
        chance = Random(seed)
        row = session.scalars(select(Staff).where(Staff.username == USERNAME)).one()
        identity = Identity(row.id, Role.CASEWORKER, row.name, row.username, row.desk_id)
        everybody = list(session.scalars(select(Person.id).where(Person.desk_id == row.desk_id)))
        mine = chance.sample(everybody, min(MANY, len(everybody)))
        some = chance.sample(mine, min(300, len(mine)))
        known = [card.name for card in person_cards(session, some, today=today).values()]
        papers = list(
            session.scalars(select(Certificate.id).join(Person).where(Person.desk_id == row.desk_id).limit(MANY))
        )
        sent = list(session.scalars(select(Referral.id).where(Referral.desk_id == row.desk_id).limit(MANY)))
        open_needs = list(
            session.execute(
                select(Need.id, Need.person_id, Need.code)
                .join(Person)
                .where(Person.desk_id == row.desk_id, Need.status == "open")
                .limit(MANY)
            ).all()
        )
    needs = [(need, person) for need, person, _code in open_needs]
    taken = {(person, code) for _need, person, code in open_needs}
    names: Iterator[Sent] = (("/buscar", {"q": chance.choice(known)}) for _ in range(MANY))
    offers = [f"/personas/{person}/necesidades/{need}/puertas" for need, person in needs]
    sending = _sendable(database, identity, open_needs)
    lists = ["/canalizaciones", "/canalizaciones?p=2", "/canalizaciones?p=3"]
    return [
        Probe("search box (a frame, no more)", "page", USERNAME, _gets(["/buscar"])),
        Probe("home", "page", USERNAME, _gets(["/"])),
        Probe("people list", "page", USERNAME, _gets([f"/personas?p={number}" for number in range(1, 6)])),
        Probe("search by name", "page", USERNAME, _posts(key, names, 200)),
        Probe("open a file", "page", USERNAME, _gets([f"/personas/{ref}" for ref in mine])),
        Probe("register a person (POST)", "insert", USERNAME, _posts(key, _registrations(seed), 303)),
        Probe("add a need (POST)", "insert", USERNAME, _posts(key, _new_needs(mine, taken, chance), 303)),
        Probe("offers for a need", "page", USERNAME, _gets(offers)),
        Probe("send a referral (POST)", "insert", USERNAME, _posts(key, sending, 303)),
        Probe("referral list", "page", USERNAME, _gets(lists)),
        Probe("open a referral", "page", USERNAME, _gets([f"/canalizaciones/{ref}" for ref in sent])),
        Probe("constancia (PDF)", "paper", USERNAME, _gets([f"/constancias/{ref}.pdf" for ref in papers])),
        Probe("outcomes, last month", "page", SUPERVISOR, _gets(["/informes/resultados"])),
        Probe("outcomes, six months", "page", SUPERVISOR, _gets([_period(today)])),
    ]  # fmt: skip


@cache
def floor_probes() -> dict[str, tuple[Ask, ...]]:
    """The same for the floors."""
    return {
        "page": tuple(Ask(f"/select/{number % 9_999}") for number in range(MANY * 5)),
        "insert": tuple(
            Ask("/insert", (("name", "Una fila"), ("words", "palabras " * 10)), 303) for _ in range(MANY * 5)
        ),
        "paper": tuple(Ask("/paper") for _ in range(MANY)),
    }


def _period(today: date) -> str:
    return f"/informes/resultados?desde={today - timedelta(days=182)}&hasta={today}"


def _gets(paths: Sequence[str]) -> tuple[Ask, ...]:
    return tuple(Ask(paths[number % len(paths)]) for number in range(MANY)) if paths else ()


def _posts(key: str, sent: Iterator[Sent], expect: int) -> tuple[Ask, ...]:
    def boxes(values: dict[str, object]) -> tuple[tuple[str, str], ...]:
        pairs = [
            (name, one) for name, value in values.items() for one in (value if isinstance(value, list) else [value])
        ]
        return (("csrf_token", key), ("once", str(uuid.uuid4())), *((name, str(one)) for name, one in pairs))

    return tuple(Ask(path, boxes(values), expect) for path, values in islice(sent, MANY))


def _registrations(seed: int) -> Iterator[Sent]:
    population, chance = Population(900_000 + seed), Random(seed)
    while True:
        person = population.draw()
        yield (
            "/personas/nueva",
            {
                "given": person.names.given,
                "surname1": person.names.surname1,
                "surname2": person.names.surname2,
                **_birth(person.birth),
                "nationality": "HT",
                "language": "ht",
                "phone": f"5500{chance.randrange(10**6):06d}",
                "alcaldia": "09015",
                "will_return": "y",
            },
        )


def _birth(birth: PartialDate) -> dict[str, object]:
    if birth.precision is Precision.AGE:
        return {"birth-age": birth.age}
    return {"birth-day": birth.day or "", "birth-month": birth.month or "", "birth-year": birth.year or ""}


def _new_needs(people: Sequence[uuid.UUID], taken: set[tuple[uuid.UUID, str]], chance: Random) -> Iterator[Sent]:
    codes = [need.code for need in NEEDS]
    for person in people:
        code = chance.choice(codes)
        if (person, code) not in taken:
            yield f"/personas/{person}/necesidades", {"needs": code}


def _sendable(
    database: Database, identity: Identity, open_needs: Sequence[tuple[uuid.UUID, uuid.UUID, str]]
) -> Iterator[Sent]:
    """The best doors of each need, one after the other; each is told the name, and the age where that is usual."""
    with serving(database, identity, read_only=True), reading() as desk:
        reach = reach_of(identity, Permission.REFERRAL_SEND)
        for need, person, code in open_needs[:SENDABLE]:
            _record, facts, _state = known_person(desk.session, reach, person, today=desk.today)
            offers = offers_for_need(desk.session, person_facts=facts, need_code=code, today=desk.today)
            fitting = [
                offer
                for offer in offers
                if offer.verdict in {Verdict.FITS, Verdict.FITS_IF} and offer.service.referrable != "host"
            ]
            offered = {choice.field for choice in packet_choices(NEEDS[code].category)}
            told = [Field.NAME.value]
            if Field.AGE in offered and isinstance(facts.age, Known):
                told.append(Field.AGE.value)
            for offer in fitting[:4]:
                yield (
                    f"/personas/{person}/necesidades/{need}/puertas/{offer.service_ref}",
                    {"consent": "yes", "consent_how": "signed", "language": "es", "fields_sent": told},
                )


def _cookies(lines: Sequence[str]) -> dict[str, str]:
    return dict(line.split(";", 1)[0].split("=", 1) for line in lines)


def _header(jar: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def _key(body: bytes) -> str:
    box = re.search(rb'<input[^>]*name="csrf_token"[^>]*>', body)
    found = re.search(rb'value="([^"]+)"', box.group()) if box else None
    if found is None:
        raise RuntimeError("no form carries a CSRF key")
    return found.group(1).decode()

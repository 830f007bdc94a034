"""The index of search keys: filing a person under hers, finding who shares those of a question. For actions, queries.

The keys are words; what is stored is a keyed number for each (Vault.token): the table tells nothing without the key.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Float,
    FromClause,
    Row,
    Select,
    bindparam,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from referral.infra.crypto import Vault
from referral.people.models import Person, PersonToken
from referral.people.rules.keys import MOST_PER_KEY, MOST_SCORED, key_weight
from referral.people.rules.rarity import Rarity

# Rows taken from the index for one question, rarest keys first. Common keys add little and cost the most.
MOST_ROWS = 12_000
_MOST_COUNTED = 100_000  # a name carried by more people than this says nothing anyway
# How many people there are only scales the scores. Once they are many, counting them anew each time adds nothing.
_MANY_PEOPLE = 20_000
_COUNT_HOLDS = 300.0  # seconds
_counted: WeakKeyDictionary[Pool, tuple[float, int]] = WeakKeyDictionary()


class Counts(NamedTuple):
    """What the index knows of a question: how rare its names are, and how many people stand under each key's token."""

    rarity: Rarity
    people_under: Mapping[int, int]


def file_under(session: Session, person: uuid.UUID, keys: Iterable[str]) -> None:
    """Make `keys` the ones this person is filed under: adds what is new, removes what no longer holds."""
    vault: Vault = session.info["vault"]
    wanted = {vault.token(key) for key in keys}
    filed = set(session.scalars(select(PersonToken.token).where(PersonToken.person_id == person)))
    gone, fresh = filed - wanted, sorted(wanted - filed)
    if gone:
        session.execute(delete(PersonToken).where(PersonToken.person_id == person, PersonToken.token.in_(gone)))
    if fresh:
        session.execute(insert(PersonToken), [{"token": token, "person_id": person} for token in fresh])


def counts(session: Session, *, codes: Iterable[str], keys: Iterable[str]) -> Counts:
    """How many people there are, how many carry each name code, how many stand under each key; one statement."""
    vault: Vault = session.info["vault"]
    names = {vault.token(f"n:{code}"): code for code in codes}
    wanted = {vault.token(key) for key in keys}
    people = _known_people(session)
    dialect = session.get_bind().dialect.name
    values = {
        **_bound(dialect, "names", dict.fromkeys(names, 0.0)),
        **_bound(dialect, "keys", dict.fromkeys(wanted, 0.0)),
    }
    carriers: dict[int, int] = {}
    under: dict[int, int] = {}
    for kind, token, count in session.execute(_counting(dialect, people is None), values):
        if kind == _PEOPLE:
            people = count
            _counted[session.get_bind().engine.pool] = (time.monotonic(), count)
        elif count:
            (carriers if kind == _NAME else under)[token] = count
    return Counts(Rarity(people or 0, {names[token]: count for token, count in carriers.items()}), under)


def candidates(session: Session, known: Counts) -> Sequence[Row[Any, Any, Any]]:
    """The people who share most with the question, weighed by how rare each key is, at most MOST_SCORED of them.

    Each row is (ref, data_key, identity_sealed): what it takes to compare names.
    """
    rarest = sorted(known.people_under, key=lambda token: (known.people_under[token], token))
    dialect = session.get_bind().dialect.name
    if not rarest:
        return ()
    if known.people_under[rarest[0]] > MOST_PER_KEY:
        return session.execute(_NEWEST, {"token": rarest[0]}).all()
    chosen: dict[int, float] = {}
    rows = 0
    for token in rarest:
        count = known.people_under[token]
        rows += count
        if rows > MOST_ROWS or count > MOST_PER_KEY:
            break
        chosen[token] = key_weight(count, known.rarity.people)
    return session.execute(_sharing(dialect), _bound(dialect, "keys", chosen)).all()


def sharing_exactly(
    session: Session, known: Counts, people: Sequence[uuid.UUID], keys: Iterable[str]
) -> dict[uuid.UUID, set[str]]:
    """Which of these keys, all of them counted in `known`, each of these people is filed under; none: left out.

    Looked up from the keys, which few people share, unless somebody's phone is that of hundreds.
    """
    vault: Vault = session.info["vault"]
    tokens = {token: key for key in keys if known.people_under.get(token := vault.token(key))}
    if not tokens or not people:
        return {}
    values: dict[str, Any] = {"tokens": list(tokens)}
    statement = _UNDER
    if sum(known.people_under[token] for token in tokens) > MOST_PER_KEY:
        statement, values["people"] = _EXACTLY, people
    wanted = set(people)
    found: dict[uuid.UUID, set[str]] = {}
    for person, token in session.execute(statement, values):
        if person in wanted:
            found.setdefault(person, set()).add(tokens[token])
    return found


def _known_people(session: Session) -> int | None:
    at, count = _counted.get(session.get_bind().engine.pool, (0.0, 0))
    return count if count >= _MANY_PEOPLE and time.monotonic() - at < _COUNT_HOLDS else None


# The statements are put together once for each kind of database: doing it for each question costs as much as asking.
_PEOPLE, _NAME, _KEY = range(3)
_FILE = (Person.id, Person.data_key, Person.identity_sealed)
_UNDER = select(PersonToken.person_id, PersonToken.token).where(
    PersonToken.token.in_(bindparam("tokens", expanding=True))
)
_EXACTLY = _UNDER.where(PersonToken.person_id.in_(bindparam("people", expanding=True)))
# When all that was asked is a very common name: the newest people who carry it (refs grow with time).
_NEWEST = select(*_FILE).where(
    Person.id.in_(
        select(PersonToken.person_id)
        .where(PersonToken.token == bindparam("token"))
        .order_by(PersonToken.person_id.desc())
        .limit(MOST_SCORED)
    )
)


@cache
def _counting(dialect: str, with_people: bool) -> Any:
    """Kind, token and number of people; a key is never counted past MOST_PER_KEY + 1."""
    parts = []
    for kind, name, most in ((_NAME, "names", _MOST_COUNTED), (_KEY, "keys", MOST_PER_KEY)):
        asked = _asked(dialect, name)
        some = select(literal(1)).where(PersonToken.token == asked.c.token).limit(most + 1).correlate(asked).subquery()
        parts.append(select(literal(kind), asked.c.token, select(func.count()).select_from(some).scalar_subquery()))
    if with_people:
        parts.append(select(literal(_PEOPLE), literal(0), select(func.count()).select_from(Person).scalar_subquery()))
    return union_all(*parts)


@cache
def _sharing(dialect: str) -> Select[Any, Any, Any]:
    asked = _asked(dialect, "keys")
    points = func.sum(asked.c.weight)
    best = (
        select(PersonToken.person_id)
        .join(asked, asked.c.token == PersonToken.token)
        .group_by(PersonToken.person_id)
        .order_by(points.desc(), PersonToken.person_id.desc())
        .limit(MOST_SCORED)
    )
    return select(*_FILE).where(Person.id.in_(best))


def _asked(dialect: str, name: str) -> FromClause:
    """Tokens with their weights as a table of the statement, handed over as one value: see _bound."""
    if dialect == "sqlite":
        listed = func.json_each(bindparam(name)).table_valued("value", name=f"{name}_listed")
        pair = [func.json_extract(listed.c.value, f"$[{place}]") for place in range(2)]
        token, weight = type_coerce(pair[0], BigInteger), type_coerce(pair[1], Float)
        return select(token.label("token"), weight.label("weight")).select_from(listed).cte(f"asked_{name}")
    kinds = (("tokens", ARRAY(BigInteger)), ("weights", ARRAY(Float)))
    return (
        func.unnest(*(cast(bindparam(f"{name}_{part}", type_=kind), kind) for part, kind in kinds))
        .table_valued(column("token", BigInteger), column("weight", Float), name=f"asked_{name}")
        .render_derived()
    )


def _bound(dialect: str, name: str, weighed: Mapping[int, float]) -> dict[str, Any]:
    if dialect == "sqlite":
        return {name: json.dumps(list(weighed.items()))}
    return {f"{name}_tokens": list(weighed), f"{name}_weights": list(weighed.values())}

"""The index of search keys: filing a person under hers, finding who shares those of a question. For actions, queries.

The keys are words; what is stored is a keyed number for each (Vault.token): the table tells nothing without the key.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from heapq import nlargest
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Float,
    FromClause,
    LargeBinary,
    Select,
    String,
    Uuid,
    any_,
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
from referral.people.rules.keys import MOST_PER_KEY, NEAR_YEAR_LOSS, key_weight
from referral.people.rules.rarity import Rarity

# Rows taken from the index for one question, rarest keys first. Common keys add little and cost the most.
MOST_ROWS = 8_000
_MOST_COUNTED = 100_000  # a name carried by more people than this says nothing anyway
# How many people there are only scales the scores. Once they are many, counting them anew each time adds nothing; nor
# does it for a key that many share. Small counts are taken each time, so whoever was just registered is found.
_MANY_PEOPLE = 20_000
_MANY_UNDER = 400
_COUNT_HOLDS = 300.0  # seconds
_MOST_HELD = 50_000  # counts, per database


class _Held:
    """Large counts of one database, as of some minutes ago. A race between threads costs a count, never an answer."""

    def __init__(self) -> None:
        self.until = 0.0
        self.people: int | None = None
        self.carriers: dict[int, int] = {}
        self.under: dict[int, int] = {}


_held: WeakKeyDictionary[Pool, _Held] = WeakKeyDictionary()


class Counts(NamedTuple):
    """What the index knows of a question: how rare its names are, and how many people stand under each key's token."""

    rarity: Rarity
    people_under: Mapping[int, int]


def file_under(session: Session, person: uuid.UUID, keys: Iterable[str], *, new: bool = False) -> None:
    """Make `keys` the ones this person is filed under: adds what is new, removes what no longer holds. `new`: she was
    registered a moment ago and stands under none.
    """
    vault: Vault = session.info["vault"]
    wanted = {vault.token(key) for key in keys}
    filed = set() if new else set(session.scalars(_FILED, {"person": person}))
    gone, fresh = filed - wanted, sorted(wanted - filed)
    if gone:
        session.execute(delete(PersonToken).where(PersonToken.person_id == person, PersonToken.token.in_(gone)))
    if fresh:
        rows = [{"token": token, "person_id": person} for token in fresh]
        session.connection().execute(_FILE, rows)  # the mapper would only turn each row into itself


def counts(session: Session, *, codes: Iterable[str], keys: Iterable[str]) -> Counts:
    """How many people there are, how many carry each name code, how many stand under each key; one statement."""
    vault: Vault = session.info["vault"]
    names = {vault.token(f"n:{code}"): code for code in codes}
    wanted = {vault.token(key) for key in keys}
    held = _counts_held(session)
    carriers = {token: held.carriers[token] for token in names if token in held.carriers}
    under = {token: held.under[token] for token in wanted if token in held.under}
    people = held.people
    dialect = session.get_bind().dialect.name
    values = {
        **_bound(dialect, "names", dict.fromkeys(names.keys() - carriers.keys(), 0.0)),
        **_bound(dialect, "keys", dict.fromkeys(wanted - under.keys(), 0.0)),
    }
    for kind, token, count in session.execute(_counting(dialect, people is None), values):
        if kind == _PEOPLE:
            people = count
            held.people = count if count >= _MANY_PEOPLE else None
        elif count:
            found, kept = (carriers, held.carriers) if kind == _NAME else (under, held.under)
            found[token] = count
            if count >= _MANY_UNDER:
                kept[token] = count
    return Counts(Rarity(people or 0, {names[token]: count for token, count in carriers.items()}), under)


class Sharing(NamedTuple):
    """Somebody who shares keys with the question, and the sum of what those keys say, in bits."""

    ref: uuid.UUID
    bits: float
    packed: str | bytes = ""  # her ref as the database keeps it


def sharing(
    session: Session, known: Counts, *, near: Iterable[str] = (), most: int, rows: int = MOST_ROWS
) -> list[Sharing]:
    """The people who share most with the question, weighed by how rare each key is, most first; then the newest.

    `near` are keys of a year beside the one told; at most so many `rows` of the index are read, of the rarest keys.
    """
    rarest = sorted(known.people_under, key=lambda token: (known.people_under[token], token))
    dialect = session.get_bind().dialect.name
    if not rarest:
        return []
    if known.people_under[rarest[0]] > MOST_PER_KEY:
        newest = session.scalars(_NEWEST, {"token": rarest[0], "most": most})
        return [Sharing(ref, 0.0, ref.hex if dialect == "sqlite" else ref.bytes) for ref in newest]
    vault: Vault = session.info["vault"]
    losing = {vault.token(key) for key in near}
    chosen: dict[int, float] = {}
    for token in rarest:
        count = known.people_under[token]
        rows -= count
        if rows < 0 or count > MOST_PER_KEY:
            break
        chosen[token] = key_weight(count, known.rarity.people) - (NEAR_YEAR_LOSS if token in losing else 0.0)
    # Added up here and not by the database: it takes a third of the time.
    bits: defaultdict[str | bytes, float] = defaultdict(float)
    width = _REF_WIDTH[dialect]
    for token, joined in session.execute(_under_each(dialect), _bound(dialect, "keys", dict.fromkeys(chosen, 0.0))):
        weight = chosen[token]
        for at in range(0, len(joined), width):
            bits[joined[at : at + width]] += weight
    best = nlargest(most, zip(bits.values(), bits.keys(), strict=True))
    return [Sharing(_ref(packed), total, packed) for total, packed in best]


def files(session: Session, people: Iterable[Sharing]) -> Iterator[tuple[uuid.UUID, bytes, bytes | None]]:
    """What it takes to compare names, in no order: ref, data key and sealed identity."""
    wanted = {each.packed: each.ref for each in people}
    dialect = session.get_bind().dialect.name
    asked = json.dumps(list(wanted)) if dialect == "sqlite" else list(wanted.values())
    for packed, data_key, sealed in session.execute(_files(dialect), {"people": asked}):
        yield wanted[packed], data_key, sealed


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


def _counts_held(session: Session) -> _Held:
    pool = session.get_bind().engine.pool
    held = _held.get(pool)
    if held is None or held.until < time.monotonic() or len(held.under) + len(held.carriers) > _MOST_HELD:
        held = _held[pool] = _Held()
        held.until = time.monotonic() + _COUNT_HOLDS
    return held


_FILED = select(PersonToken.token).where(PersonToken.person_id == bindparam("person", type_=Uuid))
_FILE = insert(PersonToken.__table__)  # type: ignore[arg-type]
# The statements are put together once for each kind of database: doing it for each question costs as much as asking.
_PEOPLE, _NAME, _KEY = range(3)
_UNDER = select(PersonToken.person_id, PersonToken.token).where(
    PersonToken.token.in_(bindparam("tokens", expanding=True))
)
_EXACTLY = _UNDER.where(PersonToken.person_id.in_(bindparam("people", expanding=True)))
# When all that was asked is a very common name: the newest people who carry it (refs grow with time).
_NEWEST = (
    select(PersonToken.person_id)
    .where(PersonToken.token == bindparam("token"))
    .order_by(PersonToken.person_id.desc())
    .limit(bindparam("most"))
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


# How the refs under one key come back: one after the other, as the database keeps them.
_REF_WIDTH = {"sqlite": 32, "postgresql": 16}


def _ref(packed: str | bytes) -> uuid.UUID:
    return uuid.UUID(hex=packed) if isinstance(packed, str) else uuid.UUID(bytes=packed)


@cache
def _under_each(dialect: str) -> Select[int, Any]:
    """Each token with all the refs under it, joined."""
    asked = _asked(dialect, "keys")
    if dialect == "sqlite":
        joined = func.group_concat(type_coerce(PersonToken.person_id, String), "")
    else:
        joined = func.string_agg(func.uuid_send(PersonToken.person_id, type_=LargeBinary), b"")
    under = select(joined).where(PersonToken.token == asked.c.token).correlate(asked).scalar_subquery()
    return select(asked.c.token, under)


@cache
def _files(dialect: str) -> Select[Any, bytes, bytes | None]:
    """Asked by one value, with refs as the database keeps them: making objects of all would take as long again."""
    if dialect == "sqlite":
        listed = func.json_each(bindparam("people")).table_valued("value", name="people_listed")
        packed = type_coerce(Person.id, String)
        return select(packed, Person.data_key, Person.identity_sealed).join(listed, packed == listed.c.value)
    wanted = cast(bindparam("people", type_=ARRAY(Uuid)), ARRAY(Uuid))
    sent = func.uuid_send(Person.id, type_=LargeBinary)
    return select(sent, Person.data_key, Person.identity_sealed).where(Person.id == any_(wanted))


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

"""The index of search keys: filing a person under hers, finding who shares those of a question. For actions, queries.

The keys are words; what is stored is a keyed number for each (Vault.token): the table tells nothing without the key.
"""

from __future__ import annotations

import json
import time
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from heapq import nlargest
from types import MappingProxyType
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
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
    literal_column,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.pool import Pool

from referral.infra.crypto import Vault
from referral.infra.db import bare
from referral.people.models import Person, PersonToken
from referral.people.rules.keys import MOST_PER_KEY, NEAR_YEAR_LOSS, key_share, key_weight
from referral.people.rules.rarity import Rarity

# Rows taken from the index for one question, rarest keys first. Common keys add little and cost the most.
MOST_ROWS = 2_500
NOTHING: Mapping[str, str] = MappingProxyType({})
_MOST_COUNTED = 100_000  # a name carried by more people than this says nothing anyway
# Counts only scale the scores: once they are not small, a minute more or less of registering changes them by a fraction
# of a bit. Small ones are taken each time, and who stands under a key is always read anew: whoever was just registered
# is found.
_MANY_PEOPLE = 2_000
_MANY_UNDER = 50
_COUNT_HOLDS = 300.0  # seconds
_MOST_HELD = 20_000  # counts, per database


class _Held:
    """Large counts of one database, as of some minutes ago. A race between threads costs a count, never an answer."""

    def __init__(self) -> None:
        self.until = 0.0
        self.people: int | None = None
        self.carriers: dict[int, int] = {}
        self.under: dict[int, int] = {}


_held: WeakKeyDictionary[Pool, _Held] = WeakKeyDictionary()


class Counts(NamedTuple):
    """What the index knows of a question: how rare its names are, and how many people stand under each key (absent is
    none), counted up to one more than `most`. `tokens`: of every key that was asked.
    """

    rarity: Rarity
    people_under: Mapping[str, int]
    tokens: Mapping[str, int]
    most: int


def file_new(session: Session, person: uuid.UUID, keys: Iterable[str]) -> None:
    """File somebody who was registered a moment ago and stands under no key yet."""
    vault: Vault = session.info["vault"]
    rows = [{"token": token, "person_id": person} for token in sorted({vault.token(key) for key in keys})]
    if rows:
        session.connection().execute(_FILE, rows)


def file_under(session: Session, person: uuid.UUID, keys: Iterable[str]) -> None:
    """Make `keys` the ones this person is filed under: adds what is new, removes what no longer holds."""
    vault: Vault = session.info["vault"]
    wanted = {vault.token(key) for key in keys}
    filed = set(session.scalars(_FILED, {"person": person}))
    gone, fresh = filed - wanted, sorted(wanted - filed)
    if gone:
        session.execute(delete(PersonToken).where(PersonToken.person_id == person, PersonToken.token.in_(gone)))
    if fresh:
        rows = [{"token": token, "person_id": person} for token in fresh]
        session.connection().execute(_FILE, rows)  # the mapper would only turn each row into itself


def counts(session: Session, *, codes: Iterable[str], keys: Iterable[str], most: int = MOST_PER_KEY) -> Counts:
    """How many people there are, how many carry each name code, how many stand under each key; one statement.

    Keys of more people than `most` are of no use to the question.
    """
    vault: Vault = session.info["vault"]
    names = {code: vault.token(f"n:{code}") for code in codes}
    tokens = {key: vault.token(key) for key in keys}
    held = _counts_held(session)
    carriers = {token: held.carriers[token] for token in names.values() if token in held.carriers}
    under = {token: held.under[token] for token in tokens.values() if token in held.under}
    people = held.people
    dialect = session.get_bind().dialect.name
    values = {
        "names": _bound(dialect, names.values() - carriers.keys()),
        "keys": _bound(dialect, set(tokens.values()).difference(under, names.values())),
        "most": most + 1,
    }
    for kind, token, count in bare(session, _counting(dialect, people is None), values).all():
        if kind == _PEOPLE:
            people = count
            held.people = count if count >= _MANY_PEOPLE else None
        elif count:
            found, kept = (carriers, held.carriers) if kind == _NAME else (under, held.under)
            found[token] = count
            if count >= _MANY_UNDER and (kind == _NAME or count <= most or most == MOST_PER_KEY):
                kept[token] = count
    under |= carriers  # the name alone is a key too
    carried = {code: carriers[token] for code, token in names.items() if token in carriers}
    return Counts(Rarity(people or 0, carried), {k: under[at] for k, at in tokens.items() if at in under}, tokens, most)


class Sharing(NamedTuple):
    """Somebody who shares keys with the question, and the sum of what those keys say, in bits."""

    bits: float
    packed: str  # her ref as the database writes it: most are never looked at

    @property
    def ref(self) -> uuid.UUID:
        return uuid.UUID(self.packed)


def sharing(
    session: Session,
    known: Counts,
    *,
    near: Collection[str] = (),
    alike: Mapping[str, str] = NOTHING,
    most: int,
    rows: int = MOST_ROWS,
) -> list[Sharing]:
    """The people who share most with the question, weighed by how rare each key is, most first; then the newest.

    `near` are keys of a year beside the one told. `alike` are keys of which one alone is meant, each with the key it
    stands beside: together they say no more than one of them does. At most so many `rows` of the index are read, of
    the rarest keys.
    """
    under, dialect = known.people_under, session.get_bind().dialect.name
    rarest = sorted(under, key=lambda key: (under[key], key))
    if not rarest:
        return []
    if under[rarest[0]] > known.most:
        newest = session.scalars(_NEWEST, {"token": known.tokens[rarest[0]], "most": most})
        return [Sharing(0.0, ref.hex if dialect == "sqlite" else str(ref)) for ref in newest]
    weights: dict[int, float] = {}
    together = _together(under, alike)
    for key in rarest:
        rows -= under[key]
        if rows < 0 or under[key] > known.most:
            break
        weight = key_weight(together.get(key, under[key]), known.rarity.people)
        weights[known.tokens[key]] = key_share(key) * (weight - NEAR_YEAR_LOSS if key in near else weight)
    # Added up here and not by the database: it takes a third of the time.
    total: defaultdict[str, float] = defaultdict(float)
    for token, joined in bare(session, _under_each(dialect), {"keys": _bound(dialect, weights)}).all():
        weight = weights[token]
        for packed in joined.split(","):
            total[packed] += weight
    best = nlargest(most, zip(total.values(), total.keys(), strict=True))
    return [Sharing(bits, packed) for bits, packed in best]


def _together(under: Mapping[str, int], alike: Mapping[str, str]) -> dict[str, int]:
    """How many people stand under any of the keys of which one is meant, for each of those that stand in for it."""
    meant = {own: under.get(own, 0) for own in alike.values()}
    for key, own in alike.items():
        meant[own] += under.get(key, 0)
    return {key: meant[own] for key, own in alike.items()}


def files(session: Session, people: Iterable[Sharing]) -> Iterator[tuple[uuid.UUID, bytes, bytes | None]]:
    """What it takes to compare names, in no order: ref, data key and sealed identity."""
    wanted = {each.packed: each.ref for each in people}
    dialect = session.get_bind().dialect.name
    asked = json.dumps(list(wanted)) if dialect == "sqlite" else list(wanted)
    for packed, data_key, sealed in bare(session, _files(dialect), {"people": asked}).all():
        yield wanted[packed], data_key, sealed


def sharing_exactly(
    session: Session, known: Counts, people: Sequence[Sharing], keys: Iterable[str]
) -> dict[uuid.UUID, frozenset[str]]:
    """Which of these keys, all of them counted in `known`, each of these people is filed under; none: left out.

    Looked up from the keys, which few people share, unless somebody's phone is that of hundreds.
    """
    shared = [key for key in keys if key in known.people_under]
    if not shared or not people:
        return {}
    tokens = {known.tokens[key]: key for key in shared}
    wanted = {each.ref for each in people}
    values: dict[str, Any] = {"tokens": list(tokens)}
    statement = _UNDER
    if sum(known.people_under[key] for key in shared) > MOST_PER_KEY:
        statement, values["people"] = _EXACTLY, list(wanted)
    found: defaultdict[uuid.UUID, set[str]] = defaultdict(set)
    for person, token in bare(session, statement, values):
        if person in wanted:
            found[person].add(tokens[token])
    return {person: frozenset(some) for person, some in found.items()}


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
    """Kind, token and number of people; a key is never counted past `most`."""
    parts = []
    for kind, name, most in (
        (_NAME, "names", literal(_MOST_COUNTED)),
        (_KEY, "keys", bindparam("most", type_=Integer)),
    ):
        asked = _asked(dialect, name)
        some = select(literal(1)).where(PersonToken.token == asked.c.token).limit(most).correlate(asked).subquery()
        parts.append(select(literal(kind), asked.c.token, select(func.count()).select_from(some).scalar_subquery()))
    if with_people:
        parts.append(select(literal(_PEOPLE), literal(0), select(func.count()).select_from(Person).scalar_subquery()))
    return union_all(*parts)


@cache
def _under_each(dialect: str) -> Select[int, Any]:
    """Each token with all the refs under it, as the database writes them, joined by commas."""
    asked = _asked(dialect, "keys")
    packed = _packed(dialect, PersonToken.person_id)
    joined = func.group_concat(packed) if dialect == "sqlite" else func.string_agg(packed, literal_column("','"))
    under = select(joined).where(PersonToken.token == asked.c.token).correlate(asked).scalar_subquery()
    return select(asked.c.token, under)


@cache
def _files(dialect: str) -> Select[str, bytes, bytes | None]:
    """Asked by one value, with refs as the database writes them: making objects of all would take as long again."""
    packed = _packed(dialect, Person.id)
    asked = select(packed, Person.data_key, Person.identity_sealed)
    if dialect == "sqlite":
        listed = func.json_each(bindparam("people")).table_valued("value", name="people_listed")
        return asked.join(listed, packed == listed.c.value)
    return asked.where(Person.id == any_(cast(bindparam("people", type_=ARRAY(String)), ARRAY(Uuid))))


def _packed(dialect: str, ref: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[str]:
    """A ref as text, without making an object of it: as SQLite keeps it, as PostgreSQL writes it."""
    return type_coerce(ref, String) if dialect == "sqlite" else cast(ref, String)


def _asked(dialect: str, name: str) -> FromClause:
    """Tokens as a table of the statement, handed over as one value: see _bound."""
    if dialect == "sqlite":
        listed = func.json_each(bindparam(name)).table_valued("value", name=f"{name}_listed")
        return select(type_coerce(listed.c.value, BigInteger).label("token")).select_from(listed).cte(f"asked_{name}")
    tokens = func.unnest(cast(bindparam(name, type_=ARRAY(BigInteger)), ARRAY(BigInteger)))
    return tokens.table_valued(column("token", BigInteger), name=f"asked_{name}").render_derived()


def _bound(dialect: str, tokens: Iterable[int]) -> str | list[int]:
    return json.dumps(list(tokens)) if dialect == "sqlite" else list(tokens)

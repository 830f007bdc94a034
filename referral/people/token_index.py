"""The index of search keys: filing a person under hers, finding who shares those of a question. For actions, queries.

The keys are words; what is stored is a keyed number for each (Vault.token): the table tells nothing without the key.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Float,
    FromClause,
    Select,
    cast,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from referral.infra.crypto import Vault
from referral.people.models import Person, PersonToken
from referral.people.rules.keys import MOST_PER_KEY, MOST_SCORED, key_weight
from referral.people.rules.rarity import Rarity

# Rows taken from the index for one question, rarest keys first. Common keys add little and cost the most.
MOST_ROWS = 12_000
_MOST_COUNTED = 100_000  # a name carried by more people than this says nothing anyway


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


def rarity(session: Session, codes: Iterable[str]) -> Rarity:
    """How many people there are, and how many of them carry each name code; one statement."""
    vault: Vault = session.info["vault"]
    tokens = {vault.token(f"n:{code}"): code for code in codes}
    people = select(func.count()).select_from(Person).scalar_subquery()
    if not tokens:
        return Rarity(session.scalar(select(people)) or 0)
    rows = session.execute(_counted(session, tokens, most=_MOST_COUNTED).add_columns(people)).all()
    return Rarity(rows[0][2], {tokens[token]: count for token, count, _people in rows if count})


def candidates(session: Session, keys: Iterable[str], *, people: int) -> list[uuid.UUID]:
    """The people who share most with `keys`, weighed by how rare each key is; at most MOST_SCORED of them."""
    vault: Vault = session.info["vault"]
    counts = _counts(session, (vault.token(key) for key in keys), most=MOST_PER_KEY)
    rarest = sorted(counts, key=lambda token: (counts[token], token))
    if not rarest:
        return []
    if counts[rarest[0]] > MOST_PER_KEY:
        return _newest_under(session, rarest[0])
    chosen: list[tuple[int, float]] = []
    rows = 0
    for token in rarest:
        rows += counts[token]
        if rows > MOST_ROWS or counts[token] > MOST_PER_KEY:
            break
        chosen.append((token, key_weight(counts[token], people)))
    asked = _asked(session, chosen)
    points = func.sum(asked.c.weight)
    found = (
        select(PersonToken.person_id)
        .join(asked, asked.c.token == PersonToken.token)
        .group_by(PersonToken.person_id)
        .order_by(points.desc(), PersonToken.person_id.desc())
        .limit(MOST_SCORED)
    )
    return list(session.scalars(found))


def _newest_under(session: Session, token: int) -> list[uuid.UUID]:
    """When all that was asked is a very common name: the newest people who carry it (refs grow with time)."""
    newest = select(PersonToken.person_id).where(PersonToken.token == token)
    return list(session.scalars(newest.order_by(PersonToken.person_id.desc()).limit(MOST_SCORED)))


def _counts(session: Session, tokens: Iterable[int], *, most: int) -> dict[int, int]:
    """People under each token that has any, never counting past `most` + 1."""
    wanted = set(tokens)
    if not wanted:
        return {}
    return {token: count for token, count in session.execute(_counted(session, wanted, most=most)) if count}


def _counted(session: Session, tokens: Iterable[int], *, most: int) -> Select[int, int]:
    asked = _asked(session, [(token, 0.0) for token in sorted(tokens)])
    some = select(literal(1)).where(PersonToken.token == asked.c.token).limit(most + 1).correlate(asked).subquery()
    return select(asked.c.token, select(func.count()).select_from(some).scalar_subquery())


def _asked(session: Session, rows: list[tuple[int, float]]) -> FromClause:
    """Tokens with their weights as a table of the statement.

    Handed over as one value: a VALUES list would be another statement for each number of rows, compiled anew (7 ms).
    """
    if session.get_bind().dialect.name == "sqlite":
        listed = func.json_each(json.dumps(rows)).table_valued("value")
        pair = [func.json_extract(listed.c.value, f"$[{place}]") for place in range(2)]
        token, weight = type_coerce(pair[0], BigInteger), type_coerce(pair[1], Float)
        return select(token.label("token"), weight.label("weight")).select_from(listed).cte("asked")
    tokens, weights = ([row[place] for row in rows] for place in range(2))
    return (
        func.unnest(cast(tokens, ARRAY(BigInteger)), cast(weights, ARRAY(Float)))
        .table_valued(column("token", BigInteger), column("weight", Float), name="asked")
        .render_derived()
    )

"""Finding people: likely duplicates of somebody and the one search box."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.infra.db import within
from referral.infra.sealed import open_once, open_own
from referral.infra.work import OutOfReach
from referral.people import drawers, token_index
from referral.people.facts import IdentityFacts, MinimalCard, PersonCard
from referral.people.models import Person, PersonNotSame
from referral.people.queries.cards import CARD, Opened, card_of, documents_of, opened_row
from referral.people.rules.curp import is_generic
from referral.people.rules.keys import ExactId, ExactKind, near_keys, search_keys
from referral.people.rules.matching import Because, Candidate, Match, Query, Scorer, Strength, Weighed
from referral.people.rules.search_box import query_keys

MOST_MATCHES = 5  # shown beside a registration
MOST_HITS = 20  # shown for a search
PHONE_SHOWN = 4  # digits: enough to ask "does it end in...?"
# Files opened, of those that share most keys. Measured by bench/match.py on its development split among 1,000,000
# people: of the files that should interrupt a registration 99 % were first or second by shared keys alone.
OPENED_TO_REGISTER = 32
OPENED_TO_SEARCH = 200
ROWS_TO_REGISTER = 3_000
# Whoever shares less than this part of what the first one shares is not opened once somebody is very likely found.
CLEARLY_LESS = 0.6


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody found. `card` is None when another desk keeps the file: then only `minimal` may be shown."""

    minimal: MinimalCard
    card: PersonCard | None
    score: float
    strength: Strength
    reasons: tuple[Because, ...]
    phone_tail: str = ""  # last digits, when the card may be shown

    @property
    def ref(self) -> uuid.UUID:
        return self.minimal.ref


def near_matches(
    session: Session,
    reach: Reach,
    identity: IdentityFacts,
    *,
    today: date,
    phone: str = "",
    but: uuid.UUID | None = None,
) -> list[Hit]:
    """Registered people who may be this one, likeliest first; `but` leaves out the file being corrected."""
    scorer, weighed = _near(session, identity, exact_ids(identity, (phone,)))
    likely = [each for each in weighed if each.ref != but and scorer.strength(each) is not Strength.NONE]
    return _hits(session, scorer.likeliest(likely, MOST_MATCHES), reach, today)


def near_people(session: Session, reach: Reach, person: uuid.UUID, *, today: date, most: int = MOST_HITS) -> list[Hit]:
    """Files that may be of the same person as this one, likeliest first; never a pair said to be two people.

    OutOfReach when the file does not exist within reach.
    """
    row = session.execute(
        select(Person.data_key, Person.identity_sealed, Person.contact_sealed).where(
            Person.id == person, Person.merged_into.is_(None), within(reach, desk=Person.desk_id)
        )
    ).one_or_none()
    if row is None:
        raise OutOfReach
    document, contact = (
        open_own(session, Person.__tablename__, column, person, data_key=row.data_key, sealed=sealed)
        for column, sealed in (("identity_sealed", row.identity_sealed), ("contact_sealed", row.contact_sealed))
    )
    identity = drawers.identity_facts(document)
    papers = [ExactId(ExactKind.DOCUMENT, paper.number) for paper in documents_of(session, person)]
    exact = exact_ids(identity, (contact.get("phone", ""), contact.get("contact_phone", "")), papers)
    scorer, weighed = _near(session, identity, exact)
    apart = _said_apart(session, person) | {person}
    likely = [each for each in weighed if each.ref not in apart and scorer.strength(each) is not Strength.NONE]
    return _hits(session, scorer.likeliest(likely, most), reach, today)


def search(session: Session, reach: Reach, text: str, *, today: date, most: int = MOST_HITS) -> list[Hit]:
    """People for the words of the search box, at every desk, likeliest first."""
    asked = query_keys(text, today=today)
    scorer, weighed = _weighed(session, asked.query, asked.keys, asked.near, most=OPENED_TO_SEARCH)
    return _hits(session, scorer.likeliest(weighed, most), reach, today)


def exact_ids(identity: IdentityFacts, phones: Iterable[str], others: Iterable[ExactId] = ()) -> tuple[ExactId, ...]:
    """Identifiers that are compared whole."""
    found = [ExactId(ExactKind.PHONE, phone) for phone in phones if phone]
    if identity.curp and not is_generic(identity.curp):
        found.append(ExactId(ExactKind.CURP, identity.curp))
    return (*found, *others)


def _near(session: Session, identity: IdentityFacts, exact: tuple[ExactId, ...]) -> tuple[Scorer, list[Weighed]]:
    query = Query.of_person(identity.names, identity.birth, exact)
    near = near_keys(identity.names, identity.birth)
    keys = search_keys(identity.names, identity.birth, exact=exact)
    return _weighed(session, query, keys | near, near - keys, most=OPENED_TO_REGISTER, rows=ROWS_TO_REGISTER)


def _said_apart(session: Session, person: uuid.UUID) -> set[uuid.UUID]:
    pairs = session.execute(
        select(PersonNotSame.person_a, PersonNotSame.person_b).where(
            or_(PersonNotSame.person_a == person, PersonNotSame.person_b == person)
        )
    )
    return {ref for pair in pairs for ref in pair}


def _weighed(
    session: Session,
    query: Query,
    keys: Iterable[str],
    near: Iterable[str],
    *,
    most: int,
    rows: int = token_index.MOST_ROWS,
) -> tuple[Scorer, list[Weighed]]:
    """People beside the question, by their names alone: of many files one drawer is opened, of the few shown two."""
    known = token_index.counts(session, codes=query.codes, keys=keys)
    sharing = token_index.sharing(session, known, near=near, most=most, rows=rows)
    exact = token_index.sharing_exactly(session, known, [each.ref for each in sharing], query.exact)
    scorer = Scorer(query, known.rarity)
    weighed: list[Weighed] = []
    found = token_index.files(session, sharing) if sharing else ()
    files = {ref: (data_key, sealed) for ref, data_key, sealed in found}
    for some in filter(None, (sharing[:OPENED_TO_REGISTER], sharing[OPENED_TO_REGISTER:])):
        if some[0].bits < CLEARLY_LESS * sharing[0].bits and Strength.STRONG in map(scorer.strength, weighed):
            break
        weighed += map(scorer.weigh, _candidates(session, some, files, exact))
    return scorer, weighed


def _candidates(
    session: Session,
    some: Sequence[token_index.Sharing],
    files: Mapping[uuid.UUID, tuple[bytes, bytes | None]],
    exact: Mapping[uuid.UUID, set[str]],
) -> Iterator[Candidate]:
    for ref in [each.ref for each in some if each.ref in files]:
        data_key, sealed = files[ref]
        identity = open_once(session, Person.__tablename__, "identity_sealed", ref, data_key=data_key, sealed=sealed)
        names, birth = drawers.names_in(identity), drawers.birth_in(identity)
        yield Candidate(ref, names, birth, frozenset(exact.get(ref, ())))


def _hits(session: Session, matches: Sequence[Match], reach: Reach, today: date) -> list[Hit]:
    if not matches:
        return []
    rows = session.execute(CARD.where(Person.id.in_([match.ref for match in matches])))
    opened = {row.id: opened_row(session, row) for row in rows}
    return [_hit(match, opened[match.ref], reach, today) for match in matches]


def _hit(match: Match, opened: Opened, reach: Reach, today: date) -> Hit:
    person = opened.person
    minimal = MinimalCard(
        person.id, opened.identity.names.display, opened.identity.birth.birth_year_guess, person.folio, opened.desk_name
    )
    card = card_of(opened, today) if reach.covers(desk=person.desk_id) else None
    tail = opened.contact.phone[-PHONE_SHOWN:] if card else ""
    return Hit(minimal, card, match.score, match.strength, match.reasons, tail)

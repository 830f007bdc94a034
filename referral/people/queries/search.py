"""Finding people: likely duplicates of somebody and the one search box."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.infra.db import bare, within
from referral.infra.sealed import open_once, open_own
from referral.infra.work import OutOfReach
from referral.people import drawers, token_index
from referral.people.facts import IdentityFacts, MinimalCard, PersonCard
from referral.people.models import Person, PersonNotSame
from referral.people.queries.cards import Opened, card_of, cards_of, documents_of, opened_row
from referral.people.rules.curp import is_generic
from referral.people.rules.keys import ExactId, ExactKind, near_keys, search_keys
from referral.people.rules.matching import Because, Candidate, Match, Query, Scorer, Strength, Weighed
from referral.people.rules.search_box import query_keys, second_keys

MOST_MATCHES = 5  # shown beside a registration
MOST_HITS = 20  # shown for a search
PHONE_SHOWN = 4  # digits: enough to ask "does it end in...?"
# Files opened, of those that share most keys. Tried on development registers of bench/match.py among 1,000,000 people:
# of those who should interrupt a registration 99.7 % are found when opening stops after eight who are not even like.
OPENED_AT_ONCE, OPENED_AGAIN = 24, 32
OPENED_TO_SEARCH, OPENED_IN_VAIN = 96, 80
MOST_PER_SECOND_KEY = 1_000  # people: one of many guesses that leads to more is worth nothing
REGISTERED_AT_ONCE, OPENED_TO_REGISTER = 8, 32
ROWS_TO_REGISTER = 1_500
# Whoever shares less than this part of what the likeliest shares is not opened once that one answers the search.
CLEARLY_LESS = 0.5


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
    paper: str = "",
    but: uuid.UUID | None = None,
) -> list[Hit]:
    """Registered people who may be this one, likeliest first; `but` leaves out the file being corrected.

    `paper`: the number of a document she shows.
    """
    papers = (ExactId(ExactKind.DOCUMENT, paper),) if paper else ()
    scorer, weighed = _near(session, identity, exact_ids(identity, (phone,), papers))
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
    look = _Look(session, asked.query, asked.keys, near=asked.near, alike=asked.alike, most=OPENED_TO_SEARCH)
    look.open_next()
    if not look.answered:
        look.look_again(second_keys(asked))
    while look.goes_on(most):
        look.open_next()
    return _hits(session, look.scorer.likeliest(look.weighed, most), reach, today)


def exact_ids(identity: IdentityFacts, phones: Iterable[str], others: Iterable[ExactId] = ()) -> tuple[ExactId, ...]:
    """Identifiers that are compared whole."""
    found = [ExactId(ExactKind.PHONE, phone) for phone in phones if phone]
    if identity.curp and not is_generic(identity.curp):
        found.append(ExactId(ExactKind.CURP, identity.curp))
    return (*found, *others)


def _near(session: Session, identity: IdentityFacts, exact: tuple[ExactId, ...]) -> tuple[Scorer, list[Weighed]]:
    query = Query.of_person(identity.names, identity.birth, exact)
    keys = search_keys(identity.names, identity.birth, exact=exact)
    near = near_keys(identity.names, identity.birth) - keys
    look = _Look(session, query, keys | near, near=near, most=OPENED_TO_REGISTER, rows=ROWS_TO_REGISTER)
    while look.open_next(REGISTERED_AT_ONCE, ahead=True):
        pass
    return look.scorer, look.weighed


def _said_apart(session: Session, person: uuid.UUID) -> set[uuid.UUID]:
    pairs = session.execute(
        select(PersonNotSame.person_a, PersonNotSame.person_b).where(
            or_(PersonNotSame.person_a == person, PersonNotSame.person_b == person)
        )
    )
    return {ref for pair in pairs for ref in pair}


class _Look:
    """The people who share most with a question, opened some at a time: one drawer of each, two of the few shown."""

    def __init__(
        self,
        session: Session,
        query: Query,
        keys: Iterable[str],
        *,
        near: Collection[str],
        alike: Mapping[str, str] = token_index.NOTHING,
        most: int,
        rows: int = token_index.MOST_ROWS,
    ) -> None:
        self._session = session
        known = token_index.counts(session, codes=query.codes, keys=keys)
        self._left = token_index.sharing(session, known, near=near, alike=alike, most=most, rows=rows)
        self._exact = token_index.sharing_exactly(session, known, self._left, query.exact) if query.exact else {}
        self._sealed: dict[uuid.UUID, tuple[bytes, bytes | None]] = {}
        self._bits: dict[uuid.UUID, float] = {}
        self.scorer = Scorer(query, known.rarity)
        self.weighed: list[Weighed] = []

    @property
    def answered(self) -> bool:
        """Somebody opened has nearly all that was asked for."""
        return bool(self.weighed) and self.scorer.answers(max(self.weighed, key=_bits))

    def open_next(self, many: int = OPENED_AT_ONCE, *, ahead: bool = False) -> bool:
        """Compare those who come next; whether any of them is worth showing, and so those after them may be.

        Files are fetched for these alone at first, then for all: two statements. `ahead`: at once for all, in one.
        """
        some, self._left = self._left[:many], self._left[many:]
        before = len(self.weighed)
        if self.weighed or ahead:
            self._open(some, fetching=(*some, *self._left))
        else:
            self._open(some, fetching=some)
        return any(self.scorer.strength(each) is not Strength.NONE for each in self.weighed[before:])

    def look_again(self, alike: Mapping[str, str]) -> None:
        """Compare those who come first when each of these keys may have been meant."""
        if not alike:
            return
        known = token_index.counts(self._session, codes=(), keys=alike, most=MOST_PER_SECOND_KEY)
        found = token_index.sharing(self._session, known, alike=alike, most=OPENED_AGAIN)
        opened = {each.ref for each in self.weighed}
        fresh = [each for each in found if each.ref not in opened]
        self._open(fresh, fetching=fresh)

    def goes_on(self, enough: int) -> bool:
        """Whether one of those not yet opened may come before those who are."""
        if not self._left:
            return False
        if not self.answered:
            return len(self.weighed) < OPENED_IN_VAIN
        best = max(self.weighed, key=_bits)
        if self._left[0].bits < CLEARLY_LESS * self._bits.get(best.ref, 0.0):
            return False
        return sum(each.bits >= best.bits for each in self.weighed) < enough

    def _open(self, some: Sequence[token_index.Sharing], *, fetching: Sequence[token_index.Sharing]) -> None:
        bits = {each.ref: each.bits for each in some}
        if not bits.keys() <= self._sealed.keys():
            fetched = token_index.files(self._session, fetching)
            self._sealed |= {ref: (data_key, sealed) for ref, data_key, sealed in fetched}
        for ref in [ref for ref in bits if ref in self._sealed and ref not in self._bits]:
            data_key, sealed = self._sealed[ref]
            identity = open_once(
                self._session, Person.__tablename__, "identity_sealed", ref, data_key=data_key, sealed=sealed
            )
            names, birth = drawers.names_in(identity), drawers.birth_in(identity)
            self.weighed.append(self.scorer.weigh(Candidate(ref, names, birth, self._exact.get(ref, frozenset()))))
        self._bits |= bits


def _bits(weighed: Weighed) -> float:
    return weighed.bits


def _hits(session: Session, matches: Sequence[Match], reach: Reach, today: date) -> list[Hit]:
    if not matches:
        return []
    rows = bare(session, cards_of(), {"people": [match.ref for match in matches]})
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

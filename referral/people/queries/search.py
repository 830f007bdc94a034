"""Finding people: likely duplicates of somebody and the one search box."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Uuid, bindparam, or_, select
from sqlalchemy.orm import Session

from referral.access.reach import Reach
from referral.infra.db import bare, within
from referral.infra.sealed import open_once, open_own
from referral.infra.work import OutOfReach
from referral.people import drawers, token_index
from referral.people.facts import IdentityFacts, MinimalCard, PersonCard
from referral.people.models import Person, PersonNotSame
from referral.people.queries.cards import Opened, card_of, documents_of, shown_contact, shown_identity
from referral.people.rules.curp import is_generic
from referral.people.rules.keys import ExactId, ExactKind, near_keys, search_keys
from referral.people.rules.matching import Because, Candidate, Match, Query, Scorer, Strength, Weighed
from referral.people.rules.search_box import query_keys, second_keys
from referral.staff.models import Desk

MOST_MATCHES = 5  # shown beside a registration
MOST_HITS = 20  # shown for a search
PHONE_SHOWN = 4  # digits: enough to ask "does it end in...?"
# Files opened, of those that share most keys. Tried on development registers of bench/match.py among 1,000,000 people:
# of those who should interrupt a registration 99.7 % are found when opening stops after eight who are not even like.
# A search too opens eight before it looks whether one of them answers: of 400 among 200,000, asked for by parts of
# their names, at most two fewer were among the first five than with twenty-four, and half as many others were shown.
OPENED_FIRST, OPENED_NEXT, OPENED_AGAIN = 8, 24, 32
OPENED_TO_SEARCH, OPENED_IN_VAIN = 96, 80
MOST_PER_SECOND_KEY = 1_000  # people: one of many guesses that leads to more is worth nothing
REGISTERED_AT_ONCE, OPENED_TO_REGISTER = 8, 32
ROWS_TO_REGISTER = 1_000  # of the index: among 200,000 people 400 found as many as 1,500 did
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
    return _near(session, identity, exact_ids(identity, (phone,), papers)).likely({but}, MOST_MATCHES, reach, today)


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
    return _near(session, identity, exact).likely(_said_apart(session, person) | {person}, most, reach, today)


def search(session: Session, reach: Reach, text: str, *, today: date, most: int = MOST_HITS) -> list[Hit]:
    """People for the words of the search box, at every desk, likeliest first."""
    asked = query_keys(text, today=today)
    look = _Look(session, asked.query, asked.keys, near=asked.near, alike=asked.alike, most=OPENED_TO_SEARCH)
    look.open_next(OPENED_FIRST, ahead=OPENED_NEXT)
    if not look.answered:
        look.open_next(OPENED_NEXT)
    if not look.answered:
        look.look_again(second_keys(asked))
    while look.goes_on(most):
        look.open_next(OPENED_NEXT)
    return look.hits(look.weighed, most, reach, today)


def exact_ids(identity: IdentityFacts, phones: Iterable[str], others: Iterable[ExactId] = ()) -> tuple[ExactId, ...]:
    """Identifiers that are compared whole."""
    found = [ExactId(ExactKind.PHONE, phone) for phone in phones if phone]
    if identity.curp and not is_generic(identity.curp):
        found.append(ExactId(ExactKind.CURP, identity.curp))
    return (*found, *others)


def _near(session: Session, identity: IdentityFacts, exact: tuple[ExactId, ...]) -> _Look:
    query = Query.of_person(identity.names, identity.birth, exact)
    keys = search_keys(identity.names, identity.birth, exact=exact)
    near = near_keys(identity.names, identity.birth) - keys
    look = _Look(session, query, keys | near, near=near, most=OPENED_TO_REGISTER, rows=ROWS_TO_REGISTER)
    while look.open_next(REGISTERED_AT_ONCE, ahead=OPENED_TO_REGISTER):
        pass
    return look


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
        self._opened: dict[uuid.UUID, tuple[bytes, dict[str, Any]]] = {}  # data key, identity
        self._fetched: dict[uuid.UUID, tuple[bytes, bytes | None]] = {}
        self._bits: dict[uuid.UUID, float] = {}
        self.scorer = Scorer(query, known.rarity)
        self.weighed: list[Weighed] = []

    @property
    def answered(self) -> bool:
        """Somebody opened has nearly all that was asked for."""
        return bool(self.weighed) and self.scorer.answers(max(self.weighed, key=_bits))

    def open_next(self, many: int, *, ahead: int = 0) -> bool:
        """Compare those who come next; whether any of them is worth showing, and so those after them may be.

        Files are fetched for these and so many `ahead` at first, then for all: two statements.
        """
        some, self._left = self._left[:many], self._left[many:]
        before = len(self.weighed)
        self._open(some, fetching=(*some, *(self._left if self._fetched else self._left[:ahead])))
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

    def likely(self, but: Collection[uuid.UUID | None], most: int, reach: Reach, today: date) -> list[Hit]:
        """Those opened who are worth showing beside a registration."""
        strong_or_weak = [each for each in self.weighed if self.scorer.strength(each) is not Strength.NONE]
        return self.hits([each for each in strong_or_weak if each.ref not in but], most, reach, today)

    def hits(self, weighed: Sequence[Weighed], most: int, reach: Reach, today: date) -> list[Hit]:
        """The likeliest of these people with what may be shown of them, in one statement."""
        matches = self.scorer.likeliest(weighed, most)
        if not matches:
            return []
        rows = bare(self._session, _shown(), {"people": [match.ref for match in matches]})
        shown = {row.id: row for row in rows}
        return [self._hit(match, shown[match.ref], reach, today) for match in matches]

    def _hit(self, match: Match, row: Row[*tuple[Any, ...]], reach: Reach, today: date) -> Hit:
        data_key, document = self._opened[match.ref]
        identity = shown_identity(document)
        names = identity.names
        minimal = MinimalCard(match.ref, names.display, identity.birth.birth_year_guess, row.folio, row.desk_name)
        if not reach.covers(desk=row.desk_id):
            return Hit(minimal, None, match.score, match.strength, match.reasons)
        contact = shown_contact(
            open_once(
                self._session,
                Person.__tablename__,
                "contact_sealed",
                match.ref,
                data_key=data_key,
                sealed=row.contact_sealed,
            )
        )
        card = card_of(Opened(row, row.desk_name, identity, contact), today)
        return Hit(minimal, card, match.score, match.strength, match.reasons, contact.phone[-PHONE_SHOWN:])

    def _open(self, some: Sequence[token_index.Sharing], *, fetching: Iterable[token_index.Sharing]) -> None:
        bits = {each.ref: each.bits for each in some}
        if not bits.keys() <= self._fetched.keys():
            fetched = token_index.files(self._session, fetching)
            self._fetched |= {ref: (data_key, sealed) for ref, data_key, sealed in fetched}
        for ref in bits:
            if ref not in self._fetched or ref in self._opened:
                continue
            data_key, sealed = self._fetched[ref]
            identity = open_once(
                self._session, Person.__tablename__, "identity_sealed", ref, data_key=data_key, sealed=sealed
            )
            self._opened[ref] = data_key, identity
            names, birth = drawers.names_in(identity), drawers.birth_in(identity)
            self.weighed.append(self.scorer.weigh(Candidate(ref, names, birth, self._exact.get(ref, frozenset()))))
        self._bits |= bits


@cache
def _shown() -> Select[*tuple[Any, ...]]:
    """Of people whose identity is open already: the rest of their cards."""
    columns = (Person.id, Person.folio, Person.desk_id, Person.last_served_at, Person.contact_sealed)
    joined = select(*columns, Desk.name.label("desk_name")).join(Desk, Desk.id == Person.desk_id)
    return joined.where(Person.id.in_(bindparam("people", expanding=True, type_=Uuid)))


def _bits(weighed: Weighed) -> float:
    return weighed.bits

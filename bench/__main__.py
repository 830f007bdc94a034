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
from contextlib import contextmanager
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


def main() -> None:
    """Load, measure, write."""
    asked = _arguments()
    begun = time.monotonic()
    folder = asked.home or Path(tempfile.mkdtemp(prefix="ventanilla-bench-"))
    lines: list[Line] = []
    memory: dict[int, float] = {}
    try:
        floors = _floors(folder, asked.seconds)
        for people in asked.people:
            home = folder / f"people-{people}"
            if not (home / "ventanilla.db").exists():
                _say(f"Loading {people:,} people")
                load(home, people, tell=_say)
            found, memory[people] = _measure(home, people, asked)
            lines += found
        again = _floors(folder, asked.seconds)
        floors = {name: Floor.mean(floors[name], again[name]) for name in floors}
    finally:
        if asked.home is None:
            shutil.rmtree(folder, ignore_errors=True)
    run = Run(
        at=SystemClock().now(),
        machine=f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}",
        busy=os.getloadavg()[2],
        seconds=time.monotonic() - begun,
        people=tuple(asked.people),
        floors=floors,
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


def _floors(folder: Path, seconds: float) -> dict[str, Floor]:
    """What each floor does with eight clients."""
    place = tempfile.TemporaryDirectory(dir=folder)
    with place, _server("bench.floors", f"{place.name}/floor.db") as (port, process):
        found = {}
        for name, asks in floor_probes().items():
            one_by_one(Visitor(port), asks, seconds=0.5)
            before = _cpu(process)
            many = eight_at_once(Visitor(port), asks, seconds=seconds)
            found[name] = Floor(many.rate, (_cpu(process) - before) * 1000 / many.answered)
            _say(f"Floor {name}: {found[name].rate:.0f} requests a second, {found[name].cpu:.2f} ms of processor each")
    return found


def _cpu(process: subprocess.Popen[bytes]) -> float:
    """Processor seconds the server has used so far: hardly changed by what else the machine does."""
    times = psutil.Process(process.pid).cpu_times()
    return float(times.user + times.system)


def _measure(home: Path, people: int, asked: argparse.Namespace) -> tuple[list[Line], float]:
    database = open_installation(Settings(home=home, local=True, demo=True))
    lines = []
    with _server("bench.desk", str(home)) as (port, process):
        visitors = {name: sign_in(port, name) for name in (USERNAME, SUPERVISOR)}
        asked_of = probes(database, visitors[USERNAME][1])
        inside = Inside(home)
        for probe in asked_of:
            if asked.only in probe.name:
                line = _measure_one(probe, people, visitors[probe.account][0], inside, process, asked.seconds)
                lines.append(line)
                _say(line.spoken())
        memory = psutil.Process(process.pid).memory_info().rss / 1e6
        _say(f"{people:,} people: the server holds {memory:.0f} MB")
    database.engine.dispose()
    return lines, memory


def _measure_one(
    probe: Probe, people: int, visitor: Visitor, inside: Inside, process: subprocess.Popen[bytes], seconds: float
) -> Line:
    # A request that creates something is asked once: each measurement takes its own.
    warm, counted, alone, together = _shares(probe)
    one_by_one(visitor, warm, seconds=1)
    statements, milliseconds = inside.measure(visitor.cookies, counted)
    single: Measured = one_by_one(visitor, alone, seconds=seconds)
    before = _cpu(process)
    many = eight_at_once(visitor, together, seconds=seconds)
    return Line(
        probe=probe.name,
        floor=probe.floor,
        people=people,
        statements=statements,
        inside=milliseconds,
        median=single.median,
        p95=single.p95,
        rate=many.rate,
        cpu=(_cpu(process) - before) * 1000 / max(many.answered, 1),
        asked=single.answered + many.answered,
        failed=single.failed + many.failed,
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

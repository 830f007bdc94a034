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
from pathlib import Path
from typing import Any

from bench.clients import Ask, Client, Visitor
from bench.in_process import Inside
from bench.load import SUPERVISOR, USERNAME, load
from bench.measure import Desk, Served, measure_probe
from bench.probes import probes, sign_in
from bench.table import Line, Run, write_results
from referral.app import open_installation
from referral.infra.settings import Settings
from referral.kernel.clock import SystemClock

ROOT = Path(__file__).resolve().parents[1]


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
    lines: list[Line] = []
    with ExitStack() as stack:
        floor = stack.enter_context(_floor(folder))
        desks = [stack.enter_context(_desk(_home(folder, people), people)) for people in asked.people]
        for number, probe in enumerate(desks[0].probes):
            if asked.only in probe.name:
                found = measure_probe(floor, desks, number, asked.seconds)
                lines += found
                _say("\n".join(line.spoken() for line in found))
        memory = {desk.people: desk.served.memory() for desk in desks}
        for people, held in memory.items():
            _say(f"{people:,} people: the server holds {held:.0f} MB")
    return lines, memory


@contextmanager
def _floor(folder: Path) -> Iterator[Served]:
    with tempfile.TemporaryDirectory(dir=folder) as place, _server("bench.floors", f"{place}/floor.db") as served:
        yield served


@contextmanager
def _desk(home: Path, people: int) -> Iterator[Desk]:
    database = open_installation(Settings(home=home, local=True, demo=True))
    with _server("bench.desk", str(home)) as served:
        signed = {name: sign_in(served.port, name) for name in (USERNAME, SUPERVISOR)}
        visitors = {name: visitor for name, (visitor, _key) in signed.items()}
        yield Desk(people, served, visitors, probes(database, signed[USERNAME][1]), Inside(home))
    database.engine.dispose()


@contextmanager
def _server(module: str, place: str) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", module, place, str(port)], cwd=ROOT)
    try:
        _wait_for(port, process)
        yield Served(port, process)
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

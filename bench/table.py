"""The results as a table for docs and as JSON. Used by __main__.py."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean

SHARE, GROWTH, MEMORY = 0.25, 1.3, 150.0  # the targets: of a floor, from the small register to the large, megabytes


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor with eight clients: requests a second, and processor milliseconds of the server for each.

    Measured in turns with each probe that is held against it.
    """

    rate: float
    cpu: float

    @classmethod
    def mean(cls, *measured: Floor) -> Floor:
        """Of several measurements."""
        return cls(mean(one.rate for one in measured), mean(one.cpu for one in measured))


@dataclass(frozen=True, slots=True)
class Line:
    """One probe at one size. Times in milliseconds; rate (a second) and cpu (of the server) with eight clients."""

    probe: str
    floor: str
    people: int
    statements: int
    inside: float
    median: float
    p95: float
    rate: float
    cpu: float
    asked: int
    otherwise: int  # answers of another status than the probe expects
    statuses: dict[int, int]
    beside: Floor

    def share(self) -> float:
        """Its throughput as a part of its floor's."""
        return self.rate / self.beside.rate

    def cpu_share(self) -> float:
        """The same told by processor time, which other work on the machine hardly changes."""
        return self.beside.cpu / self.cpu if self.cpu else 0.0

    def spoken(self) -> str:
        """One line for the terminal."""
        wrong = f"  {self.otherwise} of {self.asked} answered otherwise: {self.statuses}" if self.otherwise else ""
        return (
            f"{self.people:>7,}  {self.probe:26} {self.statements:3} statements  {self.inside:6.1f} ms inside  "
            f"median {self.median:6.1f}  p95 {self.p95:6.1f}  {self.rate:6.0f} a second  {self.cpu:6.1f} ms cpu  "
            f"{self.share():.2f} of {self.floor}{wrong}"
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One whole measurement."""

    at: datetime
    machine: str
    busy: float
    seconds: float
    people: tuple[int, ...]
    lines: tuple[Line, ...]
    memory: dict[int, float]

    def floors(self) -> dict[str, Floor]:
        """Each floor over the whole run."""
        kinds = dict.fromkeys(line.floor for line in self.lines)
        return {kind: Floor.mean(*(line.beside for line in self.lines if line.floor == kind)) for kind in kinds}

    def growth(self, line: Line) -> float | None:
        """How much slower than at the smallest register; None for that one itself."""
        first = next((one for one in self.lines if one.probe == line.probe and one.people == min(self.people)), None)
        return None if first is None or first is line else line.median / first.median


def write_results(run: Run, *, table: Path, json_file: Path) -> None:
    """Both files, replacing those of the run before."""
    values = asdict(run) | {"at": run.at.isoformat(timespec="seconds")}
    values["lines"] = [asdict(line) | _shares(run, line) for line in run.lines]
    json_file.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    table.write_text("\n".join(_document(run)) + "\n", encoding="utf-8")


def _shares(run: Run, line: Line) -> dict[str, float | None]:
    return {"share": line.share(), "cpu_share": line.cpu_share(), "growth": run.growth(line)}


def _document(run: Run) -> list[str]:
    floors = ", ".join(f"{name} {floor.rate:.0f} ({floor.cpu:.2f} ms)" for name, floor in run.floors().items())
    measured = f"Measured on {run.at:%Y-%m-%d} in {run.seconds / 60:.0f} minutes: {run.machine}"
    out = [
        "# Speed, measured",
        "",
        "Made by `make bench`; the numbers stand in `bench/results.json` too. The floor of a line and the sizes of",
        "the register are measured in turns, so that shares and growth can be compared between machines and days: the",
        "times cannot. Opening a file, and looking at doors, also commits the line of the trail that says who read it.",
        "A registration is answered *otherwise* when somebody very alike stands in the register: she is shown first.",
        "",
        f"- {measured}; load of the machine over the last quarter of an hour {run.busy:.1f}.",
        "- Server: waitress, one process with two threads, as `ventanilla serve` runs it.",
        "  SQLite in WAL mode with synchronous=FULL.",
        "- Median and p95 of one client over HTTP; requests a second with eight clients in processes of their own.",
        "- People come at a steady 1,000 a month, so ten times the people are ten times the years.",
        f"- Floors, requests a second (processor time of each), mean of the run: {floors}.",
        "  *page*: bare Flask, an indexed row, a small template.",
        "  *insert*: bare Flask, one row and its commit. *paper*: bare ReportLab, one page with a QR code.",
        f"- Targets: a share of at least {SHARE} of the floor; at most {GROWTH} times slower in the largest register;",
        f"  less than {MEMORY:.0f} MB for a worker.",
        "",
        "| What | People | Statements | CPU, ms | Median, ms | p95, ms | Requests/s | Of floor | By CPU | Growth |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    places = [one.probe for one in run.lines]
    ordered = sorted(run.lines, key=lambda line: (places.index(line.probe), line.people))
    out += [_row(run, line) for line in ordered]
    held = ", ".join(f"{mb:.0f} MB with {people:,} people" for people, mb in run.memory.items())
    out += ["", f"Memory of the server after all of it: {held}."]
    missed = _missed(run)
    out += ["", "Every target is met." if not missed else "Not met:"]
    out += [f"- {words}" for words in missed]
    return out


def _row(run: Run, line: Line) -> str:
    growth = run.growth(line)
    wrong = f" ({line.otherwise} of {line.asked} answered otherwise)" if line.otherwise else ""
    cells = (
        line.probe + wrong,
        f"{line.people:,}",
        str(line.statements),
        f"{line.cpu:.1f}",
        f"{line.median:.1f}",
        f"{line.p95:.1f}",
        f"{line.rate:.0f}",
        f"{line.share():.2f} of {line.floor}",
        f"{line.cpu_share():.2f}",
        "" if growth is None else f"{growth:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def _missed(run: Run) -> list[str]:
    missed = []
    for line in run.lines:
        growth = run.growth(line)
        if line.share() < SHARE:
            missed.append(f"{line.probe}, {line.people:,} people: {line.share():.2f} of its floor.")
        if growth is not None and growth > GROWTH:
            missed.append(f"{line.probe}: {growth:.2f} times slower with {line.people:,} people.")
    missed += [f"{mb:.0f} MB with {people:,} people." for people, mb in run.memory.items() if mb >= MEMORY]
    return missed

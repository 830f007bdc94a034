"""One probe measured at every size beside its floor, in turns, so that shares and growth compare like with like."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from bench.clients import Ask, Measured, Visitor, eight_at_once, one_by_one, side_by_side
from bench.in_process import Inside
from bench.probes import Probe, floor_probes
from bench.table import Floor, Line

ROUNDS = 3  # floor, small register, large register, and again: a slow minute of the machine falls on all three


@dataclass(frozen=True, slots=True)
class Served:
    """A server in a process of its own."""

    port: int
    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Processor seconds it has used so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def memory(self) -> float:
        """What it holds, in megabytes."""
        return float(psutil.Process(self.process.pid).memory_info().rss / 1e6)


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk being served over a register of one size, with its probes in their order."""

    people: int
    served: Served
    visitors: dict[str, Visitor]
    probes: list[Probe]
    inside: Inside


@dataclass(frozen=True, slots=True)
class _Sample:
    """A probe at one size. A request that creates something is asked once: each measurement takes its own."""

    desk: Desk
    probe: Probe

    @property
    def visitor(self) -> Visitor:
        return self.desk.visitors[self.probe.account]

    def asks(self, first: float, last: float) -> tuple[Ask, ...]:
        """The requests between two parts of the whole."""
        total = len(self.probe.asks)
        return self.probe.asks[int(total * first) : int(total * last)]


def measure_probe(floor: Served, desks: Sequence[Desk], number: int, seconds: float) -> list[Line]:
    """The lines of the probe `number`, one for each desk."""
    samples = [_Sample(desk, desk.probes[number]) for desk in desks]
    for sample in samples:
        one_by_one(sample.visitor, sample.asks(0, 0.03), seconds=1)
    insides = [sample.desk.inside.measure(sample.visitor.cookies, sample.asks(0.03, 0.07)) for sample in samples]
    alone = [(sample.visitor, sample.asks(0.07, 0.4)) for sample in samples]
    singles = side_by_side(alone, seconds=seconds * len(samples))
    beside, together = _in_turns(floor, samples, seconds)
    return [
        Line(
            probe=sample.probe.name,
            floor=sample.probe.floor,
            people=sample.desk.people,
            statements=statements,
            inside=milliseconds,
            median=single.median,
            p95=single.p95,
            rate=many.rate,
            cpu=cpu,
            asked=single.answered + many.answered,
            otherwise=single.failed + many.failed,
            statuses={**single.statuses, **many.statuses},
            beside=beside,
        )
        for sample, (statements, milliseconds), single, (many, cpu) in zip(
            samples, insides, singles, together, strict=True
        )
    ]


def _in_turns(floor: Served, samples: Sequence[_Sample], seconds: float) -> tuple[Floor, list[tuple[Measured, float]]]:
    """The floor, and of each sample what eight clients got and the processor milliseconds of a request."""
    kind = samples[0].probe.floor
    rounds: list[list[tuple[Measured, float]]] = []
    for turn in range(ROUNDS):
        slots = [(floor, Visitor(floor.port), floor_probes()[kind])]
        slots += [(one.desk.served, one.visitor, one.asks(0.4, 1)[turn::ROUNDS]) for one in samples]
        rounds.append([_eight(*slot, seconds=seconds / ROUNDS) for slot in slots])
    whole = []
    for parts in zip(*rounds, strict=True):
        many = Measured.after_another([part for part, _cpu in parts])
        whole.append((many, sum(cpu for _part, cpu in parts) * 1000 / max(many.answered, 1)))
    bare, cpu = whole[0]
    return Floor(bare.rate, cpu), whole[1:]


def _eight(served: Served, visitor: Visitor, asks: Sequence[Ask], *, seconds: float) -> tuple[Measured, float]:
    before = served.cpu()
    many = eight_at_once(visitor, asks, seconds=seconds)
    return many, served.cpu() - before

"""Asks a server on this machine, one request after the other or with eight clients at once. Used by __main__.py.

The clients are processes of their own, so that they take no time from the server's; they stop after a time and a count.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from queue import Empty
from statistics import median, quantiles
from threading import Thread
from typing import Any
from urllib.parse import urlencode

PROCESSES, THREADS = 2, 4  # eight clients
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `expect` is the status of success. `boxes` makes it a POST."""

    path: str
    boxes: tuple[tuple[str, str], ...] | None = None
    expect: int = 200


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where to ask, and the cookies of an account."""

    port: int
    cookies: str = ""


@dataclass(slots=True)
class Measured:
    """What came of one probe. Times in milliseconds; `failed` are answers with another status."""

    times: list[float] = field(default_factory=list)
    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)

    @classmethod
    def at_once(cls, parts: Sequence[Measured]) -> Measured:
        """Of several clients at once: as long as the slowest took."""
        return cls._joined(parts, max(part.seconds for part in parts))

    @classmethod
    def after_another(cls, parts: Sequence[Measured]) -> Measured:
        """Of several rounds."""
        return cls._joined(parts, sum(part.seconds for part in parts))

    @classmethod
    def _joined(cls, parts: Sequence[Measured], seconds: float) -> Measured:
        whole = cls(seconds=seconds)
        for part in parts:
            whole.times += part.times
            whole.answered += part.answered
            whole.failed += part.failed
            for status, count in part.statuses.items():
                whole.statuses[status] = whole.statuses.get(status, 0) + count
        return whole

    @property
    def median(self) -> float:
        return median(self.times) if self.times else float("nan")

    @property
    def p95(self) -> float:
        return quantiles(self.times, n=20)[18] if len(self.times) > 1 else float("nan")

    @property
    def rate(self) -> float:
        """Answers of the expected status a second."""
        return (self.answered - self.failed) / self.seconds if self.seconds else float("nan")


class Client:
    """One connection that stays open."""

    def __init__(self, visitor: Visitor) -> None:
        self.headers = {"Cookie": visitor.cookies} if visitor.cookies else {}
        self.connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=60)

    def ask(self, wanted: Ask) -> tuple[int, bytes, http.client.HTTPMessage]:
        """The answer's status, body and headers."""
        if wanted.boxes is None:
            self.connection.request("GET", wanted.path, headers=self.headers)
        else:
            headers = {**self.headers, "Content-Type": FORM}
            self.connection.request("POST", wanted.path, body=urlencode(wanted.boxes), headers=headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.headers


def one_by_one(visitor: Visitor, asks: Sequence[Ask], *, seconds: float) -> Measured:
    """One client: each request waits for the one before."""
    return side_by_side([(visitor, asks)], seconds=seconds)[0]


def side_by_side(visits: Sequence[tuple[Visitor, Sequence[Ask]]], *, seconds: float) -> list[Measured]:
    """One client for several servers, a request to each in turn: whatever else the machine does weighs on all alike."""
    measured = [Measured() for _ in visits]
    clients = [Client(visitor) for visitor, _asks in visits]
    started = time.perf_counter()
    for turn in zip(*(asks for _visitor, asks in visits), strict=False):
        if time.perf_counter() - started > seconds:
            break
        for client, wanted, found in zip(clients, turn, measured, strict=True):
            before = time.perf_counter()
            status, _body, _headers = client.ask(wanted)
            _count(found, wanted, status)
            found.times.append((time.perf_counter() - before) * 1000)
    for found in measured:
        found.seconds = time.perf_counter() - started
    return measured


def eight_at_once(visitor: Visitor, asks: Sequence[Ask], *, seconds: float) -> Measured:
    """Eight clients in two processes share the requests."""
    context = get_context("spawn")
    results: Any = context.Queue()
    gate = context.Barrier(PROCESSES)
    shares = [asks[number::PROCESSES] for number in range(PROCESSES)]
    processes = [context.Process(target=_run_share, args=(visitor, share, seconds, gate, results)) for share in shares]
    for process in processes:
        process.start()
    parts: list[Measured] = []
    while len(parts) < PROCESSES:
        try:
            parts.append(results.get(timeout=1))
        except Empty:
            if any(process.exitcode for process in processes):
                raise RuntimeError("a client process ended badly") from None
    for process in processes:
        process.join()
    return Measured.at_once(parts)


def _run_share(visitor: Visitor, asks: Sequence[Ask], seconds: float, gate: Any, results: Any) -> None:
    parts = [Measured() for _ in range(THREADS)]
    gate.wait(60)

    def run(number: int) -> None:
        parts[number] = one_by_one(visitor, asks[number::THREADS], seconds=seconds)

    threads = [Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(Measured.at_once(parts))


def _count(measured: Measured, wanted: Ask, status: int) -> None:
    measured.answered += 1
    measured.failed += status != wanted.expect
    measured.statuses[status] = measured.statuses.get(status, 0) + 1

"""Visits as load: one after another, by several clients at once, and at an even pace.

A visit is four requests: a ticket is given out, the next visitor is called, served, and finished
with an outcome. Whoever is called is served, whichever client gave out the ticket.
"""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from knutpunkt.reception.measuring.asking import Caller
from knutpunkt.reception.measuring.homes import Desk

OUTCOME = "solved_here"
SEED = 4
MS = 1000.0


@dataclass(slots=True)
class Seen:
    """What clients saw: visits done, and how long calls and whole visits took, in seconds."""

    visits: int = 0
    seconds: float = 0.0
    calls: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    def add(self, other: Seen) -> None:
        """Take over what another client saw at the same time."""
        self.visits += other.visits
        self.seconds = max(self.seconds, other.seconds)
        self.calls += other.calls
        self.whole += other.whole


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share lies, by the nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def milliseconds(values: Sequence[float]) -> dict[str, float]:
    """Median, 95th and 99th percentile."""
    return {
        "p50_ms": round(MS * statistics.median(values), 2) if values else 0.0,
        "p95_ms": round(MS * percentile(values, 0.95), 2),
        "p99_ms": round(MS * percentile(values, 0.99), 2),
    }


def visit(caller: Caller, desk: Desk, seen: Seen) -> None:
    """One whole visit at a desk."""
    began = time.perf_counter()
    caller.post(f"{desk.office}/visits")
    asked = time.perf_counter()
    called = caller.post(f"{desk.office}/calls", counter=desk.counter)
    seen.calls.append(time.perf_counter() - asked)
    errand = called["errand"]
    caller.post(f"errands/{errand}/begin", counter=desk.counter)
    caller.post(f"errands/{errand}/finish", counter=desk.counter, outcome=OUTCOME)
    seen.whole.append(time.perf_counter() - began)
    seen.visits += 1


def one_after_another(port: int, desks: Sequence[Desk], visits: int) -> Seen:
    """One client goes round the desks."""
    seen = Seen()
    callers = {desk.token: Caller(port, desk.token) for desk in desks[:1]}
    began = time.perf_counter()
    for number in range(visits):
        desk = desks[number % len(desks)]
        caller = callers.get(desk.token) or callers.setdefault(desk.token, Caller(port, desk.token))
        visit(caller, desk, seen)
    seen.seconds = time.perf_counter() - began
    for caller in callers.values():
        caller.close()
    return seen


def at_once(port: int, desks: Sequence[Desk], seconds: float) -> Seen:
    """Every desk is a client of its own and does not rest."""

    def client(desk: Desk, seen: Seen) -> None:
        caller = Caller(port, desk.token)
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < seconds:
            visit(caller, desk, seen)
        seen.seconds = passed
        caller.close()

    return _together(client, desks)


def at_a_pace(port: int, desks: Sequence[Desk], per_second: float, seconds: float) -> Seen:
    """Visits begin by a Poisson process, whether or not the earlier ones are done.

    A visit's calls are timed from when it was due, so that a server that falls behind is seen to:
    whoever comes while all clients are busy waits, and that wait counts.
    """
    due = _arrivals(per_second, seconds)
    taken = iter(due)
    lock = threading.Lock()
    start = time.perf_counter()

    def client(desk: Desk, seen: Seen) -> None:
        caller = Caller(port, desk.token)
        while True:
            with lock:
                at = next(taken, None)
            if at is None:
                break
            early = start + at - time.perf_counter()
            if early > 0:
                time.sleep(early)
            late = max(0.0, -early)
            before = len(seen.calls)
            visit(caller, desk, seen)
            seen.calls[before] += late
        seen.seconds = time.perf_counter() - start
        caller.close()

    return _together(client, desks)


def _arrivals(per_second: float, seconds: float) -> list[float]:
    chance = random.Random(SEED)  # noqa: S311  # the same arrivals every time
    due, at = [], chance.expovariate(per_second)
    while at < seconds:
        due.append(at)
        at += chance.expovariate(per_second)
    return due


def _together(client: Callable[[Desk, Seen], None], desks: Sequence[Desk]) -> Seen:
    parts = [Seen() for _ in desks]
    failed: list[BaseException] = []

    def guarded(desk: Desk, seen: Seen) -> None:
        try:
            client(desk, seen)
        except BaseException as error:  # noqa: BLE001  # told by the thread that waits
            failed.append(error)

    threads = [
        threading.Thread(target=guarded, args=pair) for pair in zip(desks, parts, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    whole = Seen()
    for part in parts:
        whole.add(part)
    return whole


def issued(port: int, desk: Desk, count: int) -> None:
    """Let people come and wait."""
    caller = Caller(port, desk.token)
    for _ in range(count):
        caller.post(f"{desk.office}/visits")
    caller.close()


def everybody_leaves(port: int, desks: Sequence[Desk]) -> None:
    """Close the counters, so that nobody who is not there is reckoned with."""
    for desk in desks:
        caller = Caller(port, desk.token)
        caller.post(f"{desk.office}/sessions/close", counter=desk.counter)
        caller.close()
